// SPDX-License-Identifier: BSD-3-Clause
//
// keesom._core: the library as Python sees it. Nothing is calculated here. Arrays are views of what
// the library holds, read-only, and keep its owner alive: (3, N) in columns is (N, 3) in rows.
// Atomic units, as in the library; long calls release the interpreter.
#include <keesom/core/errors.hpp>
#include <keesom/core/fragments.hpp>
#include <keesom/core/io/input_complexes.hpp>
#include <keesom/core/molecule.hpp>
#include <keesom/core/monomer_potential.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/interaction_model.hpp>
#include <keesom/interaction/system_energies.hpp>
#include <keesom/ml/force_field/force_field_file.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace py = pybind11;

namespace keesom {

namespace {

using ReleaseInterpreter = py::call_guard<py::gil_scoped_release>;

/// Numbers that `owner` holds, as a read-only array.
template <class Scalar>
py::array view_of(const Scalar* data, std::vector<py::ssize_t> shape, py::handle owner) {
    py::array_t<Scalar> array(std::move(shape), data, owner);
    array.attr("flags").attr("writeable") = false;
    return array;
}

/// A vector as (N), anything else with a row for each atom.
template <class Derived>
py::array view_of(const Eigen::PlainObjectBase<Derived>& matrix, py::handle owner) {
    if constexpr (Derived::ColsAtCompileTime == 1) {
        return view_of(matrix.data(), {matrix.size()}, owner);
    } else {
        return view_of(matrix.data(), {matrix.cols(), matrix.rows()}, owner);
    }
}

/// A getter of views of a member of a class.
template <class Class, class Base, class Value>
auto member_view(Value Base::*member) {
    return [member](const py::object& self) {
        return view_of(self.cast<const Class&>().*member, self);
    };
}

/// Error and its kinds, which are told apart as ValueError and ArithmeticError too.
void add_errors(py::module_& module) {
    const auto base = py::register_exception<Error>(module, "Error");
    py::register_exception<InputError>(
        module, "InputError", py::make_tuple(base, py::handle(PyExc_ValueError)));
    py::register_exception<ModelError>(module, "ModelError", base);
    py::register_exception<NumericalError>(
        module, "NumericalError", py::make_tuple(base, py::handle(PyExc_ArithmeticError)));
}

void add_units(py::module_& module) {
    py::module_ units = module.def_submodule("units", "Atomic units in one of each unit");
    units.attr("angstrom") = units::angstrom;
    units.attr("kcal_per_mol") = units::kcal_per_mol;
    units.attr("kj_per_mol") = units::kj_per_mol;
    units.attr("electronvolt") = units::electronvolt;
    units.attr("debye") = units::debye;
}

using Positions = py::array_t<double, py::array::c_style | py::array::forcecast>;

Molecule make_molecule(std::vector<int> atomic_numbers,
                       const Positions& positions,
                       int charge,
                       std::string name) {
    const auto n_atoms = static_cast<py::ssize_t>(atomic_numbers.size());
    if (positions.ndim() != 2 || positions.shape(0) != n_atoms || positions.shape(1) != 3) {
        throw InputError(
            fmt::format("positions of {} atoms have the shape ({})",
                        n_atoms,
                        fmt::join(positions.shape(), positions.shape() + positions.ndim(), ", ")));
    }
    return {.name = std::move(name),
            .atomic_numbers = std::move(atomic_numbers),
            .positions = Eigen::Map<const Eigen::Matrix3Xd>(positions.data(), 3, n_atoms),
            .charge = charge};
}

void add_molecule(py::module_& module) {
    py::class_<Molecule>(
        module,
        "Molecule",
        "Atoms in space with a total charge, immutable.\n\n"
        "atomic_numbers (N); positions (N, 3), bohr; charge, e. Arrays are read-only views.\n"
        "fragments(): connected sets of bonded atoms, as lists of indices from 0.\n"
        "split(fragments, charges): the molecules that a complex is made of.\n"
        "validate(): raises InputError unless energies can be computed for it.")
        .def(py::init(&make_molecule),
             py::arg("atomic_numbers"),
             py::arg("positions"),
             py::arg("charge") = 0,
             py::arg("name") = "")
        .def_readonly("name", &Molecule::name)
        .def_readonly("charge", &Molecule::charge)
        .def_property_readonly(
            "atomic_numbers",
            [](const py::object& self) {
                const auto& numbers = self.cast<const Molecule&>().atomic_numbers;
                return view_of(numbers.data(), {static_cast<py::ssize_t>(numbers.size())}, self);
            })
        .def_property_readonly("positions", member_view<Molecule>(&Molecule::positions))
        .def_property_readonly(
            "formula", [](const Molecule& self) { return chemical_formula(self.atomic_numbers); })
        .def("fragments",
             [](const Molecule& self) {
                 return connected_fragments(self.atomic_numbers, self.positions);
             })
        .def(
            "split",
            [](const Molecule& self,
               const std::vector<Fragment>& fragments,
               const std::vector<int>& charges) {
                return split_molecule(self, fragments, charges);
            },
            py::arg("fragments"),
            py::arg("charges"))
        .def("validate", &Molecule::validate)
        .def("__len__", &Molecule::size)
        .def("__repr__", [](const Molecule& self) {
            return fmt::format("<keesom.Molecule {} {}, charge {:+d}>",
                               self.name,
                               chemical_formula(self.atomic_numbers),
                               self.charge);
        });
}

std::vector<InputComplex> read(const std::vector<std::string>& files,
                               const std::string& fragments,
                               const std::string& charges) {
    std::vector<std::string> notes;
    std::vector<InputComplex> complexes;
    {
        const py::gil_scoped_release release;
        complexes = read_complexes(
            {.files = files, .fragments = fragments, .charges = charges, .format = {}}, notes);
    }
    for (const std::string& note : notes) {
        if (PyErr_WarnEx(PyExc_UserWarning, note.c_str(), 1) != 0) {
            throw py::error_already_set();
        }
    }
    return complexes;
}

void add_files(py::module_& module) {
    py::class_<InputComplex>(
        module,
        "Complex",
        "Molecules that are together, as a file holds them; none where there is an error.\n\n"
        "charge_origins: \"file\", \"given\" or \"assumed\" (to be 0), for each molecule.")
        .def_readonly("name", &InputComplex::name)
        .def_readonly("error", &InputComplex::error)
        .def_property_readonly("molecules", py::overload_cast<const InputComplex&>(&molecules_of))
        .def_property_readonly("charge_origins", [](const InputComplex& self) {
            std::vector<std::string> origins;
            for (const InputMonomer& monomer : self.monomers) {
                origins.push_back(to_string(monomer.charge_origin));
            }
            return origins;
        });
    module.def("read_complexes", &read, py::arg("files"), py::arg("fragments"), py::arg("charges"));
}

/// What Python calls a property: as AtomProperties does, by the plural of its key.
std::string plural(std::string_view key) {
    return fmt::format("{}{}", key, key.ends_with("ch") ? "es" : "s");
}

/// Getters of views of all properties that `properties_of` finds in an object.
template <class Class, class PropertiesOf>
void add_property_views(py::class_<Class>& bound, const PropertiesOf& properties_of) {
    for (const AtomProperty& property : atom_properties()) {
        bound.def_property_readonly(
            plural(property.key).c_str(), [&property, properties_of](const py::object& self) {
                const AtomProperties& properties = properties_of(self.cast<const Class&>());
                return std::visit(
                    [&](const auto member) { return view_of(properties.*member, self); },
                    property.member);
            });
    }
}

using Values = py::array_t<double, py::array::c_style | py::array::forcecast>;

/// A monomer with properties by their names. Short-range ones that are not given are 0, as of an
/// atom like others of its element.
Monomer make_monomer(const Molecule& molecule, const py::kwargs& given) {
    const Eigen::Index n_atoms = molecule.size();
    AtomProperties properties(n_atoms);
    std::size_t used = 0;
    for (const AtomProperty& property : atom_properties()) {
        const std::string name = plural(property.key);
        if (!given.contains(name)) {
            continue;
        }
        ++used;
        const auto values = given[name.c_str()].cast<Values>();
        const bool fits = property.is_scalar() ? values.ndim() == 1 && values.shape(0) == n_atoms
                                               : values.ndim() == 2 && values.shape(0) == n_atoms &&
                                                     values.shape(1) == property.components();
        if (!fits) {
            throw InputError(
                fmt::format("{} of {} atoms have the shape ({})",
                            name,
                            n_atoms,
                            fmt::join(values.shape(), values.shape() + values.ndim(), ", ")));
        }
        property.values(properties) =
            Eigen::Map<const Eigen::MatrixXd>(values.data(), property.components(), n_atoms);
    }
    for (const AtomProperty& property : density_properties()) {
        if (!given.contains(plural(property.key))) {
            throw InputError(fmt::format("{} are missing", plural(property.key)));
        }
    }
    if (used != given.size()) {
        throw py::type_error("a name that is no property of atoms");
    }
    return {molecule, std::move(properties)};
}

void add_monomer(py::module_& module) {
    py::class_<Monomer> monomer(
        module,
        "Monomer",
        "A molecule with the properties of its atoms, from anywhere; read-only views.\n\n"
        "Monomer(molecule, charges=..., dipoles=..., quadrupoles=..., valence_populations=...,\n"
        "valence_widths=..., hirshfeld_ratios=...), shapes and units as of PropertyPrediction;\n"
        "short-range properties are 0 unless given. Raises InputError if they are unphysical.");
    monomer.def(py::init(&make_monomer), py::arg("molecule"))
        .def_property_readonly(
            "molecule", [](const Monomer& self) -> const Molecule& { return self.molecule(); });
    add_property_views(
        monomer, [](const Monomer& self) -> const AtomProperties& { return self.properties(); });
}

void add_properties(py::module_& module) {
    module.def(
        "molecular_dipole",
        [](const Molecule& molecule, const PropertyPrediction& prediction) {
            return py::array_t<double>(
                3, molecular_dipole(molecule.positions, prediction.properties).eval().data());
        },
        py::arg("molecule"),
        py::arg("prediction"),
        "Σ(q r + μ) about the origin of the coordinates; (3), e·bohr.");
    auto uncertainty = py::class_<PropertyUncertainty>(
        module,
        "PropertyUncertainty",
        "Standard deviations, of each Cartesian component, in the units of the properties; (N).\n\n"
        "Of size 0 where they are not known. novelty (N): from 0, known by heart, to 1, unknown.");
    uncertainty.def_property_readonly(
        "novelty", member_view<PropertyUncertainty>(&PropertyUncertainty::novelty));
    auto prediction = py::class_<PropertyPrediction>(
        module,
        "PropertyPrediction",
        "The atoms of a molecule as the model predicts them; read-only views.\n\n"
        "charges (N), e; dipoles (N, 3), e·bohr; quadrupoles (N, 6), e·bohr², traceless, in the\n"
        "order xx xy xz yy yz zz; valence_populations (N), electrons; valence_widths (N), bohr;\n"
        "hirshfeld_ratios (N); ten short-range properties. unfamiliar (N): whether an atom is\n"
        "unlike any that the model was trained on.");
    prediction
        .def_property_readonly("unfamiliar",
                               member_view<PropertyPrediction>(&PropertyPrediction::unfamiliar))
        .def_property_readonly("uncertainty",
                               [](const PropertyPrediction& self) -> const PropertyUncertainty& {
                                   return self.uncertainty;
                               });
    for (const AtomProperty& property : atom_properties()) {
        const std::string name = plural(property.key);
        uncertainty.def_property_readonly(
            name.c_str(), member_view<PropertyUncertainty>(property.deviation_member));
    }
    add_property_views(prediction, [](const PropertyPrediction& self) -> const AtomProperties& {
        return self.properties;
    });
}

/// A property model with the constants that belong to it.
class LoadedModel {
public:
    LoadedModel(const std::filesystem::path& model, const std::filesystem::path& parameters)
        : parameters_(load_parameters(parameters)),
          model_(std::make_shared<KernelPropertyModel>(load_model(model)), parameters_) {}

