# keesom_embed(<target> FUNCTION name [FILE path])
#
# Puts a file into a program: `std::string_view keesom::apps::name()` is its text, and empty if there
# is no such file. The assembler reads it, since a compiler takes minutes and GB for long literals.
function(keesom_embed target)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "FUNCTION;FILE" "")
    if(NOT ARG_FILE)
        set(ARG_FILE /dev/null)
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
    ".incbin \"@ARG_FILE@\"\n"
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
    # The compiler does not tell that the assembler reads another file.
    set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${ARG_FILE}"
                                                       SKIP_UNITY_BUILD_INCLUSION ON)
    target_sources(${target} PRIVATE "${source}")
endfunction()
