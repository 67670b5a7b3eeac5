// SPDX-License-Identifier: BSD-3-Clause
//
// The benchmark and training sets of the repository: are they complete, does every record make
// sense, do the atoms of a molecule add up to the molecule.
#include <keesom/core/charge_check.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/units.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace keesom;

std::vector<ReferenceSystem> benchmark_set(const std::string& name) {
    return read_reference_systems(std::filesystem::path(KEESOM_TEST_DATA_DIR) / "benchmarks" /
                                  (name + ".xyz.gz"));
}

std::vector<PropertyRecord> training_set() {
    return read_property_set(std::filesystem::path(KEESOM_TEST_DATA_DIR) / "training" /
                             "aim_train.xyz.gz");
}

/// All molecules with charges that are known.
std::vector<Molecule> known_molecules() {
    std::vector<Molecule> molecules;
    for (const char* set : {"aim_train", "aim_train_2"}) {
        for (PropertyRecord& record :
             read_property_set(std::filesystem::path(KEESOM_TEST_DATA_DIR) / "training" /
                               (std::string(set) + ".xyz.gz"))) {
            molecules.push_back(std::move(record.molecule));
        }
    }
    for (const char* set : {"s22", "s66", "s66x8", "ssi"}) {
        for (ReferenceSystem& system : benchmark_set(set)) {
            for (Molecule& monomer : system.monomers) {
                monomer.name = system.where;
                molecules.push_back(std::move(monomer));
            }
        }
    }
    return molecules;
}

Molecule without_hydrogens(const Molecule& molecule, std::size_t most) {
    Molecule rest{.name = molecule.name, .atomic_numbers = {}, .positions = {}, .charge = 0};
    rest.positions.resize(3, molecule.size());
    std::size_t n_removed = 0;
    for (Eigen::Index i = 0; i < molecule.size(); ++i) {
        const int element = molecule.atomic_numbers[static_cast<std::size_t>(i)];
        if (element == 1 && n_removed < most) {
            ++n_removed;
            continue;
        }
        rest.positions.col(static_cast<Eigen::Index>(rest.atomic_numbers.size())) =
            molecule.positions.col(i);
        rest.atomic_numbers.push_back(element);
    }
    rest.positions.conservativeResize(3, static_cast<Eigen::Index>(rest.atomic_numbers.size()));
    return rest;
}

