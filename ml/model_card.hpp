// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/ml/training.hpp>

#include <string>

namespace keesom {

/// Text of MODEL_CARD.md: what a model was trained on, how wrong it is, what it must not be used
/// for.
/// @param validation the cross-validation, without errors if there was none
std::string model_card(const KernelModelData& model,
                       const TrainingOptions& options,
                       const Validation& validation);

}  // namespace keesom
