// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/molecule_file.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/property_set.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

namespace keesom {

namespace {

AtomProperties properties_of(const XyzFrame& frame) {
    AtomProperties properties(frame.size());
    for (const AtomProperty& property : density_properties()) {
        const auto found = frame.columns.find(std::string(property.key));
        if (found == frame.columns.end()) {
            throw InputError(fmt::format("column '{}' is missing", property.key));
        }
        if (found->second.rows() != property.components()) {
            throw InputError(fmt::format("'{}' has {} columns, expected {}",
                                         property.key,
                                         found->second.rows(),
                                         property.components()));
        }
        property.values(properties) = found->second;
    }
    return properties;
}

Eigen::Vector3d parse_vector(const std::string& key, std::string_view text) {
    std::vector<std::string_view> words;
    parse::split_words(text, words);
    Eigen::Vector3d vector = Eigen::Vector3d::Zero();
    bool good = words.size() == 3;
    for (std::size_t k = 0; good && k < 3; ++k) {
        const auto value = parse::number<double>(words[k]);
        good = value && std::isfinite(*value);
        vector[static_cast<Eigen::Index>(k)] = value.value_or(0.0);
    }
    if (!good) {
        throw InputError(fmt::format("{}='{}' is not a vector of three numbers", key, text));
    }
    return vector;
}

std::string text_of(const XyzFrame& frame, const std::string& key) {
    const std::string* text = frame.find(key);
    return text == nullptr ? std::string() : *text;
}

PropertyRecord property_record(const XyzFrame& frame, MoleculeRecord molecule_record) {
    if (!molecule_record.charge_is_stated) {
        throw InputError("key 'charge' is missing");
    }
    PropertyRecord record;
    record.molecule = std::move(molecule_record.molecule);
    record.properties = properties_of(frame);
    record.source = text_of(frame, "source");
    record.split = text_of(frame, "split");
    if (const std::string* dipole = frame.find("molecular_dipole")) {
        record.molecular_dipole = parse_vector("molecular_dipole", *dipole);
    }
    record.where = frame.where;
    record.molecule.validate();
    record.properties.validate(record.molecule.size());
    const double sum = record.properties.charges.sum();
    if (std::abs(sum - record.molecule.charge) > charge_sum_tolerance) {
        throw InputError(fmt::format("charges of the atoms add up to {:.6f}, expected charge={}",
                                     sum,
                                     record.molecule.charge));
    }
    return record;
}

}  // namespace

std::vector<PropertyRecord> read_property_set(const std::filesystem::path& path) {
    const std::vector<XyzFrame> frames = read_extended_xyz(path);
    std::vector<PropertyRecord> records;
    records.reserve(frames.size());
    for (const XyzFrame& frame : frames) {
        MoleculeRecord molecule = molecule_record(frame);
        if (molecule.molecule.name.empty()) {
            molecule.molecule.name = record_name(path, records.size(), frames.size());
        }
        try {
            records.push_back(property_record(frame, std::move(molecule)));
        } catch (const InputError& error) {
            throw InputError(fmt::format("{}: {}", frame.where, error.what()));
        }
    }
    return records;
}

XyzFrame property_frame(const Molecule& molecule, const AtomProperties& properties) {
    properties.validate(molecule.size());
    XyzFrame frame;
    frame.atomic_numbers = molecule.atomic_numbers;
    frame.positions = molecule.positions;
    if (!molecule.name.empty()) {
        frame.info["name"] = molecule.name;
    }
    frame.info["charge"] = std::to_string(molecule.charge);
    for (const AtomProperty& property : density_properties()) {
        frame.columns[std::string(property.key)] = property.values(properties);
    }
    return frame;
}

}  // namespace keesom
