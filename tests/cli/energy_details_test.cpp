// SPDX-License-Identifier: BSD-3-Clause
//
// What `keesom energy` gives besides energies: forces, pairs of atoms, and complexes as files.
#include "run_command.hpp"

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/core/units.hpp>

#include <Eigen/Geometry>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace keesom::testing {

namespace {

using Json = nlohmann::json;

constexpr const char* formate_and_ammonium =
    "9\n"
    "name=\"formate and ammonium\"\n"
    "C  0.000  0.000  4.300\n"
    "H  0.000  0.000  5.420\n"
    "N  0.000  0.000  0.000\n"
    "O  1.130  0.000  3.720\n"
    "O -1.130  0.000  3.720\n"
    "H  0.594  0.594  0.594\n"
    "H -0.594 -0.594  0.594\n"
    "H -0.594  0.594 -0.594\n"
    "H  0.594 -0.594 -0.594\n";

Eigen::Vector3d vector(const Json& json) {
    return {json.at(0).get<double>(), json.at(1).get<double>(), json.at(2).get<double>()};
}

Eigen::Vector3d sum_of_forces(const Json& monomer) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (const Json& force : monomer.at("forces")) {
        sum += vector(force);
    }
    return sum;
}

CommandResult details_of(const CommandFolder& folder,
                         const std::string& content,
                         const std::string& options) {
    return run_keesom("energy " + folder.file("complex.xyz", content) + " " + options);
}

std::vector<Json> lines_of(const CommandResult& result) {
    std::vector<Json> rows;
    std::istringstream stream(result.output);
    for (std::string line; std::getline(stream, line);) {
        rows.push_back(Json::parse(line));
    }
    return rows;
}

/// The water dimer with one coordinate of one atom moved by so many Å.
std::string displaced_dimer(Eigen::Index atom, Eigen::Index axis, double shift) {
    XyzFrame frame = parse_extended_xyz(water_dimer, "dimer").front();
    frame.positions(axis, atom) += shift * units::angstrom;
    std::ostringstream stream;
    write_extended_xyz(stream, frame);
    return stream.str();
}

double total(const CommandFolder& folder, const std::string& content) {
    return details_of(folder, content, "--json").json().at("energy").at("total").get<double>();
}

}  // namespace

TEST(EnergyForces, AreTheSlopesOfTheEnergyOfDisplacedFiles) {
    const CommandFolder folder;
    const Json result = details_of(folder, water_dimer, "--json --forces").json();
    EXPECT_EQ(result.at("force_unit"), "kcal/mol/Å");
    std::vector<Eigen::Vector3d> forces;
    double largest = 0.0;
    for (const Json& monomer : result.at("monomers")) {
        for (const Json& force : monomer.at("forces")) {
            forces.push_back(vector(force));
            largest = std::max(largest, forces.back().norm());
        }
    }
    ASSERT_EQ(forces.size(), 6U);
    constexpr double step = 0.002;
    for (Eigen::Index atom = 0; atom < 6; ++atom) {
        for (Eigen::Index axis = 0; axis < 3; ++axis) {
            const double slope = (total(folder, displaced_dimer(atom, axis, step)) -
                                  total(folder, displaced_dimer(atom, axis, -step))) /
                                 (2.0 * step);
            EXPECT_NEAR(forces[static_cast<std::size_t>(atom)][axis], -slope, 1e-4 * largest)
                << atom << " " << axis;
        }
    }
}

TEST(EnergyForces, OfRigidMoleculesAreThoseOfTheirAtomsAndBalance) {
    const CommandFolder folder;
    // Far from the minimum, where forces of both molecules are large.
    const std::string oxygens_face =
        "6\nnatoms_a=3\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\nO 0.3 0.2 -2.8\n"
        "H 1.06 0.2 -3.39\nH -0.46 0.2 -3.39\n";
    const Json result = details_of(folder, oxygens_face, "--json --forces").json();
    Eigen::Vector3d force = Eigen::Vector3d::Zero();
    Eigen::Vector3d torque_about_origin = Eigen::Vector3d::Zero();
    for (const Json& monomer : result.at("monomers")) {
        const Eigen::Vector3d whole = vector(monomer.at("force"));
        EXPECT_GT(whole.norm(), 0.1);
        EXPECT_LT((whole - sum_of_forces(monomer)).norm(), 1e-9);
        force += whole;
        torque_about_origin += vector(monomer.at("torque")) +
                               vector(monomer.at("torque_center_angstrom")).cross(whole);
    }
    EXPECT_LT(force.norm(), 1e-8);
    EXPECT_LT(torque_about_origin.norm(), 1e-8);
}

