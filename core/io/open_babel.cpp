// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/child_process.hpp>
#include <keesom/core/io/file_name.hpp>
#include <keesom/core/io/helper_program.hpp>
#include <keesom/core/io/open_babel.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/stated_charges.hpp>
#include <keesom/core/io/text_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace keesom {

namespace {

// Exit statuses of keesom-open-babel.
constexpr int status_of_errors = 1;
constexpr int status_out_of_memory = 4;

bool is_one_of(std::string_view format, std::initializer_list<std::string_view> formats) {
    return std::find(formats.begin(), formats.end(), format) != formats.end();
}

// ---------------------------------------------------------------------------------------------------
// The program

constexpr HelperProgram reader_program{"keesom-open-babel", "KEESOM_OPEN_BABEL", "openbabel"};

/// @throws InputError without the place unless the program has done its work
void require_success(const ChildAnswer& answer,
                     const std::string& format,
                     const ReaderLimits& limits) {
    const std::string reader = fmt::format("the reader of format '{}'", format);
    switch (answer.end) {
        case ChildEnd::killed_by_signal:
            throw InputError(fmt::format("{} crashed ({})", reader, signal_name(answer.code)));
        case ChildEnd::took_too_long:
            throw InputError(fmt::format("{} took longer than {} s",
                                         reader,
                                         std::chrono::duration<double>(limits.time).count()));
        case ChildEnd::wrote_too_much:
            throw InputError(
                fmt::format("{} answered with more than {} bytes", reader, limits.output));
        case ChildEnd::exited:
            break;
    }
    if (answer.code == status_out_of_memory) {
        throw InputError(fmt::format("{} needs more than {} MiB", reader, limits.memory_mib));
    }
    const std::string reason = first_line(answer.errors);
    if (answer.code == status_of_errors && !reason.empty()) {
        throw InputError(reason);
    }
    if (answer.code != 0) {
        throw InputError(fmt::format("{} failed with status {}", reader, answer.code));
    }
}

/// Names by which Open Babel may know the format, best first.
std::vector<std::string> format_names(const std::filesystem::path& path) {
    const std::filesystem::path name = file_name::plain(path);
    std::string extension = name.extension().string();
    extension.erase(0, 1);
    // Names without extension are formats as well: POSCAR, CONFIG.
    std::vector<std::string> names;
    for (const std::string& candidate :
         {file_name::lower_case(extension), extension, name.string()}) {
        if (!candidate.empty()) {
            names.push_back(candidate);
        }
    }
    return names;
}

/// The frames that the program makes of a text.
/// @throws InputError without the place
std::vector<XyzFrame> read_frames(const std::string& text,
                                  const std::vector<std::string>& formats,
                                  const ReaderLimits& limits) {
    const auto program = find_helper(reader_program);
    if (!program) {
        throw InputError(
            fmt::format("this keesom has no reader for the format '{}', it reads .xyz and .extxyz; "
                        "others need the program keesom-open-babel, which is built with "
                        "-DKEESOM_WITH_OPENBABEL=ON",
                        formats.front()));
    }
    // The program ends itself a while after we would, in case we are not there any more.
    constexpr std::chrono::seconds grace{10};
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(limits.time) + grace;
    std::vector<std::string> arguments = {
        "read", std::to_string(limits.memory_mib), std::to_string(seconds.count())};
    arguments.insert(arguments.end(), formats.begin(), formats.end());
    const ChildAnswer answer = run_child(*program, arguments, text, limits.time, limits.output);
    require_success(answer, formats.front(), limits);
    try {
        return parse_extended_xyz(answer.output, "line");
    } catch (const InputError& error) {
        throw InputError(fmt::format(
            "the reader of format '{}' gave no valid answer ({})", formats.front(), error.what()));
    }
}

// ---------------------------------------------------------------------------------------------------
// What it says

/// A key or a column that the program always gives.
template <class Map>
const typename Map::mapped_type& required(const Map& map, const std::string& key) {
    const auto found = map.find(key);
    if (found == map.end()) {
        throw InputError(fmt::format("lacks '{}' in the answer of its reader", key));
    }
    return found->second;
}

void require_three_dimensions(const XyzFrame& frame) {
    const std::string& dimension = required(frame.info, "dimension");
    const bool one_place = (frame.positions.colwise() - frame.positions.col(0)).isZero(0.0);
    const bool no_coordinates = dimension == "0" && frame.positions.isZero(0.0);
    if (dimension == "2" || no_coordinates || (frame.size() > 1 && one_place)) {
        throw InputError("has no three-dimensional coordinates");
    }
}

constexpr const char* periodic =
    "has a unit cell, periodic systems are not supported; cut the molecules out and give them as "
    "xyz";

/// Coordinates in a cell are those of an asymmetric unit, or of molecules cut at its walls.
void require_isolated(const XyzFrame& frame, std::string_view format) {
    const bool has_cell = required(frame.info, "cell") == "T";
    if (has_cell && !is_one_of(format, {"pdb", "ent", "pdbqt", "mcif", "mmcif"})) {
        throw InputError(periodic);
    }
}

std::map<Eigen::Index, int> isotopes_of(const XyzFrame& frame) {
    constexpr double largest = 400.0;
    std::map<Eigen::Index, int> isotopes;
    const Eigen::MatrixXd& mass_numbers = required(frame.columns, "isotope");
    for (Eigen::Index i = 0; i < frame.size(); ++i) {
        const double mass_number = mass_numbers(0, i);
        if (!(mass_number >= 0.0 && mass_number <= largest)) {
            throw InputError(fmt::format("has an atom with mass number {}", mass_number));
        }
        if (mass_number != 0.0) {
            isotopes.emplace(i, static_cast<int>(mass_number));
        }
    }
    return isotopes;
}

std::vector<double> listed(const Eigen::MatrixXd& row) {
    return {row.data(), row.data() + row.size()};
}

/// The charges that the reader of a format reports, for formats whose text we do not look into.
StatedCharge reported_charge(const XyzFrame& frame, std::string_view format) {
    StatedCharge charge;
    if (is_one_of(format, {"mol", "mdl", "sd", "sdf", "mae"})) {
        charge.of_atoms = listed(required(frame.columns, "formal_charge"));
        charge.total = sum_of_formal_charges(charge.of_atoms);
        return charge;
    }
    const auto partial_charges = frame.columns.find("partial_charge");
    if (const std::string* total = frame.find("charge")) {
        charge.total = parse::number<int>(*total);
    } else if (is_one_of(format, {"pqr", "hin"}) && partial_charges != frame.columns.end()) {
        charge.of_atoms = listed(partial_charges->second);
        charge.total = sum_of_partial_charges(charge.of_atoms);
    }
    return charge;
}

void require_possible(const std::vector<double>& atom_charges) {
    constexpr double most_protons = 118.0;
    for (std::size_t i = 0; i < atom_charges.size(); ++i) {
        if (!(std::abs(atom_charges[i]) <= most_protons)) {
            throw InputError(
                fmt::format("atom {} has the impossible charge {}", i + 1, atom_charges[i]));
        }
    }
}

void set_charge(StatedCharge charge, MoleculeRecord& record) {
    require_possible(charge.of_atoms);
    record.charge_is_stated = charge.total.has_value();
    record.molecule.charge = charge.total.value_or(0);
    record.atom_charges = std::move(charge.of_atoms);
    const bool all_zero = std::all_of(
        record.atom_charges.begin(), record.atom_charges.end(), [](double q) { return q == 0.0; });
    // Programs may leave out what they do not know, an atom here and there: then the atoms that we
    // count in the text are not those of the molecule. Zero partial charges are no statement.
    if (record.atom_charges.size() != record.molecule.atomic_numbers.size() ||
        (all_zero && !record.charge_is_stated)) {
        record.atom_charges.clear();
    }
}

MoleculeRecord record_of(const XyzFrame& frame, std::string_view format) {
    require_isolated(frame, format);
    require_three_dimensions(frame);
    MoleculeRecord record;
    record.notes = isotope_notes(isotopes_of(frame), frame.atomic_numbers);
    record.molecule.atomic_numbers = frame.atomic_numbers;
    record.molecule.positions = frame.positions;
    record.molecule.name = parse::trimmed(required(frame.info, "title"));
    if (record.molecule.name == "*****") {  // how MOL2 says that there is no name
        record.molecule.name.clear();
    }
    set_charge(reported_charge(frame, format), record);
    return record;
}

/// The charges in the text of a file of which `n_records` records were read; nullopt for formats
/// whose text we do not look into.
std::optional<StatedCharges> charges_in_text(std::string_view text,
                                             std::string_view format,
                                             std::size_t n_records) {
    StatedCharges charges;
    if (is_one_of(format, {"pdb", "ent"})) {
        charges = pdb_charges(text);
    } else if (is_one_of(format, {"mol2", "ml2", "sy2"})) {
        charges = mol2_charges(text);
    } else if (is_one_of(format, {"cml", "mrv"})) {
        charges = cml_charges(text);
        // Molecules of CML may be nested. If we count them in another way no charge is known for
        // sure.
        if (charges.size() != n_records) {
            charges.assign(n_records, StatedCharge());
        }
    } else {
        return std::nullopt;
    }
    if (charges.size() != n_records) {
        throw InputError(
            fmt::format("{} of {} records can be read as {}", n_records, charges.size(), format));
    }
    return charges;
}

/// @throws InputError without the place
MoleculeFile read(const std::filesystem::path& path,
                  const std::string& text,
                  const std::string& format,
                  const ReaderLimits& limits) {
    const std::vector<std::string> formats =
        format.empty() ? format_names(path) : std::vector<std::string>{format};
    // Open Babel reads VASP's files only together with others in their folder.
    if (is_one_of(file_name::lower_case(formats.front()), {"poscar", "contcar", "vasp"})) {
        throw InputError(periodic);
    }
    const std::vector<XyzFrame> frames = read_frames(text, formats, limits);
    MoleculeFile file{path, required(frames.front().info, "format"), {}};
    const auto charges = charges_in_text(text, file.format, frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        try {
            MoleculeRecord& record = file.records.emplace_back(record_of(frames[i], file.format));
            if (charges) {
                set_charge((*charges)[i], record);
            }
        } catch (const InputError& error) {
            throw InputError(fmt::format("record {} {}", i + 1, error.what()));
        }
    }
    return file;
}

}  // namespace

