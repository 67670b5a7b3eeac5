// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/elements.hpp>
#include <keesom/ml/model_card.hpp>

#include <fmt/format.h>

namespace keesom {

namespace {

std::string error_table(const Validation& validation) {
    std::string table =
        "| element | property | unit | values | MAE | RMSE | standard deviation | R² |\n"
        "|---|---|---|---|---|---|---|---|\n";
    for (const PropertyErrors& row : validation.errors) {
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

std::string element_table(const KernelModelData& model) {
    std::string table =
        "| element | training atoms | representatives | novelty of an unfamiliar atom |\n"
        "|---|---|---|---|\n";
    for (const ElementRegression& element : model.elements) {
        table += fmt::format("| {} | {} | {} | > {:.4f} |\n",
                             element_symbol(element.element),
                             element.training_atoms,
                             element.sparse_environments.size(),
                             element.novelty_threshold);
    }
    return table;
}

}  // namespace

std::string model_card(const KernelModelData& model,
                       const TrainingOptions& options,
                       const Validation& validation) {
    std::string charges;
    for (const int charge : model.training_charges) {
        charges += fmt::format("{}{}", charges.empty() ? "" : ", ", charge);
    }
    std::string text = "# Property model\n\n";
    text += fmt::format(
        "Predicts charge, dipole, quadrupole, valence population, valence width and Hirshfeld\n"
        "ratio of each atom of a molecule from its geometry. Sparse Gaussian-process regression\n"
        "for each element on the environment within {:.2f} bohr; dipoles and quadrupoles by\n"
        "rotation-covariant kernels.\n\n",
        model.descriptor.radial.cutoff_radius);
    text += fmt::format("Trained on `{}`: {} molecules with charges {}.\n\n{}\n",
                        model.training_set.empty() ? "unnamed set" : model.training_set,
                        model.training_molecules,
                        charges,
                        element_table(model));
    if (!validation.errors.empty()) {
        text += fmt::format(
            "## Errors on molecules never seen\n\n"
            "Cross-validation in {} folds, grouped by species: all geometries of a molecule are\n"
            "left out together. Dipoles and quadrupoles by Cartesian component.\n\n{}\n",
            options.folds,
            error_table(validation));
        text += fmt::format(
            "Predicted standard deviations are scaled so that they agree with these errors in the\n"
            "root mean square. An atom is called unfamiliar when its predictive variance, in "
            "units\n"
            "of the prior variance, exceeds that of {:.1f} % of the held-out atoms of its "
            "element.\n\n",
            100.0 * options.novelty_quantile);
    }
    text +=
        "## Limits\n\n"
        "- Closed-shell molecules of the elements above; another element is an error.\n"
        "- An atom is blind to what is beyond the cutoff: charge shifted over longer distances, "
        "as\n"
        "  in ions, zwitterions and long conjugated push–pull systems, is not resolved. The total\n"
        "  charge is right, its place may not be.\n"
        "- Few ions in training: treat multipoles of charged molecules with caution.\n"
        "- Geometries near equilibrium; stretched bonds and transition states are "
        "extrapolations.\n";
    return text;
}

}  // namespace keesom
