// SPDX-License-Identifier: BSD-3-Clause
//
// What can go wrong, by whose hand it can be mended. Messages are one line, in lower case, without
// a full stop, and contain the offending value; where a file is at fault they begin with its name
// and line. The library throws and never prints.
#pragma once

#include <stdexcept>
#include <string>

namespace keesom {

/// Base of every exception that keesom throws on purpose.
class Error : public std::runtime_error {
public:
    /// @param message may quote what a file holds, whatever that is: it becomes printable()
    explicit Error(const std::string& message);
};

/// What the user gave cannot be used: a file, a molecule, an option.
class InputError : public Error {
public:
    using Error::Error;
};

/// A property model or a parameter set is damaged, of another version, or lacks an element.
class ModelError : public Error {
public:
    using Error::Error;
};

/// A calculation has no meaningful result: a polarization catastrophe, a negative MBD eigenvalue.
class NumericalError : public Error {
public:
    using Error::Error;
};

}  // namespace keesom
