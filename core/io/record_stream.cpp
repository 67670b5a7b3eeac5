// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/file_name.hpp>
#include <keesom/core/io/open_babel.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/record_stream.hpp>

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

namespace keesom {

namespace {

std::string format_of(const std::filesystem::path& path) {
    if (has_xyz_extension(path)) {
        return "xyz";
    }
    const std::string extension =
        file_name::lower_case(file_name::plain(path).extension().string());
    return extension.empty() ? extension : extension.substr(1);
}

bool is_blank(const std::string& line) {
    return parse::trimmed(line).empty();
}

}  // namespace

/// Lines of the file, and where records end among them.
class RecordStream::Cutter {
public:
    Cutter(const std::filesystem::path& path, const std::string& format)
        : path_(path), format_(format), file_(path, std::ios::binary) {
        if (std::filesystem::is_directory(path)) {
            throw InputError(fmt::format("{}: is a directory", path.string()));
        }
        if (!file_) {
            throw InputError(
                fmt::format("{}: cannot be opened ({})", path.string(), std::strerror(errno)));
        }
        constexpr int first_of_gzip = 0x1f;
        const int first = file_.peek();
        if (first == std::ifstream::traits_type::eof()) {
            throw InputError(fmt::format("{}: file is empty", path.string()));
        }
        if (first == first_of_gzip) {
            lines_.push(boost::iostreams::gzip_decompressor());
        }
        lines_.push(file_);
    }

    /// The text of the next record; nullopt at the end.
    /// @throws InputError where the file cannot be cut any more
    std::optional<std::string> next() {
        if (format_ == "xyz") {
            return next_frame();
        }
        if (format_ == "sdf" || format_ == "sd" || format_ == "mol") {
            return next_until([](const std::string& line) { return line.starts_with("$$$$"); });
        }
        if (format_ == "mol2") {
            return next_mol2();
        }
        return next_until([](const std::string&) { return false; });
    }

    /// Of the file, as it is on the disk.
    std::streamoff bytes_read() { return file_.good() ? std::streamoff(file_.tellg()) : -1; }

private:
    bool read_line(std::string& line) {
        if (!std::getline(lines_, line)) {
            if (lines_.bad()) {
                throw InputError(
                    fmt::format("{}: the gzip data are damaged or cut off", path_.string()));
            }
            return false;
        }
        ++line_number_;
        return true;
    }

    std::optional<std::string> next_frame() {
        std::string line;
        do {
            if (!read_line(line)) {
                return std::nullopt;
            }
        } while (is_blank(line));
        const std::size_t first_line = line_number_;
        const auto n_atoms = parse::number<std::uint64_t>(parse::trimmed(line));
        if (!n_atoms) {
            throw InputError(fmt::format("{}:{}: expected the number of atoms, got '{}'",
                                         path_.string(),
                                         first_line,
                                         parse::trimmed(line)));
        }
        std::string text = line + '\n';
        for (std::uint64_t i = 0; i <= *n_atoms; ++i) {
            if (!read_line(line)) {
                throw InputError(fmt::format("{}:{}: expected {} atoms, the file ends before",
                                             path_.string(),
                                             first_line,
                                             *n_atoms));
            }
            text += line;
            text += '\n';
        }
        return text;
    }

    /// All lines up to one that ends a record, with it.
    template <class IsEnd>
    std::optional<std::string> next_until(const IsEnd& is_end) {
        std::string text;
        bool has_more_than_blanks = false;
        std::string line;
        while (read_line(line)) {
            text += line;
            text += '\n';
            has_more_than_blanks = has_more_than_blanks || !is_blank(line);
            if (is_end(line)) {
                return text;
            }
        }
        return has_more_than_blanks ? std::optional(text) : std::nullopt;
    }

    std::optional<std::string> next_mol2() {
        const auto begins = [](const std::string& line) {
            return line.starts_with("@<TRIPOS>MOLECULE");
        };
        std::string text = std::move(ahead_);
        ahead_.clear();
        bool has_begun = !text.empty();
        std::string line;
        while (read_line(line)) {
            if (begins(line)) {
                if (has_begun) {
                    ahead_ = line + '\n';
                    return text;
                }
                has_begun = true;
            }
            text += line;
            text += '\n';
        }
        return text.find_first_not_of(parse::whitespace) == std::string::npos ? std::nullopt
                                                                              : std::optional(text);
    }

