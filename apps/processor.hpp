// SPDX-License-Identifier: BSD-3-Clause
//
// Instructions that the program was compiled for. A program built for another processor would end
// in an illegal instruction, maybe before main, so they are compared with what the processor has
// before anything else runs.
#pragma once

namespace keesom::apps {

extern const bool built_for_sse42;
extern const bool built_for_avx2;
extern const bool built_for_fma;
extern const bool built_for_avx512;

}  // namespace keesom::apps
