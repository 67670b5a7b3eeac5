// SPDX-License-Identifier: BSD-3-Clause
//
// What the verbs that move molecules begin with: one complex, the model, and the molecules as
// bodies.
#pragma once

#include "energy_report.hpp"
#include "force_fields.hpp"
#include "session.hpp"

#include <keesom/motion/moving_complex.hpp>
#include <keesom/motion/optimization.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace keesom::apps {

struct MotionOptions {
    InputOptions input;
    ModelOptions model;
    std::vector<std::string> force_fields;

    /// All files and folders that are read.
    [[nodiscard]] std::vector<std::filesystem::path> inputs() const;

    /// The molecule files, for messages.
    [[nodiscard]] std::string files() const;
};

/// Files, model, and --force-field.
void add_motion_options(CLI::App& verb, MotionOptions& options);

/// A complex that is to move.
class MotionSetup {
public:
    /// @param trajectory its last whole frame says where the atoms are; empty: they are where the
    ///        files have them
    /// @throws InputError, ModelError, NumericalError naming the file, what cannot be computed
    explicit MotionSetup(const MotionOptions& options,
                         const std::filesystem::path& trajectory = {});
    ~MotionSetup() = default;
    MotionSetup(const MotionSetup&) = delete;
    MotionSetup(MotionSetup&&) = delete;
    MotionSetup& operator=(const MotionSetup&) = delete;
    MotionSetup& operator=(MotionSetup&&) = delete;

    [[nodiscard]] const Session& session() const { return session_; }

    [[nodiscard]] const MovingComplex& complex() const { return moving_; }

    /// When the complex counts as relaxed, unless told otherwise. Energies of force fields are
    /// differences of large numbers: with flexible molecules forces that are ten times as large may
    /// stay.
    [[nodiscard]] OptimizationOptions relaxation() const;

    /// Of the start, each molecule where it is.
    [[nodiscard]] const InputComplex& start() const { return complex_; }

    /// Those that make molecules flexible.
    [[nodiscard]] const ForceFields& force_fields() const { return force_fields_; }

    /// The complex with its molecules where the placements put them.
    [[nodiscard]] InputComplex moved(std::span<const Placement> placements) const;

    /// The energy of the moved complex, with all that is said about it.
    [[nodiscard]] EnergyRow energy_of(std::span<const Placement> placements) const;

    /// About the input and the model; a result adds its own.
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

private:
    std::vector<std::string> warnings_;
    InputComplex complex_;
    ForceFields force_fields_;
    Session session_;
    MovingComplex moving_;
};

}  // namespace keesom::apps
