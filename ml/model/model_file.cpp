// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/ml/model/model_arrays.hpp>
#include <keesom/ml/model/model_file.hpp>
#include <keesom/ml/model/strict_object.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace keesom {

namespace {

using nlohmann::json;

constexpr const char* model_schema = "keesom-kernel-property-model";
constexpr const char* card_name = "MODEL_CARD.md";

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

/// What a model predicts, and in which units.
/// @param has_short_range whether some element has learned short-range properties
json properties_manifest(bool has_short_range) {
    json units;
    for (const AtomProperty& property :
         has_short_range ? atom_properties() : density_properties()) {
        units[std::string(property.key)] = plain_unit(property.unit);
    }
    return units;
}

/// Every number and count of the descriptor, by its key.
template <class Visitor>
void visit_options(DescriptorOptions& descriptor, const Visitor& visit) {
    visit("cutoff_radius", descriptor.radial.cutoff_radius);
    visit("cutoff_width", descriptor.radial.cutoff_width);
    visit("max_radial", descriptor.radial.max_radial);
    visit("gaussian_width", descriptor.radial.gaussian_width);
    visit("scaling_radius", descriptor.radial.scaling_radius);
    visit("scaling_exponent", descriptor.radial.scaling_exponent);
    visit("max_angular", descriptor.max_angular);
    visit("central_weight", descriptor.central_weight);
    visit("element_coupling", descriptor.element_coupling);
    visit("max_channels", descriptor.max_channels);
    visit("tensor_channels", descriptor.tensor_channels);
    visit("max_features", descriptor.max_features);
    visit("max_tensor_features", descriptor.max_tensor_features);
}

/// Every number of the kernel of tensors in closed form, by its key.
template <class Visitor>
void visit_options(CovariantKernelOptions& kernel, const Visitor& visit) {
    visit("gaussian_width", kernel.gaussian_width);
    visit("cutoff_radius", kernel.cutoff_radius);
    visit("cutoff_width", kernel.cutoff_width);
}

template <class Options>
json options_manifest(Options options) {
    json manifest;
    visit_options(options, [&](const char* key, const auto& value) { manifest[key] = value; });
    return manifest;
}

template <class Options>
Options read_options(const json& object, const std::string& name) {
    Options options;
    std::set<std::string> keys;
    visit_options(options, [&](const char* key, const auto&) { keys.insert(key); });
    const StrictObject manifest(object, name, std::move(keys));
    visit_options(options, [&](const char* key, auto& value) {
        value = manifest.get<std::decay_t<decltype(value)>>(key);
    });
    return options;
}

/// What an element learned of scalars, by its key: what makes charges, and the local properties.
template <class Element, class Visitor>
void visit_forms(Element& element, const Visitor& visit) {
    visit("electronegativity", element.electronegativity);
    visit("staying_charge", element.staying_charge);
    for (std::size_t p = 0; p < local_properties().size(); ++p) {
        visit(std::string(local_properties()[p]->key), element.locals[p]);
    }
}

/// Hands out the rows of the array in which all forms of an element are stacked.
class FormReader {
public:
    FormReader(Eigen::MatrixXd rows, std::string name)
        : rows_(std::move(rows)), name_(std::move(name)) {}

    /// @param counts numbers of positive and of negative directions
    QuadraticForm next(const std::vector<Eigen::Index>& counts) {
        const Eigen::Index left = rows_.rows() - next_;
        if (counts.size() != 2 || counts[0] < 0 || counts[1] < 0 || counts[0] > left ||
            counts[1] > left - counts[0]) {
            throw ModelError(fmt::format("{}: there are fewer directions than counted", name_));
        }
        const Eigen::Index count = counts[0] + counts[1];
        QuadraticForm form{rows_.middleRows(next_, count), counts[0]};
        next_ += count;
        return form;
    }

