#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Force fields of keesom and of the sgdml program, from the same geometries, one after the other.

    force_field_peers.py KEESOM [SET] [--train N] [--sigma S ...]

SET is what `keesom train-monomer` reads (default: ethanol of data/forces). N geometries drawn at
random are learned, all others predicted; both programs get the same ones, find the exchanges of
equal atoms themselves and use two processes. Needs sgdml (PyPI, with NumPy before 2).
"""
import argparse
import gzip
import pathlib
import re
import subprocess
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[1]
KCAL = 23.060547830619  # kcal/mol in an electronvolt, CODATA 2018
SYMBOLS = {"H": 1, "C": 6, "N": 7, "O": 8, "F": 9, "P": 15, "S": 16, "Cl": 17, "Br": 35}


def frames_of(path):
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    length = int(lines[0]) + 2
    return [lines[i : i + length] for i in range(0, len(lines), length)]


def arrays_of(frames):
    rows = [[line.split() for line in frame[2:]] for frame in frames]
    numbers = np.array([SYMBOLS[row[0]] for row in rows[0]])
    positions = np.array([[row[1:4] for row in frame] for frame in rows], dtype=float)
    forces = np.array([[row[4:7] for row in frame] for frame in rows], dtype=float) * KCAL
    energies = [float(re.search(r"energy=(\S+)", frame[1]).group(1)) for frame in frames]
    return numbers, positions, forces, np.array(energies) * KCAL


def report(name, seconds, forces, energies):
    print(
        f"{name:<22}{seconds:>9.1f} s{np.abs(forces).mean():>10.4f}{np.sqrt((forces**2).mean()):>10.4f}"
        f"{np.abs(energies).mean():>10.4f}{np.sqrt((energies**2).mean()):>10.4f}",
        flush=True,
    )


def run_keesom(keesom, training, test, folder):
    start = time.time()
    output = subprocess.run(
        [keesom, "train-monomer", training, "--output", folder / "field", "--geometries", "1000000",
         "--test", test],
        check=True, capture_output=True, text=True,
    ).stdout
    seconds = time.time() - start
    print(output.splitlines()[0])
    print(f"{'keesom':<22}{seconds:>9.1f} s" + "".join(
        f"{float(word):>10.4f}" for word in re.search(r"test set(.*)", output).group(1).split()[1:]))


def run_sgdml(training, test, sigma, folder):
    from sgdml.predict import GDMLPredict
    from sgdml.train import GDMLTrain
    from sgdml.utils import io

    def dataset(frames, name):
        numbers, positions, forces, energies = arrays_of(frames)
        content = {"type": "d", "code_version": "1", "name": name, "theory": "unknown", "z": numbers,
                   "R": positions, "E": energies, "F": forces, "r_unit": "Ang",
                   "e_unit": "kcal/mol"}
        content["md5"] = io.dataset_md5(content)
        np.savez(folder / f"{name}.npz", **content)
        return np.load(folder / f"{name}.npz", allow_pickle=True)

    known, unknown = dataset(training, "training"), dataset(test, "test")
    start = time.time()
    trainer = GDMLTrain(max_processes=2, max_memory=30)
    task = trainer.create_task(known, len(training), unknown, 1, sig=sigma, lam=1e-10)
    model = trainer.train(task)
    seconds = time.time() - start
    energies, forces = GDMLPredict(model, max_processes=1).predict(
        unknown["R"].reshape(len(test), -1))
    report(f"sgdml, sigma {sigma}", seconds, forces - unknown["F"].reshape(len(test), -1),
           energies - unknown["E"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("keesom", type=pathlib.Path)
    parser.add_argument("set", nargs="?", type=pathlib.Path,
                        default=ROOT / "data" / "forces" / "ethanol.xyz.gz")
    parser.add_argument("--train", type=int, default=1000)
    parser.add_argument("--sigma", type=int, nargs="+", default=[10, 20])
    options = parser.parse_args()
    frames = frames_of(options.set)
    order = np.random.default_rng(1).permutation(len(frames))
    training = [frames[i] for i in order[: options.train]]
    test = [frames[i] for i in order[options.train :]]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, some in (("training.xyz", training), ("test.xyz", test)):
            text = "\n".join(line for frame in some for line in frame) + "\n"
            (folder / file).write_text(text, encoding="utf-8")
        run_keesom(options.keesom, folder / "training.xyz", folder / "test.xyz", folder)
        print(f"{'':<22}{'training':>11}{'force MAE':>10}{'RMSE':>10}{'energy':>10}{'RMSE':>10}"
              "   kcal/mol/angstrom, kcal/mol")
        for sigma in options.sigma:
            run_sgdml(training, test, sigma, folder)


if __name__ == "__main__":
    main()
