#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Whether energies behave along curves: dimers at several distances, as the NCI Atlas has them.

    bench/curves.py build/release/apps/keesom ncia_hb375x10.xyz.gz …

Of each set (extended XYZ with `system`, `scale`, reference components and `e_ref`, kcal/mol), how often

    sign      a component has the sign of its reference, where that is beyond 0.1
    monotonic a component rises or falls from one distance to the next as its reference does, where that
              changes by more than 0.1
    close     the total at the shortest distance is within 10 % of the exchange of `e_ref`
"""
import argparse
import gzip
import json
import re
import subprocess
from collections import defaultdict

COMPONENTS = {"electrostatics": ("elst",), "exchange": ("exch",), "induction": ("ind", "dhf"), "dispersion": ("disp",)}
SIGNIFICANT = 0.1  # kcal/mol


def references(path):
    """Comment keys of each frame, by name."""
    frames = {}
    with gzip.open(path, "rt") as stream:
        for line in stream:
            keys = {key: value.strip('"') for key, value in re.findall(r'(\w+)=("[^"]*"|\S+)', next(stream))}
            for _ in range(int(line)):
                next(stream)
            frames[keys["name"]] = keys
    return frames


def component(keys, names):
    """Reference of a component; what δHF adds is not always there."""
    return sum(float(keys[name]) for name in names if name in keys) if names[0] in keys else None


def shares(curves):
    """[as it should be, all] of each check; the names of the closest dimers that are not."""
    counts, far = defaultdict(lambda: [0, 0]), []

    def count(check, good):
        counts[check][0] += bool(good)
        counts[check][1] += 1

    for curve in curves:
        curve.sort(key=lambda point: point[0])
        for name, keys in COMPONENTS.items():
            points = [(component(reference, keys), energy[name]) for _, reference, energy in curve]
            points = [point for point in points if point[0] is not None]
            for expected, calculated in points:
                if abs(expected) > SIGNIFICANT:
                    count(f"{name}, sign", expected * calculated > 0.0)
            for (expected, calculated), (expected_next, calculated_next) in zip(points, points[1:]):
                if abs(expected_next - expected) > SIGNIFICANT:
                    count(f"{name}, monotonic", (expected_next - expected) * (calculated_next - calculated) > 0.0)
        scale, reference, energy = curve[0]
        if "e_ref" in reference and scale < 0.99:
            error = energy["total"] - float(reference["e_ref"])
            good = abs(error) < 0.1 * abs(float(reference["exch"]))
            count("total, close", good)
            if not good:
                far.append((abs(error), f"{reference['name']} {error:+.2f} of {reference['exch']}"))
    return counts, [text for _, text in sorted(far, reverse=True)[:3]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keesom")
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--model", help="folder of another model")
    options = parser.parse_args()
    for path in options.sets:
        command = [options.keesom, "benchmark", path, "--json"] + (["--model", options.model] if options.model else [])
        result = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        frames = references(path)
        curves = defaultdict(list)
        for energy in json.loads(result.stdout)["sets"][0]["dimers"]:
            reference = frames[energy["name"]]
            if "scale" in reference:
                system = re.sub(r"_\d+$", "", reference["name"])
                curves[system].append((float(reference["scale"]), reference, energy))
        counts, far = shares(list(curves.values()))
        print(f"{path}: {len(curves)} curves")
        for check, (good, every) in counts.items():
            print(f"  {check:28s}{good:7d} of {every:6d}  {100.0 * good / every:6.2f} %")
        for text in far:
            print(f"    {text}")


if __name__ == "__main__":
    main()
