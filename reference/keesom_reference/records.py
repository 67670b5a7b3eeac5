# SPDX-License-Identifier: BSD-3-Clause
"""Reference records as extended XYZ, one frame for each molecule."""
import os
import pathlib
import threading

import numpy as np

from .geometries import comment_keys

# Columns behind symbol and position: name and number of values.
COLUMNS = (
    ("charge", 1),
    ("dipole", 3),
    ("quadrupole", 6),
    ("octupole", 10),
    ("valence_population", 1),
    ("valence_width", 1),
    ("hirshfeld_ratio", 1),
    ("mbis_volume_ratio", 1),
)


def frame(molecule, level, energy, dipole, properties):
    """Text of a record."""
    columns = ":".join(f"{name}:R:{size}" for name, size in COLUMNS)
    comment = (
        f'name={molecule["name"]} charge={molecule["charge"]} source="{molecule["source"]}" '
        f'level="{level}" energy_hartree={energy:.8f} '
        f'molecular_dipole="{" ".join(f"{x:.6f}" for x in dipole)}" '
        f'Properties=species:S:1:pos:R:3:{columns} pbc="F F F"'
    )
    lines = [str(len(molecule["symbols"])), comment]
    for atom, symbol in enumerate(molecule["symbols"]):
        values = [f"{x:.8f}" for x in molecule["positions"][atom]]
        for name, _ in COLUMNS:
            values += [f"{x:.6f}" for x in np.atleast_1d(properties[name][atom])]
        lines.append(f"{symbol:2} " + " ".join(values))
    return "\n".join(lines) + "\n"


def names(path):
    """Names of the records that a file holds; an incomplete last one is cut off."""
    path = pathlib.Path(path)
    if not path.exists():
        return set()
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    found, start = set(), 0
    while start < len(lines):
        count = int(lines[start]) if lines[start].strip().isdigit() else 0
        end = start + 2 + count
        if end > len(lines) or not lines[end - 1].endswith("\n"):
            path.write_text("".join(lines[:start]))
            break
        found.add(comment_keys(lines[start + 1])["name"])
        start = end
    return found


class Output:
    """A file that records are appended to, and beside it the list of what failed.

    A record is on disk when `keep` returns. Any thread may call.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.failed = pathlib.Path(f"{path}.failed")
        self.failed.unlink(missing_ok=True)
        self.done = names(self.path)
        self.made = 0
        self.failures = 0
        self._lock = threading.Lock()

    def keep(self, record):
        with self._lock:
            with open(self.path, "a", encoding="utf-8") as stream:
                stream.write(record)
                stream.flush()
                os.fsync(stream.fileno())
            self.made += 1

    def fail(self, name, error):
        with self._lock:
            self.failures += 1
            with open(self.failed, "a", encoding="utf-8") as stream:
                stream.write(f"{name}: {error}\n")
