// SPDX-License-Identifier: BSD-3-Clause
//
// Programs of keesom's own, which do what a library had better not do in the process of its caller,
// and which may come later than the library. Internal to keesom::core. They are looked for
// - at the place that an environment variable names, if it is set;
// - in ../libexec/keesom, seen from the folder of the running program;
// - where they were to be installed, and where they were built.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace keesom {

struct HelperProgram {
    const char* name;      ///< of its file
    const char* variable;  ///< environment variable with the path of another one
    const char* folder;    ///< of the build tree that it is made in
};

/// @return nullopt if there is none
/// @throws InputError if the environment variable names no program
std::optional<std::filesystem::path> find_helper(const HelperProgram& helper);

/// The first line that says something, of what a program wrote as its errors.
std::string first_line(std::string_view text);

/// "segmentation fault".
std::string signal_name(int signal);

}  // namespace keesom
