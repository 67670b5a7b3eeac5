// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/fit_systems.hpp>
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/interaction/parameter_set.hpp>

#include <Eigen/Geometry>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <numbers>
#include <set>
#include <utility>

namespace keesom {

namespace {

/// No two atoms of different molecules rest closer than this fraction of the sum of their van der
/// Waals radii: 1.4 Å for hydrogen and oxygen.
constexpr double largest_close_approach = 0.42;

// Files state scales with two decimals.
constexpr double scale_rounding = 1e-6;

std::string text_of(const ReferenceSystem& system, const std::string& key) {
    const auto found = system.info.find(key);
    return found == system.info.end() ? std::string() : found->second;
}

double scale_of(const ReferenceSystem& system) {
    const std::string text = text_of(system, "scale");
    if (text.empty()) {
        return 1.0;
    }
    const auto scale = parse::number<double>(text);
    if (!scale) {
        throw InputError(fmt::format("{}: scale '{}' is not a number", system.where, text));
    }
    return *scale;
}

/// All but the monomers.
FitSystem with_references(const ReferenceSystem& reference, const FitOptions& options) {
    FitSystem system;
    system.name = reference.name;
    system.set = text_of(reference, "set");
    // Geometries of the same molecules are no independent evidence, in whatever set they are.
    for (const std::string& group :
         {text_of(reference, "system"), text_of(reference, "group"), reference.name}) {
        if (system.group.empty()) {
            system.group = group;
        }
    }
    system.components = {reference.reference_energy("elst"),
                         reference.reference_energy("exch"),
                         reference.reference_energy("ind"),
                         reference.reference_energy("disp")};
    if (system.components[2]) {
        *system.components[2] += reference.reference_energy("dhf").value_or(0.0);
    }
    system.total = reference.reference_energy("e_ref");
    const auto weights = options.weights.find(system.set);
    if (weights != options.weights.end()) {
        system.weights = weights->second;
    }
    return system;
}

/// Empty for a system that can be used.
std::string reason_against(const ReferenceSystem& system,
                           std::span<const int> supported,
                           const FitOptions& options) {
    if (system.three_body) {
        return "three-body reference";
    }
    if (!with_references(system, options).has_reference()) {
        return "no reference energies";
    }
    if (scale_of(system) < options.smallest_scale - scale_rounding) {
        return "scale too small";
    }
    for (const Molecule& monomer : system.monomers) {
        for (const int element : monomer.atomic_numbers) {
            if (!std::binary_search(supported.begin(), supported.end(), element)) {
                return fmt::format("element {}", element_symbol(element));
            }
        }
    }
    return {};
}

/// An atom of one of the monomers of some system.
struct PlacedAtom {
    const PlacedMolecule* monomer;
    Eigen::Index index;
};

/// Draws complexes in which two atoms touch closer than molecules do.
class CloseApproaches {
public:
    CloseApproaches(const FitData& data, std::uint64_t seed) : generator_(seed) {
        for (const FitSystem& system : data.systems) {
            for (const PlacedMolecule& monomer : system.monomers) {
                for (Eigen::Index i = 0; i < monomer.molecule.size(); ++i) {
                    const int element =
                        monomer.molecule.atomic_numbers[static_cast<std::size_t>(i)];
                    atoms_[element].push_back({&monomer, i});
                }
            }
        }
    }

    /// @param accept (FitSystem&) -> bool, whether a complex will do
    template <class Accept>
    std::vector<FitSystem> draw(int for_each_pair, const Accept& accept) {
        std::vector<FitSystem> result;
        for (auto second = atoms_.begin(); second != atoms_.end(); ++second) {
            for (auto first = atoms_.begin(); first != std::next(second); ++first) {
                const double contact =
                    free_atom(first->first).vdw_radius + free_atom(second->first).vdw_radius;
                int kept = 0;
                for (int trial = 0; kept < for_each_pair && trial < 100 * for_each_pair; ++trial) {
                    auto close =
                        contact_of(first->second, second->second, largest_close_approach * contact);
                    if (close && accept(*close)) {
                        result.push_back(std::move(*close));
                        ++kept;
                    }
                }
            }
        }
        return result;
    }

private:
    PlacedAtom one_of(const std::vector<PlacedAtom>& atoms) {
        return atoms[std::uniform_int_distribution<std::size_t>(0, atoms.size() - 1)(generator_)];
    }

    /// Two atoms in contact, unless others are closer.
    std::optional<FitSystem> contact_of(const std::vector<PlacedAtom>& first,
                                        const std::vector<PlacedAtom>& second,
                                        double largest) {
        const PlacedAtom a = one_of(first);
        const PlacedAtom b = one_of(second);
        const double angle =
            std::uniform_real_distribution<double>(0.0, std::numbers::pi)(generator_);
        const Eigen::Matrix3d turn =
            Eigen::AngleAxisd(angle, random_direction(generator_)).toRotationMatrix();
        const double r =
            std::uniform_real_distribution<double>(coincidence_distance, largest)(generator_);
        PlacedMolecule moved = *b.monomer;
        moved.rotation = turn * moved.rotation;
        moved.molecule.positions = (turn * moved.molecule.positions).eval();
        const Eigen::Vector3d shift = a.monomer->molecule.positions.col(a.index) +
                                      r * random_direction(generator_) -
                                      moved.molecule.positions.col(b.index);
        moved.molecule.positions.colwise() += shift;
        FitSystem close;
        close.monomers = {*a.monomer, moved};
        const Eigen::Matrix3Xd& positions = a.monomer->molecule.positions;
        for (Eigen::Index i = 0; i < positions.cols(); ++i) {
            if ((moved.molecule.positions.colwise() - positions.col(i))
                    .colwise()
                    .norm()
                    .minCoeff() < r * (1.0 - 1e-9)) {
                return std::nullopt;
            }
        }
        return close;
    }

