// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/npy.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

namespace keesom {

namespace {

static_assert(std::endian::native == std::endian::little,
              "arrays are written as they are in memory");

// Magic string, two bytes of version, two of the length of the header, the header: a dictionary of
// Python, filled up with blanks to a multiple of 64 bytes, the last one a line feed.
constexpr std::string_view magic("\x93NUMPY\x01\x00", 8);
constexpr std::size_t magic_without_version = 6;
constexpr std::size_t preamble_size = 10;
constexpr std::size_t alignment = 64;

// NumPy keeps room in the header to let the first axis grow in place to this many digits.
constexpr std::size_t growth_digits = 21;

template <class Scalar>
constexpr std::string_view type_name() {
    if constexpr (std::is_same_v<Scalar, double>) {
        return "<f8";
    } else if constexpr (std::is_same_v<Scalar, float>) {
        return "<f4";
    } else if constexpr (std::is_same_v<Scalar, std::int64_t>) {
        return "<i8";
    } else {
        static_assert(std::is_same_v<Scalar, std::int32_t>);
        return "<i4";
    }
}

/// Product of a shape, nullopt if it is negative or overflows.
std::optional<std::size_t> number_of_values(const std::vector<Eigen::Index>& shape) {
    constexpr std::size_t most = std::numeric_limits<Eigen::Index>::max() / sizeof(double);
    std::size_t product = 1;
    for (const Eigen::Index extent : shape) {
        if (extent < 0 || (extent > 0 && product > most / static_cast<std::size_t>(extent))) {
            return std::nullopt;
        }
        product *= static_cast<std::size_t>(extent);
    }
    return product;
}

std::string shape_text(const std::vector<Eigen::Index>& shape) {
    return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

struct Header {
    std::string type;
    bool fortran_order = false;
    std::vector<Eigen::Index> shape;
};

/// The header's dictionary, {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderParser {
public:
    HeaderParser(std::string_view text, const std::string& name) : rest_(text), name_(name) {}

    Header parse() {
        std::optional<std::string> type;
        std::optional<bool> fortran_order;
        std::optional<std::vector<Eigen::Index>> shape;
        expect('{');
        while (!accept('}')) {
            const std::string key = string();
            expect(':');
            if (key == "descr" && !type) {
                type = string();
            } else if (key == "fortran_order" && !fortran_order) {
                fortran_order = boolean();
            } else if (key == "shape" && !shape) {
                shape = tuple();
            } else {
                fail();
            }
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        if (!parse::trimmed(rest_).empty() || !type || !fortran_order || !shape) {
            fail();
        }
        return {*type, *fortran_order, *shape};
    }

private:
    [[noreturn]] void fail() const {
        throw ModelError(fmt::format("{}: the header of the npy file is damaged", name_));
    }

    bool accept(char c) {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char c) {
        if (!accept(c)) {
            fail();
        }
    }

    std::string string() {
        const char quote = accept('"') ? '"' : '\'';
        if (quote == '\'') {
            expect(quote);
        }
        const auto end = rest_.find(quote);
        if (end == std::string_view::npos) {
            fail();
        }
        std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return text;
    }

    bool boolean() {
        accept(' ');
        for (const std::string_view word : {"True", "False"}) {
            if (rest_.substr(0, word.size()) == word) {
                rest_.remove_prefix(word.size());
                return word == "True";
            }
        }
        fail();
    }

    std::vector<Eigen::Index> tuple() {
        std::vector<Eigen::Index> values;
        expect('(');
        while (!accept(')')) {
            const auto end = rest_.find_first_of(",)");
            const auto value = parse::number<Eigen::Index>(parse::trimmed(rest_.substr(0, end)));
            if (end == std::string_view::npos || !value) {
                fail();
            }
            values.push_back(*value);
            rest_.remove_prefix(end);
            accept(',');
        }
        return values;
    }

    std::string_view rest_;
    const std::string& name_;
};

}  // namespace

template <class Scalar>
auto NpyArray<Scalar>::matrix() const -> Eigen::Map<const RowMajorMatrix> {
    if (shape.empty() || shape.size() > 2) {
        throw ModelError(
            fmt::format("an array of shape {} is neither vector nor matrix", shape_text(shape)));
    }
    return {values.data(), shape[0], shape.size() == 2 ? shape[1] : 1};
}

template <class Scalar>
std::string npy_bytes(const NpyArray<Scalar>& array) {
    if (number_of_values(array.shape) != array.values.size()) {
        throw ModelError(fmt::format(
            "{} values do not fill the shape {}", array.values.size(), shape_text(array.shape)));
    }
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                     type_name<Scalar>(),
                                     shape_text(array.shape));
    if (!array.shape.empty()) {
        header.append(growth_digits - std::to_string(array.shape.front()).size(), ' ');
    }
    header.append(alignment - 1 - (preamble_size + header.size()) % alignment, ' ');
    header += '\n';

