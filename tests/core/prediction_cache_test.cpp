// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/prediction_cache.hpp>
#include <keesom/core/io/text_file.hpp>
#include <keesom/core/parallel.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <support/expect_error.hpp>
#include <support/files.hpp>
#include <vector>

namespace keesom {

namespace {

namespace fs = std::filesystem;

using testing::error_of;
using testing::TemporaryFolder;

Molecule two_atoms(double distance) {
    Molecule molecule;
    molecule.atomic_numbers = {8, 1};
    molecule.positions = Eigen::Matrix3Xd::Zero(3, 2);
    molecule.positions(0, 1) = distance;
    return molecule;
}

/// Numbers with all their bits that follow from the positions, some of them at the edges of what
/// doubles hold, and an uncertainty that is known in part. Counts what it predicts.
class ArbitraryModel : public PropertyModel {
public:
    explicit ArbitraryModel(double offset = 0.0) : offset_(offset) {}

    [[nodiscard]] PropertyPrediction predict(const Molecule& molecule) const override {
        ++calls;
        if (molecule.charge == 9) {
            throw ModelError("no such charge");
        }
        const Eigen::Index n = molecule.size();
        std::mt19937_64 generator(
            static_cast<std::uint64_t>(1e6 * (molecule.positions.sum() + 4.0)));
        std::normal_distribution<double> normal(offset_, 1.0);
        PropertyPrediction prediction;
        prediction.properties = AtomProperties(n);
        for (const AtomProperty& property : atom_properties()) {
            Eigen::Map<Eigen::MatrixXd> values = property.values(prediction.properties);
            values = values.unaryExpr([&](double) { return normal(generator); });
        }
        prediction.properties.charges[0] = std::numeric_limits<double>::denorm_min();
        prediction.properties.exchange_decays[n - 1] = -0.0;
        prediction.properties.dipoles(1, 0) = std::numeric_limits<double>::max();
        prediction.uncertainty.charges.setConstant(n, normal(generator));
        prediction.uncertainty.novelty = Eigen::VectorXd::LinSpaced(n, 0.1, 0.7);
        prediction.unfamiliar.setConstant(n, false);
        prediction.unfamiliar[n - 1] = true;
        return prediction;
    }

    [[nodiscard]] std::vector<int> supported_elements() const override { return {1, 8}; }

    mutable std::atomic<int> calls = 0;

private:
    double offset_;
};

template <class Matrix>
std::string bits(const Matrix& values) {
    const auto* data = reinterpret_cast<const char*>(values.data());
    return {data, static_cast<std::size_t>(values.size()) * sizeof(*values.data())};
}

void expect_same_bits(const PropertyPrediction& a, const PropertyPrediction& b) {
    for (const AtomProperty& property : atom_properties()) {
        EXPECT_EQ(bits(property.values(a.properties)), bits(property.values(b.properties)))
            << property.key;
        EXPECT_EQ(bits(property.deviations(a.uncertainty)),
                  bits(property.deviations(b.uncertainty)))
            << property.key;
    }
    EXPECT_EQ(bits(a.uncertainty.novelty), bits(b.uncertainty.novelty));
    EXPECT_EQ(bits(a.unfamiliar), bits(b.unfamiliar));
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    return files;
}

void write_bytes(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A cache whose model has predicted nothing yet that counts.
struct Cache {
    explicit Cache(const fs::path& folder, double offset = 0.0, const std::string& identity = "a")
        : model(std::make_shared<ArbitraryModel>(offset)), cached(model, identity, folder) {
        model->calls = 0;
    }

    std::shared_ptr<ArbitraryModel> model;
    CachedPropertyModel cached;
};

}  // namespace

TEST(PredictionCache, GivesTheBitsOfThePredictionThatItKept) {
    const TemporaryFolder folder;
    const Molecule molecule = two_atoms(1.8);
    const PropertyPrediction expected = ArbitraryModel().predict(molecule);
    {
        const Cache cold(folder.path() / "made" / "by it");
        expect_same_bits(cold.cached.predict(molecule), expected);
        EXPECT_EQ(cold.model->calls, 1);
    }
    const Cache warm(folder.path() / "made" / "by it");
    expect_same_bits(warm.cached.predict(molecule), expected);
    EXPECT_EQ(warm.model->calls, 0);
    const std::vector<fs::path> files = files_in(folder.path());
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].parent_path().filename().string().size(), 2U);
}

