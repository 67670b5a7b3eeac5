// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/parallel.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace keesom {

TEST(ParallelFor, CallsEveryTaskOnce) {
    std::vector<int> calls(1000, 0);
    parallel_for(calls.size(), [&](std::size_t i) { ++calls[i]; });
    EXPECT_EQ(calls, std::vector<int>(1000, 1));
}

TEST(ParallelFor, DoesNothingForNoTasks) {
    parallel_for(0, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, ThrowsTheFailureOfTheLowestIndex) {
    for (int round = 0; round < 50; ++round) {
        std::string message;
        try {
            parallel_for(200, [](std::size_t i) {
                if (i % 7 == 3) {
                    throw std::runtime_error(std::to_string(i));
                }
            });
        } catch (const std::runtime_error& error) {
            message = error.what();
        }
        EXPECT_EQ(message, "3");
    }
}

TEST(ParallelFor, PassesOnExceptionsThatAreNotOurs) {
    EXPECT_THROW(parallel_for(64, [](std::size_t) { throw std::bad_alloc(); }), std::bad_alloc);
    EXPECT_THROW(parallel_for(64, [](std::size_t) { throw 7; }), int);
}

TEST(ParallelFor, RunsAllTasksBeforeTheFailedOne) {
    std::atomic<int> before = 0;
    EXPECT_THROW(parallel_for(100,
                              [&](std::size_t i) {
                                  if (i == 60) {
                                      throw std::runtime_error("60");
                                  }
                                  before += i < 60 ? 1 : 0;
                              }),
                 std::runtime_error);
    EXPECT_EQ(before, 60);
}

}  // namespace keesom
