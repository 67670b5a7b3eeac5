// SPDX-License-Identifier: BSD-3-Clause
#include "processor.hpp"

namespace keesom::apps {

// Constants that no instruction has to initialize.
#ifdef __SSE4_2__
constinit const bool built_for_sse42 = true;
#else
constinit const bool built_for_sse42 = false;
#endif
#ifdef __AVX2__
constinit const bool built_for_avx2 = true;
#else
constinit const bool built_for_avx2 = false;
#endif
#ifdef __FMA__
constinit const bool built_for_fma = true;
#else
constinit const bool built_for_fma = false;
#endif
#ifdef __AVX512F__
constinit const bool built_for_avx512 = true;
#else
constinit const bool built_for_avx512 = false;
#endif

}  // namespace keesom::apps
