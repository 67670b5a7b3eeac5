// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/json_text.hpp>
#include <keesom/core/io/npy.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/ml/model_file.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace keesom {

namespace {

using nlohmann::json;

constexpr const char* schema = "keesom-kernel-property-model";
constexpr const char* card_name = "MODEL_CARD.md";
constexpr Eigen::Index neighbor_columns = 4;  // atomic number, x, y, z
constexpr double largest_atomic_number = 118.0;

// ---------------------------------------------------------------------------------------------
// Arrays

/// Triangles are stored row by row without their zeros.
Eigen::VectorXd packed(const Eigen::MatrixXd& lower) {
    const Eigen::Index m = lower.rows();
    Eigen::VectorXd values(m * (m + 1) / 2);
    Eigen::Index next = 0;
    for (Eigen::Index row = 0; row < m; ++row) {
        values.segment(next, row + 1) = lower.row(row).head(row + 1).transpose();
        next += row + 1;
    }
    return values;
}

Eigen::MatrixXd unpacked(const Eigen::VectorXd& values, Eigen::Index m) {
    Eigen::MatrixXd lower = Eigen::MatrixXd::Zero(m, m);
    Eigen::Index next = 0;
    for (Eigen::Index row = 0; row < m; ++row) {
        lower.row(row).head(row + 1) = values.segment(next, row + 1).transpose();
        next += row + 1;
    }
    return lower;
}

/// (Σ neighbors, 4), the neighbor lists one after another.
Eigen::MatrixXd neighbor_rows(const std::vector<AtomicEnvironment>& environments) {
    Eigen::Index total = 0;
    for (const AtomicEnvironment& environment : environments) {
        total += environment.displacements.cols();
    }
    Eigen::MatrixXd rows(total, neighbor_columns);
    Eigen::Index next = 0;
    for (const AtomicEnvironment& environment : environments) {
        for (Eigen::Index j = 0; j < environment.displacements.cols(); ++j) {
            rows(next, 0) = environment.neighbor_elements[static_cast<std::size_t>(j)];
            rows.row(next).tail<3>() = environment.displacements.col(j).transpose();
            ++next;
        }
    }
    return rows;
}

Eigen::VectorXd neighbor_counts(const std::vector<AtomicEnvironment>& environments) {
    Eigen::VectorXd counts(static_cast<Eigen::Index>(environments.size()));
    for (std::size_t i = 0; i < environments.size(); ++i) {
        counts[static_cast<Eigen::Index>(i)] =
            static_cast<double>(environments[i].displacements.cols());
    }
    return counts;
}

std::vector<AtomicEnvironment> environments_from(int element,
                                                 const Eigen::VectorXd& counts,
                                                 const Eigen::MatrixXd& rows,
                                                 const std::string& name) {
    if (rows.cols() != neighbor_columns || counts.sum() != static_cast<double>(rows.rows())) {
        throw ModelError(fmt::format("{}: expected {} neighbors with {} columns, got {} x {}",
                                     name,
                                     counts.sum(),
                                     neighbor_columns,
                                     rows.rows(),
                                     rows.cols()));
    }
    std::vector<AtomicEnvironment> environments;
    Eigen::Index next = 0;
    for (const double number : counts) {
        if (!(number >= 0.0 && number <= static_cast<double>(rows.rows() - next)) ||
            std::floor(number) != number) {
            throw ModelError(fmt::format("{}: {} is no number of neighbors", name, number));
        }
        const auto count = static_cast<Eigen::Index>(number);
        AtomicEnvironment environment;
        environment.element = element;
        environment.displacements = rows.block(next, 1, count, 3).transpose();
        for (Eigen::Index j = 0; j < count; ++j) {
            const double number_of_element = rows(next + j, 0);
            const double distance = environment.displacements.col(j).norm();
            if (!(number_of_element >= 1.0 && number_of_element <= largest_atomic_number) ||
                std::floor(number_of_element) != number_of_element ||
                !(distance > 0.0 && std::isfinite(distance))) {
                throw ModelError(fmt::format("{}: element {} at a distance of {} is no neighbor",
                                             name,
                                             number_of_element,
                                             distance));
            }
            environment.neighbor_elements.push_back(static_cast<int>(number_of_element));
        }
        environments.push_back(std::move(environment));
        next += count;
    }
    return environments;
}

/// Writes arrays and notes what it wrote.
class ArrayWriter {
public:
    explicit ArrayWriter(std::filesystem::path directory) : directory_(std::move(directory)) {}

