// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/interaction/monomer_library.hpp>
#include <keesom/interaction/system_energies.hpp>

#include <mutex>

namespace keesom {

namespace {

/// Positions of the monomers of each system in one long list of molecules.
std::vector<std::size_t> first_monomers(std::span<const ReferenceSystem> systems) {
    std::vector<std::size_t> first = {0};
    for (const ReferenceSystem& system : systems) {
        first.push_back(first.back() + system.monomers.size());
    }
    return first;
}

MonomerLibrary make_library(std::span<const ReferenceSystem> systems) {
    std::vector<Molecule> molecules;
    for (const ReferenceSystem& system : systems) {
        molecules.insert(molecules.end(), system.monomers.begin(), system.monomers.end());
    }
    return MonomerLibrary(molecules);
}

EnergyComponents energy_of(const ReferenceSystem& system,
                           std::span<const Monomer> monomers,
                           const Physics& physics) {
    return system.three_body ? physics.non_additive_energy(monomers)
                             : physics.interaction_energy(monomers);
}

/// @throws InputError for a system of which only energies are known, if details are asked for
void require_additive(const ReferenceSystem& system, const EnergyDetails& details) {
    if (system.three_body && (details.gradients || details.pairs)) {
        throw InputError("non-additive energies have neither gradients nor pairs");
    }
}

/// What follows from the energy of a system.
void add_details(std::span<const Monomer> monomers,
                 const Physics& physics,
                 const EnergyDetails& details,
                 SystemEnergy& result) {
    result.contact = closest_contact(monomers);
    if (details.pairs) {
        result.pairs = pair_decomposition(monomers, physics, *result.energy);
    }
}

/// Calls compute(i) for every system, on all threads; one that throws has an error as its result.
template <class Function>
std::vector<SystemEnergy> compute_each(std::span<const ReferenceSystem> systems,
                                       const ProgressCallback& progress,
                                       const Function& compute) {
    // Results are kept by index, so threads leave no trace.
    std::vector<SystemEnergy> results(systems.size());
    std::mutex progress_mutex;
    std::size_t done = 0;
    parallel_for(systems.size(), [&](std::size_t i) {
        try {
            results[i] = compute(i);
        } catch (const Error& error) {
            results[i].error = error.what();
            results[i].thrown = std::current_exception();
        }
        const std::lock_guard lock(progress_mutex);
        ++done;
        if (progress) {
            progress(done);
        }
    });
    return results;
}

}  // namespace

SystemEnergy system_energy(std::span<const Molecule> molecules,
                           const InteractionModel& model,
                           const EnergyDetails& details) {
    for (const Molecule& molecule : molecules) {
        molecule.validate();
    }
    const EnergyLinearization linearization = model.linearize(molecules);
    SystemEnergy result;
    std::vector<Monomer> monomers;
    for (std::size_t m = 0; m < molecules.size(); ++m) {
        const PropertyPrediction& prediction = linearization.prediction(m);
        monomers.emplace_back(molecules[m], prediction.properties);
        result.unfamiliar.push_back(prediction.unfamiliar);
    }
    result.energy = linearization.energy();
    result.gradients = linearization.gradients();
    result.uncertainty = linearization.uncertainty();
    add_details(monomers, model.physics(), details, result);
    return result;
}

std::vector<SystemEnergy> system_energies(std::span<const ReferenceSystem> systems,
                                          const InteractionModel& model,
                                          const ProgressCallback& progress,
                                          const EnergyDetails& details) {
    if (details.gradients) {
        return compute_each(systems, progress, [&](std::size_t i) {
            require_additive(systems[i], details);
            return system_energy(systems[i].monomers, model, details);
        });
    }
    MonomerLibrary library = make_library(systems);
    library.predict(model.property_model());
    const std::vector<std::size_t> first = first_monomers(systems);
    return compute_each(systems, progress, [&](std::size_t i) {
        require_additive(systems[i], details);
        SystemEnergy result;
        std::vector<Monomer> monomers;
        for (std::size_t m = first[i]; m < first[i + 1]; ++m) {
            monomers.push_back(library.monomer(m));
            result.unfamiliar.push_back(library.unfamiliar(m));
        }
        result.energy = energy_of(systems[i], monomers, model.physics());
        add_details(monomers, model.physics(), details, result);
        return result;
    });
}

}  // namespace keesom
