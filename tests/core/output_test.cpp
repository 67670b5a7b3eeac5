// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/text_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>

namespace keesom {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::error_of;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::ptrdiff_t entries_in(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), {});
}

void fill_with_marker(const fs::path& folder) {
    write_file(folder / "marker", "new");
}

class Output : public ::testing::Test {
protected:
    TemporaryFolder folder;

    std::string file_error(const fs::path& path, const fs::path& input, bool replace) {
        return error_of<InputError>([&] { require_output_file(path, std::array{input}, replace); });
    }

    std::string folder_error(const fs::path& path, bool replace) {
        return error_of<InputError>([&] { require_output_folder(path, "marker", {}, replace); });
    }
};

}  // namespace

TEST_F(Output, WriteFileReplacesAFileAndLeavesNothingElse) {
    const auto path = folder.file("result.txt", "old and longer");
    write_file(path, "new");
    EXPECT_EQ(read_file(path), "new");
    EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST_F(Output, WriteFileFilledByAnotherIsWholeOrNotThere) {
    const auto path = folder.file("result.txt", "old");
    EXPECT_THROW(write_file(path,
                            [](const fs::path& file) {
                                write_file(file, "part");
                                throw std::runtime_error("stopped");
                            }),
                 std::runtime_error);
    EXPECT_EQ(read_file(path), "old");
    write_file(path, [](const fs::path& file) { write_file(file, "new"); });
    EXPECT_EQ(read_file(path), "new");
    EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST_F(Output, WriteFileFollowsLinks) {
    const auto path = folder.file("result.txt", "old");
    fs::create_symlink("result.txt", folder.path() / "link");
    write_file(folder.path() / "link", "new");
    EXPECT_TRUE(fs::is_symlink(folder.path() / "link"));
    EXPECT_EQ(read_file(path), "new");
}

TEST_F(Output, WriteFileNamesWhatCannotBeWritten) {
    EXPECT_THAT(error_of<InputError>([&] { write_file(folder.path() / "no" / "such", "x"); }),
                AllOf(HasSubstr("no/such: "), HasSubstr("cannot be written")));
    // A folder cannot be replaced by a file.
    fs::create_directory(folder.path() / "taken");
    EXPECT_THROW(write_file(folder.path() / "taken", "x"), InputError);
    EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST_F(Output, WriteFileNoticesAFullDisk) {
    EXPECT_THAT(error_of<InputError>([] { write_file("/dev/full", "x"); }),
                AllOf(HasSubstr("/dev/full: "), HasSubstr("No space left")));
}

TEST_F(Output, AnExistingFileIsReplacedOnlyWhenAsked) {
    const auto path = folder.file("result.txt", "old");
    EXPECT_THAT(file_error(path, "other", false),
                AllOf(HasSubstr("result.txt"), HasSubstr("--force")));
    EXPECT_NO_THROW(require_output_file(path, {}, true));
    EXPECT_NO_THROW(require_output_file("/dev/null", {}, false));
    EXPECT_EQ(read_file(path), "old");
    EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST_F(Output, AnInputIsNeverOverwritten) {
    const auto path = folder.file("set.xyz", "old");
    EXPECT_THAT(file_error(path, path, true), HasSubstr("input"));
    fs::create_symlink("set.xyz", folder.path() / "link");
    EXPECT_THAT(file_error(folder.path() / "link", path, true), HasSubstr("input"));
    fs::create_hard_link(path, folder.path() / "twin");
    EXPECT_THAT(file_error(folder.path() / "twin", path, true), HasSubstr("input"));
    // A file of a model that is read.
    EXPECT_THAT(file_error(path, folder.path(), true), HasSubstr("input"));
}

TEST_F(Output, APlaceThatCannotBeWrittenIsNoticedBeforehand) {
    EXPECT_THAT(file_error(folder.path() / "no" / "such", "other", false),
                HasSubstr("cannot be written"));
    EXPECT_THAT(file_error(folder.path(), "other", false), HasSubstr("is a folder"));
}

TEST_F(Output, AFolderAppearsWholeOrNotAtAll) {
    const fs::path path = folder.path() / "model";
    EXPECT_THROW(write_folder(path,
                              "marker",
                              [](const fs::path& partial) {
                                  fill_with_marker(partial);
                                  throw std::runtime_error("in between");
                              }),
                 std::runtime_error);
    EXPECT_EQ(entries_in(folder.path()), 0);
    write_folder(path, "marker", fill_with_marker);
    EXPECT_EQ(read_file(path / "marker"), "new");
    EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST_F(Output, AFolderReplacesOneOfItsKindOnly) {
    const fs::path path = folder.path() / "model";
    fs::create_directory(path);
    EXPECT_NO_THROW(require_output_folder(path, "marker", {}, false));
    write_file(path / "letters", "precious");
    EXPECT_THAT(folder_error(path, true), AllOf(HasSubstr("model: "), HasSubstr("marker")));
    EXPECT_THROW(write_folder(path, "marker", fill_with_marker), InputError);
    EXPECT_EQ(read_file(path / "letters"), "precious");

    write_file(path / "marker", "old");
    EXPECT_THAT(folder_error(path, false), HasSubstr("--force"));
    EXPECT_NO_THROW(require_output_folder(path, "marker", {}, true));
    write_folder(path, "marker", fill_with_marker);
    EXPECT_EQ(read_file(path / "marker"), "new");
    EXPECT_EQ(entries_in(path), 1);
    EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST_F(Output, AFolderThatFailsLeavesTheOldOne) {
    const fs::path path = folder.path() / "model";
    write_folder(
        path, "marker", [](const fs::path& partial) { write_file(partial / "marker", "old"); });
    EXPECT_THROW(
        write_folder(path, "marker", [](const fs::path&) { write_file("/dev/full", "x"); }),
        InputError);
    EXPECT_EQ(read_file(path / "marker"), "old");
    EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST_F(Output, AGrowingFileGoesOnBehindTheBytesThatAreKept) {
    const fs::path path = folder.path() / "run.xyz";
    std::uint64_t kept = 0;
    {
        GrowingFile file(path);
        file.append("first ");
        kept = file.size();
        file.append("half of the sec");
        EXPECT_EQ(read_file(path), "first half of the sec");
    }
    {
        GrowingFile file(path, kept);
        file.append("second");
        EXPECT_EQ(file.size(), 12U);
    }
    EXPECT_EQ(read_file(path), "first second");
    EXPECT_EQ(error_of<InputError>([&] { const GrowingFile file(path, 100); }),
              path.string() + ": has 12 bytes, expected 100 or more");
    EXPECT_EQ(read_file(path), "first second");
}

TEST_F(Output, AGrowingFileIsNoDevice) {
    if (!fs::exists("/dev/null")) {
        GTEST_SKIP() << "no /dev/null";
    }
    EXPECT_THAT(error_of<InputError>([] { const GrowingFile file("/dev/null"); }),
                HasSubstr("/dev/null: "));
}

}  // namespace keesom
