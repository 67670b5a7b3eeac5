// SPDX-License-Identifier: BSD-3-Clause

// A false alarm of GCC 12 about std::string in Boost's gzip_compressor.
#pragma GCC diagnostic ignored "-Wrestrict"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/io/text_file.hpp>

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <sstream>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string compressed(const std::string& text) {
    namespace io = boost::iostreams;
    std::ostringstream bytes;
    io::filtering_streambuf<io::input> source;
    source.push(io::gzip_compressor());
    source.push(io::array_source(text.data(), text.size()));
    io::copy(source, bytes);
    return bytes.str();
}

/// Long enough for several blocks of whatever buffer.
std::string long_text() {
    std::string text;
    for (int i = 0; i < 40'000; ++i) {
        text += std::to_string(i * i);
        text += '\n';
    }
    return text;
}

TEST(ReadTextFile, ReadsPlainAndCompressedTextWhateverTheName) {
    const TemporaryFolder folder;
    const std::string text = long_text();
    EXPECT_EQ(read_text_file(folder.file("plain.gz", text)), text);
    EXPECT_EQ(read_text_file(folder.file("packed.txt", compressed(text))), text);
}

TEST(ReadTextFile, ReadsFilesCompressedInPieces) {
    const TemporaryFolder folder;
    EXPECT_EQ(read_text_file(folder.file("two.gz", compressed("one\n") + compressed("two\n"))),
              "one\ntwo\n");
}

TEST(ReadTextFile, KeepsEveryByte) {
    const TemporaryFolder folder;
    const std::string bytes("a\r\n\0\xff\x1f", 6);
    EXPECT_EQ(read_text_file(folder.file("bytes", bytes)), bytes);
}

TEST(ReadTextFile, NamesAMissingFile) {
    EXPECT_THAT(error_of<InputError>([] { read_text_file("no/such.xyz"); }),
                AllOf(HasSubstr("no/such.xyz: "), HasSubstr("no such file")));
}

TEST(ReadTextFile, RefusesADirectory) {
    const TemporaryFolder folder;
    EXPECT_THAT(error_of<InputError>([&] { read_text_file(folder.path()); }),
                AllOf(HasSubstr(folder.path().string()), HasSubstr("directory")));
}

TEST(ReadTextFile, RefusesAnEmptyFile) {
    const TemporaryFolder folder;
    EXPECT_THAT(error_of<InputError>([&] { read_text_file(folder.file("none.xyz", "")); }),
                AllOf(HasSubstr("none.xyz: "), HasSubstr("empty")));
    EXPECT_THAT(
        error_of<InputError>([&] { read_text_file(folder.file("none.gz", compressed(""))); }),
        HasSubstr("empty"));
}

TEST(ReadTextFile, NoticesCompressedDataThatAreCutOffAnywhere) {
    const TemporaryFolder folder;
    const std::string bytes = compressed("a short text, and again a short text\n");
    for (std::size_t size = 2; size < bytes.size(); ++size) {
        const auto path = folder.file("cut.gz", bytes.substr(0, size));
        EXPECT_THAT(error_of<InputError>([&] { read_text_file(path); }), HasSubstr("cut.gz: "))
            << size;
    }
    const std::string long_bytes = compressed(long_text());
    const auto path = folder.file("long.gz", long_bytes.substr(0, long_bytes.size() / 2));
    EXPECT_THAT(error_of<InputError>([&] { read_text_file(path); }), HasSubstr("cut off"));
}

TEST(ReadTextFile, NoticesDamagedCompressedData) {
    const TemporaryFolder folder;
    std::string bytes = compressed(long_text());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
    EXPECT_THAT(error_of<InputError>([&] { read_text_file(folder.file("bad.gz", bytes)); }),
                AllOf(HasSubstr("bad.gz: "), HasSubstr("damaged")));
}

// FIPS 180-4, examples of the standard: one block, two blocks; and the well-known digest of
// nothing.
TEST(Sha256, AgreesWithTheExamplesOfTheStandard) {
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
    const TemporaryFolder folder;
    EXPECT_EQ(sha256_of_file(folder.file("abc", "abc")), sha256("abc"));
    const std::string packed = compressed("abc");
    EXPECT_EQ(sha256_of_file(folder.file("abc.gz", packed)), sha256(packed));
    EXPECT_THROW(sha256_of_file(folder.path() / "missing"), InputError);
}

}  // namespace
