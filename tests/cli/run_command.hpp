// SPDX-License-Identifier: BSD-3-Clause
//
// Runs the keesom command as a user does.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <support/files.hpp>
#include <vector>

namespace keesom::testing {

struct CommandResult {
    int status = -1;
    std::string output;
    std::string errors;

    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(output); }
};

/// @param arguments as one would type them behind `keesom`
/// @param environment what is put before the command: assignments, "OMP_NUM_THREADS=2", or another
///        command that starts it
CommandResult run_keesom(const std::string& arguments, const std::string& environment = {});

/// A temporary folder whose files go into command lines, and so are named by strings.
class CommandFolder : public TemporaryFolder {
public:
    /// Writes a file and returns its path.
    [[nodiscard]] std::string file(const std::string& name, const std::string& content) const {
        return TemporaryFolder::file(name, content).string();
    }
};

/// Expects exit status 2, nothing on standard output, and one line that contains every fragment.
void expect_bad_input(const CommandResult& result, const std::vector<std::string>& fragments);

/// How often a part stands in a text.
std::size_t count_of(const std::string& text, const std::string& part);

inline const std::string examples = KEESOM_EXAMPLES;
inline const std::string cli_data = KEESOM_CLI_DATA;
inline const std::string shipped_data = KEESOM_TEST_DATA_DIR;

inline constexpr const char* water_dimer =
    "6\n"
    "\n"
    "O -0.702196050 -0.056060260  0.009942260\n"
    "H -1.022193220  0.846775780 -0.011488710\n"
    "H  0.257521060  0.042121500  0.005219000\n"
    "O  2.220871070  0.026716790  0.000620480\n"
    "H  2.597492680 -0.411663270  0.766744860\n"
    "H  2.593135380 -0.449496180 -0.744782030\n";

}  // namespace keesom::testing
