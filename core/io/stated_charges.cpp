// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/stated_charges.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <string>

namespace keesom {

namespace {

/// Charge of an atom in PDB: digit and sign; the order is often the other way round.
std::optional<int> pdb_atom_charge(std::string_view line) {
    constexpr std::size_t first_column = 78;
    if (line.size() <= first_column) {
        return std::nullopt;
    }
    const std::string_view text = parse::trimmed(line.substr(first_column, 2));
    if (text.size() == 2 && (text[1] == '+' || text[1] == '-')) {
        return parse::number<int>(std::string{text[1], text[0]});
    }
    return parse::number<int>(text);
}

/// A sum of charges, which is as wild as the numbers in the file are.
int whole_charge(double sum) {
    constexpr double largest = 1e6;
    if (!(std::abs(sum) <= largest)) {
        throw InputError(fmt::format("charges add up to {}, which is impossible", sum));
    }
    return static_cast<int>(std::round(sum));
}

double sum_of(const std::vector<double>& charges) {
    return std::accumulate(charges.begin(), charges.end(), 0.0);
}

double parse_formal_charge(std::string_view text) {
    const auto charge = parse::number<int>(text);
    if (!charge) {
        throw InputError(fmt::format("formal charge '{}' is not an integer", text));
    }
    return *charge;
}

/// Value of an attribute in the inside of a tag, `id="a1" formalCharge="-1"`.
std::optional<std::string_view> attribute(std::string_view tag, std::string_view name) {
    for (auto begin = tag.find(name); begin != std::string_view::npos;
         begin = tag.find(name, begin + 1)) {
        const bool whole_word =
            begin > 0 && parse::whitespace.find(tag[begin - 1]) != std::string_view::npos;
        std::string_view rest = parse::trimmed(tag.substr(begin + name.size()));
        if (!whole_word || rest.empty() || rest.front() != '=') {
            continue;
        }
        rest = parse::trimmed(rest.substr(1));
        if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) {
            return std::nullopt;
        }
        const auto end = rest.find(rest.front(), 1);
        return rest.substr(1, end == std::string_view::npos ? end : end - 1);
    }
    return std::nullopt;
}

}  // namespace

StatedCharges pdb_charges(std::string_view text) {
    StatedCharges charges;
    std::vector<double> of_atoms;
    bool any = false;
    const auto finish_record = [&] {
        if (!of_atoms.empty()) {
            StatedCharge& record = charges.emplace_back();
            if (any) {
                record.total = sum_of_formal_charges(of_atoms);
                record.of_atoms = of_atoms;
            }
        }
        of_atoms.clear();
        any = false;
    };
    parse::Lines lines(text);
    while (const auto line = lines.next()) {
        if (line->substr(0, 6) == "ATOM  " || line->substr(0, 6) == "HETATM") {
            const auto charge = pdb_atom_charge(*line);
            any = any || charge.has_value();
            of_atoms.push_back(charge.value_or(0));
        } else if (line->substr(0, 6) == "ENDMDL" || parse::trimmed(*line) == "END") {
            finish_record();
        }
    }
    finish_record();
    return charges;
}

std::optional<int> sum_of_partial_charges(const std::vector<double>& charges) {
    constexpr double tolerance = 0.1;
    const double sum = sum_of(charges);
    const bool all_zero =
        std::all_of(charges.begin(), charges.end(), [](double charge) { return charge == 0.0; });
    if (all_zero || !(std::abs(sum - std::round(sum)) <= tolerance)) {
        return std::nullopt;
    }
    return whole_charge(sum);
}

int sum_of_formal_charges(const std::vector<double>& charges) {
    return whole_charge(sum_of(charges));
}

namespace {

/// The parts of a MOL2 record that say something about charge.
struct Mol2Record {
    bool partial_charges_are_given = false;
    std::map<std::string_view, std::size_t> atoms;  // by their numbers in the file
    std::vector<double> partial_charges;            // of the atoms that have one
    std::map<std::string_view, double> formal_charges;

