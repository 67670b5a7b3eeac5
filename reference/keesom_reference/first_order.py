# SPDX-License-Identifier: BSD-3-Clause
"""First-order energies of SAPT(DFT), electrostatics and exchange, with Psi4.

Level: PBE0 with a gradient-regulated asymptotic correction, as in the published DFT-SAPT energies of
the NCI Atlas; each monomer in its own basis, so that one self-consistent field serves all placements
of a rigid molecule: its orbitals turn with it. Both energies depend on the occupied orbitals alone,
so each placement takes the overlap of these and fitted two-electron integrals between them.

Importing this module starts Psi4, so a process that only manages others must not.
"""
import dataclasses
import hashlib
import os
import pathlib

import numpy as np

from . import density, harmonics
from .density import BOHR, psi4
from .elements import NUMBERS

METHOD = "pbe0"
BASIS = "def2-tzvppd"
SHIFT_BASIS = "aug-cc-pvdz"
FITTING_BASIS = "aug-cc-pvdz-jkfit"
LEVEL = "SAPT(DFT)/PBE0AC/def2-TZVPPD, first order, monomer basis"
KCAL_PER_MOL = 627.509474063  # in a hartree, CODATA 2018
FARTHEST_OVERLAP = 8.0  # angstrom: beyond it, products of functions on two atoms are left out
GRID = (50, 194)  # radial and angular points of the self-consistent field


@dataclasses.dataclass
class Monomer:
    """A molecule with its occupied Kohn-Sham orbitals; positions in angstrom.

    `orbitals` (functions, n) are in the basis of the molecule, `products` (auxiliary functions, n, n)
    are the Coulomb integrals of each two of them with the auxiliary functions on its atoms.
    """

    symbols: list
    positions: np.ndarray
    orbitals: np.ndarray
    products: np.ndarray
    basis: str

    def moved(self, rotation, translation):
        """The molecule turned by a matrix about the origin, then shifted (angstrom)."""

        def turned(values, auxiliary):
            functions = basis_set(self.symbols, self.positions, self.basis, auxiliary)
            flat = values.reshape(len(values), -1)
            return harmonics.rotate_coefficients(
                shell_orders(functions), flat, rotation
            ).reshape(values.shape)

        return dataclasses.replace(
            self,
            positions=self.positions @ np.asarray(rotation).T + translation,
            orbitals=turned(self.orbitals, False),
            products=turned(self.products, True),
        )


def geometry(symbols, positions, charge=0, multiplicity=1):
    lines = [f"{charge} {multiplicity}"]
    lines += [f"{s} {x:.10f} {y:.10f} {z:.10f}" for s, (x, y, z) in zip(symbols, positions)]
    lines += ["symmetry c1", "no_com", "no_reorient"]
    return psi4.geometry("\n".join(lines))


def basis_set(symbols, positions, basis, auxiliary=False):
    """Functions on atoms; on ghosts, so that any atoms of a molecule will do."""
    molecule = geometry([f"@{symbol}" for symbol in symbols], positions)
    psi4.set_options({"basis": basis})
    if auxiliary:
        return psi4.core.BasisSet.build(
            molecule, "DF_BASIS_SCF", FITTING_BASIS, "JKFIT", basis, quiet=True
        )
    return psi4.core.BasisSet.build(molecule, "ORBITAL", basis, quiet=True)


def shell_orders(functions):
    """Angular momenta of the shells; the program knows spherical functions only."""
    if not functions.has_puream():
        raise ValueError("the basis has Cartesian functions, expected spherical ones")
    return [functions.shell(index).am for index in range(functions.nshell())]


def field(symbols, positions, method, basis, charge=0, multiplicity=1, shift=0.0, **options):
    """Self-consistent field; its energy and wave function."""
    psi4.core.clean()
    psi4.core.clean_options()
    molecule = geometry(symbols, positions, charge, multiplicity)
    reference = "rhf" if method == "hf" else "rks"
    psi4.set_options(
        {
            "basis": basis,
            "reference": reference if multiplicity == 1 else reference.replace("r", "u"),
            "scf_type": "df",
            "df_basis_scf": FITTING_BASIS,
            "d_convergence": 1e-7,
            "e_convergence": 1e-8,
            "dft_radial_points": GRID[0],
            "dft_spherical_points": GRID[1],
            "dft_grac_shift": shift,
            "guess": "sad",
            "maxiter": 150,
            **options,
        }
    )
    return psi4.energy(method, molecule=molecule, return_wfn=True)