    std::string bytes(magic);
    bytes += static_cast<char>(header.size() & 0xff);
    bytes += static_cast<char>(header.size() >> 8);
    bytes += header;
    const std::size_t begin = bytes.size();
    bytes.resize(begin + array.values.size() * sizeof(Scalar));
    if (!array.values.empty()) {
        std::memcpy(&bytes[begin], array.values.data(), array.values.size() * sizeof(Scalar));
    }
    return bytes;
}

template <class Scalar>
NpyArray<Scalar> parse_npy(std::string_view bytes, const std::string& name) {
    if (bytes.substr(0, magic_without_version) != magic.substr(0, magic_without_version)) {
        throw ModelError(fmt::format("{}: is not an npy file", name));
    }
    if (bytes.size() < preamble_size) {
        throw ModelError(fmt::format("{}: the npy file is cut off", name));
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (bytes.substr(0, magic.size()) != magic) {
        throw ModelError(fmt::format(
            "{}: is an npy file of version {}.{}, expected 1.0", name, byte(6), byte(7)));
    }
    const std::size_t header_size = byte(8) + 256U * byte(9);
    if (bytes.size() < preamble_size + header_size) {
        throw ModelError(fmt::format("{}: the npy file is cut off", name));
    }
    const Header header = HeaderParser(bytes.substr(preamble_size, header_size), name).parse();
    if (header.type != type_name<Scalar>()) {
        throw ModelError(fmt::format(
            "{}: has numbers of type '{}', expected '{}'", name, header.type, type_name<Scalar>()));
    }
    if (header.fortran_order) {
        throw ModelError(fmt::format("{}: is in Fortran order, expected C order", name));
    }
    const auto n_values = number_of_values(header.shape);
    const std::string_view data = bytes.substr(preamble_size + header_size);
    if (!n_values || *n_values * sizeof(Scalar) != data.size()) {
        throw ModelError(fmt::format("{}: {} bytes of data do not fill the shape {} of '{}'",
                                     name,
                                     data.size(),
                                     shape_text(header.shape),
                                     header.type));
    }
    NpyArray<Scalar> array;
    array.shape = header.shape;
    array.values.resize(*n_values);
    if (!array.values.empty()) {
        std::memcpy(array.values.data(), data.data(), data.size());
    }
    return array;
}

template <class Scalar>
NpyArray<Scalar> read_npy(const std::filesystem::path& path) {
    std::string bytes;
    try {
        bytes = read_file(path);
    } catch (const InputError& error) {
        throw ModelError(error.what());
    }
    return parse_npy<Scalar>(bytes, path.string());
}

template <class Scalar>
void write_npy(const std::filesystem::path& path, const NpyArray<Scalar>& array) {
    write_file(path, npy_bytes(array));
}

#define KEESOM_INSTANTIATE_NPY(Scalar)                                                 \
    template struct NpyArray<Scalar>;                                                  \
    template std::string npy_bytes<Scalar>(const NpyArray<Scalar>&);                   \
    template NpyArray<Scalar> parse_npy<Scalar>(std::string_view, const std::string&); \
    template NpyArray<Scalar> read_npy<Scalar>(const std::filesystem::path&);          \
    template void write_npy<Scalar>(const std::filesystem::path&, const NpyArray<Scalar>&);

KEESOM_INSTANTIATE_NPY(double)
KEESOM_INSTANTIATE_NPY(float)
KEESOM_INSTANTIATE_NPY(std::int64_t)
KEESOM_INSTANTIATE_NPY(std::int32_t)

#undef KEESOM_INSTANTIATE_NPY

}  // namespace keesom
