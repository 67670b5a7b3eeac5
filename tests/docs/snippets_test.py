#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs what the documentation shows: tests/docs/snippets_test.py KEESOM SOURCE_FOLDER [--update] [DOCUMENT...]

Fenced blocks marked ``console`` hold commands, in lines that begin with "$ ", and their output; blocks marked ``python`` are run one after
the other in one interpreter for each document, and a block marked ``text`` behind one is what it prints. All run in a new folder
that has the files of docs/examples, by themselves and under docs/examples, and the folders data and reference of the sources. Output is
compared word by word; numbers may differ by two units of their last digit, since processors round differently. "…" stands for any
lines, or within a line for anything.

HTML comments before a block: ``<!-- not run: REASON -->`` leaves it out, ``<!-- exit status: N -->`` expects that of its last command.
With --update the output in the documents is replaced by what was printed; blocks with "…" stay, and have to agree.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"(?:^<!-- (?P<key>not run|exit status): (?P<value>[^\n]*?) -->\n+)?^```(?P<kind>console|python)\n(?P<body>.*?)^```$"
    r"(?P<between>\n*)(?:^```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?")
MARK = "<<< end of block >>>"
TIME_LIMIT = 300.0


@dataclass
class Block:
    kind: str
    body: str
    output: str | None
    not_run: str | None
    exit_status: int
    line: int
    start: int  # of the text that --update replaces
    end: int


def blocks_of(text: str) -> list[Block]:
    blocks = []
    for match in BLOCK.finditer(text):
        key, value = match.group("key"), match.group("value")
        is_console = match.group("kind") == "console"
        group = "body" if is_console or match.group("output") is None else "output"
        blocks.append(
            Block(
                match.group("kind"),
                match.group("body"),
                None if is_console else match.group("output"),
                value if key == "not run" else None,
                int(value) if key == "exit status" else 0,
                text.count("\n", 0, match.start("body")),
                match.start(group),
                match.end(group),
            )
        )
    return blocks


def commands_of(body: str) -> list[tuple[str, list[str]]]:
    """The commands of a console block with the lines of output behind each."""
    commands: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif commands and commands[-1][0].endswith("\\"):
            commands[-1] = (commands[-1][0] + "\n" + line, commands[-1][1])
        elif commands:
            commands[-1][1].append(line)
        else:
            raise SystemExit(f"console block begins with output: {line}")
    return commands


def same_word(expected: str, actual: str) -> bool:
    if expected == actual:
        return True
    if "…" in expected:
        return re.fullmatch(".*".join(re.escape(part) for part in expected.split("…")), actual) is not None
    if not NUMBER.search(expected) or NUMBER.sub("#", expected) != NUMBER.sub("#", actual):
        return False
    for a, b in zip(NUMBER.finditer(expected), NUMBER.finditer(actual)):
        if (a.group(1) is None and a.group(2) is None) or (b.group(1) is None and b.group(2) is None):
            if a.group() != b.group():
                return False
            continue
        mantissa, _, exponent = a.group().partition("e")
        unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        if abs(float(a.group()) - float(b.group())) > 2.01 * unit:
            return False
    return True


def same_line(expected: str, actual: str) -> bool:
    words, others = expected.split(), actual.split()
    if "…" in words:
        i = words.index("…")
        tail = len(words) - i - 1
        if len(others) < i + tail:
            return False
        kept = others[:i] + others[len(others) - tail :]
        words = words[:i] + words[i + 1 :]
        return "…" in words or all(map(same_word, words, kept))
    return len(words) == len(others) and all(map(same_word, words, others))