MoleculeFile read_open_babel(const std::filesystem::path& path,
                             const std::string& format,
                             const ReaderLimits& limits) {
    const std::string text = read_text_file(path);
    MoleculeFile file;
    try {
        file = read(path, text, format, limits);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", path.string(), error.what()));
    }
    const std::size_t n_records = file.records.size();
    for (std::size_t i = 0; i < n_records; ++i) {
        std::string& name = file.records[i].molecule.name;
        if (name.empty()) {
            name = record_name(path, i, n_records);
        }
    }
    return file;
}

MoleculeFile read_open_babel_text(const std::string& text,
                                  const std::string& format,
                                  const ReaderLimits& limits) {
    return read({}, text, format, limits);
}

std::vector<std::string> open_babel_formats() {
    const auto program = find_helper(reader_program);
    if (!program) {
        throw InputError("the program keesom-open-babel is not installed");
    }
    const ReaderLimits limits;
    const ChildAnswer answer = run_child(*program, {"formats"}, "", limits.time, limits.output);
    require_success(answer, "formats", limits);
    std::vector<std::string> formats;
    parse::Lines lines(answer.output);
    while (const auto line = lines.next()) {
        formats.emplace_back(*line);
    }
    std::sort(formats.begin(), formats.end());
    return formats;
}

}  // namespace keesom
