// SPDX-License-Identifier: BSD-3-Clause
//
// Tables as Parquet (https://parquet.apache.org), which pandas, polars and DuckDB read with the
// types of their columns. The writing is done by the program keesom-parquet, so that whoever links
// this library needs no Apache Arrow. It is looked for
// - at KEESOM_PARQUET, if this environment variable is set;
// - in ../libexec/keesom, seen from the folder of the running program;
// - where it was to be installed, and where it was built.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace keesom {

enum class ColumnType {
    text,    ///< UTF-8, never missing; each byte that is none becomes U+FFFD
    count,   ///< 64-bit integer
    number,  ///< 64-bit floating point
};

struct TableColumn {
    std::string name;
    ColumnType type = ColumnType::text;
};

/// Whether there is a program that writes Parquet.
/// @throws InputError if there is one that does not start
bool has_parquet_writer();

/// Writes a table, whole or not at all, as write_file() does. The same table gives the same bytes
/// with the same version of Apache Arrow. Memory does not grow with the table.
/// @param csv file with a heading; text that has commas, quotes or line ends is in quotes, lines
///        end in \n, and empty counts and numbers are missing ones
/// @param columns all of the table, in order
/// @param facts about the table, for its metadata; keys have no '='
/// @throws InputError "NAME: reason" if that is impossible
void write_parquet(const std::filesystem::path& csv,
                   const std::vector<TableColumn>& columns,
                   const std::map<std::string, std::string>& facts,
                   const std::filesystem::path& path);

}  // namespace keesom
