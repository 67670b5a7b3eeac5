// SPDX-License-Identifier: BSD-3-Clause
//
// Files of any number of molecules, some records at a time. A stream cuts its file into texts of
// whole records without understanding them, which takes no time; what they hold can then be read by
// many threads at once. A record that cannot be read has an error, and the others are not lost.
//
// Formats that are cut: xyz and extxyz, at the number of atoms; sdf, sd and mol, behind "$$$$"; and
// mol2, before "@<TRIPOS>MOLECULE"; plain or gzip. A file of another format is one text.
#pragma once

#include <keesom/core/io/molecule_file.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keesom {

/// Records that follow one another.
struct RecordTexts {
    std::filesystem::path path;
    std::string format;              ///< "xyz", or the name that Open Babel has for it
    std::uint64_t first = 0;         ///< index of the first record in the file, from 0
    std::vector<std::string> texts;  ///< of each record; of a format that is not cut, of all
    std::string error;               ///< why nothing is known of what follows the texts
};

/// A record, or why there is none.
struct ReadRecord {
    MoleculeRecord record;
    std::string source;  ///< "FILE, record 3"
    std::string error;   ///< with the place; empty for a record
};

class RecordStream {
public:
    /// @throws InputError "NAME: reason" if the file cannot be opened or is empty
    explicit RecordStream(std::filesystem::path path);
    ~RecordStream();
    RecordStream(const RecordStream&) = delete;
    RecordStream(RecordStream&&) = delete;
    RecordStream& operator=(const RecordStream&) = delete;
    RecordStream& operator=(RecordStream&&) = delete;

    /// The next texts, `most` at most; nullopt at the end of the file.
    std::optional<RecordTexts> next(std::size_t most);

    /// The part of the bytes of the file that has been read.
    [[nodiscard]] double share_read() const;

private:
    class Cutter;

    std::filesystem::path path_;
    std::string format_;
    std::unique_ptr<Cutter> cutter_;
    std::uint64_t next_index_ = 0;
    std::uintmax_t bytes_ = 0;
};

/// What the texts hold, one for each record, and one for an error behind them. May be called by
/// many threads at once.
std::vector<ReadRecord> read_records(const RecordTexts& texts);

}  // namespace keesom
