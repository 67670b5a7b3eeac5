// SPDX-License-Identifier: BSD-3-Clause
//
// What the name of a file says of its format. Internal to keesom::core.
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>

namespace keesom::file_name {

inline std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

/// The name as it is when the file is not compressed.
inline std::filesystem::path plain(const std::filesystem::path& path) {
    std::filesystem::path name = path.filename();
    return lower_case(name.extension().string()) == ".gz" ? name.stem() : name;
}

}  // namespace keesom::file_name
