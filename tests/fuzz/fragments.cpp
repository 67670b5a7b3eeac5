// SPDX-License-Identifier: BSD-3-Clause
//
// Fragments and charges as they stand on a command line, and a molecule split by them.
#include "target.hpp"

#include <keesom/core/fragments.hpp>

#include <string>
#include <vector>

namespace keesom {

namespace {

Molecule chain() {
    constexpr int n_atoms = 12;
    Molecule molecule;
    molecule.name = "chain";
    molecule.positions.resize(3, n_atoms);
    for (int i = 0; i < n_atoms; ++i) {
        molecule.atomic_numbers.push_back(2);
        molecule.positions.col(i) = Eigen::Vector3d(4.0 * i, 0.0, 0.0);
    }
    return molecule;
}

std::string text_of(const std::vector<int>& charges) {
    std::string text;
    for (const int charge : charges) {
        text += (text.empty() ? "" : ",") + std::to_string(charge);
    }
    return text;
}

std::string text_of(const std::vector<Fragment>& fragments) {
    std::string text;
    for (const Fragment& fragment : fragments) {
        text += text.empty() ? "" : ",";
        for (std::size_t i = 0; i < fragment.size(); ++i) {
            text += (i == 0 ? "" : "+") + std::to_string(fragment[i] + 1);
        }
    }
    return text;
}

}  // namespace

}  // namespace keesom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    const std::string_view text = fuzz::text_of(data, size);
    std::vector<int> charges;
    if (fuzz::returns([&] { charges = parse_charges(text); })) {
        fuzz::require_returns(
            [&] { fuzz::require(parse_charges(text_of(charges)) == charges, "other charges"); });
    }
    std::vector<Fragment> fragments;
    if (fuzz::returns([&] { fragments = parse_fragments(text); })) {
        static const Molecule molecule = chain();
        const std::vector<int> neutral(fragments.size(), 0);
        fuzz::returns([&] { static_cast<void>(split_molecule(molecule, fragments, neutral)); });
        std::size_t n_atoms = 0;
        for (const Fragment& fragment : fragments) {
            n_atoms += fragment.size();
        }
        constexpr std::size_t many = 1000;  // ranges become long texts
        if (n_atoms < many) {
            fuzz::require_returns([&] {
                fuzz::require(parse_fragments(text_of(fragments)) == fragments, "other fragments");
            });
        }
    }
    return 0;
}
