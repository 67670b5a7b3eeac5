// SPDX-License-Identifier: BSD-3-Clause
//
// The keesom command. Exit status: 0 done, 1 a check failed or the program is at fault, 2 bad
// input.
#include "help.hpp"
#include "ranks.hpp"
#include "session.hpp"
#include "shared_work.hpp"
#include "verbs.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/printable.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

namespace {

constexpr int internal_error = 1;
constexpr int bad_input = 2;

/// Errors are one line, whatever a library made of its message.
int complain(std::string message, int status) {
    std::replace(message.begin(), message.end(), '\n', ' ');
    fmt::print(stderr, "keesom: {}\n", keesom::printable(message));
    return status;
}

/// A mistyped verb would be called an unexpected argument.
void require_known_verb(const CLI::App& app, int argc, char** argv) {
    const std::string word = argc > 1 ? argv[1] : "";
    const std::string nearest = keesom::apps::nearest_verb(app, word);
    if (word.empty() || word[0] == '-' || word == nearest) {
        return;
    }
    throw keesom::InputError(
        nearest.empty() ? fmt::format("there is no verb '{}', see keesom --help", word)
                        : fmt::format("there is no verb '{}', did you mean '{}'?", word, nearest));
}

/// Whether this process is one of several. It is known before options are read, so that what is
/// wrong with them is said once.
bool is_one_of_several(int argc, char** argv) {
    return std::any_of(argv, argv + argc, [](std::string_view word) { return word == "--mpi"; });
}

int run(int argc, char** argv, const keesom::apps::Ranks& ranks) {
    CLI::App app("Interaction energies of molecules from learned atoms and physics");
    app.set_version_flag("--version", keesom::apps::version_text);
    app.require_subcommand(1);
    keesom::apps::add_energy(app);
    keesom::apps::add_scan(app);
    keesom::apps::add_optimize(app);
    keesom::apps::add_dynamics(app);
    keesom::apps::add_hessian(app);
    keesom::apps::add_dock(app);
    keesom::apps::add_screen(app, ranks);
    keesom::apps::add_properties(app);
    keesom::apps::add_benchmark(app);
    keesom::apps::add_train(app);
    keesom::apps::add_train_monomer(app);
    keesom::apps::add_fit(app);
    keesom::apps::add_selfcheck(app);
    keesom::apps::add_completion(app);
    app.footer("`keesom VERB --help` has the options of a verb, an example and the exit status.");
    // What is wrong in all processes is said by the first.
    const auto ended = [&](const std::string& message, int status) {
        return ranks.rank() == 0 ? complain(message, status) : status;
    };
    try {
        require_known_verb(app, argc, argv);
        app.parse(argc, argv);
        std::cout.flush();
        if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout) {
            return ended("standard output cannot be written", internal_error);
        }
        return 0;
    } catch (const CLI::Success& request) {
        return ranks.rank() == 0 ? app.exit(request) : 0;
    } catch (const CLI::RuntimeError& status) {
        return status.get_exit_code();
    } catch (const CLI::ParseError& error) {
        return ended(error.what(), bad_input);
    } catch (const keesom::Error& error) {
        return ended(error.what(), bad_input);
    } catch (const std::exception& error) {
        return ended(std::string("internal error: ") + error.what(), internal_error);
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const keesom::apps::Ranks ranks(is_one_of_several(argc, argv));
        return keesom::apps::agreed_status(ranks, run(argc, argv, ranks));
    } catch (const std::exception& error) {
        return complain(std::string("internal error: ") + error.what(), internal_error);
    }
}
