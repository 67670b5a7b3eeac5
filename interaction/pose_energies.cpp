// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/interaction/pose_energies.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace keesom {

namespace {

// Files of sdf and mol2 have four decimals in Å, so that an atom is up to √3/2·10⁻⁴ Å from where it
// was, and from its image in another record up to twice as far, 3.3·10⁻⁴ bohr. The rest is for the
// rotation, which is found from the same positions. It moves an energy by no more than the decimals
// that the file does not have.
constexpr double same_shape_tolerance = 4e-4;

/// The molecules of all poses, one behind the other.
std::vector<Molecule> all_molecules(std::span<const std::vector<Molecule>> poses) {
    std::vector<Molecule> molecules;
    for (const std::vector<Molecule>& pose : poses) {
        molecules.insert(molecules.end(), pose.begin(), pose.end());
    }
    return molecules;
}

/// Molecules of which each shape is predicted and prepared once.
class PreparedLibrary {
public:
    PreparedLibrary(std::vector<Molecule> molecules, const InteractionModel& model)
        : molecules_(std::move(molecules)), library_(molecules_, same_shape_tolerance) {
        library_.predict(model.property_model());
        std::vector<std::size_t> first;  // of each shape
        for (std::size_t i = 0; i < molecules_.size(); ++i) {
            if (library_.representative(i) == first.size()) {
                first.push_back(i);
            }
        }
        shapes_.resize(first.size());
        parallel_for(first.size(), [&](std::size_t shape) {
            try {
                shapes_[shape].monomer = model.physics().prepare(library_.monomer(first[shape]));
            } catch (const Error&) {
                shapes_[shape].error = std::current_exception();
            }
        });
    }

    /// @throws the error for which its shape has no prediction or could not be prepared
    [[nodiscard]] PreparedMonomer monomer(std::size_t index) const {
        const Shape& shape = shapes_[library_.representative(index)];
        if (!shape.monomer) {
            std::rethrow_exception(shape.error);
        }
        const RigidMotion& motion = library_.motion(index);
        return shape.monomer->rotated(motion.rotation)
            .translated(motion.shift)
            .named(molecules_[index].name);
    }

    [[nodiscard]] const Eigen::VectorX<bool>& unfamiliar(std::size_t index) const {
        return library_.unfamiliar(index);
    }

private:
    struct Shape {
        std::optional<PreparedMonomer> monomer;
        std::exception_ptr error;
    };

    std::vector<Molecule> molecules_;
    MonomerLibrary library_;
    std::vector<Shape> shapes_;
};

SystemEnergy energy_beside(const PreparedHost& host,
                           std::span<const PreparedMonomer> pose,
                           const Physics& physics) {
    std::vector<PreparedMonomer> monomers = host.monomers;
    monomers.insert(monomers.end(), pose.begin(), pose.end());
    SystemEnergy result;
    result.energy = physics.interaction_energy(monomers);
    *result.energy -= host.energy;
    std::vector<Monomer> plain;
    for (const PreparedMonomer& monomer : monomers) {
        plain.push_back(monomer.monomer());
    }
    result.contact = closest_contact(plain, host.monomers.size());
    return result;
}

}  // namespace

PreparedHost prepare_host(std::span<const Molecule> molecules, const InteractionModel& model) {
    Eigen::Index n_atoms = 0;
    for (const Molecule& molecule : molecules) {
        molecule.validate();
        n_atoms += molecule.size();
    }
    require_computable(n_atoms);
    std::vector<std::optional<PreparedMonomer>> monomers(molecules.size());
    PreparedHost host;
    host.unfamiliar.resize(molecules.size());
    parallel_for(molecules.size(), [&](std::size_t m) {
        PropertyPrediction prediction = model.property_model().predict(molecules[m]);
        host.unfamiliar[m] = std::move(prediction.unfamiliar);
        monomers[m] = model.physics().prepare({molecules[m], std::move(prediction.properties)});
    });
    for (std::optional<PreparedMonomer>& monomer : monomers) {
        host.monomers.push_back(*std::move(monomer));
    }
    if (host.monomers.size() > 1) {
        host.energy = model.physics().interaction_energy(host.monomers);
    }
    return host;
}

std::vector<SystemEnergy> pose_energies(std::span<const std::vector<Molecule>> poses,
                                        std::span<const PreparedHost> hosts,
                                        const InteractionModel& model) {
    const PreparedLibrary library(all_molecules(poses), model);
    std::vector<std::size_t> first = {0};
    for (const std::vector<Molecule>& pose : poses) {
        first.push_back(first.back() + pose.size());
    }
    // Results are kept by index, so threads leave no trace.
    std::vector<SystemEnergy> results(poses.size() * hosts.size());
    parallel_for(results.size(), [&](std::size_t i) {
        const std::size_t p = i / hosts.size();
        const PreparedHost& host = hosts[i % hosts.size()];
        try {
            if (poses[p].empty()) {
                throw InputError("a pose has no molecules");
            }
            std::vector<PreparedMonomer> pose;
            for (std::size_t m = first[p]; m < first[p + 1]; ++m) {
                pose.push_back(library.monomer(m));
            }
            results[i] = energy_beside(host, pose, model.physics());
            results[i].unfamiliar = host.unfamiliar;
            for (std::size_t m = first[p]; m < first[p + 1]; ++m) {
                results[i].unfamiliar.push_back(library.unfamiliar(m));
            }
        } catch (const Error& error) {
            results[i].error = error.what();
            results[i].thrown = std::current_exception();
        }
    });
    return results;
}

}  // namespace keesom
