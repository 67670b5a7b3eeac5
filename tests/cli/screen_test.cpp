// SPDX-License-Identifier: BSD-3-Clause
#include "run_command.hpp"

#include <keesom/core/io/output.hpp>
#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <utility>
#include <vector>

namespace keesom::testing {

using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

constexpr const char* host_water = "3\n\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\n";

/// Frames of a water that turns about the host, each a bit farther away.
std::string water_poses(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        const double angle = 0.1 * i;
        const double distance = 3.0 + 0.01 * i;
        const double x = distance * std::cos(angle);
        const double y = distance * std::sin(angle);
        text += fmt::format("3\nname=pose{}\nO {} {} 0.5\nH {} {} 1.46\nH {} {} 0.26\n",
                            i,
                            x,
                            y,
                            x,
                            y,
                            x,
                            y + 0.93);
    }
    return text;
}

std::vector<std::string> table_lines(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::vector<std::string>> table_of(const std::string& path) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& line : table_lines(read_text_file(path))) {
        std::istringstream cells(line);
        std::vector<std::string>& row = rows.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) {
            row.push_back(cell);
        }
    }
    return rows;
}

}  // namespace

TEST(Screen, GivesEachPoseTheEnergyThatItHas) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string poses = folder.file("poses.xyz", water_poses(5));
    const std::string table = (folder.path() / "table.csv").string();
    const CommandResult result = run_keesom("screen " + host + " " + poses + " --out " + table);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("5 poses, 0 without an energy"));
    const auto rows = table_of(table);
    ASSERT_EQ(rows.size(), 6U);
    EXPECT_EQ(rows[0][0], "file");
    EXPECT_EQ(rows[0][3], "host");
    EXPECT_EQ(rows[0][5], "total");
    std::istringstream frames(water_poses(5));
    for (std::size_t i = 1; i < rows.size(); ++i) {
        std::string frame;
        for (int line = 0; line < 5; ++line) {
            std::string text;
            std::getline(frames, text);
            frame += text + '\n';
        }
        const CommandResult one =
            run_keesom("energy --json " + host + " " + folder.file("one.xyz", frame));
        ASSERT_EQ(one.status, 0) << one.errors;
        EXPECT_EQ(rows[i][1], std::to_string(i));
        EXPECT_EQ(rows[i][2], fmt::format("\"pose{}\"", i - 1));
        EXPECT_NEAR(std::stod(rows[i][5]), one.json().at("energy").at("total").get<double>(), 1e-6);
        EXPECT_NEAR(
            std::stod(rows[i][4]), one.json().at("physics_spread").at("total").get<double>(), 1e-6);
    }
}

TEST(Screen, AddsTheUncertaintyThatAtomsGive) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string pose = folder.file("pose.xyz", water_poses(1));
    const std::string poses = folder.file(
        "poses.xyz", water_poses(1) + "1\nname=\"no element of the model\"\nAr 0 0 4\n");
    const std::string files = host + " " + poses;
    const std::string table = (folder.path() / "table.csv").string();
    const auto screened = [&](const std::string& options) {
        const CommandResult result =
            run_keesom("screen " + files + options + " --force --out " + table);
        EXPECT_EQ(result.status, 0) << result.errors;
        return table_of(table);
    };
    const auto plain = screened("");
    auto rows = screened(" --uncertainty");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0][4], "atoms_deviation");
    const CommandResult one = run_keesom("energy --json " + host + " " + pose);
    ASSERT_EQ(one.status, 0) << one.errors;
    EXPECT_NEAR(
        std::stod(rows[1][4]), one.json().at("uncertainty").at("total").get<double>(), 1e-6);
    EXPECT_EQ(rows[2][4], "");
    for (std::vector<std::string>& row : rows) {
        row.erase(row.begin() + 4);
    }
    EXPECT_EQ(rows, plain);
    expect_bad_input(run_keesom("screen " + files + " --resume --out " + table),
                     {"table.csv.state", "uncertainty"});
}