TEST(EnergyForces, TorqueActsAboutTheCenterOfNuclearCharge) {
    const CommandFolder folder;
    const Json monomer =
        details_of(folder, water_dimer, "--json --forces").json().at("monomers").at(0);
    const XyzFrame frame = parse_extended_xyz(water_dimer, "dimer").front();
    const Eigen::Vector3d center =
        (8.0 * frame.positions.col(0) + frame.positions.col(1) + frame.positions.col(2)) / 10.0 /
        units::angstrom;
    EXPECT_LT((vector(monomer.at("torque_center_angstrom")) - center).norm(), 1e-9);
    Eigen::Vector3d torque = Eigen::Vector3d::Zero();
    for (Eigen::Index i = 0; i < 3; ++i) {
        const Eigen::Vector3d arm = frame.positions.col(i) / units::angstrom - center;
        torque += arm.cross(vector(monomer.at("forces").at(static_cast<std::size_t>(i))));
    }
    EXPECT_LT((vector(monomer.at("torque")) - torque).norm(), 1e-8);
}

TEST(EnergyForces, ChangeNothingElse) {
    const CommandFolder folder;
    const Json plain = details_of(folder, water_dimer, "--json").json();
    const Json result = details_of(folder, water_dimer, "--json --forces").json();
    EXPECT_NEAR(result.at("energy").at("total").get<double>(),
                plain.at("energy").at("total").get<double>(),
                1e-10);
    EXPECT_FALSE(plain.contains("force_unit"));
    EXPECT_FALSE(plain.contains("pairs"));
    EXPECT_FALSE(plain.at("monomers").at(0).contains("forces"));
    EXPECT_NEAR(result.at("monomers").at(0).at("charge_deviation_e").get<double>(),
                plain.at("monomers").at(0).at("charge_deviation_e").get<double>(),
                1e-10);
}

TEST(EnergyForces, TextShowsTheNumbersOfTheJson) {
    const CommandFolder folder;
    const Json monomer =
        details_of(folder, water_dimer, "--json --forces").json().at("monomers").at(1);
    const CommandResult text = details_of(folder, water_dimer, "--forces");
    ASSERT_EQ(text.status, 0) << text.errors;
    const auto row = [](const std::string& label, const Json& json) {
        const Eigen::Vector3d v = vector(json);
        return fmt::format("   2  {:<6}{:>12.3f}{:>12.3f}{:>12.3f}{:>12.3f}\n",
                           label,
                           v.x(),
                           v.y(),
                           v.z(),
                           v.norm());
    };
    for (const std::string& expected : {row("force", monomer.at("force")),
                                        row("torque", monomer.at("torque")),
                                        row("O1", monomer.at("forces").at(0)),
                                        row("H3", monomer.at("forces").at(2))}) {
        EXPECT_NE(text.output.find(expected), std::string::npos) << expected << text.output;
    }
    EXPECT_NE(text.output.find("kcal/mol/Å"), std::string::npos);
    EXPECT_NE(text.output.find("energy of deforming a molecule is not in them"), std::string::npos);
}

TEST(EnergyForces, OfManyComplexesAreThoseOfEach) {
    const CommandFolder folder;
    const std::string radical =
        "5\nname=radical\nO 0 0 0\nH 0 0 0.97\nO 0 0 4\nH 0.76 0 4.59\nH -0.76 0 4.59\n";
    const std::string set = water_dimer + radical + displaced_dimer(0, 0, 0.1);
    const std::vector<Json> rows = lines_of(details_of(folder, set, "--json --forces --pairs"));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_TRUE(rows[1].contains("error"));
    EXPECT_FALSE(rows[1].contains("force_unit"));
    const std::vector<std::string> dimers = {water_dimer, "", displaced_dimer(0, 0, 0.1)};
    for (const std::size_t i : {0U, 2U}) {
        const Json single = details_of(folder, dimers[i], "--json --forces --pairs").json();
        EXPECT_EQ(rows[i].at("energy"), single.at("energy"));
        EXPECT_EQ(rows[i].at("pairs"), single.at("pairs"));
        EXPECT_EQ(rows[i].at("force_unit"), single.at("force_unit"));
        for (const std::size_t m : {0U, 1U}) {
            for (const char* key : {"force", "torque", "torque_center_angstrom", "forces"}) {
                EXPECT_EQ(rows[i].at("monomers").at(m).at(key),
                          single.at("monomers").at(m).at(key));
            }
        }
    }
}

