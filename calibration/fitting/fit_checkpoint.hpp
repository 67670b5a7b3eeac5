// SPDX-License-Identifier: BSD-3-Clause
//
// The states of unfinished fits on disk, so that a fit that was stopped goes on where it was.
#pragma once

#include <keesom/calibration/fitting/gauss_newton.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace keesom {

/// States of minimizations by name, in a file that is written anew after each step, whole or not
/// at all.
class FitCheckpoint {
public:
    /// Reads what an earlier run left.
    /// @param path of the file, JSON; empty: nothing is kept
    /// @throws ModelError "NAME: reason" if there is a file that is none of these
    explicit FitCheckpoint(std::filesystem::path path);

    /// Null if none was kept.
    [[nodiscard]] const GaussNewtonState* find(const std::string& name) const;

    /// @throws InputError if the file cannot be written
    void keep(const std::string& name, const GaussNewtonState& state);

private:
    std::filesystem::path path_;
    std::map<std::string, GaussNewtonState> states_;
};

}  // namespace keesom
