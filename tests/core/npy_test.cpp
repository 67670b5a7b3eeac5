// SPDX-License-Identifier: BSD-3-Clause
//
// Against files that NumPy wrote, tests/reference/npy/README.md. Values and bytes agree exactly.
#include <keesom/core/errors.hpp>
#include <keesom/core/io/npy.hpp>
#include <keesom/core/io/text_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <vector>

namespace {

using namespace keesom;
using keesom::testing::error_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::filesystem::path reference(const std::string& name) {
    return std::filesystem::path(KEESOM_TEST_REFERENCE_DIR) / "npy" / name;
}

template <class Scalar>
void expect_bytes_of_numpy(const std::string& name) {
    EXPECT_EQ(npy_bytes(read_npy<Scalar>(reference(name))), read_file(reference(name))) << name;
}

TEST(Npy, ReadsAMatrixOfNumPy) {
    const auto array = read_npy<double>(reference("matrix_f8.npy"));
    EXPECT_THAT(array.shape, ElementsAre(3, 4));
    const auto matrix = array.matrix();
    ASSERT_EQ(matrix.rows(), 3);
    ASSERT_EQ(matrix.cols(), 4);
    for (Eigen::Index i = 0; i < 3; ++i) {
        for (Eigen::Index j = 0; j < 4; ++j) {
            EXPECT_EQ(matrix(i, j), static_cast<double>(4 * i + j) / 8.0 - 0.5);
        }
    }
}

TEST(Npy, ReadsEveryTypeAndRank) {
    const auto floats = read_npy<float>(reference("vector_f4.npy"));
    EXPECT_THAT(floats.shape, ElementsAre(4));
    EXPECT_THAT(floats.values, ElementsAre(1.5F, -2.25F, 1e-30F, 3e38F));
    EXPECT_EQ(floats.matrix().cols(), 1);

    const auto integers = read_npy<std::int32_t>(reference("vector_i4.npy"));
    EXPECT_THAT(
        integers.values,
        ElementsAre(
            std::numeric_limits<std::int32_t>::min(), 0, std::numeric_limits<std::int32_t>::max()));

    const auto cube = read_npy<std::int64_t>(reference("cube_i8.npy"));
    EXPECT_THAT(cube.shape, ElementsAre(2, 3, 4));
    EXPECT_EQ(cube.values[23], 23'000'000'000'000'000);
    EXPECT_THAT(error_of<ModelError>([&] { (void)cube.matrix(); }), HasSubstr("(2, 3, 4)"));

    const auto empty = read_npy<double>(reference("empty_f8.npy"));
    EXPECT_THAT(empty.shape, ElementsAre(0, 5));
    EXPECT_THAT(empty.values, IsEmpty());

    const auto scalar = read_npy<double>(reference("scalar_f8.npy"));
    EXPECT_THAT(scalar.shape, IsEmpty());
    EXPECT_THAT(scalar.values, ElementsAre(2.5));
}

TEST(Npy, WritesTheBytesThatNumPyWrites) {
    expect_bytes_of_numpy<double>("matrix_f8.npy");
    expect_bytes_of_numpy<float>("vector_f4.npy");
    expect_bytes_of_numpy<std::int32_t>("vector_i4.npy");
    expect_bytes_of_numpy<std::int64_t>("cube_i8.npy");
    expect_bytes_of_numpy<double>("empty_f8.npy");
    expect_bytes_of_numpy<double>("scalar_f8.npy");
}

TEST(Npy, RoundTripsEigenThroughAFile) {
    const keesom::testing::TemporaryFolder folder;
    const auto path = folder.path() / "array.npy";
    const Eigen::MatrixXd matrix = Eigen::MatrixXd::Random(7, 3);
    write_npy(path, NpyArray<double>(matrix));
    EXPECT_EQ(read_npy<double>(path).matrix(), matrix);

    const Eigen::VectorXf vector = Eigen::VectorXf::Random(9);
    write_npy(path, NpyArray<float>(vector));
    const auto copy = read_npy<float>(path);
    EXPECT_THAT(copy.shape, ElementsAre(9));
    EXPECT_EQ(copy.matrix().col(0), vector);
}

TEST(Npy, RefusesAnotherTypeOrderOrVersion) {
    EXPECT_THAT(error_of<ModelError>([] { read_npy<float>(reference("matrix_f8.npy")); }),
                AllOf(HasSubstr("matrix_f8.npy: "), HasSubstr("'<f8'"), HasSubstr("'<f4'")));
    EXPECT_THAT(error_of<ModelError>([] { read_npy<double>(reference("big_endian_f8.npy")); }),
                HasSubstr("'>f8'"));
    EXPECT_THAT(error_of<ModelError>([] { read_npy<double>(reference("fortran_f8.npy")); }),
                HasSubstr("Fortran"));
    EXPECT_THAT(error_of<ModelError>([] { read_npy<double>(reference("version2_f8.npy")); }),
                HasSubstr("2.0"));
}

TEST(Npy, NoticesAFileThatIsCutOffAnywhereOrTooLong) {
    const std::string bytes = read_file(reference("matrix_f8.npy"));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_THAT(
            error_of<ModelError>([&] { parse_npy<double>(bytes.substr(0, size), "cut.npy"); }),
            StartsWith("cut.npy: "))
            << size;
    }
    EXPECT_THAT(error_of<ModelError>([&] { parse_npy<double>(bytes + '\0', "long.npy"); }),
                HasSubstr("97 bytes of data do not fill the shape (3, 4)"));
}

TEST(Npy, NoticesADamagedHeader) {
    const std::string bytes = read_file(reference("matrix_f8.npy"));
    const auto with = [&](const std::string& old_text, const std::string& new_text) {
        std::string damaged = bytes;
        damaged.replace(damaged.find(old_text), old_text.size(), new_text);
        return error_of<ModelError>([&] { parse_npy<double>(damaged, "bad.npy"); });
    };
    EXPECT_THAT(with("NUMPY", "MUMPY"), HasSubstr("not an npy file"));
    EXPECT_THAT(with("(3, 4)", "(3, 5)"), HasSubstr("do not fill the shape (3, 5)"));
    EXPECT_THAT(with("(3, 4)", "(-3,4)"), HasSubstr("do not fill"));
    for (const auto& [old_text, new_text] :
         std::vector<std::pair<std::string, std::string>>{{"(3, 4)", "(3, x)"},
                                                          {"(3, 4)", "[3, 4]"},
                                                          {"False", "falsE"},
                                                          {"'shape'", "'shale'"},
                                                          {"'descr'", "'descr "},
                                                          {"{", " "},
                                                          {"}", "x"}}) {
        EXPECT_THAT(with(old_text, new_text), HasSubstr("header")) << old_text << ' ' << new_text;
    }
}

TEST(Npy, DoesNotTrustAShapeThatOverflows) {
    std::string bytes = read_file(reference("matrix_f8.npy"));
    const std::string shape = "(4611686018427387904, 4), }";
    bytes.replace(bytes.find("(3, 4), }"), shape.size(), shape);
    EXPECT_THAT(error_of<ModelError>([&] { parse_npy<double>(bytes, "big.npy"); }),
                HasSubstr("do not fill"));
}

TEST(Npy, NamesAMissingFile) {
    EXPECT_THAT(error_of<ModelError>([] { read_npy<double>("no/such.npy"); }),
                StartsWith("no/such.npy: "));
}

TEST(Npy, DoesNotWriteAShapeThatTheValuesDoNotFill) {
    NpyArray<double> array;
    array.shape = {2, 2};
    array.values = {1.0, 2.0, 3.0};
    EXPECT_THROW(npy_bytes(array), ModelError);
}

}  // namespace
