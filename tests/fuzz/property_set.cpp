// SPDX-License-Identifier: BSD-3-Clause
//
// Sets of molecules with the properties of their atoms.
#include "frames.hpp"
#include "target.hpp"

#include <keesom/core/io/extended_xyz.hpp>
#include <keesom/core/io/property_set.hpp>

#include <sstream>
#include <vector>

namespace keesom {

namespace {

void require_round_trip(const PropertyRecord& record) {
    std::ostringstream stream;
    fuzz::require_returns(
        [&] { write_extended_xyz(stream, property_frame(record.molecule, record.properties)); });
    const auto path = fuzz::folder().file("again.xyz", stream.str());
    std::vector<PropertyRecord> again;
    fuzz::require_returns([&] { again = read_property_set(path); });
    fuzz::require(again.size() == 1, "one record became another number of records");
    const Molecule& molecule = again[0].molecule;
    fuzz::require(molecule.name == record.molecule.name, "another name");
    fuzz::require(molecule.charge == record.molecule.charge, "another charge");
    fuzz::require(molecule.atomic_numbers == record.molecule.atomic_numbers, "other elements");
    fuzz::require(fuzz::same_positions(molecule.positions, record.molecule.positions),
                  "other positions");
    for (const AtomProperty& property : density_properties()) {
        fuzz::require(fuzz::same_numbers(property.values(record.properties),
                                         property.values(again[0].properties)),
                      "other properties");
    }
}

}  // namespace

}  // namespace keesom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace keesom;
    const auto path = fuzz::folder().file("set.xyz", fuzz::text_of(data, size));
    std::vector<PropertyRecord> records;
    fuzz::returns([&] { records = read_property_set(path); }, path.string());
    for (const PropertyRecord& record : records) {
        require_round_trip(record);
    }
    return 0;
}
