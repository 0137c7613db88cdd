"""Soundness, measured: random formulas, rewritten by true rules (to be proved) and broken by an edit (to be refuted).

Run as a program, `python tests/soundness.py 5000 --seed 1`, it prints the counts; the tests run a few hundred cases.
What is expected of a pair is what `formula_referee` finds at random matrices of sizes from 4 on.
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections import Counter

import formula_referee
from formula_edits import broken, rewritten
from formula_trees import SIZES, Source, assumptions, to_sympy

from dlnproof.checks.context import Context
from dlnproof.checks.equality import equality_evidence
from dlnproof.errors import UnsupportedError
from dlnproof.verdict import decide


class Case:
    """One pair of formulas: `true` says how it was made, `equal` what the referee finds, `verdict` what the engine says."""

    def __init__(self, seed, *, stated=False):
        source = Source(f"{seed}/{stated}", stated=stated)
        scalar = source.chance(0.5)
        rows, columns = source.dimension(), source.dimension()
        if source.chance(0.05):
            rows, columns, scalar = ("n", "m"), ("r", source.random.choice(SIZES)), False
        depth = source.random.randint(2, 4)
        self.seed = seed
        self.left = source.scalar(depth + 1) if scalar else source.matrix(rows, columns, depth)
        self.right = rewritten(self.left, source, source.random.randint(1, 6))
        self.true = source.chance(0.5)
        if not self.true:
            self.right = broken(self.right, source)
        self.equal = formula_referee.equal(self.left, self.right, seed)
        assert self.equal or not self.true, f"a rule of formula_edits is wrong: seed {seed}"

    def sides(self):
        """Return (left, right, assumptions) for the engine."""
        return to_sympy(self.left), to_sympy(self.right), assumptions(self.left, self.right)

    def judged(self):
        """Return the outcome: the verdict, "unsupported" or "crash".

        "trivial" is a pair that SymPy makes one expression, "no formula" one at which SymPy's own constructors raise.
        """
        try:
            left, right, assuming = self.sides()
        except (TypeError, ValueError, AttributeError):
            return "no formula"
        if left == right and self.equal:
            return "trivial"
        try:
            return str(decide(list(equality_evidence(left, right, assuming, Context(seed=0, seconds=60.0)))))
        except UnsupportedError:
            return "unsupported"
        except Exception:
            return "crash"

    def wrong(self, outcome):
        """Return whether the outcome is a wrong verdict or no verdict at all."""
        return outcome not in ("trivial", "no formula", "proved" if self.equal else "refuted")

    def told(self):
        left, right, assuming = self.sides()
        return (
            f"seed {self.seed} ({'equal' if self.equal else 'different'}):\n  {left}\n  {right}\n  assuming {assuming}"
        )


def run(seeds, *, stated=False):
    """Return (counts, failures) over the seeds."""
    counts, failures = Counter(), []
    for seed in seeds:
        case = Case(seed, stated=stated)
        outcome = case.judged()
        counts[("true" if case.true else "harmless edit" if case.equal else "broken", outcome)] += 1
        if case.wrong(outcome):
            failures.append((case, outcome))
    return counts, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stated", action="store_true", help="some sizes are the numbers 2 and 3")
    options = parser.parse_args()
    started = time.perf_counter()
    counts, failures = run(range(options.seed, options.seed + options.count), stated=options.stated)
    for (made, outcome), count in sorted(counts.items()):
        print(f"{made:14} {outcome:12} {count:6}")
    for case, outcome in failures[:40]:
        print(f"\n{outcome}: {case.told()}")
        if outcome == "crash":
            left, right, assuming = case.sides()
            try:
                list(equality_evidence(left, right, assuming, Context(seed=0, seconds=60.0)))
            except Exception:
                print(traceback.format_exc()[-900:])
    print(f"{options.count} cases, {len(failures)} not as expected, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
