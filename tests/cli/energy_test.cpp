// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace keesom::testing {

namespace {

using Json = nlohmann::json;

double component(const Json& result, const std::string& name) {
    return result.at("energy").at(name).get<double>();
}

CommandResult energy(const CommandFolder& folder,
                     const std::string& content,
                     const std::string& options) {
    return run_keesom("energy " + folder.file("complex.xyz", content) + " " + options);
}

constexpr const char* ammonium_formate =
    "9\n"
    "ammonium and formate\n"
    "N  0.000  0.000  0.000\n"
    "H  0.594  0.594  0.594\n"
    "H -0.594 -0.594  0.594\n"
    "H -0.594  0.594 -0.594\n"
    "H  0.594 -0.594 -0.594\n"
    "C  0.000  0.000  4.300\n"
    "H  0.000  0.000  5.420\n"
    "O  1.130  0.000  3.720\n"
    "O -1.130  0.000  3.720\n";

}  // namespace

TEST(Energy, ComponentsAddUpToTheTotal) {
    const CommandFolder folder;
    const Json result = energy(folder, water_dimer, "--json").json();
    EXPECT_NEAR(component(result, "electrostatics") + component(result, "exchange") +
                    component(result, "induction") + component(result, "dispersion"),
                component(result, "total"),
                1e-10);
}

TEST(Energy, WaterDimerIsBoundAsCoupledClusterSays) {
    // CCSD(T)/CBS gives −4.99 kcal/mol for this geometry (S66, system 1).
    const CommandFolder folder;
    const Json result = energy(folder, water_dimer, "--json").json();
    EXPECT_NEAR(component(result, "total"), -4.99, 1.5);
    EXPECT_LT(component(result, "electrostatics"), 0.0);
    EXPECT_GT(component(result, "exchange"), 0.0);
    EXPECT_LT(component(result, "induction"), 0.0);
    EXPECT_LT(component(result, "dispersion"), 0.0);
}

TEST(Energy, TextShowsTheNumbersOfTheJson) {
    const CommandFolder folder;
    const Json result = energy(folder, water_dimer, "--json").json();
    const CommandResult text = energy(folder, water_dimer, "");
    ASSERT_EQ(text.status, 0) << text.errors;
    for (const char* name : {"total", "electrostatics", "exchange", "induction", "dispersion"}) {
        EXPECT_NE(text.output.find(fmt::format("  {:<16}{:>10.3f}{:>12.3f}{:>12.3f}\n",
                                               name,
                                               component(result, name),
                                               result.at("uncertainty").at(name).get<double>(),
                                               result.at("physics_spread").at(name).get<double>())),
                  std::string::npos)
            << text.output;
    }
}

