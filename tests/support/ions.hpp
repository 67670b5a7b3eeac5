// SPDX-License-Identifier: BSD-3-Clause
//
// Ions and a zwitterion, drawn from standard bond lengths: the lines of their atoms in an XYZ file.
#pragma once

#include <algorithm>
#include <string>

namespace keesom::testing {

inline constexpr const char* succinate =
    "C 0.0000 0.0000 0.0000\n"
    "C 0.0000 0.0000 1.5300\n"
    "C 1.4186 0.0000 2.1031\n"
    "C 1.4186 0.0000 3.6331\n"
    "O 0.0000 -1.1227 -0.5720\n"
    "O 0.0000 1.1227 -0.5720\n"
    "O 1.4186 -1.1227 4.2052\n"
    "O 1.4186 1.1227 4.2052\n"
    "H -0.5298 0.8898 1.8700\n"
    "H -0.5298 -0.8898 1.8700\n"
    "H 1.9484 0.8898 1.7631\n"
    "H 1.9484 -0.8898 1.7631\n";

inline constexpr const char* glycine =  // the zwitterion
    "N 0.0000 0.0000 0.0000\n"
    "C 0.0000 0.0000 1.4900\n"
    "C 1.4377 0.0000 2.0133\n"
    "O 2.3519 0.0000 1.1608\n"
    "O 1.5901 0.0000 3.2540\n"
    "H -0.5176 -0.8898 1.8483\n"
    "H -0.5176 0.8898 1.8483\n"
    "H 0.4855 -0.8408 -0.3438\n"
    "H -0.9709 -0.0000 -0.3438\n"
    "H 0.4855 0.8408 -0.3438\n";

inline constexpr const char* acetate =
    "C 1.1021 0.0056 0.0500\n"
    "C 2.6871 -0.0197 0.0588\n"
    "O 3.2464 1.0255 -0.3025\n"
    "O 3.1977 -1.0873 0.4278\n"
    "H 0.7387 0.9760 -0.2854\n"
    "H 0.7334 -0.1967 1.0555\n"
    "H 0.7334 -0.7744 -0.6158\n";

/// An XYZ file of these lines.
inline std::string xyz_of(const std::string& atoms) {
    return std::to_string(std::count(atoms.begin(), atoms.end(), '\n')) + "\n\n" + atoms;
}

}  // namespace keesom::testing
