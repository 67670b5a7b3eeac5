// SPDX-License-Identifier: BSD-3-Clause
//
// keesom beside libMBD (many-body dispersion, C interface) and GFN2-xTB (xtb's C interface), on the
// same dimers of S22, in one process. Interaction energies E(AB) − E(A) − E(B) all of them; those
// of keesom with the prediction of the atoms. For one thread each:
//
//   OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 peers_bench
#include "shipped.hpp"

#include <keesom/core/io/reference_systems.hpp>
#include <keesom/core/units.hpp>
#include <keesom/dispersion/many_body.hpp>
#include <keesom/dispersion/oscillators.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
#define _Bool bool  // C's name, which C++ does not know
#include <mbd/mbd.h>
#undef _Bool
#include <xtb.h>
}

namespace {

using namespace keesom;

using bench::data;
using bench::model;
using bench::parameters;

/// Atoms of the dimer or of one of its monomers.
struct Atoms {
    std::vector<int> atomic_numbers;
    Eigen::Matrix3Xd positions;
    Oscillators oscillators;
    double sign;  // in the interaction energy
};

struct Dimer {
    std::string name;
    std::vector<Molecule> molecules;
    std::vector<Atoms> parts;
};

Atoms atoms_of(const std::vector<Monomer>& monomers, double sign) {
    const Sites sites(monomers);
    return {sites.atomic_numbers(),
            sites.positions(),
            scaled_oscillators(sites.atomic_numbers(), sites.properties().hirshfeld_ratios),
            sign};
}

Dimer dimer(const std::string& name, std::size_t of_s22) {
    Dimer result;
    result.name = name;
    result.molecules =
        read_reference_systems(data / "benchmarks" / "s22.xyz.gz").at(of_s22).monomers;
    std::vector<Monomer> monomers;
    for (const Molecule& molecule : result.molecules) {
        monomers.push_back(model().monomer(molecule));
    }
    result.parts.push_back(atoms_of(monomers, 1.0));
    for (const Monomer& monomer : monomers) {
        result.parts.push_back(atoms_of({monomer}, -1.0));
    }
    return result;
}

double keesom_many_body(const Dimer& dimer, bool with_gradient) {
    double energy = 0.0;
    OscillatorGradient gradient;
    for (const Atoms& atoms : dimer.parts) {
        energy += atoms.sign * mbd_rsscs_energy(atoms.positions,
                                                atoms.oscillators,
                                                parameters().dispersion.mbd,
                                                with_gradient ? &gradient : nullptr);
    }
    return energy;
}

double libmbd_many_body(const Dimer& dimer, bool with_gradient) {
    const MbdOptions& options = parameters().dispersion.mbd;
    double energy = 0.0;
    for (const Atoms& atoms : dimer.parts) {
        // libMBD takes all arrays by pointers to what is not constant.
        Eigen::Matrix3Xd positions = atoms.positions;
        Oscillators oscillators = atoms.oscillators;
        const auto n_atoms = static_cast<int>(positions.cols());
        std::string variant = "rsscs";
        std::string damping_name = "fermi";
        double cutoff_scaling[] = {1.0, 1.0};
        auto* geometry = cmbd_init_geom(n_atoms,
                                        positions.data(),
                                        nullptr,
                                        nullptr,
                                        0,
                                        nullptr,
                                        options.n_frequencies,
                                        false,
                                        false,
                                        false,
                                        false,
                                        0,
                                        cutoff_scaling);
        auto* damping = cmbd_init_damping(n_atoms,
                                          damping_name.data(),
                                          oscillators.vdw_radii.data(),
                                          nullptr,
                                          options.beta,
                                          options.steepness);
        auto* result = cmbd_mbd_scs_energy(geometry,
                                           variant.data(),
                                           oscillators.polarizabilities.data(),
                                           oscillators.c6.data(),
                                           damping,
                                           with_gradient);
        double of_part = 0.0;
        Eigen::Matrix3Xd gradient(3, n_atoms);
        cmbd_get_results(result,
                         &of_part,
                         with_gradient ? gradient.data() : nullptr,
                         nullptr,
                         nullptr,
                         nullptr,
                         nullptr,
                         nullptr,
                         nullptr,
                         nullptr,
                         nullptr);
        cmbd_destroy_result(result);
        cmbd_destroy_damping(damping);
        cmbd_destroy_geom(geometry);
        energy += atoms.sign * of_part;
    }
    return energy;
}

/// One GFN2-xTB calculation, set up once. Each run starts from the same guess.
class Gfn2 {
public:
    explicit Gfn2(const Atoms& atoms) : sign_(atoms.sign) {
        xtb_setVerbosity(environment_, XTB_VERBOSITY_MUTED);
        const auto n_atoms = static_cast<int>(atoms.atomic_numbers.size());
        const double charge = 0.0;
        const int unpaired = 0;
        molecule_ = xtb_newMolecule(environment_,
                                    &n_atoms,
                                    atoms.atomic_numbers.data(),
                                    atoms.positions.data(),
                                    &charge,
                                    &unpaired,
                                    nullptr,
                                    nullptr);
        xtb_loadGFN2xTB(environment_, molecule_, calculator_, nullptr);
        require_success();
    }

