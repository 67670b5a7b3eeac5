// SPDX-License-Identifier: BSD-3-Clause
//
// The manifest of a property model, beside the arrays of a small model.
#include "small_model.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    fuzz::write_bytes(fuzz::model_folder() / model_manifest, fuzz::text_of(data, size));
    fuzz::load_and_check();
    return 0;
}
