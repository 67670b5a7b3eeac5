// SPDX-License-Identifier: BSD-3-Clause
//
// The model that users have, and real molecules.
#pragma once

#include <keesom/core/io/reference_systems.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <filesystem>
#include <memory>
#include <vector>

namespace keesom::testing {

inline const std::filesystem::path data = KEESOM_TEST_DATA_DIR;

inline const ParameterSet& shipped_parameters() {
    static const ParameterSet parameters =
        load_parameters(data / "models" / "organic" / parameter_file);
    return parameters;
}

inline const InteractionModel& shipped_model() {
    static const InteractionModel model(
        std::make_shared<KernelPropertyModel>(load_model(data / "models" / "organic")),
        shipped_parameters());
    return model;
}

/// A few systems of S22: hydrogen bonds, a stack, mixed.
inline std::vector<std::vector<Molecule>> real_dimers() {
    std::vector<std::vector<Molecule>> dimers;
    for (const ReferenceSystem& system :
         read_reference_systems(data / "benchmarks" / "s22.xyz.gz")) {
        dimers.push_back(system.monomers);
    }
    return {dimers[1], dimers[3], dimers[10], dimers[14], dimers[18]};
}

}  // namespace keesom::testing
