# SPDX-License-Identifier: BSD-3-Clause
"""Electron densities of closed-shell molecules with Psi4.

Level: PBE0/aug-cc-pV(D+d)Z, density fitting. Importing this module starts Psi4, so a process that
only manages others must not.
"""
import os
import sys

# Debian installs the module beside the library.
sys.path.append("/usr/lib/x86_64-linux-gnu")

import numpy as np
import psi4

METHOD = "pbe0"
BASIS = "aug-cc-pv(d+d)z"
LEVEL = "PBE0/aug-cc-pV(D+d)Z"
BOHR = 0.52917721067  # CODATA 2014, what Psi4 1.3 converts with, in angstrom
DEBYE = 1.0 / 2.541746473  # in e bohr

# Radial and angular points for each atom: for the self-consistent field, and for the moments of the
# density. Against a field on 45 x 194 points, charges change by 2e-4 e, dipoles by 2e-4 e bohr.
SCF_GRID = (35, 110)
DENSITY_GRID = (70, 302)


def start(threads=1, memory_mb=4000):
    psi4.core.set_output_file(os.devnull, False)
    psi4.core.set_num_threads(threads, quiet=True)
    psi4.core.set_memory_bytes(memory_mb * 1_000_000)


def converge(symbols, positions_angstrom, charge=0):
    """Self-consistent field; its energy and wave function."""
    psi4.core.clean()
    psi4.core.clean_options()
    lines = [f"{charge} 1"]
    lines += [
        f"{symbol} {x:.10f} {y:.10f} {z:.10f}"
        for symbol, (x, y, z) in zip(symbols, positions_angstrom)
    ]
    lines += ["symmetry c1", "no_com", "no_reorient"]
    molecule = psi4.geometry("\n".join(lines))
    psi4.set_options(
        {
            "basis": BASIS,
            "reference": "rks",
            "scf_type": "df",
            "d_convergence": 1e-6,
            "e_convergence": 1e-7,
            "dft_radial_points": SCF_GRID[0],
            "dft_spherical_points": SCF_GRID[1],
            "dft_basis_tolerance": 1e-10,
            "guess": "sad",
            "maxiter": 150,
        }
    )
    return psi4.energy(METHOD, molecule=molecule, return_wfn=True)


def on_grid(wave_function, grid=DENSITY_GRID):
    """Points (P, 3), quadrature weights (P,) and density (P,) on an atom-centred grid."""
    psi4.set_options(
        {
            "dft_radial_points": grid[0],
            "dft_spherical_points": grid[1],
            "dft_basis_tolerance": 1e-10,
        }
    )
    functional = psi4.driver.dft.build_superfunctional("pbe", True)[0]
    potential = psi4.core.VBase.build(wave_function.basisset(), functional, "RV")
    potential.initialize()
    potential.set_D([wave_function.Da()])
    functions = potential.properties()[0]
    functions.set_pointers(wave_function.Da())
    points, weights, density = [], [], []
    for index in range(potential.nblocks()):
        block = potential.get_block(index)
        functions.compute_points(block)
        count = block.npoints()
        values = functions.point_values()
        rho = np.array(values["RHO_A"])[:count]  # of both spins
        axes = (block.x(), block.y(), block.z())
        points.append(np.stack([np.array(axis)[:count] for axis in axes], axis=1))
        weights.append(np.array(block.w())[:count])
        density.append(rho)
    return np.concatenate(points), np.concatenate(weights), np.concatenate(density)


def dipole(wave_function):
    """Molecular dipole from the wave function, e bohr; about the origin."""
    psi4.oeprop(wave_function, "DIPOLE")
    return np.array([psi4.core.variable(f"SCF DIPOLE {axis}") for axis in "XYZ"]) * DEBYE
