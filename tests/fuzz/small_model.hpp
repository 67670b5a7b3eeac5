// SPDX-License-Identifier: BSD-3-Clause
//
// A property model of a few numbers that are the same on every machine, since a manifest in a
// corpus has the hashes of its arrays.
#pragma once

#include "target.hpp"

#include <keesom/core/io/text_file.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <Eigen/Core>

#include <utility>
#include <vector>

namespace keesom::fuzz {

inline KernelPropertyModel small_model() {
    KernelModelData data;
    data.descriptor.elements = {1};
    data.descriptor.radial.max_radial = 2;
    data.descriptor.max_angular = 2;
    data.descriptor.max_channels = 1;
    data.descriptor.tensor_channels = 1;
    const auto half = [](Eigen::Index rows, Eigen::Index columns) {
        return Eigen::MatrixXd(Eigen::MatrixXd::Constant(rows, columns, 0.5));
    };
    ElementModel hydrogen;
    hydrogen.element = 1;
    hydrogen.training_atoms = 2;
    hydrogen.reduction.channels = ChannelContraction(std::vector<Eigen::MatrixXd>(3, half(1, 2)));
    hydrogen.reduction.directions[0] = half(2, 3);
    hydrogen.electronegativity = {0.25, 0.5, {half(2, 2), 1}, {half(1, 2), 0}};
    hydrogen.staying_charge = hydrogen.electronegativity;
    hydrogen.locals.assign(local_properties().size(), hydrogen.electronegativity);
    hydrogen.smallest =
        Eigen::VectorXd::Constant(static_cast<Eigen::Index>(local_properties().size()), 0.5);
    hydrogen.tensor_weights = {half(2, 2), half(1, 3)};
    hydrogen.novelty_weights.resize(2);
    hydrogen.novelty_weights << 0.25, 0.5;
    hydrogen.variances.assign(density_properties().size(), {0.5, 0.25});
    ShortRangeElement& short_range = hydrogen.short_range.emplace();
    short_range.points = {half(2, 2), {half(1, 3), half(1, 5)}};
    for (const AtomProperty& property : short_range_properties()) {
        const int rank = property.rank();
        short_range.coefficients.push_back(
            half(short_range.points.count(rank), short_range.points.channels(rank)));
    }
    data.elements = {hydrogen};
    data.training_sources = {{"none", ""}};
    data.training_molecules = 1;
    data.training_charges = {0};
    data.card = "A model to try the reader on.\n";
    return KernelPropertyModel(std::move(data));
}

/// Folder with the model in it, written once for each process.
inline const std::filesystem::path& model_folder() {
    static const std::filesystem::path path = [] {
        std::filesystem::path made = folder().path() / "model";
        save_model(small_model(), made);
        return made;
    }();
    return path;
}

inline void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline Molecule hydrogen_molecule() {
    Molecule molecule;
    molecule.atomic_numbers = {1, 1};
    molecule.positions = Eigen::Matrix3Xd::Zero(3, 2);
    molecule.positions(2, 1) = 1.4;
    return molecule;
}

/// Loads the model, as it is now; one that loads predicts, and can be saved and loaded again.
inline void load_and_check() {
    const std::filesystem::path& path = model_folder();
    const std::filesystem::path first = folder().path() / "first";
    const std::filesystem::path second = folder().path() / "second";
    returns(
        [&] {
            const KernelPropertyModel model = load_model(path);
            returns([&] { static_cast<void>(model.predict(hydrogen_molecule())); });
            require_returns([&] {
                save_model(model, first);
                save_model(load_model(first), second);
            });
            require(read_file(first / model_manifest) == read_file(second / model_manifest),
                    "another model");
        },
        path.string());
}

}  // namespace keesom::fuzz