def cation_energy(symbols, positions, options):
    """Energy of the cation; degenerate holes need damping, or a second-order step, to converge."""
    failure = None
    for step in (
        {"e_convergence": 1e-6, "d_convergence": 1e-5, "maxiter": 60},
        {"e_convergence": 1e-6, "d_convergence": 1e-5, "damping_percentage": 30.0},
        {"e_convergence": 1e-6, "d_convergence": 1e-4, "soscf": True},
    ):
        try:
            return field(symbols, positions, METHOD, SHIFT_BASIS, 1, 2, **options, **step)[0]
        except psi4.ConvergenceError as error:
            failure = error
    raise failure


def asymptotic_shift(symbols, positions):
    """Ionization energy plus energy of the highest occupied orbital, hartree.

    In a smaller basis than the orbitals: the two terms change with the basis much alike.
    """
    options = {"dft_radial_points": 35, "dft_spherical_points": 110}
    neutral, wave_function = field(symbols, positions, METHOD, SHIFT_BASIS, **options)
    highest = np.max(wave_function.epsilon_a_subset("AO", "OCC").np)
    return cation_energy(symbols, positions, options) - neutral + highest


def solve(symbols, positions, shift, method=METHOD, basis=BASIS):
    """Orbitals of a neutral molecule, with a shift of the potential far away (hartree)."""
    _, wave_function = field(symbols, positions, method, basis, shift=shift)
    orbitals = np.array(wave_function.Ca_subset("AO", "OCC"))
    return with_products(symbols, positions, orbitals, basis)


def with_products(symbols, positions, orbitals, basis):
    """A monomer, with what its orbitals' products need in all placements."""
    products = own_products(symbols, positions, symbols, positions, orbitals, basis)
    return Monomer(list(symbols), np.array(positions, dtype=float), orbitals, products, basis)


def stored(folder, key, make):
    """Arrays from a file of the folder if it is there, else made and left there."""
    path = pathlib.Path(folder, hashlib.sha256(key.encode()).hexdigest()[:16] + ".npz")
    if not path.exists():
        arrays = make()
        partial = path.with_suffix(f".{os.getpid()}")
        with open(partial, "wb") as stream:
            np.savez(stream, **arrays)
        partial.rename(path)
    with np.load(path) as arrays:
        return dict(arrays)


def cached(symbols, positions, folder, basis=BASIS):
    """Orbitals of a molecule, from a folder where a run that goes on finds them again."""
    molecule = f"{' '.join(symbols)} {np.round(positions, 6).tolist()}"
    shift = float(
        stored(
            folder,
            f"shift {METHOD} {SHIFT_BASIS} {molecule}",
            lambda: {"shift": asymptotic_shift(symbols, positions)},
        )["shift"]
    )

    def solved():
        monomer = solve(symbols, positions, shift, METHOD, basis)
        return {"orbitals": monomer.orbitals, "products": monomer.products}

    arrays = stored(folder, f"orbitals {METHOD} {basis} {FITTING_BASIS} {GRID} {molecule}", solved)
    return Monomer(list(symbols), np.array(positions, dtype=float), basis=basis, **arrays)


def two_electron(auxiliary, first, second):
    """Coulomb integrals (Q|mn) of auxiliary functions with products of functions, (Q, m, n)."""
    zero = psi4.core.BasisSet.zero_ao_basis_set()
    values = psi4.core.MintsHelper(first).ao_eri(auxiliary, zero, first, second)
    return np.asarray(values).reshape(auxiliary.nbf(), first.nbf(), second.nbf())


