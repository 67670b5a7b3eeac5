// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/child_process.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace keesom {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void throw_not_started(const std::filesystem::path& program, int error) {
    throw InputError(fmt::format(
        "{}: cannot be started ({})", program.string(), std::generic_category().message(error)));
}

class FileDescriptor {
public:
    explicit FileDescriptor(int number = -1) : number_(number) {}

    ~FileDescriptor() { reset(); }

    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    [[nodiscard]] int number() const { return number_; }

    [[nodiscard]] bool is_open() const { return number_ >= 0; }

    void reset() {
        if (number_ >= 0) {
            close(number_);
            number_ = -1;
        }
    }

private:
    int number_;
};

/// The two ends of a channel to the program.
struct Channel {
    FileDescriptor ours;
    FileDescriptor of_child;
};

/// A program with closed standard streams gets their numbers for new files. Those must not be taken
/// for the standard streams of the child.
FileDescriptor above_standard_streams(FileDescriptor file) {
    if (file.number() > STDERR_FILENO) {
        return file;
    }
    return FileDescriptor(fcntl(file.number(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

Channel channel_of(int ours, int of_child) {
    Channel channel{above_standard_streams(FileDescriptor(ours)),
                    above_standard_streams(FileDescriptor(of_child))};
    if (!channel.ours.is_open() || !channel.of_child.is_open()) {
        throw std::system_error(errno, std::generic_category());
    }
    return channel;
}

/// A socket, since writing to a pipe whose reader is gone raises a signal.
Channel input_channel() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw std::system_error(errno, std::generic_category());
    }
    return channel_of(ends[0], ends[1]);
}

Channel output_channel() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category());
    }
    return channel_of(ends[0], ends[1]);
}

/// What posix_spawn is to do between fork and exec.
class SpawnPlan {
public:
    SpawnPlan(int input, int output, int errors) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
        // A process group of its own, so that all of it can be killed, and signals as they are in a
        // new program, whatever the calling thread blocks or ignores.
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        posix_spawnattr_setpgroup(&attributes_, 0);
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&attributes_, &signals);
        sigfillset(&signals);
        posix_spawnattr_setsigdefault(&attributes_, &signals);
    }

    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }

    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan(SpawnPlan&&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    SpawnPlan& operator=(SpawnPlan&&) = delete;

    /// @throws InputError if the program cannot be started
    [[nodiscard]] pid_t start(const std::filesystem::path& program,
                              std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), program.string());
        std::vector<char*> words;
        words.reserve(arguments.size() + 1);
        for (std::string& argument : arguments) {
            words.push_back(argument.data());
        }
        words.push_back(nullptr);
        pid_t process = 0;
        const int error =
            posix_spawn(&process, program.c_str(), &actions_, &attributes_, words.data(), environ);
        if (error != 0) {
            throw_not_started(program, error);
        }
        return process;
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

/// A started program; it does not outlive the object.
class Child {
public:
    explicit Child(pid_t process) : process_(process) {}

    ~Child() {
        if (!ended_) {
            kill();
        }
    }

    Child(const Child&) = delete;
    Child(Child&&) = delete;
    Child& operator=(const Child&) = delete;
    Child& operator=(Child&&) = delete;

    void kill() {
        ::kill(-process_, SIGKILL);
        wait(0);
    }

    /// Waits for the end.
    /// @return false if the time is over before
    bool wait_until(Clock::time_point deadline) {
        constexpr std::chrono::milliseconds pause{1};
        while (!wait(WNOHANG)) {
            if (Clock::now() >= deadline) {
                return false;
            }
            std::this_thread::sleep_for(pause);
        }
        return true;
    }

    /// As waitpid gives it.
    [[nodiscard]] int status() const { return status_; }

private:
    bool wait(int options) {
        pid_t result = 0;
        do {
            result = waitpid(process_, &status_, options);
        } while (result < 0 && errno == EINTR);
        // An error means that the caller has all its children reaped for it.
        ended_ = result != 0;
        return ended_;
    }

