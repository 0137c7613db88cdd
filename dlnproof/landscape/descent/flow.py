"""Gradient flow W_i' = -dL/dW_i from any start, enclosed by Taylor steps, and in closed form for two balanced layers.

Two layers from the identity and whitened inputs: Q = [W_1^T; W_2] satisfies (Q Q^T)' = F Q Q^T + Q Q^T F - (Q Q^T)^2 with
F = [[0, Phi^T], [Phi, 0]], a Riccati equation; its solution is e^(F t) Q_0 (I + Q_0^T int_0^t e^(2 F s) ds Q_0)^-1 Q_0^T e^(F t),
whose lower left block is W_2 W_1 (Fukumizu 1998, Effect of batch learning in multilayer neural networks, Theorem 2).

A Taylor step of order N and length h: the solution stays in a box B as soon as W(0) + [0, h] (-grad L)(B) lies inside B, and then
W(h) is within sum_{n < N} c_n h^n + c_N(B) h^N, c_n the Taylor coefficients at W(0), c_N(B) the N-th one at all points of B
(Moore 1966, Interval Analysis, section 11). Everything is done in balls; their width is what is left of rounding and remainder.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.descent.arithmetic import Balls, Loss, loss_in
from dlnproof.landscape.descent.precision import TooWideError, check_width, raised
from dlnproof.landscape.descent.trajectory import Trajectory
from dlnproof.landscape.problem import Problem, Weights
from dlnproof.rings.rational import identity, read_integer, read_matrix, read_number

_SHORTEST = fmpq(1, 1 << 24)
_MOST_STEPS = 20_000


def gradient_flow(
    problem: Problem, start: Weights, times: Sequence[Any], *, bits: int = 128, accuracy: int = 40
) -> Trajectory:
    """Return the weights of the gradient flow at the times 0, t_1 < t_2 < ..., enclosed in balls, by Taylor steps.

    Any data, any decay, any depth, no noise. `bits` is where the precision starts; it is raised until every entry is known to
    an absolute or relative error of 2^-accuracy. Raises: InputError for times that do not go up, UnsupportedError with noise
    and where the balls stay too wide.
    """
    wanted = [read_number(time, "times") for time in times]
    if any(later <= earlier for earlier, later in pairwise([fmpq(0), *wanted])):
        raise bad("times", list(times), "the times go up from 0", "sort them, and leave 0 out")
    precision, narrow = read_integer(bits, "bits", 32), read_integer(accuracy, "accuracy", 1)
    while True:
        try:
            path = _integrate(problem, problem.read_weights(start), wanted, precision, narrow)
            return Trajectory(problem, fmpq(0), precision, path)
        except TooWideError as found:
            precision = raised(precision, narrow, 2 * found.step, found.step)


def _integrate(
    problem: Problem, start: Sequence[fmpq_mat], times: Sequence[fmpq], bits: int, accuracy: int
) -> tuple[tuple[arb_mat, ...], ...]:
    arithmetic, order = Balls(bits), bits // 4
    with ctx.workprec(bits):
        loss = loss_in(problem.form, arithmetic)
        weights = [arithmetic.matrix(weight) for weight in start]
        path, now, length, taken = [tuple(weights)], fmpq(0), fmpq(1, 16), 0
        for time in times:
            while now < time:
                taken += 1
                if taken > _MOST_STEPS:
                    raise UnsupportedError(f"times={time}: more than {_MOST_STEPS} Taylor steps; ask for earlier times")
                reach = min(length, time - now)
                moved = _taylor_step(loss, weights, reach, order)
                if moved is None:
                    length = reach / 2
                    if length < _SHORTEST:
                        raise TooWideError(taken)
                    continue
                weights, now, length = moved, now + reach, max(length, reach * fmpq(5, 4))
                check_width(weights, accuracy, taken, _MOST_STEPS)
            path.append(tuple(weights))
    return tuple(path)


def two_layer_flow(target: Any, times: Sequence[Any], *, bits: int = 128) -> list[arb_mat]:
    """Return the end-to-end matrices A(t) of the flow of 1/2 ||W_2 W_1 - Phi||_F^2 from W_1 = W_2 = I, in closed form.

    `target` is Phi, d x d; one ball matrix for each time, 0 allowed. Source: Fukumizu (1998), Theorem 2.
    """
    exact = read_matrix(target, "target")
    size = exact.nrows()
    if exact.ncols() != size:
        raise bad(
            "target", f"{size} x {exact.ncols()}", "the flow from the identity needs a square target", "square it"
        )
    found = []
    with ctx.workprec(read_integer(bits, "bits", 32)):
        drift = fmpq_mat(2 * size, 2 * size)
        for i in range(size):
            for j in range(size):
                drift[i, size + j] = exact[j, i]
                drift[size + i, j] = exact[i, j]
        for time in times:
            t = read_number(time, "times")
            if t < 0:
                raise bad("times", time, "a time is at least 0", "leave it out")
            found.append(_riccati(drift, t, size))
    return found


def _riccati(drift: fmpq_mat, time: fmpq, size: int) -> arb_mat:
    whole = 2 * size
    grown = (arb_mat(drift) * arb(time)).exp()
    # the exponential of [[2 F, I], [0, 0]] t holds int_0^t e^(2 F s) ds in its upper right block, also for a singular F
    doubled = fmpq_mat(2 * whole, 2 * whole)
    for i in range(whole):
        for j in range(whole):
            doubled[i, j] = 2 * drift[i, j]
        doubled[i, whole + i] = fmpq(1)
    power = (arb_mat(doubled) * arb(time)).exp()
    integral = arb_mat([[power[i, whole + j] for j in range(whole)] for i in range(whole)])
    stacked = arb_mat([[int(i % size == j) for j in range(size)] for i in range(whole)])
    flat = stacked.transpose()
    inner = arb_mat(identity(size)) + flat * integral * stacked
    product = grown * stacked * inner.inv() * flat * grown.transpose()
    return arb_mat([[product[size + i, j] for j in range(size)] for i in range(size)])


def _taylor_step(loss: Loss, weights: Sequence[arb_mat], length: fmpq, order: int) -> list[arb_mat] | None:
    """Return an enclosure of the weights after a step, or None where no box holds the solution."""
    box = _enclosing_box(loss, weights, length)
    if box is None:
        return None
    step, negligible = arb(length), arb(2) ** (4 - ctx.prec)
    series = _coefficients(loss, weights, order - 1)
    remainder = _coefficients(loss, box, order)
    moved = []
    for terms, rest in zip(series, remainder, strict=True):
        value = rest[order] * step**order
        # a remainder above the rounding would be carried on, and grow, from step to step: rather a shorter step
        if not all(abs(entry) < negligible for entry in value.entries()):
            return None
        sums = terms[-1]
        for term in reversed(terms[:-1]):
            sums = sums * step + term
        moved.append(sums + value)
    return moved


def _enclosing_box(loss: Loss, weights: Sequence[arb_mat], length: fmpq) -> list[arb_mat] | None:
    reach = arb(length / 2, length / 2)  # [0, length]
    slopes = loss.gradient(weights, arb(-1))
    box = [_inflated(weight + slope * reach) for weight, slope in zip(weights, slopes, strict=True)]
    for _ in range(6):
        slopes = loss.gradient(box, arb(-1))
        image = [weight + slope * reach for weight, slope in zip(weights, slopes, strict=True)]
        if all(
            outer.contains(inner)
            for b, i in zip(box, image, strict=True)
            for outer, inner in zip(b.entries(), i.entries(), strict=True)
        ):
            return box
        box = [_inflated(part) for part in image]
    return None


def _inflated(matrix: arb_mat) -> arb_mat:
    rows, columns = matrix.nrows(), matrix.ncols()
    return arb_mat(
        [
            [arb(matrix[i, j].mid(), matrix[i, j].rad() * arb(1.25) + arb(2) ** -30) for j in range(columns)]
            for i in range(rows)
        ]
    )


def _coefficients(loss: Loss, weights: Sequence[arb_mat], order: int) -> list[list[arb_mat]]:
    """Return the Taylor coefficients 0..order of every layer of the flow that starts at the weights.

    Coefficient n + 1 is -(coefficient n of the gradient) / (n + 1); products of series are Cauchy products, and every partial
    product from below (`below`) and from the residual down (`pulled`) is a series that grows with n.
    """
    depth = len(weights)
    layers, turned = [[weight] for weight in weights], [[weight.transpose()] for weight in weights]
    below: list[list[arb_mat]] = [[] for _ in weights]  # (W_k ... W_1)^T
    pulled: list[list[arb_mat]] = [[] for _ in weights]  # (W_H ... W_{k+1})^T G
    for n in range(order):
        for k in range(depth):
            below[k].append(turned[0][n] if k == 0 else _cauchy(below[k - 1], turned[k], n))
        for k in range(depth - 1, -1, -1):
            top = k == depth - 1
            product = below[-1][n].transpose() if top else None
            pulled[k].append(_residual(loss, product, n) if top else _cauchy(turned[k + 1], pulled[k + 1], n))
        for k in range(depth):
            slope = pulled[k][n] if k == 0 else _cauchy(pulled[k], below[k - 1], n)
            decay = loss.decay[k]
            slope = slope if decay is None else slope + layers[k][n] * (decay * 2)
            layers[k].append(slope * (arb(-1) / (n + 1)))
            turned[k].append(layers[k][-1].transpose())
    return layers


def _residual(loss: Loss, product: Any, n: int) -> arb_mat:
    """Return coefficient n of G = 2 c (R S - C) from that of R."""
    seen = product if loss.moment is None else product * loss.moment
    inner: arb_mat = (seen - loss.cross if n == 0 else seen) * (loss.scale * 2)
    return inner


def _cauchy(left: Sequence[arb_mat], right: Sequence[arb_mat], n: int) -> arb_mat:
    result: arb_mat = left[0] * right[n]
    for i in range(1, n + 1):
        result = result + left[i] * right[n - i]
    return result
