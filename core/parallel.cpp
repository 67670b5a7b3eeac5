// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/parallel.hpp>

#include <atomic>
#include <exception>

namespace keesom {

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& task) {
    std::atomic<std::size_t> first_failure = count;
    std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic)
    for (std::size_t i = 0; i < count; ++i) {
        // Tasks before the failed one still run: one of them may fail as well.
        if (i > first_failure.load()) {
            continue;
        }
        try {
            task(i);
        } catch (...) {
#pragma omp critical(keesom_parallel_for)
            if (i < first_failure.load()) {
                first_failure = i;
                failure = std::current_exception();
            }
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace keesom