    void require_all_read() const {
        if (next_ != rows_.rows()) {
            throw ModelError(fmt::format("{}: there are more directions than counted", name_));
        }
    }

private:
    Eigen::MatrixXd rows_;
    std::string name_;
    Eigen::Index next_ = 0;
};

std::vector<Eigen::Index> counts_of(const QuadraticForm& form) {
    return {form.positive, form.directions.rows() - form.positive};
}

json form_manifest(const ChargedQuadraticForm& form) {
    return {{"constant", form.constant},
            {"charge_constant", form.charge_constant},
            {"directions", counts_of(form.form)},
            {"charge_directions", counts_of(form.charge_form)}};
}

ChargedQuadraticForm read_form(const json& object, const std::string& name, FormReader& rows) {
    const StrictObject manifest(
        object, name, {"constant", "charge_constant", "directions", "charge_directions"});
    ChargedQuadraticForm form;
    form.constant = manifest.get<double>("constant");
    form.charge_constant = manifest.get<double>("charge_constant");
    form.form = rows.next(manifest.get<std::vector<Eigen::Index>>("directions"));
    form.charge_form = rows.next(manifest.get<std::vector<Eigen::Index>>("charge_directions"));
    return form;
}

/// Matrices of equal width, one below the other.
Eigen::MatrixXd stacked(const std::vector<Eigen::MatrixXd>& matrices) {
    Eigen::Index rows = 0;
    for (const Eigen::MatrixXd& matrix : matrices) {
        rows += matrix.rows();
    }
    Eigen::MatrixXd result(rows, matrices.empty() ? 0 : matrices.front().cols());
    Eigen::Index next = 0;
    for (const Eigen::MatrixXd& matrix : matrices) {
        result.middleRows(next, matrix.rows()) = matrix;
        next += matrix.rows();
    }
    return result;
}

/// What an element has of short-range properties of a rank: the key of the array, without symbol.
constexpr std::array<const char*, rank_count> short_range_keys = {
    "short_range_scalars", "short_range_dipoles", "short_range_quadrupoles"};
constexpr std::array<const char*, 2> short_range_point_keys = {"short_range_point_dipoles",
                                                               "short_range_point_quadrupoles"};

/// Writes the points, their tensors as rows, and for each rank the coefficients of its properties,
/// one below the other.
json write_short_range(const ShortRangeElement& element,
                       const std::string& symbol,
                       ArrayWriter& arrays) {
    arrays.write(symbol + "_short_range_points", element.points.invariants);
    json counts = json::array();
    for (std::size_t rank = 0; rank < rank_count; ++rank) {
        counts.push_back(element.points.count(static_cast<int>(rank)));
        if (rank > 0) {
            arrays.write(fmt::format("{}_{}", symbol, short_range_point_keys[rank - 1]),
                         element.points.tensors[rank - 1].transpose());
        }
        std::vector<Eigen::MatrixXd> coefficients;
        for (std::size_t p = 0; p < element.coefficients.size(); ++p) {
            if (short_range_properties()[p].rank() == static_cast<int>(rank)) {
                coefficients.push_back(element.coefficients[p]);
            }
        }
        arrays.write(fmt::format("{}_{}", symbol, short_range_keys[rank]), stacked(coefficients));
    }
    return {{"points", counts}};
}

// Columns of the neighbors of tensors in closed form, before a weight for each tensor.
constexpr Eigen::Index neighbor_columns = 3;  // environment, element, distance

void write_closed_form(const ClosedFormTensors& tensors,
                       const std::string& symbol,
                       ArrayWriter& arrays) {
    arrays.write(symbol + "_closed_form_points", tensors.invariants);
    Eigen::MatrixXd neighbors(tensors.distances.size(), neighbor_columns + tensors.weights.cols());
    for (Eigen::Index k = 0; k < neighbors.rows(); ++k) {
        const auto place = static_cast<std::size_t>(k);
        neighbors.row(k) << static_cast<double>(tensors.environments[place]),
            tensors.elements[place], tensors.distances[k], tensors.weights.row(k);
    }
    arrays.write(symbol + "_closed_form_neighbors", neighbors);
}

ClosedFormTensors read_closed_form(const std::string& symbol, ArrayReader& arrays) {
    ClosedFormTensors tensors;
    tensors.invariants = arrays.read(symbol + "_closed_form_points");
    const std::string key = symbol + "_closed_form_neighbors";
    const Eigen::MatrixXd neighbors = arrays.read(key);
    const auto is_index = [](double value) {
        return value >= 0.0 && value < 1e9 && value == std::floor(value);
    };
    if (neighbors.cols() < neighbor_columns) {
        throw ModelError(fmt::format("{}: expected at least {} columns, got {}",
                                     arrays.path(key),
                                     neighbor_columns,
                                     neighbors.cols()));
    }
    for (Eigen::Index k = 0; k < neighbors.rows(); ++k) {
        if (!is_index(neighbors(k, 0)) || !is_index(neighbors(k, 1))) {
            throw ModelError(
                fmt::format("{}: row {} has no number of an environment and of an element",
                            arrays.path(key),
                            k));
        }
        tensors.environments.push_back(static_cast<Eigen::Index>(neighbors(k, 0)));
        tensors.elements.push_back(static_cast<int>(neighbors(k, 1)));
    }
    tensors.distances = neighbors.col(2);
    tensors.weights = neighbors.rightCols(neighbors.cols() - neighbor_columns);
    return tensors;
}

json write_element(const ElementModel& element, ArrayWriter& arrays) {
    const std::string symbol = element_symbol(element.element);
    arrays.write(symbol + "_contraction", stacked(element.reduction.channels.matrices()));
    arrays.write(symbol + "_features", element.reduction.directions[0]);
    json scalars = json::object();
    std::vector<Eigen::MatrixXd> directions;
    visit_forms(element, [&](const std::string& key, const ChargedQuadraticForm& form) {
        scalars[key] = form_manifest(form);
        directions.push_back(form.form.directions);
        directions.push_back(form.charge_form.directions);
    });
    arrays.write(symbol + "_forms", stacked(directions));
    json smallest;
    for (std::size_t p = 0; p < local_properties().size(); ++p) {
        smallest[std::string(local_properties()[p]->key)] =
            element.smallest[static_cast<Eigen::Index>(p)];
    }
    if (element.closed_form) {
        write_closed_form(*element.closed_form, symbol, arrays);
    }
    for (std::size_t p = 0; p < element.tensor_weights.size(); ++p) {
        arrays.write(fmt::format("{}_{}_weights", symbol, tensor_properties()[p]->key),
                     element.tensor_weights[p]);
    }
    arrays.write(symbol + "_novelty_weights", element.novelty_weights);
    json variances;
    for (std::size_t p = 0; p < density_properties().size(); ++p) {
        variances[std::string(density_properties()[p].key)] = {
            {"slope", element.variances[p].slope},
            {"floor", element.variances[p].floor},
            {"ion_factor", element.variances[p].ion_factor}};
    }
    json manifest = {{"symbol", symbol},
                     {"training_atoms", element.training_atoms},
                     {"scalars", scalars},
                     {"smallest", smallest},
                     {"novelty_threshold", element.novelty_threshold},
                     {"variances", variances}};
    if (element.short_range) {
        manifest["short_range"] = write_short_range(*element.short_range, symbol, arrays);
    }
    return manifest;
}

/// The keys of some properties.
template <class Properties>
std::set<std::string> keys_of(const Properties& properties) {
    std::set<std::string> keys;
    for (const auto& property : properties) {
        if constexpr (std::is_pointer_v<std::decay_t<decltype(property)>>) {
            keys.emplace(property->key);
        } else {
            keys.emplace(property.key);
        }
    }
    return keys;
}

FeatureReduction read_reduction(const std::string& symbol, int max_angular, ArrayReader& arrays) {
    FeatureReduction reduction;
    const std::string key = symbol + "_contraction";
    const Eigen::MatrixXd stack = arrays.read(key);
    const Eigen::Index channels = max_angular < 0 ? 0 : stack.rows() / (max_angular + 1L);
    if (channels == 0 || channels * (max_angular + 1L) != stack.rows()) {
        throw ModelError(fmt::format("{}: {} rows do not make {} matrices",
                                     arrays.path(key),
                                     stack.rows(),
                                     max_angular + 1L));
    }
    std::vector<Eigen::MatrixXd> matrices;
    for (int l = 0; l <= max_angular; ++l) {
        matrices.emplace_back(stack.middleRows(l * channels, channels));
    }
    reduction.channels = ChannelContraction(std::move(matrices));
    reduction.directions[0] = arrays.read(symbol + "_features");
    return reduction;
}

ShortRangeElement read_short_range(const StrictObject& manifest,
                                   const std::string& symbol,
                                   ArrayReader& arrays) {
    const auto counts = manifest.get<std::vector<Eigen::Index>>("points");
    if (counts.size() != rank_count) {
        throw ModelError(fmt::format("{}: expected a number of points for each of {} ranks, got {}",
                                     manifest.path("points"),
                                     rank_count,
                                     counts.size()));
    }
    const auto read_rows = [&](const std::string& key, Eigen::Index times, Eigen::Index count) {
        Eigen::MatrixXd rows = arrays.read(key);
        // Divided, since a count may be anything.
        if (rows.rows() % times != 0 || rows.rows() / times != count) {
            throw ModelError(fmt::format("{}: {} rows, expected {} for each of {} points",
                                         arrays.path(key),
                                         rows.rows(),
                                         times,
                                         count));
        }
        return rows;
    };
    ShortRangeElement element;
    element.points.invariants = read_rows(symbol + "_short_range_points", 1, counts[0]);
    element.coefficients.resize(short_range_properties().size());
    for (std::size_t rank = 0; rank < rank_count; ++rank) {
        if (rank > 0) {
            element.points.tensors[rank - 1] =
                read_rows(fmt::format("{}_{}", symbol, short_range_point_keys[rank - 1]),
                          static_cast<Eigen::Index>(2 * rank + 1),
                          counts[rank])
                    .transpose();
        }
        std::vector<std::size_t> of_rank;
        for (std::size_t p = 0; p < short_range_properties().size(); ++p) {
            if (short_range_properties()[p].rank() == static_cast<int>(rank)) {
                of_rank.push_back(p);
            }
        }
        const Eigen::MatrixXd stack =
            read_rows(fmt::format("{}_{}", symbol, short_range_keys[rank]),
                      static_cast<Eigen::Index>(of_rank.size()),
                      counts[rank]);
        for (std::size_t k = 0; k < of_rank.size(); ++k) {
            element.coefficients[of_rank[k]] =
                stack.middleRows(static_cast<Eigen::Index>(k) * counts[rank], counts[rank]);
        }
    }
    return element;
}

/// @param model what was read of the model before its elements
/// @param has_short_range whether the model has elements with short-range properties
ElementModel read_element(const json& object,
                          const std::string& name,
                          const KernelModelData& model,
                          bool has_short_range,
                          ArrayReader& arrays) {
    std::set<std::string> keys = {
        "symbol", "training_atoms", "scalars", "smallest", "novelty_threshold", "variances"};
    if (has_short_range && object.is_object() && object.contains("short_range")) {
        keys.insert("short_range");
    }
    const StrictObject manifest(object, name, keys);
    ElementModel element;
    const auto symbol = manifest.get<std::string>("symbol");
    try {
        element.element = atomic_number(symbol);
    } catch (const InputError& error) {
        throw ModelError(fmt::format("{}: {}", name, error.what()));
    }
    element.training_atoms = manifest.get<Eigen::Index>("training_atoms");
    element.novelty_threshold = manifest.get<double>("novelty_threshold");
    element.reduction = read_reduction(symbol, model.descriptor.max_angular, arrays);

    std::set<std::string> form_keys = keys_of(local_properties());
    form_keys.insert({"electronegativity", "staying_charge"});
    const StrictObject scalars(manifest["scalars"], manifest.path("scalars"), form_keys);
    FormReader rows(arrays.read(symbol + "_forms"), arrays.path(symbol + "_forms"));
    element.locals.resize(local_properties().size());
    visit_forms(element, [&](const std::string& key, ChargedQuadraticForm& form) {
        form = read_form(scalars[key], scalars.path(key), rows);
    });
    rows.require_all_read();

    const StrictObject smallest(
        manifest["smallest"], manifest.path("smallest"), keys_of(local_properties()));
    element.smallest.resize(static_cast<Eigen::Index>(local_properties().size()));
    for (std::size_t p = 0; p < local_properties().size(); ++p) {
        element.smallest[static_cast<Eigen::Index>(p)] =
            smallest.get<double>(std::string(local_properties()[p]->key));
    }
    if (model.closed_form) {
        element.closed_form = read_closed_form(symbol, arrays);
    } else {
        for (const AtomProperty* property : tensor_properties()) {
            element.tensor_weights.push_back(
                arrays.read(fmt::format("{}_{}_weights", symbol, property->key)));
        }
    }
    element.novelty_weights = arrays.read(symbol + "_novelty_weights").reshaped();
    const StrictObject variances(
        manifest["variances"], manifest.path("variances"), keys_of(density_properties()));
    for (const AtomProperty& property : density_properties()) {
        const std::string key(property.key);
        const StrictObject line(
            variances[key], variances.path(key), {"slope", "floor", "ion_factor"});
        element.variances.push_back(
            {line.get<double>("slope"), line.get<double>("floor"), line.get<double>("ion_factor")});
    }
    if (keys.contains("short_range")) {
        element.short_range = read_short_range(
            StrictObject(manifest["short_range"], manifest.path("short_range"), {"points"}),
            symbol,
            arrays);
    }
    return element;
}

void write_files(const KernelModelData& data, const std::filesystem::path& directory) {
    ArrayWriter arrays(directory);
    json elements = json::array();
    for (const ElementModel& element : data.elements) {
        elements.push_back(write_element(element, arrays));
    }
    json manifest = {{"schema", model_schema},
                     {"version", model_file_version},
                     {"properties", properties_manifest(data.has_short_range())},
                     {"descriptor", options_manifest(data.descriptor)},
                     {"training",
                      {{"sources", sources_manifest(data.training_sources)},
                       {"molecules", data.training_molecules}}},
                     {"validity", {{"charges", data.training_charges}, {"length_unit", "bohr"}}},
                     {"elements", elements},
                     {"arrays", arrays.entries()}};
    if (data.closed_form) {
        manifest["closed_form"] = options_manifest(*data.closed_form);
    }
    write_file(directory / card_name, data.card);
    write_file(directory / model_manifest, manifest.dump(2) + "\n");
}

const json& require_list(const StrictObject& object, const std::string& key) {
    if (!object[key].is_array()) {
        throw ModelError(fmt::format("{}: expected a list", object.path(key)));
    }
    return object[key];
}

KernelModelData read_model(const json& document,
                           const std::string& name,
                           const std::filesystem::path& directory) {
    std::set<std::string> keys = {"schema",
                                  "version",
                                  "properties",
                                  "descriptor",
                                  "training",
                                  "validity",
                                  "elements",
                                  "arrays"};
    if (document.contains("closed_form")) {
        keys.insert("closed_form");
    }
    const StrictObject manifest(document, name, keys);
    const bool has_short_range = manifest["properties"] == properties_manifest(true);
    if (!has_short_range && manifest["properties"] != properties_manifest(false)) {
        throw ModelError(fmt::format(
            "{}: properties and units are not {}", name, properties_manifest(false).dump()));
    }
    KernelModelData data;
    data.descriptor =
        read_options<DescriptorOptions>(manifest["descriptor"], manifest.path("descriptor"));

    if (keys.contains("closed_form")) {
        data.closed_form = read_options<CovariantKernelOptions>(manifest["closed_form"],
                                                                manifest.path("closed_form"));
    }

    const StrictObject training(
        manifest["training"], manifest.path("training"), {"sources", "molecules"});
    for (const json& entry : require_list(training, "sources")) {
        const StrictObject source(entry, training.path("sources"), {"set", "sha256"});
        data.training_sources.push_back(
            {source.get<std::string>("set"), source.get<std::string>("sha256")});
    }
    data.training_molecules = training.get<Eigen::Index>("molecules");

    const StrictObject validity(
        manifest["validity"], manifest.path("validity"), {"charges", "length_unit"});
    data.training_charges = validity.get<std::vector<int>>("charges");
    if (const auto unit = validity.get<std::string>("length_unit"); unit != "bohr") {
        throw ModelError(fmt::format("{}: expected lengths in bohr, got {}", name, unit));
    }

    ArrayReader arrays(directory, manifest["arrays"], manifest.path("arrays"));
    const json& elements = require_list(manifest, "elements");
    for (const json& element : elements) {
        data.elements.push_back(
            read_element(element, manifest.path("elements"), data, has_short_range, arrays));
        data.descriptor.elements.push_back(data.elements.back().element);
    }
    arrays.require_all_read();
    data.card = read_model_bytes(directory / card_name);
    return data;
}

}  // namespace

void write_model(const KernelPropertyModel& model, const std::filesystem::path& directory) {
    write_files(model.data(), directory);
}

void save_model(const KernelPropertyModel& model, const std::filesystem::path& directory) {
    write_folder(directory, model_manifest, [&](const std::filesystem::path& partial) {
        write_model(model, partial);
    });
}

KernelPropertyModel load_model(const std::filesystem::path& directory) {
    const std::filesystem::path path = directory / model_manifest;
    const std::string name = path.string();
    const json document = read_manifest(path, model_schema, model_file_version);
    KernelModelData data = read_model(document, name, directory);
    try {
        return KernelPropertyModel(std::move(data));
    } catch (const Error& error) {
        throw ModelError(fmt::format("{}: {}", name, error.what()));
    }
}

}  // namespace keesom
