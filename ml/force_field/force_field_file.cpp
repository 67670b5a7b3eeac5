// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>
#include <keesom/ml/model/model_arrays.hpp>
#include <keesom/ml/model/strict_object.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace keesom {

namespace {

using nlohmann::json;

constexpr const char* force_field_schema = "keesom-force-field";

void write_files(const ForceField::Parameters& parameters,
                 std::span<const TrainingSource> sources,
                 const std::filesystem::path& directory) {
    ArrayWriter arrays(directory);
    arrays.write("pair_weights", parameters.pair_weights);
    arrays.write("points", parameters.points);
    arrays.write("dual", parameters.dual);
    const json manifest = {{"schema", force_field_schema},
                           {"version", force_field_file_version},
                           {"atomic_numbers", parameters.atomic_numbers},
                           {"charge", parameters.charge},
                           {"permutations", parameters.permutations},
                           {"length_scale", parameters.length_scale},
                           {"constant_hartree", parameters.constant},
                           {"minimum_hartree", parameters.minimum},
                           {"spacing", parameters.spacing},
                           {"sources", sources_manifest(sources)},
                           {"arrays", arrays.entries()}};
    write_file(directory / force_field_manifest, manifest.dump(2) + "\n");
}

std::vector<Permutation> read_permutations(const StrictObject& manifest) {
    const json& list = manifest["permutations"];
    const auto is_permutation = [](const json& entry) {
        return entry.is_array() && std::all_of(entry.begin(), entry.end(), holds<Eigen::Index>);
    };
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), is_permutation)) {
        throw ModelError(
            fmt::format("{}: expected lists of integers", manifest.path("permutations")));
    }
    return list.get<std::vector<Permutation>>();
}

ForceField::Parameters read_parameters(const json& document,
                                       const std::string& name,
                                       const std::filesystem::path& directory) {
    const StrictObject manifest(document,
                                name,
                                {"schema",
                                 "version",
                                 "atomic_numbers",
                                 "charge",
                                 "permutations",
                                 "length_scale",
                                 "constant_hartree",
                                 "minimum_hartree",
                                 "spacing",
                                 "sources",
                                 "arrays"});
    ForceField::Parameters parameters;
    parameters.atomic_numbers = manifest.get<std::vector<int>>("atomic_numbers");
    parameters.charge = manifest.get<int>("charge");
    parameters.permutations = read_permutations(manifest);
    parameters.length_scale = manifest.get<double>("length_scale");
    parameters.constant = manifest.get<double>("constant_hartree");
    parameters.minimum = manifest.get<double>("minimum_hartree");
    parameters.spacing = manifest.get<double>("spacing");
    ArrayReader arrays(directory, manifest["arrays"], manifest.path("arrays"));
    const Eigen::MatrixXd weights = arrays.read("pair_weights");
    if (weights.cols() != 1) {
        throw ModelError(fmt::format("{}: expected a vector", arrays.path("pair_weights")));
    }
    parameters.pair_weights = weights;
    parameters.points = arrays.read("points");
    parameters.dual = arrays.read("dual");
    arrays.require_all_read();
    return parameters;
}

}  // namespace

void save_force_field(const ForceField& force_field,
                      std::span<const TrainingSource> sources,
                      const std::filesystem::path& directory) {
    write_folder(directory, force_field_manifest, [&](const std::filesystem::path& partial) {
        write_files(force_field.parameters(), sources, partial);
    });
}

ForceField load_force_field(const std::filesystem::path& directory) {
    const std::filesystem::path path = directory / force_field_manifest;
    const std::string name = path.string();
    const json document = read_manifest(path, force_field_schema, force_field_file_version);
    ForceField::Parameters parameters = read_parameters(document, name, directory);
    try {
        return ForceField(std::move(parameters));
    } catch (const Error& error) {
        throw ModelError(fmt::format("{}: {}", name, error.what()));
    }
}

}  // namespace keesom
