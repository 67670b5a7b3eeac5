// SPDX-License-Identifier: BSD-3-Clause
//
// Text of others (file names, contents of files) in messages, and on its way to a terminal.
#pragma once

#include <string>
#include <string_view>

namespace keesom {

/// The text on one line: control characters and bytes that are no UTF-8 appear as escapes (\n,
/// \x1b), and of a word of more than 200 characters the middle is left out.
std::string printable(std::string_view text);

}  // namespace keesom
