"""Krawczyk's test on a slice across the orbit of a local minimum, against the same test in other interval arithmetics.

dlnproof: `prove_contractions`, float64 midpoint-radius matrices: the Hessian over a box, Q_1^T H Q_1, its row sums, and
the independence of the symmetry fields. Peers get the same point, box and vectors and do less: Hessian over the box,
Q_1^T H Q_1 and its row sums only, in `mpmath.iv` at 53 bits (its own matrix type) and in Arb at 53 bits (python-flint's
matrices). All three must prove the contraction.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from clock import least_seconds, print_ratio  # first: it sets one thread before NumPy is imported

import mpmath  # isort: skip
import numpy as np
from flint import arb, arb_mat, ctx

from dlnproof.landscape.contraction import prove_contractions
from dlnproof.landscape.minimise import minimise
from dlnproof.landscape.noisy_enclosure import ball_net
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduction import reduce
from dlnproof.landscape.slices import Frame, propose_frames

BOX = 2.0**-40


def run() -> None:
    """Print the ratios."""
    print("Krawczyk's test at a local minimum with decay (existence, enclosure, inertia)")
    for width, peers in ((5, ("mpmath.iv", "Arb at 53 bits")), (10, ("Arb at 53 bits",))):
        problem = make_problem(width)
        reduction = reduce(problem)
        (descent,) = minimise(problem, 1)
        point = np.concatenate([weight.ravel() for weight in descent.weights])[None]
        (frame,) = propose_frames(reduction, point)
        assert isinstance(frame, Frame)
        assert prove_contractions(reduction, point, [frame])[0] is not None
        own = least_seconds(lambda: None, lambda _, r=reduction, p=point, f=frame: prove_contractions(r, p, [f]), 20)
        for peer in peers:
            test, goal = (test_in_iv, 400) if peer == "mpmath.iv" else (test_in_arb, 10)
            assert test(problem, point[0], frame) < 1
            given = (problem, point[0], frame)
            theirs = least_seconds(lambda g=given: g, lambda g, t=test: t(*g), 1 if peer == "mpmath.iv" else 3)
            print_ratio(f"{point.size} parameters", own, f"{peer} (goal {goal} x)", theirs)


def make_problem(width: int) -> Problem:
    """Return a two-layer problem of 2 width^2 parameters."""
    rng = np.random.default_rng(width)
    X, Y = rng.integers(-3, 4, (width, width + 3)), rng.integers(-3, 4, (width, width + 3))
    return Problem((width, width, width), X.tolist(), Y.tolist(), decay=Fraction(1, 4))


def test_in_arb(problem: Problem, point: Any, frame: Frame) -> float:
    """Return the contraction rate that balls of 53 bits prove."""
    with ctx.workprec(53):
        net = ball_net(problem)
        hessian = net.hessian(net.split([arb(value, BOX) for value in point.tolist()]))
        basis = arb_mat(frame.across.tolist())
        table = (basis.transpose() * hessian * basis).tolist()
        rates = []
        for i, row in enumerate(table):
            row[i] -= arb(float(frame.curvature[i]))
            rates.append(float((sum((abs(value) for value in row), arb(0)) / abs(float(frame.curvature[i]))).upper()))
        return max(rates)


def test_in_iv(problem: Problem, point: Any, frame: Frame) -> float:
    """Return the contraction rate that `mpmath.iv` proves; two layers, the Hessian written out."""
    iv = mpmath.iv
    d = problem.widths[0]
    box = [iv.mpf([value - BOX, value + BOX]) for value in point.tolist()]
    first = iv.matrix([box[i * d : i * d + d] for i in range(d)])
    second = iv.matrix([box[d * d + i * d : d * d + i * d + d] for i in range(d)])
    S = iv.matrix([[int(x.p) for x in row] for row in problem.input_moment.tolist()])
    C = iv.matrix([[int(x.p) for x in row] for row in problem.cross_moment.tolist()])
    inner = second * first * S - C
    outer, lower = second.T * second, first * S
    spread = lower * first.T
    decay = iv.mpf(problem.decay[0].numerator) / problem.decay[0].denominator
    size = 2 * d * d
    H = iv.matrix(size, size)
    for p in range(d):
        for q in range(d):
            for s in range(d):
                for t in range(d):
                    H[p * d + q, s * d + t] = outer[p, s] * S[q, t]
                    if p == s:
                        H[d * d + p * d + q, d * d + s * d + t] = spread[q, t]
                    # row of W_2 (p, q), column of W_1 (s, t): W_2[p, s] (W_1 S)[q, t] + G[p, t] [q = s]
                    value = second[p, s] * lower[q, t] + (inner[p, t] if q == s else 0)
                    H[d * d + p * d + q, s * d + t] = value
                    H[s * d + t, d * d + p * d + q] = value
    for i in range(size):
        H[i, i] += 2 * decay
    basis = iv.matrix(frame.across.tolist())
    table = basis.T * (H * basis)
    rates = []
    for i in range(table.rows):
        curvature = float(frame.curvature[i])
        total = sum(abs(table[i, j] - (curvature if i == j else 0)) for j in range(table.cols)) / abs(curvature)
        rates.append(float(mpmath.mpf(total.b)))
    return max(rates)


if __name__ == "__main__":
    run()