    [[nodiscard]] const ParameterSet& parameters() const { return parameters_; }

    [[nodiscard]] const InteractionModel& model() const { return model_; }

private:
    ParameterSet parameters_;
    InteractionModel model_;
};

/// What came out for some molecules, in the layout of Python.
struct InteractionEnergy {
    SystemEnergy result;
    EnergyDeviations physics_spread;
    bool is_extrapolated = false;
    std::vector<Eigen::Matrix3Xd> forces;  ///< of each molecule; (3, N), hartree/bohr
};

InteractionEnergy in_layout_of_python(SystemEnergy result, const LoadedModel& loaded) {
    InteractionEnergy energy;
    energy.result = std::move(result);
    energy.physics_spread = loaded.parameters().spread.of(*energy.result.energy);
    energy.is_extrapolated = energy.result.contact->ratio < loaded.parameters().closest_contact;
    for (const Eigen::Matrix3Xd& gradient : energy.result.gradients) {
        energy.forces.emplace_back(-gradient);
    }
    return energy;
}

InteractionEnergy interaction_energy(const LoadedModel& loaded,
                                     const std::vector<Molecule>& molecules) {
    return in_layout_of_python(system_energy(molecules, loaded.model()), loaded);
}

InteractionEnergy monomer_energy(const LoadedModel& loaded, const std::vector<Monomer>& monomers) {
    SystemEnergy result;
    result.energy = loaded.model().physics().interaction_energy(monomers);
    result.contact = closest_contact(monomers);
    return in_layout_of_python(std::move(result), loaded);
}

/// The exception of Python that belongs to an error, with the place in front.
py::object exception_of(const std::exception_ptr& thrown, const std::string& place) {
    const auto make = [&](const char* kind, const Error& error) -> py::object {
        return py::module_::import("keesom._core").attr(kind)(place + ": " + error.what());
    };
    try {
        std::rethrow_exception(thrown);
    } catch (const InputError& error) {
        return make("InputError", error);
    } catch (const ModelError& error) {
        return make("ModelError", error);
    } catch (const NumericalError& error) {
        return make("NumericalError", error);
    }
}

/// An energy, or an exception that is not raised, for each complex.
py::list interaction_energies(const LoadedModel& loaded,
                              const std::vector<std::vector<Molecule>>& complexes,
                              bool forces) {
    std::vector<SystemEnergy> results;
    {
        const py::gil_scoped_release release;
        std::vector<ReferenceSystem> systems(complexes.size());
        for (std::size_t i = 0; i < complexes.size(); ++i) {
            systems[i].monomers = complexes[i];
        }
        results =
            system_energies(systems, loaded.model(), {}, {.gradients = forces, .pairs = false});
    }
    py::list energies;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i].energy) {
            energies.append(in_layout_of_python(std::move(results[i]), loaded));
        } else {
            energies.append(exception_of(results[i].thrown, fmt::format("complexes[{}]", i)));
        }
    }
    return energies;
}