TEST(Energy, ComplexIsSplitByConnectivityAndSaysSo) {
    const CommandFolder folder;
    const CommandResult text = energy(folder, water_dimer, "");
    EXPECT_NE(text.output.find("Molecules found: 2"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("atoms 4-6"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("+0 (assumed)"), std::string::npos) << text.output;
}

TEST(Energy, FragmentsAsFoundGiveTheSameEnergy) {
    const CommandFolder folder;
    EXPECT_EQ(energy(folder, water_dimer, "--json").json().at("energy"),
              energy(folder, water_dimer, "--fragments 1-3,4-6 --json").json().at("energy"));
}

TEST(Energy, TwoFilesGiveTheEnergyOfTheComplex) {
    const CommandFolder folder;
    const std::string complex = water_dimer;
    const std::size_t second = complex.find("O  2.2");
    const std::size_t first = complex.find("O -0.7");
    const std::string a = folder.file("a.xyz", "3\n\n" + complex.substr(first, second - first));
    const std::string b = folder.file("b.xyz", "3\n\n" + complex.substr(second));
    EXPECT_EQ(run_keesom("energy " + a + " " + b + " --json").json().at("energy"),
              energy(folder, complex, "--json").json().at("energy"));
}

TEST(Energy, ChargesOfIonsCanBeGiven) {
    const CommandFolder folder;
    const Json result = energy(folder, ammonium_formate, "--charges 1,-1 --json").json();
    EXPECT_EQ(result.at("monomers").at(0).at("charge"), 1);
    EXPECT_EQ(result.at("monomers").at(1).at("charge"), -1);
    EXPECT_EQ(result.at("monomers").at(0).at("charge_origin"), "given");
    // Two unit charges 4 Å apart attract each other with 83 kcal/mol.
    EXPECT_NEAR(component(result, "total"), -90.0, 25.0);
}

TEST(Energy, IonsWithoutChargesAreNotGuessed) {
    const CommandFolder folder;
    expect_bad_input(energy(folder, ammonium_formate, ""), {"complex.xyz", "electrons"});
}

TEST(Energy, IonsWithoutChargesAreAskedFor) {
    const CommandFolder folder;
    expect_bad_input(energy(folder, ammonium_formate, ""), {"if it is an ion", "--charges 1,-1"});
    expect_bad_input(energy(folder, ammonium_formate, "--charges 0,0"), {"11 electrons"});
}

TEST(Energy, FragmentsKeepTheChargesThatTheFileStates) {
    const CommandFolder folder;
    std::string stated = ammonium_formate;
    stated.replace(stated.find("ammonium and formate"),
                   std::string("ammonium and formate").size(),
                   "natoms_list=5,4 charge_list=1,-1");
    const Json result = energy(folder, stated, "--fragments 1-5,6-9 --json").json();
    EXPECT_EQ(result.at("monomers").at(0).at("charge"), 1);
    EXPECT_EQ(result.at("monomers").at(1).at("charge"), -1);
    EXPECT_EQ(result.at("monomers").at(1).at("charge_origin"), "file");
    EXPECT_EQ(result.at("energy"), energy(folder, stated, "--json").json().at("energy"));
    expect_bad_input(energy(folder, stated, "--fragments 1-4,5-9"), {"--charges"});
}

TEST(Energy, AtomsUnlikeAnyInTrainingAreReported) {
    const CommandFolder folder;
    // Tetrahedrane beside water: nothing in the training set is like it.
    const std::string strange =
        "11\n\nC 0.52 0.52 0.52\nC -0.52 -0.52 0.52\nC -0.52 0.52 -0.52\nC 0.52 -0.52 -0.52\n"
        "H 1.138 1.138 1.138\nH -1.138 -1.138 1.138\nH -1.138 1.138 -1.138\n"
        "H 1.138 -1.138 -1.138\nO 0 0 4.5\nH 0.76 0 5.09\nH -0.76 0 5.09\n";
    const Json result = energy(folder, strange, "--json").json();
    ASSERT_EQ(result.at("warnings").size(), 1U) << result.dump(2);
    const std::string warning = result.at("warnings").at(0);
    EXPECT_NE(warning.find("molecule 1"), std::string::npos) << warning;
    EXPECT_NE(warning.find("C1"), std::string::npos) << warning;
}

TEST(Energy, IsotopesAreReported) {
    const CommandFolder folder;
    std::string heavy = water_dimer;
    heavy.replace(heavy.find("H -1.02"), 1, "D");
    const Json result = energy(folder, heavy, "--json").json();
    ASSERT_EQ(result.at("warnings").size(), 1U) << result.dump(2);
    const std::string warning = result.at("warnings").at(0);
    EXPECT_NE(warning.find("complex.xyz: atom 2 is deuterium, read as H"), std::string::npos)
        << warning;
    EXPECT_EQ(result.at("energy"), energy(folder, water_dimer, "--json").json().at("energy"));
}

TEST(Energy, OrdinaryMoleculesGiveNoWarnings) {
    const CommandFolder folder;
    EXPECT_EQ(energy(folder, water_dimer, "--json").json().at("warnings").size(), 0U);
}

TEST(Energy, ManyComplexesGiveARowEach) {
    const CommandFolder folder;
    std::string single = water_dimer;
    single.replace(2, 0, "name=first");
    const std::string radical =
        "5\nname=radical\nO 0 0 0\nH 0 0 0.97\nO 0 0 4\nH 0.76 0 4.59\nH -0.76 0 4.59\n";
    const std::string set = single + radical + water_dimer;
    const double total = component(energy(folder, water_dimer, "--json").json(), "total");

    const std::string csv = (folder.path() / "rows.csv").string();
    const CommandResult text = energy(folder, set, "--csv " + csv);
    ASSERT_EQ(text.status, 0) << text.errors;
    EXPECT_NE(text.output.find(fmt::format("{:>12.3f}", total)), std::string::npos) << text.output;
    EXPECT_NE(text.errors.find("1 of 3 complexes have no energy, the first: radical: "),
              std::string::npos)
        << text.errors;

    std::istringstream lines(energy(folder, set, "--json").output);
    std::vector<Json> rows;
    for (std::string line; std::getline(lines, line);) {
        rows.push_back(Json::parse(line));
    }
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].at("name"), "first");
    EXPECT_EQ(component(rows[0], "total"), total);
    EXPECT_FALSE(rows[1].contains("energy"));
    EXPECT_NE(rows[1].at("error").get<std::string>().find("9 electrons"), std::string::npos);
    // The properties of the first dimer, turned: the same up to rounding.
    EXPECT_NEAR(component(rows[2], "total"), total, 1e-9);

    std::ifstream stream(csv);
    std::string line;
    std::getline(stream, line);
    EXPECT_EQ(line,
              "name,total,electrostatics,exchange,induction,dispersion,closest_contact_angstrom,"
              "warnings,error");
    std::getline(stream, line);
    EXPECT_EQ(line.find(fmt::format("\"first\",{},", total)), 0U) << line;
}

