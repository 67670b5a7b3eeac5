// SPDX-License-Identifier: BSD-3-Clause
//
// Extended XYZ, the format of all data that keesom reads and writes: frame after frame, each with
//
//     N
//     key=value key="value with blanks" Properties=species:S:1:pos:R:3:charge:R:1
//     O 0.0 0.0 0.1 -0.8
//     … N lines
//
// Coordinates are in Å in the file and in bohr in memory; everything else is passed on in the units
// of the file. Without Properties a frame is plain XYZ: element, x, y, z, and further columns are
// ignored; words of the comment that are no key=value pair are ignored as well. An element is a
// symbol or an atomic number. Blank lines between and after frames do not matter.
#pragma once

#include <Eigen/Core>

#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keesom {

/// One frame of an extended XYZ file.
struct XyzFrame {
    std::vector<int> atomic_numbers;          ///< (N)
    Eigen::Matrix3Xd positions;               ///< (3, N), bohr
    std::map<std::string, std::string> info;  ///< keys of the comment, without Properties
    std::map<std::string, Eigen::MatrixXd>
        columns;                           ///< (k, N) each, units of the file; logical: 0, 1
    std::map<Eigen::Index, int> isotopes;  ///< mass numbers of atoms called D or T
    std::string comment;                   ///< the whole line, as it is
    std::string where;                     ///< "file:line" of the number of atoms

    [[nodiscard]] Eigen::Index size() const { return positions.cols(); }

    /// Value of a key, nullptr if there is none.
    [[nodiscard]] const std::string* find(const std::string& key) const;
};

/// All frames of a file, which may be compressed by gzip.
/// @throws InputError "file:line: reason"
std::vector<XyzFrame> read_extended_xyz(const std::filesystem::path& path);

/// All frames of a text.
/// @param name how messages call the file
/// @throws InputError "name:line: reason"
std::vector<XyzFrame> parse_extended_xyz(std::string_view text, const std::string& name);

/// Writes one frame: coordinates to 10⁻¹⁰ Å, columns exactly. The comment is made of `info`;
/// `isotopes`, `comment` and `where` are not written.
/// @throws InputError if a key or a column has a name that the format cannot hold, or a column has
/// the
///         wrong size
void write_extended_xyz(std::ostream& stream, const XyzFrame& frame);

}  // namespace keesom
