// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/io/parse.hpp>
#include <keesom/core/io/stated_charges.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
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
    std::optional<int> charge;
    bool has_atoms = false;
    const auto finish_record = [&] {
        if (has_atoms) {
            charges.push_back(charge);
        }
        charge.reset();
        has_atoms = false;
    };
    parse::Lines lines(text);
    while (const auto line = lines.next()) {
        if (line->substr(0, 6) == "ATOM  " || line->substr(0, 6) == "HETATM") {
            has_atoms = true;
            if (const auto of_atom = pdb_atom_charge(*line)) {
                charge = charge.value_or(0) + *of_atom;
            }
        } else if (line->substr(0, 6) == "ENDMDL" || parse::trimmed(*line) == "END") {
            finish_record();
        }
    }
    finish_record();
    return charges;
}

std::optional<int> sum_of_partial_charges(const std::vector<double>& charges) {
    constexpr double tolerance = 0.1;
    double sum = 0.0;
    for (const double charge : charges) {
        sum += charge;
    }
    const bool all_zero =
        std::all_of(charges.begin(), charges.end(), [](double charge) { return charge == 0.0; });
    if (all_zero || !(std::abs(sum - std::round(sum)) <= tolerance)) {
        return std::nullopt;
    }
    return static_cast<int>(std::round(sum));
}

StatedCharges mol2_charges(std::string_view text) {
    constexpr std::string_view tag = "@<TRIPOS>";
    constexpr int line_of_charge_type = 4;
    constexpr std::size_t word_of_charge = 8;

    StatedCharges charges;
    std::string_view section;
    int line_in_section = 0;
    bool charges_are_given = false;
    std::optional<int> formal_charge;
    std::vector<double> partial_charges;
    const auto finish_record = [&] {
        if (formal_charge) {
            charges.push_back(formal_charge);
        } else {
            charges.push_back(charges_are_given ? sum_of_partial_charges(partial_charges)
                                                : std::nullopt);
        }
    };

    bool in_record = false;
    std::vector<std::string_view> words;
    parse::Lines lines(text);
    while (const auto line = lines.next()) {
        if (line->substr(0, tag.size()) == tag) {
            section = parse::trimmed(line->substr(tag.size()));
            line_in_section = 0;
            if (section == "MOLECULE") {
                if (in_record) {
                    finish_record();
                }
                in_record = true;
                charges_are_given = false;
                formal_charge.reset();
                partial_charges.clear();
            }
            continue;
        }
        ++line_in_section;
        parse::split_words(*line, words);
        if (section == "MOLECULE" && line_in_section == line_of_charge_type) {
            charges_are_given = !words.empty() && words[0] != "NO_CHARGES";
        } else if (section == "ATOM" && words.size() > word_of_charge) {
            if (const auto charge = parse::number<double>(words[word_of_charge])) {
                partial_charges.push_back(*charge);
            }
        } else if (section == "UNITY_ATOM_ATTR" && words.size() == 2 && words[0] == "charge") {
            if (const auto charge = parse::number<int>(words[1])) {
                formal_charge = formal_charge.value_or(0) + *charge;
            }
        }
    }
    if (in_record) {
        finish_record();
    }
    return charges;
}

StatedCharges cml_charges(std::string_view text) {
    struct Record {
        std::optional<int> of_molecule;
        std::optional<int> of_atoms;
    };

    std::vector<Record> records;
    for (auto begin = text.find('<'); begin != std::string_view::npos;
         begin = text.find('<', begin + 1)) {
        const std::string_view tag = text.substr(begin + 1, text.find('>', begin) - begin - 1);
        std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
        name.remove_prefix(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
        const bool is_molecule = name == "molecule";
        if (is_molecule) {
            records.emplace_back();
        } else if (records.empty() || (name != "atom" && name != "atomArray")) {
            continue;
        }
        const auto formal_charge = attribute(tag, "formalCharge");
        if (!formal_charge) {
            continue;
        }
        std::optional<int>& sum =
            is_molecule ? records.back().of_molecule : records.back().of_atoms;
        std::vector<std::string_view> words;
        parse::split_words(*formal_charge, words);
        for (const std::string_view word : words) {
            sum = sum.value_or(0) + parse::number<int>(word).value_or(0);
        }
    }
    StatedCharges charges;
    for (const Record& record : records) {
        charges.push_back(record.of_molecule ? record.of_molecule : record.of_atoms);
    }
    return charges;
}

}  // namespace keesom
