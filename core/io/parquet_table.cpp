// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/child_process.hpp>
#include <keesom/core/io/helper_program.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/parquet_table.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstddef>

namespace keesom {

namespace {

constexpr HelperProgram parquet_program{"keesom-parquet", "KEESOM_PARQUET", "parquet"};

std::string type_name(ColumnType type) {
    switch (type) {
        case ColumnType::text:
            return "text";
        case ColumnType::count:
            return "count";
        case ColumnType::number:
            return "number";
    }
    throw InputError("a column has no type");
}

/// @return what went wrong, empty if nothing did
std::string run_parquet_program(const std::filesystem::path& program,
                                const std::vector<std::string>& arguments) {
    // A table may be of any length; the program ends with this one.
    constexpr std::chrono::hours most_time{24 * 365};
    constexpr std::size_t most_output = 1 << 16;
    const ChildAnswer answer = run_child(program, arguments, "", most_time, most_output);
    if (answer.end == ChildEnd::killed_by_signal) {
        return fmt::format("{}: {}", parquet_program.name, signal_name(answer.code));
    }
    if (answer.end == ChildEnd::exited && answer.code == 0) {
        return {};
    }
    const std::string reason = first_line(answer.errors);
    return reason.empty()
               ? fmt::format("{} failed with status {}", parquet_program.name, answer.code)
               : reason;
}

}  // namespace

bool has_parquet_writer() {
    const auto program = find_helper(parquet_program);
    if (!program) {
        return false;
    }
    if (const std::string reason = run_parquet_program(*program, {"check"}); !reason.empty()) {
        throw InputError(fmt::format("{}: cannot be started ({})", program->string(), reason));
    }
    return true;
}

void write_parquet(const std::filesystem::path& csv,
                   const std::vector<TableColumn>& columns,
                   const std::map<std::string, std::string>& facts,
                   const std::filesystem::path& path) {
    const auto program = find_helper(parquet_program);
    if (!program) {
        throw InputError(fmt::format("the program {} is not installed", parquet_program.name));
    }
    write_file(path, [&](const std::filesystem::path& file) {
        std::vector<std::string> arguments = {"write", csv.string(), file.string()};
        for (const TableColumn& column : columns) {
            arguments.push_back(fmt::format("{}:{}", column.name, type_name(column.type)));
        }
        for (const auto& [key, value] : facts) {
            arguments.push_back(fmt::format("{}={}", key, value));
        }
        if (const std::string reason = run_parquet_program(*program, arguments); !reason.empty()) {
            throw InputError(fmt::format("{}: cannot be written ({})", path.string(), reason));
        }
    });
}

}  // namespace keesom
