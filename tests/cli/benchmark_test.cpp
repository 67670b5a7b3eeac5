// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/property_set.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace keesom::testing {

namespace {

using Json = nlohmann::json;

Json only_set(const CommandResult& result) {
    EXPECT_EQ(result.status, 0) << result.errors;
    const Json json = result.json();
    EXPECT_EQ(json.at("sets").size(), 1U);
    return json.at("sets").at(0);
}

std::string with_comment(const std::string& comment) {
    std::string text = water_dimer;
    return text.replace(2, 0, comment);
}

}  // namespace

TEST(Benchmark, S22StaysBelowTheErrorStatedForIt) {
    const Json s22 = only_set(run_keesom("benchmark s22 --json"));
    EXPECT_EQ(s22.at("evaluated"), 22);
    EXPECT_TRUE(s22.at("skipped").empty());
    EXPECT_LT(s22.at("total").at("mae").get<double>(), 1.5);
}

TEST(Benchmark, StatisticsFollowFromTheDimers) {
    const Json s22 = only_set(run_keesom("benchmark s22 --json"));
    double absolute = 0.0;
    double squared = 0.0;
    double sum = 0.0;
    double largest = 0.0;
    std::string worst;
    for (const Json& dimer : s22.at("dimers")) {
        const double error = dimer.at("total").get<double>() - dimer.at("reference").get<double>();
        absolute += std::abs(error);
        squared += error * error;
        sum += error;
        if (std::abs(error) > largest) {
            largest = std::abs(error);
            worst = dimer.at("name");
        }
        EXPECT_NEAR(dimer.at("electrostatics").get<double>() + dimer.at("exchange").get<double>() +
                        dimer.at("induction").get<double>() + dimer.at("dispersion").get<double>(),
                    dimer.at("total").get<double>(),
                    1e-9);
    }
    const Json& total = s22.at("total");
    EXPECT_EQ(total.at("n"), 22);
    EXPECT_NEAR(total.at("mae").get<double>(), absolute / 22, 1e-9);
    EXPECT_NEAR(total.at("rmse").get<double>(), std::sqrt(squared / 22), 1e-9);
    EXPECT_NEAR(total.at("mean_error").get<double>(), sum / 22, 1e-9);
    EXPECT_NEAR(total.at("max_abs_error").get<double>(), largest, 1e-9);
    EXPECT_EQ(total.at("worst"), worst);
}

TEST(Benchmark, ReportsComponentsWhereTheFileHasReferences) {
    const Json s22 = only_set(run_keesom("benchmark s22 --json"));
    for (const char* name : {"electrostatics", "exchange", "induction", "dispersion"}) {
        const Json& statistics = s22.at("components").at(name);
        EXPECT_EQ(statistics.at("n"), 22) << name;
        EXPECT_GT(statistics.at("mae").get<double>(), 0.0) << name;
        EXPECT_FALSE(statistics.at("worst").get<std::string>().empty()) << name;
    }
    const CommandFolder folder;
    const std::string bare = folder.file("bare.xyz", with_comment("natoms_a=3 e_ref=-4.99"));
    EXPECT_FALSE(only_set(run_keesom("benchmark " + bare + " --json")).contains("components"));
}

TEST(Benchmark, TakesTheReferenceAskedFor) {
    const CommandFolder folder;
    const std::string file =
        folder.file("set.xyz", with_comment("natoms_a=3 e_ref=-4.0 e_best=-5.0"));
    const Json standard = only_set(run_keesom("benchmark " + file + " --json"));
    const Json best = only_set(run_keesom("benchmark " + file + " --reference e_best --json"));
    EXPECT_NEAR(standard.at("dimers").at(0).at("reference").get<double>(), -4.0, 1e-9);
    EXPECT_NEAR(best.at("dimers").at(0).at("reference").get<double>(), -5.0, 1e-9);
    EXPECT_NEAR(best.at("total").at("mean_error").get<double>() -
                    standard.at("total").at("mean_error").get<double>(),
                1.0,
                1e-9);
}

