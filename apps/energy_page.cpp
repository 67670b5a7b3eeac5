// SPDX-License-Identifier: BSD-3-Clause
#include "energy_page.hpp"

#include "figures.hpp"
#include "markup.hpp"
#include "molecule_scene.hpp"
#include "page.hpp"
#include "plot.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

/// Beyond these a picture is too large to be read.
constexpr std::size_t most_maps = 6;
constexpr std::size_t most_map_atoms = 60;

std::string formula_of(const Molecule& molecule) {
    return chemical_formula(molecule.atomic_numbers);
}

std::string title_of(const std::vector<Molecule>& molecules) {
    constexpr std::size_t most_named = 3;
    if (molecules.size() > most_named) {
        return fmt::format("Interaction energy of {} molecules", molecules.size());
    }
    std::string names = formula_of(molecules.front());
    for (std::size_t m = 1; m < molecules.size(); ++m) {
        names += (m + 1 < molecules.size() ? ", " : " and ") + formula_of(molecules[m]);
    }
    return "Interaction energy of " + names;
}

/// Writes the numbers of one report: in its unit, with its decimals.
class EnergyPage {
public:
    EnergyPage(const ComplexReport& report, const Session& session, const EnergyUnit& unit)
        : report_(report),
          session_(session),
          unit_(unit),
          molecules_(molecules_of(report.row.complex)),
          energy_(*report.row.result.energy),
          pairs_(*report.row.result.pairs),
          physics_(session.parameters.spread.of(energy_)) {
        if (report.row.result.uncertainty) {
            atoms_ = *report.row.result.uncertainty;
        }
        std::vector<Eigen::Index> sizes;
        for (const Molecule& molecule : molecules_) {
            sizes.push_back(molecule.size());
        }
        contributions_ = atom_contributions(pairs_, sizes);
    }

    [[nodiscard]] std::string main() const {
        return header() + html_warnings(report_.row.warnings) + molecules() + components() +
               molecules_in_space() + pair_maps() + atoms();
    }

private:
    [[nodiscard]] std::string number(double energy) const {
        return label(energy / unit_.value(), unit_.digits());
    }

    [[nodiscard]] std::string with_unit(double energy) const {
        return fmt::format("{} {}", number(energy), unit_.name);
    }

    /// From both sources, which know nothing of each other.
    [[nodiscard]] double deviation_of(double from_atoms, double from_physics) const {
        return atoms_ ? std::hypot(from_atoms, from_physics) : from_physics;
    }

    [[nodiscard]] std::string header() const {
        const double deviation = deviation_of(atoms_ ? atoms_->total : 0.0, physics_.total);
        std::string html = fmt::format(
            "<header>\n<h1>{}</h1>\n"
            "<p class=\"total\"><strong>{}</strong> ± {} {}</p>\n"
            "<p class=\"quiet\">{}</p>\n",
            html_formula(title_of(molecules_)),
            number(energy_.total()),
            number(deviation),
            unit_.name,
            atoms_ ? "One standard deviation, of errors of the predicted atoms and of the "
                     "physics. Negative energies are attractive."
                   : "One standard deviation of errors of the physics; those of the predicted "
                     "atoms were not computed for so large a complex (--forces does). Negative "
                     "energies are attractive.");
        if (report_.row.deformation) {
            html += fmt::format("<p>With what it costs to deform the molecules: {}.</p>\n",
                                with_unit(whole_energy(report_.row)));
        }
        return html + fmt::format("<p class=\"quiet\">{}</p>\n</header>\n",
                                  html_text(session_.headline()));
    }

