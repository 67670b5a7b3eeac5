// SPDX-License-Identifier: BSD-3-Clause
//
// Writes a CSV table as Parquet for keesom, which runs this program for `keesom screen --parquet`.
// So keesom itself starts without Apache Arrow, whose libraries few machines have, and which go
// with pyarrow where they are part of it. They would also double the 5 ms that a start of keesom
// takes.
//
//     keesom-parquet write TABLE.csv FILE NAME:TYPE… [KEY=VALUE…]
//     keesom-parquet check
//
// The columns are all of the table in its order, of the types `text`, `count` and `number`; what
// has a key goes into the metadata of the file. The table is read here and not by Arrow, whose
// reader has lines end within a block of fixed size and takes no text that is not UTF-8. Lines are
// collected to groups, so that memory depends on neither the length of the table nor that of text.
// FILE is written from its beginning to its end, and is no Parquet before that; it is removed if
// the program that started this one ends before. `check` says by its status that the program can be
// started. An error is one line on standard error and status 1.
#include <keesom/core/errors.hpp>
#include <keesom/core/io/parse.hpp>

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/io/file.h>
#include <arrow/result.h>
#include <arrow/status.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <arrow/util/compression.h>
#include <arrow/util/io_util.h>
#include <arrow/util/key_value_metadata.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <ios>
#include <memory>
#include <streambuf>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using keesom::InputError;
namespace parse = keesom::parse;

constexpr std::size_t most_rows_of_group = 1 << 17;
constexpr std::size_t most_text_of_group = 1 << 26;

/// @throws InputError what the system says, or what Arrow does if it is none of the system's errors
void require(const arrow::Status& status) {
    if (status.ok()) {
        return;
    }
    const int error = arrow::internal::ErrnoFromStatus(status);
    throw InputError(error != 0 ? std::generic_category().message(error) : status.message());
}

template <class Value>
Value require(arrow::Result<Value> result) {
    require(result.status());
    return std::move(result).ValueUnsafe();
}

// ---------------------------------------------------------------------------------------------------
// The table as it is read

class CsvReader {
public:
    explicit CsvReader(std::string name) : name_(std::move(name)) {
        if (file_.open(name_, std::ios::in | std::ios::binary) == nullptr) {
            throw InputError(fmt::format("{} cannot be opened", name_));
        }
    }

    /// Cells of the next row, without their quotes.
    /// @return false at the end
    bool next(std::vector<std::string>& cells) {
        int character = file_.sbumpc();
        if (character == end) {
            return false;
        }
        ++row_;
        std::size_t n_cells = 0;
        std::string* cell = &cleared(cells, n_cells++);
        while (character != '\n') {
            if (character == end) {
                fail("is cut off");
            } else if (character == '"') {
                append_quoted(*cell);
            } else if (character == ',') {
                cell = &cleared(cells, n_cells++);
            } else {
                cell->push_back(static_cast<char>(character));
            }
            character = file_.sbumpc();
        }
        cells.resize(n_cells);
        return true;
    }

    /// @throws InputError with the row read last
    [[noreturn]] void fail(std::string_view reason) const {
        throw InputError(fmt::format("row {} of {} {}", row_, name_, reason));
    }

private:
    static constexpr int end = std::char_traits<char>::eof();

    static std::string& cleared(std::vector<std::string>& cells, std::size_t i) {
        if (i == cells.size()) {
            cells.emplace_back();
        }
        cells[i].clear();
        return cells[i];
    }

    /// Up to the closing quote; a quote within is doubled.
    void append_quoted(std::string& cell) {
        while (true) {
            const int character = file_.sbumpc();
            if (character == end) {
                fail("is cut off");
            }
            if (character == '"') {
                if (file_.sgetc() != '"') {
                    return;
                }
                file_.sbumpc();
            }
            cell.push_back(static_cast<char>(character));
        }
    }

    std::string name_;
    std::filebuf file_;
    std::size_t row_ = 0;  // from 1, with the heading
};