    template <class Derived>
    void write(const std::string& key, const Eigen::MatrixBase<Derived>& matrix) {
        const std::string file = key + ".npy";
        const NpyArray<double> array(matrix);
        const std::string bytes = npy_bytes(array);
        write_file(directory_ / file, bytes);
        entries_[key] = {
            {"file", file}, {"dtype", "<f8"}, {"shape", array.shape}, {"sha256", sha256(bytes)}};
    }

    [[nodiscard]] const json& entries() const { return entries_; }

private:
    std::filesystem::path directory_;
    json entries_ = json::object();
};

std::string read_bytes(const std::filesystem::path& path) {
    try {
        return read_file(path);
    } catch (const InputError& error) {
        throw ModelError(error.what());
    }
}

// ---------------------------------------------------------------------------------------------
// Manifest

template <class Value>
struct IsListOfIntegers : std::false_type {};

template <class Integer>
struct IsListOfIntegers<std::vector<Integer>> : std::is_integral<Integer> {};

/// Whether a number is an integer that Integer can hold. The library would cut 9.5 down to 9, and
/// leave the higher bits of a large number out.
template <class Integer>
bool holds(const json& value) {
    return value.is_number_unsigned()  ? std::in_range<Integer>(value.get<std::uint64_t>())
           : value.is_number_integer() ? std::in_range<Integer>(value.get<std::int64_t>())
                                       : false;
}

/// An object of the manifest: every key must be asked for once, and no others may be there.
class StrictObject {
public:
    StrictObject(const json& object, std::string name, std::set<std::string> keys)
        : object_(object), name_(std::move(name)) {
        if (!object.is_object()) {
            throw ModelError(fmt::format("{}: expected an object", name_));
        }
        for (const auto& item : object.items()) {
            if (keys.erase(item.key()) == 0) {
                throw ModelError(fmt::format("{}: unknown key '{}'", name_, item.key()));
            }
        }
        if (!keys.empty()) {
            throw ModelError(fmt::format("{}: key '{}' is missing", name_, *keys.begin()));
        }
    }

    template <class Value>
    [[nodiscard]] Value get(const std::string& key) const {
        const json& value = object_.at(key);
        bool integers_fit = true;
        if constexpr (std::is_integral_v<Value>) {
            integers_fit = holds<Value>(value);
        } else if constexpr (IsListOfIntegers<Value>::value) {
            integers_fit =
                std::all_of(value.begin(), value.end(), holds<typename Value::value_type>);
        }
        if (!integers_fit) {
            throw ModelError(fmt::format("{}: key '{}' is {}, expected {}",
                                         name_,
                                         key,
                                         value.dump(),
                                         std::is_integral_v<Value> ? "an integer" : "integers"));
        }
        try {
            return value.get<Value>();
        } catch (const json::exception&) {
            throw ModelError(
                fmt::format("{}: key '{}' has the wrong type, it is {}", name_, key, value.dump()));
        }
    }

    [[nodiscard]] const json& operator[](const std::string& key) const { return object_.at(key); }

    [[nodiscard]] std::string path(const std::string& key) const {
        return fmt::format("{}: {}", name_, key);
    }

private:
    const json& object_;
    std::string name_;
};

/// Reads arrays that the manifest lists and checks them against it.
class ArrayReader {
public:
    ArrayReader(std::filesystem::path directory, const json& entries, std::string name)
        : directory_(std::move(directory)), entries_(entries), name_(std::move(name)) {
        if (!entries.is_object()) {
            throw ModelError(fmt::format("{}: expected an object", name_));
        }
        for (const auto& item : entries.items()) {
            unread_.insert(item.key());
        }
    }

