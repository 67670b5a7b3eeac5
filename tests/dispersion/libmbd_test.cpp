// SPDX-License-Identifier: BSD-3-Clause
//
// Against the numbers of libMBD on real molecules, tests/reference/libmbd.json.
#include <keesom/dispersion/damping.hpp>
#include <keesom/dispersion/frequency_grid.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/pairwise.hpp>
#include <keesom/dispersion/screening.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

namespace keesom {
namespace {

nlohmann::json read_reference() {
    std::ifstream file(std::string(KEESOM_TEST_REFERENCE_DIR) + "/libmbd.json");
    return nlohmann::json::parse(file);
}

const nlohmann::json& reference() {
    static const nlohmann::json document = read_reference();
    return document;
}

Eigen::VectorXd vector_of(const nlohmann::json& values) {
    Eigen::VectorXd result(static_cast<Eigen::Index>(values.size()));
    for (Eigen::Index i = 0; i < result.size(); ++i) {
        result[i] = values.at(static_cast<std::size_t>(i)).get<double>();
    }
    return result;
}

class LibMbd : public ::testing::TestWithParam<std::size_t> {
protected:
    LibMbd() : system(reference().at("systems").at(GetParam())) {
        positions.resize(3, static_cast<Eigen::Index>(system.at("positions").size()));
        for (Eigen::Index i = 0; i < positions.cols(); ++i) {
            positions.col(i) = vector_of(system.at("positions").at(static_cast<std::size_t>(i)));
        }
        atoms = scaled_oscillators(system.at("atomic_numbers").get<std::vector<int>>(),
                                   vector_of(system.at("hirshfeld_ratios")));
        options = {system.at("beta").get<double>()};
    }

    static void expect_equal(double actual, double expected) {
        EXPECT_NEAR(
            actual, expected, reference().at("tolerance").get<double>() * std::abs(expected));
    }

    const nlohmann::json& system;
    Eigen::Matrix3Xd positions;
    Oscillators atoms;
    MbdOptions options{};
};

TEST_P(LibMbd, GivesTheSameScreenedOscillators) {
    const Oscillators screened = range_separated_screening(
        positions, atoms, options, gauss_legendre_frequencies(options.n_frequencies));
    const Eigen::VectorXd polarizabilities = vector_of(system.at("alpha_screened"));
    const Eigen::VectorXd c6 = vector_of(system.at("c6_screened"));
    ASSERT_EQ(polarizabilities.size(), screened.size());
    for (Eigen::Index i = 0; i < screened.size(); ++i) {
        expect_equal(screened.polarizabilities[i], polarizabilities[i]);
        expect_equal(screened.c6[i], c6[i]);
    }
}

TEST_P(LibMbd, GivesTheSameManyBodyEnergy) {
    expect_equal(mbd_rsscs_energy(positions, atoms, options),
                 system.at("energy_mbd_rsscs").get<double>());
}

// The pairwise method of Tkatchenko and Scheffler is no part of keesom; it needs the same combined
// C6 and the same damping function, though.
TEST_P(LibMbd, GivesTheSamePairwiseEnergy) {
    double energy = 0.0;
    for (Eigen::Index j = 0; j < positions.cols(); ++j) {
        for (Eigen::Index i = 0; i < j; ++i) {
            const double distance = (positions.col(i) - positions.col(j)).norm();
            const double c6 = combine_c6(
                atoms.c6[i], atoms.polarizabilities[i], atoms.c6[j], atoms.polarizabilities[j]);
            const double separation = 0.94 * (atoms.vdw_radii[i] + atoms.vdw_radii[j]);
            energy -= fermi_damping(distance, separation, 20.0) * c6 / std::pow(distance, 6);
        }
    }
    expect_equal(energy, system.at("energy_ts").get<double>());
}

/// "water_dimer_83" for β = 0.83.
std::string name_of_system(const ::testing::TestParamInfo<std::size_t>& info) {
    const nlohmann::json& system = reference().at("systems").at(info.param);
    std::string name;
    for (const char c : system.at("name").get<std::string>()) {
        name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    }
    return name + "_" + std::to_string(std::lround(100.0 * system.at("beta").get<double>()));
}

INSTANTIATE_TEST_SUITE_P(Systems,
                         LibMbd,
                         ::testing::Range(std::size_t{0}, reference().at("systems").size()),
                         name_of_system);

}  // namespace
}  // namespace keesom
