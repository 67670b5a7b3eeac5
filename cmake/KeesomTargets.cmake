# How every target of keesom is made: one function for a component, one for its tests.

# <keesom/core/units.hpp> resolves in the build tree as it does after installation: the build tree
# has a folder `keesom` of links to the component folders.
set(KEESOM_INCLUDE_DIR "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${KEESOM_INCLUDE_DIR}/keesom")

add_library(keesom_build_flags INTERFACE)
target_compile_options(
    keesom_build_flags
    INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion -Wnon-virtual-dtor
              -Woverloaded-virtual -Wold-style-cast -Wcast-qual -Wformat=2 -fno-math-errno)
if(KEESOM_WERROR)
    target_compile_options(keesom_build_flags INTERFACE -Werror)
endif()
# Presets compile sources in groups (CMAKE_UNITY_BUILD), so that the templates of Eigen that a group
# shares are compiled once: half of the time. Sources of one target must not use a name twice.
if(CMAKE_UNITY_BUILD)
    # The sources of a group are included; g++ then takes what they keep to themselves for a mistake
    # of a header.
    target_compile_options(keesom_build_flags INTERFACE -Wno-subobject-linkage)
endif()
if(KEESOM_ARCH)
    # g++ 12 sees uninitialized values in its own AVX-512 headers.
    target_compile_options(keesom_build_flags INTERFACE -march=${KEESOM_ARCH} -Wno-uninitialized
                                                           -Wno-maybe-uninitialized)
endif()
if(KEESOM_SANITIZE)
    # Checks of every pointer double the time that building takes; what they find, the address
    # sanitizer and Eigen's own assertions find too.
    add_compile_options(-fsanitize=${KEESOM_SANITIZE} -fno-sanitize=alignment,null,object-size,vptr
                        -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${KEESOM_SANITIZE})
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
if(KEESOM_LIBFUZZER)
    # The libraries count what they run; the fuzz targets bring libFuzzer itself.
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

# Flags of programs that no test runs under sanitizers: they are built there for their warnings.
add_library(keesom_unwatched_flags INTERFACE)
target_link_libraries(keesom_unwatched_flags INTERFACE keesom_build_flags)
if(KEESOM_SANITIZE)
    target_compile_options(keesom_unwatched_flags INTERFACE -fno-sanitize=all -O0)
endif()

# keesom_add_component(<name> SOURCES … HEADERS … [DEPENDS …] [PRIVATE_DEPENDS …])
#
# Makes the static library keesom::<name> from the files of the folder <name>. HEADERS are the public
# ones, installed below include/keesom/<name>. PRIVATE_DEPENDS are libraries that no public header
# mentions.
function(keesom_add_component name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;HEADERS;DEPENDS;PRIVATE_DEPENDS")
    file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${KEESOM_INCLUDE_DIR}/keesom/${name}"
         SYMBOLIC)

    set(target keesom_${name})
    add_library(${target} STATIC ${ARG_SOURCES})
    add_library(keesom::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} CXX_EXTENSIONS OFF
                                               POSITION_INDEPENDENT_CODE ON)
    target_compile_features(${target} PUBLIC cxx_std_20)
    # Eigen's allocator depends on its alignment, and that on the instruction set. One alignment for
    # all keeps a keesom built for this machine and a program built without such flags compatible.
    # Threads are ours: results must not depend on how many Eigen would take.
    target_compile_definitions(${target} PUBLIC EIGEN_MAX_ALIGN_BYTES=64
                                                EIGEN_MAX_STATIC_ALIGN_BYTES=16
                                                EIGEN_DONT_PARALLELIZE)
    target_include_directories(
        ${target} PUBLIC "$<BUILD_INTERFACE:${KEESOM_INCLUDE_DIR}>"
                         "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    target_link_libraries(
        ${target}
        PUBLIC Eigen3::Eigen ${ARG_DEPENDS}
        PRIVATE "$<BUILD_INTERFACE:keesom_build_flags>" ${ARG_PRIVATE_DEPENDS})

    install(TARGETS ${target} EXPORT keesom-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    foreach(header IN LISTS ARG_HEADERS)
        get_filename_component(subfolder "${header}" DIRECTORY)
        install(FILES "${header}"
                DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/keesom/${name}/${subfolder}")
        set_property(GLOBAL APPEND PROPERTY KEESOM_PUBLIC_HEADERS "keesom/${name}/${header}")
    endforeach()
    set_property(GLOBAL APPEND PROPERTY KEESOM_COMPONENTS ${name})
endfunction()

# How tests are compiled, and the headers that nearly every one reads, compiled once.
if(KEESOM_BUILD_TESTS)
    find_package(GTest 1.12 REQUIRED CONFIG)
    add_library(keesom_test_flags INTERFACE)
    # Tests check numbers, not speed; building them is most of the time a full test run takes.
    target_compile_options(keesom_test_flags INTERFACE $<$<CONFIG:Release>:-O1>)
    target_link_libraries(keesom_test_flags INTERFACE keesom::core keesom_build_flags
                                                      OpenMP::OpenMP_CXX GTest::gmock)
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/test_headers.cpp" CONTENT "")
    add_library(keesom_test_headers OBJECT "${PROJECT_BINARY_DIR}/test_headers.cpp")
    set_target_properties(keesom_test_headers PROPERTIES CXX_EXTENSIONS OFF)
    target_link_libraries(keesom_test_headers PRIVATE keesom_test_flags)
    target_precompile_headers(keesom_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>
                              <Eigen/Dense>)
endif()

# keesom_add_tests(<name> LABEL unit|physics|reference|slow SOURCES … DEPENDS … [TIMEOUT s])
#
# Makes one GoogleTest program, <name>_tests, whose cases ctest lists as <name>.Suite.Case.
function(keesom_add_tests name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "LABEL;TIMEOUT" "SOURCES;DEPENDS")
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    add_executable(${name}_tests ${ARG_SOURCES})
    set_target_properties(${name}_tests PROPERTIES CXX_EXTENSIONS OFF)
    target_include_directories(${name}_tests PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(
        ${name}_tests PRIVATE KEESOM_TEST_REFERENCE_DIR="${PROJECT_SOURCE_DIR}/tests/reference"
                              KEESOM_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/data")
    target_link_libraries(${name}_tests PRIVATE ${ARG_DEPENDS} keesom_test_flags GTest::gmock_main)
    target_precompile_headers(${name}_tests REUSE_FROM keesom_test_headers)
    gtest_discover_tests(
        ${name}_tests
        TEST_PREFIX "${name}."
        DISCOVERY_MODE PRE_TEST
        # Threads that wait for each other by spinning starve when tests run side by side.
        PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT OMP_WAIT_POLICY=passive)
endfunction()
