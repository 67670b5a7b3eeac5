// SPDX-License-Identifier: BSD-3-Clause
//
// No hole in the potential: what the shipped model and parameters give for molecules that come far
// too close. A frozen pair cannot be lower than the minimum of the two molecules together, so
// chemistry bounds every energy from below, wherever the atoms are:
//
//   neutral          -25 kcal/mol   double hydrogen bonds have up to -20
//   ion and neutral  -65            HO⁻ and formic acid become water and formate: proton affinities
//                                   of 391 and 345, and a hydrogen bond of about 17
//   ion pairs       -160            NH₄⁺ and HCOO⁻ become ammonia and formic acid: 345 less 204,
//   and
//                                   a hydrogen bond of about 13
//   ion pairs       -265            of hydroxide: 391 less 215 (methylamine), plus about 10, would
//     of hydroxide                  be -190; the atoms of ions are predicted poorly so far, and at
//                                   hydrogen-bond distances these pairs are too strong
//   like charges      0             repel
#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <Eigen/Geometry>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <numbers>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace keesom {

namespace {

const std::filesystem::path data = KEESOM_TEST_DATA_DIR;

/// Molecules of the training sets, by the names they have there.
const std::map<std::string, std::map<std::string, std::string>> monomer_names = {
    {"aim_train.xyz.gz",
     {{"ncia0074", "methane"},
      {"hcno035_0", "water"},
      {"hcno113_0", "ammonia"},
      {"hcno187_0", "formamide"},
      {"hcno091_0", "formic acid"},
      {"hcno168_0", "hydrogen cyanide"},
      {"hcno237_0", "carbon dioxide"},
      {"hcno241_0", "benzene"},
      {"hcno068_0", "formaldehyde"},
      {"hcno027_0", "ethyne"},
      {"hcno186_0", "nitrous oxide"},
      {"ncia0081", "hydrogen"}}},
    {"aim_train_2.xyz.gz",
     {{"ions001", "ammonium"},
      {"ions002", "methylammonium"},
      {"ions008", "imidazolium"},
      {"ions017", "formate"},
      {"ions018", "acetate"},
      {"ions020", "hydroxide"}}},
};

class CloseApproach : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        const KernelPropertyModel model = load_model(data / "models" / "organic");
        for (const auto& [file, names] : monomer_names) {
            for (const PropertyRecord& record : read_property_set(data / "training" / file)) {
                const auto name = names.find(record.molecule.name);
                if (name == names.end()) {
                    continue;
                }
                Molecule molecule = record.molecule;
                molecule.name = name->second;
                monomers.emplace(molecule.name,
                                 Monomer(molecule, model.predict(molecule).properties));
            }
        }
    }

    static void TearDownTestSuite() { monomers.clear(); }

    inline static std::map<std::string, Monomer> monomers;
    const ParameterSet parameters = load_parameters(data / "models" / "organic" / parameter_file);
    const Physics physics{parameters};
};

/// kcal/mol, see above.
double lower_bound_of(const Molecule& a, const Molecule& b) {
    if (a.charge == 0 && b.charge == 0) {
        return -25.0;
    }
    if (a.charge * b.charge == 0) {
        return -65.0;
    }
    if (a.charge * b.charge > 0) {
        return 0.0;
    }
    return a.name == "hydroxide" || b.name == "hydroxide" ? -265.0 : -160.0;
}

/// Atom i of `a` and atom j of `b` in contact at distance r, in random directions; nothing if other
/// atoms would be closer.
std::optional<std::array<Monomer, 2>> random_contact(const Monomer& a,
                                                     Eigen::Index i,
                                                     const Monomer& b,
                                                     Eigen::Index j,
                                                     double r,
                                                     std::mt19937_64& generator) {
    const double angle = std::uniform_real_distribution<double>(0.0, std::numbers::pi)(generator);
    const Monomer turned =
        b.rotated(Eigen::AngleAxisd(angle, random_direction(generator)).toRotationMatrix());
    const Eigen::Vector3d shift = a.molecule().positions.col(i) + r * random_direction(generator) -
                                  turned.molecule().positions.col(j);
    std::array<Monomer, 2> pair = {a, turned.translated(shift)};
    for (Eigen::Index k = 0; k < a.size(); ++k) {
        const Eigen::Vector3d position = a.molecule().positions.col(k);
        if ((pair[1].molecule().positions.colwise() - position).colwise().norm().minCoeff() <
            r * (1.0 - 1e-9)) {
            return std::nullopt;
        }
    }
    return pair;
}

