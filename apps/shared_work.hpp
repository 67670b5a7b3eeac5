// SPDX-License-Identifier: BSD-3-Clause
//
// Work that is a sequence of tasks, shared between the processes of an mpirun, whose results come
// out in the order of the tasks whoever computed them.
//
// The first process leads: it alone reads, writes and prints. It hands a task to whichever process
// has none, and computes tasks itself on a second thread, since the first must answer the others.
// The others follow until they are dismissed. All end with the exit status of the first, which also
// says what went wrong in others, so that the user reads it once.
#pragma once

#include "ranks.hpp"

#include <functional>
#include <optional>
#include <string>

namespace keesom::apps {

/// The result of a task; both are bytes to this file.
using Compute = std::function<std::string(const std::string& task)>;

struct Follower {
    /// What its results depend on besides the task: model and files as this process sees them.
    std::string conditions;
    Compute compute;
};

struct Leader {
    std::string conditions;  ///< those of the followers must be the same
    Compute compute;

    /// The next task, nullopt behind the last one. Is called from one thread.
    std::function<std::optional<std::string>()> next;

    /// Takes the results, in the order of the tasks. Is called from the thread of `next`.
    std::function<void(const std::string& result)> take;
};

/// Hands out all tasks, and computes some; also where there is no other process.
/// @throws InputError what a follower threw, with its place, and if it works under other conditions
/// @throws whatever `leader` throws
void lead(const Ranks& ranks, const Leader& leader);

/// Computes tasks until this process is dismissed. What `prepare` and the follower throw is an
/// exception of the leader.
void follow(const Ranks& ranks, const std::function<Follower()>& prepare);

/// The end of each process: the first dismisses the others.
/// @param status of this process
/// @returns that of the first
int agreed_status(const Ranks& ranks, int status);

}  // namespace keesom::apps
