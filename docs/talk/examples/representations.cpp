// SPDX-License-Identifier: BSD-3-Clause
//
// Chapter 2: what a model sees of atoms and molecules, and what it cannot see.
#include "chapter.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/ml/descriptors/coulomb_matrix.hpp>
#include <keesom/ml/descriptors/covariant_spectrum.hpp>
#include <keesom/ml/descriptors/density_expansion.hpp>
#include <keesom/ml/descriptors/symmetry_functions.hpp>
#include <keesom/ml/kernels/scalar_kernels.hpp>
#include <keesom/ml/regression/cholesky.hpp>
#include <keesom/ml/regression/held_out.hpp>
#include <keesom/ml/training/molecular_graph.hpp>

#include <Eigen/Geometry>
#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>

namespace {

using namespace keesom;

constexpr double cutoff_radius = 11.0;  // bohr, of both representations of atoms

// ---- Representations.

DensityExpansion density_expansion() {
    DescriptorOptions options;
    options.elements = {1, 6, 7, 8};
    options.radial.cutoff_radius = cutoff_radius;
    return DensityExpansion(options);
}

/// Distances in steps of about the width of the Gaussians; near and far pairs, broad and narrow
/// angles. Chosen once, by hand.
SymmetryFunctionOptions symmetry_functions(bool with_angles) {
    SymmetryFunctionOptions options;
    options.elements = {1, 6, 7, 8};
    options.cutoff_radius = cutoff_radius;
    for (int k = 0; k < 8; ++k) {
        options.radial.push_back({0.5, 1.5 + 1.2 * k});
    }
    if (with_angles) {
        for (const double eta : {0.002, 0.02}) {
            for (const double zeta : {1.0, 4.0, 16.0}) {
                options.angular.push_back({eta, zeta, 1});
                options.angular.push_back({eta, zeta, -1});
            }
        }
    }
    return options;
}

Eigen::VectorXd power_spectrum(const AtomicEnvironment& environment) {
    static const DensityExpansion expansion = density_expansion();
    static const CovariantSpectrum spectrum(0, expansion.channels(), expansion.max_angular());
    Eigen::MatrixXd tensors(spectrum.size(), 1);
    spectrum.evaluate(expansion.expand(environment), tensors);
    return tensors;
}

Eigen::VectorXd of_neighbors(const AtomicEnvironment& environment) {
    static const SymmetryFunctions functions(symmetry_functions(false));
    return functions.evaluate(environment);
}

Eigen::VectorXd of_neighbors_and_pairs(const AtomicEnvironment& environment) {
    static const SymmetryFunctions functions(symmetry_functions(true));
    return functions.evaluate(environment);
}

/// A representation of a molecule, or of one of its atoms.
struct Representation {
    std::string name;
    std::function<Eigen::VectorXd(const Molecule&, Eigen::Index)> evaluate;
};

std::vector<Representation> representations() {
    const auto of_atom = [](Eigen::VectorXd (*function)(const AtomicEnvironment&)) {
        return [function](const Molecule& molecule, Eigen::Index atom) {
            return function(atomic_environment(molecule, atom, cutoff_radius));
        };
    };
    return {
        {"coordinates",
         [](const Molecule& m, Eigen::Index) { return Eigen::VectorXd(m.positions.reshaped()); }},
        {"Coulomb matrix",
         [](const Molecule& m, Eigen::Index) {
             return Eigen::VectorXd(coulomb_matrix(m).reshaped());
         }},
        {"sorted Coulomb matrix",
         [](const Molecule& m, Eigen::Index) { return sorted_coulomb_matrix(m, m.size()); }},
        {"Coulomb eigenvalues",
         [](const Molecule& m, Eigen::Index) { return coulomb_eigenvalues(m, m.size()); }},
        {"symmetry functions", of_atom(of_neighbors_and_pairs)},
        {"power spectrum", of_atom(power_spectrum)},
    };
}

double relative_change(const Eigen::VectorXd& after, const Eigen::VectorXd& before) {
    return (after - before).norm() / before.norm();
}

// ---- Invariance.

Eigen::Matrix3d random_rotation(std::mt19937& random) {
    std::normal_distribution<double> normal;
    return Eigen::Quaterniond(normal(random), normal(random), normal(random), normal(random))
        .normalized()
        .toRotationMatrix();
}

Eigen::Matrix3Xd random_displacements(std::mt19937& random, Eigen::Index count, double size) {
    std::normal_distribution<double> normal(0.0, size);
    return Eigen::Matrix3Xd::NullaryExpr(3, count, [&] { return normal(random); });
}

/// Largest relative change of a representation of the first atom under random motions, times
/// `determinant` (−1 for reflections).
double change_by_motion(const Representation& representation,
                        const Molecule& molecule,
                        double determinant) {
    std::mt19937 random(1);
    const Eigen::VectorXd before = representation.evaluate(molecule, 0);
    double largest = 0.0;
    for (int n = 0; n < 100; ++n) {
        Molecule image = molecule;
        image.positions = (determinant * random_rotation(random) * molecule.positions).colwise() +
                          Eigen::Vector3d(random_displacements(random, 1, 5.0));
        largest = std::max(largest, relative_change(representation.evaluate(image, 0), before));
    }
    return largest;
}

/// The same under other orders of the atoms.
double change_by_order(const Representation& representation, const Molecule& molecule) {
    std::mt19937 random(2);
    const Eigen::VectorXd before = representation.evaluate(molecule, 0);
    std::vector<Eigen::Index> order(static_cast<std::size_t>(molecule.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    double largest = 0.0;
    for (int n = 0; n < 100; ++n) {
        std::shuffle(order.begin(), order.end(), random);
        Molecule image = molecule;
        Eigen::Index first = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            image.atomic_numbers[i] = molecule.atomic_numbers[static_cast<std::size_t>(order[i])];
            image.positions.col(static_cast<Eigen::Index>(i)) = molecule.positions.col(order[i]);
            first = order[i] == 0 ? static_cast<Eigen::Index>(i) : first;
        }
        largest = std::max(largest, relative_change(representation.evaluate(image, first), before));
    }
    return largest;
}

const Molecule& molecule_from(const std::vector<PropertyRecord>& records,
                              const std::string& source) {
    for (const PropertyRecord& record : records) {
        if (record.source == source) {
            return record.molecule;
        }
    }
    throw InputError("no molecule " + source + " in the data");
}

void invariance(talk::Chapter& chapter, const std::vector<PropertyRecord>& records) {
    // Displaced, so that no two atoms are equivalent.
    std::mt19937 random(3);
    Molecule alanine = molecule_from(records, "SMILES/CC(N)C(=O)O");
    alanine.positions += random_displacements(random, alanine.size(), 0.1);
    for (const Representation& representation : representations()) {
        const double rotated = change_by_motion(representation, alanine, 1.0);
        const double reflected = change_by_motion(representation, alanine, -1.0);
        const double reordered = change_by_order(representation, alanine);
        talk::Chapter::number(representation.name + ", change by rotation", rotated);
        talk::Chapter::number(representation.name + ", change by reflection", reflected);
        talk::Chapter::number(representation.name + ", change by another order", reordered);
        if (representation.name == "coordinates") {
            chapter.claim("coordinates are not invariant", rotated > 0.5 && reordered > 0.5);
        } else if (representation.name == "Coulomb matrix") {
            chapter.claim("the Coulomb matrix is invariant to motions, not to the order of atoms",
                          rotated < 1e-12 && reflected < 1e-12 && reordered > 0.1);
        } else {
            chapter.claim(representation.name + ": no change beyond rounding",
                          rotated < 1e-12 && reflected < 1e-12 && reordered < 1e-12);
        }
    }
}

// ---- Continuity.

/// Methanol with the hydrogen of its hydroxyl group at a distance from the oxygen.
Molecule stretched(const Molecule& methanol, Eigen::Index oxygen, Eigen::Index hydrogen, double r) {
    Molecule image = methanol;
    const Eigen::Vector3d bond = methanol.positions.col(hydrogen) - methanol.positions.col(oxygen);
    image.positions.col(hydrogen) = methanol.positions.col(oxygen) + r * bond.normalized();
    return image;
}

void continuity(talk::Chapter& chapter, const std::vector<PropertyRecord>& records) {
    const Molecule& methanol = molecule_from(records, "SMILES/CO");
    const auto oxygen =
        std::find(methanol.atomic_numbers.begin(), methanol.atomic_numbers.end(), 8) -
        methanol.atomic_numbers.begin();
    Eigen::Index hydrogen = 0;
    double nearest = std::numeric_limits<double>::infinity();
    for (Eigen::Index i = 0; i < methanol.size(); ++i) {
        const double r = (methanol.positions.col(i) - methanol.positions.col(oxygen)).norm();
        if (i != oxygen && r < nearest) {
            hydrogen = i;
            nearest = r;
        }
    }
    const auto at = [&](double r) { return stretched(methanol, oxygen, hydrogen, r); };

    // Where the row of this hydrogen ceases to be the longest one of a hydrogen.
    const auto leads = [&](double r) {
        const Eigen::VectorXd norms = coulomb_matrix(at(r)).rowwise().norm();
        for (Eigen::Index i = 0; i < methanol.size(); ++i) {
            if (methanol.atomic_numbers[static_cast<std::size_t>(i)] == 1 &&
                norms[i] > norms[hydrogen]) {
                return false;
            }
        }
        return true;
    };
    double low = 1.6;
    double high = 3.6;
    const bool crosses = leads(low) && !leads(high);
    while (high - low > 1e-9) {
        const double middle = 0.5 * (low + high);
        (leads(middle) ? low : high) = middle;
    }
    talk::Chapter::number("rows of two hydrogens of methanol are equally long at", low);

    const std::vector<Representation> all = representations();
    const Eigen::VectorXd r = Eigen::VectorXd::LinSpaced(201, 1.6, 3.6);
    Eigen::MatrixXd changes(r.size(), 5);
    changes.col(0) = r;
    for (int k = 0; k < 4; ++k) {
        const Representation& representation = all[static_cast<std::size_t>(k) + 2];
        const auto value = [&](double x) { return representation.evaluate(at(x), oxygen); };
        const Eigen::VectorXd start = value(r[0]);
        for (Eigen::Index i = 0; i < r.size(); ++i) {
            changes(i, k + 1) = (value(r[i]) - start).norm();
        }
        const double range = changes.col(k + 1).maxCoeff();
        changes.col(k + 1) /= range;
        const double jump = (value(high) - value(low)).norm() / range;
        talk::Chapter::number(representation.name + ", jump over the largest change", jump);
        chapter.claim(representation.name + (k == 0 ? ": a jump there" : ": no jump"),
                      crosses && (k == 0 ? jump > 0.1 : jump < 1e-6));
    }
    chapter.table("representations_stretch",
                  {"r", "sorted", "eigenvalues", "symmetry_functions", "power_spectrum"},
                  changes);

    // Which of equivalent atoms comes first is left to the last digits.
    std::mt19937 random(4);
    const Molecule& ethene = molecule_from(records, "SMILES/C=C");
    double of_matrix = 0.0;
    double of_eigenvalues = 0.0;
    for (int n = 0; n < 100; ++n) {
        Molecule image = ethene;
        image.positions += random_displacements(random, ethene.size(), 1e-6);
        of_matrix = std::max(of_matrix,
                             relative_change(sorted_coulomb_matrix(image, image.size()),
                                             sorted_coulomb_matrix(ethene, ethene.size())));
        of_eigenvalues = std::max(of_eigenvalues,
                                  relative_change(coulomb_eigenvalues(image, image.size()),
                                                  coulomb_eigenvalues(ethene, ethene.size())));
    }
    talk::Chapter::number("ethene moved by 1e-6 bohr, sorted matrix changes by", of_matrix);
    talk::Chapter::number("and its eigenvalues by", of_eigenvalues);
    chapter.claim("the sorted matrix of a symmetric molecule hangs on the last digits",
                  of_matrix > 1e-2 && of_eigenvalues < 1e-5);
}

// ---- What looks alike and is not.

/// Three oxygens with two sides a and one side b.
Molecule isosceles_ozone(double a, double b) {
    Molecule molecule;
    molecule.atomic_numbers = {8, 8, 8};
    molecule.positions.resize(3, 3);
    molecule.positions << 0.0, -0.5 * b, 0.5 * b, std::sqrt(a * a - 0.25 * b * b), 0.0, 0.0, 0.0,
        0.0, 0.0;
    return molecule;
}

/// Neighbors on a circle about an atom, at multiples of 45°.
AtomicEnvironment circle(const std::vector<int>& places) {
    AtomicEnvironment environment;
    environment.element = 6;
    environment.neighbor_elements.assign(places.size(), 1);
    environment.displacements.resize(3, static_cast<Eigen::Index>(places.size()));
    for (std::size_t j = 0; j < places.size(); ++j) {
        const double angle = places[j] * std::numbers::pi / 4.0;
        environment.displacements.col(static_cast<Eigen::Index>(j)) =
            3.0 * Eigen::Vector3d(std::cos(angle), std::sin(angle), 0.0);
    }
    return environment;
}

void completeness(talk::Chapter& chapter) {
    // Spectra of three equal atoms are equal if Σ 1/R² and Π 1/R are. With x = 1/a² and y = 1/b²
    // for the two equal sides and the third, u = (y + √(y² + 8xy))/4 and 2x + y − 2u are the other
    // isosceles triangle with these.
    constexpr double a = 2.41;
    constexpr double b = 4.12;
    const double x = 1.0 / (a * a);
    const double y = 1.0 / (b * b);
    const double u = 0.25 * (y + std::sqrt(y * y + 8.0 * x * y));
    const double other_a = 1.0 / std::sqrt(u);
    const double other_b = 1.0 / std::sqrt(2.0 * x + y - 2.0 * u);
    const Molecule ozone = isosceles_ozone(a, b);
    const Molecule other = isosceles_ozone(other_a, other_b);
    talk::Chapter::number("equal sides of the other ozone", other_a);
    talk::Chapter::number("and its third side", other_b);
    talk::Chapter::number(
        "largest difference of eigenvalues",
        (coulomb_eigenvalues(ozone, 3) - coulomb_eigenvalues(other, 3)).cwiseAbs().maxCoeff());
    talk::Chapter::number(
        "change of the sorted matrix",
        relative_change(sorted_coulomb_matrix(other, 3), sorted_coulomb_matrix(ozone, 3)));
    chapter.claim(
        "two ozones of different shape have the same Coulomb eigenvalues",
        relative_change(coulomb_eigenvalues(other, 3), coulomb_eigenvalues(ozone, 3)) < 1e-13);
    chapter.claim(
        "which the sorted matrix tells apart",
        relative_change(sorted_coulomb_matrix(other, 3), sorted_coulomb_matrix(ozone, 3)) > 0.05);
    Eigen::MatrixXd shapes(3, 4);
    shapes << ozone.positions.topRows(2).transpose(), other.positions.topRows(2).transpose();
    chapter.table("representations_ozone", {"x", "y", "other_x", "other_y"}, shapes);

    const AtomicEnvironment one = circle({0, 1, 3, 4});
    const AtomicEnvironment two = circle({0, 1, 2, 5});
    const double of_functions =
        relative_change(of_neighbors_and_pairs(two), of_neighbors_and_pairs(one));
    const double of_spectra = relative_change(power_spectrum(two), power_spectrum(one));
    talk::Chapter::number("homometric neighbors, symmetry functions differ by", of_functions);
    talk::Chapter::number("and power spectra by", of_spectra);
    chapter.claim("neighbors with the same distances and angles look the same",
                  of_functions < 1e-13 && of_spectra < 1e-13);
}

// ---- The power spectrum and rotations.

/// The mean over all rotations of |Σ c (R c')|², exact for the angular functions there are.
double mean_squared_overlap(const AtomicEnvironment& a, const AtomicEnvironment& b) {
    const DensityExpansion expansion = density_expansion();
    const Eigen::MatrixXd fixed = expansion.expand(a);
    const int turns = 2 * expansion.max_angular() + 1;
    const auto about_z = [&](int k) {
        return Eigen::AngleAxisd(2.0 * std::numbers::pi * k / turns, Eigen::Vector3d::UnitZ());
    };
    const auto mean_at = [&](double cosine) {
        const Eigen::AngleAxisd tilt(std::acos(cosine), Eigen::Vector3d::UnitY());
        double sum = 0.0;
        for (int k = 0; k < turns; ++k) {
            for (int n = 0; n < turns; ++n) {
                AtomicEnvironment turned = b;
                turned.displacements =
                    (about_z(k) * tilt * about_z(n)).toRotationMatrix() * b.displacements;
                const double overlap = expansion.expand(turned).cwiseProduct(fixed).sum();
                sum += overlap * overlap;
            }
        }
        return sum / (turns * turns);
    };
    return 0.5 * boost::math::quadrature::gauss<double, 7>::integrate(mean_at, -1.0, 1.0);
}

void rotations(talk::Chapter& chapter, const std::vector<PropertyRecord>& records) {
    const AtomicEnvironment a =
        atomic_environment(molecule_from(records, "SMILES/CC(N)C(=O)O"), 1, cutoff_radius);
    const AtomicEnvironment b =
        atomic_environment(molecule_from(records, "SMILES/CO"), 0, cutoff_radius);
    const double integral = mean_squared_overlap(a, b);
    const double product = power_spectrum(a).dot(power_spectrum(b));
    talk::Chapter::number("mean squared overlap over all rotations", integral);
    talk::Chapter::number("product of power spectra", product);
    talk::Chapter::number("their relative difference", product / integral - 1.0);
    chapter.claim("the product of power spectra is the mean over all rotations",
                  std::abs(product / integral - 1.0) < 1e-10);
}

// ---- What they are worth in learning.

constexpr std::size_t folds = 5;

/// Atoms of one element, those of a species together.
struct Atoms {
    std::vector<AtomicEnvironment> environments;
    Eigen::VectorXd charges;
    std::vector<std::size_t> species;  // counted from 0, ascending

    [[nodiscard]] Eigen::Index size() const { return charges.size(); }

    [[nodiscard]] std::size_t fold(Eigen::Index i) const {
        return species[static_cast<std::size_t>(i)] % folds;
    }
};

/// Atoms of an element in neutral molecules, at most `limit`, in the order of the hashes of
/// species, which is as good as none.
Atoms collect(const std::vector<PropertyRecord>& records, int element, std::size_t limit) {
    std::map<std::uint64_t, std::vector<const PropertyRecord*>> of_species;
    for (const PropertyRecord& record : records) {
        const std::vector<int>& elements = record.molecule.atomic_numbers;
        if (record.molecule.charge == 0 &&
            std::find(elements.begin(), elements.end(), element) != elements.end()) {
            of_species[species_key(record.molecule)].push_back(&record);
        }
    }
    Atoms atoms;
    std::vector<double> charges;
    std::size_t species = 0;
    for (const auto& [key, members] : of_species) {
        for (const PropertyRecord* record : members) {
            for (Eigen::Index i = 0; i < record->molecule.size() && charges.size() < limit; ++i) {
                if (record->molecule.atomic_numbers[static_cast<std::size_t>(i)] == element) {
                    atoms.environments.push_back(
                        atomic_environment(record->molecule, i, cutoff_radius));
                    charges.push_back(record->properties.charges[i]);
                    atoms.species.push_back(species);
                }
            }
        }
        ++species;
    }
    atoms.charges = Eigen::Map<const Eigen::VectorXd>(charges.data(),
                                                      static_cast<Eigen::Index>(charges.size()));
    return atoms;
}

Eigen::MatrixXd points_of(Eigen::VectorXd (*representation)(const AtomicEnvironment&),
                          const Atoms& atoms) {
    Eigen::MatrixXd points(representation(atoms.environments.front()).size(), atoms.size());
    for (Eigen::Index k = 0; k < points.cols(); ++k) {
        points.col(k) = representation(atoms.environments[static_cast<std::size_t>(k)]);
    }
    return points;
}

/// Every feature to mean 0 and deviation 1, but for those that never vary.
Eigen::MatrixXd standardized(Eigen::MatrixXd points) {
    points.colwise() -= points.rowwise().mean().eval();
    const Eigen::ArrayXd deviation = points.array().square().rowwise().mean().sqrt();
    const Eigen::VectorXd scale = (deviation > 1e-10).select(1.0 / deviation, 0.0);
    return scale.asDiagonal() * points;
}

/// Gaussian kernels of several length scales, in units of the root mean square distance of points.
std::vector<Eigen::MatrixXd> gaussian_covariances(const Eigen::MatrixXd& points) {
    Eigen::MatrixXd squares = -2.0 * points.transpose() * points;
    squares.colwise() += points.colwise().squaredNorm().transpose();
    squares.rowwise() += points.colwise().squaredNorm();
    squares = squares.cwiseMax(0.0);
    const double unit = std::sqrt(squares.mean());
    std::vector<Eigen::MatrixXd> covariances;
    for (const double length_scale : {0.35, 0.7, 1.4, 2.8, 5.6}) {
        const GaussianKernel kernel{length_scale * unit};
        covariances.emplace_back(
            squares.unaryExpr([&](double square) { return kernel.factors(square)[0]; }));
    }
    return covariances;
}

/// Rows or columns of the atoms that are, or are not, in a fold.
std::vector<Eigen::Index> members(const Atoms& atoms, std::size_t fold, bool inside) {
    std::vector<Eigen::Index> indices;
    for (Eigen::Index i = 0; i < atoms.size(); ++i) {
        if ((atoms.fold(i) == fold) == inside) {
            indices.push_back(i);
        }
    }
    return indices;
}

/// How a covariance and the noise are chosen from the data that a process learns from.
enum class Choice { species_left_out, likelihood };

/// Errors for atoms of species left out, a fifth at a time. Which of the covariances is used, and
/// with how much noise, is up to the rest: either the errors for each of its species, learned from
/// the others, are to be smallest, or the data, at their most likely amplitude, the likeliest.
Eigen::ArrayXd held_out_errors(const std::vector<Eigen::MatrixXd>& covariances,
                               const Atoms& atoms,
                               Choice choice) {
    constexpr double any_mean = 100.0;  // prior variance of the mean charge over that of the rest
    Eigen::ArrayXd errors(atoms.size());
    for (std::size_t fold = 0; fold < folds; ++fold) {
        const std::vector<Eigen::Index> known = members(atoms, fold, false);
        const std::vector<Eigen::Index> asked = members(atoms, fold, true);
        const Eigen::VectorXd charges = atoms.charges(known);
        std::vector<Eigen::Index> starts;
        for (std::size_t k = 0; k < known.size(); ++k) {
            const auto species = [&](std::size_t n) {
                return atoms.species[static_cast<std::size_t>(known[n])];
            };
            if (k == 0 || species(k) != species(k - 1)) {
                starts.push_back(static_cast<Eigen::Index>(k));
            }
        }
        double smallest = std::numeric_limits<double>::infinity();
        for (const Eigen::MatrixXd& covariance : covariances) {
            const Eigen::MatrixXd within = covariance(known, known).array() + any_mean;
            for (const double noise : {1e-5, 1e-4, 1e-3, 1e-2}) {
                Eigen::MatrixXd noisy = within;
                noisy.diagonal().array() += noise;
                const CholeskyFactor factor(std::move(noisy));
                const Eigen::MatrixXd dual = factor.solve(charges);
                const auto n = static_cast<double>(charges.size());
                const double score =
                    choice == Choice::species_left_out
                        ? leave_groups_out(factor, dual, starts).cwiseAbs().mean()
                        : n * std::log(charges.dot(dual.col(0)) / n) + factor.log_determinant();
                if (score < smallest) {
                    smallest = score;
                    const Eigen::MatrixXd across = covariance(asked, known).array() + any_mean;
                    errors(asked) = (across * dual - atoms.charges(asked)).array();
                }
            }
        }
    }
    return errors;
}

void learning(talk::Chapter& chapter, const std::vector<PropertyRecord>& records) {
    for (const int element : {6, 8}) {
        const std::string name = element == 6 ? "carbon" : "oxygen";
        const Atoms atoms = collect(records, element, 480);
        talk::Chapter::number(name + " atoms", static_cast<double>(atoms.size()));
        talk::Chapter::number("of species", static_cast<double>(atoms.species.back() + 1));
        const double spread = (atoms.charges.array() - atoms.charges.mean()).abs().mean();
        talk::Chapter::number("mean deviation of their charges, e", spread);

        const auto error = [&](const std::string& what,
                               const std::vector<Eigen::MatrixXd>& covariances,
                               Choice choice = Choice::species_left_out) {
            const Eigen::ArrayXd errors = held_out_errors(covariances, atoms, choice);
            talk::Chapter::number(name + ", mean error with " + what, errors.abs().mean());
            talk::Chapter::number("root mean square", std::sqrt(errors.square().mean()));
            return errors.abs().mean();
        };
        const Eigen::MatrixXd spectra = points_of(power_spectrum, atoms).colwise().normalized();
        const double of_distances =
            error("G1", gaussian_covariances(standardized(points_of(of_neighbors, atoms))));
        const std::vector<Eigen::MatrixXd> with_angles =
            gaussian_covariances(standardized(points_of(of_neighbors_and_pairs, atoms)));
        const double of_angles = error("G1 and G2", with_angles);
        const double of_likeliest =
            error("G1 and G2, chosen by likelihood", with_angles, Choice::likelihood);
        const double of_spectra = error("the power spectrum", gaussian_covariances(spectra));
        const double of_squares = error(
            "its squared product", {covariance_matrix(PolynomialKernel{2, 0.0}, spectra, spectra)});
        chapter.claim("angles help to learn charges of " + name, of_angles < of_distances);
        chapter.claim("the likelihood does not know that species are left out",
                      of_likeliest > 1.1 * of_angles);
        chapter.claim("the power spectrum is better than the symmetry functions",
                      std::max(of_spectra, of_squares) < of_angles);
    }
}

}  // namespace

int main(int argc, char** argv) {
    talk::Chapter chapter(argc, argv);
    const std::vector<PropertyRecord> records =
        read_property_set(KEESOM_TALK_DATA_DIR "/training/aim_train.xyz.gz");
    invariance(chapter, records);
    continuity(chapter, records);
    completeness(chapter);
    rotations(chapter, records);
    learning(chapter, records);
    return chapter.status();
}
