// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 8: clusters of water, large complexes and the benzene crystal, computed with all their
// molecules at once, and what of their energy is not a sum over pairs.
#include "chapter.hpp"

#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/interaction/physics_spread.hpp>
#include <keesom/interaction/system_energies.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <memory>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace keesom;

const std::string data = KEESOM_TALK_DATA_DIR;

double kcal(double energy) {
    return energy / units::kcal_per_mol;
}

/// Electrostatics, exchange, induction, dispersion and their sum, kcal/mol.
Eigen::RowVectorXd row(const EnergyComponents& energy) {
    Eigen::RowVectorXd components(5);
    components << energy.electrostatics, energy.exchange, energy.induction, energy.dispersion,
        energy.total();
    return components / units::kcal_per_mol;
}

/// A key of the file, kcal/mol.
double stated(const ReferenceSystem& system, const std::string& key) {
    return kcal(system.reference_energy(key).value());
}

std::vector<Monomer> predicted(const InteractionModel& model, const ReferenceSystem& system) {
    std::vector<Monomer> monomers;
    for (const Molecule& molecule : system.monomers) {
        monomers.push_back(model.monomer(molecule));
    }
    return monomers;
}

/// What three molecules at a time add to the pairs, kcal/mol.
double three_body_energy(const Physics& physics, std::span<const Monomer> monomers) {
    double sum = 0.0;
    for (std::size_t i = 2; i < monomers.size(); ++i) {
        for (std::size_t j = 1; j < i; ++j) {
            for (std::size_t k = 0; k < j; ++k) {
                const std::array trimer = {monomers[k], monomers[j], monomers[i]};
                sum += kcal(physics.non_additive_energy(trimer).total());
            }
        }
    }
    return sum;
}

/// Starts a line of a table.
std::ostream& line(const std::string& name) {
    return std::cout << "        " << std::left << std::setw(14) << name << std::right << std::fixed
                     << std::setprecision(2);
}

// ---- water -----------------------------------------------------------------------------------

/// kcal/mol
struct WaterCluster {
    std::string name;
    std::vector<Monomer> monomers;
    EnergyComponents energy;
    Eigen::RowVectorXd non_additive;  ///< as of row()
    double interaction;               ///< reference
    double deformation;               ///< what the molecules pay to look as they do

    [[nodiscard]] double total() const { return kcal(energy.total()); }

    [[nodiscard]] double many_body() const { return non_additive[4]; }

    [[nodiscard]] double share() const { return many_body() / total(); }
};

std::vector<WaterCluster> water_clusters(const InteractionModel& model) {
    const Physics& physics = model.physics();
    std::vector<WaterCluster> clusters;
    for (const ReferenceSystem& system : read_reference_systems(data + "/clusters/water.xyz.gz")) {
        const std::vector<Monomer> monomers = predicted(model, system);
        clusters.push_back({.name = system.name.substr(std::string("water").size()),
                            .monomers = monomers,
                            .energy = physics.interaction_energy(monomers),
                            .non_additive = row(physics.non_additive_energy(monomers)),
                            .interaction = stated(system, "e_ref"),
                            .deformation = stated(system, "deformation")});
    }
    return clusters;
}

const WaterCluster& named(const std::vector<WaterCluster>& clusters, const std::string& name) {
    return *std::find_if(clusters.begin(), clusters.end(), [&](const WaterCluster& cluster) {
        return cluster.name == name;
    });
}

/// Of the pairs of isomers whose references differ by more than `least`, the part that is in their
/// order.
double part_in_order(const std::vector<WaterCluster>& clusters, double least) {
    int pairs = 0;
    int in_order = 0;
    for (const WaterCluster& a : clusters) {
        for (const WaterCluster& b : clusters) {
            if (a.monomers.size() == b.monomers.size() && a.interaction < b.interaction - least) {
                ++pairs;
                in_order += a.total() < b.total() ? 1 : 0;
            }
        }
    }
    talk::Chapter::number("pairs of isomers", pairs);
    return static_cast<double>(in_order) / pairs;
}

