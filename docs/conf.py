# SPDX-License-Identifier: BSD-3-Clause
"""How Sphinx builds this folder: sphinx-build -W -n docs OUTPUT, which the CMake target docs does.

Pages are MyST Markdown. The Markdown files of this folder can be read as they are, so what only the site needs is done here: links to
files of the source tree that are no pages become their paths, and the reference is made from headers and from the Python package while
pages are read (api.py). Nothing is written into the source tree.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(DOCS))

import api  # noqa: E402

project = "keesom"
author = "the authors of keesom"
copyright = author
release = re.search(r"VERSION (\d+\.\d+\.\d+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)

extensions = ["myst_parser", "sphinx.ext.mathjax", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # pages of docs/talk begin sections below their title in their own way
exclude_patterns = ["schemas", "talk/data", "talk/examples", "learning/data", "examples"]

html_theme = "furo"
html_title = f"keesom {release}"
html_copy_source = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"
# Types of other packages, which have no pages here.
nitpick_ignore_regex = [("py:.*", ".*")]

LINK = re.compile(r"(?<!!)\[([^\]\[]+)\]\((?!https?:|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def paths_for_links(text: str, folder: Path) -> str:
    """Links to what is no page, replaced by the path from the root of the source tree."""

    def replaced(match: re.Match) -> str:
        label, target = match.group(1), match.group(2)
        path = (folder / target).resolve()
        if path.suffix == ".md" and DOCS in path.parents:
            return match.group(0)
        if not path.exists():
            return match.group(0)  # Sphinx says so
        shown = path.relative_to(ROOT)
        return f"`{shown}`" if label.strip("`") in (str(shown), path.name) else f"{label} (`{shown}`)"

    fenced = [(m.start(), m.end()) for m in FENCE.finditer(text)]
    pieces, last = [], 0
    for match in LINK.finditer(text):
        if any(start <= match.start() < end for start, end in fenced):
            continue
        pieces += [text[last : match.start()], replaced(match)]
        last = match.end()
    return "".join(pieces) + text[last:]


def read_source(app, docname: str, source: list[str]) -> None:
    text = source[0]
    for match in re.finditer(r"^<!-- headers: ([a-z]+) -->$", text, re.MULTILINE):
        headers = api.public_headers(ROOT, match.group(1))
        for header in headers:
            app.env.note_dependency(str(header))
        text = text.replace(match.group(0), "\n".join(api.header_page(ROOT, header) for header in headers))
    if "<!-- python package -->" in text:
        text = text.replace("<!-- python package -->", api.python_page())
    if docname != "index":
        text = paths_for_links(text, (DOCS / docname).parent)
    source[0] = text


def setup(app) -> None:
    app.connect("source-read", read_source)