TEST(Benchmark, TakesSetsThatHaveComponentsOnly) {
    const CommandFolder folder;
    const std::string file = folder.file(
        "set.xyz", with_comment("name=water natoms_a=3 elst=-8 exch=7 ind=-2.5 disp=-2"));
    const Json set = only_set(run_keesom("benchmark " + file + " --json"));
    EXPECT_EQ(set.at("evaluated"), 1);
    EXPECT_FALSE(set.contains("total"));
    EXPECT_EQ(set.at("components").at("exchange").at("n"), 1);
    EXPECT_TRUE(set.at("dimers").at(0).at("reference").is_null());
    const CommandResult text = run_keesom("benchmark " + file);
    EXPECT_NE(text.output.find("exchange"), std::string::npos) << text.output;
}

TEST(Benchmark, ReferenceThatIsNoNumberIsAnError) {
    const CommandFolder folder;
    const std::string file =
        folder.file("set.xyz", water_dimer + with_comment("natoms_a=3 e_ref=-4.9x"));
    expect_bad_input(run_keesom("benchmark " + file), {"set.xyz:9", "e_ref", "-4.9x"});
}

TEST(Benchmark, GroupsWhatItSkipsByReason) {
    const CommandFolder folder;
    std::string text = with_comment("name=water natoms_a=3 e_ref=-4.99");
    for (int i = 0; i < 40; ++i) {
        text += fmt::format(
            "2\nname=argon{0} natoms_a=1 e_ref=-0.3\nAr 0 0 0\nAr 0 0 3.8\n"
            "5\nname=radical{0} natoms_a=2 e_ref=-1\nO 0 0 0\nH 0 0 0.97\n"
            "O 0 0 4\nH 0.76 0 4.59\nH -0.76 0 4.59\n",
            i);
    }
    const std::string file = folder.file("set.xyz", text);
    const CommandResult grouped = run_keesom("benchmark " + file);
    EXPECT_NE(grouped.output.find("skipped 40, the first argon0"), std::string::npos)
        << grouped.output;
    EXPECT_NE(grouped.output.find("skipped 40, the first radical0"), std::string::npos)
        << grouped.output;
    EXPECT_LT(std::count(grouped.output.begin(), grouped.output.end(), '\n'), 16);
    const CommandResult all = run_keesom("benchmark --verbose " + file);
    EXPECT_NE(all.output.find("skipped radical39: "), std::string::npos) << all.output;
}

TEST(Benchmark, PrintsTheUnitAskedFor) {
    const Json kilocalories = only_set(run_keesom("benchmark s22 --json"));
    const CommandResult result = run_keesom("benchmark s22 --json --unit kJ/mol");
    EXPECT_EQ(result.json().at("unit"), "kJ/mol");
    const Json kilojoules = only_set(result);
    EXPECT_NEAR(kilojoules.at("total").at("mae").get<double>(),
                4.184 * kilocalories.at("total").at("mae").get<double>(),
                1e-9);
    expect_bad_input(run_keesom("benchmark s22 --unit calorie"), {"--unit", "calorie"});
}

TEST(Benchmark, GivenPropertiesThatAreThePredictedOnesChangeNothing) {
    const CommandFolder folder;
    const std::string set = folder.file("set.xyz", with_comment("name=w natoms_a=3 e_ref=-4.99"));
    const std::string given = folder.file(
        "given.xyz",
        run_keesom("properties " + folder.file("dimer.xyz", water_dimer) + " --xyz").output);
    const Json plain = only_set(run_keesom("benchmark " + set + " --json"));
    EXPECT_FALSE(plain.contains("given_minus_predicted"));
    const CommandResult command = run_keesom("benchmark " + set + " --json --properties " + given);
    EXPECT_EQ(command.json().at("properties"), "given.xyz");
    const Json result = only_set(command);
    EXPECT_LT(result.at("given_geometries_within_angstrom").get<double>(), 1e-6);
    for (const char* name : {"electrostatics_and_exchange", "total"}) {
        const Json& difference = result.at("given_minus_predicted").at(name);
        EXPECT_EQ(difference.at("n"), 1) << name;
        EXPECT_LT(difference.at("mae").get<double>(), 1e-6) << name;
    }
    EXPECT_NEAR(result.at("total").at("mae").get<double>(),
                plain.at("total").at("mae").get<double>(),
                1e-6);
    EXPECT_EQ(result.at("dimers").at(0).at("predicted").at("total"),
              plain.at("dimers").at(0).at("total"));
}

