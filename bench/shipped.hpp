// SPDX-License-Identifier: BSD-3-Clause
//
// The model and the constants that users have, for benchmarks.
#pragma once

#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <filesystem>
#include <memory>

namespace keesom::bench {

inline const std::filesystem::path data = KEESOM_BENCH_DATA_DIR;

inline const ParameterSet& parameters() {
    static const ParameterSet set = load_parameters(data / "models" / "organic" / parameter_file);
    return set;
}

inline const InteractionModel& model() {
    static const InteractionModel shipped(
        std::make_shared<KernelPropertyModel>(load_model(data / "models" / "organic")),
        parameters());
    return shipped;
}

}  // namespace keesom::bench