TEST(Energy, FramesOfOneMoleculeEachAreOneComplex) {
    const CommandFolder folder;
    const std::string complex = water_dimer;
    const std::size_t second = complex.find("O  2.2");
    const std::size_t first = complex.find("O -0.7");
    const std::string frames =
        "3\n\n" + complex.substr(first, second - first) + "3\n\n" + complex.substr(second);
    EXPECT_EQ(energy(folder, frames, "--json").json().at("energy"),
              energy(folder, complex, "--json").json().at("energy"));
}

TEST(Energy, SetOfWhichNothingCanBeComputedIsAnError) {
    const CommandFolder folder;
    const std::string radical =
        "5\n\nO 0 0 0\nH 0 0 0.97\nO 0 0 4\nH 0.76 0 4.59\nH -0.76 0 4.59\n";
    expect_bad_input(energy(folder, radical + radical, ""), {"none of 2", "9 electrons"});
}

TEST(Energy, ReadsStandardInput) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    const CommandResult piped = run_keesom("energy - --format xyz --json <" + dimer);
    ASSERT_EQ(piped.status, 0) << piped.errors;
    EXPECT_EQ(piped.json().at("energy"), run_keesom("energy --json " + dimer).json().at("energy"));
    expect_bad_input(run_keesom("energy - <" + dimer), {"standard input", "--format"});
    expect_bad_input(run_keesom("energy - - --format xyz <" + dimer), {"standard input", "once"});
}

TEST(Energy, PrintsTheUnitAskedFor) {
    const CommandFolder folder;
    const Json kilocalories = energy(folder, water_dimer, "--json").json();
    for (const auto& [unit, factor] :
         std::map<std::string, double>{{"kJ/mol", 4.184},
                                       {"hartree", 1.0 / 627.509474063},
                                       {"eV", 27.211386245988 / 627.509474063}}) {
        const Json other = energy(folder, water_dimer, "--json --unit " + unit).json();
        EXPECT_EQ(other.at("unit"), unit);
        EXPECT_NEAR(component(other, "total"), factor * component(kilocalories, "total"), 1e-9);
    }
}

TEST(Energy, NamesTheClosestContactAndWarnsOfClashes) {
    const CommandFolder folder;
    const Json result = energy(folder, water_dimer, "--json").json();
    const Json& contact = result.at("closest_contact");
    EXPECT_NEAR(contact.at("distance_angstrom").get<double>(), 1.9634, 1e-3);
    EXPECT_EQ(contact.at("atoms").at(0).at("atom"), 3);
    EXPECT_EQ(contact.at("atoms").at(1).at("element"), "O");
    EXPECT_TRUE(result.at("warnings").empty());

    const std::string clash =
        "6\nnatoms_a=3\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\nO 0 0 -1.2\nH 0.76 0 -1.79\n"
        "H -0.76 0 -1.79\n";
    const CommandResult warned = energy(folder, clash, "");
    EXPECT_EQ(warned.status, 0) << warned.errors;
    EXPECT_NE(warned.errors.find("closer than any in the fit"), std::string::npos) << warned.errors;
    const CommandResult set =
        run_keesom("benchmark " + folder.file("set.xyz", "6\ne_ref=1 " + clash.substr(2)));
    EXPECT_NE(set.errors.find("closer than any in the fit"), std::string::npos) << set.errors;
}

