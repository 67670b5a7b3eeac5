// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/record_stream.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <vector>

namespace keesom {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

const std::string helium = "1\nname=one\nHe 0 0 0\n";
const std::string neon = "2\n\nNe 0 0 0\nNe 0 0 4\n";

class RecordStreamTest : public ::testing::Test {
protected:
    TemporaryFolder folder;

    /// All records, read in parts of `most`.
    std::vector<ReadRecord> read(const std::string& name,
                                 const std::string& text,
                                 std::size_t most = 2) {
        RecordStream stream(folder.file(name, text));
        std::vector<ReadRecord> all;
        while (const auto texts = stream.next(most)) {
            EXPECT_EQ(texts->first, all.size());
            EXPECT_LE(texts->texts.size(), most);
            for (ReadRecord& record : read_records(*texts)) {
                all.push_back(std::move(record));
            }
        }
        EXPECT_EQ(stream.share_read(), 1.0);
        return all;
    }
};

TEST_F(RecordStreamTest, GivesFramesSomeAtATime) {
    const std::vector<ReadRecord> records = read("a.xyz", helium + neon + "\n\n" + helium + "\n");
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].record.molecule.name, "one");
    EXPECT_EQ(records[1].record.molecule.name, "a #2");
    EXPECT_EQ(records[1].record.molecule.size(), 2);
    EXPECT_THAT(records[1].source, HasSubstr("a.xyz, record 2"));
    EXPECT_EQ(records[2].record.molecule.atomic_numbers, std::vector<int>{2});
}

TEST_F(RecordStreamTest, KeepsWhatIsBesideADamagedFrame) {
    const std::vector<ReadRecord> records =
        read("a.xyz", helium + "1\n\nQq 0 0 0\n" + helium + "two\n\nHe 0 0 0\n");
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[0].error, "");
    EXPECT_THAT(records[1].error, HasSubstr("a.xyz, record 2"));
    EXPECT_THAT(records[1].error, HasSubstr("Qq"));
    EXPECT_EQ(records[2].error, "");
    EXPECT_THAT(records[3].error, HasSubstr("a.xyz:10: expected the number of atoms, got 'two'"));
}

TEST_F(RecordStreamTest, SaysWhereAFileEndsWithinAFrame) {
    const std::vector<ReadRecord> records = read("a.xyz", helium + "3\n\nHe 0 0 0\n");
    ASSERT_EQ(records.size(), 2U);
    EXPECT_THAT(records[1].error, HasSubstr("a.xyz:4: expected 3 atoms, the file ends before"));
}

TEST_F(RecordStreamTest, NamesAFileThatIsNone) {
    EXPECT_THAT(error_of<InputError>([] { const RecordStream stream("/nowhere/x.sdf"); }),
                HasSubstr("/nowhere/x.sdf: cannot be opened (No such file"));
    EXPECT_THAT(error_of<InputError>([&] { const RecordStream stream(folder.path()); }),
                HasSubstr(": is a directory"));
    EXPECT_THAT(
        error_of<InputError>([&] { const RecordStream stream(folder.file("empty.xyz", "")); }),
        HasSubstr("empty.xyz: file is empty"));
    EXPECT_TRUE(read("blank.sdf", "\n \n").empty());
}

TEST_F(RecordStreamTest, SaysThatCompressedDataAreDamaged) {
    const std::vector<ReadRecord> records = read("a.xyz.gz", "\x1f\x8b nothing of gzip");
    ASSERT_EQ(records.size(), 1U);
    EXPECT_THAT(records[0].error, HasSubstr("a.xyz.gz: the gzip data are damaged"));
}

}  // namespace
}  // namespace keesom
