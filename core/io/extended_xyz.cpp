// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

namespace keesom {

namespace {

// ---------------------------------------------------------------------------------------------------
// The comment line

using Info = std::map<std::string, std::string>;

/// Goes through the text once, from left to right.
class CommentParser {
public:
    explicit CommentParser(std::string_view text) : text_(text) {}

    /// @throws InputError without the place
    Info parse() {
        Info info;
        while (true) {
            skip_blanks();
            if (at_end()) {
                return info;
            }
            const std::string_view key = until_one_of(" \t=");
            const std::size_t after_key = position_;
            skip_blanks();
            if (at_end() || text_[position_] != '=') {
                position_ = after_key;
                continue;
            }
            ++position_;
            skip_blanks();
            std::string text = value(key);
            if (key.empty()) {
                continue;
            }
            if (!info.emplace(key, std::move(text)).second) {
                throw InputError(fmt::format("key '{}' is given twice", key));
            }
        }
    }

private:
    [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }

    void skip_blanks() {
        while (!at_end() && (text_[position_] == ' ' || text_[position_] == '\t')) {
            ++position_;
        }
    }

    std::string_view until_one_of(std::string_view delimiters) {
        const std::size_t begin = position_;
        position_ = std::min(text_.find_first_of(delimiters, begin), text_.size());
        return text_.substr(begin, position_ - begin);
    }

    std::string value(std::string_view key) {
        if (at_end()) {
            return {};
        }
        switch (text_[position_]) {
            case '"':
                return quoted('"', key);
            case '\'':
                return quoted('\'', key);
            case '{':
                return quoted('}', key);
            case '[':
                return quoted(']', key);
            default:
                return std::string(until_one_of(" \t"));
        }
    }

