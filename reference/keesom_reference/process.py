# SPDX-License-Identifier: BSD-3-Clause
"""Processes that calculate, apart from the one that hands out the work."""
import json
import os
import pathlib
import subprocess
import sys


class Worker:
    """A process that runs a module of calculations, started anew when it is lost.

    A task goes in and an answer comes out as a line of JSON each: the module reads tasks from its
    standard input and writes "@@ {"record": ...}" or "@@ {"error": ...}" after each.
    """

    def __init__(self, module):
        self._module = module
        self._process = None

    def answer(self, task):
        """The record that the process makes of a task; arrays of the task are sent as lists."""
        if self._process is None:
            self._process = self._start()
        try:
            self._process.stdin.write(json.dumps(task, default=lambda array: array.tolist()) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                if line.startswith("@@ "):
                    answer = json.loads(line[3:])
                    if "error" in answer:
                        raise RuntimeError(answer["error"])
                    return answer["record"]
        except BrokenPipeError:
            pass
        status = self._process.wait()
        self._process = None
        raise RuntimeError(f"the calculation ended with status {status}")

    def close(self):
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait()

    def _start(self):
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        return subprocess.Popen(
            [sys.executable, "-m", self._module],
            cwd=pathlib.Path(__file__).resolve().parents[1],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