    [[nodiscard]] StatedCharge stated() const {
        StatedCharge charge;
        if (!formal_charges.empty()) {
            charge.of_atoms.assign(atoms.size(), 0.0);
            for (const auto& [number, value] : formal_charges) {
                const auto atom = atoms.find(number);
                if (atom == atoms.end()) {
                    throw InputError(
                        fmt::format("formal charge of atom '{}', which does not exist", number));
                }
                charge.of_atoms[atom->second] = value;
            }
            charge.total = sum_of_formal_charges(charge.of_atoms);
            return charge;
        }
        const bool all_zero = std::all_of(
            partial_charges.begin(), partial_charges.end(), [](double q) { return q == 0.0; });
        if (partial_charges_are_given && !all_zero) {
            charge.total = sum_of_partial_charges(partial_charges);
            if (partial_charges.size() == atoms.size()) {
                charge.of_atoms = partial_charges;
            }
        }
        return charge;
    }
};

}  // namespace

StatedCharges mol2_charges(std::string_view text) {
    constexpr std::string_view tag = "@<TRIPOS>";
    constexpr int line_of_charge_type = 4;
    constexpr std::size_t word_of_charge = 8;

    std::vector<Mol2Record> records;
    std::string_view section;
    std::string_view atom_of_attributes;
    int line_in_section = 0;
    std::vector<std::string_view> words;
    parse::Lines lines(text);
    while (const auto line = lines.next()) {
        if (line->substr(0, tag.size()) == tag) {
            section = parse::trimmed(line->substr(tag.size()));
            line_in_section = 0;
            if (section == "MOLECULE") {
                records.emplace_back();
            }
            continue;
        }
        ++line_in_section;
        parse::split_words(*line, words);
        if (records.empty() || words.empty()) {
            continue;
        }
        Mol2Record& record = records.back();
        if (section == "MOLECULE" && line_in_section == line_of_charge_type) {
            record.partial_charges_are_given = words[0] != "NO_CHARGES";
        } else if (section == "ATOM") {
            record.atoms.emplace(words[0], record.atoms.size());
            if (words.size() > word_of_charge) {
                if (const auto charge = parse::number<double>(words[word_of_charge])) {
                    record.partial_charges.push_back(*charge);
                }
            }
        } else if (section == "UNITY_ATOM_ATTR") {
            // "4 1" heads the attributes of atom 4, of which there is one: "charge -1".
            if (words.size() == 2 && words[0] == "charge") {
                record.formal_charges[atom_of_attributes] = parse_formal_charge(words[1]);
            } else if (parse::number<int>(words[0])) {
                atom_of_attributes = words[0];
            }
        }
    }
    StatedCharges charges;
    for (const Mol2Record& record : records) {
        charges.push_back(record.stated());
    }
    return charges;
}

StatedCharges cml_charges(std::string_view text) {
    struct Record {
        std::optional<int> of_molecule;
        std::vector<double> of_atoms;
        bool atoms_have_charges = false;
    };

    std::vector<Record> records;
    std::vector<std::string_view> words;
    for (auto begin = text.find('<'); begin != std::string_view::npos;
         begin = text.find('<', begin + 1)) {
        const std::string_view tag = text.substr(begin + 1, text.find('>', begin) - begin - 1);
        std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
        name.remove_prefix(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
        const bool is_molecule = name == "molecule";
        const bool is_atom = name == "atom";
        if (is_molecule) {
            records.emplace_back();
        } else if (records.empty() || (!is_atom && name != "atomArray")) {
            continue;
        }
        Record& record = records.back();
        const auto formal_charge = attribute(tag, "formalCharge");
        if (is_molecule && formal_charge) {
            record.of_molecule = sum_of_formal_charges({parse_formal_charge(*formal_charge)});
        } else if (formal_charge) {  // an array of atoms has a list of charges
            parse::split_words(*formal_charge, words);
            for (const std::string_view word : words) {
                record.of_atoms.push_back(parse_formal_charge(word));
            }
            record.atoms_have_charges = true;
        } else if (is_atom) {
            record.of_atoms.push_back(0.0);
        }
    }
    StatedCharges charges;
    for (const Record& record : records) {
        StatedCharge& charge = charges.emplace_back();
        charge.total = record.of_molecule;
        if (record.atoms_have_charges) {
            const int sum = sum_of_formal_charges(record.of_atoms);
            charge.total = record.of_molecule.value_or(sum);
            if (*charge.total == sum) {
                charge.of_atoms = record.of_atoms;
            }
        }
    }
    return charges;
}

}  // namespace keesom
