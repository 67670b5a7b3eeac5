// SPDX-License-Identifier: BSD-3-Clause
//
// Reads molecules of every format that Open Babel knows (O'Boyle et al., J. Cheminf. 3, 33 (2011))
// for keesom, which runs this program for each file: a reader that crashes or hangs on a damaged
// file takes nothing else with it, and the code under the GPL stays in here.
//
//     keesom-open-babel read MEMORY_MIB SECONDS FORMAT… <FILE
//     keesom-open-babel formats
//
// `read` takes the first FORMAT that Open Babel knows and writes extended XYZ, one frame a record:
// elements and coordinates as they are (no hydrogen atoms are added), in the comment
// - `format`, `title`, `dimension` (0 if unknown), `cell` (T, F);
// - `charge` where the reader reports the charge of the molecule;
// and the columns `isotope` (mass number, 0 if unknown), `formal_charge`, and, if the reader has
// found any, `partial_charge`. What is a statement of the file in there depends on the format and
// is for keesom to judge. An error is one line on standard error and status 1; status 4 means that
// the memory was not enough.
#include <keesom/core/errors.hpp>
#include <keesom/core/io/parse.hpp>

#include <fmt/format.h>
#include <openbabel/atom.h>
#include <openbabel/generic.h>
#include <openbabel/mol.h>
#include <openbabel/obconversion.h>
#include <openbabel/oberror.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <initializer_list>
#include <iostream>
#include <iterator>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>
#include <vector>

namespace {

using keesom::InputError;
using OpenBabel::OBConversion;
using OpenBabel::OBFormat;
using OpenBabel::OBMol;
namespace parse = keesom::parse;

constexpr int status_of_errors = 1;
constexpr int status_out_of_memory = 4;
constexpr std::size_t most_records = 1'000'000;

/// Where the answer goes. Readers and their XML library write messages to the standard streams;
/// those lead nowhere from here on.
class Answer {
public:
    Answer() : output_(dup(STDOUT_FILENO)), errors_(dup(STDERR_FILENO)) {
        const int null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(null_device, STDOUT_FILENO);
        dup2(null_device, STDERR_FILENO);
        close(null_device);
    }

    /// @return false if nobody reads any more
    [[nodiscard]] bool output(std::string_view text) const { return write_all(output_, text); }

    void error(std::string_view line) const { write_all(errors_, fmt::format("{}\n", line)); }

private:
    static bool write_all(int file, std::string_view text) {
        while (!text.empty()) {
            const ssize_t n_bytes = write(file, text.data(), text.size());
            if (n_bytes < 0 && errno != EINTR) {
                return false;
            }
            text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(n_bytes, 0)));
        }
        return true;
    }

    int output_;
    int errors_;
};

void set_limit(decltype(RLIMIT_AS) resource, rlim_t value) {
    const rlimit limit{value, value};
    setrlimit(resource, &limit);
}

void set_limits(std::string_view mebibytes, std::string_view seconds) {
    const auto memory = parse::number<rlim_t>(mebibytes);
    const auto time = parse::number<rlim_t>(seconds);
    if (!memory || !time) {
        throw InputError(fmt::format("'{}' MiB and '{}' s are no limits", mebibytes, seconds));
    }
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_CPU, *time);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // Sanitizers reserve terabytes of addresses.
    constexpr int bits_of_mebibyte = 20;
    set_limit(RLIMIT_AS, *memory << bits_of_mebibyte);
#endif
}

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

/// A format and the name by which it was asked for.
struct Format {
    OBFormat* reader;
    std::string name;
};

Format first_known(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        OBFormat* const reader = OBConversion::FindFormat(name.c_str());
        if (reader != nullptr) {
            if ((reader->Flags() & NOTREADABLE) != 0) {
                throw InputError(fmt::format("open babel cannot read the format '{}'", name));
            }
            return {reader, name};
        }
    }
    throw InputError(fmt::format("open babel knows no format '{}'", names.front()));
}

/// Readers that take in the whole text with the first record: they say themselves when there are no
/// more.
bool reads_ahead(std::string_view format) {
    return is_one_of(format, {"mae", "maegz", "cdjson", "pcjson"});
}

/// A value of the comment line.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += std::iscntrl(static_cast<unsigned char>(c)) != 0 ? ' ' : c;
    }
    return result + '"';
}

/// @throws InputError for what a frame cannot hold
std::string frame_of(OBMol& mol, const std::string& format) {
    fmt::memory_buffer text;
    const auto out = std::back_inserter(text);
    const bool has_partial_charges = mol.HasPartialChargesPerceived();
    fmt::format_to(out,
                   "{}\nformat={} title={} dimension={} cell={} ",
                   mol.NumAtoms(),
                   quoted(format),
                   quoted(mol.GetTitle()),
                   mol.GetDimension(),
                   mol.HasData(OpenBabel::OBGenericDataType::UnitCell) ? 'T' : 'F');
    if (mol.HasFlag(OB_TCHARGE_MOL)) {
        fmt::format_to(out, "charge={} ", mol.GetTotalCharge());
    }
    fmt::format_to(out,
                   "Properties=Z:I:1:pos:R:3:isotope:I:1:formal_charge:I:1{}\n",
                   has_partial_charges ? ":partial_charge:R:1" : "");
    for (unsigned int i = 1; i <= mol.NumAtoms(); ++i) {
        OpenBabel::OBAtom& atom = *mol.GetAtom(static_cast<int>(i));
        if (atom.GetAtomicNum() == 0) {
            throw InputError(fmt::format("atom {} is a dummy or of an unknown element", i));
        }
        if (!std::isfinite(atom.GetX()) || !std::isfinite(atom.GetY()) ||
            !std::isfinite(atom.GetZ())) {
            throw InputError("has a coordinate that is not finite");
        }
        fmt::format_to(out,
                       "{} {} {} {} {} {}",
                       atom.GetAtomicNum(),
                       atom.GetX(),
                       atom.GetY(),
                       atom.GetZ(),
                       atom.GetIsotope(),
                       atom.GetFormalCharge());
        if (has_partial_charges) {
            fmt::format_to(out, " {}", atom.GetPartialCharge());
        }
        fmt::format_to(out, "\n");
    }
    return fmt::to_string(text);
}

