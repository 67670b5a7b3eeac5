# SPDX-License-Identifier: BSD-3-Clause
"""Placements of two rigid molecules: double hydrogen bonds and stacks.

A placement is a rotation and a translation of the second molecule. All random numbers are seeded
by the names of the molecules, so that the same list gives the same placements every time.
"""
import dataclasses
import hashlib
import itertools

import numpy as np

from .elements import NUMBERS

# Van der Waals radii after Bondi, J. Phys. Chem. 68, 441 (1964), and covalent ones, angstrom.
VDW_RADII = {"H": 1.20, "C": 1.70, "N": 1.55, "O": 1.52, "F": 1.47,
             "P": 1.80, "S": 1.80, "Cl": 1.75, "Br": 1.85}
COVALENT_RADII = {"H": 0.31, "C": 0.76, "N": 0.71, "O": 0.66, "F": 0.57,
                  "P": 1.07, "S": 1.05, "Cl": 1.02, "Br": 1.20}

# What is asked of a double hydrogen bond, in this sequence: a factor on the relaxed distances, or
# None for a placement that is tilted and displaced at random. A run may be stopped at any moment,
# so the first ones already cover the range.
HYDROGEN_BOND_STEPS = (1.0, 0.9, None, 1.1, 0.85, None, 1.25, 0.95, None, 1.5, 2.0, None)
LARGEST_TILT = 25.0  # degrees
LARGEST_DISPLACEMENT = 0.4  # angstrom
TILTED_SCALES = (0.9, 1.3)
STACK_SCALES = (0.8, 1.5)  # of the closest contact, in sums of van der Waals radii
STACK_TILT = 15.0  # degrees


@dataclasses.dataclass(frozen=True)
class Motif:
    """A donor's hydrogen beside an acceptor: the two contacts that a partner's motif can face."""

    hydrogen: int
    acceptor: int


@dataclasses.dataclass
class Placement:
    """Where the second molecule is put: positions become `rotation` @ position + `translation`."""

    rotation: np.ndarray
    translation: np.ndarray
    scale: float
    label: str

    def of(self, positions):
        return positions @ self.rotation.T + self.translation


