// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/fit_checkpoint.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/json_text.hpp>
#include <keesom/core/io/output.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace keesom {

namespace {

using Json = nlohmann::json;

// Numbers survive: JSON gets as many digits as tell a double from all others.
Json to_json(const GaussNewtonState& state) {
    return {{"first_cost", state.first_cost},
            {"cost", state.cost},
            {"damping", state.damping},
            {"iterations", state.iterations},
            {"small_steps", state.small_steps},
            {"converged", state.converged},
            {"z", std::vector<double>(state.z.begin(), state.z.end())}};
}

GaussNewtonState from_json(const Json& json) {
    GaussNewtonState state;
    state.first_cost = json.at("first_cost").get<double>();
    state.cost = json.at("cost").get<double>();
    state.damping = json.at("damping").get<double>();
    state.iterations = json.at("iterations").get<int>();
    state.small_steps = json.at("small_steps").get<int>();
    state.converged = json.at("converged").get<bool>();
    const auto z = json.at("z").get<std::vector<double>>();
    state.z = Eigen::VectorXd::Map(z.data(), static_cast<Eigen::Index>(z.size()));
    return state;
}

}  // namespace

FitCheckpoint::FitCheckpoint(std::filesystem::path path) : path_(std::move(path)) {
    if (path_.empty() || !std::filesystem::exists(path_)) {
        return;
    }
    try {
        const Json file = Json::parse(read_json_text(path_));
        for (const auto& item : file.items()) {
            states_.emplace(item.key(), from_json(item.value()));
        }
    } catch (const Json::exception& error) {
        throw ModelError(fmt::format(
            "{}: expected the states of an unfinished fit: {}", path_.string(), error.what()));
    }
}

const GaussNewtonState* FitCheckpoint::find(const std::string& name) const {
    const auto found = states_.find(name);
    return found == states_.end() ? nullptr : &found->second;
}

void FitCheckpoint::keep(const std::string& name, const GaussNewtonState& state) {
    states_[name] = state;
    if (path_.empty()) {
        return;
    }
    Json file;
    for (const auto& [key, kept] : states_) {
        file[key] = to_json(kept);
    }
    write_file(path_, file.dump() + "\n");
}

}  // namespace keesom
