// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/npy.hpp>
#include <keesom/core/io/prediction_cache.hpp>
#include <keesom/core/io/sha256.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <ios>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

namespace keesom {

namespace {

namespace fs = std::filesystem;

using Table = NpyArray<double>::RowMajorMatrix;

constexpr std::size_t digest_size = 64;

Eigen::Index table_rows() {
    Eigen::Index rows = 2;  // novelty, unfamiliar atoms
    for (const AtomProperty& property : atom_properties()) {
        rows += property.components() + 1;
    }
    return rows;
}

/// Calls visit(values, row) for all that a model may not know, each with its row of the table.
template <class Uncertainty, class Visit>
void visit_uncertainty(Uncertainty& uncertainty, Eigen::Index first_row, const Visit& visit) {
    for (const AtomProperty& property : atom_properties()) {
        visit(property.deviations(uncertainty), first_row++);
    }
    visit(uncertainty.novelty, first_row);
}

std::string bytes_of(const PropertyPrediction& prediction) {
    Table table(table_rows(), prediction.properties.size());
    Eigen::Index row = 0;
    for (const AtomProperty& property : atom_properties()) {
        table.middleRows(row, property.components()) = property.values(prediction.properties);
        row += property.components();
    }
    visit_uncertainty(
        prediction.uncertainty, row, [&](const Eigen::VectorXd& values, Eigen::Index i) {
            table.row(i).setConstant(std::numeric_limits<double>::quiet_NaN());
            if (values.size() != 0) {
                table.row(i) = values;
            }
        });
    table.bottomRows(1) = prediction.unfamiliar.cast<double>().transpose();
    return npy_bytes(NpyArray<double>(table));
}

PropertyPrediction prediction_of(const Table& table) {
    PropertyPrediction prediction;
    prediction.properties = AtomProperties(table.cols());
    Eigen::Index row = 0;
    for (const AtomProperty& property : atom_properties()) {
        property.values(prediction.properties) = table.middleRows(row, property.components());
        row += property.components();
    }
    visit_uncertainty(prediction.uncertainty, row, [&](Eigen::VectorXd& values, Eigen::Index i) {
        if (!table.row(i).array().isNaN().all()) {
            values = table.row(i);
        }
    });
    prediction.unfamiliar = table.bottomRows(1).transpose().array() != 0.0;
    return prediction;
}

std::string key_of(const Molecule& molecule, const std::string& context) {
    return sha256(
        fmt::format(
            "{} {} {}\n", context, molecule.charge, fmt::join(molecule.atomic_numbers, " ")) +
        npy_bytes(NpyArray<double>(molecule.positions)));
}

/// None if there is no entry, or one that is not as it was written.
std::optional<PropertyPrediction> read_entry(const fs::path& path,
                                             const std::string& key,
                                             Eigen::Index n_atoms) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.size() < digest_size) {
        return std::nullopt;
    }
    const std::string_view array = std::string_view(bytes).substr(0, bytes.size() - digest_size);
    if (sha256(key + std::string(array)) != std::string_view(bytes).substr(array.size())) {
        return std::nullopt;
    }
    try {
        const NpyArray<double> values = parse_npy<double>(array, path.string());
        if (values.shape == std::vector<Eigen::Index>{table_rows(), n_atoms}) {
            return prediction_of(values.matrix());
        }
    } catch (const ModelError&) {
        // of another version, as one of another shape is
    }
    return std::nullopt;
}

/// Writes a file under a name of its own, by which no other writer of any process on any machine
/// can get in the way, and renames it. Does not wait until the bytes are on the disk, which would
/// take longer than to predict: what a crash leaves is no entry, by its checksum.
std::error_code write_entry(const fs::path& path, std::string_view bytes) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) {
        return error;
    }
    std::random_device random;
    fs::path partial = path;
    partial += fmt::format(".{:08x}{:08x}", random(), random());
    errno = 0;
    std::ofstream file(partial, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (file) {
        fs::rename(partial, path, error);
    } else {
        error = {errno, std::generic_category()};
    }
    if (error) {
        std::error_code ignored;
        fs::remove(partial, ignored);
    }
    return error;
}

/// One atom of each element that a model knows, on a helix, as near to each other as bonded ones.
Molecule sample_molecule(const PropertyModel& model) {
    Molecule molecule;
    molecule.atomic_numbers = model.supported_elements();
    molecule.positions.resize(3, static_cast<Eigen::Index>(molecule.atomic_numbers.size()));
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        const auto angle = static_cast<double>(i);
        molecule.positions.col(i) << 2.0 * std::cos(angle), 2.0 * std::sin(angle), 1.5 * angle;
    }
    return molecule;
}

}  // namespace

CachedPropertyModel::CachedPropertyModel(std::shared_ptr<const PropertyModel> model,
                                         const std::string& identity,
                                         fs::path folder)
    : model_(std::move(model)), folder_(std::move(folder)) {
    const fs::path trial = folder_ / sha256(identity);  // what nobody calls a file of theirs
    if (const std::error_code error = write_entry(trial, {})) {
        throw InputError(
            fmt::format("{}: cannot be written to ({})", folder_.string(), error.message()));
    }
    std::error_code ignored;
    fs::remove(trial, ignored);
    context_ = sha256(fmt::format("keesom prediction 1\n{}\n", identity) +
                      bytes_of(model_->predict(sample_molecule(*model_))));
}

PropertyPrediction CachedPropertyModel::predict(const Molecule& molecule) const {
    const std::string key = key_of(molecule, context_);
    const fs::path path = folder_ / key.substr(0, 2) / key.substr(2);
    if (auto known = read_entry(path, key, molecule.size())) {
        return *std::move(known);
    }
    PropertyPrediction prediction = model_->predict(molecule);
    const std::string array = bytes_of(prediction);
    (void)write_entry(path, array + sha256(key + array));
    return prediction;
}

std::unique_ptr<const PropertyLinearization> CachedPropertyModel::linearize(
    const Molecule& molecule) const {
    return model_->linearize(molecule);
}

std::vector<int> CachedPropertyModel::supported_elements() const {
    return model_->supported_elements();
}

}  // namespace keesom