TEST(Screen, KeepsTheResponseOfTheHostToWhatIsWithinReach) {
    const CommandFolder folder;
    // The pose is 3 Å from the first water of the host, and 8 Å from the second.
    const std::string host = folder.file(
        "host.xyz", host_water + std::string("3\n\nO -5 0 0\nH -5.96 0 0\nH -4.76 0.93 0\n"));
    const std::string pose = folder.file("pose.xyz", water_poses(1));
    const auto within = [&](const std::string& reach) {
        const std::string table = (folder.path() / "table.csv").string();
        const CommandResult result =
            run_keesom("screen " + host + " " + pose + reach + " --force --out " + table);
        EXPECT_EQ(result.status, 0) << result.errors;
        return table_of(table).at(1);
    };
    const auto all = within("");
    const auto near = within(" --reach 5");
    EXPECT_EQ(within(" --reach 20"), all);
    EXPECT_EQ(near[6], all[6]);  // electrostatics
    EXPECT_EQ(near[7], all[7]);  // exchange
    for (const std::size_t component : {8U, 9U}) {
        EXPECT_NE(near[component], all[component]);
        EXPECT_NEAR(std::stod(near[component]), std::stod(all[component]), 0.05);
    }
    const std::string table = (folder.path() / "table.csv").string();
    expect_bad_input(
        run_keesom("screen " + host + " " + pose + " --resume --reach 4 --out " + table),
        {"table.csv.state", "reach"});
    expect_bad_input(
        run_keesom("screen " + host + " " + pose + " --reach 0 --force --out " + table),
        {"--reach"});
}

// Two waters, hydrogen-bonded: what they have from each other is not the pose's.
TEST(Screen, TakesOffTheEnergyOfTheHostAlone) {
    const CommandFolder folder;
    const std::string host = folder.file(
        "host.xyz", host_water + std::string("3\n\nO 0 0 -2.9\nH 0 0 -1.94\nH 0.93 0 -3.14\n"));
    const std::string pose = folder.file("pose.xyz", water_poses(1));
    const std::string table = (folder.path() / "table.csv").string();
    const CommandResult result = run_keesom("screen " + host + " " + pose + " --out " + table);
    ASSERT_EQ(result.status, 0) << result.errors;
    const auto total = [](const std::string& files) {
        return run_keesom("energy --json " + files).json().at("energy").at("total").get<double>();
    };
    const double of_host = total(host);
    EXPECT_LT(of_host, -2.0);
    const auto rows = table_of(table);
    EXPECT_NEAR(std::stod(rows[1][5]), total(host + " " + pose) - of_host, 1e-6);
}

TEST(Screen, RefusesAHostWhoseMoleculesCoincide) {
    const CommandFolder folder;
    const std::string host = folder.file(
        "host.xyz", host_water + std::string("3\n\nO 0 0 0.1\nH 0.96 0 0.1\nH -0.24 0.93 0.1\n"));
    const std::string pose = folder.file("pose.xyz", water_poses(1));
    const std::string table = (folder.path() / "table.csv").string();
    expect_bad_input(run_keesom("screen " + host + " " + pose + " --out " + table),
                     {"host.xyz", "coincide"});
}

TEST(Screen, GoesOnWhereItWasStoppedAndDoublesAndLosesNothing) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string poses = folder.file("poses.xyz", water_poses(1100));
    const std::string more = folder.file("more.xyz", water_poses(30));
    const std::string files = host + " " + poses + " " + more;
    const std::string whole = (folder.path() / "whole.csv").string();
    ASSERT_EQ(run_keesom("screen " + files + " --out " + whole, "OMP_NUM_THREADS=2").status, 0);
    const std::string expected = read_text_file(whole);
    EXPECT_EQ(table_of(whole).size(), 1131U);

    // As it is after the first batch: its state, and a part of the second.
    const std::string parts = (folder.path() / "parts.csv").string();
    std::string state = read_text_file(whole + ".state");
    std::size_t end = 0;
    for (int line = 0; line < 513; ++line) {
        end = expected.find('\n', end) + 1;
    }
    auto json = nlohmann::ordered_json::parse(state);
    json["file"] = 0;
    json["record"] = 512;
    json["poses"] = 512;
    json["table_bytes"] = end;
    write_file(parts + ".state", json.dump());
    write_file(parts, expected.substr(0, end + 1000));
    const CommandResult rest = run_keesom("screen " + files + " --resume --out " + parts);
    ASSERT_EQ(rest.status, 0) << rest.errors;
    EXPECT_THAT(rest.output, HasSubstr("1130 poses, 0 without an energy"));
    EXPECT_EQ(read_text_file(parts), expected);

    // Nothing is left to do.
    ASSERT_EQ(run_keesom("screen " + files + " --resume --out " + parts).status, 0);
    EXPECT_EQ(read_text_file(parts), expected);
    expect_bad_input(run_keesom("screen " + files + " --resume --unit eV --out " + parts),
                     {"parts.csv.state", "unit"});
    expect_bad_input(run_keesom("screen " + host + " " + more + " --resume --out " + parts),
                     {"parts.csv.state", "poses"});
}