TEST(Benchmark, GivenPropertiesReplaceThePredictedOnes) {
    const CommandFolder folder;
    const std::string comment = "name=w natoms_a=3 e_ref=-4.99";
    const std::string set = folder.file("set.xyz", with_comment(comment));
    // Of the dimer, wider atoms than predicted: they penetrate and repel each other more.
    std::ostringstream wider;
    const std::string predicted =
        run_keesom("properties " + folder.file("dimer.xyz", water_dimer) + " --xyz").output;
    for (PropertyRecord& record : read_property_set(folder.file("predicted.xyz", predicted))) {
        record.properties.valence_widths *= 1.03;
        write_extended_xyz(wider, property_frame(record.molecule, record.properties));
    }
    const std::string given = folder.file("given.xyz", wider.str());
    const Json result = only_set(run_keesom("benchmark " + set + " --json --properties " + given));
    const Json& dimer = result.at("dimers").at(0);
    const auto first_order = [](const Json& energy) {
        return energy.at("electrostatics").get<double>() + energy.at("exchange").get<double>();
    };
    const Json& difference = result.at("given_minus_predicted").at("electrostatics_and_exchange");
    EXPECT_GT(difference.at("mae").get<double>(), 0.05);
    EXPECT_NEAR(difference.at("mean_error").get<double>(),
                first_order(dimer) - first_order(dimer.at("predicted")),
                1e-9);
    EXPECT_NEAR(result.at("total").at("mean_error").get<double>(),
                dimer.at("total").get<double>() - dimer.at("reference").get<double>(),
                1e-9);
    const CommandResult text = run_keesom("benchmark " + set + " --properties " + given);
    EXPECT_NE(text.output.find("given properties minus"), std::string::npos) << text.output;
}

TEST(Benchmark, LeavesOutSystemsWithoutGivenProperties) {
    const CommandFolder folder;
    const std::string hydrogen = "2\n\nH 0 0 0\nH 0 0 0.74\n";
    const std::string hydrogen_dimer =
        "4\nname=hydrogen natoms_a=2 e_ref=-0.1\nH 0 0 0\nH 0 0 0.74\nH 3 0 0\nH 3 0 0.74\n";
    const std::string water = with_comment("name=water natoms_a=3 e_ref=-4.99");
    const std::string given = folder.file(
        "given.xyz",
        run_keesom("properties " + folder.file("hydrogen.xyz", hydrogen) + " --xyz").output);
    const std::string options = " --properties " + given;
    const std::string both = folder.file("both.xyz", water + hydrogen_dimer);
    const Json set = only_set(run_keesom("benchmark " + both + options + " --json"));
    EXPECT_EQ(set.at("evaluated"), 1);
    EXPECT_EQ(set.at("skipped").at(0).at("name"), "water");
    EXPECT_EQ(set.at("given_minus_predicted").at("total").at("n"), 1);
    const CommandResult text = run_keesom("benchmark " + both + options);
    EXPECT_NE(text.output.find("1 evaluated with given properties, 1 skipped"), std::string::npos)
        << text.output;
    EXPECT_NE(text.output.find("skipped water: no properties given for (H2O)"), std::string::npos)
        << text.output;
    const CommandResult none = run_keesom("benchmark " + folder.file("w.xyz", water) + options);
    EXPECT_EQ(none.status, 2);
    EXPECT_NE(none.errors.find("no properties given for (H2O)"), std::string::npos) << none.errors;
}

TEST(Benchmark, RefusesWhatIsNoPropertySet) {
    const CommandFolder folder;
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    expect_bad_input(run_keesom("benchmark s22 --properties " + dimer), {"dimer.xyz:1", "charge"});
    expect_bad_input(run_keesom("benchmark s22 --properties nowhere.xyz"), {"nowhere.xyz"});
}

TEST(Benchmark, SkipsWhatItCannotComputeAndNamesIt) {
    const CommandFolder folder;
    const std::string argon = "2\nname=argon natoms_a=1 e_ref=-0.3\nAr 0 0 0\nAr 0 0 3.8\n";
    const std::string unknown = "2\nname=unreferenced natoms_a=1\nHe 0 0 0\nHe 0 0 3\n";
    const std::string file =
        folder.file("set.xyz", with_comment("name=water natoms_a=3 e_ref=-4.99") + argon + unknown);
    const Json set = only_set(run_keesom("benchmark " + file + " --json"));
    EXPECT_EQ(set.at("evaluated"), 1);
    ASSERT_EQ(set.at("skipped").size(), 2U);
    EXPECT_EQ(set.at("skipped").at(0).at("name"), "argon");
    EXPECT_NE(set.at("skipped").at(0).at("reason").get<std::string>().find("Ar"),
              std::string::npos);
    EXPECT_EQ(set.at("skipped").at(1).at("name"), "unreferenced");
    const CommandResult text = run_keesom("benchmark " + file);
    EXPECT_NE(text.output.find("2 skipped"), std::string::npos) << text.output;
    EXPECT_NE(text.output.find("argon"), std::string::npos) << text.output;
}

