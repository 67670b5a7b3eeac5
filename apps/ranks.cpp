// SPDX-License-Identifier: BSD-3-Clause
#include "ranks.hpp"

#include <keesom/core/errors.hpp>

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <limits>
#include <mpi.h>
#include <thread>

namespace keesom::apps {

bool Ranks::are_available() {
    return true;
}

Ranks::Ranks(bool several) : several_(several) {
    if (!several) {
        return;
    }
    // Only the thread that begins it calls MPI; others compute.
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
    int length = 0;
    MPI_Get_processor_name(name.data(), &length);
    const auto n_ranks = static_cast<std::size_t>(size_);
    std::vector<char> names(n_ranks * name.size());
    MPI_Allgather(name.data(),
                  MPI_MAX_PROCESSOR_NAME,
                  MPI_CHAR,
                  names.data(),
                  MPI_MAX_PROCESSOR_NAME,
                  MPI_CHAR,
                  MPI_COMM_WORLD);
    nodes_.clear();
    for (std::size_t i = 0; i < n_ranks; ++i) {
        nodes_.emplace_back(&names[i * name.size()]);
    }
}

Ranks::~Ranks() {
    if (several_) {
        MPI_Finalize();
    }
}

std::optional<Ranks::Arrival> Ranks::arrival() const {
    if (size_ == 1) {
        return std::nullopt;
    }
    int has_come = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &has_come, &status);
    return has_come == 0 ? std::nullopt : std::optional(Arrival{status.MPI_SOURCE, status.MPI_TAG});
}

std::string Ranks::receive(const Arrival& arrival) const {
    MPI_Status status;
    MPI_Probe(arrival.from, arrival.kind, MPI_COMM_WORLD, &status);
    int length = 0;
    MPI_Get_count(&status, MPI_BYTE, &length);
    std::string bytes(static_cast<std::size_t>(length), '\0');
    MPI_Recv(bytes.data(),
             length,
             MPI_BYTE,
             arrival.from,
             arrival.kind,
             MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return bytes;
}

void Ranks::send(int to, int kind, const std::string& bytes) const {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw InputError(fmt::format(
            "{} bytes are more than MPI sends from one process to another at once", bytes.size()));
    }
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Isend(
        bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, kind, MPI_COMM_WORLD, &request);
    int is_sent = 0;
    MPI_Test(&request, &is_sent, MPI_STATUS_IGNORE);
    while (is_sent == 0) {
        std::this_thread::sleep_for(between_looks);
        MPI_Test(&request, &is_sent, MPI_STATUS_IGNORE);
    }
}

}  // namespace keesom::apps
