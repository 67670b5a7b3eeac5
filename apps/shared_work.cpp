// SPDX-License-Identifier: BSD-3-Clause
#include "shared_work.hpp"

#include <keesom/core/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

// Messages, to the first process up to `leaves` and from it behind. A follower has one task at most
// and waits when it has none, so that no process waits for another to take a message.
namespace kind {
constexpr int ready = 0;
constexpr int result = 1;
constexpr int input_failed = 2;
constexpr int program_failed = 3;
constexpr int leaves = 4;
constexpr int task = 5;
constexpr int dismissal = 6;
}  // namespace kind

Ranks::Arrival wait_for_message(const Ranks& ranks) {
    for (;;) {
        if (const auto arrival = ranks.arrival()) {
            return *arrival;
        }
        std::this_thread::sleep_for(Ranks::between_looks);
    }
}

/// Computes one task at a time beside the thread that owns it. It is one thread for all tasks:
/// OpenMP starts threads for each that asks for some.
class Companion {
public:
    explicit Companion(const Compute& compute)
        : compute_(compute), thread_([this] { compute_all(); }) {}

    ~Companion() {
        {
            const std::scoped_lock lock(mutex_);
            ends_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    Companion(const Companion&) = delete;
    Companion(Companion&&) = delete;
    Companion& operator=(const Companion&) = delete;
    Companion& operator=(Companion&&) = delete;

    void begin(std::string task) {
        {
            const std::scoped_lock lock(mutex_);
            task_ = std::move(task);
        }
        changed_.notify_all();
    }

    /// The result of the task that was begun, nullopt if it takes longer.
    /// @throws what computing it threw
    std::optional<std::string> result(std::chrono::milliseconds longest) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, longest, [this] { return result_ || error_; });
        if (error_) {
            std::rethrow_exception(std::exchange(error_, nullptr));
        }
        return std::exchange(result_, std::nullopt);
    }

private:
    void compute_all() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [this] { return task_ || ends_; });
            if (ends_) {
                return;
            }
            const std::string task = *std::exchange(task_, std::nullopt);
            lock.unlock();
            std::optional<std::string> result;
            std::exception_ptr error;
            try {
                result = compute_(task);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            result_ = std::move(result);
            error_ = error;
            changed_.notify_all();
        }
    }

    const Compute& compute_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<std::string> task_;
    std::optional<std::string> result_;
    std::exception_ptr error_;
    bool ends_ = false;
    std::thread thread_;  // last, since it uses the others
};

/// Who computes which task, and the results that wait for those before them.
class Dispatch {
public:
    Dispatch(const Ranks& ranks, const Leader& leader)
        : ranks_(ranks),
          leader_(leader),
          task_of_(static_cast<std::size_t>(ranks.size())),
          next_(leader.next()),
          companion_(leader.compute) {
        idle_.push_back(0);
    }

    void run() {
        hand_out();
        while (next_ || taken_ < begun_) {
            // Alone, there is nothing to look after.
            const std::chrono::milliseconds longest =
                ranks_.size() > 1 ? Ranks::between_looks : std::chrono::hours(1);
            if (auto result = companion_.result(longest)) {
                keep(0, std::move(*result));
            }
            while (const auto arrival = ranks_.arrival()) {
                answer(*arrival);
            }
        }
    }

private:
    void answer(const Ranks::Arrival& arrival) {
        std::string bytes = ranks_.receive(arrival);
        const std::string place =
            fmt::format("process {} on {}: ", arrival.from, ranks_.node(arrival.from));
        switch (arrival.kind) {
            case kind::result:
                keep(arrival.from, std::move(bytes));
                return;
            case kind::ready:
                if (bytes != leader_.conditions) {
                    throw InputError(place +
                                     "another keesom, model, constants or host than process 0 on " +
                                     ranks_.node(0));
                }
                idle_.push_back(arrival.from);
                hand_out();
                return;
            case kind::input_failed:
                throw InputError(place + bytes);
            default:
                throw std::runtime_error(place + bytes);
        }
    }

    /// Whoever has a result gets another task before the result is taken, which may take a while.
    void keep(int rank, std::string result) {
        results_.emplace(task_of_[static_cast<std::size_t>(rank)], std::move(result));
        idle_.push_back(rank);
        hand_out();
        while (!results_.empty() && results_.begin()->first == taken_) {
            leader_.take(results_.begin()->second);
            results_.erase(results_.begin());
            ++taken_;
            hand_out();
        }
    }

    void hand_out() {
        // Memory is bounded also where one process is much slower than the others.
        const std::uint64_t window = 4 * task_of_.size();
        while (next_ && !idle_.empty() && begun_ < taken_ + window) {
            const int rank = idle_.front();
            idle_.pop_front();
            task_of_[static_cast<std::size_t>(rank)] = begun_++;
            if (rank == 0) {
                companion_.begin(std::move(*next_));
            } else {
                ranks_.send(rank, kind::task, *next_);
            }
            next_ = leader_.next();
        }
    }

    const Ranks& ranks_;
    const Leader& leader_;
    std::deque<int> idle_;
    std::vector<std::uint64_t> task_of_;            // the last one of each process
    std::map<std::uint64_t, std::string> results_;  // by task
    std::optional<std::string> next_;               // read ahead, so that no one waits for it
    std::uint64_t begun_ = 0;
    std::uint64_t taken_ = 0;
    Companion companion_;
};

}  // namespace

void lead(const Ranks& ranks, const Leader& leader) {
    Dispatch(ranks, leader).run();
}

void follow(const Ranks& ranks, const std::function<Follower()>& prepare) {
    try {
        const Follower follower = prepare();
        ranks.send(0, kind::ready, follower.conditions);
        while (true) {
            const Ranks::Arrival arrival = wait_for_message(ranks);
            if (arrival.kind == kind::dismissal) {
                return;
            }
            ranks.send(0, kind::result, follower.compute(ranks.receive(arrival)));
        }
    } catch (const Error& error) {
        ranks.send(0, kind::input_failed, error.what());
    } catch (const std::exception& error) {
        ranks.send(0, kind::program_failed, error.what());
    }
}

int agreed_status(const Ranks& ranks, int status) {
    if (ranks.rank() > 0) {
        const std::string agreed = ranks.receive(wait_for_message(ranks));
        ranks.send(0, kind::leaves, {});
        return std::stoi(agreed);
    }
    for (int rank = 1; rank < ranks.size(); ++rank) {
        ranks.send(rank, kind::dismissal, std::to_string(status));
    }
    // What a follower sends before it knows that must be received: until then it waits.
    for (int left = 1; left < ranks.size();) {
        const Ranks::Arrival arrival = wait_for_message(ranks);
        (void)ranks.receive(arrival);
        left += arrival.kind == kind::leaves ? 1 : 0;
    }
    return status;
}

}  // namespace keesom::apps
