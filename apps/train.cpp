// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/ml/model/model_file.hpp>
#include <keesom/ml/training/training.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

constexpr const char* closed_form_name = "closed-form";

struct TrainVerbOptions {
    std::vector<std::string> sets;
    OutputOptions output;
    std::string test;
    std::string kernel = "products";
    TrainingOptions training;
};

/// One bar for each stage, one after the other.
class StageBars {
public:
    void show(std::string_view stage, double fraction) {
        if (stage != stage_) {
            stage_ = stage;
            bar_.emplace(stage_, steps);
        }
        bar_->show(static_cast<std::size_t>(fraction * static_cast<double>(steps)));
    }

private:
    static constexpr std::size_t steps = 1000;
    std::string stage_;
    std::optional<ProgressBar> bar_;
};

void print_errors(const std::string& title, const std::vector<PropertyErrors>& errors) {
    fmt::print("\n{}\n  {:<8}{:<22}{:>7}{:>10}{:>10}{:>8}\n",
               title,
               "element",
               "property",
               "n",
               "MAE",
               "RMSE",
               "R²");
    for (const PropertyErrors& e : errors) {
        fmt::print("  {:<8}{:<22}{:>7}{:>10.5f}{:>10.5f}{:>7.3f}\n",
                   element_symbol(e.element),
                   e.property,
                   e.count,
                   e.mean_absolute_error,
                   e.root_mean_square_error,
                   e.r_squared);
    }
}

void run_train(TrainVerbOptions options) {
    if (options.kernel == closed_form_name) {
        options.training.tensor_kernel = TensorKernel::ClosedForm;
    }
    std::vector<std::filesystem::path> inputs(options.sets.begin(), options.sets.end());
    if (!options.test.empty()) {
        inputs.emplace_back(options.test);
    }
    require_output_folder(options.output.path, model_manifest, inputs, options.output.replace);
    std::vector<PropertyRecord> records;
    for (const std::string& set : options.sets) {
        std::vector<PropertyRecord> more = read_property_set(set);
        std::move(more.begin(), more.end(), std::back_inserter(records));
        options.training.sources.push_back(
            {std::filesystem::path(set).filename().string(), sha256_of_file(set)});
    }
    std::vector<PropertyRecord> test_records;
    if (!options.test.empty()) {
        test_records = read_property_set(options.test);
    }
    const TrainingResult result = [&] {
        StageBars bars;
        return train(records, options.training, [&bars](std::string_view stage, double fraction) {
            bars.show(stage, fraction);
        });
    }();
    save_model(result.model, options.output.path);
    fmt::print("trained on {} molecules, written to {}\n", records.size(), options.output.path);
    print_errors(
        fmt::format("Errors on species left out, {} folds, atomic units", options.training.folds),
        result.errors);
    if (!test_records.empty()) {
        std::vector<PropertyPrediction> predictions(test_records.size());
        parallel_for(test_records.size(), [&](std::size_t r) {
            predictions[r] = result.model.predict(test_records[r].molecule);
        });
        print_errors(fmt::format("Errors on {}, atomic units", options.test),
                     property_errors(test_records, predictions));
    }
}

}  // namespace

void add_train(CLI::App& app) {
    auto options = std::make_shared<TrainVerbOptions>();
    TrainingOptions& training = options->training;
    CLI::App* verb = app.add_subcommand("train", "Train a property model from reference atoms");
    verb->add_option("SETS", options->sets, "Extended-XYZ files with property columns")->required();
    add_output_options(*verb, "--output", "Folder of the model, made anew", options->output)
        ->required();
    verb->add_option("--test", options->test, "Second set to measure errors on");
    verb->add_option("--kernel",
                     options->kernel,
                     "How dipoles and quadrupoles are learned: on products of features, or by the\n"
                     "kernels of vectors and quadrupoles in closed form, which are less exact")
        ->check(CLI::IsMember({"products", closed_form_name}))
        ->capture_default_str();
    verb->add_option("--folds", training.folds, "Folds of the cross-validation")
        ->capture_default_str();
    std::vector<std::string_view> columns;
    for (const AtomProperty& property : density_properties()) {
        columns.push_back(property.key);
    }
    add_help(*verb,
             fmt::format("Sets are extended XYZ with a charge and, in atomic units, the columns\n"
                         "{};\n"
                         "see docs/data-formats.md.\n",
                         fmt::join(columns, ", ")),
             "keesom train properties.xyz.gz --output my-model");
    verb->callback([options] { run_train(*options); });
}

}  // namespace keesom::apps