    const std::filesystem::path& path_;
    const std::string& format_;
    std::ifstream file_;
    boost::iostreams::filtering_istream lines_;
    std::size_t line_number_ = 0;
    std::string ahead_;  // the first line of the next record
};

RecordStream::RecordStream(std::filesystem::path path)
    : path_(std::move(path)),
      format_(format_of(path_)),
      cutter_(std::make_unique<Cutter>(path_, format_)) {
    std::error_code unknown;
    const std::uintmax_t bytes = std::filesystem::file_size(path_, unknown);
    bytes_ = unknown ? 0 : bytes;
}

RecordStream::~RecordStream() = default;

double RecordStream::share_read() const {
    const std::streamoff read = cutter_ == nullptr ? -1 : cutter_->bytes_read();
    return read < 0 || bytes_ == 0 ? 1.0 : static_cast<double>(read) / static_cast<double>(bytes_);
}

std::optional<RecordTexts> RecordStream::next(std::size_t most) {
    if (cutter_ == nullptr) {
        return std::nullopt;
    }
    RecordTexts result{path_, format_, next_index_, {}, {}};
    try {
        while (result.texts.size() < most) {
            std::optional<std::string> text = cutter_->next();
            if (!text) {
                cutter_.reset();
                break;
            }
            result.texts.push_back(std::move(*text));
        }
    } catch (const InputError& error) {
        result.error = error.what();
        cutter_.reset();
    }
    next_index_ += result.texts.size();
    if (result.texts.empty() && result.error.empty()) {
        return std::nullopt;
    }
    return result;
}

namespace {

/// The record of one text.
/// @throws InputError with the place
MoleculeRecord read_one(const RecordTexts& texts, std::size_t i, const std::string& source) {
    if (texts.format == "xyz") {
        return molecule_record(parse_extended_xyz(texts.texts[i], source).at(0));
    }
    try {
        std::vector<MoleculeRecord> records =
            read_open_babel_text(texts.texts[i], texts.format).records;
        if (records.size() != 1) {
            throw InputError(fmt::format("{} molecules, expected one", records.size()));
        }
        return std::move(records.front());
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", source, error.what()));
    }
}

/// All of them at once, which takes one start of the reader; nullopt if that does not give a record
/// for each.
std::optional<std::vector<MoleculeRecord>> read_together(const RecordTexts& texts) {
    std::string whole;
    for (const std::string& text : texts.texts) {
        whole += text;
    }
    try {
        std::vector<MoleculeRecord> records = read_open_babel_text(whole, texts.format).records;
        return records.size() == texts.texts.size() ? std::optional(std::move(records))
                                                    : std::nullopt;
    } catch (const InputError&) {
        return std::nullopt;
    }
}

}  // namespace

std::vector<ReadRecord> read_records(const RecordTexts& texts) {
    std::vector<ReadRecord> result;
    std::optional<std::vector<MoleculeRecord>> together;
    if (texts.format != "xyz" && !texts.texts.empty()) {
        together = read_together(texts);
    }
    for (std::size_t i = 0; i < texts.texts.size(); ++i) {
        ReadRecord& read = result.emplace_back();
        const std::uint64_t index = texts.first + i;
        read.source = fmt::format("{}, record {}", texts.path.string(), index + 1);
        try {
            read.record = together ? std::move((*together)[i]) : read_one(texts, i, read.source);
            if (read.record.molecule.name.empty()) {
                read.record.molecule.name =
                    fmt::format("{} #{}", texts.path.stem().string(), index + 1);
            }
        } catch (const InputError& error) {
            read.error = error.what();
        }
    }
    if (!texts.error.empty()) {
        ReadRecord& rest = result.emplace_back();
        rest.source = texts.path.string();
        rest.error = texts.error;
    }
    return result;
}

}  // namespace keesom