py::dict dict_of(const EnergyComponents& energy) {
    py::dict dict;
    for (const ComponentName& component : component_names) {
        dict[component.name] = energy.*component.value;
    }
    return dict;
}

py::dict dict_of(const EnergyDeviations& deviations) {
    py::dict dict = dict_of(deviations.components);
    dict["total"] = deviations.total;
    return dict;
}

py::dict dict_of(const Contact& contact) {
    py::dict dict;
    dict["atoms"] = py::make_tuple(py::make_tuple(contact.monomer_a, contact.atom_a),
                                   py::make_tuple(contact.monomer_b, contact.atom_b));
    dict["distance"] = contact.distance;
    dict["ratio"] = contact.ratio;
    return dict;
}

/// A view of each element.
template <class Matrices>
py::list views_of(const Matrices& matrices, py::handle owner) {
    py::list views;
    for (const auto& matrix : matrices) {
        views.append(view_of(matrix, owner));
    }
    return views;
}

void add_energy(py::module_& module) {
    py::class_<InteractionEnergy>(
        module,
        "InteractionEnergy",
        "Interaction energy of molecules and its parts, hartree; attraction is negative.\n\n"
        "total; components: electrostatics, exchange, induction, dispersion. uncertainty and\n"
        "physics_spread: standard deviations of components and total, from errors of predicted\n"
        "atoms and from residuals of the fit. forces: (N, 3) for each molecule, hartree/bohr,\n"
        "-dE/dr through the predicted atoms too. Energies asked for without forces have none,\n"
        "and uncertainty is None. unfamiliar: (N) for each molecule.\n"
        "closest_contact: atoms ((molecule, atom), (molecule, atom)), distance in bohr, ratio to\n"
        "the sum of van der Waals radii. is_extrapolated: whether it is closer than any in the "
        "fit.")
        .def_property_readonly(
            "total", [](const InteractionEnergy& self) { return self.result.energy->total(); })
        .def_property_readonly(
            "components",
            [](const InteractionEnergy& self) { return dict_of(*self.result.energy); })
        .def_property_readonly(
            "uncertainty",
            [](const InteractionEnergy& self) -> py::object {
                if (!self.result.uncertainty) {
                    return py::none();
                }
                return dict_of(static_cast<const EnergyDeviations&>(*self.result.uncertainty));
            })
        .def_property_readonly(
            "physics_spread",
            [](const InteractionEnergy& self) { return dict_of(self.physics_spread); })
        .def_property_readonly(
            "closest_contact",
            [](const InteractionEnergy& self) { return dict_of(*self.result.contact); })
        .def_readonly("is_extrapolated", &InteractionEnergy::is_extrapolated)
        .def_property_readonly("forces",
                               [](const py::object& self) {
                                   return views_of(self.cast<const InteractionEnergy&>().forces,
                                                   self);
                               })
        .def_property_readonly("unfamiliar", [](const py::object& self) {
            return views_of(self.cast<const InteractionEnergy&>().result.unfamiliar, self);
        });
}

