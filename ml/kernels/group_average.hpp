// SPDX-License-Identifier: BSD-3-Clause
//
// Symmetry from averages over a finite group of orthogonal matrices G.
//
// A kernel k that does not change when both of its points are moved, k(gx, gx') = k(x, x'), as
// every function of |x − x'| or of x·x' does, gives
//
//   k^G(x, x') = 1/|G| Σ_g k(x, gx')            functions with f(gx) = f(x)
//   K^G(x, x') = 1/|G| Σ_g k(x, gx') g          vector fields with f(gx) = g f(x)
//
// and both are positive semidefinite: they are k after a projection. k^G is the restriction of the
// prior to symmetric functions (Kondor, Group theoretical methods in machine learning, thesis
// (2008); Bartók, Kondor, Csányi, Phys. Rev. B 87, 184115 (2013)), K^G that to equivariant fields
// (Glielmo, Sollich, De Vita, Phys. Rev. B 95, 214302 (2017)).
#pragma once

#include <Eigen/Core>

#include <utility>
#include <vector>

namespace keesom {

/// Orthogonal matrices, closed under products.
class FiniteGroup {
public:
    /// All products of some orthogonal matrices, among them the unit matrix.
    /// @throws InputError if there are none, or they are not orthogonal and of one size, or have
    ///         more than 5,000 products
    explicit FiniteGroup(const std::vector<Eigen::MatrixXd>& generators);

    [[nodiscard]] const std::vector<Eigen::MatrixXd>& elements() const { return elements_; }

private:
    std::vector<Eigen::MatrixXd> elements_;
};

/// k^G; can be called as a scalar kernel.
template <class Kernel>
class GroupAveragedKernel {
public:
    GroupAveragedKernel(Kernel kernel, FiniteGroup group)
        : kernel_(std::move(kernel)), group_(std::move(group)) {}

    [[nodiscard]] double operator()(const Eigen::Ref<const Eigen::VectorXd>& x,
                                    const Eigen::Ref<const Eigen::VectorXd>& y) const {
        double sum = 0.0;
        for (const Eigen::MatrixXd& g : group_.elements()) {
            sum += kernel_(x, g * y);
        }
        return sum / static_cast<double>(group_.elements().size());
    }

private:
    Kernel kernel_;
    FiniteGroup group_;
};

/// K^G; (D, D).
template <class Kernel>
class EquivariantKernel {
public:
    EquivariantKernel(Kernel kernel, FiniteGroup group)
        : kernel_(std::move(kernel)), group_(std::move(group)) {}

    [[nodiscard]] Eigen::MatrixXd operator()(const Eigen::Ref<const Eigen::VectorXd>& x,
                                             const Eigen::Ref<const Eigen::VectorXd>& y) const {
        Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(x.size(), y.size());
        for (const Eigen::MatrixXd& g : group_.elements()) {
            sum += kernel_(x, g * y) * g;
        }
        return sum / static_cast<double>(group_.elements().size());
    }

private:
    Kernel kernel_;
    FiniteGroup group_;
};

}  // namespace keesom
