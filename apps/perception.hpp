// SPDX-License-Identifier: BSD-3-Clause
//
// Whether the molecules of the input are what they seem: charges that were forgotten, hydrogen
// atoms that were left out.
#pragma once

#include "session.hpp"

#include <keesom/core/io/input_complexes.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace keesom::apps {

/// A warning for each molecule whose bonds suggest another charge, and for each whose charge none
/// of the training set has.
/// @param first position of the first molecule in its complex, from 0
/// @throws InputError if a molecule lacks hydrogen atoms
void append_perception_warnings(const std::vector<InputMonomer>& inputs,
                                const Session& session,
                                std::vector<std::string>& warnings,
                                std::size_t first = 0);

}  // namespace keesom::apps