void add_model(py::module_& module) {
    py::class_<LoadedModel>(
        module, "InteractionModel", "A property model and the constants of the physics.")
        .def(py::init<std::filesystem::path, std::filesystem::path>(),
             py::arg("model"),
             py::arg("parameters"),
             ReleaseInterpreter())
        .def_property_readonly("parameters_name",
                               [](const LoadedModel& self) { return self.parameters().name; })
        .def_property_readonly("supported_elements",
                               [](const LoadedModel& self) {
                                   return self.model().property_model().supported_elements();
                               })
        .def(
            "properties",
            [](const LoadedModel& self, const Molecule& molecule) {
                molecule.validate();
                return self.model().property_model().predict(molecule);
            },
            py::arg("molecule"),
            ReleaseInterpreter())
        .def(
            "monomer",
            [](const LoadedModel& self, const Molecule& molecule) {
                return self.model().monomer(molecule);
            },
            py::arg("molecule"),
            ReleaseInterpreter())
        .def("energy", &interaction_energy, py::arg("molecules"), ReleaseInterpreter())
        .def("monomer_energy", &monomer_energy, py::arg("monomers"), ReleaseInterpreter())
        .def("energies", &interaction_energies, py::arg("complexes"), py::arg("forces"));
}

void add_force_fields(py::module_& module) {
    py::class_<ForceField, std::shared_ptr<ForceField>>(
        module,
        "ForceField",
        "The energy of one flexible molecule, as keesom train-monomer makes it.")
        .def(py::init([](const std::filesystem::path& folder) {
                 return std::make_shared<ForceField>(load_force_field(folder));
             }),
             py::arg("folder"),
             ReleaseInterpreter())
        .def("describes", &ForceField::describes, py::arg("molecule"));
    py::class_<Deformation>(
        module,
        "Deformation",
        "What it costs to deform molecules: total and energies, hartree, None without a force\n"
        "field; gradients, (N, 3) for each molecule, hartree/bohr; unfamiliar shapes.")
        .def_property_readonly("total", &Deformation::total)
        .def_readonly("energies", &Deformation::energies)
        .def_readonly("unfamiliar", &Deformation::unfamiliar)
        .def_property_readonly("gradients", [](const py::object& self) {
            return views_of(self.cast<const Deformation&>().gradients, self);
        });
    module.def(
        "deformation",
        [](const std::vector<Molecule>& molecules,
           const std::vector<std::shared_ptr<ForceField>>& force_fields) {
            const std::vector<std::shared_ptr<const MonomerPotential>> potentials(
                force_fields.begin(), force_fields.end());
            return deformation(molecules, potentials);
        },
        py::arg("molecules"),
        py::arg("force_fields"),
        ReleaseInterpreter());
}

}  // namespace

}  // namespace keesom

PYBIND11_MODULE(_core, module) {
    module.doc() = "keesom, a library for interaction energies of molecules";
    module.attr("__version__") = KEESOM_VERSION;
    module.attr("shipped_model_path") = keesom::shipped_model_path;
    module.attr("parameter_file") = keesom::parameter_file;
    keesom::add_errors(module);
    keesom::add_units(module);
    keesom::add_molecule(module);
    keesom::add_files(module);
    keesom::add_properties(module);
    keesom::add_monomer(module);
    keesom::add_energy(module);
    keesom::add_model(module);
    keesom::add_force_fields(module);
}
