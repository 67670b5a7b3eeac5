# SPDX-License-Identifier: BSD-3-Clause
"""How real solid harmonics mix when the functions on an atom turn with it.

Orbitals of a rigid molecule need no second self-consistent field when the molecule turns: the
coefficients of each shell transform by the matrices made here.
"""
import numpy as np


def solid_harmonics(order, points):
    """Real solid harmonics of an order at points (P, 3), as (P, 2 order + 1).

    In Psi4's sequence 0, 1+, 1-, 2+, 2-, ..., all with the same norm, without the Condon-Shortley
    phase.
    """
    x, y, z = np.asarray(points, dtype=float).T
    squared = x * x + y * y + z * z
    cosine, sine = np.ones_like(x), np.zeros_like(x)
    values = np.empty((len(x), 2 * order + 1))
    diagonal = np.ones_like(x)  # associated Legendre polynomial of l = m, without sin^m
    norm = 1.0  # square of what gives every m the norm of m = 0
    for m in range(order + 1):
        if m > 0:
            cosine, sine = x * cosine - y * sine, x * sine + y * cosine
            diagonal = diagonal * (2 * m - 1)
            norm = norm / ((order + m) * (order - m + 1))
        below, current = np.zeros_like(x), diagonal
        for l in range(m + 1, order + 1):
            below, current = (
                current,
                ((2 * l - 1) * z * current - (l + m - 1) * squared * below) / (l - m),
            )
        if m == 0:
            values[:, 0] = current
        else:
            scale = np.sqrt(2.0 * norm)
            values[:, 2 * m - 1] = scale * current * cosine
            values[:, 2 * m] = scale * current * sine
    return values


def shell_rotation(order, rotation):
    """Matrix M of a shell: coefficients c become M c when the molecule turns by `rotation`.

    Found from values of the functions at a fixed set of directions: a turned function has at R r
    the value that it had at r.
    """
    points = np.random.default_rng(order).standard_normal((4 * (2 * order + 1), 3))
    points /= np.linalg.norm(points, axis=1)[:, None]
    turned = solid_harmonics(order, points @ np.asarray(rotation).T)
    return np.linalg.lstsq(turned, solid_harmonics(order, points), rcond=None)[0]


def rotate_coefficients(orders, coefficients, rotation):
    """Orbital coefficients (functions, orbitals) of the turned molecule.

    `orders` are the angular momenta of the shells, in the sequence of the functions.
    """
    matrices = {order: shell_rotation(order, rotation) for order in set(orders)}
    result = np.empty_like(coefficients)
    start = 0
    for order in orders:
        end = start + 2 * order + 1
        result[start:end] = matrices[order] @ coefficients[start:end]
        start = end
    if start != len(coefficients):
        raise ValueError(f"shells have {start} functions, the orbitals {len(coefficients)}")
    return result
