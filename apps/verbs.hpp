// SPDX-License-Identifier: BSD-3-Clause
//
// The verbs of the command. Each function describes one to the parser and sets what it does.
#pragma once

#include "ranks.hpp"

#include <CLI/CLI.hpp>

namespace keesom::apps {

void add_energy(CLI::App& app);
void add_scan(CLI::App& app);
void add_optimize(CLI::App& app);
void add_dynamics(CLI::App& app);
void add_hessian(CLI::App& app);
void add_dock(CLI::App& app);
/// @param ranks are those of --mpi; they stay as long as the verb
void add_screen(CLI::App& app, const Ranks& ranks);
void add_properties(CLI::App& app);
void add_benchmark(CLI::App& app);
void add_train(CLI::App& app);
void add_train_monomer(CLI::App& app);
void add_fit(CLI::App& app);
void add_selfcheck(CLI::App& app);
void add_completion(CLI::App& app);

}  // namespace keesom::apps
