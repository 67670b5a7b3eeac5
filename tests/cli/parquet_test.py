#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Tables as keesom-parquet writes them, against Python's reader of CSV.

    parquet_test.py PROGRAM                      tests the program keesom-parquet
    parquet_test.py compare TABLE.csv FILE TEXTS COUNTS
                                                 whether both have the same table; TEXTS and COUNTS
                                                 name the columns that hold no energies: a,b,c

Exit status 77 without pyarrow, which reads Parquet here.
"""
import csv
import math
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    sys.exit(77)

csv.field_size_limit(2**31 - 1)
TYPES = {"text": pyarrow.string(), "count": pyarrow.int64(), "number": pyarrow.float64()}


def read_csv(path, types):
    """Names of the columns, and of each its values."""
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.reader(file))
    convert = {"text": str, "count": int, "number": float}
    columns = []
    for number, kind in enumerate(types):
        cells = [row[number] for row in rows[1:]]
        columns.append([None if kind != "text" and cell == "" else convert[kind](cell) for cell in cells])
    return rows[0], columns


def bits(value):
    """Numbers by their bits, since NaN is unequal to itself and -0 equal to 0."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else struct.pack("<d", value)
    return value


def compare(table, file, types):
    names, expected = read_csv(table, types)
    read = pyarrow.parquet.read_table(file)
    read.validate(full=True)
    assert read.column_names == names, read.column_names
    assert [column.type for column in read.columns] == [TYPES[kind] for kind in types], read.schema
    assert [field.nullable for field in read.schema] == [kind != "text" for kind in types]
    for name, column, values in zip(names, read.columns, expected):
        found = column.to_pylist()
        assert len(found) == len(values), (name, len(found), len(values))
        for row, (left, right) in enumerate(zip(found, values), 1):
            assert bits(left) == bits(right), (name, row, left, right)
    return read


