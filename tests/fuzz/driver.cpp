// SPDX-License-Identifier: BSD-3-Clause
//
// Runs a fuzz target where there is no libFuzzer: on every file of its corpus, then on mutations
// of them. The mutations are a function of seed and number, so that a run fails everywhere or
// nowhere; they know nothing of the coverage. The input that is being run stands in a file, which
// stays behind if the target does not return.
//
//     TARGET [--iterations N] [--seconds S] [--seed N] FOLDER|FILE…
#include "target.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
extern "C" void __sanitizer_set_death_callback(void (*callback)());

extern "C" const char* __asan_default_options() {
    return "max_allocation_size_mb=2048";  // a reader that allocates more trusts its input too much
}
#endif

namespace {

using Bytes = std::string;

constexpr std::size_t largest_input = 4096;
constexpr unsigned longest_seconds = 60;

// ---------------------------------------------------------------------------------------------------
// The input that is being run, and what is said when it is the last

std::string current_path;
int current_file = -1;

void say(const char* text) {
    // Nothing to be done if this does not reach anyone.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
}

void name_the_input() {
    say("input that failed: ");
    say(current_path.c_str());
    say("\n");
}

extern "C" void die_of_signal(int signal) {
    say(signal == SIGALRM ? "the target hangs\n" : "");
    name_the_input();
    ::signal(signal, SIG_DFL);
    ::raise(signal == SIGALRM ? SIGKILL : signal);
}

void watch_for_signals() {
    // An overflown stack leaves no room for the handler.
    constexpr std::size_t stack_size = 1 << 16;
    static std::array<char, stack_size> stack;
    stack_t alternative{};
    alternative.ss_sp = stack.data();
    alternative.ss_size = stack.size();
    ::sigaltstack(&alternative, nullptr);

    struct sigaction action {};

    action.sa_handler = die_of_signal;
    action.sa_flags = SA_ONSTACK;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_death_callback(name_the_input);
    const auto signals = {SIGABRT, SIGALRM};  // the sanitizer sees to the others
#else
    const auto signals = {SIGABRT, SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    const rlimit limit{rlim_t{4} << 30, rlim_t{4} << 30};
    ::setrlimit(RLIMIT_AS, &limit);
#endif
    for (const int signal : signals) {
        ::sigaction(signal, &action, nullptr);
    }
}

void run(const Bytes& input) {
    if (::pwrite(current_file, input.data(), input.size(), 0) !=
            static_cast<ssize_t>(input.size()) ||
        ::ftruncate(current_file, static_cast<off_t>(input.size())) != 0) {
        keesom::fuzz::fail("cannot write " + current_path);
    }
    // Its own memory, so that reading beyond the end shows.
    const std::vector<std::uint8_t> bytes(input.begin(), input.end());
    ::alarm(longest_seconds);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ::alarm(0);
}

// ---------------------------------------------------------------------------------------------------
// Mutations

constexpr std::array<std::string_view, 46> tokens{"0",
                                                  "-1",
                                                  "1e300",
                                                  "1e999",
                                                  "-1e308",
                                                  "1e-320",
                                                  "nan",
                                                  "inf",
                                                  "-inf",
                                                  "2147483647",
                                                  "-2147483648",
                                                  "4294967296",
                                                  "9223372036854775807",
                                                  "-9223372036854775808",
                                                  "18446744073709551616",
                                                  "99999999999999999999999999999999999999",
                                                  "0.1",
                                                  "1000000",
                                                  "+",
                                                  "-",
                                                  ",",
                                                  ":",
                                                  "=",
                                                  "\"",
                                                  "'",
                                                  "\\",
                                                  "\\n",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  "(",
                                                  ")",
                                                  "<",
                                                  ">",
                                                  "/",
                                                  " ",
                                                  "\t",
                                                  "\n",
                                                  "\r\n",
                                                  "null",
                                                  "true",
                                                  "T",
                                                  "Xx",
                                                  "\xff\xfe",
                                                  "\xc3\xa9"};

class Mutator {
public:
    Mutator(std::vector<Bytes> corpus, std::uint64_t seed)
        : corpus_(std::move(corpus)), random_(seed) {}

private:
    /// From 0 to end − 1; the standard library's distributions differ between implementations.
    std::size_t below(std::size_t end) {
        return end == 0 ? 0 : static_cast<std::size_t>(random_() % end);
    }

    template <class Range>
    auto& any_of(Range& range) {
        return range[below(range.size())];
    }

    /// A place and a length within the input, most often a short one.
    std::pair<std::size_t, std::size_t> piece(const Bytes& input) {
        const std::size_t begin = below(input.size() + 1);
        constexpr std::size_t most = 8;
        const std::size_t left = input.size() - begin;
        return {begin, below(4) == 0 ? below(left + 1) : std::min(left, 1 + below(most))};
    }

    /// A whole line with its end.
    std::pair<std::size_t, std::size_t> line(const Bytes& input) {
        const std::size_t inside = below(input.size() + 1);
        const auto before = inside == 0 ? Bytes::npos : input.rfind('\n', inside - 1);
        const std::size_t begin = before == Bytes::npos ? 0 : before + 1;
        const auto end = input.find('\n', begin);
        return {begin, (end == Bytes::npos ? input.size() : end + 1) - begin};
    }

    /// A number, a word: what stands between two bytes that are neither letters nor digits.
    std::pair<std::size_t, std::size_t> word(const Bytes& input) {
        const auto belongs = [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   c == '.' || c == '_' || c == '-' || c == '+';
        };
        std::size_t begin = below(input.size() + 1);
        while (begin < input.size() && !belongs(input[begin])) {
            ++begin;
        }
        while (begin > 0 && belongs(input[begin - 1])) {
            --begin;
        }
        std::size_t end = begin;
        while (end < input.size() && belongs(input[end])) {
            ++end;
        }
        return {begin, end - begin};
    }

    void mutate(Bytes& input) {
        constexpr std::size_t n_kinds = 13;
        const std::size_t place = below(input.size() + 1);
        switch (below(n_kinds)) {
            case 0:  // a bit
                if (!input.empty()) {
                    char& byte = any_of(input);
                    byte = static_cast<char>(byte ^ (1 << below(8)));
                }
                break;
            case 1:  // a byte
                if (!input.empty()) {
                    any_of(input) = static_cast<char>(below(256));
                }
                break;
            case 2:
                input.insert(place, 1, static_cast<char>(below(256)));
                break;
            case 3: {
                const auto [begin, length] = piece(input);
                input.erase(begin, length);
                break;
            }
            case 4: {  // the same again
                const auto [begin, length] = piece(input);
                input.insert(place, Bytes(input, begin, length));
                break;
            }
            case 5:  // cut off
                input.resize(place);
                break;
            case 6:
                input.insert(place, any_of(tokens));
                break;
            case 7:
            case 8: {  // another number or word; most of a format is made of them
                const auto [begin, length] = word(input);
                input.replace(begin, length, any_of(tokens));
                break;
            }
            case 9: {
                const auto [begin, length] = line(input);
                input.erase(begin, length);
                break;
            }
            case 10: {
                const auto [begin, length] = line(input);
                input.insert(begin, Bytes(input, begin, length));
                break;
            }
            case 11: {  // the beginning of one, the end of another
                const Bytes& other = any_of(corpus_);
                input = input.substr(0, place) + other.substr(below(other.size() + 1));
                break;
            }
            default: {  // a word of another
                const Bytes& other = any_of(corpus_);
                const auto [from, from_length] = word(other);
                const auto [begin, length] = word(input);
                input.replace(begin, length, Bytes(other, from, from_length));
                break;
            }
        }
    }

    std::vector<Bytes> corpus_;
    std::mt19937_64 random_;

public:
    /// A mutated file of the corpus.
    Bytes next() {
        Bytes input = any_of(corpus_);
        constexpr std::size_t most_steps = 5;
        for (std::size_t step = 1 + below(most_steps); step > 0; --step) {
            mutate(input);
        }
        input.resize(std::min(input.size(), largest_input));
        return input;
    }
};

// ---------------------------------------------------------------------------------------------------
// The command

Bytes contents(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        std::exit(2);
    }
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

struct Options {
    std::uint64_t iterations = 0;
    std::optional<std::uint64_t> seconds;
    std::uint64_t seed = 1;
    std::vector<std::filesystem::path> files;
};

Options options_of(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument.substr(0, 2) != "--") {
            options.files.emplace_back(argument);
            continue;
        }
        const auto value = i + 1 < argc ? number(argv[++i]) : std::nullopt;
        if (value && argument == "--iterations") {
            options.iterations = *value;
        } else if (value && argument == "--seconds") {
            options.seconds = *value;
        } else if (value && argument == "--seed") {
            options.seed = *value;
        } else {
            options.files.clear();
            break;
        }
    }
    if (options.files.empty()) {
        std::fprintf(
            stderr, "usage: %s [--iterations N] [--seconds S] [--seed N] FOLDER|FILE...\n", *argv);
        std::exit(2);
    }
    return options;
}