    std::map<int, std::vector<PlacedAtom>> atoms_;  // by element
    std::mt19937_64 generator_;
};

constexpr std::uint64_t first_seed = 20;

}  // namespace

bool FitSystem::has_reference() const {
    return total || std::any_of(components.begin(), components.end(), [](const auto& component) {
               return component.has_value();
           });
}

std::vector<AtomProperties> properties_of(std::span<const FitMolecule> molecules) {
    std::vector<AtomProperties> properties;
    for (const FitMolecule& molecule : molecules) {
        properties.push_back(molecule.properties);
    }
    return properties;
}

std::vector<Monomer> monomers_of(const FitSystem& system,
                                 std::span<const AtomProperties> properties) {
    std::vector<Monomer> monomers;
    for (const PlacedMolecule& monomer : system.monomers) {
        monomers.emplace_back(monomer.molecule,
                              rotated(properties[monomer.index], monomer.rotation));
    }
    return monomers;
}

std::vector<int> FitData::elements() const {
    std::set<int> present;
    for (const FitMolecule& molecule : molecules) {
        present.insert(molecule.molecule.atomic_numbers.begin(),
                       molecule.molecule.atomic_numbers.end());
    }
    return {present.begin(), present.end()};
}

FitData fit_data(std::span<const ReferenceSystem> systems,
                 const PropertyModel& model,
                 const FitOptions& options) {
    FitData data;
    const std::vector<int> supported = model.supported_elements();
    std::vector<const ReferenceSystem*> chosen;
    std::vector<Molecule> placed;
    for (const ReferenceSystem& system : systems) {
        std::string reason = reason_against(system, supported, options);
        if (!reason.empty()) {
            data.skipped.push_back({system.name, std::move(reason)});
            continue;
        }
        chosen.push_back(&system);
        placed.insert(placed.end(), system.monomers.begin(), system.monomers.end());
    }
    MonomerLibrary library(placed);
    library.predict(model);

    // Distinct molecules that some system needs, in the order in which they are met.
    std::map<std::size_t, std::size_t> molecule_of_representative;
    std::vector<FitSystem> found(chosen.size());
    std::vector<std::string> errors(chosen.size());
    std::size_t next = 0;
    for (std::size_t s = 0; s < chosen.size(); ++s) {
        found[s] = with_references(*chosen[s], options);
        const std::size_t first = next;
        next += chosen[s]->monomers.size();
        try {
            std::vector<Monomer> monomers;
            for (std::size_t m = first; m < next; ++m) {
                monomers.push_back(library.monomer(m));
            }
            require_separate(monomers);
            for (std::size_t m = first; m < next; ++m) {
                const auto [entry, is_new] = molecule_of_representative.try_emplace(
                    library.representative(m), data.molecules.size());
                if (is_new) {
                    // The first that is met need not be the representative, if that one's system
                    // is of no use: turn its properties back.
                    const Eigen::Matrix3d back = library.motion(m).rotation.transpose();
                    Molecule molecule = placed[m];
                    molecule.positions = (back * molecule.positions).eval();
                    data.molecules.push_back(
                        {std::move(molecule), rotated(monomers[m - first].properties(), back)});
                }
                found[s].monomers.push_back({entry->second, placed[m], library.motion(m).rotation});
            }
        } catch (const Error& error) {
            errors[s] = error.what();
        }
    }

    if (data.molecules.empty()) {
        for (std::size_t s = 0; s < found.size(); ++s) {
            data.skipped.push_back({found[s].name, errors[s]});
        }
        return data;
    }
    const FixedEnergies fixed(data);
    parallel_for(found.size(), [&](std::size_t s) {
        if (!errors[s].empty()) {
            return;
        }
        try {
            fixed.set(found[s]);
        } catch (const NumericalError& error) {
            errors[s] = error.what();
        }
    });
    for (std::size_t s = 0; s < found.size(); ++s) {
        if (errors[s].empty()) {
            data.systems.push_back(std::move(found[s]));
        } else {
            data.skipped.push_back({found[s].name, errors[s]});
        }
    }
    data.close_approaches =
        CloseApproaches(data, first_seed).draw(options.close_approaches, [&](FitSystem& close) {
            return fixed.solves(close);
        });
    return data;
}

FixedEnergies::FixedEnergies(const FitData& data)
    : properties_(properties_of(data.molecules)),
      polarization_(initial_parameters(data.elements()).polarization),
      dispersion_(initial_parameters(data.elements()).dispersion) {}

void FixedEnergies::set(FitSystem& system) const {
    const std::vector<Monomer> monomers = monomers_of(system, properties_);
    system.polarization = polarization_.energy(monomers).induction;
    system.many_body = dispersion_.many_body_energy(Sites(monomers));
}

bool FixedEnergies::solves(FitSystem& system) const {
    try {
        set(system);
    } catch (const NumericalError&) {
        return false;
    }
    return true;
}

std::vector<FitSystem> more_close_approaches(const FitData& data, int for_each_pair, int round) {
    return CloseApproaches(data, first_seed + static_cast<std::uint64_t>(round))
        .draw(for_each_pair, [](const FitSystem&) { return true; });
}

Eigen::Vector3d random_direction(std::mt19937_64& generator) {
    std::normal_distribution<double> normal;
    Eigen::Vector3d direction;
    for (double& component : direction) {
        component = normal(generator);
    }
    return direction.normalized();
}

}  // namespace keesom
