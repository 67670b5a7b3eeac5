// SPDX-License-Identifier: BSD-3-Clause
//
// Benchmark sets: the monomers of each frame and their reference energies.
#include "target.hpp"

#include <keesom/core/io/reference_systems.hpp>

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    const auto path = fuzz::folder().file("set.xyz", fuzz::text_of(data, size));
    std::vector<ReferenceSystem> systems;
    fuzz::returns([&] { systems = read_reference_systems(path); }, path.string());
    for (const ReferenceSystem& system : systems) {
        fuzz::require(system.monomers.size() >= 2, "a single monomer");
        const auto energy = [&] { static_cast<void>(system.reference_energy("e_ref")); };
        const auto components = [&] { static_cast<void>(system.reference_components()); };
        fuzz::returns(energy, system.where);
        fuzz::returns(components, system.where);
        for (const Molecule& monomer : system.monomers) {
            fuzz::returns([&] { monomer.validate(); });
        }
    }
    return 0;
}
