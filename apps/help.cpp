// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace keesom::apps {

namespace {

/// Number of letters to insert, remove or exchange on the way from one word to the other
/// (Levenshtein).
std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t exchanged = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({exchanged, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

void add_help(CLI::App& verb, const std::string& notes, const std::string& example) {
    verb.footer(
        fmt::format("{}\nExample:\n  {}\n\n"
                    "Exit status: 0 done, 1 a check failed or the program is at fault, 2 "
                    "bad input.\n"
                    "Results go to standard output, warnings and errors to standard error.",
                    notes,
                    example));
}

std::string nearest_verb(const CLI::App& app, const std::string& word) {
    std::string nearest;
    std::size_t shortest = 1 + word.size() / 2;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        const std::size_t distance = edit_distance(word, verb->get_name());
        if (distance < shortest) {
            shortest = distance;
            nearest = verb->get_name();
        }
    }
    return nearest;
}

}  // namespace keesom::apps