/// Length of the UTF-8 character at the beginning, 0 if there is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80U) {
        return 1;
    }
    if (first >= 0xc2U && first < 0xe0U) {
        return continues(1) ? 2 : 0;
    }
    if (first >= 0xe0U && first < 0xf0U) {
        const bool overlong = first == 0xe0U && byte(1) < 0xa0U;
        const bool surrogate = first == 0xedU && byte(1) >= 0xa0U;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0U && first < 0xf5U) {
        const bool overlong = first == 0xf0U && byte(1) < 0x90U;
        const bool too_large = first == 0xf4U && byte(1) >= 0x90U;
        return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

/// The text with U+FFFD for each byte that belongs to no character: names of files and titles have
/// any bytes, and readers of Parquet refuse what is not UTF-8.
std::string as_utf8(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        if (length == 0) {
            result += "\xef\xbf\xbd";
            text.remove_prefix(1);
        } else {
            result += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return result;
}

// ---------------------------------------------------------------------------------------------------
// The columns as they are written

class Column {
public:
    explicit Column(std::string name) : name_(std::move(name)) {}

    virtual ~Column() = default;
    Column(const Column&) = delete;
    Column(Column&&) = delete;
    Column& operator=(const Column&) = delete;
    Column& operator=(Column&&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] virtual std::shared_ptr<arrow::Field> field() const = 0;

    /// @return whether it is a value of the column
    virtual bool append(const std::string& cell) = 0;

    /// Takes out what was appended.
    virtual std::shared_ptr<arrow::Array> finish() = 0;

private:
    std::string name_;
};

class TextColumn : public Column {
public:
    using Column::Column;

    [[nodiscard]] std::shared_ptr<arrow::Field> field() const override {
        return arrow::field(name(), arrow::utf8(), false);
    }

    bool append(const std::string& cell) override {
        require(builder_.Append(as_utf8(cell)));
        return true;
    }

    std::shared_ptr<arrow::Array> finish() override { return require(builder_.Finish()); }

private:
    arrow::StringBuilder builder_;
};

/// Of integers or floating-point numbers, which may be missing.
template <class ArrowType>
class NumberColumn : public Column {
public:
    using Column::Column;

    [[nodiscard]] std::shared_ptr<arrow::Field> field() const override {
        return arrow::field(name(), std::make_shared<ArrowType>());
    }

    bool append(const std::string& cell) override {
        if (cell.empty()) {
            require(builder_.AppendNull());
            return true;
        }
        const auto value = parse::number<typename ArrowType::c_type>(cell);
        if (value) {
            require(builder_.Append(*value));
        }
        return value.has_value();
    }

    std::shared_ptr<arrow::Array> finish() override { return require(builder_.Finish()); }

private:
    arrow::NumericBuilder<ArrowType> builder_;
};

/// @param stated "NAME:TYPE"
std::unique_ptr<Column> column_of(std::string_view stated) {
    const std::size_t colon = stated.rfind(':');
    const std::string name(stated.substr(0, colon));
    const std::string_view type =
        colon == std::string_view::npos ? std::string_view() : stated.substr(colon + 1);
    if (type == "text") {
        return std::make_unique<TextColumn>(name);
    }
    if (type == "count") {
        return std::make_unique<NumberColumn<arrow::Int64Type>>(name);
    }
    if (type == "number") {
        return std::make_unique<NumberColumn<arrow::DoubleType>>(name);
    }
    throw InputError(
        fmt::format("expected NAME:text, NAME:count or NAME:number, got '{}'", stated));
}

using Columns = std::vector<std::unique_ptr<Column>>;

/// Rows on their way to a file.
class ParquetWriter {
public:
    ParquetWriter(const std::string& file,
                  Columns columns,
                  std::shared_ptr<const arrow::KeyValueMetadata> facts)
        : columns_(std::move(columns)), file_(require(arrow::io::FileOutputStream::Open(file))) {
        arrow::FieldVector fields;
        for (const auto& column : columns_) {
            fields.push_back(column->field());
        }
        schema_ = arrow::schema(fields, std::move(facts));
        parquet::WriterProperties::Builder properties;
        for (const auto codec : {arrow::Compression::ZSTD, arrow::Compression::SNAPPY}) {
            if (arrow::util::Codec::IsAvailable(codec)) {
                properties.compression(codec);
                break;
            }
        }
        parquet::ArrowWriterProperties::Builder arrow_properties;
        arrow_properties.store_schema();
        writer_ = require(parquet::arrow::FileWriter::Open(*schema_,
                                                           arrow::default_memory_pool(),
                                                           file_,
                                                           properties.build(),
                                                           arrow_properties.build()));
    }

    /// @return the name of the column that a cell is no value of, empty if there is none
    std::string append(const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!columns_[i]->append(cells[i])) {
                return columns_[i]->name();
            }
            n_bytes_ += cells[i].size();
        }
        ++n_rows_;
        if (n_rows_ == most_rows_of_group || n_bytes_ >= most_text_of_group) {
            write_group();
        }
        return {};
    }

    void close() {
        if (n_rows_ > 0) {
            write_group();
        }
        require(writer_->Close());
        require(file_->Close());
    }

    [[nodiscard]] const Columns& columns() const { return columns_; }

private:
    void write_group() {
        arrow::ArrayVector arrays;
        for (const auto& column : columns_) {
            arrays.push_back(column->finish());
        }
        const auto n_rows = static_cast<std::int64_t>(n_rows_);
        require(writer_->WriteTable(*arrow::Table::Make(schema_, arrays, n_rows), n_rows));
        n_rows_ = 0;
        n_bytes_ = 0;
    }

    Columns columns_;
    std::shared_ptr<arrow::io::FileOutputStream> file_;
    std::shared_ptr<arrow::Schema> schema_;
    std::unique_ptr<parquet::arrow::FileWriter> writer_;
    std::size_t n_rows_ = 0;   // of the group
    std::size_t n_bytes_ = 0;  // of their cells
};