TEST(Screen, HasALineWithTheErrorOfAPoseThatHasNoEnergy) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string poses =
        folder.file("poses.xyz",
                    water_poses(1) + "3\nname=upon\nO 0 0 0.1\nH 0.96 0 0.1\nH -0.24 0.93 0.1\n" +
                        "1\nname=bare\nO 0 0 4\n" + "2\nname=xenon\nXe 0 0 4\nXe 0 0 9\n" +
                        "1\nname=odd\nQq 0 0 9\n" + water_poses(1));
    const std::string table = (folder.path() / "table.csv").string();
    const CommandResult result = run_keesom("screen " + host + " " + poses + " --out " + table);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("6 poses, 4 without an energy"));
    const std::string text = read_text_file(table);
    const auto rows = table_of(table);
    ASSERT_EQ(rows.size(), 7U);
    EXPECT_NEAR(std::stod(rows[6][5]), std::stod(rows[1][5]), 1e-12);
    for (std::size_t i = 2; i < 6; ++i) {
        EXPECT_EQ(rows[i][5], "") << i;
    }
    EXPECT_THAT(text, HasSubstr("2 hydrogen atoms are missing"));
    EXPECT_THAT(text, HasSubstr("Xe"));
    EXPECT_THAT(text, HasSubstr("Qq"));
}

/// Waters that bend, each in a shape of its own, and one that no model knows.
std::string bent_water_poses(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += fmt::format("3\n\nO 3 0 0.5\nH 3 0 1.46\nH 3 0.93 {}\n", 0.2 + 0.003 * i);
    }
    return text + "1\n\nXe 0 0 9\n";
}

std::vector<std::filesystem::path> entries_of(const std::filesystem::path& cache) {
    std::vector<std::filesystem::path> entries;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cache)) {
        if (entry.is_regular_file()) {
            entries.push_back(entry.path());
        }
    }
    return entries;
}

TEST(Screen, GivesTheSameBytesWithPredictionsThatWereKept) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string poses = folder.file("poses.xyz", bent_water_poses(60));
    const std::string table = (folder.path() / "table.csv").string();
    const std::filesystem::path cache = folder.path() / "cache";
    const auto screened = [&](const std::string& arguments, const std::string& environment) {
        const CommandResult result = run_keesom(
            "screen " + host + " " + poses + " --force --out " + table + arguments, environment);
        EXPECT_EQ(result.status, 0) << result.errors;
        EXPECT_EQ(result.errors, "");
        return read_text_file(table);
    };
    const std::string with_cache = " --cache " + cache.string();
    const std::string expected = screened("", "OMP_NUM_THREADS=1");
    EXPECT_EQ(screened(with_cache, "OMP_NUM_THREADS=2"), expected);
    const std::vector<std::filesystem::path> entries = entries_of(cache);
    EXPECT_EQ(entries.size(), 61U);
    EXPECT_EQ(screened(with_cache, "OMP_NUM_THREADS=1"), expected);

    // Entries that are not what they were, in any way, are as good as none.
    const std::string good = read_file(entries[0]);
    write_file(entries[0], good.substr(0, good.size() / 2));
    write_file(entries[1], read_file(entries[2]));
    write_file(entries[3], "");
    EXPECT_EQ(screened(with_cache, "OMP_NUM_THREADS=2"), expected);
    EXPECT_EQ(read_file(entries[0]), good);
    EXPECT_EQ(entries_of(cache).size(), entries.size());

    // What is there is read and nothing else: an entry that is gone comes back.
    std::filesystem::remove(entries[4]);
    const auto time = std::filesystem::last_write_time(entries[5]);
    EXPECT_EQ(screened(with_cache, ""), expected);
    EXPECT_TRUE(std::filesystem::exists(entries[4]));
    EXPECT_EQ(std::filesystem::last_write_time(entries[5]), time);
}

