// SPDX-License-Identifier: BSD-3-Clause
//
// The atoms of all monomers in one list, and the pairs between monomers: what every energy term
// runs over.
#pragma once

#include <keesom/core/atom_properties.hpp>
#include <keesom/core/monomer.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace keesom {

/// Consecutive atoms.
struct AtomRange {
    Eigen::Index first = 0;
    Eigen::Index count = 0;
};

/// Two atoms of different monomers.
struct SitePair {
    Eigen::Index i;
    Eigen::Index j;
    Eigen::Vector3d R;  ///< r_j − r_i, bohr
    double distance;    ///< |R|, bohr
};

/// The N atoms of some monomers, one monomer after the other.
class Sites {
public:
    /// All atoms respond to each other.
    explicit Sites(std::span<const Monomer> monomers);
    /// @param n_hosts  the first monomers, of which pairs with each other are not asked for
    explicit Sites(std::span<const Monomer* const> monomers, std::size_t n_hosts = 0);

    /// @param responding  ascending indices of the atoms whose dipoles respond to others, induced
    ///                    and fluctuating ones; the others have their permanent multipoles and
    ///                    densities only
    Sites(std::span<const Monomer* const> monomers,
          std::vector<Eigen::Index> responding,
          std::size_t n_hosts);

    [[nodiscard]] Eigen::Index size() const { return positions_.cols(); }

    [[nodiscard]] const std::vector<int>& atomic_numbers() const { return atomic_numbers_; }

    /// (3, N), bohr
    [[nodiscard]] const Eigen::Matrix3Xd& positions() const { return positions_; }

    [[nodiscard]] const AtomProperties& properties() const { return properties_; }

    /// Where the atoms of each monomer are.
    [[nodiscard]] std::span<const AtomRange> monomers() const { return monomers_; }

    [[nodiscard]] std::span<const Eigen::Index> responding() const { return responding_; }

    [[nodiscard]] bool all_respond() const {
        return static_cast<Eigen::Index>(responding_.size()) == size();
    }

    [[nodiscard]] std::size_t n_hosts() const { return n_hosts_; }

    /// The atoms of all hosts.
    [[nodiscard]] AtomRange hosts() const;

    /// All pairs of atoms of different monomers but those of two hosts, that of the later monomer
    /// second.
    [[nodiscard]] std::span<const SitePair> pairs() const { return pairs_; }

    /// "O3 of monomer 2 ('water')", for messages.
    [[nodiscard]] std::string label(Eigen::Index site) const;

private:
    std::vector<int> atomic_numbers_;
    Eigen::Matrix3Xd positions_;
    AtomProperties properties_;
    std::vector<AtomRange> monomers_;
    std::vector<std::string> names_;  // of the monomers
    std::vector<Eigen::Index> responding_;
    std::size_t n_hosts_;
    std::vector<SitePair> pairs_;
};

}  // namespace keesom
