# Manual pages from the help of the command and its verbs, and the completion of command lines.
find_program(KEESOM_HELP2MAN help2man)
set(verbs energy scan optimize dynamics hessian dock screen properties benchmark train train-monomer fit selfcheck
    completion)
set(made_by_command "${CMAKE_CURRENT_BINARY_DIR}/completion")
add_custom_command(OUTPUT "${made_by_command}"
                   COMMAND keesom_command completion > "${made_by_command}" VERBATIM)
if(KEESOM_HELP2MAN)
    set(help2man ${KEESOM_HELP2MAN} --no-info --version-string ${PROJECT_VERSION}
                 --source "keesom ${PROJECT_VERSION}")
    set(manuals "${CMAKE_CURRENT_BINARY_DIR}/man")
    file(MAKE_DIRECTORY "${manuals}")
    set(name "interaction energies of molecules")
    add_custom_command(OUTPUT "${manuals}/keesom.1" DEPENDS keesom_command
                       COMMAND ${help2man} --name "${name}" --output "${manuals}/keesom.1"
                               "$<TARGET_FILE:keesom_command>" VERBATIM)
    set(pages "${manuals}/keesom.1")
    foreach(verb IN LISTS verbs)
        add_custom_command(OUTPUT "${manuals}/keesom-${verb}.1" DEPENDS keesom_command
                           COMMAND ${help2man} --name "${name}" --output "${manuals}/keesom-${verb}.1"
                                   "$<TARGET_FILE:keesom_command> ${verb}" VERBATIM)
        list(APPEND pages "${manuals}/keesom-${verb}.1")
    endforeach()
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
add_custom_target(keesom_manuals ALL DEPENDS "${made_by_command}" ${pages})
install(FILES "${made_by_command}" RENAME keesom
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