/// PDB as Open Babel can read it. It stops at the first END, of which files that were put together
/// have several, and loses its way in lines longer than its buffer; a record has 80 columns.
std::string suitable_pdb(std::string_view text) {
    constexpr std::size_t longest_line = 1024;
    std::string result;
    parse::Lines lines(text);
    while (const auto line = lines.next()) {
        result += parse::trimmed(*line) == "END" ? "ENDMDL" : line->substr(0, longest_line);
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
    if (warning.empty() && is_one_of(format, {"mol", "mdl", "sd", "sdf", "mol2", "ml2", "sy2"})) {
        return "the record is incomplete";
    }
    return warning;
}

void write_records(const std::string& text, const Format& format, const Answer& answer) {
    std::istringstream stream{text};
    OBConversion conversion;
    conversion.SetInFormat(format.reader);
    conversion.SetInStream(&stream);
    // Bonds are not needed, and to perceive them takes most of the time in formats without.
    conversion.AddOption("b", OBConversion::INOPTIONS);
    const bool ahead = reads_ahead(format.name);
    std::size_t n_records = 0;
    while (n_records < most_records) {
        const std::size_t begin = position_in(stream, text);
        OBMol mol;
        bool good = false;
        OpenBabel::obErrorLog.ClearLog();
        try {
            good = conversion.Read(&mol);
        } catch (const std::logic_error&) {  // from the middle of a reader that trusts its text
            throw InputError(fmt::format(
                "record {} cannot be read as {}: the text is damaged", n_records + 1, format.name));
        }
        const std::size_t end = position_in(stream, text);
        if (good && mol.NumAtoms() > 0) {
            ++n_records;
            std::string frame;
            try {
                frame = frame_of(mol, format.name);
            } catch (const InputError& error) {
                throw InputError(fmt::format("record {} {}", n_records, error.what()));
            }
            if (!answer.output(frame)) {
                return;
            }
        } else if (!good) {
            const std::string reason =
                reason_to_stop(std::string_view(text).substr(begin), format.name);
            if (!reason.empty()) {
                throw InputError(fmt::format(
                    "record {} cannot be read as {}: {}", n_records + 1, format.name, reason));
            }
            break;
        }
        if (good && mol.NumAtoms() > 0 && !ahead && end <= begin) {
            throw InputError(
                fmt::format("the reader of {} stays at record {}", format.name, n_records));
        }
        // Asked for one record more, some readers crash and others never return, and molecules
        // without atoms may come for ever.
        const bool finished =
            ahead ? mol.NumAtoms() == 0 || conversion.GetInStream()->eof()
                  : end <= begin || parse::trimmed(std::string_view(text).substr(end)).empty();
        if (finished) {
            break;
        }
    }
    if (n_records == most_records) {
        throw InputError(fmt::format("has {} records or more", most_records));
    }
    if (n_records == 0) {
        throw InputError(fmt::format("no molecules of format {} in it", format.name));
    }
}

void read(const std::vector<std::string>& arguments, const Answer& answer) {
    if (arguments.size() < 4) {
        throw InputError("expected a memory limit, a time limit and a format");
    }
    set_limits(arguments[1], arguments[2]);
    std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const Format format = first_known({arguments.begin() + 3, arguments.end()});
    if (is_one_of(format.name, {"pdb", "ent"})) {
        text = suitable_pdb(text);
    }
    write_records(text, format, answer);
}

void list_formats(const Answer& answer) {
    OBConversion conversion;
    for (const std::string& line : conversion.GetSupportedInputFormat()) {
        if (!answer.output(fmt::format("{}\n", line.substr(0, line.find(' '))))) {
            return;
        }
    }
}

int run(const std::vector<std::string>& arguments, const Answer& answer) {
    try {
        if (!arguments.empty() && arguments[0] == "read") {
            read(arguments, answer);
        } else if (arguments.size() == 1 && arguments[0] == "formats") {
            list_formats(answer);
        } else {
            throw InputError("expected 'read' or 'formats'");
        }
    } catch (const std::bad_alloc&) {
        return status_out_of_memory;
    } catch (const std::exception& error) {
        answer.error(error.what());
        return status_of_errors;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const Answer answer;
    // Open Babel's own tear-down is of no use, and has crashed after damaged files.
    std::_Exit(run({argv + 1, argv + argc}, answer));
}