def own_products(atoms, places, symbols, positions, orbitals, basis):
    """Coulomb integrals (Q|ij) of one monomer's orbitals with auxiliary functions on some atoms.

    Atom by atom of the monomer, each with itself and those after it: every product once, and no
    more memory than one atom takes.
    """
    auxiliary = basis_set(atoms, places, basis, auxiliary=True)
    count = orbitals.shape[1]
    total = np.zeros((auxiliary.nbf(), count, count))
    start = 0
    for atom in range(len(symbols)):
        first = basis_set(symbols[atom : atom + 1], positions[atom : atom + 1], basis)
        rest = basis_set(symbols[atom:], positions[atom:], basis)
        weighted = orbitals[start:].copy()
        weighted[: first.nbf()] *= 0.5  # both sequences of these are there already
        half = two_electron(auxiliary, first, rest) @ weighted
        total += np.tensordot(half, orbitals[start : start + first.nbf()], axes=(1, 0))
        start += first.nbf()
    return total + total.transpose(0, 2, 1)


def mixed_products(a, b):
    """Coulomb integrals (Q|ij) of orbitals i of A and j of B with all auxiliary functions."""
    symbols, positions = a.symbols + b.symbols, np.vstack([a.positions, b.positions])
    auxiliary = basis_set(symbols, positions, a.basis, auxiliary=True)
    sizes = [basis_set([s], p[None], b.basis).nbf() for s, p in zip(b.symbols, b.positions)]
    owners = np.repeat(np.arange(len(sizes)), sizes)
    total = np.zeros((auxiliary.nbf(), b.orbitals.shape[1], a.orbitals.shape[1]))
    start = 0
    for atom in range(len(a.symbols)):
        first = basis_set(a.symbols[atom : atom + 1], a.positions[atom : atom + 1], a.basis)
        end = start + first.nbf()
        near = np.linalg.norm(b.positions - a.positions[atom], axis=1) < FARTHEST_OVERLAP
        if near.any():
            symbols_near = [s for s, is_near in zip(b.symbols, near) if is_near]
            second = basis_set(symbols_near, b.positions[near], b.basis)
            half = two_electron(auxiliary, first, second) @ b.orbitals[near[owners]]
            total += np.tensordot(half, a.orbitals[start:end], axes=(1, 0))
        start = end
    return total.transpose(0, 2, 1)


def fitted_integrals(a, b):
    """B (Q, n, n) with (ij|kl) = sum_Q B_Qij B_Qkl between the orbitals of A, then B.

    With the auxiliary functions of both monomers for every product: with those of one monomer for
    its own products, electrostatics of a water dimer is wrong by half a kcal/mol.
    """
    symbols, positions = a.symbols + b.symbols, np.vstack([a.positions, b.positions])
    auxiliary = basis_set(symbols, positions, a.basis, auxiliary=True)
    count_a, count = a.orbitals.shape[1], a.orbitals.shape[1] + b.orbitals.shape[1]
    in_a, in_b = slice(0, count_a), slice(count_a, None)
    on_a, on_b = slice(0, len(a.products)), slice(len(a.products), None)
    integrals = np.empty((auxiliary.nbf(), count, count))
    integrals[on_a, in_a, in_a] = a.products
    integrals[on_b, in_b, in_b] = b.products
    integrals[on_b, in_a, in_a] = own_products(
        b.symbols, b.positions, a.symbols, a.positions, a.orbitals, a.basis
    )
    integrals[on_a, in_b, in_b] = own_products(
        a.symbols, a.positions, b.symbols, b.positions, b.orbitals, b.basis
    )
    integrals[:, in_a, in_b] = mixed_products(a, b)
    integrals[:, in_b, in_a] = integrals[:, in_a, in_b].transpose(0, 2, 1)
    zero = psi4.core.BasisSet.zero_ao_basis_set()
    metric = psi4.core.MintsHelper(auxiliary).ao_eri(auxiliary, zero, auxiliary, zero)
    metric = np.asarray(metric).reshape(auxiliary.nbf(), auxiliary.nbf())
    whitening = np.linalg.inv(np.linalg.cholesky(metric))
    return np.tensordot(whitening, integrals, axes=1)


def nuclear_attraction(functions, symbols, positions):
    """Potential of nuclei on electrons, between the functions."""
    potential = psi4.core.ExternalPotential()
    for symbol, (x, y, z) in zip(symbols, positions):
        potential.addCharge(NUMBERS[symbol], x, y, z)  # angstrom
    return np.array(potential.computePotentialMatrix(functions))


