// SPDX-License-Identifier: BSD-3-Clause
//
// The arrays of a model directory, each a .npy file that the manifest lists with type, shape and
// SHA-256. Not a public header.
#pragma once

#include <keesom/ml/model/property_model.hpp>

#include <Eigen/Core>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>
#include <span>
#include <string>

namespace keesom {

/// Writes arrays and notes what it wrote.
class ArrayWriter {
public:
    explicit ArrayWriter(std::filesystem::path directory);

    /// Writes KEY.npy, in single precision where that loses nothing.
    /// @throws InputError if the file cannot be written
    void write(const std::string& key, const Eigen::MatrixXd& matrix);

    [[nodiscard]] const nlohmann::json& entries() const { return entries_; }

private:
    std::filesystem::path directory_;
    nlohmann::json entries_;
};

/// Reads arrays that the manifest lists and checks them against it.
class ArrayReader {
public:
    /// @param name how messages call the list
    /// @throws ModelError unless `entries` is an object
    ArrayReader(std::filesystem::path directory, const nlohmann::json& entries, std::string name);

    /// @throws ModelError if the array is not listed, or its file is not as listed
    Eigen::MatrixXd read(const std::string& key);

    /// The file of an array, for messages.
    [[nodiscard]] std::string path(const std::string& key) const;

    /// @throws ModelError if the list has an array that nobody read
    void require_all_read() const;

private:
    std::filesystem::path directory_;
    const nlohmann::json& entries_;
    std::string name_;
    std::set<std::string> unread_;
};

/// The manifest of a model or force field, an object of this schema and version.
/// @throws ModelError "NAME: reason" if it cannot be read, or is of another schema or version
nlohmann::json read_manifest(const std::filesystem::path& path,
                             const std::string& schema,
                             int version);

/// Names and hashes of the sets that a model or force field was trained on, as manifests have them.
nlohmann::json sources_manifest(std::span<const TrainingSource> sources);

/// The bytes of a file of a model.
/// @throws ModelError if it cannot be read
std::string read_model_bytes(const std::filesystem::path& path);

}  // namespace keesom
