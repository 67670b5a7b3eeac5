// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/closest_contact.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/interaction/pose_energies.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
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
    /// @param uses of each molecule's linearization
    PreparedLibrary(std::vector<Molecule> molecules,
                    const InteractionModel& model,
                    std::size_t uses)
        : model_(model.property_model()),
          molecules_(std::move(molecules)),
          library_(molecules_, same_shape_tolerance),
          shapes_(library_.distinct()) {
        library_.predict(model_);
        std::vector<std::size_t> first;  // of each shape
        for (std::size_t i = 0; i < molecules_.size(); ++i) {
            if (library_.representative(i) == first.size()) {
                first.push_back(i);
            }
            shapes_[library_.representative(i)].uses_left += uses;
        }
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

    /// From many threads. That of a shape is a thousand times as large as its molecule, so it is
    /// made for the first use and gone after the last: those of a batch of flexible molecules are
    /// never in memory together.
    [[nodiscard]] std::shared_ptr<const PropertyLinearization> linearization(std::size_t index) {
        Shape& shape = shapes_[library_.representative(index)];
        const std::scoped_lock lock(shape.mutex);
        if (!shape.linearization) {
            shape.linearization = model_.linearize(shape.monomer->monomer().molecule());
        }
        std::shared_ptr<const PropertyLinearization> turned =
            rotated(shape.linearization, library_.motion(index).rotation);
        if (--shape.uses_left == 0) {
            shape.linearization.reset();
        }
        return turned;
    }

private:
    struct Shape {
        std::optional<PreparedMonomer> monomer;
        std::exception_ptr error;
        std::mutex mutex;                                            // of what follows
        std::shared_ptr<const PropertyLinearization> linearization;  // or null
        std::size_t uses_left = 0;
    };

    const PropertyModel& model_;
    std::vector<Molecule> molecules_;
    MonomerLibrary library_;
    std::vector<Shape> shapes_;
};

/// Indices of the host's atoms within reach of an atom of the pose.
std::vector<Eigen::Index> near_atoms(const PreparedHost& host,
                                     std::span<const PreparedMonomer> pose,
                                     double reach) {
    const auto is_near = [&](const Eigen::Vector3d& position) {
        return std::any_of(pose.begin(), pose.end(), [&](const PreparedMonomer& monomer) {
            const Eigen::Matrix3Xd& others = monomer.monomer().molecule().positions;
            return (others.colwise() - position).colwise().squaredNorm().minCoeff() <=
                   reach * reach;
        });
    };
    std::vector<Eigen::Index> near;
    Eigen::Index index = 0;
    for (const PreparedMonomer& monomer : host.monomers) {
        for (const auto& position : monomer.monomer().molecule().positions.colwise()) {
            if (is_near(position)) {
                near.push_back(index);
            }
            ++index;
        }
    }
    return near;
}

/// Indices of the atoms that respond of the host and the pose together.
std::vector<Eigen::Index> responding_atoms(const PreparedHost& host,
                                           std::span<const PreparedMonomer> pose,
                                           double reach) {
    std::vector<Eigen::Index> responding = near_atoms(host, pose, reach);
    Eigen::Index n_atoms = 0;
    for (const PreparedMonomer& monomer : host.monomers) {
        n_atoms += monomer.monomer().size();
    }
    for (const PreparedMonomer& monomer : pose) {
        for (Eigen::Index i = 0; i < monomer.monomer().size(); ++i) {
            responding.push_back(n_atoms++);
        }
    }
    return responding;
}

/// @param monomers  of the host and then of the pose
/// @param linearizations  of these, empty without uncertainty
SystemEnergy energy_beside(const PreparedHost& host,
                           const std::vector<PreparedMonomer>& monomers,
                           std::vector<std::shared_ptr<const PropertyLinearization>> linearizations,
                           const PoseOptions& options,
                           const Physics& physics) {
    const std::size_t n_hosts = host.monomers.size();
    const auto responding = [&] {
        return responding_atoms(host, std::span(monomers).subspan(n_hosts), options.reach);
    };
    SystemEnergy result;
    result.energy = std::isinf(options.reach)
                        ? physics.energy_with_hosts(monomers, n_hosts, host.energies)
                        : physics.energy_with_hosts(monomers, n_hosts, responding());
    if (options.uncertainty) {
        result.uncertainty =
            EnergyLinearization(physics.gradients_with_hosts(monomers, n_hosts, responding()),
                                std::move(linearizations))
                .uncertainty();
    }
    std::vector<const Monomer*> plain;
    plain.reserve(monomers.size());
    for (const PreparedMonomer& monomer : monomers) {
        plain.push_back(&monomer.monomer());
    }
    result.contact = closest_contact(plain, n_hosts);
    return result;
}

}  // namespace

PreparedHost prepare_host(std::span<const Molecule> molecules,
                          const InteractionModel& model,
                          const PoseOptions& options) {
    Eigen::Index n_atoms = 0;
    for (const Molecule& molecule : molecules) {
        molecule.validate();
        n_atoms += molecule.size();
    }
    require_computable(n_atoms);
    std::vector<std::optional<PreparedMonomer>> monomers(molecules.size());
    PreparedHost host;
    host.unfamiliar.resize(molecules.size());
    host.linearizations.resize(options.uncertainty ? molecules.size() : 0);
    parallel_for(molecules.size(), [&](std::size_t m) {
        PropertyPrediction prediction;
        if (options.uncertainty) {
            host.linearizations[m] = model.property_model().linearize(molecules[m]);
            prediction = host.linearizations[m]->prediction();
        } else {
            prediction = model.property_model().predict(molecules[m]);
        }
        host.unfamiliar[m] = std::move(prediction.unfamiliar);
        monomers[m] = model.physics().prepare({molecules[m], std::move(prediction.properties)});
    });
    for (std::optional<PreparedMonomer>& monomer : monomers) {
        host.monomers.push_back(*std::move(monomer));
    }
    host.energies = model.physics().host_energies(host.monomers);
    return host;
}

std::vector<SystemEnergy> pose_energies(std::span<const std::vector<Molecule>> poses,
                                        std::span<const PreparedHost> hosts,
                                        const InteractionModel& model,
                                        const PoseOptions& options) {
    if (!(options.reach > 0.0)) {
        throw InputError(fmt::format("expected a positive reach, got {} bohr", options.reach));
    }
    PreparedLibrary library(all_molecules(poses), model, hosts.size());
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
            std::vector<PreparedMonomer> monomers = host.monomers;
            auto linearizations = host.linearizations;
            for (std::size_t m = first[p]; m < first[p + 1]; ++m) {
                monomers.push_back(library.monomer(m));
                if (options.uncertainty) {
                    linearizations.push_back(library.linearization(m));
                }
            }
            results[i] =
                energy_beside(host, monomers, std::move(linearizations), options, model.physics());
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
