// SPDX-License-Identifier: BSD-3-Clause
//
// A monomer that will be moved many times as a rigid body: in a screening of poses, or an
// optimization of them. Of the interaction energy E(all) − Σ E(each), many-body dispersion is the
// only term that has an E(each); since no motion changes it, it is computed once and moved along.
#pragma once

#include <keesom/core/monomer.hpp>
#include <keesom/dispersion/dispersion.hpp>

#include <Eigen/Core>

#include <string>

namespace keesom {

/// Made by Physics::prepare(), immutable afterwards.
class PreparedMonomer {
public:
    [[nodiscard]] const Monomer& monomer() const { return monomer_; }

    /// Of nuclear charge, bohr: what torques are about.
    [[nodiscard]] const Eigen::Vector3d& center() const { return center_; }

    [[nodiscard]] const MonomerDispersion& dispersion() const { return dispersion_; }

    /// The constants that it belongs to.
    [[nodiscard]] const MbdOptions& mbd_options() const { return mbd_options_; }

    /// As Monomer::translated().
    [[nodiscard]] PreparedMonomer translated(const Eigen::Vector3d& shift) const&;
    [[nodiscard]] PreparedMonomer translated(const Eigen::Vector3d& shift) &&;

    /// As Monomer::rotated().
    /// @throws InputError if the matrix is not orthogonal
    [[nodiscard]] PreparedMonomer rotated(const Eigen::Matrix3d& rotation) const&;
    [[nodiscard]] PreparedMonomer rotated(const Eigen::Matrix3d& rotation) &&;

    /// As Monomer::named().
    [[nodiscard]] PreparedMonomer named(std::string name) const&;
    [[nodiscard]] PreparedMonomer named(std::string name) &&;

private:
    friend class Physics;

    PreparedMonomer(Monomer monomer, MonomerDispersion dispersion, const MbdOptions& mbd_options);

    Monomer monomer_;
    Eigen::Vector3d center_;
    MonomerDispersion dispersion_;
    MbdOptions mbd_options_;
};

}  // namespace keesom