class Program(unittest.TestCase):
    program = ""
    types = ["text", "count", "number", "text"]
    names = ["name", "record", "total", "error"]

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.table = self.folder / "table.csv"
        self.file = self.folder / "table.parquet"

    def write(self, content, file=None, facts=()):
        if isinstance(content, str):
            content = content.encode()
        self.table.write_bytes(content)
        columns = [f"{name}:{kind}" for name, kind in zip(self.names, self.types)]
        command = [self.program, "write", self.table, file or self.file, *columns, *facts]
        return subprocess.run(command, capture_output=True, text=True)

    def rows(self, rows):
        """Written and compared."""
        lines = [",".join(self.names) + "\n"]
        for name, record, total, error in rows:
            quoted = ['"' + text.replace('"', '""') + '"' for text in (name, error)]
            lines.append(f"{quoted[0]},{record},{total},{quoted[1]}\n")
        result = self.write("".join(lines))
        self.assertEqual((result.returncode, result.stderr, result.stdout), (0, "", ""))
        return compare(self.table, self.file, self.types)

    def assert_fails(self, result, *fragments):
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for fragment in fragments:
            self.assertIn(fragment, result.stderr)

    def test_numbers_are_those_of_the_table_to_the_last_bit(self):
        rng = random.Random(1)
        numbers = [repr(struct.unpack("<d", rng.randbytes(8))[0]) for _ in range(20000)]
        numbers += ["0", "-0.0", "5e-324", "1.7976931348623157e+308", "inf", "-inf", "nan", "", "12"]
        self.rows(("a", rng.randrange(-(2**63), 2**63), number, "") for number in numbers)

    def test_text_is_that_of_the_table_whatever_it_holds(self):
        texts = ["", " ", ",", '"', '""', "a\nb", "a\r\nb\r", "\n", "é✓𝄞", "\x01\x7f", "NULL", "NA", "1",
                 "x" * 5_000_000, '",\n' * 100_000]
        read = self.rows((text, i, i / 7, text) for i, text in enumerate(texts))
        self.assertEqual(read.column("name").to_pylist(), texts)

    def test_bytes_that_are_no_text_are_replaced(self):
        bad = [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\xf0\x9f\x98"]
        lines = [b'"a%sb",1,2,"%s"\n' % (text, text) for text in bad]
        self.assertEqual(self.write(b"name,record,total,error\n" + b"".join(lines)).returncode, 0)
        names = pyarrow.parquet.read_table(self.file).column("name").to_pylist()
        self.assertEqual(names, ["a" + "\ufffd" * len(text) + "b" for text in bad])

    def test_a_table_without_rows_has_its_columns(self):
        read = self.rows([])
        self.assertEqual(read.num_rows, 0)

    def test_a_long_table_comes_in_groups(self):
        for n_rows in (131071, 131072, 131073):
            read = self.rows((f"pose{i}", i, i / 3, "") for i in range(n_rows))
            self.assertEqual(read.num_rows, n_rows)
        groups = pyarrow.parquet.ParquetFile(self.file).metadata.num_row_groups
        self.assertEqual(groups, 2)

    def test_the_same_table_gives_the_same_bytes(self):
        rows = [(f"pose{i % 7}", i, i / 3, "") for i in range(1000)]
        self.rows(rows)
        first = self.file.read_bytes()
        self.rows(rows)
        self.assertEqual(self.file.read_bytes(), first)

    def test_facts_are_metadata(self):
        self.write("name,record,total,error\n", facts=["energy_unit=kJ/mol", "note=a=b"])
        metadata = pyarrow.parquet.read_schema(self.file).metadata
        self.assertEqual((metadata[b"energy_unit"], metadata[b"note"]), (b"kJ/mol", b"a=b"))

    def test_says_in_one_line_what_is_wrong_with_a_table(self):
        heading = "name,record,total,error\n"
        self.assert_fails(self.write(""), "other columns")
        self.assert_fails(self.write("name,total,record,error\n"), "other columns")
        self.assert_fails(self.write(heading + '"a",1,2,""\n"b",2'), "row 3", "cut off")
        self.assert_fails(self.write(heading + '"a",1,2,"\n'), "row 2", "cut off")
        self.assert_fails(self.write(heading + '"a",1,2\n'), "row 2", "3 cells, expected 4")
        self.assert_fails(self.write(heading + '"a",1.5,2,""\n'), "row 2", "record")
        self.assert_fails(self.write(heading + '"a",1,2x,""\n'), "row 2", "total")
        self.table.unlink()
        self.assert_fails(
            subprocess.run([self.program, "write", self.table, self.file, "a:text"],
                           capture_output=True, text=True), "table.csv", "opened")
        for arguments in ([], ["write"], ["write", "a", "b", "c:none"], ["check", "x"]):
            self.assert_fails(
                subprocess.run([self.program, *arguments], capture_output=True, text=True), "expected")

    def test_ends_with_the_program_that_started_it_and_leaves_nothing(self):
        os.mkfifo(self.table)
        columns = [f"{name}:{kind}" for name, kind in zip(self.names, self.types)]
        script = subprocess.Popen(["sh", "-c", '"$@" & wait', "sh", self.program, "write", self.table, self.file, *columns])
        with open(self.table, "w") as table:
            table.write("name,record,total,error\n")
            table.flush()
            self.wait_until(self.file.exists)
            script.kill()
            script.wait()
            self.wait_until(lambda: not self.file.exists())

    def wait_until(self, condition):
        for _ in range(3000):
            if condition():
                return
            time.sleep(0.01)
        self.fail("waited in vain")

    def test_says_in_one_line_that_a_file_cannot_be_written(self):
        lines = "name,record,total,error\n" + '"a",1,2,""\n' * 10
        self.assert_fails(self.write(lines, "/dev/full"), "No space left on device")
        self.assert_fails(self.write(lines, self.folder / "none" / "file"), "No such file")


if __name__ == "__main__":
    if sys.argv[1] == "compare":
        texts, counts = sys.argv[4].split(","), sys.argv[5].split(",")
        heading = read_csv(sys.argv[2], [])[0]
        compare(sys.argv[2], sys.argv[3],
                ["text" if name in texts else "count" if name in counts else "number" for name in heading])
    else:
        Program.program = sys.argv.pop(1)
        unittest.main()
