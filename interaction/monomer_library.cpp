// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/monomer_library.hpp>

#include <Eigen/LU>
#include <Eigen/SVD>
#include <fmt/format.h>

#include <cstddef>
#include <exception>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace keesom {

namespace {

std::string composition_key(const Molecule& molecule) {
    return fmt::format("{} {}", molecule.charge, fmt::join(molecule.atomic_numbers, " "));
}

}  // namespace

std::optional<RigidMotion> rigid_motion(const Molecule& from,
                                        const Molecule& to,
                                        double tolerance) {
    if (from.atomic_numbers != to.atomic_numbers) {
        return std::nullopt;
    }
    const Eigen::Vector3d center_from = from.positions.rowwise().mean();
    const Eigen::Vector3d center_to = to.positions.rowwise().mean();
    const Eigen::Matrix3Xd p = from.positions.colwise() - center_from;
    const Eigen::Matrix3Xd q = to.positions.colwise() - center_to;
    // Rotations keep distances from the center, by which most shapes differ: far cheaper to see.
    if (!((p.colwise().norm() - q.colwise().norm()).cwiseAbs().maxCoeff() <= tolerance)) {
        return std::nullopt;
    }
    const Eigen::JacobiSVD<Eigen::Matrix3d> svd(Eigen::Matrix3d(q * p.transpose()),
                                                Eigen::ComputeFullU | Eigen::ComputeFullV);
    Eigen::Matrix3d u = svd.matrixU();
    if ((u * svd.matrixV().transpose()).determinant() < 0.0) {
        u.col(2) *= -1.0;
    }
    const Eigen::Matrix3d rotation = u * svd.matrixV().transpose();
    const double worst = (rotation * p - q).colwise().norm().maxCoeff();
    if (!(worst <= tolerance)) {
        return std::nullopt;
    }
    return RigidMotion{rotation, center_to - rotation * center_from};
}

MonomerLibrary::MonomerLibrary(std::span<const Molecule> molecules, double tolerance) {
    std::map<std::string, std::vector<std::size_t>> known;
    for (const Molecule& molecule : molecules) {
        std::vector<std::size_t>& candidates = known[composition_key(molecule)];
        Entry entry{molecule, representatives_.size(), {}};
        bool found = false;
        for (const std::size_t candidate : candidates) {
            const Molecule& other = entries_[representatives_[candidate].entry].molecule;
            if (const auto motion = rigid_motion(other, molecule, tolerance)) {
                entry.representative = candidate;
                entry.motion = *motion;
                found = true;
                break;
            }
        }
        if (!found) {
            entry.motion = {Eigen::Matrix3d::Identity(), Eigen::Vector3d::Zero()};
            candidates.push_back(representatives_.size());
            representatives_.push_back({entries_.size(), std::nullopt, {}});
        }
        entries_.push_back(std::move(entry));
    }
}

void MonomerLibrary::predict(const PropertyModel& model) {
    parallel_for(representatives_.size(), [&](std::size_t i) {
        Representative& representative = representatives_[i];
        try {
            const Molecule& molecule = entries_[representative.entry].molecule;
            molecule.validate();
            representative.prediction = model.predict(molecule);
        } catch (const Error&) {
            representative.error = std::current_exception();
        }
    });
}

Monomer MonomerLibrary::monomer(std::size_t index) const {
    const Entry& entry = entries_.at(index);
    return {entry.molecule, rotated(prediction(entry).properties, entry.motion.rotation)};
}

const Eigen::VectorX<bool>& MonomerLibrary::unfamiliar(std::size_t index) const {
    return prediction(entries_.at(index)).unfamiliar;
}

const PropertyPrediction& MonomerLibrary::prediction(const Entry& entry) const {
    const Representative& representative = representatives_[entry.representative];
    if (!representative.prediction) {
        std::rethrow_exception(representative.error);
    }
    return *representative.prediction;
}

}  // namespace keesom
