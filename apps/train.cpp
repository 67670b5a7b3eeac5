// SPDX-License-Identifier: BSD-3-Clause
#include "help.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "verbs.hpp"

#include <keesom/core/elements.hpp>
#include <keesom/core/io/output.hpp>
#include <keesom/core/io/property_set.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/ml/model_file.hpp>
#include <keesom/ml/training.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

struct TrainVerbOptions {
    std::string set;
    OutputOptions output;
    std::string test;
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
    std::vector<std::filesystem::path> inputs = {options.set};
    if (!options.test.empty()) {
        inputs.emplace_back(options.test);
    }
    require_output_folder(options.output.path, model_manifest, inputs, options.output.replace);
    const std::vector<PropertyRecord> records = read_property_set(options.set);
    std::vector<PropertyRecord> test_records;
    if (!options.test.empty()) {
        test_records = read_property_set(options.test);
    }
    options.training.training_set = std::filesystem::path(options.set).filename().string();
    options.training.training_set_sha256 = sha256_of_file(options.set);
    const KernelPropertyModel model = [&] {
        StageBars bars;
        return train(records, options.training, [&bars](std::string_view stage, double fraction) {
            bars.show(stage, fraction);
        });
    }();
    save_model(model, options.output.path);
    fmt::print("trained on {} molecules of {}, written to {}\n",
               records.size(),
               options.training.training_set,
               options.output.path);
    fmt::print("errors on species left out: {}\n",
               (std::filesystem::path(options.output.path) / "MODEL_CARD.md").string());
    if (!test_records.empty()) {
        print_errors(fmt::format("Errors on {}, atomic units", options.test),
                     validate(model, test_records).errors);
    }
}

}  // namespace

void add_train(CLI::App& app) {
    auto options = std::make_shared<TrainVerbOptions>();
    TrainingOptions& training = options->training;
    CLI::App* verb = app.add_subcommand("train", "Train a property model from reference atoms");
    verb->add_option("SET", options->set, "Extended-XYZ file with property columns")->required();
    add_output_options(*verb, "--output", "Folder of the model, made anew", options->output)
        ->required();
    verb->add_option("--test", options->test, "Second set to measure errors on");
    verb->add_option("--sparse", training.sparse_count, "Sparse environments for each element")
        ->capture_default_str();
    verb->add_option("--folds", training.folds, "Folds of the cross-validation, 0 for none")
        ->capture_default_str();
    std::vector<std::string_view> columns;
    for (const AtomProperty& property : atom_properties()) {
        columns.push_back(property.key);
    }
    add_help(*verb,
             fmt::format("The set is extended XYZ with a charge and, in atomic units, the columns\n"
                         "{};\n"
                         "see docs/data-formats.md.\n",
                         fmt::join(columns, ", ")),
             "keesom train properties.xyz.gz --output my-model");
    verb->callback([options] { run_train(*options); });
}

}  // namespace keesom::apps