TEST(Screen, KeepsPredictionsOfModelsApart) {
    const CommandFolder folder;
    const std::filesystem::path model = folder.path() / "model";
    std::filesystem::copy(std::filesystem::path(shipped_data) / "models" / "organic", model);
    const std::string command = "screen " + folder.file("host.xyz", host_water) + " " +
                                folder.file("poses.xyz", bent_water_poses(3)) + " --model " +
                                model.string() + " --force --out " +
                                (folder.path() / "table.csv").string() + " --cache " +
                                (folder.path() / "cache").string();
    ASSERT_EQ(run_keesom(command).status, 0);
    ASSERT_EQ(run_keesom(command).status, 0);
    EXPECT_EQ(entries_of(folder.path() / "cache").size(), 4U);
    const std::filesystem::path manifest = model / "manifest.json";
    write_file(manifest, read_text_file(manifest) + "\n");
    ASSERT_EQ(run_keesom(command).status, 0);
    EXPECT_EQ(entries_of(folder.path() / "cache").size(), 8U);
}

TEST(Screen, GivesEachPoseALineForEachHost) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string turned =
        folder.file("turned.xyz", "3\n\nO 0 0 0\nH -0.96 0 0\nH 0.24 -0.93 0\n");
    const std::string poses =
        folder.file("poses.xyz", water_poses(600) + "1\nname=bare\nO 0 0 4\n" + water_poses(1));
    const auto screened = [&](const std::string& arguments, const std::string& environment) {
        const std::string table = (folder.path() / "table.csv").string();
        const CommandResult result =
            run_keesom("screen " + arguments + " --force --out " + table, environment);
        EXPECT_EQ(result.status, 0) << result.errors;
        return std::pair(result.output, read_text_file(table));
    };
    const std::string both = host + " " + poses + " --host " + turned;
    const auto [output, table] = screened(both, "OMP_NUM_THREADS=2");
    EXPECT_THAT(output, HasSubstr("602 poses beside 2 hosts, 2 of 1204 lines without an energy"));
    EXPECT_EQ(screened(both, "OMP_NUM_THREADS=1").second, table);

    // Its lines are those of the tables of both hosts in turn.
    const std::vector<std::string> lines = table_lines(table);
    const std::vector<std::string> of_host = table_lines(screened(host + " " + poses, "").second);
    const std::vector<std::string> of_turned =
        table_lines(screened(turned + " " + poses, "").second);
    ASSERT_EQ(lines.size(), 1205U);
    for (std::size_t pose = 1; pose < of_host.size(); ++pose) {
        EXPECT_EQ(lines[2 * pose - 1], of_host[pose]);
        EXPECT_EQ(lines[2 * pose], of_turned[pose]);
    }

    // A host that changes, or one less, is another screening.
    const std::string name = (folder.path() / "table.csv").string();
    (void)screened(both, "");
    expect_bad_input(run_keesom("screen " + host + " " + poses + " --resume --out " + name),
                     {"table.csv.state", "hosts"});
    write_file(turned, "3\n\nO 0 0 0\nH -0.96 0 0\nH 0.24 -0.94 0\n");
    expect_bad_input(run_keesom("screen " + both + " --resume --out " + name),
                     {"table.csv.state", "sha256"});
}

TEST(Screen, SaysInItsLineWhatItPassesOverInAPose) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string poses =
        folder.file("poses.xyz", water_poses(1) + "3\n\nO 0 0 4\nD 0.96 0 4\nD -0.24 0.93 4\n");
    const std::string table = (folder.path() / "table.csv").string();
    const CommandResult result = run_keesom("screen " + host + " " + poses + " --out " + table);
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_EQ(result.errors, "");
    EXPECT_THAT(result.output, HasSubstr("2 poses, 0 without an energy"));
    const auto rows = table_of(table);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[1][11], "\"\"");
    EXPECT_THAT(read_text_file(table), HasSubstr("poses.xyz, record 2: "));
}