/// Frame with the origin at `at` whose x axis is `x`.
Monomer placed(const Monomer& monomer, const Eigen::Vector3d& at, const Eigen::Vector3d& x) {
    const Eigen::Quaterniond turn = Eigen::Quaterniond::FromTwoVectors(x, Eigen::Vector3d::UnitX());
    return monomer.translated(-at).rotated(turn.toRotationMatrix());
}

}  // namespace

TEST_F(CloseApproach, NeverGoesBelowTheDeepestMinimumOfChemistry) {
    constexpr int per_pair_of_atoms = 40;
    ASSERT_EQ(monomers.size(), 18U);
    std::mt19937_64 generator(2024);
    int n = 0;
    int n_refused = 0;
    int n_refused_apart = 0;
    std::map<std::pair<int, int>, int> n_of_elements;
    for (auto second = monomers.begin(); second != monomers.end(); ++second) {
        for (auto first = monomers.begin(); first != std::next(second); ++first) {
            const Monomer& a = first->second;
            const Monomer& b = second->second;
            // Each pair of elements once, on atoms drawn at random, so that hydrogen does not
            // crowd out the others.
            std::map<std::pair<int, int>, std::vector<std::pair<Eigen::Index, Eigen::Index>>> pairs;
            for (Eigen::Index i = 0; i < a.size(); ++i) {
                for (Eigen::Index j = 0; j < b.size(); ++j) {
                    pairs[std::minmax({a.molecule().atomic_numbers[static_cast<std::size_t>(i)],
                                       b.molecule().atomic_numbers[static_cast<std::size_t>(j)]})]
                        .emplace_back(i, j);
                }
            }
            const double bound = lower_bound_of(a.molecule(), b.molecule());
            for (const auto& [elements, atoms] : pairs) {
                const double contact =
                    free_atom(elements.first).vdw_radius + free_atom(elements.second).vdw_radius;
                std::uniform_real_distribution<double> distance(coincidence_distance,
                                                                0.9 * contact);
                std::uniform_int_distribution<std::size_t> draw(0, atoms.size() - 1);
                for (int k = 0; k < per_pair_of_atoms; ++k) {
                    const auto [i, j] = atoms[draw(generator)];
                    const double r = distance(generator);
                    const auto pair = random_contact(a, i, b, j, r, generator);
                    if (!pair) {
                        continue;
                    }
                    ++n;
                    ++n_of_elements[elements];
                    try {
                        const EnergyComponents energy = physics.interaction_energy(*pair);
                        EXPECT_GT(energy.total() / units::kcal_per_mol, bound) << fmt::format(
                            "{}{} of {} and {}{} of {} at {:.3f} bohr: {:.0f}, {:.0f}, "
                            "{:.0f}, {:.0f} kcal/mol",
                            element_symbol(elements.first),
                            i + 1,
                            first->first,
                            element_symbol(elements.second),
                            j + 1,
                            second->first,
                            r,
                            energy.electrostatics / units::kcal_per_mol,
                            energy.exchange / units::kcal_per_mol,
                            energy.induction / units::kcal_per_mol,
                            energy.dispersion / units::kcal_per_mol);
                        EXPECT_GT(energy.exchange, 0.0) << first->first << ", " << second->first;
                    } catch (const NumericalError&) {
                        ++n_refused;
                        n_refused_apart += r > 2.0 * coincidence_distance ? 1 : 0;
                    }
                }
            }
        }
    }
    RecordProperty("energies", n);
    RecordProperty("refused", n_refused);
    EXPECT_GT(n, 5000);
    EXPECT_EQ(n_of_elements.size(), 10U);
    for (const auto& [elements, count] : n_of_elements) {
        EXPECT_GT(count, 100) << elements.first << " " << elements.second;
    }
    // Induced dipoles have no solution for atoms nearly on top of each other, which is an answer;
    // not where molecules may come.
    EXPECT_LT(n_refused, n / 4);
    EXPECT_LT(n_refused_apart, n / 500);
}

