// SPDX-License-Identifier: BSD-3-Clause
//
// Every kind of bad input gets one line that names file, place and reason, and exit status 2.
#include "run_command.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace keesom::testing {

namespace {

class BadInput : public ::testing::Test {
protected:
    CommandFolder folder;
    std::string water = folder.file("water.xyz", "3\n\nO 0 0 3\nH 0.76 0 3.59\nH -0.76 0 3.59\n");

    CommandResult energy_of(const std::string& name, const std::string& content) {
        return run_keesom("energy " + folder.file(name, content) + " " + water);
    }

    /// A copy of the shipped model that a test may damage.
    std::filesystem::path copied_model() {
        const std::filesystem::path copy = folder.path() / "model";
        std::filesystem::copy(std::filesystem::path(shipped_data) / "models" / "organic", copy);
        return copy;
    }

    CommandResult energy_with_model(const std::filesystem::path& model) {
        return run_keesom("energy " + folder.file("dimer.xyz", water_dimer) + " --model " +
                          model.string());
    }

    /// The shipped parameters after a replacement of text.
    std::string changed_parameters(const std::string& from, const std::string& to) {
        std::ifstream stream(std::filesystem::path(shipped_data) / "models" / "organic" /
                             "parameters.json");
        std::string text{std::istreambuf_iterator<char>(stream), {}};
        const std::size_t place = text.find(from);
        EXPECT_NE(place, std::string::npos);
        text.replace(place, from.size(), to);
        return folder.file("parameters.json", text);
    }

    CommandResult energy_with_parameters(const std::string& parameters) {
        return run_keesom("energy " + folder.file("dimer.xyz", water_dimer) + " --parameters " +
                          parameters);
    }
};

}  // namespace

TEST_F(BadInput, MissingFileIsNamed) {
    expect_bad_input(run_keesom("energy nowhere.xyz " + water), {"nowhere.xyz"});
    expect_bad_input(run_keesom("energy nowhere.sdf " + water), {"nowhere.sdf"});
}

TEST_F(BadInput, FolderInPlaceOfFileIsNamed) {
    expect_bad_input(run_keesom("energy " + folder.path().string() + " " + water),
                     {folder.path().string()});
}

TEST_F(BadInput, EmptyFileIsNamed) {
    expect_bad_input(energy_of("empty.xyz", ""), {"empty.xyz", "empty"});
    expect_bad_input(energy_of("empty.sdf", ""), {"empty.sdf"});
}

TEST_F(BadInput, TruncatedFileIsNamedWithItsLine) {
    expect_bad_input(energy_of("short.xyz", "3\n\nO 0 0 0\nH 0.76 0 0.59\n"), {"short.xyz:"});
}

TEST_F(BadInput, TextThatIsNoNumberIsNamedWithItsLine) {
    expect_bad_input(energy_of("text.xyz", "1\n\nHe zero 0 0\n"), {"text.xyz:3", "zero"});
}

TEST_F(BadInput, UnknownElementIsNamedWithItsLine) {
    expect_bad_input(energy_of("x.xyz", "1\n\nQq 0 0 0\n"), {"x.xyz:3", "Qq"});
}

TEST_F(BadInput, ElementWithoutModelIsNamed) {
    expect_bad_input(energy_of("silane.xyz",
                               "5\n\nSi 0 0 0\nH 0.85 0.85 0.85\nH -0.85 -0.85 0.85\n"
                               "H -0.85 0.85 -0.85\nH 0.85 -0.85 -0.85\n"),
                     {"silane.xyz", "Si"});
}

TEST_F(BadInput, EnergyWithoutMeaningIsNamedWithItsFiles) {
    const CommandResult result =
        energy_with_parameters(changed_parameters("\"value\": 0.39", "\"value\": 1000"));
    expect_bad_input(result, {"dimer.xyz: ", "polarization"});
}

TEST_F(BadInput, NanCoordinateIsNamedWithItsLine) {
    expect_bad_input(energy_of("nan.xyz", "3\n\nO 0 0 0\nH 0.76 nan 0.59\nH -0.76 0 0.59\n"),
                     {"nan.xyz:4"});
}

