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

PreparedMonomer PreparedMonomer::translated(const Eigen::Vector3d& shift) const {
    PreparedMonomer moved = *this;
    moved.monomer_ = monomer_.translated(shift);
    moved.center_ += shift;
    return moved;
}

PreparedMonomer PreparedMonomer::rotated(const Eigen::Matrix3d& rotation) const {
    PreparedMonomer turned = *this;
    turned.monomer_ = monomer_.rotated(rotation);
    turned.center_ = rotation * center_;
    return turned;
}

PreparedMonomer PreparedMonomer::named(std::string name) const {
    PreparedMonomer renamed = *this;
    renamed.monomer_ = monomer_.named(std::move(name));
    return renamed;
}

}  // namespace keesom
