// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/helper_program.hpp>
#include <keesom/core/io/parse.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <unistd.h>

namespace keesom {

namespace {

bool is_program(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::filesystem::path> find_helper(const HelperProgram& helper) {
    if (const char* given = std::getenv(helper.variable); given != nullptr) {
        if (!is_program(given)) {
            throw InputError(fmt::format("{}={} is not a program", helper.variable, given));
        }
        return given;
    }
    std::error_code error;
    const std::filesystem::path running = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::filesystem::path installed = std::filesystem::path("keesom") / helper.name;
    for (const std::filesystem::path& candidate :
         {running.parent_path() / KEESOM_LIBEXEC_FROM_BIN / installed,
          KEESOM_INSTALLED_LIBEXEC / installed,
          std::filesystem::path(KEESOM_BUILD_FOLDER) / helper.folder / helper.name}) {
        if (is_program(candidate)) {
            return candidate;
        }
    }
    return std::nullopt;
}

std::string first_line(std::string_view text) {
    parse::Lines lines(text);
    while (const auto line = lines.next()) {
        std::string result(parse::trimmed(*line));
        if (!result.empty()) {
            std::replace_if(
                result.begin(),
                result.end(),
                [](unsigned char c) { return std::iscntrl(c) != 0; },
                ' ');
            return result;
        }
    }
    return {};
}

std::string signal_name(int signal) {
    const char* const description = sigdescr_np(signal);
    std::string name = description == nullptr ? fmt::format("signal {}", signal) : description;
    name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
    return name;
}

}  // namespace keesom
