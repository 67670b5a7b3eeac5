// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/property_model.hpp>

namespace keesom {

std::unique_ptr<const PropertyLinearization> PropertyModel::linearize(
    const Molecule& /*molecule*/) const {
    throw ModelError("these atomic properties have no derivatives by positions");
}

}  // namespace keesom