    Eigen::MatrixXd read(const std::string& key) {
        if (unread_.erase(key) == 0) {
            throw ModelError(fmt::format("{}: array '{}' is missing", name_, key));
        }
        const StrictObject entry(entries_.at(key),
                                 fmt::format("{}: {}", name_, key),
                                 {"file", "dtype", "shape", "sha256"});
        const auto file = entry.get<std::string>("file");
        if (file != key + ".npy") {
            throw ModelError(
                fmt::format("{}: array '{}' is in '{}', expected '{}.npy'", name_, key, file, key));
        }
        const std::filesystem::path path = directory_ / file;
        const std::string bytes = read_bytes(path);
        if (const std::string digest = sha256(bytes); digest != entry.get<std::string>("sha256")) {
            throw ModelError(fmt::format("{}: SHA-256 is {}, the manifest has {}",
                                         path.string(),
                                         digest,
                                         entry.get<std::string>("sha256")));
        }
        if (const auto dtype = entry.get<std::string>("dtype"); dtype != "<f8") {
            throw ModelError(fmt::format("{}: expected dtype <f8, got {}", path.string(), dtype));
        }
        const auto array = parse_npy<double>(bytes, path.string());
        if (array.shape != entry.get<std::vector<Eigen::Index>>("shape")) {
            throw ModelError(fmt::format("{}: shape is not the one in the manifest, {}",
                                         path.string(),
                                         entry["shape"].dump()));
        }
        if (array.shape.size() != 1 && array.shape.size() != 2) {
            throw ModelError(fmt::format("{}: expected a vector or a matrix, the shape is {}",
                                         path.string(),
                                         entry["shape"].dump()));
        }
        return array.matrix();
    }

    Eigen::VectorXd read_vector(const std::string& key) {
        const Eigen::MatrixXd matrix = read(key);
        if (matrix.cols() != 1) {
            throw ModelError(fmt::format("{}: expected a vector, got a {} x {} matrix",
                                         path(key),
                                         matrix.rows(),
                                         matrix.cols()));
        }
        return matrix.col(0);
    }

    /// The file of an array, for messages.
    [[nodiscard]] std::string path(const std::string& key) const {
        return (directory_ / (key + ".npy")).string();
    }

