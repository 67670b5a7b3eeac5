#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of docs/talk from the tables of its programs.

    make_figures.py [NAME ...]    # all, or those named

Reads data/*.csv and writes *.svg beside this file. Needs matplotlib (Debian: python3-matplotlib).
"""

import csv
import math
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


def grid_of(columns, key):
    """Values on a grid as an image, rows from low y to high y, and its extent."""
    x, y = sorted(set(columns["x"])), sorted(set(columns["y"]))
    values = dict(zip(zip(columns["x"], columns["y"]), columns[key]))
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    extent = (x[0] - half_x, x[-1] + half_x, y[0] - half_y, y[-1] + half_y)
    return [[values[a, b] for a in x] for b in y], extent


def vector_fields():
    field, data = table("vector_field"), table("vector_field_data")
    figure, panels = plt.subplots(1, 3, figsize=(8.5, 2.9), sharey=True, layout="constrained")
    panels[0].quiver(
        field["x"], field["y"], field["field_x"], field["field_y"], color=GREY, scale=14, width=0.004
    )
    panels[0].quiver(
        data["x"], data["y"], data["field_x"], data["field_y"], color=RED, scale=14, width=0.006
    )
    panels[0].set(title="a gradient field, and 25 arrows", aspect="equal")
    highest = max(field["component_wise"] + field["curl_free"])
    for panel, key, title in (
        (panels[1], "component_wise", "error, component-wise"),
        (panels[2], "curl_free", "error, curl-free"),
    ):
        image, extent = grid_of(field, key)
        shown = panel.imshow(
            image, origin="lower", extent=extent, vmin=0, vmax=highest, cmap="magma_r"
        )
        panel.plot(data["x"], data["y"], "o", color="black", ms=2)
        panel.set(title=title)
    figure.colorbar(shown, ax=panels[2], label="length of the error")
    save(figure, "vector_fields")


def helmholtz():
    field = table("helmholtz")
    total = [
        [a + b for a, b in zip(field["gradient_" + c], field["flow_" + c])] for c in "xy"
    ]
    figure, panels = plt.subplots(1, 3, figsize=(8.5, 3.1), sharey=True, layout="constrained")
    style = {"scale": 14, "width": 0.004, "rasterized": True}
    panels[0].quiver(field["x"], field["y"], *total, color=GREY, **style)
    panels[0].set_title("the sum")
    for panel, key, color in ((panels[1], "gradient", BLUE), (panels[2], "flow", ORANGE)):
        for prefix, shade, name in (("", GREY, "truth"), ("found_", color, "recovered")):
            panel.quiver(
                field["x"],
                field["y"],
                field[f"{prefix}{key}_x"],
                field[f"{prefix}{key}_y"],
                color=shade,
                label=name,
                **style,
            )
        panel.set_title({"gradient": "its gradient part", "flow": "its flow part"}[key])
    for panel in panels:
        panel.set_aspect("equal")
    panels[1].legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncol=2)
    panels[2].legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncol=2)
    save(figure, "helmholtz")


def landscape():
    found, data = table("landscape"), table("landscape_data")
    errors, drift = table("landscape_errors"), table("landscape_drift")
    figure, panels = plt.subplots(1, 4, figsize=(11, 3.2), layout="constrained")
    image, extent = grid_of(found, "recovered")
    xs = [extent[0] + (extent[1] - extent[0]) * (i + 0.5) / 100 for i in range(100)]
    ys = [extent[2] + (extent[3] - extent[2]) * (i + 0.5) / 100 for i in range(100)]
    truth = [
        [
            (x - 4) * (x - 2) * (x + 2) * (x + 3) / 50
            + y * y / 20
            + math.sin(3 * (x + 5) * (y - 6)) / 25
            for x in xs
        ]
        for y in ys
    ]
    # One constant is free: that of the mean over the data, by the nearest places of the map.
    lines = sorted(set(found["x"])), sorted(set(found["y"]))

    def nearest(line, value):
        return min(range(len(line)), key=lambda i: abs(line[i] - value))

    places = [(nearest(lines[0], x), nearest(lines[1], y)) for x, y in zip(data["x"], data["y"])]
    shift = sum(
        (lines[0][i] - 4) * (lines[0][i] - 2) * (lines[0][i] + 2) * (lines[0][i] + 3) / 50
        + lines[1][j] ** 2 / 20
        - image[j][i]
        for i, j in places
    ) / len(places)
    image = [[value + shift for value in row] for row in image]
    for panel, values, title in (
        (panels[0], truth, "V/kT"),
        (panels[1], image, "from 200 forces"),
    ):
        shown = panel.imshow(
            values, origin="lower", extent=extent, vmin=-1, vmax=4, aspect="auto", cmap="viridis"
        )
        panel.set(title=title, xlabel="x", ylabel="y")
    panels[1].plot(data["x"], data["y"], ".", color="white", ms=2)
    panels[1].set(xlim=extent[:2], ylim=extent[2:])
    figure.colorbar(shown, ax=panels[1])
    for key, color, label in (
        ("component_wise", ORANGE, "component-wise"),
        ("conserving", BLUE, "conserving"),
    ):
        panels[2].errorbar(
            errors["points"], errors[key], errors[key + "_deviation"], color=color, label=label,
            marker="o", ms=3, capsize=2,
        )
        panels[2].plot(errors["points"], errors[key + "_q"], color=color, ls="--", label=label + ", in q")
        panels[3].plot(drift["time"], drift[key], color=color, label=label)
    panels[2].set(title="relative force error", xlabel="points", xscale="log", ylim=(0.5, 1.2))
    panels[2].set_xticks(errors["points"], [f"{n:.0f}" for n in errors["points"]])
    panels[2].minorticks_off()
    panels[3].set(title="energy error of a trajectory", xlabel="time")
    panels[2].legend()
    panels[3].legend()
    save(figure, "landscape")


def force_fields():
    curve = table("force_fields")
    figure, panels = plt.subplots(1, 2, figsize=(7.5, 2.9), layout="constrained")
    for panel, key, title in (
        (panels[0], "force", "error of forces, kcal/mol/Å"),
        (panels[1], "energy", "error of energies, kcal/mol"),
    ):
        panel.loglog(
            curve["geometries"], curve[key + "_plain"], "o-", color=ORANGE, label="as numbered"
        )
        panel.loglog(
            curve["geometries"], curve[key], "o-", color=BLUE, label="with exchanges of equal atoms"
        )
        panel.set(title=title, xlabel="geometries")
        panel.set_xticks(curve["geometries"], [f"{n:.0f}" for n in curve["geometries"]])
        panel.minorticks_off()
    panels[0].legend()
    save(figure, "force_fields")


def noether():
    drift = table("noether")
    figure, panels = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
    for panel, key, title in (
        (panels[0], "momentum", "momentum, thermal"),
        (panels[1], "angular_momentum", "angular momentum, ħ"),
        (panels[2], "energy", "|energy|, kT"),
    ):
        for prefix, color, label in (
            ("component_", ORANGE, "component by component"),
            ("", BLUE, "energy of distances"),
        ):
            values = [abs(value) for value in drift[prefix + key]]
            panel.semilogy(drift["time"], values, color=color, label=label)
        panel.set(title=title, xlabel="fs")
    panels[2].legend()
    save(figure, "noether")


def clusters():
    water = table("clusters_water")
    crystal = table("clusters_benzene")
    figure, panels = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for shift, key, color, marker, label in (
        (-0.15, "reference", GREY, "s", "reference"),
        (0.0, "total", BLUE, "o", "all molecules at once"),
        (0.15, "pairs", ORANGE, "^", "sum over pairs"),
    ):
        totals = water["total"]
        energies = (
            [t - m for t, m in zip(totals, water["many"])] if key == "pairs" else water[key]
        )
        panels[0].plot(
            [n + shift for n in water["molecules"]],
            [e / n for e, n in zip(energies, water["molecules"])],
            marker,
            color=color,
            ms=3.5,
            label=label,
        )
    panels[0].set(title="water", xlabel="molecules", ylabel="kcal/mol for each molecule")
    both = [p + t for p, t in zip(crystal["pairs"], crystal["trimers"])]
    panels[1].plot(crystal["distance"], crystal["pairs"], color=ORANGE, label="pairs")
    panels[1].plot(crystal["distance"], both, color=BLUE, label="and trimers")
    panels[1].axhline(-12.91, color=GREY, ls="--", lw=1, label="CCSD(T), 2023")
    panels[1].set(title="benzene crystal", xlabel="distance of centers, Å")
    for panel in panels:
        panel.legend()
    save(figure, "clusters")


PICTURES = {
    f.__name__: f
    for f in (
        lennard_jones,
        representations,
        hexagon,
        covariant,
        vector_fields,
        helmholtz,
        landscape,
        force_fields,
        noether,
        clusters,
    )
}


def main():
    for name in sys.argv[1:] or PICTURES:
        PICTURES[name]()


if __name__ == "__main__":
    main()
