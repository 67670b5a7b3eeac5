#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the command says of itself to shells and manuals.

Arguments: the command, the folder of the repository, the folder of the manual pages (none is built without help2man).
"""

import hashlib
import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

COMMAND, ROOT, MANUALS = sys.argv.pop(1), Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
MODEL = ROOT / "data" / "models" / "organic"

COMPLETE = """
source <("$0" completion)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_keesom
printf '%s\\n' "${COMPREPLY[@]}"
"""


def output(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def completions(*words):
    return output("bash", "-uc", COMPLETE, COMMAND, "keesom", *words).split()


def verbs():
    return re.findall(r"^  ([a-z-]+)  ", output(COMMAND, "--help").split("Subcommands:")[1], re.MULTILINE)


class Completion(unittest.TestCase):
    def test_of_verbs_is_all_that_the_help_names(self):
        self.assertEqual(sorted(completions("")), sorted([*verbs(), "--help", "--version"]))
        self.assertEqual(completions("en"), ["energy"])

    def test_of_options_is_that_of_the_verb(self):
        for verb in verbs():
            expected = re.findall(r"(?<![-\w])(--[a-z][a-z-]*)(?= |$)", output(COMMAND, verb, "--help"), re.MULTILINE)
            self.assertLessEqual(set(completions(verb, "--")), {*expected, "--help"})
            self.assertIn("--help", completions(verb, "--"))
        self.assertEqual(completions("energy", "--js"), ["--json"])

    def test_of_values_is_what_an_option_takes(self):
        self.assertEqual(completions("energy", "dimer.xyz", "--unit", "k"), ["kJ/mol", "kcal/mol"])
        self.assertEqual(completions("benchmark", "s6"), ["s66", "s66x8"])

    def test_leaves_files_to_the_shell(self):
        self.assertEqual(completions("energy", "dimer"), [])
        self.assertIn("complete -o default", output(COMMAND, "completion"))


class Version(unittest.TestCase):
    def test_names_model_and_constants_with_their_checksums(self):
        def checksum(name):
            return hashlib.sha256((MODEL / name).read_bytes()).hexdigest()

        program, model, parameters = output(COMMAND, "--version").splitlines()
        self.assertRegex(program, r"^keesom \d+\.\d+\.\d+$")
        self.assertEqual(model, f"model organic, sha256 {checksum('manifest.json')}")
        name = json.loads((MODEL / "parameters.json").read_text())["name"]
        self.assertEqual(parameters, f"parameters {name}, sha256 {checksum('parameters.json')}")

    def test_is_known_without_data(self):
        lines = subprocess.run(
            [COMMAND, "--version"], env={"KEESOM_DATA": "/nowhere"}, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        self.assertRegex(lines[0], r"^keesom \d")
        self.assertIn("/nowhere", lines[1])


@unittest.skipUnless(MANUALS.is_dir(), "built without help2man")
class Manuals(unittest.TestCase):
    def test_are_there_for_each_verb(self):
        pages = {path.name for path in MANUALS.iterdir()}
        self.assertEqual(pages, {"keesom.1", *(f"keesom-{verb}.1" for verb in verbs())})

    def test_have_the_options_of_their_verb(self):
        page = (MANUALS / "keesom-scan.1").read_text().replace("\\-", "-")
        for option in ("--fragments", "--plot", "--csv"):
            self.assertIn(option, page)


if __name__ == "__main__":
    unittest.main()
