# keesom_embed(<target> FUNCTION name [FILE path])
#
# Puts a file into a program: `std::string_view keesom::apps::name()` is its text, and empty if there
# is no such file. The assembler reads it: compilers need not take literals of more than 65536
# characters, and are slow with long ones.
function(keesom_embed target)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "FUNCTION;FILE" "")
    set(include)
    if(ARG_FILE)
        set(include ".incbin \\\"${ARG_FILE}\\\"\\n")
    endif()
    set(source "${CMAKE_CURRENT_BINARY_DIR}/embedded/${ARG_FUNCTION}.cpp")
    file(
        CONFIGURE
        OUTPUT "${source}"
        CONTENT
            [[
#include <string_view>

asm(".section .rodata\n"
    "keesom_@ARG_FUNCTION@_begin:\n"
    "@include@"
    "keesom_@ARG_FUNCTION@_end:\n"
    ".byte 0\n"
    ".globl keesom_@ARG_FUNCTION@_begin, keesom_@ARG_FUNCTION@_end\n"
    ".hidden keesom_@ARG_FUNCTION@_begin, keesom_@ARG_FUNCTION@_end\n"
    ".text\n");

extern "C" const char keesom_@ARG_FUNCTION@_begin[];
extern "C" const char keesom_@ARG_FUNCTION@_end[];

namespace keesom::apps {

std::string_view @ARG_FUNCTION@();

std::string_view @ARG_FUNCTION@() {
    return {keesom_@ARG_FUNCTION@_begin, keesom_@ARG_FUNCTION@_end};
}

}  // namespace keesom::apps
]]
        @ONLY)
    set_source_files_properties("${source}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    if(ARG_FILE)
        # The compiler does not tell that the assembler reads another file.
        set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${ARG_FILE}")
    endif()
    target_sources(${target} PRIVATE "${source}")
endfunction()
