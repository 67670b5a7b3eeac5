// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <keesom/ml/training/training.hpp>

#include <span>
#include <string>

namespace keesom {

/// Text of MODEL_CARD.md: what a model was trained on, how wrong it is, what it must not be used
/// for. Not a public header.
/// @param errors of the cross-validation
std::string model_card(const KernelModelData& model,
                       const TrainingOptions& options,
                       std::span<const PropertyErrors> errors);

}  // namespace keesom