TEST_F(BadInput, CoincidingAtomsOfOneMoleculeAreNamed) {
    expect_bad_input(
        energy_of("twice.xyz", "4\n\nO 0 0 0\nH 0.76 0 0.59\nH -0.76 0 0.59\nO 0 0 0.01\n"),
        {"twice.xyz", "coincide", "atom 1 (O)", "atom 4 (O)"});
}

TEST_F(BadInput, CoincidingAtomsOfTwoMoleculesAreNamed) {
    expect_bad_input(energy_of("same.xyz", "3\n\nO 0 0 3\nH 0.76 0 3.59\nH -0.76 0 3.59\n"),
                     {"same.xyz", "water.xyz", "coincide"});
}

TEST_F(BadInput, OneMoleculeWhereTwoAreNeededIsNamed) {
    expect_bad_input(run_keesom("energy " + water), {"water.xyz", "one molecule"});
}

TEST_F(BadInput, OddNumberOfElectronsIsNamed) {
    expect_bad_input(energy_of("radical.xyz", "2\n\nO 0 0 0\nH 0 0 0.97\n"),
                     {"radical.xyz", "9 electrons"});
    expect_bad_input(
        run_keesom("energy " + folder.file("dimer.xyz", water_dimer) + " --charges 1,0"),
        {"dimer.xyz", "charge 1"});
}

TEST_F(BadInput, NumberOfChargesMustFit) {
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    expect_bad_input(run_keesom("energy " + dimer + " --charges 0"), {"--charges", "2 molecules"});
    expect_bad_input(run_keesom("energy " + dimer + " --charges 0,x"), {"x"});
}

TEST_F(BadInput, FragmentsMustHoldEachAtomOnce) {
    const std::string dimer = folder.file("dimer.xyz", water_dimer);
    expect_bad_input(run_keesom("energy " + dimer + " --fragments 1-3,4-5"), {"6"});
    expect_bad_input(run_keesom("energy " + dimer + " --fragments 1-3,3-6"), {"3"});
    expect_bad_input(run_keesom("energy " + dimer + " --fragments 1-3,4-7"), {"7"});
    expect_bad_input(run_keesom("energy " + dimer + " --fragments 1-3,bad"), {"bad"});
}

TEST_F(BadInput, ChargeOfSeveralMoleculesTogetherIsNotDivided) {
    const std::string carbonate_and_water =
        "C 0 0 0\nO 1.3 0 0\nO -0.65 1.126 0\nO -0.65 -1.126 0\n"
        "O 0 0 3.2\nH 0.76 0 3.79\nH -0.76 0 3.79\n";
    const std::string together = folder.file("ion.xyz", "7\ncharge=-2\n" + carbonate_and_water);
    expect_bad_input(run_keesom("energy " + together), {"ion.xyz", "charge -2", "--charges"});
    expect_bad_input(run_keesom("energy " + together + " --fragments 1-4,5-7"),
                     {"ion.xyz", "charge -2", "--charges"});
    const std::string divided =
        folder.file("sizes.xyz", "7\ncharge=-2 natoms_a=4\n" + carbonate_and_water);
    expect_bad_input(run_keesom("energy " + divided), {"sizes.xyz", "charge -2", "--charges"});
    EXPECT_EQ(run_keesom("energy " + divided + " --charges=-2,0").status, 0);
}

TEST_F(BadInput, FileThatCannotBeWrittenIsNamedBeforeTheWork) {
    expect_bad_input(run_keesom("benchmark s22 --csv /nowhere/out.csv"), {"/nowhere/out.csv"});
}

TEST_F(BadInput, ParameterFolderIsNamed) {
    expect_bad_input(energy_with_parameters(folder.path().string()), {folder.path().string()});
}

TEST_F(BadInput, MissingModelIsNamed) {
    expect_bad_input(energy_with_model(folder.path() / "none"), {"none"});
}

TEST_F(BadInput, DamagedModelManifestIsNamed) {
    const std::filesystem::path model = copied_model();
    std::ofstream(model / "manifest.json") << "{ \"schema\": ";
    expect_bad_input(energy_with_model(model), {"manifest.json"});
}

