// SPDX-License-Identifier: BSD-3-Clause
#include "motion_setup.hpp"

#include "energy_rows.hpp"
#include "perception.hpp"
#include "trajectory.hpp"

#include <keesom/core/errors.hpp>
#include <keesom/core/io/molecule_file.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace keesom::apps {

std::vector<std::filesystem::path> MotionOptions::inputs() const {
    std::vector<std::filesystem::path> paths = files_of(model);
    paths.insert(paths.end(), force_fields.begin(), force_fields.end());
    paths.insert(paths.end(), input.files.begin(), input.files.end());
    return paths;
}

std::string MotionOptions::files() const {
    return fmt::format("{}", fmt::join(input.files, ", "));
}

void add_motion_options(CLI::App& verb, MotionOptions& options) {
    add_input_options(verb, options.input);
    add_model_options(verb, options.model);
    add_force_field_option(verb, options.force_fields);
}

namespace {

/// The only complex of the files.
/// @throws InputError if there are more, or there is one molecule only
InputComplex read_one_complex(const InputOptions& options, std::vector<std::string>& warnings) {
    std::vector<InputComplex> complexes = read_complexes(options, warnings);
    if (complexes.size() != 1) {
        throw InputError(
            fmt::format("{}: {} complexes, expected one", options.files.front(), complexes.size()));
    }
    require_two(complexes.front().monomers, options.files.front());
    return std::move(complexes.front());
}

/// The complex where the last frame of a trajectory has it.
InputComplex complex_at(InputComplex complex, const std::filesystem::path& trajectory) {
    if (trajectory.empty()) {
        return complex;
    }
    const XyzFrame expected = frame_of(molecules_of(complex));
    const XyzFrame frame = whole_frames(trajectory, expected).last;
    Eigen::Index first = 0;
    for (InputMonomer& monomer : complex.monomers) {
        Molecule& molecule = monomer.molecule;
        molecule.positions = frame.positions.middleCols(first, molecule.size());
        first += molecule.size();
    }
    return complex;
}

/// Energies bring the warnings with them that are dropped here; an error must not wait for the
/// work.
MovingComplex moving_complex(const InputComplex& complex,
                             const Session& session,
                             const ForceFields& force_fields) {
    std::vector<std::string> of_energies;
    append_perception_warnings(complex.monomers, session, of_energies);
    return {molecules_of(complex), session.model, force_fields};
}

}  // namespace

MotionSetup::MotionSetup(const MotionOptions& options, const std::filesystem::path& trajectory)
    : complex_(complex_at(read_one_complex(options.input, warnings_), trajectory)),
      force_fields_(load_force_fields(options.force_fields, {complex_})),
      session_(options.model),
      moving_(naming(options.files(),
                     [&] { return moving_complex(complex_, session_, force_fields_); })) {
    append_model_warning(session_, warnings_);
}

OptimizationOptions MotionSetup::relaxation() const {
    constexpr double with_flexible = 1e-5;
    OptimizationOptions options;
    if (moving_.has_flexible()) {
        options.force = with_flexible;
    }
    return options;
}

InputComplex MotionSetup::moved(std::span<const Placement> placements) const {
    InputComplex result = complex_;
    std::vector<Molecule> molecules = moving_.molecules(placements);
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        result.monomers[m].molecule = std::move(molecules[m]);
    }
    return result;
}

EnergyRow MotionSetup::energy_of(std::span<const Placement> placements) const {
    std::vector<EnergyRow> rows =
        compute_rows({moved(placements)}, session_, {.gradients = true, .pairs = false});
    add_deformation(rows.front(), force_fields_);
    return std::move(rows.front());
}

}  // namespace keesom::apps
