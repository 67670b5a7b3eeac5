// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/core/errors.hpp>
#include <keesom/core/io/open_babel.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/stated_charges.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>
#include <openbabel/atom.h>
#include <openbabel/mol.h>
#include <openbabel/obconversion.h>
#include <openbabel/oberror.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <ostream>
#include <sstream>
#include <string_view>
#include <unistd.h>

namespace keesom {

namespace {

using OpenBabel::OBConversion;
using OpenBabel::OBFormat;
using OpenBabel::OBMol;

/// Keeps Open Babel quiet while it lives: its log goes nowhere, and so does what readers and their
/// XML library write to the standard error stream past the log.
class Silence {
public:
    Silence() : log_stream_(OpenBabel::obErrorLog.GetOutputStream()), nowhere_(nullptr) {
        OpenBabel::obErrorLog.SetOutputStream(&nowhere_);
        OpenBabel::obErrorLog.ClearLog();
        const int null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (null_device >= 0) {
            standard_error_ = dup(STDERR_FILENO);
            if (standard_error_ >= 0) {
                dup2(null_device, STDERR_FILENO);
            }
            close(null_device);
        }
    }

    ~Silence() {
        if (standard_error_ >= 0) {
            dup2(standard_error_, STDERR_FILENO);
            close(standard_error_);
        }
        OpenBabel::obErrorLog.ClearLog();
        OpenBabel::obErrorLog.SetOutputStream(log_stream_);
    }

