# SPDX-License-Identifier: BSD-3-Clause
"""The reference: Markdown from the public headers and, where the package is built, autodoc of Python.

A header gives its opening comment and what it documents at namespace level: the comment as text, the declaration as code, of a class its
public part. Public headers are the HEADERS of the CMakeLists.txt of a folder; what stands in a namespace ``detail`` is left out.
As a program, ``python3 docs/api.py FOLDER`` prints the page of the headers of one folder, for instance core.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

_SPECIAL = re.compile(r"([\\*_\[\]<>|$#])")


def public_headers(root: Path, library: str) -> list[Path]:
    """The headers that a folder installs, those of its root first."""
    names = re.search(r"HEADERS((?:\s+\S+\.hpp)+)", (root / library / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
    return sorted((root / library / name for name in names.split()), key=lambda path: (len(path.parts), path))


def _escaped(line: str) -> str:
    """A line of a comment as Markdown: nothing but code in backticks is markup."""
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return _SPECIAL.sub(r"\\\1", line).replace("`", "\\`")
    return "`".join(part if i % 2 else _SPECIAL.sub(r"\\\1", part) for i, part in enumerate(parts))


def comment_text(lines: list[str]) -> str:
    """A comment without its slashes as Markdown: indented lines, which are formulas and tables, become blocks of code."""
    result: list[str] = []
    code: list[str] = []
    in_list = False

    def end_code() -> None:
        while code and not code[-1].strip():
            code.pop()
        if code:
            indent = min(len(line) - len(line.lstrip()) for line in code if line.strip())
            result.extend(["", "```text", *(line[indent:].rstrip() for line in code), "```", ""])
            code.clear()

    for line in lines:
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if stripped.startswith("- ") and indent == 0:
            end_code()
            if not in_list:
                result.append("")
            in_list = True
            result.append("- " + _escaped(stripped[2:]))
        elif in_list and indent == 2 and stripped:
            result.append("  " + _escaped(stripped))
        elif stripped and indent >= 2:
            in_list = False
            code.append(line)
        elif not stripped:
            in_list = False
            if code:
                code.append("")
            else:
                result.append("")
        else:
            in_list = False
            end_code()
            match = re.match(r"@(throws|returns|param)\s+(.*)", stripped)
            if match:
                word = {"throws": "Throws", "returns": "Returns", "param": "Parameter"}[match.group(1)]
                result.extend(["", f"*{word}* {_escaped(match.group(2))}"])
            else:
                text = _escaped(stripped)
                result.append("\\" + text if re.match(r"([-+=]|\d+[.)])(\s|$)|[-=]{3}", text) else text)
    end_code()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(result)).strip()


def _uncommented(line: str, slashes: str) -> str:
    return line.strip()[len(slashes) :].removeprefix(" ")


def _public_part(lines: list[str]) -> list[str]:
    """A class definition without what is private."""
    for i, line in enumerate(lines):
        if line.startswith("private:") or line.startswith("protected:"):
            part = lines[:i]
            while part and not part[-1].strip():
                part.pop()
            return [*part, "};"]
    return lines


def _declaration(lines: list[str], first: int) -> tuple[list[str], int]:
    """The declaration that begins at a line, and the line behind it."""
    end = first
    head = ""
    while True:
        head += lines[end] + "\n"
        if lines[end].rstrip().endswith((";", "{", "}")):
            break
        end += 1
    is_class = re.match(r"(template\s*<.*>\s*)?(class|struct|enum class)\s+\w+[^;]*\{\s*$", head, re.DOTALL)
    if lines[end].rstrip().endswith(";") or lines[end].rstrip().endswith("}"):
        declaration = lines[first : end + 1]
        return declaration, end + 1
    close = end + 1
    while not re.match(r"\}+(;|\s|$)", lines[close]):
        close += 1
    if is_class or "= {" in head:
        return _public_part(lines[first : close + 1]) if is_class else lines[first : close + 1], close + 1
    signature = [*lines[first : end + 1]]
    signature[-1] = re.sub(r"\s*\{$", ";", signature[-1].rstrip())
    return signature, close + 1


def header_page(root: Path, header: Path) -> str:
    """A section for one header."""
    lines = header.read_text(encoding="utf-8").splitlines()
    name = f"keesom/{header.relative_to(root)}"
    page = [f"## `{name}`", ""]
    opening = []
    i = 1  # behind the licence
    while i < len(lines) and lines[i].startswith("//") and not lines[i].startswith("///"):
        opening.append(_uncommented(lines[i], "//"))
        i += 1
    page += [comment_text(opening), ""]
    in_detail = False
    while i < len(lines):
        line = lines[i]
        if line.startswith("namespace detail"):
            in_detail = True
        if line.startswith("}  // namespace detail"):
            in_detail = False
        if line.startswith("///"):
            comment = []
            while lines[i].startswith("///"):
                comment.append(_uncommented(lines[i], "///"))
                i += 1
            declaration, i = _declaration(lines, i)
        elif re.match(r"(class|struct)\s+\w+[^;]*\{$|template <|using \w+ =", line):
            comment = []
            declaration, i = _declaration(lines, i)
        else:
            i += 1
            continue
        if not in_detail:
            page += [comment_text(comment), "", "```{code-block} cpp", ":force:", "", *declaration, "```", ""]
    return "\n".join(page)


def python_page() -> str:
    """What autodoc is asked for, or how to make the package that it needs."""
    try:
        import keesom
    except ImportError:
        return (
            "This site was built without the Python package. Configured with `-DKEESOM_BUILD_PYTHON=ON -DKEESOM_BUILD_DOCS=ON`, the\n"
            "target `docs` builds the package first and documents it here; until then `python/keesom/_core.pyi` has the signatures.\n"
        )
    page = ["```{eval-rst}", ".. automodule:: keesom", "   :no-members:", ""]
    for name in keesom.__all__:
        if name.startswith("_"):
            continue
        thing = getattr(keesom, name)
        if isinstance(thing, type) and issubclass(thing, Exception):
            page += [f".. autoexception:: keesom.{name}", ""]
        elif isinstance(thing, type):
            page += [f".. autoclass:: keesom.{name}", "   :members:", "   :undoc-members:", ""]
        elif callable(thing):
            page += [f".. autofunction:: keesom.{name}", ""]
        else:
            values = ", ".join(f"``{key}``" for key in vars(thing) if not key.startswith("_"))
            page += [f".. py:data:: keesom.{name}", "", f"   Factors of units in atomic units: {values}.", ""]
    page += ["```", ""]
    if importlib.util.find_spec("ase") is not None:
        page += ["## keesom.ase", "", "```{eval-rst}", ".. autoclass:: keesom.ase.Keesom", "```", ""]
    return "\n".join(page)


if __name__ == "__main__":
    source = Path(__file__).resolve().parent.parent
    print("\n".join(header_page(source, path) for path in public_headers(source, sys.argv[1])))