    void require_all_read() const {
        if (!unread_.empty()) {
            throw ModelError(fmt::format("{}: unknown array '{}'", name_, *unread_.begin()));
        }
    }

private:
    std::filesystem::path directory_;
    const json& entries_;
    std::string name_;
    std::set<std::string> unread_;
};

/// A unit as manifests have it, "e*bohr^2".
std::string plain_unit(std::string_view unit) {
    std::string plain(unit);
    for (const auto& [sign, ascii] : {std::pair{"·", "*"}, std::pair{"²", "^2"}}) {
        const std::size_t place = plain.find(sign);
        if (place != std::string::npos) {
            plain.replace(place, std::string_view(sign).size(), ascii);
        }
    }
    return plain;
}

json properties_manifest() {
    json units;
    for (const AtomProperty& property : atom_properties()) {
        units[std::string(property.key)] = plain_unit(property.unit);
    }
    return units;
}

json vector4(const Eigen::Vector4d& values) {
    return std::vector<double>(values.data(), values.data() + values.size());
}

Eigen::Vector4d vector4(const StrictObject& object, const std::string& key) {
    const auto values = object.get<std::vector<double>>(key);
    if (values.size() != static_cast<std::size_t>(scalar_property_count)) {
        throw ModelError(fmt::format("{}: expected {} numbers, got {}",
                                     object.path(key),
                                     scalar_property_count,
                                     values.size()));
    }
    return Eigen::Map<const Eigen::Vector4d>(values.data());
}

json descriptor_manifest(const KernelModelData& data) {
    const DescriptorOptions& descriptor = data.descriptor;
    return {{"cutoff_radius", descriptor.radial.cutoff_radius},
            {"cutoff_width", descriptor.radial.cutoff_width},
            {"max_radial", descriptor.radial.max_radial},
            {"gaussian_width", descriptor.radial.gaussian_width},
            {"scaling_radius", descriptor.radial.scaling_radius},
            {"scaling_exponent", descriptor.radial.scaling_exponent},
            {"max_angular", descriptor.max_angular},
            {"central_weight", descriptor.central_weight},
            {"element_coupling", descriptor.element_coupling},
            {"max_channels", descriptor.max_channels},
            {"zeta", data.zeta}};
}

void read_descriptor(const json& object, const std::string& name, KernelModelData& data) {
    const StrictObject descriptor(object,
                                  name,
                                  {"cutoff_radius",
                                   "cutoff_width",
                                   "max_radial",
                                   "gaussian_width",
                                   "scaling_radius",
                                   "scaling_exponent",
                                   "max_angular",
                                   "central_weight",
                                   "element_coupling",
                                   "max_channels",
                                   "zeta"});
    RadialOptions& radial = data.descriptor.radial;
    radial.cutoff_radius = descriptor.get<double>("cutoff_radius");
    radial.cutoff_width = descriptor.get<double>("cutoff_width");
    radial.max_radial = descriptor.get<int>("max_radial");
    radial.gaussian_width = descriptor.get<double>("gaussian_width");
    radial.scaling_radius = descriptor.get<double>("scaling_radius");
    radial.scaling_exponent = descriptor.get<double>("scaling_exponent");
    data.descriptor.max_angular = descriptor.get<int>("max_angular");
    data.descriptor.central_weight = descriptor.get<double>("central_weight");
    data.descriptor.element_coupling = descriptor.get<double>("element_coupling");
    data.descriptor.max_channels = descriptor.get<int>("max_channels");
    data.zeta = descriptor.get<int>("zeta");
}

std::string contraction_key(std::size_t l) {
    return fmt::format("contraction_{}", l);
}

ElementRegression read_element(const json& object, const std::string& name, ArrayReader& arrays) {
    const StrictObject manifest(object,
                                name,
                                {"symbol",
                                 "training_atoms",
                                 "means",
                                 "deviations",
                                 "smallest",
                                 "uncertainty_scales",
                                 "novelty_threshold"});
    ElementRegression element;
    const auto symbol = manifest.get<std::string>("symbol");
    try {
        element.element = atomic_number(symbol);
    } catch (const InputError& error) {
        throw ModelError(fmt::format("{}: {}", name, error.what()));
    }
    element.training_atoms = manifest.get<Eigen::Index>("training_atoms");
    element.means = vector4(manifest, "means");
    element.deviations = vector4(manifest, "deviations");
    element.smallest = vector4(manifest, "smallest");
    element.uncertainty_scales = vector4(manifest, "uncertainty_scales");
    element.novelty_threshold = manifest.get<double>("novelty_threshold");

    element.sparse_environments = environments_from(element.element,
                                                    arrays.read_vector(symbol + "_neighbor_counts"),
                                                    arrays.read(symbol + "_neighbors"),
                                                    arrays.path(symbol + "_neighbors"));
    element.scalar_coefficients = arrays.read(symbol + "_scalar_coefficients");
    element.dipole_coefficients = arrays.read_vector(symbol + "_dipole_coefficients");
    element.quadrupole_coefficients = arrays.read_vector(symbol + "_quadrupole_coefficients");
    const auto m = static_cast<Eigen::Index>(element.sparse_environments.size());
    const auto triangle = [&](const std::string& key) {
        const Eigen::VectorXd values = arrays.read_vector(key);
        if (values.size() != m * (m + 1) / 2) {
            throw ModelError(
                fmt::format("{}: expected the triangle of a {} x {} matrix, got {} "
                            "numbers",
                            arrays.path(key),
                            m,
                            m,
                            values.size()));
        }
        return unpacked(values, m);
    };
    element.prior_factor = triangle(symbol + "_prior_factor");
    element.posterior_factor = triangle(symbol + "_posterior_factor").transpose();
    return element;
}

/// Writes every file of a model into an existing folder.
void write_model(const KernelModelData& data, const std::filesystem::path& directory) {
    ArrayWriter arrays(directory);
    const std::vector<Eigen::MatrixXd>& contraction = data.contraction.matrices();
    for (std::size_t l = 0; l < contraction.size(); ++l) {
        arrays.write(contraction_key(l), contraction[l]);
    }
    json elements = json::array();
    for (const ElementRegression& element : data.elements) {
        const std::string symbol = element_symbol(element.element);
        elements.push_back({{"symbol", symbol},
                            {"training_atoms", element.training_atoms},
                            {"means", vector4(element.means)},
                            {"deviations", vector4(element.deviations)},
                            {"smallest", vector4(element.smallest)},
                            {"uncertainty_scales", vector4(element.uncertainty_scales)},
                            {"novelty_threshold", element.novelty_threshold}});
        arrays.write(symbol + "_neighbor_counts", neighbor_counts(element.sparse_environments));
        arrays.write(symbol + "_neighbors", neighbor_rows(element.sparse_environments));
        arrays.write(symbol + "_scalar_coefficients", element.scalar_coefficients);
        arrays.write(symbol + "_dipole_coefficients", element.dipole_coefficients);
        arrays.write(symbol + "_quadrupole_coefficients", element.quadrupole_coefficients);
        arrays.write(symbol + "_prior_factor", packed(element.prior_factor));
        arrays.write(symbol + "_posterior_factor", packed(element.posterior_factor.transpose()));
    }
    const json manifest = {
        {"schema", schema},
        {"version", model_file_version},
        {"properties", properties_manifest()},
        {"hyper_parameters", descriptor_manifest(data)},
        {"regularization",
         {{"scalars", data.regularization.scalars},
          {"dipoles", data.regularization.dipoles},
          {"quadrupoles", data.regularization.quadrupoles}}},
        {"training",
         {{"set", data.training_set},
          {"sha256", data.training_set_sha256},
          {"molecules", data.training_molecules}}},
        {"validity", {{"charges", data.training_charges}, {"length_unit", "bohr"}}},
        {"elements", elements},
        {"arrays", arrays.entries()}};
    write_file(directory / card_name, data.card);
    write_file(directory / model_manifest, manifest.dump(2) + "\n");
}

}  // namespace

