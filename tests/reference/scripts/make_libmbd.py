#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes libmbd.json: MBD@rsSCS and TS energies of libMBD on real molecules.

    make_libmbd.py --library libmbd.so --commit HASH --dimers FOLDER --atoms aim_test.xyz.gz \
        --date YYYY-MM-DD --output libmbd.json

libMBD (MPL-2.0) is called through its C interface, built as a shared library without MPI. FOLDER
holds s22.xyz.gz and 3b69_trimers.xyz.gz. Hirshfeld ratios are those of the monomers in the atoms
file; where a monomer is not among them, those of the same molecule in another complex.
"""
import argparse
import ctypes
import gzip
import json
import re
from ctypes import POINTER, byref, c_bool, c_char, c_double, c_int, c_void_p

BOHR_IN_ANGSTROM = 0.529177210903  # CODATA 2018

# Tkatchenko, Scheffler, Phys. Rev. Lett. 102, 073005 (2009): polarizability, C6, radius, a.u.
FREE_ATOMS = {
    'H': (1, 4.5, 6.5, 3.1), 'C': (6, 12.0, 46.6, 3.59), 'N': (7, 7.4, 24.2, 3.34),
    'O': (8, 5.4, 15.6, 3.19), 'P': (15, 25.0, 185.0, 4.01), 'S': (16, 19.6, 134.0, 3.86),
    'Cl': (17, 15.0, 94.6, 3.71), 'Ar': (18, 11.1, 64.3, 3.55), 'Br': (35, 20.0, 162.0, 3.93),
}

# name, file, frame in it, source of the Hirshfeld ratios of each monomer
COMPLEXES = [
    ('water dimer', 's22.xyz.gz', 'S22-2', ['s22/S22-2/a', 's22/S22-2/a']),
    ('ethene-ethyne', 's22.xyz.gz', 'S22-16', ['s22/S22-9/a', 's22/S22-16/b']),
    ('benzene dimer, parallel displaced', 's22.xyz.gz', 'S22-11', ['s22/S22-10/a'] * 2),
    ('benzene-HCN', 's22.xyz.gz', 'S22-19', ['s22/S22-10/a', 's22/S22-19/b']),
    ('benzene-indole, stacked', 's22.xyz.gz', 'S22-14', ['s22/S22-10/a', 's22/S22-14/b']),
    ('adenine-thymine, Watson-Crick', 's22.xyz.gz', 'S22-7', ['s22/S22-7/a', 's22/S22-7/b']),
    ('adenine-thymine, stacked', 's22.xyz.gz', 'S22-15', ['s22/S22-15/a', 's22/S22-15/b']),
    ('water trimer', '3b69_trimers.xyz.gz', '3B69-01a_water', ['s22/S22-2/a'] * 3),
]

# Atoms of the third row and beyond at made-up places with made-up ratios: symbol, position in
# angstrom, ratio.
EXPLICIT = [
    ('argon dimer', [('Ar', (0.0, 0.0, 0.0), 1.0), ('Ar', (0.0, 0.0, 4.0), 1.0)]),
    ('argon triangle', [
        ('Ar', (0.0, 0.0, 0.0), 1.0), ('Ar', (3.8, 0.0, 0.0), 1.0), ('Ar', (1.9, 3.3, 0.0), 1.0),
    ]),
    ('phosphine, hydrogen sulfide, hydrogen chloride, hydrogen bromide', [
        ('P', (0.0, 0.0, 0.0), 1.02), ('H', (1.19, 0.0, 0.77), 0.71),
        ('H', (-0.60, 1.03, 0.77), 0.72), ('H', (-0.60, -1.03, 0.77), 0.73),
        ('S', (0.2, 0.1, -3.6), 0.97), ('H', (0.2, 1.06, -4.53), 0.64),
        ('H', (0.2, -0.86, -4.53), 0.65),
        ('Cl', (3.7, 0.3, -1.5), 0.94), ('H', (3.7, 1.45, -2.05), 0.58),
        ('Br', (-3.5, 1.2, -2.1), 0.96), ('H', (-4.9, 1.3, -2.2), 0.61),
    ]),
]

BETAS = [0.5, 0.83]
FERMI_STEEPNESS = 6.0
N_FREQUENCIES = 15
TS_STEEPNESS, TS_RADIUS_SCALE = 20.0, 0.94


class LibMbd:
    """The few calls needed of libMBD's C interface."""

    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.cmbd_init_geom.restype = c_void_p
        self.lib.cmbd_init_geom.argtypes = [
            c_int, POINTER(c_double), c_void_p, c_void_p, c_int, c_void_p, c_int, c_bool, c_bool,
            c_bool, c_bool, c_int, POINTER(c_double)]
        self.lib.cmbd_init_damping.restype = c_void_p
        self.lib.cmbd_init_damping.argtypes = [
            c_int, ctypes.c_char_p, POINTER(c_double), c_void_p, c_double, c_double]
        self.lib.cmbd_mbd_scs_energy.restype = c_void_p
        self.lib.cmbd_mbd_scs_energy.argtypes = [
            c_void_p, ctypes.c_char_p, POINTER(c_double), POINTER(c_double), c_void_p, c_bool]
        self.lib.cmbd_ts_energy.restype = c_void_p
        self.lib.cmbd_ts_energy.argtypes = [
            c_void_p, POINTER(c_double), POINTER(c_double), c_void_p, c_bool]
        self.lib.cmbd_get_results.argtypes = [c_void_p, POINTER(c_double)] + [c_void_p] * 9
        self.lib.cmbd_get_exception.argtypes = [c_void_p, POINTER(c_int)] + [c_void_p] * 2
        for name in ('geom', 'damping', 'result'):
            getattr(self.lib, f'cmbd_destroy_{name}').argtypes = [c_void_p]
        self.version = '.'.join(
            str(c_int.in_dll(self.lib, f'cmbd_version_{part}').value)
            for part in ('major', 'minor', 'patch'))

    def energies(self, positions, alpha, c6, radii, beta):
        """MBD@rsSCS energy, screened polarizabilities and C6, and the TS energy."""
        n = len(alpha)
        array = lambda values: (c_double * len(values))(*values)
        coords = array([x for position in positions for x in position])
        geom = self.lib.cmbd_init_geom(
            n, coords, None, None, 0, None, N_FREQUENCIES, False, False, False, False, 0,
            array([1.0, 1.0]))

        def run(calculate, *damping_constants):
            damping = self.lib.cmbd_init_damping(
                n, b'fermi', array(radii), None, *damping_constants)
            result = calculate(damping)
            code, origin, message = c_int(), (c_char * 50)(), (c_char * 150)()
            self.lib.cmbd_get_exception(geom, byref(code), origin, message)
            if code.value:
                raise RuntimeError(message.value.decode())
            energy, out_alpha, out_c6 = c_double(), (c_double * n)(), (c_double * n)()
            self.lib.cmbd_get_results(
                result, byref(energy), *[None] * 7, ctypes.cast(out_alpha, c_void_p),
                ctypes.cast(out_c6, c_void_p))
            self.lib.cmbd_destroy_result(result)
            self.lib.cmbd_destroy_damping(damping)
            return energy.value, list(out_alpha), list(out_c6)

        mbd = run(lambda damping: self.lib.cmbd_mbd_scs_energy(
            geom, b'rsscs', array(alpha), array(c6), damping, False), beta, FERMI_STEEPNESS)
        ts = run(lambda damping: self.lib.cmbd_ts_energy(
            geom, array(alpha), array(c6), damping, False), TS_RADIUS_SCALE, TS_STEEPNESS)
        self.lib.cmbd_destroy_geom(geom)
        return mbd + (ts[0],)


