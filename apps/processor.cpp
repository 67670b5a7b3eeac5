// SPDX-License-Identifier: BSD-3-Clause
//
// This file alone is compiled for any x86-64 processor.
#include "processor.hpp"

#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace keesom::apps {

namespace {

// The earliest that programs may have; constructors of objects come later.
constexpr int first_priority = 101;

__attribute__((constructor(first_priority))) void require_processor() {
    __builtin_cpu_init();
    const bool can_run = (!built_for_sse42 || __builtin_cpu_supports("sse4.2") != 0) &&
                         (!built_for_avx2 || __builtin_cpu_supports("avx2") != 0) &&
                         (!built_for_fma || __builtin_cpu_supports("fma") != 0) &&
                         (!built_for_avx512 || __builtin_cpu_supports("avx512f") != 0);
    if (!can_run) {
        constexpr std::string_view message =
            "keesom: was built for another processor, the preset 'portable' builds it for any\n";
        [[maybe_unused]] const ssize_t written =
            write(STDERR_FILENO, message.data(), message.size());
        _exit(EXIT_FAILURE);
    }
}

}  // namespace

}  // namespace keesom::apps
