// SPDX-License-Identifier: BSD-3-Clause
#include "trained_models.hpp"

#include <keesom/ml/model/charge_equilibration.hpp>
#include <keesom/ml/training/atom_table.hpp>
#include <keesom/ml/training/charge_regression.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace keesom {
namespace {

DescriptorOptions descriptor_of(const std::vector<PropertyRecord>& records) {
    DescriptorOptions options = testing::small_training().descriptor;
    options.elements = elements_of(records);
    return options;
}

/// Charges of a record from what a regression has learned.
Eigen::VectorXd charges_of(const ChargeRegression& regression,
                           const std::vector<ElementAtoms>& table,
                           const PropertyRecord& record,
                           std::size_t index) {
    Eigen::VectorXd chi(record.molecule.size());
    Eigen::VectorXd staying(record.molecule.size());
    for (std::size_t e = 0; e < table.size(); ++e) {
        for (std::size_t i = 0; i < table[e].atoms.size(); ++i) {
            const TrainingAtom& atom = table[e].atoms[i];
            if (atom.record == index) {
                const auto evaluate = [&](const ChargedQuadraticForm& form) {
                    return form.evaluate(
                        table[e].features.ranks[0].col(static_cast<Eigen::Index>(i)),
                        electronegativity_charge(record.molecule))[0];
                };
                chi[atom.index] = evaluate(regression.electronegativities[e]);
                staying[atom.index] = evaluate(regression.staying_charges[e]);
            }
        }
    }
    return charge_response(record.molecule).charges(chi, staying);
}

/// The atoms of the records before `last`.
std::vector<ElementAtoms> first_atoms(std::vector<ElementAtoms> table, std::size_t last) {
    for (ElementAtoms& element : table) {
        std::erase_if(element.atoms, [&](const TrainingAtom& atom) { return atom.record >= last; });
        const auto n = static_cast<Eigen::Index>(element.atoms.size());
        element.electronegativity_charges.conservativeResize(n);
        element.features.ranks[0].conservativeResize(Eigen::NoChange, n);
    }
    return table;
}

TEST(ChargeRegression, PredictsFoldsFromAllOthers) {
    const std::vector<PropertyRecord> records = testing::small_records(30, 9);
    std::vector<int> folds(records.size(), 0);
    constexpr std::size_t left_out = 22;  // and all after it
    std::fill(folds.begin() + left_out, folds.end(), 1);
    const std::vector<ElementAtoms> table = gather_atoms(records, folds, descriptor_of(records));
    const ChargePrior prior = {.noise = 1e-3, .staying_spread = 0.1};
    const ChargeRegression all = regress_charges(records, folds, table, prior);

    // The same features, but none of the charges of the second fold. Spreads and noise are those of
    // fewer molecules, too, so that the numbers agree nearly.
    const std::vector<PropertyRecord> others(records.begin(), records.begin() + left_out);
    const std::vector<int> one_fold(left_out, 0);
    const ChargeRegression fewer =
        regress_charges(others, one_fold, first_atoms(table, left_out), prior);
    double worst = 0.0;
    double worst_learned = 0.0;
    for (std::size_t r = left_out; r < records.size(); ++r) {
        const Eigen::VectorXd expected = charges_of(fewer, table, records[r], r);
        worst = std::max(worst, (all.held_out[r] - expected).cwiseAbs().maxCoeff());
        worst_learned =
            std::max(worst_learned,
                     (charges_of(all, table, records[r], r) - expected).cwiseAbs().maxCoeff());
    }
    EXPECT_LT(worst, 3e-2);
    EXPECT_GT(worst_learned, 6e-2);  // the charges of a molecule that is known are others
}

TEST(ChargeRegression, LearnsChargesThatAddUp) {
    const std::vector<PropertyRecord> records = testing::small_records();
    const std::vector<int> folds(records.size(), 0);
    const std::vector<ElementAtoms> table = gather_atoms(records, folds, descriptor_of(records));
    const ChargeRegression regression =
        regress_charges(records, folds, table, {.noise = 1e-9, .staying_spread = 0.1});
    for (std::size_t r = 0; r < records.size(); ++r) {
        const Eigen::VectorXd charges = charges_of(regression, table, records[r], r);
        EXPECT_NEAR(charges.sum(), records[r].molecule.charge, 1e-12);
        EXPECT_LT((charges - records[r].properties.charges).cwiseAbs().maxCoeff(), 2e-3);
    }
}

}  // namespace
}  // namespace keesom
