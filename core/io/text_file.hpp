// SPDX-License-Identifier: BSD-3-Clause
//
// Whole files in memory.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace keesom {

/// Every byte of a file, as it is.
/// @throws InputError "NAME: reason" if it does not exist, is a directory, or cannot be read
std::string read_file(const std::filesystem::path& path);

/// Text of a file, plain or compressed by gzip; which of the two shows in its first bytes, whatever
/// the name is.
/// @throws InputError as read_file, and if the file is empty or the compressed data are damaged or
///         cut off
std::string read_text_file(const std::filesystem::path& path);

}  // namespace keesom