TEST(Benchmark, SetOfWhichNothingCanBeComputedIsAnError) {
    const CommandFolder folder;
    const std::string file =
        folder.file("argon.xyz", "2\nname=argon natoms_a=1 e_ref=-0.3\nAr 0 0 0\nAr 0 0 3.8\n");
    const CommandResult result = run_keesom("benchmark " + file);
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.errors.find("argon.xyz"), std::string::npos) << result.errors;
}

TEST(Benchmark, ThreeBodyReferencesAreComparedWithTheNonAdditivePart) {
    const CommandFolder folder;
    std::string trimer = water_dimer;
    trimer.replace(0, 1, "9");
    trimer += "O 0.6 2.9 0.3\nH 0.1 2.05 0.25\nH 1.5 2.65 0.2\n";
    const auto evaluated = [&](const std::string& keys) {
        std::string text = trimer;
        text.replace(2, 0, "natoms_list=\"3,3,3\" charge_list=\"0,0,0\" e_ref=-1 " + keys);
        return only_set(run_keesom("benchmark " + folder.file("trimer.xyz", text) + " --json"))
            .at("dimers")
            .at(0);
    };
    const auto pair = [&](const std::string& fragments) {
        const std::string file = folder.file("trimer-all.xyz", trimer);
        std::string text = "6\n\n";
        std::istringstream lines(trimer);
        std::string line;
        for (int number = -2; std::getline(lines, line); ++number) {
            if (number >= 0 && fragments.find(std::to_string(number / 3)) != std::string::npos) {
                text += line + "\n";
            }
        }
        return run_keesom("energy " + folder.file("pair.xyz", text) + " --json")
            .json()
            .at("energy")
            .at("total")
            .get<double>();
    };
    const double whole = evaluated("").at("total").get<double>();
    const Json three_body = evaluated("e_type=three_body");
    EXPECT_NEAR(
        three_body.at("total").get<double>(), whole - pair("01") - pair("02") - pair("12"), 1e-8);
    EXPECT_GT(std::abs(three_body.at("total").get<double>()), 1e-3);
    // Electrostatics and exchange are sums over pairs.
    EXPECT_NEAR(three_body.at("electrostatics").get<double>(), 0.0, 1e-9);
    EXPECT_NEAR(three_body.at("exchange").get<double>(), 0.0, 1e-9);
}

TEST(Benchmark, CsvHasTheNumbersOfTheJson) {
    const CommandFolder folder;
    const std::string csv = (folder.path() / "out.csv").string();
    const Json s22 = only_set(run_keesom("benchmark s22 --json --csv " + csv));
    std::ifstream stream(csv);
    std::string line;
    std::getline(stream, line);
    EXPECT_EQ(line,
              "set,name,reference,total,electrostatics,exchange,induction,dispersion,skipped");
    for (const Json& dimer : s22.at("dimers")) {
        ASSERT_TRUE(std::getline(stream, line));
        std::istringstream fields(line);
        std::string field;
        std::getline(fields, field, ',');
        EXPECT_EQ(field, "\"s22\"");
        std::getline(fields, field, ',');
        EXPECT_EQ(field, dimer.at("name").dump());
        for (const char* name :
             {"reference", "total", "electrostatics", "exchange", "induction", "dispersion"}) {
            std::getline(fields, field, ',');
            EXPECT_DOUBLE_EQ(std::stod(field), dimer.at(name).get<double>()) << name;
        }
    }
}

TEST(Benchmark, DoesNotDependOnTheNumberOfThreads) {
    EXPECT_EQ(run_keesom("benchmark s22 --json", "OMP_NUM_THREADS=1").output,
              run_keesom("benchmark s22 --json", "OMP_NUM_THREADS=2").output);
}

}  // namespace keesom::testing
