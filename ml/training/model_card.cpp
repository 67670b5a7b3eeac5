// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/ml/training/model_card.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace keesom {

namespace {

std::string error_table(std::span<const PropertyErrors> errors) {
    std::string table =
        "| element | property | unit | values | MAE | RMSE | standard deviation | R² |\n"
        "|---|---|---|---|---|---|---|---|\n";
    for (const PropertyErrors& row : errors) {
        table += fmt::format("| {} | {} | {} | {} | {:.5f} | {:.5f} | {:.5f} | {:.4f} |\n",
                             element_symbol(row.element),
                             row.property,
                             row.unit,
                             row.count,
                             row.mean_absolute_error,
                             row.root_mean_square_error,
                             row.standard_deviation,
                             row.r_squared);
    }
    return table;
}

std::string coverage_table(std::span<const PropertyErrors> errors) {
    std::string table =
        "| element | property | RMS of z | within 1 | within 2 |\n"
        "|---|---|---|---|---|\n";
    for (const PropertyErrors& row : errors) {
        table += fmt::format("| {} | {} | {:.2f} | {:.1f} % | {:.1f} % |\n",
                             element_symbol(row.element),
                             row.property,
                             row.z_root_mean_square,
                             100.0 * row.within_one,
                             100.0 * row.within_two);
    }
    return table;
}

std::string element_table(const KernelModelData& model) {
    std::string table =
        "| element | training atoms | invariant features | novelty of an unfamiliar atom |\n"
        "|---|---|---|---|\n";
    for (const ElementModel& element : model.elements) {
        table += fmt::format("| {} | {} | {} | > {:.4f} |\n",
                             element_symbol(element.element),
                             element.training_atoms,
                             element.novelty_weights.size(),
                             element.novelty_threshold);
    }
    return table;
}

std::string training_sources(const KernelModelData& model) {
    std::vector<std::string> sources;
    for (const TrainingSource& source : model.training_sources) {
        sources.push_back(fmt::format("`{}`", source.name));
    }
    return sources.empty() ? "an unnamed set" : fmt::format("{}", fmt::join(sources, ", "));
}

}  // namespace

std::string model_card(const KernelModelData& model,
                       const TrainingOptions& options,
                       std::span<const PropertyErrors> errors) {
    std::string text = "# Property model\n\n";
    text += fmt::format(
        "Predicts charge, dipole, quadrupole, valence population, valence width and Hirshfeld\n"
        "ratio of each atom of a molecule from its geometry. Exact Gaussian-process regression\n"
        "for each element on the environment within {:.2f} bohr; charges that stay\n"
        "with an atom, and charges that flow by learned electronegativities; dipoles and\n"
        "quadrupoles {}.\n\n",
        model.descriptor.radial.cutoff_radius,
        model.closed_form ? fmt::format("by a kernel in closed form, from up to {} atoms of an "
                                        "element",
                                        options.closed_form_atoms)
                          : "by rotation-covariant regression");
    text += fmt::format("Trained on {}: {} molecules with charges {}.\n\n{}\n",
                        training_sources(model),
                        model.training_molecules,
                        fmt::join(model.training_charges, ", "),
                        element_table(model));
    text += fmt::format(
        "## Errors on molecules never seen\n\n"
        "Cross-validation in {} folds, grouped by species: all geometries of a molecule are\n"
        "left out together. Dipoles and quadrupoles by Cartesian component.\n\n{}\n",
        options.folds,
        error_table(errors));
    text += fmt::format(
        "## Uncertainty\n\n"
        "z is an error of the table above over its predicted standard deviation, quadrupoles in\n"
        "an orthonormal basis. Normally distributed errors are within one deviation in 68.3 %\n"
        "and within two in 95.4 % of all cases; more of the first and fewer of the second mean\n"
        "many small errors and few large ones. An atom is called unfamiliar when its novelty\n"
        "exceeds that of {:.1f} % of the atoms left out of its element.\n\n{}\n",
        100.0 * options.novelty_quantile,
        coverage_table(errors));
    text +=
        "## Limits\n\n"
        "- Closed-shell molecules of the elements above; another element is an error.\n"
        "- Electronegativities are blind to what is beyond the cutoff, though the charges that\n"
        "  follow from them are not.\n"
        "- Ions are fewer in training than neutral molecules, and no charge beyond those above\n"
        "  was seen.\n"
        "- Geometries near equilibrium; stretched bonds and transition states are "
        "extrapolations.\n";
    return text;
}

}  // namespace keesom