TEST(EnergyForces, OfManyComplexesAreMissedInTextAloud) {
    const CommandFolder folder;
    const std::string set = std::string(water_dimer) + water_dimer;
    const CommandResult text = details_of(folder, set, "--forces --pairs");
    EXPECT_EQ(text.status, 0);
    EXPECT_NE(text.errors.find("rows of complexes have no forces"), std::string::npos)
        << text.errors;
    EXPECT_NE(text.errors.find("rows of complexes have no pairs"), std::string::npos)
        << text.errors;
    EXPECT_EQ(text.output, details_of(folder, set, "").output);
}

TEST(EnergyForces, DoNotDependOnTheNumberOfThreads) {
    const CommandFolder folder;
    for (const std::string& content :
         {std::string(water_dimer), water_dimer + displaced_dimer(0, 0, 0.1)}) {
        const std::string arguments =
            "energy " + folder.file("dimers.xyz", content) + " --json --forces --pairs";
        EXPECT_EQ(run_keesom(arguments, "OMP_NUM_THREADS=1").output,
                  run_keesom(arguments, "OMP_NUM_THREADS=2").output);
    }
}

TEST(EnergyPairs, AddUpToTheEnergyWithWhatBelongsToNone) {
    const CommandFolder folder;
    const Json result = details_of(folder, water_dimer, "--json --pairs").json();
    const Json& pairs = result.at("pairs");
    ASSERT_EQ(pairs.at("pairs").size(), 9U);
    const auto sum = [&](const char* key) {
        double value = 0.0;
        for (const Json& pair : pairs.at("pairs")) {
            value += pair.at(key).get<double>();
        }
        return value;
    };
    const auto component = [&](const char* key) {
        return result.at("energy").at(key).get<double>();
    };
    const double polarization = pairs.at("polarization");
    const double many_body = pairs.at("many_body_dispersion");
    EXPECT_NEAR(sum("electrostatics"), component("electrostatics"), 1e-9);
    EXPECT_NEAR(sum("exchange"), component("exchange"), 1e-9);
    EXPECT_NEAR(sum("charge_transfer") + polarization, component("induction"), 1e-9);
    EXPECT_NEAR(sum("higher_dispersion") + many_body, component("dispersion"), 1e-9);
    EXPECT_NEAR(sum("total") + polarization + many_body, component("total"), 1e-9);
    EXPECT_LT(polarization, 0.0);
    EXPECT_LT(many_body, 0.0);

    const Json& contact = result.at("closest_contact");
    const bool has_contact =
        std::any_of(pairs.at("pairs").begin(), pairs.at("pairs").end(), [&](const Json& pair) {
            return pair.at("atoms") == contact.at("atoms") &&
                   std::abs(pair.at("distance_angstrom").get<double>() -
                            contact.at("distance_angstrom").get<double>()) < 1e-9;
        });
    EXPECT_TRUE(has_contact) << pairs.dump(2);
}

