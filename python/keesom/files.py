# SPDX-License-Identifier: BSD-3-Clause
"""Molecules as files state them, found as ``keesom energy`` finds them."""

from __future__ import annotations

import os

from . import _core


def read_complexes(*files: str | os.PathLike, fragments: str = "", charges: str = "") -> list[_core.Complex]:
    """The complexes of molecule files: each record of a single file of many, else all files together.

    ``fragments`` and ``charges`` are written as for the command, "1-12,13-20" and "0,-1". Without them molecules are
    what the file states, else what bonds connect, and charges those of the file, else 0. A complex among many that
    cannot be used has an ``error``. Raises InputError for anything else that is wrong.
    """
    return _core.read_complexes([os.fspath(file) for file in files], fragments, charges)


def read_molecules(*files: str | os.PathLike, fragments: str = "", charges: str = "") -> list[_core.Molecule]:
    """The molecules of files that hold one complex together, as read_complexes() finds them.

    Raises InputError also for a file of many complexes.
    """
    complexes = read_complexes(*files, fragments=fragments, charges=charges)
    if len(complexes) != 1:
        raise _core.InputError(f"{files[0]}: {len(complexes)} complexes, read_complexes() returns each")
    return complexes[0].molecules