    [[nodiscard]] std::string molecules() const {
        const std::vector<InputMonomer>& monomers = report_.row.complex.monomers;
        PageTable table;
        table.heading = {"#", "formula", "atoms", "charge", "dipole, D", "from"};
        if (report_.row.deformation) {
            table.heading.push_back("deformation, " + unit_.name);
        }
        for (std::size_t m = 0; m < monomers.size(); ++m) {
            const Molecule& molecule = monomers[m].molecule;
            std::vector<std::string>& row = table.rows.emplace_back();
            row = {std::to_string(m + 1),
                   html_formula(formula_of(molecule)),
                   std::to_string(molecule.size()),
                   fmt::format("{}{} ({})",
                               molecule.charge > 0 ? "+" : "",
                               label(molecule.charge, 0),
                               to_string(monomers[m].charge_origin)),
                   label(report_.predictions[m].dipole_debye, 3),
                   html_text(monomers[m].source)};
            if (report_.row.deformation) {
                const std::optional<double>& cost = report_.row.deformation->energies[m];
                row.push_back(cost ? number(*cost) : "no force field");
            }
        }
        constexpr std::size_t most_rows = 20;
        std::string list = html_table(table, "molecules");
        if (monomers.size() > most_rows) {
            list = fmt::format("<details>\n<summary>All {} molecules</summary>\n{}</details>\n",
                               monomers.size(),
                               list);
        }
        return fmt::format(
            "<section aria-labelledby=\"molecules\">\n<h2 id=\"molecules\">Molecules</h2>\n{}"
            "<p>Closest contact: {}.</p>\n</section>\n",
            list,
            describe(*report_.row.result.contact, molecules_));
    }

    [[nodiscard]] std::string components() const {
        BarChart chart;
        chart.title = fmt::format("components of the energy, {}", unit_.name);
        chart.x_label = unit_.name;
        PageTable table;
        table.heading = {unit_.name, "energy"};
        if (atoms_) {
            table.heading.emplace_back("± atoms");
        }
        table.heading.emplace_back("± physics");
        if (report_.non_additive) {
            table.heading.emplace_back("not of pairs");
        }
        const auto add = [&](const std::string& name,
                             const std::string& color,
                             const auto& value_of,
                             const auto& spread_of) {
            const double from_physics = spread_of(physics_);
            const double from_atoms = atoms_ ? spread_of(*atoms_) : 0.0;
            std::vector<std::string>& row = table.rows.emplace_back();
            row = {name, number(value_of(energy_))};
            if (atoms_) {
                row.push_back(number(from_atoms));
            }
            row.push_back(number(from_physics));
            if (report_.non_additive) {
                row.push_back(number(value_of(*report_.non_additive)));
            }
            chart.bars.push_back({name,
                                  color,
                                  value_of(energy_) / unit_.value(),
                                  deviation_of(from_atoms, from_physics) / unit_.value()});
        };
        for (std::size_t c = 0; c < component_names.size(); ++c) {
            const auto component = component_names[c].value;
            add(
                component_names[c].name,
                component_colors.at(c),
                [&](const EnergyComponents& energy) { return energy.*component; },
                [&](const EnergyDeviations& spread) { return spread.components.*component; });
        }
        add(
            "total",
            "var(--muted)",
            [](const EnergyComponents& energy) { return energy.total(); },
            [](const EnergyDeviations& spread) { return spread.total; });
        return fmt::format(
            "<section aria-labelledby=\"components\">\n<h2 id=\"components\">Components</h2>\n"
            "<div class=\"beside\">\n<figure>\n{}<figcaption>Error bars are one standard "
            "deviation{}.</figcaption>\n</figure>\n{}</div>\n"
            "<p class=\"quiet\">± are standard deviations: {}physics, of residuals of its fit."
            "{}</p>\n</section>\n",
            svg(chart),
            atoms_ ? ", √(atoms² + physics²)" : "",
            html_table(table, "numbers sum"),
            atoms_ ? "atoms, from errors of their prediction; " : "",
            report_.non_additive ? " Not of pairs is what is no sum over pairs of molecules." : "");
    }

    [[nodiscard]] std::string atom_name(std::size_t monomer, Eigen::Index atom) const {
        return atom_of_molecule(molecules_, monomer, atom);
    }

    [[nodiscard]] std::string tip_of(const PairEnergy& pair) const {
        return fmt::format(
            "{} – {}, {:.2f} Å\nelectrostatics {}\nexchange {}\ncharge transfer {}\n"
            "C8 + C10 dispersion {}\ntotal {}",
            atom_name(pair.monomer_a, pair.atom_a),
            atom_name(pair.monomer_b, pair.atom_b),
            pair.distance / units::angstrom,
            number(pair.energy.electrostatics),
            number(pair.energy.exchange),
            number(pair.energy.induction),
            number(pair.energy.dispersion),
            with_unit(pair.energy.total()));
    }

    /// Pairs of atoms of two molecules.
    struct MoleculePair {
        std::size_t a = 0;
        std::size_t b = 0;
        std::vector<const PairEnergy*> pairs;
        double energy = 0.0;  ///< hartree
    };