/// Whether the energy rises at each step from `start` to atoms that coincide, or until the
/// physics refuses; gives up at nothing else.
void expect_rising_wall(const Physics& physics,
                        const Monomer& a,
                        const Monomer& b,
                        double start,
                        const std::string& what) {
    double last = -1e300;
    double r = start;
    for (; r > coincidence_distance + 0.05; r -= 0.05) {
        const std::array pair = {a, b.translated(r * Eigen::Vector3d::UnitX())};
        double energy = 0.0;
        try {
            energy = physics.interaction_energy(pair).total() / units::kcal_per_mol;
        } catch (const NumericalError&) {
            break;
        }
        EXPECT_GT(energy, last) << what << " at " << r << " bohr";
        last = energy;
    }
    EXPECT_LT(r, 2.0 * coincidence_distance) << what << " is refused too early";
    EXPECT_GT(last, 100.0) << what << " at " << r << " bohr";
}

TEST_F(CloseApproach, OfHydrogensOnCarbonRisesMonotonically) {
    const double start = 0.6 * 2.0 * free_atom(1).vdw_radius;
    for (const char* name : {"methane", "formamide", "ethyne", "benzene"}) {
        const Monomer& monomer = monomers.at(name);
        const Eigen::Matrix3Xd& positions = monomer.molecule().positions;
        const std::vector<int>& elements = monomer.molecule().atomic_numbers;
        // The hydrogen next to a carbon.
        Eigen::Index hydrogen = -1;
        Eigen::Index carbon = -1;
        for (Eigen::Index c = 0; c < monomer.size(); ++c) {
            for (Eigen::Index h = 0; h < monomer.size(); ++h) {
                if (elements[static_cast<std::size_t>(c)] == 6 &&
                    elements[static_cast<std::size_t>(h)] == 1 &&
                    (positions.col(c) - positions.col(h)).norm() < 2.3) {
                    carbon = c;
                    hydrogen = h;
                }
            }
        }
        ASSERT_GE(hydrogen, 0) << name;
        const Eigen::Vector3d bond = positions.col(hydrogen) - positions.col(carbon);
        const Monomer a = placed(monomer, positions.col(hydrogen), bond);
        const Monomer b = placed(monomer, positions.col(hydrogen), -bond);
        expect_rising_wall(physics, a, b, start, name);
    }
}

TEST_F(CloseApproach, OfStackedBenzeneRisesMonotonically) {
    const Monomer& benzene = monomers.at("benzene");
    const Eigen::Vector3d center = benzene.molecule().positions.rowwise().mean();
    const Eigen::Vector3d normal =
        (benzene.molecule().positions.col(0) - center)
            .cross(Eigen::Vector3d(benzene.molecule().positions.col(1) - center));
    const Monomer flat = placed(benzene, center, normal);
    // Contact within the stack; six pairs of carbons at a time refuse earlier than one.
    double last = -1e300;
    for (double r = 0.8 * 2.0 * free_atom(6).vdw_radius; r > 2.0; r -= 0.05) {
        const std::array pair = {flat, flat.translated(r * Eigen::Vector3d::UnitX())};
        const double energy = physics.interaction_energy(pair).total() / units::kcal_per_mol;
        EXPECT_GT(energy, last) << r;
        last = energy;
    }
}

TEST_F(CloseApproach, IsCloserThanAnythingFitted) {
    EXPECT_GT(parameters.closest_contact, 0.35);
    EXPECT_LT(parameters.closest_contact, 0.6);
}

}  // namespace keesom