TEST(Screen, RefusesWhatItCannotBeginWith) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string table = (folder.path() / "table.csv").string();
    expect_bad_input(run_keesom("screen " + host + " none.sdf --out " + table),
                     {"none.sdf: cannot be opened"});
    expect_bad_input(run_keesom("screen " + host + " " + host), {"--out"});
    expect_bad_input(run_keesom("screen " + host + " " + host + " --out " + host),
                     {"is read as input"});
    expect_bad_input(run_keesom("screen " + host + " --out " + table), {"FILE"});
    expect_bad_input(run_keesom("screen " + host + " " + host + " --host none.pdb --out " + table),
                     {"none.pdb: no such file"});
    const std::string other = folder.file("other.xyz", host_water);
    expect_bad_input(
        run_keesom("screen " + host + " " + host + " --host " + other + " --force --out " + other),
        {"is read as input"});
    expect_bad_input(
        run_keesom("screen " + host + " " + host + " --out " + table + " --cache " + other),
        {"other.xyz: cannot be written to ("});
    const std::string xenon = folder.file("xenon.xyz", "1\n\nXe 0 0 9\n");
    expect_bad_input(run_keesom("screen " + xenon + " " + host + " --out " + table),
                     {"xenon.xyz", "Xe"});
}

#ifdef KEESOM_MPIEXEC
namespace {

/// By processes of one thread each. Open MPI is told not to mind where tests run, as root and on
/// few cores, without a word of it, to leave it to keesom to say what went wrong, and not to look
/// for displays, which takes five seconds where no name server answers.
CommandResult run_shared(int processes, const std::string& arguments) {
    return run_keesom(arguments,
                      fmt::format("OMP_NUM_THREADS=1 HWLOC_HIDE_ERRORS=2 HWLOC_COMPONENTS=-gl "
                                  "OMPI_ALLOW_RUN_AS_ROOT=1 "
                                  "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
                                  "OMPI_MCA_rmaps_base_oversubscribe=1 "
                                  "OMPI_MCA_hwloc_base_binding_policy=none "
                                  "OMPI_MCA_orte_execute_quiet=1 '{}' -np {}",
                                  KEESOM_MPIEXEC,
                                  processes));
}

}  // namespace

TEST(Screen, HasTheSameBytesByAnyNumberOfProcesses) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string poses =
        folder.file("poses.xyz", water_poses(1100) + "1\nname=bare\nO 0 0 4\n" + water_poses(500));
    const std::string more = folder.file("more.xyz", water_poses(30) + "nothing\n");
    const std::string files = host + " " + poses + " " + more;
    const std::string alone = (folder.path() / "alone.csv").string();
    const CommandResult expected = run_keesom("screen " + files + " --out " + alone);
    ASSERT_EQ(expected.status, 0) << expected.errors;
    EXPECT_THAT(expected.output, HasSubstr("1632 poses, 2 without an energy"));
    for (int processes = 1; processes <= 3; ++processes) {
        const std::string table = (folder.path() / fmt::format("{}.csv", processes)).string();
        const CommandResult result =
            run_shared(processes, "screen --mpi " + files + " --out " + table);
        ASSERT_EQ(result.status, 0) << result.errors;
        EXPECT_THAT(result.output, HasSubstr("1632 poses, 2 without an energy"));
        EXPECT_EQ(result.errors, expected.errors);
        EXPECT_EQ(read_text_file(table), read_text_file(alone)) << processes;
        EXPECT_EQ(read_text_file(table + ".state"), read_text_file(alone + ".state")) << processes;
    }
}

