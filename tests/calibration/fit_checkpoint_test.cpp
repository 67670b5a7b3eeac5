// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/calibration/fitting/fit_checkpoint.hpp>
#include <keesom/core/errors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>

namespace keesom {

namespace {

using ::testing::HasSubstr;

GaussNewtonState some_state() {
    GaussNewtonState state;
    state.z = Eigen::Vector3d(1.0 / 3.0, -2e-300, 7e20);
    state.cost = 0.1;
    state.damping = 4e-4;
    state.iterations = 7;
    state.small_steps = 1;
    state.converged = true;
    state.first_cost = 2.0 / 7.0;
    return state;
}

}  // namespace

TEST(FitCheckpoint, KeepsEveryDigit) {
    const testing::TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "fit.checkpoint";
    FitCheckpoint(path).keep("constants", some_state());
    const FitCheckpoint read(path);
    EXPECT_EQ(read.find("fold 1 of 5"), nullptr);
    const GaussNewtonState* state = read.find("constants");
    ASSERT_NE(state, nullptr);
    EXPECT_EQ(state->z, some_state().z);
    EXPECT_EQ(state->cost, some_state().cost);
    EXPECT_EQ(state->damping, some_state().damping);
    EXPECT_EQ(state->iterations, some_state().iterations);
    EXPECT_EQ(state->small_steps, some_state().small_steps);
    EXPECT_EQ(state->converged, some_state().converged);
    EXPECT_EQ(state->first_cost, some_state().first_cost);
}

TEST(FitCheckpoint, RejectsWhatIsNoCheckpoint) {
    const testing::TemporaryFolder folder;
    for (const char* text : {"{\"constants\": {\"z\": 1}}", "{\"constants\": ", "[1]"}) {
        const std::filesystem::path path = folder.file("fit.checkpoint", text);
        EXPECT_THAT(testing::error_of<ModelError>([&] { FitCheckpoint{path}; }),
                    HasSubstr("fit.checkpoint:"));
    }
}

}  // namespace keesom
