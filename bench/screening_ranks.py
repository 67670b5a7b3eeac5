#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How far `keesom screen --mpi` scales: measured on this machine, and what follows for more processes.

    pip install scipy
    bench/screening_ranks.py build/release/apps/keesom      # a keesom with MPI; some minutes

One process reads all poses, hands them out and writes the table, on a thread of its own beside the one it computes
on. What that thread and the computing take for a pose is read from /proc while two processes of one thread share a
screening. From both comes the rate of N processes with a core for each: a simulation of the hand-out, in which a
process computes a batch, waits until the first one looks (every millisecond), is served when those before it are,
looks itself every millisecond, and goes on. Below the table are rates that were measured: of as many processes as
this machine has cores, which the simulation should meet, and of more, which then share the cores.
"""
import argparse
import heapq
import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

from docked_poses import adenine_and_thymine, poses_about, xyz

BATCH = 512
SECONDS_BETWEEN_LOOKS = 1e-3
COPIES = {"thymine": 40, "water": 100}  # of a thousand poses
WATER = ["O 0.0 0.0 0.0", "H 0.96 0.0 0.0", "H -0.24 0.93 0.0"]


def processor_seconds(task):
    """Of a thread, or None once it is gone."""
    try:
        return int(Path(task, "schedstat").read_text().split()[0]) * 1e-9
    except OSError:
        return None


def threads_of_ranks(launcher):
    """For each rank whether it leads, and its threads, the one that owns it first."""
    found = []
    for child in Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split():
        threads = sorted(Path(f"/proc/{child}/task").iterdir(), key=lambda task: int(task.name))
        environment = Path(f"/proc/{child}/environ").read_bytes()
        found.append((b"OMPI_COMM_WORLD_RANK=0\0" in environment, threads))
    return found


def screening(keesom, folder, poses, ranks):
    (folder / "energies.csv.state").unlink(missing_ok=True)
    command = ["mpirun", "--quiet", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", str(ranks),
               keesom, "screen", "--mpi", "host.xyz", poses, "--force", "--out", "energies.csv"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL,
                            env={**os.environ, "OMP_NUM_THREADS": "1"})


def finish(launcher):
    if launcher.wait() != 0:
        raise SystemExit("mpirun failed")


def poses_done(folder):
    """None as long as it prepares what all poses have in common."""
    try:
        return json.loads((folder / "energies.csv.state").read_text())["poses"]
    except OSError:
        return None


def progress(launcher, folder):
    """How many poses are in the table, each time when that has changed, while it runs."""
    last = None
    while launcher.poll() is None:
        done = poses_done(folder)
        if done != last:
            last = done
            yield done
        time.sleep(0.01)


def seconds_of_a_batch(keesom, folder, poses, count):
    """(of the thread that hands out, of computing), of processor time."""
    launcher = screening(keesom, folder, poses, 2)
    samples = []
    for done in progress(launcher, folder):
        seconds = [(leads, [processor_seconds(task) for task in threads])
                   for leads, threads in threads_of_ranks(launcher)]
        if 0 < done < count and all(None not in of_threads for _, of_threads in seconds):
            leading = sum(of_threads[0] for leads, of_threads in seconds if leads)
            samples.append((done, leading, sum(sum(of_threads) for _, of_threads in seconds) - leading))
    finish(launcher)
    (first, leading, computing), (last, *ends) = samples[0], samples[-1]
    batches = (last - first) / BATCH
    return (ends[0] - leading) / batches, (ends[1] - computing) / batches


def rate(ranks, serving, computing):
    """Poses per second of so many processes."""
    draw = random.Random(1)
    def look():
        return draw.uniform(0.0, SECONDS_BETWEEN_LOOKS)
    arrivals = [computing * draw.random() for _ in range(ranks)]  # when a result is noticed
    heapq.heapify(arrivals)
    free, batches = 0.0, 200 * ranks
    for _ in range(batches):
        free = max(free, heapq.heappop(arrivals)) + serving
        heapq.heappush(arrivals, free + look() + computing + look())
    return batches * BATCH / free


def measured_rate(keesom, folder, poses, ranks):
    """From when it begins with poses until all are in the table."""
    launcher = screening(keesom, folder, poses, ranks)
    samples = [(done, time.monotonic()) for done in progress(launcher, folder)]
    finish(launcher)
    (first, start), (last, end) = samples[0], samples[-1]
    return (last - first) / (end - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keesom", type=os.path.abspath)
    keesom = parser.parse_args().keesom
    host, thymine = adenine_and_thymine()
    for name, guest in (("thymine", thymine), ("water", WATER)):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "host.xyz").write_text(xyz([host]))
            (folder / "poses.xyz").write_text(xyz(poses_about(host, guest, 1000)) * COPIES[name])
            serving, computing = seconds_of_a_batch(keesom, folder, "poses.xyz", 1000 * COPIES[name])
            print(f"\n{name}: of a pose {1e6 * serving / BATCH:.2f} us are handing out and writing, "
                  f"{1e6 * computing / BATCH:.1f} us computing\n")
            print("| processes | poses/s | of one, times the number |\n|---|---|---|")
            for ranks in (1, 2, 4, 8, 16, 32, 64, 128):
                poses = rate(ranks, serving, computing)
                print(f"| {ranks} | {poses:.0f} | {poses / (ranks * rate(1, serving, computing)):.2f} |")
            print("\nmeasured: " + ", ".join(f"{measured_rate(keesom, folder, 'poses.xyz', ranks):.0f}/s with {ranks}"
                                             for ranks in (1, 2, 4, 8, 16)), flush=True)


if __name__ == "__main__":
    main()
