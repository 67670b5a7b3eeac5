// SPDX-License-Identifier: BSD-3-Clause
//
// What every verb says in its help behind its options.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace keesom::apps {

/// Adds notes (formats, units), an example and the exit status to the help of a verb.
void add_help(CLI::App& verb, const std::string& notes, const std::string& example);

/// The verb of the command that looks most like a word; empty if none does.
std::string nearest_verb(const CLI::App& app, const std::string& word);

}  // namespace keesom::apps
