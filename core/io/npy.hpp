// SPDX-License-Identifier: BSD-3-Clause
//
// NumPy's array format, version 1.0, for the arrays of a model: little-endian float64, float32,
// int64 and int32 in C order. numpy.load reads what is written here, and the same array always
// gives the same bytes.
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace keesom {

/// An array of any rank. Scalar is double, float, std::int64_t or std::int32_t.
template <class Scalar>
struct NpyArray {
    using RowMajorMatrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    std::vector<Eigen::Index> shape;
    std::vector<Scalar> values;  ///< in C order: the last index runs fastest

    NpyArray() = default;

    /// An array of rank 1 from a vector, of rank 2 from any other matrix.
    template <class Derived>
    explicit NpyArray(const Eigen::MatrixBase<Derived>& matrix)
        : values(static_cast<std::size_t>(matrix.size())) {
        if constexpr (Derived::IsVectorAtCompileTime) {
            shape = {matrix.size()};
        } else {
            shape = {matrix.rows(), matrix.cols()};
        }
        Eigen::Map<RowMajorMatrix>(values.data(), matrix.rows(), matrix.cols()) = matrix;
    }

    /// View of an array of rank 1 (as one column) or 2.
    /// @throws ModelError for any other rank
    [[nodiscard]] Eigen::Map<const RowMajorMatrix> matrix() const;
};

/// The bytes of a .npy file.
/// @throws ModelError if shape and number of values disagree
template <class Scalar>
std::string npy_bytes(const NpyArray<Scalar>& array);

/// The array in the bytes of a .npy file.
/// @param name how messages call the file
/// @throws ModelError "NAME: reason" if the header is damaged, the format or the type of the
/// numbers is
///         another one, or the amount of data does not fit the shape
template <class Scalar>
NpyArray<Scalar> parse_npy(std::string_view bytes, const std::string& name);

/// @throws ModelError as parse_npy, and if the file cannot be read
template <class Scalar>
NpyArray<Scalar> read_npy(const std::filesystem::path& path);

/// @throws ModelError if shape and number of values disagree
/// @throws InputError "NAME: reason" if the file cannot be written
template <class Scalar>
void write_npy(const std::filesystem::path& path, const NpyArray<Scalar>& array);

}  // namespace keesom
