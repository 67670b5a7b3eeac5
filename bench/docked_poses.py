# SPDX-License-Identifier: BSD-3-Clause
"""Poses of a rigid molecule about another one, for what measures `keesom screen`."""
import numpy as np
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation

from gfn2_errors import frames


def adenine_and_thymine():
    """Their atoms, from the first of the pairs in S22."""
    _, atoms, split, _ = next(frame for frame in frames("s22") if len(frame[1]) == 30)
    return sorted((atoms[:split], atoms[split:]), key=lambda part: -sum(atom.startswith("N") for atom in part))


def positions(atoms):
    return np.array([atom.split()[1:4] for atom in atoms], dtype=float)


def poses_about(host, guest, count):
    """Atoms of the guest, turned at random, moved from the middle of the host until no two atoms are too close."""
    random = np.random.default_rng(1)
    fixed, moving = positions(host), positions(guest)
    poses = []
    for _ in range(count):
        turned = Rotation.random(random_state=random).apply(moving - moving.mean(axis=0)) + fixed.mean(axis=0)
        direction = Rotation.random(random_state=random).apply([0.0, 0.0, 1.0])
        closest = random.uniform(1.8, 3.5)
        distance = next(d for d in np.arange(0.0, 30.0, 0.02) if cdist(fixed, turned + d * direction).min() > closest)
        poses.append([f"{atom.split()[0]} {x:.6f} {y:.6f} {z:.6f}"
                      for atom, (x, y, z) in zip(guest, turned + distance * direction)])
    return poses


def xyz(molecules):
    return "".join(f"{len(atoms)}\n\n" + "\n".join(atoms) + "\n" for atoms in molecules)
