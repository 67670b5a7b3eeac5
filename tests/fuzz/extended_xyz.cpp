// SPDX-License-Identifier: BSD-3-Clause
//
// Frames of extended XYZ and the molecules that they state.
#include "frames.hpp"
#include "target.hpp"

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/molecule_file.hpp>

#include <sstream>
#include <vector>

namespace keesom {

namespace {

void require_round_trip(const XyzFrame& frame) {
    std::ostringstream stream;
    // The format has names that cannot be written: "a"b".
    if (!fuzz::returns([&] { write_extended_xyz(stream, frame); })) {
        return;
    }
    std::vector<XyzFrame> again;
    fuzz::require_returns([&] { again = parse_extended_xyz(stream.str(), "written"); });
    fuzz::require(again.size() == 1, "one frame became another number of frames");
    fuzz::require(again[0].atomic_numbers == frame.atomic_numbers, "other elements");
    fuzz::require(fuzz::same_positions(frame.positions, again[0].positions), "other positions");
    fuzz::require(again[0].info == frame.info, "other keys");
    fuzz::require(again[0].columns.size() == frame.columns.size(), "other columns");
    for (const auto& [name, values] : frame.columns) {
        const auto found = again[0].columns.find(name);
        fuzz::require(found != again[0].columns.end(), "a column is lost");
        fuzz::require(fuzz::same_numbers(values, found->second), "another column");
    }
}

}  // namespace

}  // namespace keesom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    std::vector<XyzFrame> frames;
    fuzz::returns([&] { frames = parse_extended_xyz(fuzz::text_of(data, size), "given"); },
                  "given:");
    for (const XyzFrame& frame : frames) {
        fuzz::require(frame.positions.allFinite(), "a position is not finite");
        fuzz::returns([&] { static_cast<void>(molecule_record(frame)); }, frame.where);
        require_round_trip(frame);
    }
    return 0;
}
