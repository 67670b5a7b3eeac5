// SPDX-License-Identifier: BSD-3-Clause
//
// Arrays of NumPy, as each of the types of numbers.
#include "target.hpp"

#include <keesom/core/io/npy.hpp>

#include <Eigen/Core>

#include <cstring>

namespace keesom {

namespace {

template <class Scalar>
void read_as(std::string_view bytes) {
    NpyArray<Scalar> array;
    if (!fuzz::returns([&] { array = parse_npy<Scalar>(bytes, "given"); }, "given: ")) {
        return;
    }
    if (fuzz::returns([&] { static_cast<void>(array.matrix()); })) {
        const typename NpyArray<Scalar>::RowMajorMatrix matrix = array.matrix();
        fuzz::require(static_cast<std::size_t>(matrix.size()) == array.values.size(),
                      "a matrix of another size");
    }
    NpyArray<Scalar> again;
    fuzz::require_returns([&] { again = parse_npy<Scalar>(npy_bytes(array), "written"); });
    fuzz::require(again.shape == array.shape, "another shape");
    fuzz::require(again.values.size() == array.values.size(), "another number of values");
    fuzz::require(array.values.empty() || std::memcmp(again.values.data(),
                                                      array.values.data(),
                                                      array.values.size() * sizeof(Scalar)) == 0,
                  "other values");
}

}  // namespace

}  // namespace keesom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = keesom::fuzz::text_of(data, size);
    keesom::read_as<double>(bytes);
    keesom::read_as<float>(bytes);
    keesom::read_as<std::int64_t>(bytes);
    keesom::read_as<std::int32_t>(bytes);
    return 0;
}
