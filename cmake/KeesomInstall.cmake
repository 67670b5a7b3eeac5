# Installation and the package that find_package(keesom) finds.
include(CMakePackageConfigHelpers)

get_property(components GLOBAL PROPERTY KEESOM_COMPONENTS)
add_library(keesom INTERFACE)
add_library(keesom::keesom ALIAS keesom)
list(TRANSFORM components PREPEND keesom:: OUTPUT_VARIABLE targets)
target_link_libraries(keesom INTERFACE ${targets})
install(TARGETS keesom EXPORT keesom-targets)

set(KEESOM_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/keesom")
install(EXPORT keesom-targets NAMESPACE keesom:: DESTINATION "${KEESOM_PACKAGE_DIR}")
configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/keesom-config.cmake.in" "${PROJECT_BINARY_DIR}/keesom-config.cmake"
    INSTALL_DESTINATION "${KEESOM_PACKAGE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/keesom-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/keesom-config.cmake"
              "${PROJECT_BINARY_DIR}/keesom-config-version.cmake"
        DESTINATION "${KEESOM_PACKAGE_DIR}")

install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" RENAME copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/keesom)
install(FILES "${PROJECT_SOURCE_DIR}/CHANGELOG.md" DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/keesom)

# A Debian package of all that is installed: cpack, in the build folder.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME keesom)
set(CPACK_PACKAGE_CONTACT "the keesom developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "interaction energies of molecules from learned atoms and physics")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
include(CPack)
