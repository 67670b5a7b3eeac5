// SPDX-License-Identifier: BSD-3-Clause
//
// Predictions that stay on the disk, for molecules that come again in other runs: a library that is
// screened beside a new host, a host that is there each time.
//
// An entry is known by a SHA-256 of all that it depends on: the model, elements, charge, and every
// bit of the positions. A molecule that was turned is another one, whose prediction would differ in
// its last digits: what is read is to the bit what would have been predicted. Builds for different
// processors differ in those digits as well, with one model; so a few atoms are predicted first,
// and what comes out is part of the key.
//
// The entry of key abcdef… is the file FOLDER/ab/cdef…: an array in the .npy format, then 64
// hexadecimal digits. The array, float64 (rows, N), has the components of each of
// atom_properties(), the standard deviation of each and the novelty (NaN: not known), and whether
// the atom is unfamiliar. The digits are the SHA-256 of key and array: an entry that was cut off,
// damaged or put there by another program is predicted and written anew.
#pragma once

#include <keesom/core/property_model.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace keesom {

/// Another model, with its predictions kept in a folder that any number of threads and processes
/// may share.
class CachedPropertyModel : public PropertyModel {
public:
    /// @param identity what tells the model from others, such as the SHA-256 of its manifest
    /// @param folder is made where it is not there
    /// @throws InputError "NAME: reason" if that cannot be written to, and what the model throws
    ///         for atoms of all its elements on a helix
    CachedPropertyModel(std::shared_ptr<const PropertyModel> model,
                        const std::string& identity,
                        std::filesystem::path folder);

    /// From the folder, or predicted and kept there. One that cannot be kept, on a disk that is
    /// full by now, is predicted nevertheless.
    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override;

    /// By the model; of this nothing is kept.
    [[nodiscard]] std::unique_ptr<const PropertyLinearization> linearize(
        const Molecule& molecule) const override;

    [[nodiscard]] std::vector<int> supported_elements() const override;

private:
    std::shared_ptr<const PropertyModel> model_;
    std::filesystem::path folder_;
    std::string context_;  // the part of the key that all molecules have in common
};

}  // namespace keesom
