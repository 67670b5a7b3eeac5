// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/interaction/monomer_library.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <support/energy_term_checks.hpp>

namespace keesom {

namespace {

/// A covariant model without learning: the dipole of an atom points to the center of the molecule.
class PointingModel : public PropertyModel {
public:
    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override {
        ++calls;
        if (molecule.size() == 1) {
            throw ModelError("no model for single atoms");
        }
        PropertyPrediction prediction{AtomProperties(molecule.size()), {}, {}};
        AtomProperties& p = prediction.properties;
        const Eigen::Vector3d center = molecule.positions.rowwise().mean();
        p.dipoles = -(molecule.positions.colwise() - center);
        p.valence_populations.setConstant(4.0);
        p.valence_widths.setConstant(0.4);
        p.hirshfeld_ratios.setConstant(0.8);
        for (Eigen::Index i = 0; i < molecule.size(); ++i) {
            Eigen::Matrix3d tensor = p.dipoles.col(i) * p.dipoles.col(i).transpose();
            tensor.diagonal().array() -= tensor.trace() / 3.0;
            p.quadrupoles.col(i) = symmetric_components(tensor);
        }
        return prediction;
    }

    [[nodiscard]] std::vector<int> supported_elements() const override { return {1, 6, 7, 8}; }

    mutable std::atomic<int> calls = 0;
};

Molecule moved(const Molecule& molecule, std::mt19937& generator) {
    Molecule copy = molecule;
    const Eigen::Vector3d shift = testing::random_vector(generator, 10.0);
    copy.positions = (testing::random_rotation(generator) * molecule.positions).colwise() + shift;
    return copy;
}

Molecule random_molecule(std::mt19937& generator) {
    return testing::random_monomer(generator, 7).molecule();
}

}  // namespace

TEST(RigidMotion, RecoversTheMotion) {
    std::mt19937 generator(1);
    for (int i = 0; i < 20; ++i) {
        const Molecule from = random_molecule(generator);
        const Molecule to = moved(from, generator);
        const auto motion = rigid_motion(from, to, 1e-8);
        ASSERT_TRUE(motion);
        EXPECT_NEAR(motion->rotation.determinant(), 1.0, 1e-12);
        EXPECT_LT(
            ((motion->rotation * from.positions).colwise() + motion->shift - to.positions).norm(),
            1e-10);
    }
}

TEST(RigidMotion, RefusesMirrorImagesAndDistortions) {
    std::mt19937 generator(2);
    const Molecule chiral = random_molecule(generator);
    Molecule mirrored = chiral;
    mirrored.positions.row(1) *= -1.0;
    EXPECT_FALSE(rigid_motion(chiral, mirrored, 1e-3));
    Molecule distorted = chiral;
    distorted.positions(0, 0) += 0.01;
    EXPECT_FALSE(rigid_motion(chiral, distorted, 1e-3));
    EXPECT_TRUE(rigid_motion(chiral, distorted, 0.01));
}

TEST(RigidMotion, WorksForPlanarLinearAndSingleAtoms) {
    std::mt19937 generator(3);
    for (const int dimension : {0, 1, 2}) {
        Molecule flat = random_molecule(generator);
        flat.positions.bottomRows(3 - dimension).setZero();
        const Molecule to = moved(flat, generator);
        const auto motion = rigid_motion(flat, to, 1e-8);
        ASSERT_TRUE(motion) << dimension;
        EXPECT_NEAR(motion->rotation.determinant(), 1.0, 1e-12);
    }
}

TEST(MonomerLibrary, PredictsEachDistinctMoleculeOnce) {
    std::mt19937 generator(4);
    const Molecule a = random_molecule(generator);
    const Molecule b = random_molecule(generator);
    Molecule ion = a;
    ion.charge = 2;
    MonomerLibrary library(std::vector{a, b, moved(a, generator), moved(b, generator), ion, a});
    EXPECT_EQ(library.distinct(), 3U);
    const PointingModel model;
    library.predict(model);
    EXPECT_EQ(model.calls, 3);
}

TEST(MonomerLibrary, CountsAsOneWhatIsWithinItsTolerance) {
    std::mt19937 generator(7);
    const Molecule a = random_molecule(generator);
    Molecule distorted = moved(a, generator);
    distorted.positions(0, 0) += 4e-4;
    const std::vector molecules{a, distorted};
    EXPECT_EQ(MonomerLibrary(molecules).distinct(), 2U);
    EXPECT_EQ(MonomerLibrary(molecules, 4e-4).distinct(), 1U);
}

TEST(MonomerLibrary, MovedPredictionEqualsPredictionOfTheMoved) {
    std::mt19937 generator(5);
    const Molecule first = random_molecule(generator);
    const Molecule second = moved(first, generator);
    MonomerLibrary library(std::vector{first, second});
    const PointingModel model;
    library.predict(model);
    const AtomProperties expected = model.predict(second).properties;
    const Monomer monomer = library.monomer(1);
    EXPECT_EQ(monomer.molecule().positions, second.positions);
    EXPECT_LT((monomer.properties().dipoles - expected.dipoles).norm(), 1e-10);
    EXPECT_LT((monomer.properties().quadrupoles - expected.quadrupoles).norm(), 1e-10);
}

TEST(MonomerLibrary, KeepsErrorsUntilTheMoleculeIsAskedFor) {
    std::mt19937 generator(6);
    Molecule atom;
    atom.atomic_numbers = {8};
    atom.positions = Eigen::Matrix3Xd::Zero(3, 1);
    MonomerLibrary library(std::vector{atom, random_molecule(generator)});
    library.predict(PointingModel());
    EXPECT_NO_THROW((void)library.monomer(1));
    EXPECT_THROW((void)library.monomer(0), ModelError);
}

}  // namespace keesom
