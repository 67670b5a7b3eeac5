// SPDX-License-Identifier: BSD-3-Clause
//
// The one loop over independent tasks. An exception must not leave an OpenMP loop (the runtime ends
// the process), and which of several exceptions is reported must not depend on the number of
// threads; both are seen to here, once for all.
#pragma once

#include <cstddef>
#include <functional>

namespace keesom {

/// Calls task(0) … task(count − 1), each once, on all OpenMP threads. Tasks write to slots of their
/// own, so that results do not depend on the number of threads.
/// @throws whatever the task of the lowest index threw, of any type; tasks of higher index may then
///         not have been called
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& task);

}  // namespace keesom
