// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace keesom;

TEST(Error, IsOneLineWhateverItQuotes) {
    EXPECT_STREQ(InputError("key 'a\nb' is unknown").what(), "key 'a\\nb' is unknown");
    EXPECT_STREQ(ModelError("\x1b[31m, \r, \x7f").what(), "\\x1b[31m, \\x0d, \\x7f");
    EXPECT_STREQ(NumericalError(std::string("a\0b", 3)).what(), "a\\x00b");
}

TEST(Error, KeepsLettersBeyondAscii) {
    EXPECT_STREQ(Error("1.0 Å³").what(), "1.0 Å³");
}

TEST(Error, ShowsBytesThatAreNoUtf8) {
    EXPECT_STREQ(Error("a\xff\xc3").what(), "a\\xff\\xc3");
    EXPECT_STREQ(Error("\xc2\x9b").what(), "\\xc2\\x9b");  // a control character beyond ASCII
}

TEST(Error, ShortensLongWordsInTheMiddle) {
    const std::string word(1000, 'q');
    EXPECT_EQ(Error("word " + word + " end").what(),
              "word " + word.substr(0, 60) + "…" + word.substr(0, 60) + " end");
}

}  // namespace