TEST(PredictionCache, KnowsAMoleculeByAllThatItsPredictionDependsOn) {
    const TemporaryFolder folder;
    const Cache cache(folder.path());
    const Molecule molecule = two_atoms(1.8);
    std::vector<Molecule> others(4, molecule);
    others[0].charge = 1;
    others[1].atomic_numbers = {1, 8};
    others[2].positions(0, 1) = std::nextafter(1.8, 2.0);
    others[3].positions(2, 0) = -0.0;
    (void)cache.cached.predict(molecule);
    for (std::size_t i = 0; i < others.size(); ++i) {
        expect_same_bits(cache.cached.predict(others[i]), ArbitraryModel().predict(others[i]));
        EXPECT_EQ(cache.model->calls, static_cast<int>(i) + 2);
    }
    Molecule renamed = molecule;
    renamed.name = "other";
    (void)cache.cached.predict(renamed);
    EXPECT_EQ(cache.model->calls, 5);
}

// By what it is called, and where that is the same by what it predicts.
TEST(PredictionCache, KeepsModelsApart) {
    const TemporaryFolder folder;
    const Molecule molecule = two_atoms(1.8);
    (void)Cache(folder.path()).cached.predict(molecule);
    const Cache renamed(folder.path(), 0.0, "b");
    (void)renamed.cached.predict(molecule);
    EXPECT_EQ(renamed.model->calls, 1);
    const Cache changed(folder.path(), 1e-15);
    expect_same_bits(changed.cached.predict(molecule), ArbitraryModel(1e-15).predict(molecule));
    EXPECT_EQ(changed.model->calls, 1);
}

TEST(PredictionCache, WritesAnewWhatIsNotAsItWasWritten) {
    const TemporaryFolder folder;
    const Molecule molecule = two_atoms(1.8);
    const PropertyPrediction expected = ArbitraryModel().predict(molecule);
    const Cache cache(folder.path());
    (void)cache.cached.predict(molecule);
    const fs::path file = files_in(folder.path()).at(0);
    const std::string good = read_file(file);
    (void)cache.cached.predict(two_atoms(1.9));
    std::string foreign;
    for (const fs::path& other : files_in(folder.path())) {
        if (other != file) {
            foreign = read_file(other);
        }
    }
    ASSERT_EQ(foreign.size(), good.size());
    std::string flipped = good;
    flipped[200] = static_cast<char>(flipped[200] ^ 1);
    int calls = cache.model->calls;
    for (const std::string& bad : {std::string(),
                                   good.substr(0, 70),
                                   good.substr(0, good.size() - 1),
                                   good + "\n",
                                   flipped,
                                   foreign,
                                   std::string("another program's")}) {
        write_bytes(file, bad);
        expect_same_bits(cache.cached.predict(molecule), expected);
        EXPECT_EQ(cache.model->calls, ++calls);
        EXPECT_EQ(read_file(file), good);
    }
}

TEST(PredictionCache, KeepsNoErrors) {
    const TemporaryFolder folder;
    const Cache cache(folder.path());
    Molecule molecule = two_atoms(1.8);
    molecule.charge = 9;
    EXPECT_THROW((void)cache.cached.predict(molecule), ModelError);
    EXPECT_THROW((void)cache.cached.predict(molecule), ModelError);
    EXPECT_EQ(cache.model->calls, 2);
    EXPECT_TRUE(files_in(folder.path()).empty());
}

TEST(PredictionCache, IsSharedByThreads) {
    const TemporaryFolder folder;
    const Cache first(folder.path());
    const Cache second(folder.path());
    parallel_for(400, [&](std::size_t i) {
        const Molecule molecule = two_atoms(1.8 + 0.01 * static_cast<double>(i / 8));
        const Cache& cache = i % 2 == 0 ? first : second;
        expect_same_bits(cache.cached.predict(molecule), ArbitraryModel().predict(molecule));
    });
    EXPECT_EQ(files_in(folder.path()).size(), 50U);  // and nothing half written
}

TEST(PredictionCache, NeedsAFolderThatCanBeWrittenTo) {
    const TemporaryFolder folder;
    const fs::path file = folder.file("file", "text");
    for (const fs::path& place : {file, file / "within"}) {
        EXPECT_THAT(error_of<InputError>([&] { const Cache cache(place); }),
                    ::testing::StartsWith(place.string() + ": cannot be written to ("));
    }
    EXPECT_EQ(read_file(file), "text");
}

// What becomes of the folder later stops no work.
TEST(PredictionCache, PredictsWhereNothingCanBeKept) {
    const TemporaryFolder folder;
    const fs::path place = folder.path() / "cache";
    const Cache cache(place);
    fs::remove_all(place);
    write_bytes(place, "a file");
    expect_same_bits(cache.cached.predict(two_atoms(1.8)),
                     ArbitraryModel().predict(two_atoms(1.8)));
}

}  // namespace keesom