    Gfn2(const Gfn2&) = delete;
    Gfn2& operator=(const Gfn2&) = delete;

    ~Gfn2() {
        xtb_delCalculator(&calculator_);
        xtb_delMolecule(&molecule_);
        xtb_delEnvironment(&environment_);
    }

    /// Contribution to the interaction energy; the gradient is always computed.
    double run() {
        xtb_TResults results = xtb_newResults();
        xtb_singlepoint(environment_, molecule_, calculator_, results);
        double energy = 0.0;
        xtb_getEnergy(environment_, results, &energy);
        xtb_delResults(&results);
        require_success();
        return sign_ * energy;
    }

private:
    void require_success() {
        if (xtb_checkEnvironment(environment_) != 0) {
            throw std::runtime_error("xtb failed");
        }
    }

    double sign_;
    xtb_TEnvironment environment_ = xtb_newEnvironment();
    xtb_TMolecule molecule_ = nullptr;
    xtb_TCalculator calculator_ = xtb_newCalculator();
};

template <class Evaluate>
void add_benchmark(const std::string& name, const Dimer& dimer, const Evaluate& evaluate) {
    benchmark::RegisterBenchmark((name + "/" + dimer.name).c_str(),
                                 [&dimer, evaluate](benchmark::State& state) {
                                     for (auto iteration : state) {
                                         benchmark::DoNotOptimize(evaluate(dimer));
                                     }
                                     state.counters["kcal/mol"] =
                                         evaluate(dimer) / units::kcal_per_mol;
                                 })
        ->Unit(benchmark::kMicrosecond);
}

void add_benchmarks(const Dimer& dimer) {
    const double here = keesom_many_body(dimer, false);
    const double there = libmbd_many_body(dimer, false);
    if (std::abs(here - there) > 1e-7 * std::abs(here)) {
        throw std::runtime_error("many-body dispersion of " + dimer.name + " differs");
    }
    add_benchmark("keesom_energy", dimer, [](const Dimer& d) {
        return model().interaction_energy(d.molecules).total();
    });
    add_benchmark("keesom_energy_and_gradient", dimer, [](const Dimer& d) {
        const EnergyLinearization linearization = model().linearize(d.molecules);
        benchmark::DoNotOptimize(linearization.gradients());
        return linearization.energy().total();
    });
    const auto gfn2 = std::make_shared<std::vector<std::unique_ptr<Gfn2>>>();
    for (const Atoms& atoms : dimer.parts) {
        gfn2->push_back(std::make_unique<Gfn2>(atoms));
    }
    add_benchmark("gfn2_energy_and_gradient", dimer, [gfn2](const Dimer& /*d*/) {
        double energy = 0.0;
        for (const auto& part : *gfn2) {
            energy += part->run();
        }
        return energy;
    });
    for (const bool with_gradient : {false, true}) {
        const std::string suffix = with_gradient ? "_energy_and_gradient" : "_energy";
        add_benchmark("keesom_mbd" + suffix, dimer, [with_gradient](const Dimer& d) {
            return keesom_many_body(d, with_gradient);
        });
        add_benchmark("libmbd" + suffix, dimer, [with_gradient](const Dimer& d) {
            return libmbd_many_body(d, with_gradient);
        });
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<Dimer> dimers = {
        dimer("water", 1), dimer("benzene", 10), dimer("adenine_thymine", 6)};
    for (const Dimer& of : dimers) {
        add_benchmarks(of);
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
