// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sys/wait.h>

namespace keesom::testing {

namespace {

std::string content_of(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

CommandResult run_keesom(const std::string& arguments, const std::string& environment) {
    const TemporaryFolder folder;
    const std::filesystem::path output = folder.path() / "output";
    const std::filesystem::path errors = folder.path() / "errors";
    const std::string line = fmt::format("{} '{}' {} >'{}' 2>'{}'",
                                         environment,
                                         KEESOM_COMMAND,
                                         arguments,
                                         output.string(),
                                         errors.string());
    const int status = std::system(line.c_str());  // NOLINT(cert-env33-c): the shell is the point
    CommandResult result;
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.output = content_of(output);
    result.errors = content_of(errors);
    return result;
}

void expect_bad_input(const CommandResult& result, const std::vector<std::string>& fragments) {
    EXPECT_EQ(result.status, 2) << result.output << result.errors;
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
    for (const std::string& fragment : fragments) {
        EXPECT_NE(result.errors.find(fragment), std::string::npos)
            << "no '" << fragment << "' in: " << result.errors;
    }
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace keesom::testing