void water(talk::Chapter& chapter, const InteractionModel& model) {
    const std::vector<WaterCluster> clusters = water_clusters(model);
    const auto count = static_cast<Eigen::Index>(clusters.size());
    Eigen::MatrixXd table(count, 9);
    line("kcal/mol") << "  keesom reference deformation, not pairs: induction dispersion share\n";
    for (Eigen::Index i = 0; i < count; ++i) {
        const WaterCluster& c = clusters[static_cast<std::size_t>(i)];
        table.row(i) << static_cast<double>(c.monomers.size()), c.total(), c.interaction,
            c.deformation, c.non_additive;
        line(c.name) << std::setw(8) << c.total() << std::setw(10) << c.interaction << std::setw(12)
                     << c.deformation << std::setw(22) << c.non_additive[2] << std::setw(11)
                     << c.non_additive[3] << std::setw(6) << c.share() << '\n';
    }
    std::cout << std::defaultfloat;
    const Eigen::ArrayXd errors = table.col(1) - table.col(2);
    const Eigen::ArrayXd relative = errors / table.col(2).array();
    const double mean_error = (errors / table.col(0).array()).abs().mean();
    const double in_order = part_in_order(clusters, 0.5);
    talk::Chapter::number("mean absolute error, kcal/mol", errors.abs().mean());
    talk::Chapter::number("mean error", errors.mean());
    talk::Chapter::number("mean absolute error per molecule", mean_error);
    talk::Chapter::number("mean relative error", relative.abs().mean());
    talk::Chapter::number("largest relative error", relative.abs().maxCoeff());
    talk::Chapter::number("pairs of isomers in order", in_order);

    // The dimer comes first and has nothing but its pair.
    const auto larger = table.bottomRows(count - 1);
    const Eigen::ArrayXd induction_part = larger.col(6).cwiseQuotient(larger.col(8));
    const Eigen::ArrayXd shares = larger.col(8).cwiseQuotient(larger.col(1));
    talk::Chapter::number("smallest part of induction in what is not pairs",
                          induction_part.minCoeff());
    talk::Chapter::number("largest dispersion in it", larger.col(7).cwiseAbs().maxCoeff());
    talk::Chapter::number("smallest share of it in the energy", shares.minCoeff());
    talk::Chapter::number("largest share", shares.maxCoeff());
    chapter.claim("electrostatics and exchange of water are sums over pairs",
                  table.middleCols(4, 2).cwiseAbs().maxCoeff() < 1e-8);
    chapter.claim("what is not pairs is induction, to a few percent",
                  induction_part.minCoeff() > 0.95 && induction_part.maxCoeff() < 1.05);
    chapter.claim("it binds, and is 15 to 33 % of the energy",
                  shares.minCoeff() > 0.15 && shares.maxCoeff() < 0.33);

    const WaterCluster& prism = named(clusters, "6PR");
    const WaterCluster& cage = named(clusters, "6CA");
    const WaterCluster& book = named(clusters, "6BK1");
    const WaterCluster& ring = named(clusters, "6CC");
    chapter.claim("rings have more of it than prism and cage, book in between",
                  ring.share() > 1.15 * book.share() && book.share() > 1.15 * cage.share() &&
                      book.share() > 1.15 * prism.share());
    chapter.claim("references of the hexamers fall from prism over cage and book to ring",
                  prism.interaction < cage.interaction && cage.interaction < book.interaction &&
                      book.interaction < ring.interaction);
    chapter.claim("keesom has cage, book and ring in this order",
                  cage.total() < book.total() && book.total() < ring.total());
    chapter.claim("but the prism above cage and book",
                  prism.total() > cage.total() && prism.total() > book.total());
    for (const WaterCluster* cluster : {&named(clusters, "5CYC"), &prism, &ring}) {
        const double three = three_body_energy(model.physics(), cluster->monomers);
        talk::Chapter::number(cluster->name + ", three molecules at a time", three);
        talk::Chapter::number("four and more", cluster->many_body() - three);
        const double rest = (cluster->many_body() - three) / cluster->many_body();
        chapter.claim(cluster->name + ": three at a time are most of it",
                      rest > -0.05 && rest < 0.25);
    }
    chapter.claim("the mean error is below 0.15 kcal/mol for each molecule and 2.5 % of the energy",
                  mean_error < 0.15 && relative.abs().mean() < 0.025);
    chapter.claim("of isomers 0.5 kcal/mol apart, nine pairs of ten are in order", in_order > 0.85);
    // Without electrostatics and exchange, which are rounding.
    Eigen::MatrixXd written(count, 7);
    written << table.leftCols(4), table.rightCols(3);
    chapter.table("clusters_water",
                  {"molecules",
                   "total",
                   "reference",
                   "deformation",
                   "induction_many",
                   "dispersion_many",
                   "many"},
                  written);
}

