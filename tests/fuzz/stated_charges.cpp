// SPDX-License-Identifier: BSD-3-Clause
//
// Charges in PDB, MOL2 and CML files; each text is read as all three.
#include "target.hpp"

#include <keesom/core/io/stated_charges.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    const std::string_view text = fuzz::text_of(data, size);
    fuzz::returns([&] { static_cast<void>(pdb_charges(text)); });
    fuzz::returns([&] { static_cast<void>(mol2_charges(text)); });
    fuzz::returns([&] { static_cast<void>(cml_charges(text)); });
    return 0;
}