TEST_F(BadInput, ChangedModelArrayIsNamed) {
    const std::filesystem::path model = copied_model();
    for (const auto& entry : std::filesystem::directory_iterator(model)) {
        if (entry.path().extension() == ".npy") {
            std::fstream stream(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
            stream.seekp(-1, std::ios::end);
            stream.put('\x42');
            stream.close();
            expect_bad_input(energy_with_model(model), {entry.path().filename().string()});
            return;
        }
    }
    FAIL() << "the model has no arrays";
}

TEST_F(BadInput, MissingModelArrayIsNamed) {
    const std::filesystem::path model = copied_model();
    for (const auto& entry : std::filesystem::directory_iterator(model)) {
        if (entry.path().extension() == ".npy") {
            const std::string name = entry.path().filename().string();
            std::filesystem::remove(entry.path());
            expect_bad_input(energy_with_model(model), {name});
            return;
        }
    }
    FAIL() << "the model has no arrays";
}

TEST_F(BadInput, ModelOfAnotherVersionIsNamed) {
    const std::filesystem::path model = copied_model();
    std::ifstream stream(model / "manifest.json");
    nlohmann::json manifest = nlohmann::json::parse(stream);
    manifest["version"] = 9999;
    std::ofstream(model / "manifest.json") << manifest;
    expect_bad_input(energy_with_model(model), {"manifest.json", "9999"});
}

TEST_F(BadInput, MissingParameterFileIsNamed) {
    expect_bad_input(energy_with_parameters("none.json"), {"none.json"});
}

TEST_F(BadInput, UnknownKeyInParametersIsNamed) {
    expect_bad_input(energy_with_parameters(changed_parameters("\"thole_a\"", "\"thole_b\"")),
                     {"parameters.json", "thole_b"});
}

TEST_F(BadInput, ParametersThatAreNoNumbersAreNamed) {
    expect_bad_input(
        energy_with_parameters(changed_parameters("\"value\": 0.39", "\"value\": \"0.39\"")),
        {"parameters.json", "thole_a"});
}

TEST_F(BadInput, KeyThatStandsTwiceInParametersIsNamed) {
    expect_bad_input(energy_with_parameters(
                         changed_parameters("\"thole_a\": {", "\"thole_a\": {}, \"thole_a\": {")),
                     {"parameters.json", "thole_a", "twice"});
}

TEST_F(BadInput, FractionInPlaceOfAnIntegerInAModelIsNamed) {
    const std::filesystem::path model = copied_model();
    std::ifstream stream(model / "manifest.json");
    nlohmann::json manifest = nlohmann::json::parse(stream);
    manifest["descriptor"]["max_angular"] = 5.5;
    std::ofstream(model / "manifest.json") << manifest;
    expect_bad_input(energy_with_model(model), {"manifest.json", "max_angular", "5.5"});
}

TEST_F(BadInput, DamagedParameterFileIsNamed) {
    expect_bad_input(energy_with_parameters(folder.file("bad.json", "{")), {"bad.json"});
}

TEST_F(BadInput, ParametersOfAnotherVersionAreNamed) {
    expect_bad_input(energy_with_parameters(changed_parameters("\"version\": 3", "\"version\": 7")),
                     {"parameters.json", "7"});
}

TEST_F(BadInput, EmptyBenchmarkSetIsNamed) {
    expect_bad_input(run_keesom("benchmark " + folder.file("none.xyz", "\n")), {"none.xyz"});
}

TEST_F(BadInput, UnknownBenchmarkSetIsNamed) {
    expect_bad_input(run_keesom("benchmark s23"), {"s23", "s22"});
}

TEST_F(BadInput, DamagedGzipIsNamed) {
    expect_bad_input(run_keesom("benchmark " + folder.file("bad.xyz.gz", "\x1f\x8b\x08 nonsense")),
                     {"bad.xyz.gz"});
}

TEST_F(BadInput, MistypedVerbIsNamedWithTheNearest) {
    expect_bad_input(run_keesom("enrgy " + water), {"'enrgy'", "'energy'"});
    expect_bad_input(run_keesom("frobnicate " + water), {"'frobnicate'", "--help"});
}

TEST_F(BadInput, UnknownOptionIsOneLine) {
    expect_bad_input(run_keesom("energy --frobnicate " + water), {"--frobnicate"});
    expect_bad_input(run_keesom(""), {"subcommand"});
}

}  // namespace keesom::testing
