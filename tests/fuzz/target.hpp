// SPDX-License-Identifier: BSD-3-Clause
//
// What every fuzz target shares: the contract of a reader. Whatever the bytes are, a reader returns
// or throws an Error of one line that says where; and what it has read it reads again the same
// after it was written.
#pragma once

#include <keesom/core/errors.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <support/files.hpp>

/// Entry point of a target, by the name that libFuzzer gives it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace keesom::fuzz {

/// Says what is wrong and ends the program, by which a driver knows that the input is a find.
[[noreturn]] inline void fail(const std::string& what) {
    std::fprintf(stderr, "broken contract: %s\n", what.c_str());
    std::abort();
}

inline void require(bool condition, const std::string& what) {
    if (!condition) {
        fail(what);
    }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Whether `function` returns; the other allowed way is an Error of one line that contains `place`.
template <class Function>
bool returns(const Function& function, std::string_view place = {}) {
    try {
        function();
        return true;
    } catch (const Error& error) {
        const std::string_view message = error.what();
        require(!message.empty() && message.find('\n') == std::string_view::npos,
                "a message is not one line: " + std::string(message));
        require(message.find(place) != std::string_view::npos,
                "a message does not name " + std::string(place) + ": " + std::string(message));
        return false;
    } catch (const std::exception& error) {
        fail(std::string("another type of error: ") + error.what());
    }
}

/// For what has to work, since it is made of something that was read.
template <class Function>
void require_returns(const Function& function) {
    try {
        function();
    } catch (const std::exception& error) {
        fail(std::string("what was read cannot be used: ") + error.what());
    }
}

/// One folder for each process: many readers take nothing but a path.
inline const testing::TemporaryFolder& folder() {
    static const testing::TemporaryFolder made;
    return made;
}

}  // namespace keesom::fuzz