    /// The strongest first.
    [[nodiscard]] std::vector<MoleculePair> molecule_pairs() const {
        std::map<std::pair<std::size_t, std::size_t>, MoleculePair> found;
        for (const PairEnergy& pair : pairs_.pairs) {
            MoleculePair& both = found[{pair.monomer_a, pair.monomer_b}];
            both.a = pair.monomer_a;
            both.b = pair.monomer_b;
            both.pairs.push_back(&pair);
            both.energy += pair.energy.total();
        }
        std::vector<MoleculePair> list;
        list.reserve(found.size());
        for (auto& [unused, both] : found) {
            list.push_back(std::move(both));
        }
        std::stable_sort(
            list.begin(), list.end(), [](const MoleculePair& x, const MoleculePair& y) {
                return std::abs(x.energy) > std::abs(y.energy);
            });
        return list;
    }

    /// The atoms of one molecule that are in the largest pair energies, in their order.
    static std::vector<Eigen::Index> strongest_atoms(const Eigen::VectorXd& strengths) {
        std::vector<Eigen::Index> atoms(static_cast<std::size_t>(strengths.size()));
        std::iota(atoms.begin(), atoms.end(), 0);
        std::stable_sort(atoms.begin(), atoms.end(), [&](Eigen::Index i, Eigen::Index j) {
            return strengths[i] > strengths[j];
        });
        atoms.resize(std::min(atoms.size(), most_map_atoms));
        std::sort(atoms.begin(), atoms.end());
        return atoms;
    }

    [[nodiscard]] std::string map_of(const MoleculePair& both, double largest) const {
        const Eigen::Index n_a = molecules_[both.a].size();
        const Eigen::Index n_b = molecules_[both.b].size();
        Eigen::VectorXd strengths_a = Eigen::VectorXd::Zero(n_a);
        Eigen::VectorXd strengths_b = Eigen::VectorXd::Zero(n_b);
        std::map<std::pair<Eigen::Index, Eigen::Index>, const PairEnergy*> at;
        for (const PairEnergy* pair : both.pairs) {
            strengths_a[pair->atom_a] += std::abs(pair->energy.total());
            strengths_b[pair->atom_b] += std::abs(pair->energy.total());
            at[{pair->atom_a, pair->atom_b}] = pair;
        }
        const std::vector<Eigen::Index> atoms_a = strongest_atoms(strengths_a);
        const std::vector<Eigen::Index> atoms_b = strongest_atoms(strengths_b);
        HeatMap map;
        map.title = fmt::format("pair energies of the atoms of molecules {} and {}, {}",
                                both.a + 1,
                                both.b + 1,
                                unit_.name);
        map.unit = unit_.name;
        map.largest = largest / unit_.value();
        for (const Eigen::Index i : atoms_a) {
            map.rows.push_back(atom_label(molecules_[both.a], i));
        }
        for (const Eigen::Index j : atoms_b) {
            map.columns.push_back(atom_label(molecules_[both.b], j));
        }
        for (const Eigen::Index i : atoms_a) {
            for (const Eigen::Index j : atoms_b) {
                const PairEnergy& pair = *at.at({i, j});
                map.cells.push_back({pair.energy.total() / unit_.value(), tip_of(pair)});
            }
        }
        std::string left_out;
        for (const auto& [m, n, shown] :
             {std::tuple{both.a, n_a, atoms_a.size()}, std::tuple{both.b, n_b, atoms_b.size()}}) {
            if (static_cast<std::size_t>(n) > shown) {
                left_out +=
                    fmt::format(" Of molecule {} only the {} atoms of {} with the strongest pairs.",
                                m + 1,
                                shown,
                                n);
            }
        }
        return fmt::format(
            "<figure>\n<div class=\"wide\">{}</div>\n<figcaption>Rows: {}, molecule {}. Columns: "
            "{}, molecule {}. Sum of all their pairs: {}.{}</figcaption>\n</figure>\n",
            svg(map),
            html_formula(formula_of(molecules_[both.a])),
            both.a + 1,
            html_formula(formula_of(molecules_[both.b])),
            both.b + 1,
            with_unit(both.energy),
            left_out);
    }

