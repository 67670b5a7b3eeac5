// SPDX-License-Identifier: BSD-3-Clause
//
// Errors are part of the interface: their type and what they say.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <string>

namespace keesom::testing {

/// What `function` throws as an ErrorType; a failure of the test if it throws nothing or another
/// type. Every message of keesom is one line without a full stop.
template <class ErrorType, class Function>
std::string error_of(const Function& function) {
    try {
        function();
    } catch (const ErrorType& error) {
        const std::string message = error.what();
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        EXPECT_FALSE(message.empty() || message.back() == '.') << message;
        return message;
    } catch (const std::exception& error) {
        ADD_FAILURE() << "another type of error: " << error.what();
        return {};
    }
    ADD_FAILURE() << "no error";
    return {};
}

/// 'text', as messages quote what the user gave.
inline std::string quoted(const std::string& text) {
    std::string result(1, '\'');
    result += text;
    result += '\'';
    return result;
}

}  // namespace keesom::testing
