// SPDX-License-Identifier: BSD-3-Clause
//
// The quick start of the README as a program of its own: a water dimer.
#include <keesom/core/units.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

int main(int argc, char** argv) {
    if (argc != 2) {
        return 2;
    }
    const std::filesystem::path data = argv[1];
    const keesom::InteractionModel model(
        std::make_shared<keesom::KernelPropertyModel>(
            keesom::load_model(data / "models" / "organic")),
        keesom::load_parameters(data / "models" / "organic" / keesom::parameter_file));

    keesom::Molecule water;
    water.atomic_numbers = {8, 1, 1};
    water.positions.resize(3, 3);
    water.positions.col(0) << -0.702, -0.056, 0.010;
    water.positions.col(1) << -1.022, 0.847, -0.011;
    water.positions.col(2) << 0.258, 0.042, 0.005;
    water.positions *= keesom::units::angstrom;
    keesom::Molecule other = water;
    other.positions.col(0) << 2.221, 0.027, 0.001;
    other.positions.col(1) << 2.597, -0.412, 0.767;
    other.positions.col(2) << 2.593, -0.449, -0.745;
    other.positions *= keesom::units::angstrom;

    const keesom::EnergyComponents energy = model.interaction_energy(std::array{water, other});
    const double total_kcal_mol = energy.total() / keesom::units::kcal_per_mol;
    std::printf("water dimer: %.3f kcal/mol\n", total_kcal_mol);
    return total_kcal_mol < -3.0 && total_kcal_mol > -7.0 ? 0 : 1;
}
