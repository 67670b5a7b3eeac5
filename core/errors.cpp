// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/printable.hpp>

namespace keesom {

Error::Error(const std::string& message) : std::runtime_error(printable(message)) {}

}  // namespace keesom
