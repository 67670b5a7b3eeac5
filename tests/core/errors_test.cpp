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

}  // namespace