def nuclear_repulsion(a, b):
    """Between the nuclei of two monomers, hartree."""
    numbers_a, numbers_b = ([NUMBERS[s] for s in m.symbols] for m in (a, b))
    distances = np.linalg.norm(a.positions[:, None] - b.positions[None], axis=2) / BOHR
    return np.sum(np.outer(numbers_a, numbers_b) / distances)


def first_order(integrals, overlap, attraction_a, attraction_b, repulsion, count_a):
    """Electrostatics and exchange (all powers of the overlap), hartree.

    Everything is between the occupied orbitals, those of A first. The terms are those of Psi4's
    `sapt_jk_terms`, after Jeziorski, Bulski and Piela, Int. J. Quantum Chem. 10, 281 (1976), and
    Hesselmann, Jansen and Schuetz, J. Chem. Phys. 122, 014103 (2005).
    """
    a, b = slice(0, count_a), slice(count_a, None)
    repulsion_of_a = np.einsum("Qii->Q", integrals[:, a, a])
    repulsion_of_b = np.einsum("Qii->Q", integrals[:, b, b])

    electrostatics = (
        4.0 * repulsion_of_a @ repulsion_of_b
        + 2.0 * np.trace(attraction_b[a, a])
        + 2.0 * np.trace(attraction_a[b, b])
        + repulsion
    )

    def coulomb(matrix):
        return np.tensordot(np.tensordot(integrals, matrix, axes=2), integrals, axes=(0, 0))

    def exchange_operator(matrix):
        half = np.tensordot(integrals, matrix, axes=(2, 0))  # Q p s
        return np.tensordot(half, integrals, axes=((0, 2), (0, 2)))

    def only(rows, columns, values):
        result = np.zeros_like(overlap)
        result[rows, columns] = values[rows, columns]
        return result

    one = np.eye(len(overlap))
    density_a, density_b = only(a, a, one), only(b, b, one)
    exchange_of_b = exchange_operator(density_b)
    h_a = attraction_a + 2.0 * coulomb(density_a) - exchange_operator(density_a)
    h_b = attraction_b + 2.0 * coulomb(density_b) - exchange_of_b

    # Without the overlap inside a monomer, which is exact unity.
    mixed = only(a, b, overlap)
    inverse = np.linalg.inv(one + mixed + mixed.T) - one
    t_a, t_b, t_ab = only(a, a, inverse), only(b, b, inverse), only(a, b, inverse)
    two_electron_a = coulomb(t_a) - 0.5 * exchange_operator(t_a)
    coulomb_ab, exchange_ab = coulomb(t_ab), exchange_operator(t_ab.T)
    two_electron_ab = coulomb_ab - 0.5 * exchange_ab
    exchange = (
        -2.0 * np.vdot(density_a, exchange_of_b)
        + 2.0 * np.vdot(t_a, h_b)
        + 2.0 * np.vdot(t_b, h_a)
        + 2.0 * np.vdot(t_ab, h_a + h_b)
        + 4.0 * np.vdot(t_a + t_b, two_electron_ab)
        + 4.0 * np.vdot(t_b, two_electron_a)
        + 4.0 * np.vdot(t_ab, coulomb_ab - 0.5 * exchange_ab.T)
    )
    return electrostatics, exchange


def energies(a, b):
    """Electrostatics and exchange of two monomers where they are, hartree."""
    symbols, positions = a.symbols + b.symbols, np.vstack([a.positions, b.positions])
    functions = basis_set(symbols, positions, a.basis)
    count_a = a.orbitals.shape[1]
    orbitals = np.zeros((functions.nbf(), count_a + b.orbitals.shape[1]))
    orbitals[: len(a.orbitals), :count_a] = a.orbitals
    orbitals[len(a.orbitals) :, count_a:] = b.orbitals

    def between(matrix):
        return orbitals.T @ np.asarray(matrix) @ orbitals

    return first_order(
        fitted_integrals(a, b),
        between(psi4.core.MintsHelper(functions).ao_overlap()),
        between(nuclear_attraction(functions, a.symbols, a.positions)),
        between(nuclear_attraction(functions, b.symbols, b.positions)),
        nuclear_repulsion(a, b),
        count_a,
    )