// ---------------------------------------------------------------------------------------------------

std::string unfinished;  // name of the file, empty if nobody should remove it

void remove_unfinished(int signal) {
    unlink(unfinished.c_str());
    _exit(128 + signal);
}

/// Without the program that would give it its place, nobody needs the file.
void end_with_parent(const std::string& file) {
    struct stat status {};

    if (stat(file.c_str(), &status) != 0 || S_ISREG(status.st_mode)) {
        unfinished = file;
        std::signal(SIGTERM, remove_unfinished);
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

void write(const std::vector<std::string>& arguments) {
    if (arguments.size() < 4) {
        throw InputError("expected a table, a file and columns");
    }
    Columns columns;
    auto facts = std::make_shared<arrow::KeyValueMetadata>();
    for (std::size_t i = 3; i < arguments.size(); ++i) {
        const std::size_t equals = arguments[i].find('=');
        if (equals == std::string::npos) {
            columns.push_back(column_of(arguments[i]));
        } else {
            facts->Append(arguments[i].substr(0, equals), arguments[i].substr(equals + 1));
        }
    }
    CsvReader table(arguments[1]);
    std::vector<std::string> cells;
    std::vector<std::string> expected;
    for (const auto& column : columns) {
        expected.push_back(column->name());
    }
    if (!table.next(cells) || cells != expected) {
        throw InputError(fmt::format("{} has other columns than expected", arguments[1]));
    }
    end_with_parent(arguments[2]);
    ParquetWriter writer(arguments[2], std::move(columns), facts);
    while (table.next(cells)) {
        if (cells.size() != expected.size()) {
            table.fail(fmt::format("has {} cells, expected {}", cells.size(), expected.size()));
        }
        if (const std::string column = writer.append(cells); !column.empty()) {
            table.fail(fmt::format("has no number in column {}", column));
        }
    }
    writer.close();
}

void run(const std::vector<std::string>& arguments) {
    // A file that may not become larger is an error of writing, as a full disk is.
    std::signal(SIGXFSZ, SIG_IGN);
    if (!arguments.empty() && arguments[0] == "write") {
        write(arguments);
    } else if (arguments.size() != 1 || arguments[0] != "check") {
        throw InputError("expected 'write' or 'check'");
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
