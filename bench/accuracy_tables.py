#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes the tables of the README that say how accurate keesom is, from what is shipped.

    bench/accuracy_tables.py build/release/apps/keesom            # writes README.md
    bench/accuracy_tables.py build/release/apps/keesom --check    # says whether it would change

The first table: mean absolute errors of the total energy, beside those of other programs
(bench/alternatives.json, with sources). The second: how far they come from the predicted atoms and how
far from the physics, by `keesom benchmark --properties` with atoms of the monomers' own densities
(data/benchmarks/aim_test.xyz.gz).
"""
import argparse
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = ROOT / "data" / "benchmarks"
HCNO = {"H", "C", "N", "O"}


def benchmark(keesom, *arguments):
    """The result of `keesom benchmark`, the sets by name."""
    command = [keesom, "benchmark", *arguments, "--json"]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return {one["set"]: one for one in json.loads(result.stdout)["sets"]}


def ssi_kinds():
    """What the dimers of SSI are, by name: "ions" of charge, "elements"."""
    kinds = {}
    with gzip.open(SETS / "ssi.xyz.gz", "rt") as stream:
        for line in stream:
            comment = next(stream)
            elements = {next(stream).split()[0] for _ in range(int(line))}
            name = re.search(r"name=(\S+)", comment).group(1)
            charges = [int(c) for c in re.findall(r"charge_[ab]=(\S+)", comment)]
            kinds[name] = (sum(c != 0 for c in charges), elements)
    return kinds


def mean_absolute_error(dimers):
    return sum(abs(d["total"] - d["reference"]) for d in dimers) / len(dimers)


def lines_of_the_table():
    """(key, title, set, which of its dimers by name) of each line of the first table."""
    kinds = ssi_kinds()

    def ssi(ions, only_hcno=None):
        return lambda name: kinds[name][0] == ions and only_hcno in (None, kinds[name][1] <= HCNO)

    return [("s22", "S22", "s22", lambda name: True),
            ("s66", "S66", "s66", lambda name: True),
            ("s66x8", "S66x8", "s66x8", lambda name: True),
            ("ssi_neutral_hcno", "SSI, neutral, H C N O", "ssi", ssi(0, True)),
            ("ssi_neutral_sulfur", "SSI, neutral, with S", "ssi", ssi(0, False)),
            ("ssi_one_ion", "SSI, one ion", "ssi", ssi(1)),
            ("ssi_two_ions", "SSI, two ions", "ssi", ssi(2))]


def accuracy_table(keesom):
    alternatives = json.loads((Path(__file__).parent / "alternatives.json").read_text())
    names = list(alternatives)
    results = benchmark(keesom, "s22", "s66", "s66x8", "ssi")
    lines = ["| set | N | MAE | largest error | " + " | ".join(names) + " |",
             "|---|---|---|---|" + "---|" * len(names)]
    for key, title, of_set, belongs in lines_of_the_table():
        dimers = [dimer for dimer in results[of_set]["dimers"] if belongs(dimer["name"])]
        worst = max(dimers, key=lambda dimer: abs(dimer["total"] - dimer["reference"]))
        others = [alternatives[name]["mae"].get(key) for name in names]
        lines.append(f"| {title} | {len(dimers)} | {mean_absolute_error(dimers):.2f} | "
                     f"{worst['total'] - worst['reference']:+.1f}, {worst['name']} | "
                     + " | ".join("" if other is None else f"{other:.2f}" for other in others) + " |")
    return lines


def split_table(keesom):
    results = benchmark(keesom, "s22", "s66", "--properties", str(SETS / "aim_test.xyz.gz"))
    lines = ["| set | N | predicted atoms | atoms of the density | difference of the two |", "|---|---|---|---|---|"]
    for name, title in (("s22", "S22"), ("s66", "S66")):
        dimers = results[name]["dimers"]
        predicted = [{"total": d["predicted"]["total"], "reference": d["reference"]} for d in dimers]
        difference = results[name]["given_minus_predicted"]["total"]["mae"]
        lines.append(f"| {title} | {len(dimers)} | {mean_absolute_error(predicted):.2f} | "
                     f"{mean_absolute_error(dimers):.2f} | {difference:.2f} |")
    return lines


def replaced(text, marker, lines):
    begin, end = f"<!-- {marker} -->\n", f"<!-- end of {marker} -->"
    before, rest = text.split(begin)
    return before + begin + "\n".join(lines) + "\n" + end + rest.split(end)[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keesom")
    parser.add_argument("--check", action="store_true", help="change nothing, fail where the README would change")
    options = parser.parse_args()
    readme = ROOT / "README.md"
    old = readme.read_text()
    new = replaced(old, "accuracy", accuracy_table(options.keesom))
    new = replaced(new, "split", split_table(options.keesom))
    if options.check:
        if new != old:
            sys.exit("README.md: its tables are not those of what is shipped: run bench/accuracy_tables.py")
    else:
        readme.write_text(new)


if __name__ == "__main__":
    main()
