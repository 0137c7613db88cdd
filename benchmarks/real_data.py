"""Real data: the landscape of a table of 100,000 rows and 50 columns, exact, against float moments of the same file.

The table is drawn with a fixed seed and written to a temporary folder. Every figure is a fresh process; its peak resident
memory is the kernel's. The peer reads the file with `numpy.loadtxt` into float64 and forms moments and eigenvalues in
floating point: what one would do without exact numbers.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clock import print_ratio

CHECKOUT = Path(__file__).resolve().parent.parent
ROWS, COLUMNS, OUTPUTS = 100_000, 50, 3
INPUTS = COLUMNS - OUTPUTS
PEER = f"""
import sys, numpy as np
table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
X, Y = table[:, :{INPUTS}].T, table[:, {INPUTS}:].T
S, C = X @ X.T, Y @ X.T
print(np.linalg.eigvalsh(C @ np.linalg.solve(S, C.T)))
"""


def write_table(file: Path) -> None:
    """Write a table with factors common to all columns, six decimals, the last columns the targets."""
    import numpy as np

    rng = np.random.default_rng(20240)
    mixing = rng.standard_normal((12, COLUMNS))
    names = [f"x{place}" for place in range(1, INPUTS + 1)] + [f"y{place}" for place in range(1, OUTPUTS + 1)]
    with file.open("w", encoding="utf-8") as stream:
        stream.write(",".join(names) + "\n")
        for _ in range(10):
            part = rng.standard_normal((ROWS // 10, 12)) @ mixing + rng.standard_normal((ROWS // 10, COLUMNS))
            np.savetxt(stream, part, fmt="%.6f", delimiter=",")


def measure(folder: Path, *command: str) -> tuple[float, float]:
    """Return wall seconds and peak resident MiB of `python command`; a nonzero exit status is printed."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        print(f"  exit status {process.returncode}: {command[0][:40]}")
    return taken, _mebibytes(usage)


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def run() -> None:
    """Print seconds, peak memory and the ratio."""
    print(f"a table of {ROWS:,} rows and {COLUMNS} columns ({OUTPUTS} targets)")
    targets = ",".join(f"y{place}" for place in range(1, OUTPUTS + 1))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "table.csv")
        own = ("-m", "dlnproof.cli.main", "landscape", "table.csv", "--target", targets)
        command = (*own, "--widths", f"{INPUTS},2,{OUTPUTS}", "--json", "out.json", "--figure", "out.pdf")
        seconds, memory = min(measure(folder, *command) for _ in range(2))
        peer_seconds, peer_memory = min(measure(folder, "-c", PEER, "table.csv") for _ in range(2))
        print(f"  dlnproof landscape, exact: {seconds:.1f} s, {memory:.0f} MiB at most")
        print(f"  NumPy, floating point:     {peer_seconds:.1f} s, {peer_memory:.0f} MiB at most")
        print_ratio("landscape with JSON and figure", seconds, "numpy.loadtxt, float moments, eigvalsh", peer_seconds)


if __name__ == "__main__":
    run()
