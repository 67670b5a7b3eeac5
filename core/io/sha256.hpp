// SPDX-License-Identifier: BSD-3-Clause
//
// SHA-256 (FIPS 180-4), by which a model knows its training set and its own arrays again.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace keesom {

/// Digest in 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// Digest of the bytes of a file; of the compressed ones if it is compressed.
/// @throws InputError "NAME: reason" if the file cannot be read
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace keesom