    [[nodiscard]] std::string pair_maps() const {
        const std::vector<MoleculePair> all = molecule_pairs();
        const std::size_t shown = std::min(all.size(), most_maps);
        double largest = 0.0;
        for (std::size_t k = 0; k < shown; ++k) {
            for (const PairEnergy* pair : all[k].pairs) {
                largest = std::max(largest, std::abs(pair->energy.total()));
            }
        }
        std::string html =
            "<section aria-labelledby=\"pairs\">\n<h2 id=\"pairs\">Pairs of atoms</h2>\n"
            "<p>Electrostatics, exchange, charge transfer and the C8 and C10 parts of dispersion "
            "are sums over pairs of atoms. Atoms carry charges, so single pairs have large "
            "energies, which cancel in their sum.</p>\n";
        html += "<div class=\"maps\">\n";
        for (std::size_t k = 0; k < shown; ++k) {
            html += map_of(all[k], largest);
        }
        html += "</div>\n";
        if (all.size() > shown) {
            double rest = 0.0;
            for (std::size_t k = shown; k < all.size(); ++k) {
                rest += all[k].energy;
            }
            html += fmt::format(
                "<p>Shown are the {} pairs of molecules with the largest energies; {} more have "
                "{} together.</p>\n",
                shown,
                all.size() - shown,
                with_unit(rest));
        }
        PageTable table;
        table.heading = {unit_.name, "energy"};
        table.rows = {{"all pairs of atoms", number(pairs_.sum.total())},
                      {"polarization, of no pair", number(pairs_.polarization)},
                      {"many-body dispersion, of no pair", number(pairs_.many_body_dispersion)},
                      {"total", number(energy_.total())}};
        return html + html_table(table, "numbers sum") + "</section>\n";
    }

    [[nodiscard]] std::string molecules_in_space() const {
        if (!has_viewer()) {
            return "<section>\n" + html_viewer_script() + "</section>\n";
        }
        Json scene = molecule_scene(molecules_, *report_.row.result.contact);
        scene["unit"] = unit_.name;
        scene["digits"] = unit_.digits();
        std::size_t k = 0;
        for (std::size_t m = 0; m < molecules_.size(); ++m) {
            for (Eigen::Index i = 0; i < molecules_[m].size(); ++i) {
                Json& atom = scene["atoms"][k++];
                atom["charge"] = report_.predictions[m].charges[i];
                atom["energy"] = contributions_[m][i] / unit_.value();
            }
        }
        return "<section aria-labelledby=\"space\">\n<h2 id=\"space\">Molecules in 3-D</h2>\n" +
               html_viewer(scene,
                           "Drag to turn, pinch or press + and − to change the size. The dashed "
                           "line is the closest contact. The energy of an atom is half of the sum "
                           "of its pairs.") +
               html_viewer_script() + "</section>\n";
    }

    [[nodiscard]] std::string atoms() const {
        PageTable table;
        table.heading = {"atom", "charge, e", "energy, " + unit_.name};
        for (std::size_t m = 0; m < molecules_.size(); ++m) {
            for (Eigen::Index i = 0; i < molecules_[m].size(); ++i) {
                table.rows.push_back({atom_name(m, i),
                                      label(report_.predictions[m].charges[i], 3),
                                      number(contributions_[m][i])});
            }
        }
        return fmt::format(
            "<section aria-labelledby=\"atoms\">\n<h2 id=\"atoms\">Atoms</h2>\n<details>\n"
            "<summary>Charges and energies of all {} atoms</summary>\n{}"
            "<p class=\"quiet\">The energy of an atom is half of the sum of its pairs.</p>\n"
            "</details>\n</section>\n",
            table.rows.size(),
            html_table(table, "numbers"));
    }

    const ComplexReport& report_;
    const Session& session_;
    const EnergyUnit& unit_;
    std::vector<Molecule> molecules_;
    const EnergyComponents& energy_;
    const PairDecomposition& pairs_;
    EnergyDeviations physics_;
    std::optional<EnergyDeviations> atoms_;
    std::vector<Eigen::VectorXd> contributions_;  ///< (N) of each molecule, hartree
};

}  // namespace

std::string energy_page(const ComplexReport& report,
                        const Session& session,
                        const EnergyUnit& unit) {
    return html_page(title_of(molecules_of(report.row.complex)),
                     EnergyPage(report, session, unit).main());
}

}  // namespace keesom::apps
