"""Formulas from the keyboard: 1,000 comparisons from text in one process, and `dlnproof grad` as a fresh process.

Every comparison reads two formulas of its own (widths and factors differ), decides them for all sizes on two roads or finds a
counterexample; half of them are slips, for which the smallest edit is searched too. The peer of `grad` is a bare import.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from clock import print_ratio
from dlnproof.checks.compare import compare
from dlnproof.language.parser.formulas import parse_together
from dlnproof.verdict import Verdict

CHECKOUT = Path(__file__).resolve().parent.parent
COUNT = 1_000
LOSS = "1/2*|W2*W1*X - Y|^2 + g*|W1|^2"
PAIRS = (
    ("|A + {k}*B|^2", "|A|^2 + {2k}*tr(A'*B) + {kk}*|B|^2", "|A|^2 + {k}*tr(A'*B) + {kk}*|B|^2"),
    ("W2'*(W2*W1*X - {k}*Y)*X'", "W2'*W2*W1*X*X' - {k}*W2'*Y*X'", "W2'*W2*W1*X*X' + {k}*W2'*Y*X'"),
    ("tr(A*B*C)/{k}", "tr(C*A*B)/{k}", "tr(B*A*C)/{k}"),
    ("(u'*diag(e)*W*x)^2/{k}", "(x'*W'*(u .* e))^2/{k}", "(x'*W'*(u .* u))^2/{k}"),
    ("(A .* B)'*({k}*v)", "{k}*(A' .* B')*v", "(A' .* B')*v"),
)


def compare_text(left: str, right: str, *, suggest: bool) -> Verdict:
    """Return the verdict on two formulas given as text."""
    formulas = parse_together([left, right], equal=True)
    return compare(*formulas.expressions, suggest=suggest).verdict


def filled(template: str, k: int) -> str:
    """Return the formula with its numbers."""
    return template.replace("{2k}", str(2 * k)).replace("{kk}", str(k * k)).replace("{k}", str(k))


def comparisons(*, suggest: bool) -> float:
    """Return the seconds of 1,000 comparisons; a wrong verdict ends the benchmark."""
    started = time.perf_counter()
    for number in range(COUNT):
        left, right, slip = PAIRS[number % len(PAIRS)]
        k = 2 + number // (2 * len(PAIRS))
        is_slip = number % (2 * len(PAIRS)) >= len(PAIRS)
        verdict = compare_text(filled(left, k), filled(slip if is_slip else right, k), suggest=suggest)
        if verdict is not (Verdict.REFUTED if is_slip else Verdict.PROVED):
            raise SystemExit(
                f"wrong verdict {verdict} on {filled(left, k)} and {filled(slip if is_slip else right, k)}"
            )
    return time.perf_counter() - started


def seconds(*command: str) -> float:
    """Return the wall time of `python command`; a command that fails ends the benchmark."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    started = time.perf_counter()
    subprocess.run([sys.executable, *command], env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def run() -> None:
    """Print the times and the ratio."""
    print("formulas from text")
    plain, suggesting = comparisons(suggest=False), comparisons(suggest=True)
    print(f"  {COUNT} comparisons, half of them slips: {plain:.1f} s; with did-you-mean: {suggesting:.1f} s")
    grad = ("-c", "from dlnproof.cli.main import run; run()", "grad", LOSS, "--wrt", "W1")  # what the command does
    seconds(*grad)
    bare = min(seconds("-c", "import sympy") for _ in range(5))
    print_ratio("dlnproof grad, fresh process", min(seconds(*grad) for _ in range(5)), 'python -c "import sympy"', bare)


if __name__ == "__main__":
    run()