    Silence(const Silence&) = delete;
    Silence(Silence&&) = delete;
    Silence& operator=(const Silence&) = delete;
    Silence& operator=(Silence&&) = delete;

private:
    std::ostream* log_stream_;
    std::ostream nowhere_;
    int standard_error_ = -1;
};

/// The last message of a level in our grammar, without its heading; empty if there is none.
std::string last_message(OpenBabel::obMessageLevel level) {
    const auto messages = OpenBabel::obErrorLog.GetMessagesOfLevel(level);
    std::string reason;
    if (!messages.empty()) {
        parse::Lines lines(messages.back());
        while (const auto line = lines.next()) {
            std::string_view text = parse::trimmed(*line);
            constexpr std::string_view prefix = "WARNING: ";
            if (text.substr(0, prefix.size()) == prefix) {
                text.remove_prefix(prefix.size());
            }
            if (text.empty() || text[0] == '=' || text[0] == '*') {
                continue;
            }
            reason += (reason.empty() ? "" : ", ") + std::string(text);
        }
    }
    while (!reason.empty() && reason.back() == '.') {
        reason.pop_back();
    }
    if (reason.size() > 1 && std::isupper(static_cast<unsigned char>(reason[1])) == 0) {
        reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    }
    return reason;
}

bool is_one_of(std::string_view format, std::initializer_list<std::string_view> formats) {
    return std::find(formats.begin(), formats.end(), format) != formats.end();
}

bool is_mdl(std::string_view format) {
    return is_one_of(format, {"mol", "mdl", "sd", "sdf"});
}

bool is_pdb(std::string_view format) {
    return is_one_of(format, {"pdb", "ent"});
}

bool is_mol2(std::string_view format) {
    return is_one_of(format, {"mol2", "ml2", "sy2"});
}

/// A format of Open Babel and the extension by which we call it.
struct Format {
    OBFormat* reader;
    std::string name;
};

Format format_of(const std::filesystem::path& path) {
    std::filesystem::path name = path.filename();
    if (name.extension() == ".gz") {
        name = name.stem();
    }
    std::string extension = name.extension().string();
    std::string lower = extension;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    // Names without extension are formats as well: POSCAR, CONFIG.
    for (const std::string& candidate : {lower, extension, name.string()}) {
        const std::string text = candidate.substr(candidate.find_first_not_of('.') == 1 ? 1 : 0);
        OBFormat* const format = text.empty() ? nullptr : OBConversion::FindFormat(text.c_str());
        if (format != nullptr) {
            if ((format->Flags() & NOTREADABLE) != 0) {
                throw InputError(
                    fmt::format("{}: open babel cannot read the format '{}'", path.string(), text));
            }
            return {format, text};
        }
    }
    throw InputError(fmt::format("{}: open babel knows no format '{}'",
                                 path.string(),
                                 extension.empty() ? name.string() : extension.substr(1)));
}

void require_three_dimensions(OBMol& mol, const Eigen::Matrix3Xd& positions) {
    constexpr unsigned short unknown = 0;
    const bool one_place = (positions.colwise() - positions.col(0)).isZero(0.0);
    const bool no_coordinates = mol.GetDimension() == unknown && positions.isZero(0.0);
    if (mol.GetDimension() == 2 || no_coordinates || (mol.NumAtoms() > 1 && one_place)) {
        throw InputError("has no three-dimensional coordinates");
    }
}

Molecule molecule_of(OBMol& mol) {
    Molecule molecule;
    molecule.positions.resize(3, mol.NumAtoms());
    for (unsigned int i = 0; i < mol.NumAtoms(); ++i) {
        OpenBabel::OBAtom* const atom = mol.GetAtom(static_cast<int>(i + 1));
        const int z = static_cast<int>(atom->GetAtomicNum());
        if (z == 0) {
            throw InputError(fmt::format("atom {} is a dummy or of an unknown element", i + 1));
        }
        molecule.atomic_numbers.push_back(z);
        molecule.positions.col(i) << atom->GetX(), atom->GetY(), atom->GetZ();
    }
    if (!molecule.positions.allFinite()) {
        throw InputError("has a coordinate that is not finite");
    }
    require_three_dimensions(mol, molecule.positions);
    molecule.positions *= units::angstrom;
    molecule.name = parse::trimmed(mol.GetTitle());
    if (molecule.name == "*****") {  // how MOL2 says that there is no name
        molecule.name.clear();
    }
    return molecule;
}

/// The charge that the reader of a format reports, for formats whose text we do not look into.
std::optional<int> reported_charge(OBMol& mol, std::string_view format) {
    if (is_mdl(format) || mol.HasFlag(OB_TCHARGE_MOL)) {
        return mol.GetTotalCharge();
    }
    if (is_one_of(format, {"pqr", "hin"}) && mol.HasPartialChargesPerceived()) {
        std::vector<double> charges;
        for (unsigned int i = 1; i <= mol.NumAtoms(); ++i) {
            charges.push_back(mol.GetAtom(static_cast<int>(i))->GetPartialCharge());
        }
        return sum_of_partial_charges(charges);
    }
    return std::nullopt;
}

/// The charges in the text of a file of which `n_records` records were read; nullopt for formats
/// whose text we do not look into.
std::optional<StatedCharges> charges_in_text(std::string_view text,
                                             std::string_view format,
                                             std::size_t n_records) {
    StatedCharges charges;
    if (is_pdb(format)) {
        charges = pdb_charges(text);
    } else if (is_mol2(format)) {
        charges = mol2_charges(text);
    } else if (is_one_of(format, {"cml", "mrv"})) {
        charges = cml_charges(text);
        // Molecules of CML may be nested. If we count them in another way no charge is known for
        // sure.
        if (charges.size() != n_records) {
            charges.assign(n_records, std::nullopt);
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

/// Open Babel stops reading PDB at the first END. Files that were put together have several.
std::string with_end_of_models(std::string_view text) {
    std::string result;
    parse::Lines lines(text);
    while (const auto line = lines.next()) {
        result += parse::trimmed(*line) == "END" ? "ENDMDL" : *line;
        result += '\n';
    }
    return result;
}

/// Position in the text, its end if the stream is used up.
std::size_t position_in(std::istream& stream, std::string_view text) {
    const auto position = stream.good() ? static_cast<std::streamoff>(stream.tellg()) : -1;
    return position < 0 ? text.size() : static_cast<std::size_t>(position);
}

/// The reason why reading stopped in front of `rest`, empty if that is the proper end of the file.
std::string reason_to_stop(std::string_view rest, std::string_view format) {
    const bool at_end = parse::trimmed(rest).empty();
    std::string error = last_message(OpenBabel::obError);
    if (!error.empty() || at_end) {
        return error;
    }
    std::string warning = last_message(OpenBabel::obWarning);
    if (warning.empty() && (is_mdl(format) || is_mol2(format))) {
        return "the record is incomplete";
    }
    return warning;
}

std::vector<MoleculeRecord> read_records(std::string_view text, const Format& format) {
    std::vector<MoleculeRecord> records;
    std::istringstream stream{std::string(text)};
    OBConversion conversion;
    conversion.SetInFormat(format.reader);
    conversion.SetInStream(&stream);
    // Bonds are not needed, and to perceive them takes most of the time in formats without.
    conversion.AddOption("b", OBConversion::INOPTIONS);
    while (true) {
        const std::size_t begin = position_in(stream, text);
        OpenBabel::obErrorLog.ClearLog();
        OBMol mol;
        const bool good = conversion.Read(&mol);
        if (good && mol.NumAtoms() > 0) {
            MoleculeRecord& record = records.emplace_back();
            try {
                record.molecule = molecule_of(mol);
            } catch (const InputError& error) {
                throw InputError(fmt::format("record {} {}", records.size(), error.what()));
            }
            const auto charge = reported_charge(mol, format.name);
            record.charge_is_stated = charge.has_value();
            record.molecule.charge = charge.value_or(0);
            continue;
        }
        // At the end some readers deliver molecules without atoms for ever.
        const std::size_t end = position_in(stream, text);
        if (good && end > begin && end < text.size()) {
            continue;
        }
        const std::string reason = reason_to_stop(text.substr(begin), format.name);
        if (!good && !reason.empty()) {
            throw InputError(fmt::format(
                "record {} cannot be read as {}: {}", records.size() + 1, format.name, reason));
        }
        break;
    }
    if (records.empty()) {
        throw InputError(fmt::format("no molecules of format {} in it", format.name));
    }
    return records;
}

std::mutex& open_babel_mutex() {
    static std::mutex mutex;
    return mutex;
}

}  // namespace

MoleculeFile read_open_babel(const std::filesystem::path& path) {
    std::string text = read_text_file(path);
    const std::lock_guard lock(open_babel_mutex());
    const Silence silence;
    const Format format = format_of(path);
    if (is_pdb(format.name)) {
        text = with_end_of_models(text);
    }
    MoleculeFile file{path, format.name, {}};
    std::optional<StatedCharges> charges;
    try {
        file.records = read_records(text, format);
        charges = charges_in_text(text, format.name, file.records.size());
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", path.string(), error.what()));
    }
    const std::size_t n_records = file.records.size();
    for (std::size_t i = 0; i < n_records; ++i) {
        MoleculeRecord& record = file.records[i];
        if (charges) {
            record.charge_is_stated = (*charges)[i].has_value();
            record.molecule.charge = (*charges)[i].value_or(0);
        }
        if (record.molecule.name.empty()) {
            record.molecule.name = record_name(path, i, n_records);
        }
    }
    return file;
}

std::vector<std::string> open_babel_formats() {
    const std::lock_guard lock(open_babel_mutex());
    const Silence silence;
    OBConversion conversion;
    std::vector<std::string> formats;
    for (const std::string& line : conversion.GetSupportedInputFormat()) {
        formats.push_back(line.substr(0, line.find(' ')));
    }
    std::sort(formats.begin(), formats.end());
    return formats;
}

}  // namespace keesom