    std::string quoted(char closing, std::string_view key) {
        std::string text;
        for (++position_; !at_end(); ++position_) {
            const char c = text_[position_];
            if (c == closing) {
                ++position_;
                return text;
            }
            const char next = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
            if (c == '\\' && (next == closing || next == '\\' || next == 'n')) {
                text += next == 'n' ? '\n' : next;
                ++position_;
            } else {
                text += c;
            }
        }
        throw InputError(fmt::format("the value of '{}' lacks its closing {}", key, closing));
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

// ---------------------------------------------------------------------------------------------------
// The columns

struct Column {
    std::string name;
    char type = 'R';        // S, R, I or L
    std::size_t first = 0;  // index of its first word in a line
    std::size_t count = 1;
};

struct Layout {
    std::vector<Column> columns;
    std::size_t n_words = 0;
    bool more_words_allowed = false;
    std::size_t species = 0;  // index of the word
    std::size_t position = 0;
};

constexpr std::string_view species_name = "species";
constexpr std::string_view number_name = "Z";
constexpr std::string_view position_name = "pos";

Layout plain_layout() {
    Layout layout;
    layout.n_words = 4;
    layout.more_words_allowed = true;
    layout.species = 0;
    layout.position = 1;
    return layout;
}

/// @throws InputError without the place
Layout parse_properties(std::string_view text) {
    const auto parts = parse::split(text, ':');
    if (parts.size() % 3 != 0) {
        throw InputError(
            fmt::format("key Properties '{}' is not a list of name:type:columns", text));
    }
    Layout layout;
    std::optional<std::size_t> species;
    std::optional<std::size_t> position;
    std::set<std::string_view> names;
    constexpr std::size_t most_columns = 10'000;
    for (std::size_t i = 0; i < parts.size(); i += 3) {
        const std::string_view name = parts[i];
        const std::string_view type = parts[i + 1];
        const auto count = parse::number<std::size_t>(parts[i + 2]);
        if (name.empty() || type.size() != 1 ||
            std::string_view("SRIL").find(type) == std::string_view::npos || !count ||
            *count == 0 || *count > most_columns) {
            throw InputError(fmt::format("key Properties '{}' has the invalid item '{}:{}:{}'",
                                         text,
                                         name,
                                         type,
                                         parts[i + 2]));
        }
        if (!names.insert(name).second) {
            throw InputError(fmt::format("key Properties '{}' has '{}' twice", text, name));
        }
        if ((name == species_name && type == "S" && *count == 1) ||
            (name == number_name && type == "I" && *count == 1 && !species)) {
            species = layout.n_words;
        } else if (name == position_name && type == "R" && *count == 3) {
            position = layout.n_words;
        } else {
            layout.columns.push_back({std::string(name), type[0], layout.n_words, *count});
        }
        layout.n_words += *count;
    }
    if (!species) {
        throw InputError(fmt::format("key Properties '{}' lacks species:S:1", text));
    }
    if (!position) {
        throw InputError(fmt::format("key Properties '{}' lacks pos:R:3", text));
    }
    layout.species = *species;
    layout.position = *position;
    return layout;
}

int parse_element(std::string_view word) {
    if (const auto number = parse::number<int>(word)) {
        element_symbol(*number);  // throws if there is no such element
        return *number;
    }
    return atomic_number(word);
}

/// Mass number of an element that has a symbol of its own for an isotope, else 0.
int isotope_of_symbol(std::string_view word) {
    constexpr int deuterium = 2;
    constexpr int tritium = 3;
    if (word == "D" || word == "d") {
        return deuterium;
    }
    return word == "T" || word == "t" ? tritium : 0;
}

double parse_coordinate(std::string_view word) {
    const auto value = parse::number<double>(word);
    if (!value) {
        throw InputError(fmt::format("coordinate '{}' is not a number", word));
    }
    const double position = *value * units::angstrom;
    if (!std::isfinite(position)) {  // bohrs are smaller: a finite number of Å may have too many
        throw InputError(fmt::format("coordinate '{}' is not finite", word));
    }
    return position;
}

double parse_value(std::string_view word, const Column& column) {
    if (column.type == 'L') {
        if (word == "T" || word == "True" || word == "true" || word == "1") {
            return 1.0;
        }
        if (word == "F" || word == "False" || word == "false" || word == "0") {
            return 0.0;
        }
        throw InputError(fmt::format("{} '{}' is neither T nor F", column.name, word));
    }
    if (column.type == 'I') {
        const auto integer = parse::number<long long>(word);
        if (!integer) {
            throw InputError(fmt::format("{} '{}' is not an integer", column.name, word));
        }
        return static_cast<double>(*integer);
    }
    const auto value = parse::number<double>(word);
    if (!value) {
        throw InputError(fmt::format("{} '{}' is not a number", column.name, word));
    }
    return *value;
}

// ---------------------------------------------------------------------------------------------------
// The frames

/// Reads frames; what is thrown while a line is looked at gets the name of the file and the line.
class FrameReader {
public:
    FrameReader(std::string_view text, const std::string& name) : lines_(text), name_(name) {}

    std::vector<XyzFrame> read() {
        std::vector<XyzFrame> frames;
        while (const auto line = lines_.next()) {
            const std::string_view word = parse::trimmed(*line);
            if (!word.empty()) {
                at_this_line([&] { frames.push_back(frame(word)); });
            }
        }
        if (frames.empty()) {
            throw InputError(fmt::format("{}: no atoms in it", name_));
        }
        return frames;
    }

private:
    template <class Function>
    void at_this_line(const Function& function) {
        try {
            function();
        } catch (const InputError& error) {
            throw InputError(fmt::format("{}:{}: {}", name_, lines_.number(), error.what()));
        }
    }

    XyzFrame frame(std::string_view count) {
        const auto n_atoms = parse::number<Eigen::Index>(count);
        if (!n_atoms || *n_atoms < 1) {
            throw InputError(fmt::format("expected a number of atoms, got '{}'", count));
        }
        XyzFrame frame;
        frame.where = fmt::format("{}:{}", name_, lines_.number());
        const auto comment = lines_.next();
        if (!comment) {
            throw InputError(fmt::format("the file ends before the first of {} atoms", *n_atoms));
        }
        frame.comment = *comment;
        frame.info = CommentParser(*comment).parse();
        Layout layout = plain_layout();
        const auto properties = frame.info.find("Properties");
        if (properties != frame.info.end()) {
            layout = parse_properties(properties->second);
            frame.info.erase(properties);
        }
        require_bytes(*n_atoms, layout);
        read_atoms(*n_atoms, layout, frame);
        return frame;
    }

    /// A wrong number of atoms must not allocate memory for them: a word and a blank are two bytes.
    void require_bytes(Eigen::Index n_atoms, const Layout& layout) {
        const std::string_view rest = lines_.rest();
        if (static_cast<std::size_t>(n_atoms) > (rest.size() + 1) / (2 * layout.n_words)) {
            const auto n_lines = std::count(rest.begin(), rest.end(), '\n') +
                                 (!rest.empty() && rest.back() != '\n' ? 1 : 0);
            throw InputError(
                fmt::format("expected {} atoms, {} lines are left in the file", n_atoms, n_lines));
        }
    }

    void read_atoms(Eigen::Index n_atoms, const Layout& layout, XyzFrame& frame) {
        frame.atomic_numbers.reserve(static_cast<std::size_t>(n_atoms));
        frame.positions.resize(3, n_atoms);
        std::vector<Eigen::MatrixXd> values;
        for (const Column& column : layout.columns) {
            const auto n_rows = column.type == 'S' ? 0 : static_cast<Eigen::Index>(column.count);
            values.emplace_back(n_rows, n_atoms);
        }
        for (Eigen::Index i = 0; i < n_atoms; ++i) {
            const auto line = lines_.next();
            if (!line) {
                throw InputError(
                    fmt::format("expected {} atoms, the file ends after {}", n_atoms, i));
            }
            parse::split_words(*line, words_);
            if (words_.size() < layout.n_words ||
                (words_.size() > layout.n_words && !layout.more_words_allowed)) {
                throw InputError(fmt::format("expected {} columns for atom {} of {}, got {}",
                                             layout.n_words,
                                             i + 1,
                                             n_atoms,
                                             words_.size()));
            }
            frame.atomic_numbers.push_back(parse_element(words_[layout.species]));
            if (const int isotope = isotope_of_symbol(words_[layout.species]); isotope != 0) {
                frame.isotopes.emplace(i, isotope);
            }
            for (std::size_t k = 0; k < 3; ++k) {
                frame.positions(static_cast<Eigen::Index>(k), i) =
                    parse_coordinate(words_[layout.position + k]);
            }
            for (std::size_t c = 0; c < values.size(); ++c) {
                const Column& column = layout.columns[c];
                for (Eigen::Index k = 0; k < values[c].rows(); ++k) {
                    values[c](k, i) =
                        parse_value(words_[column.first + static_cast<std::size_t>(k)], column);
                }
            }
        }
        for (std::size_t c = 0; c < values.size(); ++c) {
            if (values[c].rows() > 0) {
                frame.columns.emplace(layout.columns[c].name, std::move(values[c]));
            }
        }
    }

    parse::Lines lines_;
    const std::string& name_;
    std::vector<std::string_view> words_;
};

std::string quoted_if_needed(const std::string& value) {
    const bool plain =
        !value.empty() && value.find_first_of(" \t\n\r\"'={}[]\\,") == std::string::npos;
    if (plain) {
        return value;
    }
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '\n') {
            quoted += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + '"';
}

void require_writable_name(const std::string& name) {
    if (name.empty() || name.find_first_of(" \t\n\r\"'=:{}[]\\,") != std::string::npos) {
        throw InputError(fmt::format("'{}' cannot be a name in extended xyz", name));
    }
}

}  // namespace

const std::string* XyzFrame::find(const std::string& key) const {
    const auto found = info.find(key);
    return found == info.end() ? nullptr : &found->second;
}

std::vector<XyzFrame> parse_extended_xyz(std::string_view text, const std::string& name) {
    return FrameReader(text, name).read();
}

std::vector<XyzFrame> read_extended_xyz(const std::filesystem::path& path) {
    return parse_extended_xyz(read_text_file(path), path.string());
}

void write_extended_xyz(std::ostream& stream, const XyzFrame& frame) {
    const Eigen::Index n_atoms = frame.size();
    if (static_cast<Eigen::Index>(frame.atomic_numbers.size()) != n_atoms) {
        throw InputError(
            fmt::format("got {} elements for {} positions", frame.atomic_numbers.size(), n_atoms));
    }
    fmt::memory_buffer text;
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "{}\n", n_atoms);
    for (const auto& [key, value] : frame.info) {
        require_writable_name(key);
        fmt::format_to(out, "{}={} ", key, quoted_if_needed(value));
    }
    fmt::format_to(out, "Properties={}:S:1:{}:R:3", species_name, position_name);
    for (const auto& [name, values] : frame.columns) {
        require_writable_name(name);
        if (name == species_name || name == position_name) {
            throw InputError(fmt::format("a column besides the atoms cannot be called '{}'", name));
        }
        if (values.cols() != n_atoms || values.rows() == 0) {
            throw InputError(fmt::format("column '{}' is a {}×{} matrix, expected {} columns",
                                         name,
                                         values.rows(),
                                         values.cols(),
                                         n_atoms));
        }
        fmt::format_to(out, ":{}:R:{}", name, values.rows());
    }
    fmt::format_to(out, "\n");
    for (Eigen::Index i = 0; i < n_atoms; ++i) {
        fmt::format_to(
            out, "{:<2}", element_symbol(frame.atomic_numbers[static_cast<std::size_t>(i)]));
        for (Eigen::Index k = 0; k < 3; ++k) {
            fmt::format_to(out, " {:16.10f}", frame.positions(k, i) / units::angstrom);
        }
        for (const auto& [name, values] : frame.columns) {
            for (Eigen::Index k = 0; k < values.rows(); ++k) {
                fmt::format_to(out, " {}", values(k, i));
            }
        }
        fmt::format_to(out, "\n");
    }
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace keesom
