// SPDX-License-Identifier: BSD-3-Clause
//
// The arrays of a property model. The first byte of an input says which array the other bytes
// replace; the manifest gets their hash and their shape, without which nothing else is looked at.
#include "small_model.hpp"
#include "target.hpp"

#include <keesom/core/io/npy.hpp>
#include <keesom/core/io/sha256.hpp>

#include <nlohmann/json.hpp>

#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    if (size == 0) {
        return 0;
    }
    const std::filesystem::path& folder = fuzz::model_folder();
    static const auto manifest = nlohmann::json::parse(read_file(folder / model_manifest));
    const auto n_arrays = static_cast<std::ptrdiff_t>(manifest["arrays"].size());
    const auto chosen = std::next(manifest["arrays"].begin(), data[0] % n_arrays);
    const std::filesystem::path path = folder / chosen.value()["file"].get<std::string>();
    const std::string original = read_file(path);

    const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
    fuzz::write_bytes(path, bytes);
    nlohmann::json changed = manifest;
    auto& entry = changed["arrays"][chosen.key()];
    entry["sha256"] = sha256(bytes);
    fuzz::returns([&] {
        entry["shape"] = entry["dtype"] == "<f4" ? parse_npy<float>(bytes, "given").shape
                                                 : parse_npy<double>(bytes, "given").shape;
    });
    fuzz::write_bytes(folder / model_manifest, changed.dump());
    fuzz::load_and_check();
    fuzz::write_bytes(path, original);
    return 0;
}
