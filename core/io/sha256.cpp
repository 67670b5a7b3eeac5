// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <openssl/evp.h>

namespace keesom {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw Error("openssl offers no sha-256");
    }
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
    }
    return hex;
}

std::string sha256_of_file(const std::filesystem::path& path) {
    return sha256(read_file(path));
}

}  // namespace keesom
