// SPDX-License-Identifier: BSD-3-Clause
//
// JSON files that people edit: the models' manifests, physical constants, expectations.
#pragma once

#include <filesystem>
#include <string>

namespace keesom {

/// Text of a file, which is valid JSON without a key that stands twice in one object. A JSON
/// library would silently take one of the two.
/// @throws ModelError "NAME: reason" with the place, if arrays and objects are nested more than 100
///         deep, and if the file cannot be read
std::string read_json_text(const std::filesystem::path& path);

}  // namespace keesom