TEST(Screen, GoesOnWithAnotherNumberOfProcesses) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string files = host + " " + folder.file("poses.xyz", water_poses(1600));
    const std::string table = (folder.path() / "table.csv").string();
    ASSERT_EQ(run_shared(2, "screen --mpi " + files + " --out " + table).status, 0);
    const std::string expected = read_text_file(table);
    auto state = nlohmann::ordered_json::parse(read_text_file(table + ".state"));
    std::size_t end = 0;
    for (int line = 0; line < 513; ++line) {
        end = expected.find('\n', end) + 1;
    }
    state.update({{"file", 0}, {"record", 512}, {"poses", 512}, {"table_bytes", end}});
    for (int processes = 1; processes <= 3; ++processes) {
        write_file(table + ".state", state.dump());
        write_file(table, expected.substr(0, end + 1000));
        const CommandResult rest =
            run_shared(processes, "screen --mpi --resume " + files + " --out " + table);
        ASSERT_EQ(rest.status, 0) << rest.errors;
        EXPECT_EQ(read_text_file(table), expected) << processes;
    }
    write_file(table + ".state", state.dump());
    ASSERT_EQ(run_keesom("screen --resume " + files + " --out " + table).status, 0);
    EXPECT_EQ(read_text_file(table), expected);
}

TEST(Screen, SaysOnceWhatIsWrongInAllProcesses) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string poses = folder.file("poses.xyz", water_poses(5));
    const std::string out = " --out " + (folder.path() / "table.csv").string();
    expect_bad_input(run_shared(3, "screen --mpi " + host + " none.xyz" + out),
                     {"none.xyz: cannot be opened"});
    expect_bad_input(run_shared(2, "screen --mpi none.xyz " + poses + out),
                     {"none.xyz: no such file"});
    expect_bad_input(run_shared(2, "screen --mpi " + host + " " + poses), {"--out"});
    expect_bad_input(run_shared(2, "scren --mpi " + host), {"did you mean 'screen'"});
    const CommandResult help = run_shared(2, "screen --mpi --help");
    EXPECT_EQ(help.status, 0);
    EXPECT_EQ(count_of(help.output, "Usage:"), 1U);
}

TEST(Screen, NamesTheProcessThatCannotWorkWithTheOthers) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string other =
        folder.file("other.xyz", "3\n\nO 0 0 0\nH 0.96 0 0\nH -0.24 0.94 0\n");
    // More than are done before the second process has begun.
    const std::string rest = " " + folder.file("poses.xyz", water_poses(20000)) +
                             " --force --out " + (folder.path() / "table.csv").string();
    const auto run_beside = [&](const std::string& second_host) {
        return run_shared(1,
                          fmt::format("screen --mpi {}{} : -np 1 '{}' screen --mpi {}{}",
                                      host,
                                      rest,
                                      KEESOM_COMMAND,
                                      second_host,
                                      rest));
    };
    expect_bad_input(run_beside("none.xyz"), {"process 1 on ", "none.xyz: no such file"});
    expect_bad_input(run_beside(other), {"process 1 on ", "host than process 0"});
}
#else
TEST(Screen, SaysHowItIsBuiltToShareItsWork) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    expect_bad_input(run_keesom("screen --mpi " + host + " " + host + " --out " +
                                (folder.path() / "t").string()),
                     {"--mpi", "-DKEESOM_WITH_MPI=ON"});
}
#endif

#ifdef KEESOM_READS_PARQUET
namespace {

constexpr int no_pyarrow = 77;

/// Whether another reader finds the table of a CSV file in a Parquet file, with the types of its
/// columns.
/// @return exit status, 0 if it does
int compared_tables(const std::string& csv, const std::string& parquet) {
    const std::string line =
        fmt::format("{} compare '{}' '{}' file,name,host,warnings,error record",
                    KEESOM_READS_PARQUET,
                    csv,
                    parquet);
    const int status = std::system(line.c_str());  // NOLINT(cert-env33-c): the shell is the point
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::ptrdiff_t entries_in(const std::filesystem::path& folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

}  // namespace

TEST(Screen, WritesItsWholeTableAsParquet) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string odd = folder.file("odd, \"é\n.xyz",
                                        water_poses(600) + "1\nname=\"a, b\"\nO 0 0 4\n" +
                                            "3\nname=\xe9\nO 0 0 4\nD 0.96 0 4\nD -0.24 0.93 4\n");
    const std::string files = fmt::format("{} '{}' ", host, odd);
    const std::string csv = (folder.path() / "table.csv").string();
    const std::string parquet = (folder.path() / "table.parquet").string();
    const std::string out = "--out " + csv + " --parquet " + parquet;
    const CommandResult result = run_keesom("screen " + files + out, "OMP_NUM_THREADS=2");
    ASSERT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("602 poses, 1 without an energy"));
    EXPECT_THAT(result.output, HasSubstr(" in " + csv + " and " + parquet + "\n"));
    EXPECT_EQ(entries_in(folder.path()), 5);
    const int compared = compared_tables(csv, parquet);
    if (compared == no_pyarrow) {
        GTEST_SKIP() << "no pyarrow reads Parquet";
    }
    ASSERT_EQ(compared, 0);

