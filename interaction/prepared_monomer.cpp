// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/interaction/prepared_monomer.hpp>

#include <string>
#include <utility>

namespace keesom {

PreparedMonomer::PreparedMonomer(Monomer monomer,
                                 MonomerDispersion dispersion,
                                 const MbdOptions& mbd_options)
    : monomer_(std::move(monomer)),
      center_(center_of_nuclear_charge(monomer_.molecule())),
      dispersion_(std::move(dispersion)),
      mbd_options_(mbd_options) {}

PreparedMonomer PreparedMonomer::translated(const Eigen::Vector3d& shift) const& {
    return PreparedMonomer(*this).translated(shift);
}

PreparedMonomer PreparedMonomer::translated(const Eigen::Vector3d& shift) && {
    monomer_ = std::move(monomer_).translated(shift);
    center_ += shift;
    return std::move(*this);
}

PreparedMonomer PreparedMonomer::rotated(const Eigen::Matrix3d& rotation) const& {
    return PreparedMonomer(*this).rotated(rotation);
}

PreparedMonomer PreparedMonomer::rotated(const Eigen::Matrix3d& rotation) && {
    monomer_ = std::move(monomer_).rotated(rotation);
    center_ = rotation * center_;
    return std::move(*this);
}

PreparedMonomer PreparedMonomer::named(std::string name) const& {
    return PreparedMonomer(*this).named(std::move(name));
}

PreparedMonomer PreparedMonomer::named(std::string name) && {
    monomer_ = std::move(monomer_).named(std::move(name));
    return std::move(*this);
}

}  // namespace keesom