// ---- large complexes -------------------------------------------------------------------------

void large_complexes(talk::Chapter& chapter, const InteractionModel& model) {
    const Physics& physics = model.physics();
    std::vector<double> errors;
    line("kcal/mol") << "  keesom reference not pairs\n";
    for (const ReferenceSystem& system : read_reference_systems(data + "/clusters/l7.xyz.gz")) {
        const std::vector<Monomer> monomers = predicted(model, system);
        const std::span<const Monomer> all(monomers);
        // The reference is between two parts: what holds together the molecules of one does not
        // belong to it.
        const auto n_first = std::stoul(system.info.at("n_first"));
        const auto between = [&](const auto& energy) {
            double value = energy(all).total();
            for (const std::span<const Monomer> part : {all.first(n_first), all.subspan(n_first)}) {
                value -= part.size() > 1 ? energy(part).total() : 0.0;
            }
            return kcal(value);
        };
        const double total = between([&](std::span<const Monomer> molecules) {
            return physics.interaction_energy(molecules);
        });
        const double many_body = between([&](std::span<const Monomer> molecules) {
            return physics.non_additive_energy(molecules);
        });
        const double reference = stated(system, "e_between");
        errors.push_back(total - reference);
        line(system.name) << std::setw(8) << total << std::setw(10) << reference << std::setw(10)
                          << many_body << '\n';
    }
    std::cout << std::defaultfloat;
    const double mean =
        Eigen::Map<const Eigen::ArrayXd>(errors.data(), static_cast<Eigen::Index>(errors.size()))
            .abs()
            .mean();
    talk::Chapter::number("mean absolute error of L7", mean);
    chapter.claim("large complexes are off by less than 4 kcal/mol on average", mean < 4.0);
}

void hosts_and_guests(talk::Chapter& chapter,
                      const InteractionModel& model,
                      const PhysicsSpread& spread) {
    const std::vector<ReferenceSystem> systems =
        read_reference_systems(data + "/clusters/s12l.xyz.gz");
    const std::vector<SystemEnergy> energies =
        system_energies(systems, model, {}, {.gradients = true});
    // Buckycatchers and a cucurbituril: surfaces that fit each other over all of their area.
    const std::set<std::string> fitting = {"S12L-4a", "S12L-4b", "S12L-7b"};
    double least_of_fitting = -100.0;
    double largest_of_others = 0.0;
    double errors_of_others = 0.0;
    double least_in_deviations = 100.0;  // of the fitting ones
    Eigen::Index unfamiliar_of_fitting = 0;
    line("kcal/mol") << "  keesom reference deformation stated deviation, unfamiliar atoms\n";
    for (std::size_t i = 0; i < systems.size(); ++i) {
        const ReferenceSystem& system = systems[i];
        const double deformation = stated(system, "deformation");
        const double reference = stated(system, "e_association") - deformation;
        const double total = kcal(energies[i].energy.value().total());
        const double deviation = kcal(std::hypot(energies[i].uncertainty.value().total,
                                                 spread.of(energies[i].energy.value()).total));
        Eigen::Index unfamiliar = 0;
        for (const Eigen::VectorX<bool>& atoms : energies[i].unfamiliar) {
            unfamiliar += atoms.count();
        }
        const double error = total - reference;
        if (fitting.contains(system.name)) {
            least_of_fitting = std::max(least_of_fitting, error);
            least_in_deviations = std::min(least_in_deviations, -error / deviation);
            unfamiliar_of_fitting += unfamiliar;
        } else {
            largest_of_others = std::min(largest_of_others, error);
            errors_of_others += error / static_cast<double>(systems.size() - fitting.size());
        }
        line(system.name) << std::setw(8) << total << std::setw(10) << reference << std::setw(12)
                          << deformation << std::setw(17) << deviation << std::setw(6) << unfamiliar
                          << '\n';
    }
    std::cout << std::defaultfloat;
    talk::Chapter::number("least error of buckycatchers and cucurbituril", least_of_fitting);
    talk::Chapter::number("in stated standard deviations", least_in_deviations);
    talk::Chapter::number("mean error of others", errors_of_others);
    talk::Chapter::number("largest of others", largest_of_others);
    chapter.claim("buckycatchers and cucurbituril bind by more than 10 kcal/mol too much",
                  least_of_fitting < -10.0);
    chapter.claim("the others by 4 on average, 7 at most",
                  errors_of_others < -3.0 && errors_of_others > -5.0 && largest_of_others > -7.5);
    chapter.claim("which is more than 3 of the standard deviations that keesom states",
                  least_in_deviations > 3.0);
    chapter.claim("though no atom of the former is unlike those of the training set",
                  unfamiliar_of_fitting == 0);
}

