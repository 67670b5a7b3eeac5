// SPDX-License-Identifier: BSD-3-Clause
//
// Not a benchmark of time: whether standard deviations of energies are right. A model is trained
// without a tenth of the species. Molecules of these, placed in contact at random, have energies
// from predicted and from reference atoms; the differences should be as large as
// EnergyLinearization says. In every fourth dimer a molecule meets itself.
//
//     error_study DATA_FOLDER DIMERS
#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/core/energy_components.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/training/training.hpp>

#include <Eigen/Geometry>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

constexpr int folds = 10;
constexpr double closest = 0.62;  // of the sum of van der Waals radii: hydrogen bonds
constexpr double furthest = 0.85;
constexpr double strongest_exchange = 30.0 * units::kcal_per_mol;

/// Errors and standard deviations of one energy of many dimers, hartree.
struct Sample {
    std::vector<double> errors;
    std::vector<double> deviations;

    void add(double error, double deviation) {
        errors.push_back(error);
        deviations.push_back(deviation);
    }
};

/// Of each component and the total.
using Samples = std::array<Sample, 5>;

struct Split {
    std::vector<PropertyRecord> learned;
    std::vector<PropertyRecord> left_out;  ///< neutral
};

Split split(const std::filesystem::path& data) {
    std::vector<PropertyRecord> all;
    for (const char* name : {"aim_train.xyz.gz",
                             "aim_train_2.xyz.gz",
                             "aim_train_3.xyz.gz",
                             "aim_train_4.xyz.gz",
                             "aim_train_5.xyz.gz"}) {
        const std::vector<PropertyRecord> set = read_property_set(data / "training" / name);
        all.insert(all.end(), set.begin(), set.end());
    }
    const std::vector<int> fold = assign_folds(all, folds);
    Split result;
    for (std::size_t r = 0; r < all.size(); ++r) {
        if (fold[r] != 0) {
            result.learned.push_back(all[r]);
        } else if (all[r].molecule.charge == 0) {
            result.left_out.push_back(all[r]);
        }
    }
    return result;
}

class DimerMaker {
public:
    explicit DimerMaker(const std::vector<PropertyRecord>& records) : records_(records) {}

    /// Two molecules in contact, with their reference atoms.
    std::vector<Monomer> operator()(bool same) {
        const PropertyRecord& first = draw();
        const PropertyRecord& second = same ? first : draw();
        const Monomer a(first.molecule, first.properties);
        const Eigen::Matrix3d rotation =
            Eigen::AngleAxisd(uniform(0.0, std::numbers::pi), random_direction(generator_))
                .toRotationMatrix();
        const Monomer b = Monomer(second.molecule, second.properties).rotated(rotation);
        const Eigen::Vector3d between =
            a.molecule().positions.rowwise().mean() - b.molecule().positions.rowwise().mean();
        const Eigen::Vector3d along = random_direction(generator_);
        const double contact = uniform(closest, furthest);
        constexpr double step = 0.1;
        std::vector<Monomer> dimer = {a, b};
        for (double distance = 40.0; distance > 0.0; distance -= step) {
            dimer[1] = b.translated(between + distance * along);
            if (closest_contact(dimer).ratio < contact) {
                break;
            }
        }
        return dimer;
    }

private:
    double uniform(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(generator_);
    }

    const PropertyRecord& draw() {
        return records_[std::uniform_int_distribution<std::size_t>(
            0, records_.size() - 1)(generator_)];
    }

    const std::vector<PropertyRecord>& records_;
    std::mt19937_64 generator_{7};
};

/// @returns whether the dimer has energies, and no clash
bool add_dimer(const std::vector<Monomer>& dimer, const InteractionModel& model, Samples& samples) {
    std::vector<Molecule> molecules;
    for (const Monomer& monomer : dimer) {
        molecules.push_back(monomer.molecule());
    }
    try {
        EnergyComponents error = model.physics().interaction_energy(dimer);
        const EnergyLinearization predicted = model.linearize(molecules);
        if (predicted.energy().exchange > strongest_exchange) {
            return false;
        }
        error -= predicted.energy();
        const EnergyUncertainty uncertainty = predicted.uncertainty();
        for (std::size_t c = 0; c < component_names.size(); ++c) {
            const auto value = component_names[c].value;
            samples[c].add(error.*value, uncertainty.components.*value);
        }
        samples.back().add(error.total(), uncertainty.total);
    } catch (const NumericalError&) {
        return false;
    }
    return true;
}

void print(const char* name, const Sample& sample) {
    double squares = 0.0;
    double expected = 0.0;
    double z_squares = 0.0;
    int within_one = 0;
    int within_two = 0;
    for (std::size_t i = 0; i < sample.errors.size(); ++i) {
        const double z = sample.errors[i] / sample.deviations[i];
        squares += sample.errors[i] * sample.errors[i];
        expected += sample.deviations[i] * sample.deviations[i];
        z_squares += z * z;
        within_one += std::abs(z) < 1.0 ? 1 : 0;
        within_two += std::abs(z) < 2.0 ? 1 : 0;
    }
    const auto n = static_cast<double>(sample.errors.size());
    fmt::print("  {:<16}{:>8.3f}{:>8.3f}{:>8.2f}{:>8.2f}{:>8.2f}\n",
               name,
               std::sqrt(squares / n) / units::kcal_per_mol,
               std::sqrt(expected / n) / units::kcal_per_mol,
               std::sqrt(z_squares / n),
               within_one / n,
               within_two / n);
}

void study(const std::filesystem::path& data, int n_dimers) {
    const Split records = split(data);
    const InteractionModel model(
        std::make_shared<KernelPropertyModel>(train(records.learned, TrainingOptions{}).model),
        load_parameters(data / "models" / "organic" / parameter_file));
    DimerMaker make(records.left_out);
    Samples different;
    Samples same;
    for (int i = 0; i < n_dimers;) {
        const bool is_same = i % 4 == 3;
        if (add_dimer(make(is_same), model, is_same ? same : different)) {
            ++i;
        }
    }
    for (const auto& [title, samples] :
         {std::pair("two molecules", &different), std::pair("one molecule twice", &same)}) {
        fmt::print("{}, {} dimers, kcal/mol\n  {:<16}{:>8}{:>8}{:>8}{:>8}{:>8}\n",
                   title,
                   samples->front().errors.size(),
                   "",
                   "RMSE",
                   "RMS ±",
                   "RMS z",
                   "|z|<1",
                   "|z|<2");
        for (std::size_t c = 0; c < component_names.size(); ++c) {
            print(component_names[c].name, (*samples)[c]);
        }
        print("total", samples->back());
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: error_study DATA_FOLDER DIMERS\n");
        return 2;
    }
    try {
        study(argv[1], std::stoi(argv[2]));
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
    return 0;
}
