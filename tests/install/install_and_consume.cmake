# Installs the build tree below WORK_DIR, then configures, builds and runs the consumer against it,
# and runs the installed command, which must find its data and the reader of formats beside itself.
function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output
                    ERROR_VARIABLE output)
    if(NOT status EQUAL 0)
        list(JOIN ARGN " " line)
        message(FATAL_ERROR "failed (${status}): ${line}\n${output}")
    endif()
    message(STATUS "${output}")
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
run(${CMAKE_COMMAND} --install "${KEESOM_BUILD_DIR}" --prefix "${WORK_DIR}/prefix")
set(flags "")
if(SANITIZE)
    set(flags "-DCMAKE_CXX_FLAGS=-fsanitize=${SANITIZE}")
endif()
run(${CMAKE_COMMAND} -S "${CONSUMER_DIR}" -B "${WORK_DIR}/build" -G "${GENERATOR}" ${flags}
    "-DCMAKE_CXX_COMPILER=${CXX_COMPILER}" "-DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix")
run(${CMAKE_COMMAND} --build "${WORK_DIR}/build")
run("${WORK_DIR}/build/consumer" "${WORK_DIR}/prefix/share/keesom")
run("${WORK_DIR}/prefix/bin/keesom" selfcheck)
if(EXISTS "${WORK_DIR}/prefix/${LIBEXEC_DIR}/keesom/keesom-open-babel")
    run("${WORK_DIR}/prefix/bin/keesom" energy "${EXAMPLES_DIR}/caffeine.sdf"
        "${EXAMPLES_DIR}/water.xyz")
endif()
