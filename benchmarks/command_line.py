"""The command line as a user waits for it: the shipped catalogue from nothing and unchanged, `--help`, against bare imports.

Every figure is a fresh process in an empty folder, so there is no ledger but the one that the first run wrote. The peer of
`--help` and of the unchanged run is `python -c "import sympy"`, the least that any tool built on SymPy takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clock import print_ratio

CHECKOUT = Path(__file__).resolve().parent.parent
JOBS = 2


def seconds(folder: Path, *command: str) -> float:
    """Return the wall time of `python command` in the folder; a nonzero exit status is printed."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    taken = time.perf_counter() - started
    if done.returncode:
        print(f"  exit status {done.returncode}: {' '.join(command)}")
    return taken


def run() -> None:
    """Print the times and the ratios."""
    dlnproof = ("-m", "dlnproof.cli.main")
    check = (*dlnproof, "check", "--jobs", str(JOBS))
    print(f"the command line on the shipped catalogue, {JOBS} worker processes")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds(folder, "-c", "import sympy")  # the files are in the disk cache
        bare = min(seconds(folder, "-c", "import sympy") for _ in range(3))
        print(f"  check from nothing: {seconds(folder, *check):.1f} s")
        unchanged = min(seconds(folder, *check) for _ in range(3))
        print_ratio("check, nothing changed", unchanged, 'python -c "import sympy"', bare)
        print_ratio(
            "--help", min(seconds(folder, *dlnproof, "--help") for _ in range(3)), 'python -c "import sympy"', bare
        )


if __name__ == "__main__":
    run()
