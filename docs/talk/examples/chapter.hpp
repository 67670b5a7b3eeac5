// SPDX-License-Identifier: BSD-3-Clause
//
// What the programs of docs/talk share: each computes one chapter, writes the tables its pictures
// are drawn from, and holds every claim that the chapter makes against the numbers.
//
//     talk_lennard_jones [FOLDER]    # where tables go; without it none are written
#pragma once

#include <Eigen/Core>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace keesom::talk {

/// Mean and standard deviation of some numbers.
struct Spread {
    double mean;
    double deviation;

    explicit Spread(const Eigen::ArrayXd& values)
        : mean(values.mean()),
          deviation(
              std::sqrt((values - mean).square().sum() / static_cast<double>(values.size() - 1))) {}
};

class Chapter {
public:
    Chapter(int argc, char** argv) {
        if (argc > 1) {
            folder_ = argv[1];
            std::filesystem::create_directories(folder_);
        }
    }

    /// Writes NAME.csv, a row of `values` a line.
    void table(const std::string& name,
               const std::vector<std::string>& columns,
               const Eigen::MatrixXd& values) const {
        if (static_cast<Eigen::Index>(columns.size()) != values.cols()) {
            throw std::logic_error("table " + name + " has columns without a name");
        }
        if (folder_.empty()) {
            return;
        }
        std::ofstream stream(folder_ / (name + ".csv"));
        for (std::size_t c = 0; c < columns.size(); ++c) {
            stream << (c == 0 ? "" : ",") << columns[c];
        }
        const Eigen::IOFormat rows(6, Eigen::DontAlignCols, ",", "\n");
        stream << '\n' << values.format(rows) << '\n';
        if (!stream) {
            throw std::runtime_error("cannot write table " + name);
        }
    }

    /// Prints a number that the text quotes.
    static void number(const std::string& what, double value) {
        std::cout << "        " << what << ": " << std::setprecision(4) << value << '\n';
    }

    static void number(const std::string& what, const Spread& spread) {
        std::cout << "        " << what << ": " << std::setprecision(4) << spread.mean << " ± "
                  << spread.deviation << '\n';
    }

    /// Prints a claim and whether it holds.
    void claim(const std::string& text, bool holds) {
        std::cout << (holds ? "  true  " : "  FALSE ") << text << '\n';
        all_hold_ = all_hold_ && holds;
    }

    /// What main() returns.
    [[nodiscard]] int status() const { return all_hold_ ? EXIT_SUCCESS : EXIT_FAILURE; }

private:
    std::filesystem::path folder_;
    bool all_hold_ = true;
};

}  // namespace keesom::talk
