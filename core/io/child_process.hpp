// SPDX-License-Identifier: BSD-3-Clause
//
// A program that is given a text and answers with one, run from a library: any number of threads
// may do so at once, no signal reaches the caller, and whatever the program does, it is gone when
// the function returns. Internal to keesom::core.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace keesom {

/// How a program ended.
enum class ChildEnd { exited, killed_by_signal, took_too_long, wrote_too_much };

struct ChildAnswer {
    ChildEnd end = ChildEnd::exited;
    int code = 0;        ///< exit status or signal
    std::string output;  ///< from its standard output
    std::string errors;  ///< from its standard error, no more than the beginning
};

/// Runs a program to its end.
/// @param input what it finds on its standard input; it need not read it
/// @param most_time after which it is killed, with all that it started
/// @param most_output bytes of output after which it is killed
/// @throws InputError "PROGRAM: reason" if it cannot be started
ChildAnswer run_child(const std::filesystem::path& program,
                      const std::vector<std::string>& arguments,
                      std::string_view input,
                      std::chrono::milliseconds most_time,
                      std::size_t most_output);

}  // namespace keesom
