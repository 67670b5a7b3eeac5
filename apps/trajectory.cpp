// SPDX-License-Identifier: BSD-3-Clause
#include "trajectory.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>

#include <sstream>

namespace keesom::apps {

std::string frame_text(const XyzFrame& frame) {
    std::ostringstream stream;
    write_extended_xyz(stream, frame);
    return stream.str();
}

WholeFrames whole_frames(const std::filesystem::path& trajectory, const XyzFrame& expected) {
    const std::string text = read_text_file(trajectory);
    const auto lines_of_frame = static_cast<std::size_t>(expected.size() + 2);
    WholeFrames result;
    std::size_t begin = 0;
    std::size_t lines = 0;
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
        if (++lines % lines_of_frame == 0) {
            begin = result.bytes;
            result.bytes = at + 1;
            ++result.count;
        }
    }
    if (result.count == 0) {
        throw InputError(fmt::format("{}: no whole frame to go on from", trajectory.string()));
    }
    result.last =
        parse_extended_xyz(text.substr(begin, result.bytes - begin), trajectory.string()).at(0);
    if (result.last.atomic_numbers != expected.atomic_numbers) {
        throw InputError(
            fmt::format("{}: its last frame has other atoms than the molecules that are to go on",
                        trajectory.string()));
    }
    return result;
}

}  // namespace keesom::apps
