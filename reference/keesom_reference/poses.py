# SPDX-License-Identifier: BSD-3-Clause
"""Dimers that are given as they are.

Poses of one pair of molecules share their shapes. A molecule that is another one, turned and moved,
is described by that, so that its orbitals, which turn with it, are made once.
"""
import dataclasses

import numpy as np

from . import geometries, placements

SAME_SHAPE = 1e-3  # angstrom


@dataclasses.dataclass(frozen=True)
class Pose:
    name: str
    system: str  # "first ... second", by which dimers that belong together are known
    a: tuple  # symbols and positions
    b: tuple
    placement: placements.Placement  # of b, with a where it is


def superposition(positions, target):
    """Rotation and translation that lay positions onto a target, by least squares.

    Kabsch, Acta Cryst. A 32, 922 (1976).
    """
    center, center_of_target = positions.mean(axis=0), target.mean(axis=0)
    u, _, v = np.linalg.svd((positions - center).T @ (target - center_of_target))
    signs = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ v))])
    rotation = (u @ signs @ v).T
    return rotation, center_of_target - rotation @ center


class Shapes:
    """Molecules met so far."""

    def __init__(self):
        self._known = []

    def motion(self, symbols, positions):
        """A known molecule, and the motion that makes it this one."""
        for known_symbols, known in self._known:
            if known_symbols == symbols:
                rotation, translation = superposition(known, positions)
                off = known @ rotation.T + translation - positions
                if np.linalg.norm(off, axis=1).max() < SAME_SHAPE:
                    return known, rotation, translation
        self._known.append((symbols, positions))
        return positions, np.eye(3), np.zeros(3)


def is_charged(dimer):
    """Whether a dimer or one of its molecules has a charge."""
    keys = ("charge_a", "charge_b")
    return dimer["charge"] != 0 or any(int(dimer["keys"].get(key, 0)) for key in keys)


def read(path):
    """Poses of a file in extended XYZ: neutral dimers with `name`, charges and `natoms_a`."""
    shapes = Shapes()
    for dimer in geometries.read_xyz(path):
        keys, name = dimer["keys"], dimer["name"]
        try:
            count = int(keys["natoms_a"])
        except (KeyError, ValueError):
            raise geometries.GeometryError(f"{path}: {name}: expected natoms_a, a number of atoms")
        symbols, positions = dimer["symbols"], np.asarray(dimer["positions"])
        if not 0 < count < len(symbols):
            raise geometries.GeometryError(f"{path}: {name}: natoms_a={count} is no dimer")
        if is_charged(dimer):
            raise geometries.GeometryError(f"{path}: {name}: only neutral molecules")
        a, turn_a, shift_a = shapes.motion(symbols[:count], positions[:count])
        b, turn_b, shift_b = shapes.motion(symbols[count:], positions[count:])
        placement = placements.Placement(
            turn_a.T @ turn_b, turn_a.T @ (shift_b - shift_a), scale=1.0, label="pose"
        )
        yield Pose(
            name, keys.get("system", name), (symbols[:count], a), (symbols[count:], b), placement
        )