/// The part of the neutral molecules that are noticed without some of their hydrogen atoms.
double noticed_without_hydrogens(std::size_t most) {
    double n_molecules = 0.0;
    double n_noticed = 0.0;
    for (const Molecule& molecule : known_molecules()) {
        const Molecule rest = without_hydrogens(molecule, most);
        if (molecule.charge == 0 && rest.size() > 0 && rest.size() < molecule.size()) {
            n_molecules += 1.0;
            n_noticed += check_charge(rest).verdict != ChargeVerdict::plausible ? 1.0 : 0.0;
        }
    }
    return n_noticed / n_molecules;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

TEST(BenchmarkSets, AreComplete) {
    EXPECT_EQ(benchmark_set("s22").size(), 22U);
    EXPECT_EQ(benchmark_set("s66").size(), 66U);
    EXPECT_EQ(benchmark_set("s66x8").size(), 528U);
    EXPECT_EQ(benchmark_set("ssi").size(), 3380U);
}

TEST(BenchmarkSets, HaveTwoValidMonomersAndAReferenceEnergyEach) {
    for (const char* set : {"s22", "s66", "s66x8", "ssi"}) {
        for (const ReferenceSystem& system : benchmark_set(set)) {
            ASSERT_EQ(system.monomers.size(), 2U) << system.where;
            EXPECT_FALSE(system.three_body);
            for (const Molecule& monomer : system.monomers) {
                EXPECT_NO_THROW(monomer.validate()) << system.where;
            }
            EXPECT_NO_THROW(require_separate(
                std::array<const Molecule*, 2>{&system.monomers[0], &system.monomers[1]}))
                << system.where;
            EXPECT_TRUE(system.reference_energy("e_ref").has_value()) << system.where;
        }
    }
}

// Published values, kcal/mol: water dimer of S66 (Řezáč 2011), ammonia dimer of S22 (Marshall
// 2011).
TEST(BenchmarkSets, HoldPublishedValues) {
    const auto s66 = benchmark_set("s66");
    EXPECT_EQ(s66[0].info.at("system"), "Water Dimer");
    EXPECT_NEAR(*s66[0].reference_energy("e_ref") / units::kcal_per_mol, -4.918, 1e-9);
    EXPECT_NEAR(
        *benchmark_set("s22")[0].reference_energy("e_ref") / units::kcal_per_mol, -3.133, 1e-9);
}

// Components have at least three decimals: four roundings of 0.0005. Exchange is positive, but at
// twice the equilibrium distance no more than the noise of its calculation.
TEST(BenchmarkSets, HaveComponentsThatAddUpToTheirTotal) {
    for (const char* set : {"s22", "s66", "s66x8", "ssi"}) {
        std::size_t n_with_components = 0;
        for (const ReferenceSystem& system : benchmark_set(set)) {
            const auto components = system.reference_components();
            const auto total = system.reference_energy("total_sapt");
            if (components && total) {
                ++n_with_components;
                EXPECT_NEAR(
                    components->total() / units::kcal_per_mol, *total / units::kcal_per_mol, 2e-3)
                    << system.where;
                EXPECT_GT(components->exchange / units::kcal_per_mol, -1e-6) << system.where;
            }
        }
        EXPECT_GT(n_with_components, 0U) << set;
    }
}

// An independent route to the stated numbers of atoms. In the ion pairs of SSI a proton sits
// between two molecules, so this holds for the neutral sets at their equilibrium distances only.
TEST(BenchmarkSets, AreDividedByConnectivityAsTheyStateThemselves) {
    for (const char* set : {"s22", "s66"}) {
        for (const ReferenceSystem& system : benchmark_set(set)) {
            const Molecule& a = system.monomers[0];
            const Molecule& b = system.monomers[1];
            std::vector<int> atomic_numbers = a.atomic_numbers;
            atomic_numbers.insert(
                atomic_numbers.end(), b.atomic_numbers.begin(), b.atomic_numbers.end());
            Eigen::Matrix3Xd positions(3, a.size() + b.size());
            positions << a.positions, b.positions;
            EXPECT_EQ(connected_fragments(atomic_numbers, positions),
                      contiguous_fragments(std::vector<Eigen::Index>{a.size(), b.size()}))
                << system.where;
        }
    }
}

TEST(KnownMolecules, HaveTheChargesThatTheirBondsSuggest) {
    for (const Molecule& molecule : known_molecules()) {
        EXPECT_EQ(check_charge(molecule).verdict, ChargeVerdict::plausible) << molecule.name;
    }
}

// By two charges, so that the number of electrons stays even.
TEST(KnownMolecules, AreNoticedWithChargesOfAnotherSign) {
    for (Molecule& molecule : known_molecules()) {
        const int charge = molecule.charge;
        molecule.charge += charge < 0 ? 2 : -2;
        EXPECT_TRUE(charge == 0 || check_charge(molecule).verdict != ChargeVerdict::plausible)
            << molecule.name;
    }
}

// What is not noticed is another molecule: CO of formaldehyde, an alkyne of an alkene.
TEST(KnownMolecules, AreNoticedWithoutHydrogenAtoms) {
    constexpr std::size_t all = 1000;
    EXPECT_GT(noticed_without_hydrogens(all), 0.995);
    EXPECT_GT(noticed_without_hydrogens(2), 0.97);
}

TEST(TrainingSet, HasMoleculesWithAndWithoutCharge) {
    const auto records = training_set();
    EXPECT_EQ(records.size(), 616U);
    const auto n_charged = std::count_if(records.begin(), records.end(), [](const auto& record) {
        return record.molecule.charge != 0;
    });
    EXPECT_EQ(n_charged, 18);
}

TEST(TrainingSet, HasQuadrupolesWithoutTrace) {
    // Three numbers of six decimals are rounded: 3 × 0.5e-6.
    constexpr double rounding = 1.5e-6 * (1.0 + 1e-6);
    for (const PropertyRecord& record : training_set()) {
        const Matrix6Xd& quadrupoles = record.properties.quadrupoles;
        EXPECT_LE(
            (quadrupoles.row(0) + quadrupoles.row(3) + quadrupoles.row(5)).cwiseAbs().maxCoeff(),
            rounding)
            << record.where;
    }
}

// Charges and dipoles of the atoms are integrals over a grid of 70 × 302 points around each atom,
// the charge and the dipole of the molecule are exact. What is compared is therefore not limited by
// the six printed digits (less than 2e-5) but by the grid: a few millionths of the electrons, 20 to
// 90 in a molecule, are lost, and in the dipole each loss counts with its distance from the origin,
// up to 10 bohr. A lost sign, unit or order of components costs 0.1 and more.
TEST(TrainingSet, HasAtomsWhoseChargesAddUpToThatOfTheMolecule) {
    std::vector<double> errors;
    for (const PropertyRecord& record : training_set()) {
        errors.push_back(std::abs(record.properties.charges.sum() - record.molecule.charge));
        EXPECT_LT(errors.back(), 5e-4) << record.where;
    }
    EXPECT_LT(median(errors), 5e-5);
}

TEST(TrainingSet, HasAtomsWhoseMultipolesAddUpToTheDipoleOfTheMolecule) {
    std::vector<double> errors;
    for (const PropertyRecord& record : training_set()) {
        ASSERT_TRUE(record.molecular_dipole.has_value()) << record.where;
        const Eigen::Vector3d dipole =
            molecular_dipole(record.molecule.positions, record.properties);
        errors.push_back((dipole - *record.molecular_dipole).norm());
        EXPECT_LT(errors.back(), 2e-3) << record.where;
    }
    EXPECT_LT(median(errors), 2e-4);
}

}  // namespace