void save_model(const KernelPropertyModel& model, const std::filesystem::path& directory) {
    write_folder(directory, model_manifest, [&](const std::filesystem::path& partial) {
        write_model(model.data(), partial);
    });
}

KernelPropertyModel load_model(const std::filesystem::path& directory) {
    const std::filesystem::path path = directory / model_manifest;
    const std::string name = path.string();
    const json document = json::parse(read_json_text(path));
    // Schema and version first: another version may well have other keys.
    if (!document.is_object() || document.value("schema", json()) != schema) {
        throw ModelError(fmt::format("{}: schema is not '{}'", name, schema));
    }
    if (const json version = document.value("version", json()); version != model_file_version) {
        throw ModelError(fmt::format(
            "{}: version is {}, expected {}", name, version.dump(), model_file_version));
    }
    const StrictObject manifest(document,
                                name,
                                {"schema",
                                 "version",
                                 "properties",
                                 "hyper_parameters",
                                 "regularization",
                                 "training",
                                 "validity",
                                 "elements",
                                 "arrays"});
    if (manifest["properties"] != properties_manifest()) {
        throw ModelError(
            fmt::format("{}: properties and units are not {}", name, properties_manifest().dump()));
    }
    KernelModelData data;
    read_descriptor(manifest["hyper_parameters"], manifest.path("hyper_parameters"), data);

    const StrictObject regularization(manifest["regularization"],
                                      manifest.path("regularization"),
                                      {"scalars", "dipoles", "quadrupoles"});
    data.regularization.scalars = regularization.get<double>("scalars");
    data.regularization.dipoles = regularization.get<double>("dipoles");
    data.regularization.quadrupoles = regularization.get<double>("quadrupoles");

    const StrictObject training(
        manifest["training"], manifest.path("training"), {"set", "sha256", "molecules"});
    data.training_set = training.get<std::string>("set");
    data.training_set_sha256 = training.get<std::string>("sha256");
    data.training_molecules = training.get<Eigen::Index>("molecules");

    const StrictObject validity(
        manifest["validity"], manifest.path("validity"), {"charges", "length_unit"});
    data.training_charges = validity.get<std::vector<int>>("charges");
    if (const auto unit = validity.get<std::string>("length_unit"); unit != "bohr") {
        throw ModelError(fmt::format("{}: expected lengths in bohr, got {}", name, unit));
    }

    ArrayReader arrays(directory, manifest["arrays"], manifest.path("arrays"));
    if (!manifest["elements"].is_array()) {
        throw ModelError(fmt::format("{}: expected a list", manifest.path("elements")));
    }
    for (const json& element : manifest["elements"]) {
        data.elements.push_back(read_element(element, manifest.path("elements"), arrays));
        data.descriptor.elements.push_back(data.elements.back().element);
    }
    if (data.descriptor.max_channels > 0 && manifest["arrays"].contains(contraction_key(0))) {
        std::vector<Eigen::MatrixXd> contraction;
        for (int l = 0; l <= data.descriptor.max_angular; ++l) {
            contraction.push_back(arrays.read(contraction_key(static_cast<std::size_t>(l))));
        }
        data.contraction = ChannelContraction(std::move(contraction));
    }
    arrays.require_all_read();
    data.card = read_bytes(directory / card_name);
    try {
        return KernelPropertyModel(std::move(data));
    } catch (const Error& error) {
        throw ModelError(fmt::format("{}: {}", name, error.what()));
    }
}

}  // namespace keesom