    // Another time, and after a stop.
    const std::string table = read_file(csv);
    const std::string expected = read_file(parquet);
    ASSERT_EQ(run_keesom("screen --force " + files + out).status, 0);
    EXPECT_EQ(read_file(parquet), expected);
    std::size_t end = 0;
    for (int line = 0; line < 1025; ++line) {  // two for each pose, since its file has a line end
        end = table.find('\n', end) + 1;
    }
    auto state = nlohmann::ordered_json::parse(read_text_file(csv + ".state"));
    state.update(
        {{"file", 0}, {"record", 512}, {"poses", 512}, {"failed", 0}, {"table_bytes", end}});
    write_file(csv + ".state", state.dump());
    std::filesystem::remove(parquet);
    ASSERT_EQ(run_keesom("screen --resume " + files + out).status, 0);
    EXPECT_EQ(read_file(csv), table);
    EXPECT_EQ(read_file(parquet), expected);

    // Nothing is left to do but this.
    std::filesystem::remove(parquet);
    ASSERT_EQ(run_keesom("screen --resume " + files + out).status, 0);
    EXPECT_EQ(read_file(csv), table);
    EXPECT_EQ(read_file(parquet), expected);
}

TEST(Screen, KeepsItsTableWhereParquetCannotBeWritten) {
    const CommandFolder folder;
    const std::string files =
        folder.file("host.xyz", host_water) + " " + folder.file("poses.xyz", water_poses(3));
    const std::string csv = (folder.path() / "table.csv").string();
    const std::string parquet = (folder.path() / "table.parquet").string();
    const std::string out = " --out " + csv + " --parquet " + parquet;
    ASSERT_EQ(run_keesom("screen " + files + " --out " + csv).status, 0);
    const std::string table = read_file(csv);

    // Files may have 4 kB, which is enough for the table; a write beyond is an error, as on a full
    // disk.
    expect_bad_input(run_keesom("screen --force " + files + out, "trap '' XFSZ; ulimit -f 8;"),
                     {"table.parquet: cannot be written (File too large)"});
    EXPECT_EQ(read_file(csv), table);
    EXPECT_EQ(entries_in(folder.path()), 4);

    const std::string killed = folder.file("killed", "#!/bin/sh\n[ $1 = check ] || kill -9 $$\n");
    const std::string broken = folder.file("broken", "#!/bin/sh\necho no library >&2\nexit 127\n");
    for (const std::string& program : {killed, broken}) {
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    }
    expect_bad_input(run_keesom("screen --force " + files + out, "KEESOM_PARQUET=" + killed),
                     {"table.parquet: cannot be written (keesom-parquet: killed)"});
    EXPECT_EQ(read_file(csv), table);
    EXPECT_EQ(entries_in(folder.path()), 6);

    // What can be known before the work.
    std::filesystem::remove(csv);
    expect_bad_input(run_keesom("screen --force " + files + out, "KEESOM_PARQUET=" + broken),
                     {"broken: cannot be started (no library)"});
    expect_bad_input(run_keesom("screen --force " + files + out, "KEESOM_PARQUET=none"),
                     {"KEESOM_PARQUET=none is not a program"});
    EXPECT_FALSE(std::filesystem::exists(csv));
    write_file(csv, table);

    ASSERT_EQ(run_keesom("screen --resume " + files + out).status, 0);
    EXPECT_EQ(read_file(csv), table);
    EXPECT_TRUE(std::filesystem::exists(parquet));
    EXPECT_EQ(entries_in(folder.path()), 7);
}