// ---- the benzene crystal ---------------------------------------------------------------------

/// Molecules around the one that stands first.
struct Surroundings {
    std::vector<PreparedMonomer> molecules;
    Eigen::MatrixXd distances;  ///< of their centers, bohr
};

Surroundings surroundings(const InteractionModel& model, double radius) {
    const ReferenceSystem system =
        read_reference_systems(data + "/clusters/benzene.xyz.gz").front();
    Eigen::Vector3d cell;
    std::istringstream(system.info.at("cell")) >> cell[0] >> cell[1] >> cell[2];
    cell *= units::angstrom;
    std::vector<PreparedMonomer> in_cell;
    for (const Molecule& molecule : system.monomers) {
        in_cell.push_back(model.physics().prepare(model.monomer(molecule)));
    }
    Surroundings around{{in_cell.front()}, {}};
    const Eigen::Vector3d origin = in_cell.front().center();
    const Eigen::Array3i reach = (radius / cell.array()).ceil().cast<int>() + 1;
    for (int a = -reach[0]; a <= reach[0]; ++a) {
        for (int b = -reach[1]; b <= reach[1]; ++b) {
            for (int c = -reach[2]; c <= reach[2]; ++c) {
                const Eigen::Vector3d shift = cell.cwiseProduct(Eigen::Vector3d(a, b, c));
                for (const PreparedMonomer& monomer : in_cell) {
                    const double distance = (monomer.center() + shift - origin).norm();
                    if (distance > 1e-3 && distance < radius) {
                        around.molecules.push_back(monomer.translated(shift));
                    }
                }
            }
        }
    }
    const auto n = static_cast<Eigen::Index>(around.molecules.size());
    Eigen::Matrix3Xd centers(3, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        centers.col(i) = around.molecules[static_cast<std::size_t>(i)].center();
    }
    around.distances.resize(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        around.distances.col(i) = (centers.colwise() - centers.col(i)).colwise().norm().transpose();
    }
    return around;
}

/// What pairs or trimers with the first molecule contribute to the energy of one molecule, by the
/// largest distance of their centers.
struct Contributions {
    std::vector<double> distances;         ///< bohr
    std::vector<Eigen::RowVectorXd> rows;  ///< as of row()

    void add(double distance, const Eigen::RowVectorXd& contribution) {
        distances.push_back(distance);
        rows.push_back(contribution);
    }

    [[nodiscard]] Eigen::RowVectorXd up_to(double radius) const {
        Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(5);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (distances[i] <= radius) {
                sum += rows[i];
            }
        }
        return sum;
    }
};

/// A pair belongs to its two molecules.
Contributions pairs_of_crystal(const Physics& physics, const Surroundings& around) {
    Contributions pairs;
    for (std::size_t i = 1; i < around.molecules.size(); ++i) {
        const std::array pair = {around.molecules[0], around.molecules[i]};
        pairs.add(around.distances(0, static_cast<Eigen::Index>(i)),
                  0.5 * row(physics.interaction_energy(pair)));
    }
    return pairs;
}