def same_output(expected: list[str], actual: list[str]) -> bool:
    """Whether lines agree, "…" alone in a line standing for any number of them."""
    if not expected:
        return not actual
    if expected[0].strip() == "…":
        return any(same_output(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and same_line(expected[0], actual[0]) and same_output(expected[1:], actual[1:])


def lines_of(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


class Document:
    def __init__(self, path: Path, name: str, update: bool) -> None:
        self.path, self.name, self.update = path, name, update
        self.text = path.read_text(encoding="utf-8")
        self.failures = 0
        self.replacements: list[tuple[int, int, str]] = []

    def fail(self, block: Block, message: str) -> None:
        self.failures += 1
        print(f"{self.name}:{block.line}: {message}")

    def compare(self, block: Block, what: str, expected: list[str], actual: list[str]) -> bool:
        """Whether the output may stay; reports a difference unless it will be replaced."""
        expected = lines_of("\n".join(expected))
        if same_output(expected, actual):
            return True
        if self.update and not any("…" in line for line in expected):
            return False
        self.fail(block, f"{what}\n--- expected\n" + "\n".join(expected) + "\n--- printed\n" + "\n".join(actual))
        return True

    def run_console(self, block: Block, folder: Path, environment: dict[str, str]) -> None:
        commands = commands_of(block.body)
        new_body = []
        for i, (command, expected) in enumerate(commands):
            status = block.exit_status if i + 1 == len(commands) else 0
            result = subprocess.run(
                ["bash", "-c", command],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                timeout=TIME_LIMIT,
            )
            actual = lines_of(result.stdout)
            if result.returncode != status:
                self.fail(block, f"`{command}` has exit status {result.returncode}, expected {status}\n{result.stdout}")
            stays = self.compare(block, f"`{command}` prints something else", expected, actual)
            new_body += ["$ " + command, *(lines_of("\n".join(expected)) if stays else actual)]
            if i + 1 < len(commands) and expected and not expected[-1]:
                new_body.append("")
        if self.update:
            self.replacements.append((block.start, block.end, "\n".join(new_body) + "\n"))

    def run_python(self, blocks: list[Block], folder: Path, environment: dict[str, str]) -> None:
        runnable = []
        for block in blocks:
            missing = [
                module
                for module in re.findall(r"^(?:import|from) (\w+)", block.body, re.MULTILINE)
                if module != "keesom" and importlib.util.find_spec(module) is None
            ]
            if missing:
                print(f"{self.name}:{block.line}: skipped, no Python module {missing[0]}")
                break  # what follows may need it
            runnable.append(block)
        if not runnable:
            return
        program = "".join(f"{block.body}\nprint({MARK!r}, flush=True)\n" for block in runnable)
        result = subprocess.run(
            [sys.executable, "-c", program],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=TIME_LIMIT,
        )
        outputs = result.stdout.split(MARK + "\n")
        if result.returncode != 0:
            self.fail(runnable[min(len(outputs) - 1, len(runnable) - 1)], "Python fails\n" + result.stderr)
            return
        for block, output in zip(runnable, outputs):
            if block.output is None:
                continue
            actual = lines_of(output)
            stays = self.compare(block, "the Python block prints something else", block.output.splitlines(), actual)
            if self.update and not stays:
                self.replacements.append((block.start, block.end, "\n".join(actual) + "\n"))

    def write(self) -> None:
        text = self.text
        for start, end, new in sorted(self.replacements, reverse=True):
            text = text[:start] + new + text[end:]
        if text != self.text:
            self.path.write_text(text, encoding="utf-8")
            print(f"{self.name}: updated")


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    update = "--update" in sys.argv
    command, source = Path(arguments[0]).resolve(), Path(arguments[1]).resolve()
    how_to = sorted(path.relative_to(source).as_posix() for path in (source / "docs/how-to").glob("*.md"))
    names = arguments[2:] or ["docs/tutorial.md", *how_to, "README.md"]
    environment = {
        **os.environ,
        "PATH": f"{command.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join(
            str(Path(entry).resolve()) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry
        ),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }
    has_package = (
        subprocess.run(
            [sys.executable, "-c", "import keesom"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ).returncode
        == 0
    )
    failures = 0
    count = {"run": 0, "not run": 0, "skipped": 0}
    for name in names:
        document = Document(source / name, name, update)
        blocks = blocks_of(document.text)
        if name == "README.md":
            blocks = [block for block in blocks if block.kind == "python"]
        python_blocks = []
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            shutil.copytree(source / "docs/examples", folder, dirs_exist_ok=True)
            shutil.copytree(source / "docs/examples", folder / "docs/examples")
            for shared in ("data", "reference"):
                (folder / shared).symlink_to(source / shared)
            for block in blocks:
                if block.not_run is not None:
                    count["not run"] += 1
                    continue
                if block.kind == "python":
                    python_blocks.append(block)
                    continue
                count["run"] += 1
                try:
                    document.run_console(block, folder, environment)
                except subprocess.TimeoutExpired:
                    document.fail(block, f"takes more than {TIME_LIMIT:.0f} s")
            if python_blocks and not has_package:
                count["skipped"] += len(python_blocks)
                print(f"{name}: {len(python_blocks)} Python blocks skipped, the package keesom is not built")
            elif python_blocks:
                count["run"] += len(python_blocks)
                document.run_python(python_blocks, folder, environment)
        if update:
            document.write()
        failures += document.failures
    print(", ".join(f"{n} blocks {what}" for what, n in count.items()) + f", {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
