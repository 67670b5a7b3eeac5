// SPDX-License-Identifier: BSD-3-Clause
//
// Results on their way to disk. A place is checked before the work whose result it is to hold, and
// what is written there is complete or not there: bytes go beside their place, and take its name
// when all of them are on the disk. Whatever ends the program in between (a full disk, a signal)
// leaves what was there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace keesom {

/// Checks a file that is to be written later.
/// @param inputs files and folders the work reads; none of them may be overwritten
/// @param replace whether an existing file may be replaced
/// @throws InputError "NAME: reason" if the file is an input or within one, is a folder, exists
///         while `replace` is false, or could not be written
void require_output_file(const std::filesystem::path& path,
                         std::span<const std::filesystem::path> inputs,
                         bool replace);

/// Checks a folder that is to be written later, likewise. What may be replaced is a folder that
/// holds a file of name `marker`, and an empty one: nobody's home by mistake.
void require_output_folder(const std::filesystem::path& path,
                           const std::string& marker,
                           std::span<const std::filesystem::path> inputs,
                           bool replace);

/// Writes a file, whole or not at all. An existing file is replaced; a link stays one, and its
/// target is replaced; what is no regular file (a pipe, a device) is written to.
/// @throws InputError "NAME: reason" if that is impossible
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Writes a file likewise that is too large to be in memory.
/// @param fill writes the file that it is given
/// @throws InputError "NAME: reason" if that is impossible, and whatever `fill` throws
void write_file(const std::filesystem::path& path,
                const std::function<void(const std::filesystem::path&)>& fill);

/// Makes a folder, whole or not at all. An existing one is replaced under the conditions of
/// require_output_folder().
/// @param fill writes the files into the folder that it is given
/// @throws InputError "NAME: reason" if that is impossible, and whatever `fill` throws
void write_folder(const std::filesystem::path& path,
                  const std::string& marker,
                  const std::function<void(const std::filesystem::path&)>& fill);

/// A file that long work adds to, piece by piece. Each piece is on the disk when append() returns;
/// what ends the program within one leaves a part of it, which continuing at size() cuts off.
class GrowingFile {
public:
    /// @param kept bytes of an existing file that stay, those behind them are cut off; 0 for a new
    ///        file
    /// @throws InputError "NAME: reason" if it cannot be written or has fewer bytes
    explicit GrowingFile(std::filesystem::path path, std::uint64_t kept = 0);
    ~GrowingFile();
    GrowingFile(const GrowingFile&) = delete;
    GrowingFile(GrowingFile&&) = delete;
    GrowingFile& operator=(const GrowingFile&) = delete;
    GrowingFile& operator=(GrowingFile&&) = delete;

    /// @throws InputError "NAME: reason" if that is impossible
    void append(std::string_view bytes);

    /// Bytes that are in the file.
    [[nodiscard]] std::uint64_t size() const { return size_; }

private:
    std::filesystem::path path_;
    int descriptor_;
    std::uint64_t size_;
};

}  // namespace keesom
