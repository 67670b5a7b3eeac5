// SPDX-License-Identifier: BSD-3-Clause
//
// The processes of one mpirun, as MPI knows them: the only place that does. A keesom built without
// MPI is one process.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace keesom::apps {

class Ranks {
public:
    /// How long a process sleeps before it looks again whether what it waits for has come. MPI
    /// itself waits by spinning, on a core that others could compute on.
    static constexpr std::chrono::milliseconds between_looks{1};

    /// Whether keesom was built with MPI.
    static bool are_available();

    /// @param several whether this process is one of those of an mpirun. It costs a start-up that
    ///        other work should not wait for.
    explicit Ranks(bool several);
    ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks(Ranks&&) = delete;
    Ranks& operator=(const Ranks&) = delete;
    Ranks& operator=(Ranks&&) = delete;

    /// Which of them this is, from 0.
    [[nodiscard]] int rank() const { return rank_; }

    [[nodiscard]] int size() const { return size_; }

    /// The name of the machine that one of them runs on.
    [[nodiscard]] const std::string& node(int rank) const {
        return nodes_.at(static_cast<std::size_t>(rank));
    }

    /// A message that has come and waits to be received.
    struct Arrival {
        int from = 0;
        int kind = 0;
    };

    /// Does not wait for one.
    [[nodiscard]] std::optional<Arrival> arrival() const;
    [[nodiscard]] std::string receive(const Arrival& arrival) const;

    /// Returns when the other process has a message of many bytes, or will take one of few.
    /// @throws InputError for more bytes than a message can have, 2 GB
    void send(int to, int kind, const std::string& bytes) const;

private:
    int rank_ = 0;
    int size_ = 1;
    std::vector<std::string> nodes_{1};
    bool several_ = false;
};

}  // namespace keesom::apps