/// The files themselves and those of the folders, in an order that does not depend on the disk.
std::vector<std::filesystem::path> files_of(const std::vector<std::filesystem::path>& given) {
    std::vector<std::filesystem::path> files;
    for (const std::filesystem::path& path : given) {
        if (!std::filesystem::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        std::vector<std::filesystem::path> inside;
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            inside.push_back(entry.path());
        }
        std::sort(inside.begin(), inside.end());
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = options_of(argc, argv);
    std::vector<Bytes> corpus;
    for (const std::filesystem::path& file : files_of(options.files)) {
        corpus.push_back(contents(file));
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "there is nothing to begin with\n");
        return 2;
    }
    current_path = (std::filesystem::temp_directory_path() / "keesom-fuzz-input-XXXXXX").string();
    current_file = ::mkstemp(current_path.data());
    watch_for_signals();

    for (const Bytes& input : corpus) {
        run(input);
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto most = options.seconds && options.iterations == 0
                          ? std::numeric_limits<std::uint64_t>::max()
                          : options.iterations;
    Mutator mutator(std::move(corpus), options.seed);
    std::uint64_t done = 0;
    for (; done < most; ++done) {
        if (options.seconds &&
            std::chrono::steady_clock::now() - begin >= std::chrono::seconds(*options.seconds)) {
            break;
        }
        run(mutator.next());
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    std::printf("%llu mutations in %.1f s\n", static_cast<unsigned long long>(done), taken.count());
    ::close(current_file);
    std::filesystem::remove(current_path);
    return 0;
}
