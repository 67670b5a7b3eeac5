// SPDX-License-Identifier: BSD-3-Clause
//
// Random numbers, the same for the same seed and stream on every machine; those of the standard
// library's distributions are its own affair. Not a public header.
#pragma once

#include <Eigen/Core>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include <cstdint>
#include <random>

namespace keesom {

class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::uint64_t stream) : generator_(generator(seed, stream)) {}

    /// Of mean 0 and variance 1.
    double normal() { return normal_(generator_); }

    /// Three of them.
    Eigen::Vector3d normal_vector() {
        Eigen::Vector3d result;
        for (double& component : result) {
            component = normal();
        }
        return result;
    }

    /// One of 0 … count − 1.
    Eigen::Index index(Eigen::Index count) {
        return boost::random::uniform_int_distribution<Eigen::Index>(0, count - 1)(generator_);
    }

private:
    static std::mt19937_64 generator(std::uint64_t seed, std::uint64_t stream) {
        constexpr int half = 32;
        std::seed_seq words{static_cast<std::uint32_t>(seed),
                            static_cast<std::uint32_t>(seed >> half),
                            static_cast<std::uint32_t>(stream),
                            static_cast<std::uint32_t>(stream >> half)};
        return std::mt19937_64(words);
    }

    std::mt19937_64 generator_;
    boost::random::normal_distribution<double> normal_;
};

}  // namespace keesom
