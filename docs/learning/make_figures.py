#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures and tables of docs/learning from the CSV files of bench/learning_study.

    make_figures.py FOLDER    # where learning_study wrote its tables

Writes learning_curves.png and correlation_*.png beside this file, the small tables to its folder
`data`, and puts the tables into README.md. Needs matplotlib (Debian: python3-matplotlib).
"""

import csv
import pathlib
import shutil
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ELEMENTS = ["H", "C", "N", "O", "F", "P", "S", "Cl", "Br"]
# Those of molecular viewers, dark enough for a white page.
COLORS = {
    "H": "#8c8c8c", "C": "#202020", "N": "#2f50f8", "O": "#e8110f", "F": "#41b62c",
    "P": "#ff8000", "S": "#c8a000", "Cl": "#0b8a6a", "Br": "#8c2929",
}
MARKERS = dict(zip(ELEMENTS, "os^Dv<>PX"))
PROPERTIES = {
    "charge": ("charge", "e"),
    "dipole": ("dipole", "e·bohr"),
    "quadrupole": ("quadrupole", "e·bohr²"),
}
# Of all values of an element and a property; the rest sets the scale of no picture.
SHOWN_QUANTILE = 0.001


SETTINGS = {
    "cutoff 6 bohr": "the same, cutoff 6 bohr",
    "cutoff 8 bohr": "the same, cutoff 8 bohr",
    "cutoff 13 bohr": "the same, cutoff 13 bohr",
    "element_coupling 0": "the same, neighbors of different elements unlike",
}
CHARGE_VARIANTS = {
    "product": "**charges that stay and that flow, ζ = 2, cutoff 11 bohr**",
    **SETTINGS,
    "flow alone": "the same, electronegativities alone",
    "local zeta 1": "charges themselves, ζ = 1",
    "local zeta 2": "charges themselves, ζ = 2",
    "local zeta 3": "charges themselves, ζ = 3",
}
TENSOR_VARIANTS = {
    "product": "**second-order tensors × 16 invariants, cutoff 11 bohr**",
    **SETTINGS,
    "second order x 1 invariants": "second-order tensors alone",
    "first order x 1 invariants": "first-order tensors alone",
    "first order x 16 invariants": "first-order tensors × 16 invariants",
    "first order x 300 invariants": "first-order tensors × 300 invariants",
    "closed form sigma 0.5 x scalar kernel zeta 0": "closed form, σ = 0.5 bohr",
    "closed form sigma 0.5 x scalar kernel zeta 2": "closed form, σ = 0.5 bohr, × (x·x′)²",
    "closed form sigma 0.5 x scalar kernel zeta 4": "closed form, σ = 0.5 bohr, × (x·x′)⁴",
    "closed form sigma 1 x scalar kernel zeta 0": "closed form, σ = 1 bohr",
    "closed form sigma 1 x scalar kernel zeta 2": "closed form, σ = 1 bohr, × (x·x′)²",
    "closed form sigma 1 x scalar kernel zeta 4": "closed form, σ = 1 bohr, × (x·x′)⁴",
}


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def draw_curves(rows, path):
    """Errors against the number of atoms of the element in training, one panel a property."""
    figure, panels = plt.subplots(1, 3, figsize=(11, 4.4), layout="constrained")
    for panel, (key, (name, unit)) in zip(panels, PROPERTIES.items()):
        for element in ELEMENTS:
            own = [r for r in rows if r["property"] == key and r["element"] == element]
            if own:
                panel.loglog(
                    [int(r["atoms"]) for r in own],
                    [float(r["mae"]) for r in own],
                    color=COLORS[element], marker=MARKERS[element], markersize=4.5,
                    linewidth=1.3, label=element,
                )
        panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.yaxis.set_minor_formatter(NullFormatter())
        panel.set_title(name)
        panel.set_xlabel("atoms of the element in training")
        panel.set_ylabel(f"mean absolute error / {unit}")
        panel.grid(True, which="major", color="#dddddd", linewidth=0.6)
        panel.grid(True, which="minor", color="#f0f0f0", linewidth=0.4)
        panel.set_axisbelow(True)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def limits(values):
    values = sorted(values)
    cut = int(SHOWN_QUANTILE * len(values))
    low, high = values[cut], values[-1 - cut]
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def draw_correlation(rows, errors, key, path):
    """Predicted against reference values, one panel an element."""
    name, unit = PROPERTIES[key]
    elements = [e for e in ELEMENTS if any(r["element"] == e for r in rows)]
    figure, panels = plt.subplots(3, 3, figsize=(8.4, 8.6), layout="constrained")
    for panel, element in zip(panels.flat, elements):
        own = [r for r in rows if r["element"] == element and r["property"] == key]
        reference = [float(r["reference"]) for r in own]
        predicted = [float(r["predicted"]) for r in own]
        low, high = limits(reference + predicted)
        panel.plot([low, high], [low, high], color="#aaaaaa", linewidth=0.8, zorder=1)
        panel.scatter(reference, predicted, s=5, color=COLORS[element], alpha=0.45, linewidths=0)
        panel.set_xlim(low, high)
        panel.set_ylim(low, high)
        panel.set_aspect("equal")
        panel.locator_params(nbins=5)
        panel.tick_params(labelsize=8)
        panel.text(0.05, 0.94, element, transform=panel.transAxes, fontsize=14,
                   fontweight="bold", color=COLORS[element], va="top")
        error = next(r for r in errors if r["molecules"] == "all"
                     and r["element"] == element and r["property"] == key)
        panel.text(0.96, 0.05,
                   f"MAE {float(error['mae']):.4f}\nof {int(error['count'])} values",
                   transform=panel.transAxes, fontsize=8, ha="right")
    for panel in panels.flat[len(elements):]:
        panel.set_axis_off()
    figure.supxlabel(f"{name} from quantum mechanics / {unit}")
    figure.supylabel(f"{name} predicted without the species / {unit}")
    figure.savefig(path, dpi=80, pil_kwargs={"optimize": True})
    plt.close(figure)


def best(rows):
    """The row of lowest error among the amounts of noise that were tried."""
    return min(rows, key=lambda r: float(r["mae"]))


def table_lines(head, lines):
    return ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"] + [
        "| " + " | ".join(line) + " |" for line in lines]


def variant_table(rows, names, keys, symbols):
    """Errors of each variant in thousandths, for H, C, N and O."""
    columns = [(key, element) for key in keys for element in ELEMENTS[:4]]
    lines = []
    for variant, name in names.items():
        cells = [name]
        for key, element in columns:
            own = [r for r in rows if r["variant"] == variant and r["property"] == key
                   and r["element"] == element]
            cells.append(f"{1e3 * float(best(own)['mae']):.1f}")
        lines.append(cells)
    head = [""] + [f"{element} {symbols[key]}".strip() for key, element in columns]
    return table_lines(head, lines)


def curve_table(rows):
    """Errors of the largest training set, absolute and relative to the spread."""
    most = max(int(r["species"]) for r in rows)
    last = [r for r in rows if int(r["species"]) == most]
    lines = []
    for element in ELEMENTS:
        own = {r["property"]: r for r in last if r["element"] == element}
        cells = [element, own["charge"]["atoms"], own["charge"]["count"]]
        for key in PROPERTIES:
            error, spread = float(own[key]["mae"]), float(own[key]["standard_deviation"])
            cells.append(f"{1e3 * error:.1f} ({100 * error / spread:.1f} %)")
        lines.append(cells)
    head = ["", "atoms in training", "atoms predicted"] + [
        f"{name}, 10⁻³ {unit}" for name, unit in PROPERTIES.values()]
    return table_lines(head, lines)


def put_into_readme(name, lines):
    """Replaces what stands between the two marks of a table."""
    readme = HERE / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")
    _, _, after = rest.partition("<!-- end -->\n")
    readme.write_text(
        before + "\n".join([f"<!-- {name} -->", *lines, "<!-- end -->", ""]) + after,
        encoding="utf-8")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    data = HERE / "data"
    data.mkdir(exist_ok=True)
    for name in ["curves", "held-out_errors", "settings_hcno", "charges_hcno", "tensors_hcno"]:
        shutil.copy(folder / f"{name}.csv", data)

    curves = rows_of(data / "curves.csv")
    draw_curves(curves, HERE / "learning_curves.png")
    held_out = rows_of(folder / "held-out.csv")
    errors = rows_of(data / "held-out_errors.csv")
    for key in PROPERTIES:
        draw_correlation(held_out, errors, key, HERE / f"correlation_{key}.png")

    settings = rows_of(data / "settings_hcno.csv")
    put_into_readme("curves", curve_table(curves))
    put_into_readme(
        "charges",
        variant_table(settings + rows_of(data / "charges_hcno.csv"), CHARGE_VARIANTS,
                      ["charge"], {"charge": ""}))
    put_into_readme(
        "tensors",
        variant_table(settings + rows_of(data / "tensors_hcno.csv"), TENSOR_VARIANTS,
                      ["dipole", "quadrupole"], {"dipole": "μ", "quadrupole": "Θ"}))


if __name__ == "__main__":
    main()
