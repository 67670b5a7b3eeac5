// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/text_file.hpp>

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/device/array.hpp>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <ios>
#include <system_error>

namespace keesom {

namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";

std::string decompressed(std::string_view bytes, const std::filesystem::path& path) {
    namespace io = boost::iostreams;
    std::string text;
    try {
        io::filtering_streambuf<io::input> source;
        source.push(io::gzip_decompressor());
        source.push(io::array_source(bytes.data(), bytes.size()));
        io::copy(source, io::back_inserter(text));
    } catch (const std::exception&) {
        throw InputError(fmt::format("{}: the gzip data are damaged or cut off", path.string()));
    }
    return text;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
    std::error_code status_error;
    const auto status = std::filesystem::status(path, status_error);
    if (!std::filesystem::exists(status)) {
        throw InputError(fmt::format("{}: no such file", path.string()));
    }
    if (std::filesystem::is_directory(status)) {
        throw InputError(fmt::format("{}: is a directory", path.string()));
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw InputError(
            fmt::format("{}: cannot be opened ({})", path.string(), std::strerror(errno)));
    }
    std::string bytes;
    // The size is only a hint, a pipe has none.
    const auto size = std::filesystem::file_size(path, status_error);
    if (!status_error) {
        bytes.reserve(size);
    }
    constexpr std::size_t block_size = 1 << 16;
    std::string block(block_size, '\0');
    while (file.read(block.data(), static_cast<std::streamsize>(block_size)) || file.gcount() > 0) {
        bytes.append(block, 0, static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad()) {
        throw InputError(fmt::format("{}: reading failed", path.string()));
    }
    return bytes;
}

std::string read_text_file(const std::filesystem::path& path) {
    std::string text = read_file(path);
    if (std::string_view(text).substr(0, gzip_magic.size()) == gzip_magic) {
        text = decompressed(text, path);
    }
    if (text.empty()) {
        throw InputError(fmt::format("{}: file is empty", path.string()));
    }
    return text;
}

}  // namespace keesom