#ifdef KEESOM_MPIEXEC
TEST(Screen, WritesTheSameParquetByAnyNumberOfProcesses) {
    const CommandFolder folder;
    const std::string files =
        folder.file("host.xyz", host_water) + " " + folder.file("poses.xyz", water_poses(1100));
    const auto written = [&](int processes) {
        const std::string csv = (folder.path() / fmt::format("{}.csv", processes)).string();
        const std::string parquet = (folder.path() / fmt::format("{}.parquet", processes)).string();
        const CommandResult result = run_shared(
            processes, "screen --mpi " + files + " --out " + csv + " --parquet " + parquet);
        EXPECT_EQ(result.status, 0) << result.errors;
        EXPECT_THAT(result.output, HasSubstr(csv + " and " + parquet + "\n"));
        return read_file(parquet);
    };
    const std::string alone = written(1);
    EXPECT_EQ(written(3), alone);
    expect_bad_input(
        run_shared(2,
                   "screen --mpi " + files + " --out " + (folder.path() / "new.csv").string() +
                       " --parquet " + (folder.path() / "1.parquet").string()),
        {"1.parquet: exists, --force replaces it"});
}
#endif

TEST(Screen, ReplacesParquetOnlyWithForce) {
    const CommandFolder folder;
    const std::string files =
        folder.file("host.xyz", host_water) + " " + folder.file("poses.xyz", water_poses(1));
    const std::string csv = (folder.path() / "table.csv").string();
    const std::string parquet = folder.file("table.parquet", "precious");
    expect_bad_input(run_keesom("screen " + files + " --out " + csv + " --parquet " + parquet),
                     {"table.parquet: exists, --force replaces it"});
    EXPECT_EQ(read_file(parquet), "precious");
    EXPECT_FALSE(std::filesystem::exists(csv));
    expect_bad_input(run_keesom("screen " + files + " --out " + csv + " --parquet " + csv),
                     {"two outputs name the same file"});
    expect_bad_input(run_keesom("screen --force " + files + " --out " + csv + " --parquet " +
                                (folder.path() / "poses.xyz").string()),
                     {"poses.xyz", "is read as input"});
}
#else
TEST(Screen, SaysHowItIsBuiltToWriteParquet) {
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string table = (folder.path() / "table.csv").string();
    expect_bad_input(
        run_keesom("screen " + host + " " + host + " --out " + table + " --parquet " + table + "2"),
        {"--parquet", "-DKEESOM_WITH_PARQUET=ON"});
    EXPECT_FALSE(std::filesystem::exists(table));
}
#endif

#ifdef KEESOM_HAS_OPENBABEL
TEST(Screen, ReadsPosesFromSdfAlsoWhereOneIsDamaged) {
    const auto record = [](const std::string& name, double z) {
        return fmt::format(
            "{}\n keesom          3D\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n"
            "{:10.4f}{:10.4f}{:10.4f} O   0  0\n{:10.4f}{:10.4f}{:10.4f} H   0  0\n"
            "{:10.4f}{:10.4f}{:10.4f} H   0  0\n  1  2  1  0\n  1  3  1  0\nM  END\n$$$$\n",
            name,
            0.0,
            0.0,
            z,
            0.96,
            0.0,
            z,
            -0.24,
            0.93,
            z);
    };
    const CommandFolder folder;
    const std::string host = folder.file("host.xyz", host_water);
    const std::string good =
        folder.file("good.sdf", record("a", 3.0) + record("b", 3.2) + record("c", 3.4));
    const std::string damaged = folder.file(
        "damaged.sdf", record("a", 3.0) + "b\nnothing\n$$$$\n" + record("c", 3.4) + "\n");
    const std::string table = (folder.path() / "table.csv").string();
    const CommandResult result =
        run_keesom("screen " + host + " " + good + " " + damaged + " --out " + table);
    ASSERT_EQ(result.status, 0) << result.errors;
    const auto rows = table_of(table);
    ASSERT_EQ(rows.size(), 7U);
    EXPECT_EQ(rows[1][2], "\"a\"");
    EXPECT_NEAR(std::stod(rows[4][5]), std::stod(rows[1][5]), 1e-12);
    EXPECT_EQ(rows[5][5], "");
    EXPECT_THAT(read_text_file(table), HasSubstr("damaged.sdf, record 2: "));
    EXPECT_NEAR(std::stod(rows[6][5]), std::stod(rows[3][5]), 1e-12);
}
#endif

}  // namespace keesom::testing