TEST(Energy, ShowsWhatPairsDoNotExplain) {
    const CommandFolder folder;
    std::string trimer = water_dimer;
    trimer.replace(0, 1, "9");
    trimer += "O 0.6 2.9 0.3\nH 0.1 2.05 0.25\nH 1.5 2.65 0.2\n";
    const Json result = energy(folder, trimer, "--json").json();
    const Json& non_additive = result.at("non_additive");
    EXPECT_NEAR(non_additive.at("electrostatics").get<double>(), 0.0, 1e-9);
    EXPECT_GT(std::abs(non_additive.at("induction").get<double>()), 1e-3);
    EXPECT_FALSE(energy(folder, water_dimer, "--json").json().contains("non_additive"));
    EXPECT_NE(energy(folder, trimer, "").output.find("not the sum of pairs"), std::string::npos);
}

TEST(Energy, HundredThousandAtomsAreRefusedAtOnce) {
    const CommandFolder folder;
    std::string waters = "100000\n\n";
    for (int i = 0; i < 25'000; ++i) {
        const double x = 3.5 * (i % 50);
        const double y = 3.5 * (i / 50 % 50);
        const double z = 3.5 * (i / 2500);
        waters += fmt::format("N {0} {1} {2}\nH {3} {1} {4}\nH {5} {6} {4}\nH {5} {7} {4}\n",
                              x,
                              y,
                              z,
                              x + 0.94,
                              z + 0.38,
                              x - 0.47,
                              y + 0.81,
                              y - 0.81);
    }
    expect_bad_input(energy(folder, waters, ""), {"100000 atoms", "2500"});
}

TEST(Energy, DoesNotDependOnTheNumberOfThreads) {
    const CommandFolder folder;
    const std::string arguments = "energy " + folder.file("dimer.xyz", water_dimer) + " --json";
    EXPECT_EQ(run_keesom(arguments, "OMP_NUM_THREADS=1").output,
              run_keesom(arguments, "OMP_NUM_THREADS=2").output);
}

TEST(Energy, FarApartNothingIsLeft) {
    const CommandFolder folder;
    const std::string a = folder.file("a.xyz", "3\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\n");
    const std::string b =
        folder.file("b.xyz", "3\n\nO 0 0 1000\nH 0.76 0 1000.59\nH -0.76 0 1000.59\n");
    EXPECT_NEAR(
        component(run_keesom("energy " + a + " " + b + " --json").json(), "total"), 0.0, 1e-6);
}

#ifdef KEESOM_HAS_OPENBABEL
TEST(Energy, ReadsFilesOfDifferentFormats) {
    const CommandResult result =
        run_keesom("energy " + examples + "/caffeine.sdf " + examples + "/water.xyz --json");
    ASSERT_EQ(result.status, 0) << result.errors;
    const Json json = result.json();
    EXPECT_EQ(json.at("monomers").at(0).at("formula"), "C8H10N4O2");
    EXPECT_EQ(json.at("monomers").at(0).at("charge_origin"), "file");
    EXPECT_EQ(json.at("monomers").at(1).at("formula"), "H2O");
    EXPECT_EQ(json.at("monomers").at(1).at("charge_origin"), "assumed");
    EXPECT_LT(component(json, "total"), -2.0);
    EXPECT_GT(component(json, "total"), -12.0);
}

TEST(Energy, IonsOfOneRecordHaveTheChargesOfTheirAtoms) {
    const std::string salt =
        "energy " + std::string(KEESOM_CORE_TEST_FILES) + "/ethylenediammonium_oxalate";
    for (const char* rest : {".sdf",
                             ".mol2",
                             "_partial.mol2",
                             ".pdb",
                             ".sdf --fragments 1-14,15-20",
                             "_partial.mol2 --fragments 1-14,15-20"}) {
        const CommandResult result = run_keesom(salt + rest + " --json");
        ASSERT_EQ(result.status, 0) << rest << result.errors;
        const Json json = result.json();
        EXPECT_EQ(json.at("monomers").at(0).at("charge"), 2) << rest;
        EXPECT_EQ(json.at("monomers").at(1).at("charge"), -2) << rest;
        EXPECT_EQ(json.at("monomers").at(0).at("charge_origin"), "file") << rest;
        EXPECT_EQ(json.at("monomers").at(1).at("charge_origin"), "file") << rest;
        EXPECT_LT(component(json, "total"), -200.0) << rest;
    }
    expect_bad_input(run_keesom(salt + "_partial.mol2 --fragments 1-13,14-20"),
                     {"atoms 1-13", "1.663", "--charges"});
    EXPECT_EQ(
        run_keesom(salt + ".sdf --charges 0,0 --json").json().at("monomers").at(0).at("charge"), 0);
}
#endif

}  // namespace keesom::testing
