// SPDX-License-Identifier: BSD-3-Clause
//
// Files that get a frame of extended XYZ after another while molecules move. A run that was stopped
// may have left a part of a frame at their end.
#pragma once

#include <keesom/core/io/extended_xyz.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace keesom::apps {

std::string frame_text(const XyzFrame& frame);

/// What is whole of a trajectory.
struct WholeFrames {
    std::size_t count = 0;
    std::uint64_t bytes = 0;  ///< up to the end of the last whole frame
    XyzFrame last;
};

/// @param expected a frame of the same atoms
/// @throws InputError "NAME: reason" if there is no whole frame, or the last one has other atoms
WholeFrames whole_frames(const std::filesystem::path& trajectory, const XyzFrame& expected);

}  // namespace keesom::apps
