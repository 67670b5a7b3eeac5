// SPDX-License-Identifier: BSD-3-Clause
//
// A force field as a directory: manifest.json, and NumPy arrays that it lists with type, shape and
// SHA-256. Loading checks all of it. A saved and loaded force field gives the same bits.
#pragma once

#include <keesom/ml/force_field/force_field.hpp>
#include <keesom/ml/model/property_model.hpp>

#include <filesystem>
#include <span>

namespace keesom {

/// Version of the directory's layout that this library writes and reads.
inline constexpr int force_field_file_version = 2;

/// The file that makes a folder a force field.
inline constexpr const char* force_field_manifest = "force_field.json";

/// Writes a force field, whole or not at all; another one in its place is replaced.
/// @param sources what it was trained on
/// @throws InputError "NAME: reason" if a file cannot be written, or the folder holds anything but
///         a force field
void save_force_field(const ForceField& force_field,
                      std::span<const TrainingSource> sources,
                      const std::filesystem::path& directory);

/// @throws ModelError "NAME: reason" if the manifest is missing, damaged, of another version, has
///         unknown or lacks known keys, or if an array is missing, changed or has another shape
ForceField load_force_field(const std::filesystem::path& directory);

}  // namespace keesom
