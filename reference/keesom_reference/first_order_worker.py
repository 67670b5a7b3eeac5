# SPDX-License-Identifier: BSD-3-Clause
"""A process that turns placements into first-order energies: JSON in, JSON out, a line for each."""
import json
import os
import sys
import tempfile

import numpy as np

from . import density, first_order


def energies(task):
    """Electrostatics and exchange of a placement, kcal/mol."""
    a, b = (
        first_order.cached(monomer["symbols"], np.array(monomer["positions"]), task["cache"])
        for monomer in (task["a"], task["b"])
    )
    b = b.moved(np.array(task["rotation"]), np.array(task["translation"]))
    values = np.array(first_order.energies(a, b)) * first_order.KCAL_PER_MOL
    if not np.isfinite(values).all():
        raise ValueError("the energies are not finite")
    return {"elst": values[0], "exch": values[1], "level": first_order.LEVEL}


def main():
    # What Psi4 prints belongs to nobody; answers go to the original standard output.
    answers = open(1, "w", closefd=False)
    os.chdir(tempfile.gettempdir())  # Psi4 leaves files where it runs
    density.start()
    for line in sys.stdin:
        try:
            answer = {"record": energies(json.loads(line))}
        except Exception as error:  # one placement must not end the run
            answer = {"error": " ".join(str(error).split())[:300] or type(error).__name__}
        answers.write("\n@@ " + json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