/// A trimer belongs to its three; without its pairs.
Contributions trimers_of_crystal(const Physics& physics,
                                 const Surroundings& around,
                                 double radius) {
    const auto distance = [&](std::size_t i, std::size_t j) {
        return around.distances(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
    };
    std::vector<std::size_t> near;
    for (std::size_t i = 1; i < around.molecules.size(); ++i) {
        if (distance(0, i) < radius) {
            near.push_back(i);
        }
    }
    std::vector<Eigen::RowVectorXd> with_first;
    for (const std::size_t i : near) {
        const std::array pair = {around.molecules[0], around.molecules[i]};
        with_first.push_back(row(physics.interaction_energy(pair)));
    }
    Contributions trimers;
    for (std::size_t a = 1; a < near.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            const std::size_t i = near[a];
            const std::size_t j = near[b];
            if (distance(i, j) >= radius) {
                continue;
            }
            const std::array pair = {around.molecules[j], around.molecules[i]};
            const std::array trimer = {
                around.molecules[0], around.molecules[j], around.molecules[i]};
            trimers.add(std::max({distance(0, i), distance(0, j), distance(i, j)}),
                        (row(physics.interaction_energy(trimer)) -
                         row(physics.interaction_energy(pair)) - with_first[a] - with_first[b]) /
                            3.0);
        }
    }
    return trimers;
}

void benzene(talk::Chapter& chapter, const InteractionModel& model) {
    constexpr double furthest = 25.0;         // angstrom, of pairs
    constexpr double furthest_trimer = 11.0;  // angstrom
    const Surroundings around = surroundings(model, furthest * units::angstrom);
    const Contributions pairs = pairs_of_crystal(model.physics(), around);
    const Contributions trimers =
        trimers_of_crystal(model.physics(), around, furthest_trimer * units::angstrom);
    Eigen::MatrixXd table(20, 4);
    for (Eigen::Index i = 0; i < table.rows(); ++i) {
        const double radius = 6.0 + static_cast<double>(i);
        const Eigen::RowVectorXd three = trimers.up_to(radius * units::angstrom);
        table.row(i) << radius, pairs.up_to(radius * units::angstrom)[4], three[4], three[3];
    }
    const Eigen::RowVectorXd two = pairs.up_to(furthest * units::angstrom);
    const Eigen::RowVectorXd three = trimers.up_to(furthest_trimer * units::angstrom);
    talk::Chapter::number("molecules within 25 angstrom", static_cast<double>(pairs.rows.size()));
    talk::Chapter::number("pairs, kcal/mol", two[4]);
    talk::Chapter::number("electrostatics", two[0]);
    talk::Chapter::number("exchange", two[1]);
    talk::Chapter::number("induction", two[2]);
    talk::Chapter::number("dispersion", two[3]);
    talk::Chapter::number("trimers", static_cast<double>(trimers.rows.size()));
    talk::Chapter::number("their energy without pairs", three[4]);
    talk::Chapter::number("induction", three[2]);
    talk::Chapter::number("dispersion", three[3]);
    talk::Chapter::number("pairs and trimers", two[4] + three[4]);
    const std::vector<Monomer> close = [&] {
        std::vector<Monomer> monomers;
        for (std::size_t i = 0; i < around.molecules.size(); ++i) {
            if (around.distances(0, static_cast<Eigen::Index>(i)) < 6.5 * units::angstrom) {
                monomers.push_back(around.molecules[i].monomer());
            }
        }
        return monomers;
    }();
    const double all = kcal(model.physics().non_additive_energy(close).total());
    const double by_three = three_body_energy(model.physics(), close);
    talk::Chapter::number("molecules of the first shell", static_cast<double>(close.size()));
    talk::Chapter::number("their energy without pairs", all);
    talk::Chapter::number("of which four at a time and more", all - by_three);
    chapter.claim("pairs of the benzene crystal bind by 13 to 14.5 kcal/mol",
                  two[4] > -14.5 && two[4] < -13.0);
    chapter.claim("trimers take away 0.8 to 1.2", three[4] > 0.8 && three[4] < 1.2);
    chapter.claim("by dispersion, unlike in water", three[3] > 0.8 * three[4]);
    chapter.claim("four molecules at a time change little", std::abs(all - by_three) < 0.2 * all);
    chapter.claim("the lattice energy is within 0.8 kcal/mol of -12.9",
                  std::abs(two[4] + three[4] + 12.9) < 0.8);
    chapter.table(
        "clusters_benzene", {"distance", "pairs", "trimers", "trimers_dispersion"}, table);
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    const std::string folder = data + "/models/organic";
    const ParameterSet parameters = load_parameters(folder + "/" + parameter_file);
    const InteractionModel model(std::make_shared<KernelPropertyModel>(load_model(folder)),
                                 parameters);
    water(chapter, model);
    large_complexes(chapter, model);
    hosts_and_guests(chapter, model, parameters.spread);
    benzene(chapter, model);
    return chapter.status();
}
