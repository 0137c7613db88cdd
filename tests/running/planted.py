"""Stand-ins for the engine: what each claim's label says is what its check does, planted faults included."""

from __future__ import annotations

import faulthandler
import importlib
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction

from dlnproof.errors import DisagreementError, UnsupportedError, bad
from dlnproof.verdict import Evidence, Finding

COUNTEREXAMPLE = {"sizes": {"n": 2}, "values": {"A": [["1", "0"], ["-3/4", "12"]]}, "left": [["1"]], "right": [["2"]]}


def proof(method, **more):
    return Evidence(method=method, finding=Finding.PROOF, outcome="equal", scope="all sizes", **more)


def counterexample(**more):
    return Evidence(
        method="integer search", finding=Finding.CONFIRMED, outcome="differs", counterexample=COUNTEREXAMPLE, **more
    )


def by_label(claim, context):
    """Behave as the part of the label before the first `-` says."""
    action = claim.label.partition("-")[0]
    if action == "proved":
        yield proof("canonical form")
        yield proof("evaluation mod p", details={"seed": context.seed})
    elif action == "half":
        yield proof("canonical form")
    elif action == "verified":
        yield Evidence(method="exact instances", finding=Finding.CERTIFIED, outcome="holds", scope="20 instances")
    elif action == "tested":
        yield Evidence(method="floating point", finding=Finding.AGREES, outcome="agrees", scope="20 samples")
    elif action == "refuted":
        yield counterexample()
    elif action == "conflict":
        yield proof("canonical form")
        yield counterexample()
    elif action == "steps":
        yield proof("canonical form", part="step 1")
        yield proof("evaluation mod p", part="step 1")
        yield counterexample(part="step 10")
        yield counterexample(part="step 2")
    elif action == "unsupported":
        raise UnsupportedError("DiagMatrix(v): not supported yet; write it entry by entry")
    elif action == "senseless":
        raise bad("W1", (2, 3), "shapes do not fit", "transpose one factor")
    elif action == "disagree":
        raise DisagreementError("canonical form says equal, evaluation mod p says different")
    elif action == "raise":
        yield proof("canonical form")
        raise ValueError("a defect\nwith a long tail")
    elif action == "exit":
        sys.exit(0)
    elif action == "silent":
        return
    elif action == "forever":
        yield proof("canonical form")
        while True:
            pass
    elif action == "foreverrefuted":
        yield counterexample()
        while True:
            pass
    elif action == "deaf":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                signal.pause()
            except BaseException:
                continue
    elif action == "flood":
        while True:
            yield proof("canonical form")
    elif action == "hoard":
        held = []
        while True:
            held.append(bytearray(16 << 20))
    elif action == "huge":
        yield proof("canonical form", details={"bytes": len(bytearray(1 << 44))})
    elif action == "segfault":
        faulthandler.disable()
        yield proof("canonical form")
        os.kill(os.getpid(), signal.SIGSEGV)
        signal.pause()
    elif action == "vanish":
        os._exit(7)
    elif action == "family":
        other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        yield proof("canonical form", details={"pid": other.pid})
        while True:
            pass
    elif action == "loud":
        print("noise on standard output", flush=True)
        os.write(1, b"more noise\n")
        os.write(2, b"noise on standard error\n" * 10_000)
        yield proof("canonical form")
        yield proof("evaluation mod p")
    elif action == "imports":
        sys.modules["a_module_of_the_user"] = sys
        importlib.import_module("dlnproof.claims.steps")
        yield proof("canonical form")
    elif action == "odd":
        yield proof("canonical form", details={"ratio": Fraction(1, 3)})
        yield proof("evaluation mod p")
    else:
        raise AssertionError(f"no such stand-in: {claim.label}")


def goes(pid, seconds=20.0):
    """Return whether process `pid` ends: a killed process needs a moment until the system has removed it."""
    limit = time.monotonic() + seconds
    while not gone(pid):
        if time.monotonic() > limit:
            return False
        os.sched_yield()
    return True


def gone(pid):
    """Return whether no process `pid` runs any more (a zombie that nobody collects counts as gone)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