def frames(path):
    """(comment, rows) of each frame of a gzipped XYZ file."""
    with gzip.open(path, 'rt') as lines:
        for line in lines:
            n_atoms = int(line)
            comment = next(lines)
            yield comment, [next(lines).split() for _ in range(n_atoms)]


def key(comment, name):
    found = re.search(rf'\b{name}=("[^"]*"|\S+)', comment)
    return found.group(1).strip('"') if found else None


def hirshfeld_ratios(path):
    """{source: (symbols, ratios)} of an atoms-in-molecules file."""
    table = {}
    for comment, rows in frames(path):
        columns = key(comment, 'Properties').split(':')
        sizes = dict(zip(columns[0::3], map(int, columns[2::3])))
        column = sum(size for name, size in list(sizes.items())[
            :list(sizes).index('hirshfeld_ratio')])
        table[key(comment, 'source')] = (
            [row[0] for row in rows], [float(row[column]) for row in rows])
    return table


def read_complex(folder, file, frame, sources, ratios):
    for comment, rows in frames(f'{folder}/{file}'):
        if key(comment, 'name') == frame:
            break
    else:
        raise LookupError(f'{frame} is not in {file}')
    symbols = [row[0] for row in rows]
    expected = [symbol for source in sources for symbol in ratios[source][0]]
    if symbols != expected:
        raise ValueError(f'{frame}: atoms {symbols} are not in the order of {expected}')
    return (symbols, [[float(x) / BOHR_IN_ANGSTROM for x in row[1:4]] for row in rows],
            [ratio for source in sources for ratio in ratios[source][1]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option in ('library', 'commit', 'dimers', 'atoms', 'date', 'output'):
        parser.add_argument(f'--{option}', required=True)
    options = parser.parse_args()

    ratios = hirshfeld_ratios(options.atoms)
    geometries = [
        (name, *read_complex(options.dimers, file, frame, sources, ratios))
        for name, file, frame, sources in COMPLEXES]
    for name, atoms in EXPLICIT:
        geometries.append((
            name, [symbol for symbol, _, _ in atoms],
            [[x / BOHR_IN_ANGSTROM for x in position] for _, position, _ in atoms],
            [ratio for _, _, ratio in atoms]))

    libmbd = LibMbd(options.library)
    systems = []
    for name, symbols, positions, h in geometries:
        free = [FREE_ATOMS[symbol] for symbol in symbols]
        alpha = [atom[1] * ratio for atom, ratio in zip(free, h)]
        c6 = [atom[2] * ratio**2 for atom, ratio in zip(free, h)]
        radii = [atom[3] * ratio**(1 / 3) for atom, ratio in zip(free, h)]
        for beta in BETAS:
            energy, alpha_screened, c6_screened, energy_ts = libmbd.energies(
                positions, alpha, c6, radii, beta)
            systems.append({
                'name': name, 'beta': beta, 'atomic_numbers': [atom[0] for atom in free],
                'positions': positions, 'hirshfeld_ratios': h, 'energy_mbd_rsscs': energy,
                'alpha_screened': alpha_screened, 'c6_screened': c6_screened,
                'energy_ts': energy_ts})

    document = {
        'origin': 'libMBD, Hermann et al., J. Chem. Phys. 159, 174802 (2023)',
        'code_version': f'{libmbd.version}, commit {options.commit}',
        'command': 'make_libmbd.py',
        'date': options.date,
        'units': 'hartree, bohr; positions (N, 3)',
        'method': f'MBD@rsSCS, steepness {FERMI_STEEPNESS}, {N_FREQUENCIES} frequencies; TS with '
                  f'steepness {TS_STEEPNESS} and radii scaled by {TS_RADIUS_SCALE}',
        'tolerance': 1e-9,
        'tolerance_reason': 'relative; same equations in double precision, the energy is a '
                            'difference of sums that are a thousand times larger',
        'systems': systems,
    }
    with open(options.output, 'w') as output:
        # One system a line keeps the file readable and its changes visible.
        head = json.dumps({k: v for k, v in document.items() if k != 'systems'}, indent=2)
        body = ',\n'.join('    ' + json.dumps(system) for system in systems)
        output.write(f'{head[:-2]},\n  "systems": [\n{body}\n  ]\n}}\n')


if __name__ == '__main__':
    main()
