// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 6: the force field of ethanol from its forces, and what its symmetry is worth.
#include "chapter.hpp"

#include <keesom/core/io/force_set.hpp>
#include <keesom/core/units.hpp>
#include <keesom/ml/force_field/force_field_training.hpp>

#include <string>
#include <vector>

namespace {

using namespace keesom;

constexpr double kcal_per_mol_angstrom = units::kcal_per_mol / units::angstrom;

/// Every `step`-th record, `first` being the first of them.
std::vector<ForceRecord> every(const std::vector<ForceRecord>& records,
                               std::size_t first,
                               std::size_t step) {
    std::vector<ForceRecord> some;
    for (std::size_t r = first; r < records.size(); r += step) {
        some.push_back(records[r]);
    }
    return some;
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    const ForceSet ethanol =
        read_force_set(std::string(KEESOM_TALK_DATA_DIR) + "/forces/ethanol.xyz.gz");
    std::vector<Eigen::Matrix3Xd> geometries;
    for (const ForceRecord& record : every(ethanol.records, 0, 20)) {
        geometries.push_back(record.positions);
    }
    const std::vector<Permutation> group =
        recovered_permutations(ethanol.atomic_numbers, geometries);
    const std::vector<Permutation> none = {group.front()};
    const std::vector<ForceRecord> test = every(ethanol.records, 1, 10);
    double mean_force = 0.0;
    for (const ForceRecord& record : test) {
        mean_force += record.forces.cwiseAbs().mean() / static_cast<double>(test.size());
    }

    constexpr double length_scale = 300.0;
    Eigen::MatrixXd curve(4, 5);
    Eigen::Index row = 0;
    for (const std::size_t count : {20, 40, 80, 160}) {
        const std::vector<ForceRecord> training = every(ethanol.records, 0, 2000 / count);
        const auto errors = [&](const std::vector<Permutation>& permutations) {
            return errors_on(
                train_force_field(ethanol.atomic_numbers, training, permutations, length_scale, {}),
                test);
        };
        const ForceErrors with = errors(group);
        const ForceErrors without = errors(none);
        curve.row(row++) << static_cast<double>(training.size()),
            with.mean_absolute_force / kcal_per_mol_angstrom,
            without.mean_absolute_force / kcal_per_mol_angstrom,
            with.mean_absolute_energy / units::kcal_per_mol,
            without.mean_absolute_energy / units::kcal_per_mol;
    }
    talk::Chapter::number("exchanges of equal atoms", static_cast<double>(group.size()));
    talk::Chapter::number("mean absolute force, kcal/mol/angstrom",
                          mean_force / kcal_per_mol_angstrom);
    for (Eigen::Index r = 0; r < curve.rows(); ++r) {
        const std::string points = std::to_string(static_cast<int>(curve(r, 0))) + " geometries: ";
        talk::Chapter::number(points + "error of forces", curve(r, 1));
        talk::Chapter::number(points + "without the exchanges", curve(r, 2));
        talk::Chapter::number(points + "error of energies, kcal/mol", curve(r, 3));
        talk::Chapter::number(points + "without the exchanges", curve(r, 4));
    }
    chapter.claim("ethanol makes six exchanges of equal atoms", group.size() == 6);
    bool always_better = true;
    for (Eigen::Index r = 0; r < curve.rows(); ++r) {
        always_better = always_better && curve(r, 1) < curve(r, 2);
    }
    chapter.claim("with them it learns more from as many geometries", always_better);
    chapter.claim("40 geometries with them are worth more than 80 without",
                  curve(1, 1) < curve(2, 2));
    chapter.claim("energies that no one told it are right to a few tenths of a kcal/mol",
                  curve(3, 3) < 0.3);
    chapter.table(
        "force_fields", {"geometries", "force", "force_plain", "energy", "energy_plain"}, curve);
    return chapter.status();
}
