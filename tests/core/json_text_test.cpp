// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/json_text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using keesom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string json_error(const std::string& text) {
    const TemporaryFolder folder;
    const auto path = folder.file("some.json", text);
    return error_of<ModelError>([&] { static_cast<void>(read_json_text(path)); });
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ReadJsonText, NamesTheLineOfWhatIsNotJson) {
    EXPECT_THAT(json_error("{\n\"a\": [1,\n"), AllOf(HasSubstr("some.json:3"), HasSubstr("JSON")));
}

TEST(ReadJsonText, QuotesAKeyThatStandsTwice) {
    EXPECT_THAT(json_error(R"({"a": {"b": 1, "b": 2}})"),
                AllOf(HasSubstr("some.json"), HasSubstr("'b'")));
}

TEST(ReadJsonText, DoesNotExhaustTheStackOnDeepArrays) {
    const TemporaryFolder folder;
    EXPECT_EQ(read_json_text(folder.file("some.json", nested(100))), nested(100));
    EXPECT_THAT(json_error(nested(1'000'000)), AllOf(HasSubstr("some.json"), HasSubstr("deep")));
}

}  // namespace