def generator(*words):
    """Random numbers that depend on the words alone."""
    digest = hashlib.sha256(" ".join(words).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


def neighbours(symbols, positions):
    """Atoms bonded to each atom."""
    radii = np.array([COVALENT_RADII[s] for s in symbols])
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    bonded = distances < 1.25 * (radii[:, None] + radii[None])
    np.fill_diagonal(bonded, False)
    return [np.flatnonzero(row) for row in bonded]


def motifs(symbols, positions):
    """Motifs of a molecule: H-X-C=Y or H-X-Y, with H on the side of the acceptor Y.

    An acceptor is an oxygen with one neighbour or a nitrogen with two: those with a lone pair in
    the plane.
    """
    bonds = neighbours(symbols, positions)
    found = []
    for hydrogen, symbol in enumerate(symbols):
        if symbol != "H":
            continue
        donor = bonds[hydrogen][0]
        if symbols[donor] not in ("N", "O"):
            continue
        candidates = set()
        for middle in bonds[donor]:
            candidates.add(middle)
            candidates.update(bonds[middle])
        for acceptor in sorted(candidates - {donor, hydrogen}):
            lone_pair = (symbols[acceptor], len(bonds[acceptor])) in (("O", 1), ("N", 2))
            distance = np.linalg.norm(positions[acceptor] - positions[hydrogen])
            if lone_pair and distance < 2.75:  # on the other side it is above 3
                found.append(Motif(hydrogen, int(acceptor)))
    return found


def hydroxyls_turned(symbols, positions):
    """Positions with each hydroxyl group's hydrogen turned to the side of an acceptor beside it.

    Builders of molecules may leave acids in the conformation that has no double hydrogen bonds.
    """
    bonds = neighbours(symbols, positions)
    facing_already = {motif.hydrogen for motif in motifs(symbols, positions)}
    turned = positions.copy()
    for hydrogen, symbol in enumerate(symbols):
        if symbol != "H" or hydrogen in facing_already:
            continue
        oxygen = bonds[hydrogen][0]
        if symbols[oxygen] != "O" or len(bonds[oxygen]) != 2:
            continue
        middle = next(atom for atom in bonds[oxygen] if atom != hydrogen)
        beside = [(symbols[atom], len(bonds[atom])) for atom in bonds[middle]]
        if ("O", 1) in beside or ("N", 2) in beside:
            axis = positions[middle] - positions[oxygen]
            bond = positions[hydrogen] - positions[oxygen]
            turned[hydrogen] = positions[oxygen] + rotation_about(axis, np.pi) @ bond
    return turned


def _frame(symbols, positions, motif):
    """Origin between hydrogen and acceptor, and axes: along them, outwards, off the plane."""
    bonds = neighbours(symbols, positions)
    origin = 0.5 * (positions[motif.hydrogen] + positions[motif.acceptor])
    along = positions[motif.acceptor] - positions[motif.hydrogen]
    along = along / np.linalg.norm(along)
    donor = bonds[motif.hydrogen][0]
    behind = positions[bonds[motif.acceptor]].mean(axis=0)
    outwards = origin - 0.5 * (positions[donor] + behind)
    outwards -= along * (outwards @ along)
    outwards /= np.linalg.norm(outwards)
    return origin, np.array([along, outwards, np.cross(along, outwards)])


def facing(a, motif_a, b, motif_b, distance, slip=0.0, turn=0.0):
    """Puts the motif of B against that of A in one plane, antiparallel.

    `a` and `b` are (symbols, positions); distance and slip (angstrom) are outwards and along, `turn`
    (radians) is within the plane.
    """
    origin_a, axes_a = _frame(*a, motif_a)
    origin_b, axes_b = _frame(*b, motif_b)
    flipped = np.diag([-1.0, -1.0, 1.0])
    within = np.array([[np.cos(turn), -np.sin(turn), 0.0],
                       [np.sin(turn), np.cos(turn), 0.0],
                       [0.0, 0.0, 1.0]])
    rotation = axes_a.T @ within @ flipped @ axes_b
    target = origin_a + axes_a.T @ np.array([slip, distance, 0.0])
    return rotation, target - rotation @ origin_b


def slide(positions_a, positions_b, axis, lengths):
    """How far B must go along an axis until no pair of atoms is closer than its length.

    At the end the closest pair, in units of `lengths` (A atoms, B atoms), is at exactly one. Pairs
    with length 0 do not count.
    """
    axis = axis / np.linalg.norm(axis)
    between = positions_b[None] - positions_a[:, None]
    along = between @ axis
    across = np.sum(between**2, axis=2) - along**2
    squared = lengths**2 - across
    reach = (lengths > 0) & (squared > 0)
    if not reach.any():
        raise ValueError("the molecules pass each other without a contact")
    return np.max(np.sqrt(squared[reach]) - along[reach])


def rotation_about(axis, angle):
    """Rotation matrix about an axis, by Rodrigues' formula."""
    x, y, z = np.asarray(axis) / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross


def minimize(function, start, steps, rounds=3):
    """Minimum of a smooth function of a few variables, by parabolas along each in turn."""
    point, steps = np.array(start, dtype=float), np.array(steps, dtype=float)
    value = function(point)
    for _ in range(rounds):
        for index, step in enumerate(steps):
            for _ in range(6):
                move = np.eye(len(point))[index] * step
                down, up = function(point - move), function(point + move)
                if value <= min(down, up):
                    curvature = up + down - 2.0 * value
                    shift = 0.5 * (down - up) / curvature if curvature > 0.0 else 0.0
                    trial = point + shift * move
                    trial_value = function(trial)
                    if trial_value < value:
                        point, value = trial, trial_value
                    break
                point, value = (point - move, down) if down < up else (point + move, up)
        steps = steps / 2.5
    return point, value


def relaxed_hydrogen_bonds(a, b, interaction_energy, weakest=-4.0, most=2):
    """The best ways to put two motifs together: (motif of A, of B, rotation, translation).

    `interaction_energy(positions of B)` in kcal/mol; what binds less than `weakest` has no two
    hydrogen bonds, or something else in the way.
    """
    found = []
    for motif_a, motif_b in itertools.product(motifs(*a), motifs(*b)):

        def energy(variables):
            rotation, translation = facing(a, motif_a, b, motif_b, *variables)
            return interaction_energy(b[1] @ rotation.T + translation)

        variables, value = minimize(energy, [1.9, 0.0, 0.0], [0.15, 0.15, 0.1])
        if value < weakest:
            found.append((value, motif_a, motif_b, *facing(a, motif_a, b, motif_b, *variables)))
    found.sort(key=lambda entry: entry[0])
    distinct = []
    for entry in found:
        if all(abs(entry[0] - other[0]) > 0.2 for other in distinct):
            distinct.append(entry)
    return [entry[1:] for entry in distinct[:most]]


def contact_lengths(a, b, motif_a, motif_b, positions_b):
    """Lengths for `slide` of the two hydrogen bonds as they are, zero elsewhere."""
    lengths = np.zeros((len(a[0]), len(b[0])))
    for i, j in ((motif_a.hydrogen, motif_b.acceptor), (motif_a.acceptor, motif_b.hydrogen)):
        lengths[i, j] = np.linalg.norm(positions_b[j] - a[1][i])
    return lengths


def clash_lengths(a, b, positions_b):
    """Lengths for `slide` of all pairs of atoms that a tilt must not bring closer."""
    sums = np.add.outer([VDW_RADII[s] for s in a[0]], [VDW_RADII[s] for s in b[0]])
    distances = np.linalg.norm(a[1][:, None] - positions_b[None], axis=2)
    return np.minimum(0.8 * sums, 0.9 * distances)


def hydrogen_bonds(a, b, names, relaxed):
    """Placements of double hydrogen bonds about relaxed ones; the first step of each comes first."""
    result = []
    random = generator("hydrogen bonds", *names)
    for step in HYDROGEN_BOND_STEPS:
        for number, (motif_a, motif_b, rotation, translation) in enumerate(relaxed, start=1):
            at_rest = b[1] @ rotation.T + translation
            lengths = contact_lengths(a, b, motif_a, motif_b, at_rest)
            outwards = _frame(*a, motif_a)[1][1]
            scale, label = step, "double hydrogen bond"
            turn, shift = np.eye(3), np.zeros(3)
            if step is None:
                scale = random.uniform(*TILTED_SCALES)
                turn = rotation_about(
                    random.standard_normal(3), np.radians(random.uniform(5.0, LARGEST_TILT))
                )
                direction = random.standard_normal(3)
                shift = direction / np.linalg.norm(direction)
                shift = shift * random.uniform(0.0, LARGEST_DISPLACEMENT)
                label = "double hydrogen bond, tilted"
            pivot = 0.5 * (at_rest[motif_b.hydrogen] + at_rest[motif_b.acceptor])
            moved = (at_rest - pivot) @ turn.T + pivot + shift
            wanted = scale * lengths
            if step is None:
                wanted = np.where(lengths > 0, wanted, clash_lengths(a, b, at_rest))
            distance = slide(a[1], moved, outwards, wanted)
            total = turn @ translation - turn @ pivot + pivot + shift + distance * outwards
            result.append(
                Placement(turn @ rotation, total, scale, f"{label} {number}")
            )
    return result


def plane(symbols, positions):
    """Centre of the heavy atoms and axes: two in the plane of the molecule, its normal last."""
    heavy = np.array([s != "H" for s in symbols])
    atoms = positions[heavy] if heavy.sum() > 2 else positions
    centre = positions[heavy].mean(axis=0)
    _, _, axes = np.linalg.svd(atoms - atoms.mean(axis=0), full_matrices=True)
    return centre, axes * np.array([[1.0], [1.0], [np.linalg.det(axes)]])


def _random_tilt(random, largest):
    return rotation_about(
        random.standard_normal(3), np.radians(random.uniform(0.0, largest))
    )


def stacks(a, b, names, count):
    """Placements of B above the plane of A: parallel, and every third T-shaped."""
    random = generator("stacks", *names)
    centre_a, axes_a = plane(*a)
    centre_b, axes_b = plane(*b)
    radii_a, radii_b = ([VDW_RADII[s] for s in m[0]] for m in (a, b))
    sums = np.add.outer(radii_a, radii_b)
    heavy = np.array([s != "H" for s in a[0]])
    reach = max(1.0, np.linalg.norm(a[1][heavy] - centre_a, axis=1).max())
    small = sum(s != "H" for s in b[0]) <= 3
    strata = random.permutation(count)
    result = []
    for index in range(count):
        t_shaped = index % 3 == 2 or (small and index % 3 == 1)
        spin = rotation_about([0.0, 0.0, 1.0], random.uniform(0.0, 2.0 * np.pi))
        if t_shaped:  # another axis of B along the normal of A, either end first
            about = rotation_about([0.0, 0.0, 1.0], random.uniform(0.0, 2.0 * np.pi))
            pose = spin @ rotation_about([1.0, 0.0, 0.0], np.pi / 2.0) @ about
        else:
            flip = np.diag([1.0, -1.0, -1.0]) if random.integers(2) else np.eye(3)
            pose = spin @ flip
        rotation = axes_a.T @ _random_tilt(random, STACK_TILT) @ pose @ axes_b
        radius = reach * np.sqrt(random.uniform())
        angle = random.uniform(0.0, 2.0 * np.pi)
        over = centre_a + axes_a[:2].T @ (radius * np.array([np.cos(angle), np.sin(angle)]))
        # More of them near contact, where exchange is large, than far away.
        fraction = ((strata[index] + random.uniform()) / count) ** 1.5
        scale = STACK_SCALES[0] + (STACK_SCALES[1] - STACK_SCALES[0]) * fraction
        translation = over - rotation @ centre_b
        moved = b[1] @ rotation.T + translation
        normal = axes_a[2]
        distance = slide(a[1], moved, normal, scale * sums)
        label = "T-shaped" if t_shaped else "stack"
        result.append(Placement(rotation, translation + distance * normal, scale, label))
    return result


def heavy_atoms(symbols):
    """How many atoms are not hydrogen."""
    return sum(NUMBERS[s] > 1 for s in symbols)
