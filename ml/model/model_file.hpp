// SPDX-License-Identifier: BSD-3-Clause
//
// A trained model as a directory: manifest.json, NumPy arrays, MODEL_CARD.md.
//
// The manifest holds everything that is not an array (schema, units, elements, descriptor, training
// sets and their hashes, validity, uncertainties) and a list of the arrays with type, shape and
// SHA-256; these are in single precision, to which training rounds them. For each element: the
// contraction of channels, the principal directions of the invariant features, the
// directions of the quadratic forms of all scalars, the weights of each tensor, those of the
// novelty; of elements that have learned short-range properties, the points and coefficients of
// these. A model without any does not list their units either. Loading checks all of it: a model
// that was changed by hand or in transit is an error, not a slightly different energy. A saved and
// loaded model predicts the same bits.
#pragma once

#include <keesom/ml/model/property_model.hpp>

#include <filesystem>

namespace keesom {

/// Version of the directory's layout that this library writes and reads.
inline constexpr int model_file_version = 4;

/// The file that makes a folder a model.
inline constexpr const char* model_manifest = "manifest.json";

/// Where the model that keesom ships is, in the folder of the shipped data.
inline constexpr const char* shipped_model_path = "models/organic";

/// Writes a model, whole or not at all; another model in its place is replaced.
/// @throws InputError "NAME: reason" if a file cannot be written, or the folder holds anything but
/// a
///         model
void save_model(const KernelPropertyModel& model, const std::filesystem::path& directory);

/// Writes the files of a model into a folder that exists, beside others that may be there.
/// @throws InputError "NAME: reason" if a file cannot be written
void write_model(const KernelPropertyModel& model, const std::filesystem::path& directory);

/// @throws ModelError "NAME: reason" if the manifest is missing, damaged, of another version, has
///         unknown or lacks known keys, or if an array is missing, changed or has another shape
KernelPropertyModel load_model(const std::filesystem::path& directory);

}  // namespace keesom
