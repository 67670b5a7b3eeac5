// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/json_text.hpp>
#include <keesom/core/io/npy.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/ml/model/model_arrays.hpp>
#include <keesom/ml/model/strict_object.hpp>

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace keesom {

using nlohmann::json;

namespace {

constexpr const char* single_precision = "<f4";
constexpr const char* double_precision = "<f8";

template <class Scalar>
Eigen::MatrixXd parse(const std::string& bytes,
                      const std::filesystem::path& path,
                      const json& shape) {
    const auto array = parse_npy<Scalar>(bytes, path.string());
    if (array.shape != shape.get<std::vector<Eigen::Index>>()) {
        throw ModelError(fmt::format(
            "{}: shape is not the one in the manifest, {}", path.string(), shape.dump()));
    }
    if (array.shape.size() != 2) {
        throw ModelError(
            fmt::format("{}: expected a matrix, the shape is {}", path.string(), shape.dump()));
    }
    return array.matrix().template cast<double>();
}

}  // namespace

ArrayWriter::ArrayWriter(std::filesystem::path directory)
    : directory_(std::move(directory)), entries_(json::object()) {}

void ArrayWriter::write(const std::string& key, const Eigen::MatrixXd& matrix) {
    const std::string file = key + ".npy";
    const Eigen::MatrixXf single = matrix.cast<float>();
    const bool exact = single.cast<double>() == matrix;
    const std::string bytes =
        exact ? npy_bytes(NpyArray<float>(single)) : npy_bytes(NpyArray<double>(matrix));
    write_file(directory_ / file, bytes);
    entries_[key] = {{"file", file},
                     {"dtype", exact ? single_precision : double_precision},
                     {"shape", {matrix.rows(), matrix.cols()}},
                     {"sha256", sha256(bytes)}};
}

ArrayReader::ArrayReader(std::filesystem::path directory, const json& entries, std::string name)
    : directory_(std::move(directory)), entries_(entries), name_(std::move(name)) {
    if (!entries.is_object()) {
        throw ModelError(fmt::format("{}: expected an object", name_));
    }
    for (const auto& item : entries.items()) {
        unread_.insert(item.key());
    }
}

Eigen::MatrixXd ArrayReader::read(const std::string& key) {
    if (unread_.erase(key) == 0) {
        throw ModelError(fmt::format("{}: array '{}' is missing", name_, key));
    }
    const StrictObject entry(
        entries_.at(key), fmt::format("{}: {}", name_, key), {"file", "dtype", "shape", "sha256"});
    const auto file = entry.get<std::string>("file");
    if (file != key + ".npy") {
        throw ModelError(
            fmt::format("{}: array '{}' is in '{}', expected '{}.npy'", name_, key, file, key));
    }
    const std::filesystem::path path = directory_ / file;
    const std::string bytes = read_model_bytes(path);
    if (const std::string digest = sha256(bytes); digest != entry.get<std::string>("sha256")) {
        throw ModelError(fmt::format("{}: SHA-256 is {}, the manifest has {}",
                                     path.string(),
                                     digest,
                                     entry.get<std::string>("sha256")));
    }
    const auto shape = json(entry.get<std::vector<Eigen::Index>>("shape"));
    const auto dtype = entry.get<std::string>("dtype");
    if (dtype == single_precision) {
        return parse<float>(bytes, path, shape);
    }
    if (dtype == double_precision) {
        return parse<double>(bytes, path, shape);
    }
    throw ModelError(fmt::format("{}: expected dtype {} or {}, got {}",
                                 path.string(),
                                 single_precision,
                                 double_precision,
                                 dtype));
}

std::string ArrayReader::path(const std::string& key) const {
    return (directory_ / (key + ".npy")).string();
}

void ArrayReader::require_all_read() const {
    if (!unread_.empty()) {
        throw ModelError(fmt::format("{}: unknown array '{}'", name_, *unread_.begin()));
    }
}

json read_manifest(const std::filesystem::path& path, const std::string& schema, int version) {
    json document = json::parse(read_json_text(path));
    // Schema and version first: another version may well have other keys.
    if (!document.is_object() || document.value("schema", json()) != schema) {
        throw ModelError(fmt::format("{}: schema is not '{}'", path.string(), schema));
    }
    if (const json found = document.value("version", json()); found != version) {
        throw ModelError(
            fmt::format("{}: version is {}, expected {}", path.string(), found.dump(), version));
    }
    return document;
}

json sources_manifest(std::span<const TrainingSource> sources) {
    json list = json::array();
    for (const TrainingSource& source : sources) {
        list.push_back({{"set", source.name}, {"sha256", source.sha256}});
    }
    return list;
}

std::string read_model_bytes(const std::filesystem::path& path) {
    try {
        return read_file(path);
    } catch (const InputError& error) {
        throw ModelError(error.what());
    }
}

}  // namespace keesom