TEST(EnergyPairs, TextShowsTheStrongestFirst) {
    const CommandFolder folder;
    std::vector<Json> pairs =
        details_of(folder, formate_and_ammonium, "--charges -1,1 --json --pairs")
            .json()
            .at("pairs")
            .at("pairs");
    ASSERT_EQ(pairs.size(), 20U);
    std::sort(pairs.begin(), pairs.end(), [](const Json& x, const Json& y) {
        return std::abs(x.at("total").get<double>()) > std::abs(y.at("total").get<double>());
    });
    const CommandResult text = details_of(folder, formate_and_ammonium, "--charges -1,1 --pairs");
    ASSERT_EQ(text.status, 0) << text.errors;
    std::size_t at = 0;
    for (std::size_t i = 0; i < 12; ++i) {
        const std::string row =
            fmt::format("\n{:>12.3f}{:>16.3f}{:>12.3f}{:>17.3f}{:>12.3f}{:>8.2f}  ",
                        pairs[i].at("total").get<double>(),
                        pairs[i].at("electrostatics").get<double>(),
                        pairs[i].at("exchange").get<double>(),
                        pairs[i].at("charge_transfer").get<double>(),
                        pairs[i].at("higher_dispersion").get<double>(),
                        pairs[i].at("distance_angstrom").get<double>());
        at = text.output.find(row, at);
        ASSERT_NE(at, std::string::npos) << row << text.output;
    }
    EXPECT_NE(text.output.find("all 20 pairs"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find(" of molecule 1 – "), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("polarization, of no pair"), std::string::npos) << text.output;
}

TEST(EnergyXyz, IsReadBackAsTheSameComplex) {
    const CommandFolder folder;
    const std::string file = (folder.path() / "out.xyz").string();
    // The atoms of the molecules are mixed in this file, and their charges given on the command
    // line.
    const Json before =
        details_of(
            folder, formate_and_ammonium, "--charges -1,1 --json --forces --unit eV --xyz " + file)
            .json();
    const Json after = run_keesom("energy " + file + " --json --forces --unit eV").json();
    for (const char* component :
         {"total", "electrostatics", "exchange", "induction", "dispersion"}) {
        EXPECT_NEAR(after.at("energy").at(component).get<double>(),
                    before.at("energy").at(component).get<double>(),
                    1e-7);
    }
    const std::vector<XyzFrame> frames = read_extended_xyz(file);
    ASSERT_EQ(frames.size(), 1U);
    const XyzFrame& frame = frames.front();
    EXPECT_EQ(*frame.find("name"), "formate and ammonium");
    EXPECT_EQ(*frame.find("natoms_list"), "4,5");
    EXPECT_EQ(*frame.find("charge_list"), "-1,1");
    EXPECT_EQ(*frame.find("unit"), "eV");
    EXPECT_EQ(std::stod(*frame.find("energy")), before.at("energy").at("total").get<double>());
    EXPECT_EQ(std::stod(*frame.find("exchange")), before.at("energy").at("exchange").get<double>());
    ASSERT_TRUE(frame.columns.contains("forces"));
    Eigen::Index column = 0;
    for (std::size_t m = 0; m < 2; ++m) {
        EXPECT_EQ(after.at("monomers").at(m).at("charge"),
                  before.at("monomers").at(m).at("charge"));
        for (const Json& force : before.at("monomers").at(m).at("forces")) {
            EXPECT_EQ(frame.columns.at("forces").col(column++), vector(force));
        }
    }
}

TEST(EnergyXyz, HoldsEveryComplexThatHasAnEnergy) {
    const CommandFolder folder;
    const std::string file = (folder.path() / "out.xyz").string();
    const std::string radical =
        "5\nname=radical\nO 0 0 0\nH 0 0 0.97\nO 0 0 4\nH 0.76 0 4.59\nH -0.76 0 4.59\n";
    const std::string set = water_dimer + radical + displaced_dimer(0, 0, 0.1);
    const std::vector<Json> before = lines_of(details_of(folder, set, "--json --xyz " + file));
    const std::vector<Json> after = lines_of(run_keesom("energy " + file + " --json"));
    ASSERT_EQ(before.size(), 3U);
    ASSERT_EQ(after.size(), 2U);
    EXPECT_NEAR(after[1].at("energy").at("total").get<double>(),
                before[2].at("energy").at("total").get<double>(),
                1e-7);
    EXPECT_FALSE(read_extended_xyz(file).front().columns.contains("forces"));
}

TEST(EnergyXyz, HarmsNothingThatExists) {
    const CommandFolder folder;
    const std::string input = folder.file("complex.xyz", water_dimer);
    expect_bad_input(run_keesom("energy --forces --force " + input + " --xyz " + input),
                     {"complex.xyz", "input"});
    EXPECT_EQ(read_file(input), water_dimer);
    const std::string other = folder.file("other.xyz", "precious");
    expect_bad_input(run_keesom("energy " + input + " --xyz " + other), {"other.xyz", "--force"});
    EXPECT_EQ(read_file(other), "precious");
    for (const std::string& same : {other, folder.path().string() + "/./other.xyz"}) {
        expect_bad_input(
            run_keesom("energy " + input + " --force --xyz " + other + " --csv " + same),
            {"other.xyz", "same file"});
    }
    const std::string csv = folder.file("rows.csv", "precious");
    EXPECT_EQ(run_keesom("energy " + input + " --force --xyz " + other + " --csv " + csv).status,
              0);
    EXPECT_NE(read_file(other).find("natoms_list"), std::string::npos);
    EXPECT_NE(read_file(csv).find("closest_contact"), std::string::npos);
}

}  // namespace keesom::testing
