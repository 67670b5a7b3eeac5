#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of docs/talk from the tables of its programs.

    make_figures.py [NAME ...]    # all, or those named

Reads data/*.csv and writes *.svg beside this file. Needs matplotlib (Debian: python3-matplotlib).
"""

import csv
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
BLUE, ORANGE, GREEN, RED, GREY = "#2f6fb2", "#e07b1a", "#3a8f4a", "#c0392b", "#7f7f7f"

plt.rcParams.update(
    {
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "keesom",  # equal tables give equal files
    }
)


def table(name):
    """Columns of data/NAME.csv, by their names."""
    with open(HERE / "data" / f"{name}.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    return {
        key: [float(row[i]) for row in rows[1:]] for i, key in enumerate(rows[0])
    }


def save(figure, name):
    figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


def lennard_jones():
    curve = table("lennard_jones")
    data = table("lennard_jones_data")
    figure, panels = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True, layout="constrained")
    for panel, key, color, title in (
        (panels[0], "plain", ORANGE, "no prior mean"),
        (panels[1], "informed", BLUE, "repulsive prior mean"),
    ):
        low = [m - 1.96 * d for m, d in zip(curve[key], curve[key + "_deviation"])]
        high = [m + 1.96 * d for m, d in zip(curve[key], curve[key + "_deviation"])]
        panel.fill_between(curve["r"], low, high, color=color, alpha=0.2, lw=0)
        panel.plot(curve["r"], curve["truth"], color=GREY, ls="--", label="truth")
        panel.plot(curve["r"], curve[key], color=color, label="mean, 95 % band")
        panel.plot(data["r"], data["energy"], "o", color="black", ms=3.5, label="data")
        panel.set(title=title, xlabel="distance", xlim=(0.75, 3.0), ylim=(-2.5, 6.0))
        panel.legend()
    panels[0].set_ylabel("energy")
    save(figure, "lennard_jones")


def hexagon():
    curve = table("hexagon")
    figure, panel = plt.subplots(figsize=(4.2, 3.0), layout="constrained")
    panel.loglog(curve["points"], curve["plain"], "o-", color=ORANGE, label="Gaussian kernel")
    panel.loglog(
        curve["points"], curve["symmetric"], "o-", color=BLUE, label="averaged over 12 symmetries"
    )
    panel.set(xlabel="points", ylabel="error")
    panel.legend()
    save(figure, "hexagon")


def covariant():
    rows = table("covariant")
    names = ("component\nby component", "covariant", "covariant\n× scalar")
    figure, panels = plt.subplots(1, 2, figsize=(7.5, 2.9), layout="constrained")
    for panel, rank, title in (
        (panels[0], 1, "dipole, e·bohr"),
        (panels[1], 2, "quadrupole, e·bohr²"),
    ):
        own = [i for i, r in enumerate(rows["rank"]) if r == rank]
        for shift, key, color, label in (
            (-0.2, "error", BLUE, "as in the file"),
            (0.2, "error_turned", ORANGE, "turned"),
        ):
            panel.bar(
                [k + shift for k in range(3)],
                [rows[key][i] for i in own],
                width=0.38,
                color=color,
                label=label,
            )
        panel.set_xticks(range(3), names)
        panel.set(title=title, ylabel="mean error")
    panels[0].legend()
    save(figure, "covariant")


def representations():
    curve = table("representations_stretch")
    ozone = table("representations_ozone")
    figure, panels = plt.subplots(
        1, 2, figsize=(8, 3.2), width_ratios=(1.4, 1), layout="constrained"
    )
    for key, color, label in (
        ("sorted", RED, "sorted Coulomb matrix"),
        ("eigenvalues", ORANGE, "Coulomb eigenvalues"),
        ("symmetry_functions", GREEN, "symmetry functions of O"),
        ("power_spectrum", BLUE, "power spectrum of O"),
    ):
        panels[0].plot(curve["r"], curve[key], color=color, label=label)
    panels[0].set(
        title="methanol, its O–H bond is stretched",
        xlabel="distance O–H, bohr",
        ylabel="change, of the largest",
    )
    panels[0].legend()
    for x, y, shift, color in (("x", "y", 0.0, GREY), ("other_x", "other_y", 3.2, BLUE)):
        points = [(a - min(ozone[x]), b + shift) for a, b in zip(ozone[x], ozone[y])]
        for i, (a, b) in enumerate(points):
            for c, d in points[:i]:
                length = ((a - c) ** 2 + (b - d) ** 2) ** 0.5
                panels[1].plot((a, c), (b, d), color=color, lw=1, zorder=1)
                panels[1].text(
                    (a + c) / 2, (b + d) / 2, f"{length:.2f}", ha="center", va="center",
                    backgroundcolor="white", fontsize=8, zorder=2,
                )
            panels[1].plot(a, b, "o", color=color, ms=9, zorder=3)
    panels[1].set(title="three oxygens, equal eigenvalues", aspect="equal")
    panels[1].margins(0.12)
    panels[1].axis("off")
    save(figure, "representations")


PICTURES = {
    f.__name__: f
    for f in (lennard_jones, representations, hexagon, covariant)
}


def main():
    for name in sys.argv[1:] or PICTURES:
        PICTURES[name]()


if __name__ == "__main__":
    main()
