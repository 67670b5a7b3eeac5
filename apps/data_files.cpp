// SPDX-License-Identifier: BSD-3-Clause
#include "data_files.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/interaction/parameter_set.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

namespace keesom::apps {

std::filesystem::path data_folder() {
    if (const char* folder = std::getenv("KEESOM_DATA"); folder != nullptr) {
        if (!std::filesystem::is_directory(folder)) {
            throw InputError(fmt::format("KEESOM_DATA={} is not a folder", folder));
        }
        return folder;
    }
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        const std::filesystem::path installed =
            program.parent_path().parent_path() / "share" / "keesom";
        if (std::filesystem::is_directory(installed)) {
            return installed;
        }
    }
    return KEESOM_SOURCE_DATA_DIR;
}

std::filesystem::path default_model() {
    return data_folder() / shipped_model_path;
}

std::filesystem::path default_parameters() {
    return default_model() / parameter_file;
}

const std::map<std::string, ShippedSet>& shipped_sets() {
    static const std::map<std::string, ShippedSet> sets = {
        {"s22", {"s22.xyz.gz", "e_ref"}},
        {"s66", {"s66.xyz.gz", "e_ref_gscdb"}},
        {"s66x8", {"s66x8.xyz.gz", "e_ref_alt"}},
        {"ssi", {"ssi.xyz.gz", "e_ref"}},
    };
    return sets;
}

}  // namespace keesom::apps
