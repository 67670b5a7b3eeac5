// SPDX-License-Identifier: BSD-3-Clause
//
// What ranks.cpp is where keesom is built without MPI: no other process, and so no messages.
#include "ranks.hpp"

namespace keesom::apps {

bool Ranks::are_available() {
    return false;
}

Ranks::Ranks(bool /*several*/) {}

Ranks::~Ranks() = default;

std::optional<Ranks::Arrival> Ranks::arrival() const {
    return std::nullopt;
}

std::string Ranks::receive(const Arrival& /*arrival*/) const {
    return {};
}

void Ranks::send(int /*to*/, int /*kind*/, const std::string& /*bytes*/) const {}

}  // namespace keesom::apps