    pid_t process_;
    bool ended_ = false;
    int status_ = 0;
};

/// Takes what there is to read.
/// @return false at the end
bool append_available(int file, std::string& text) {
    constexpr std::size_t block_size = 1 << 16;
    std::array<char, block_size> block{};
    const ssize_t n_bytes = read(file, block.data(), block.size());
    if (n_bytes < 0) {
        return errno == EINTR;
    }
    text.append(block.data(), static_cast<std::size_t>(n_bytes));
    return n_bytes > 0;
}

/// Gives what there is room for.
/// @return false if there is nothing left to give, or nobody who takes it
bool send_available(int file, std::string_view& text) {
    const ssize_t n_bytes = send(file, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n_bytes < 0) {
        return errno == EINTR || errno == EAGAIN;
    }
    text.remove_prefix(static_cast<std::size_t>(n_bytes));
    return !text.empty();
}

int milliseconds_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    constexpr decltype(left) longest = 60'000;
    return static_cast<int>(std::clamp<decltype(left)>(left, 0, longest));
}

/// Exchanges text with the program until it closes its output.
/// @return how that ended, `exited` if the program is done with writing
ChildEnd exchange(FileDescriptor& input,
                  std::string_view text,
                  FileDescriptor& output,
                  FileDescriptor& errors,
                  Clock::time_point deadline,
                  std::size_t most_output,
                  ChildAnswer& answer) {
    constexpr std::size_t most_errors = 1 << 16;
    if (text.empty()) {
        input.reset();
    }
    while (output.is_open() || errors.is_open()) {
        // A closed descriptor is negative, and poll passes over it.
        std::array<pollfd, 3> files = {pollfd{input.number(), POLLOUT, 0},
                                       pollfd{output.number(), POLLIN, 0},
                                       pollfd{errors.number(), POLLIN, 0}};
        const int n_ready = poll(files.data(), files.size(), milliseconds_until(deadline));
        if (Clock::now() >= deadline) {
            return ChildEnd::took_too_long;
        }
        if (n_ready <= 0) {
            continue;
        }
        if (files[0].revents != 0 && !send_available(input.number(), text)) {
            input.reset();
        }
        if (files[1].revents != 0 && !append_available(output.number(), answer.output)) {
            output.reset();
        }
        if (files[2].revents != 0 && !append_available(errors.number(), answer.errors)) {
            errors.reset();
        }
        if (answer.output.size() > most_output) {
            return ChildEnd::wrote_too_much;
        }
        answer.errors.resize(std::min(answer.errors.size(), most_errors));
    }
    return ChildEnd::exited;
}

}  // namespace

ChildAnswer run_child(const std::filesystem::path& program,
                      const std::vector<std::string>& arguments,
                      std::string_view input,
                      std::chrono::milliseconds most_time,
                      std::size_t most_output) {
    const Clock::time_point deadline = Clock::now() + most_time;
    Channel to_input;
    Channel from_output;
    Channel from_errors;
    try {
        to_input = input_channel();
        from_output = output_channel();
        from_errors = output_channel();
    } catch (const std::system_error& error) {
        throw_not_started(program, error.code().value());
    }
    Child child(SpawnPlan(to_input.of_child.number(),
                          from_output.of_child.number(),
                          from_errors.of_child.number())
                    .start(program, arguments));
    to_input.of_child.reset();
    from_output.of_child.reset();
    from_errors.of_child.reset();

    ChildAnswer answer;
    answer.end = exchange(
        to_input.ours, input, from_output.ours, from_errors.ours, deadline, most_output, answer);
    if (answer.end == ChildEnd::exited && !child.wait_until(deadline)) {
        answer.end = ChildEnd::took_too_long;
    }
    if (answer.end != ChildEnd::exited) {
        child.kill();
    } else if (WIFSIGNALED(child.status())) {
        answer.end = ChildEnd::killed_by_signal;
        answer.code = WTERMSIG(child.status());
    } else {
        answer.code = WEXITSTATUS(child.status());
    }
    return answer;
}

}  // namespace keesom
