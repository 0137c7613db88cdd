"""Gradient flow from the identity toward a normal target of size 1 or 2: it acts on each eigenvalue z of Phi by itself.

The eigenvalue a(t) of A(t) runs along the segment from 1 to z, a' = L |a|^(2 - 2/L) (z - a). For real z = lambda, a = theta^L,
the time is elementary: t(theta) = int_1^theta dx / (x^(L-1) (lambda - x^L)) is, with the L-th roots r_k of lambda,
    (int_1^theta x^(1-L) dx - sum_k r_k^(2-L)/L log((theta - r_k)/(1 - r_k))) / lambda.
For complex z, a = z + e^(-v) (1 - z), the time is t(v) = 1/L int_0^v |z + e^(-w) (1 - z)|^(2/L - 2) dw, which Arb integrates
with an error bound. Both are inverted by comparisons that are certain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import acb, arb, arb_mat, ctx, fmpq, fmpq_mat

from dlnproof.errors import bad
from dlnproof.rings.rational import identity, read_integer, read_matrix, read_number

_SPARE = 32  # bits of the computation beyond those of the result
_COARSE = 8  # halvings before Newton's method


def normal_flow(target: Any, layers: int, times: Sequence[Any], *, bits: int = 128) -> list[arb_mat]:
    """Return balls around the end-to-end matrices A(t) of the flow of 1/2 ||W_L ... W_1 - Phi||_F^2 from W_i = I.

    `target` is Phi, 1 x 1, or normal 2 x 2: symmetric, or a rotation times a number; times are at least 0.
    Raises: InputError for another target, or a negative time. Source: Bartlett, Helmbold and Long (2018), sections 3 and 4.
    """
    exact, depth = read_matrix(target, "target"), read_integer(layers, "layers", 1)
    size = exact.nrows()
    if size > 2 or exact.ncols() != size or exact * exact.transpose() != exact.transpose() * exact:
        raise bad("target", target, "the closed form needs a normal target of size 1 or 2", "use gradient_flow")
    wanted = [read_number(time, "times") for time in times]
    if any(time < 0 for time in wanted):
        raise bad("times", list(times), "a time is at least 0", "leave it out")
    with ctx.workprec(read_integer(bits, "bits", 32) + _SPARE):
        return [_product(exact, depth, time) for time in wanted]


def _product(target: fmpq_mat, layers: int, time: fmpq) -> arb_mat:
    """Return A(t), the function z -> a(t) of the normal target."""
    if target.nrows() == 1:
        return arb_mat([[_real(arb(target[0, 0]), layers, time)]])
    mean = (target[0, 0] + target[1, 1]) / 2
    rest = target - identity(2) * mean
    if target[0, 1] != target[1, 0]:
        turn = target[1, 0]
        left = _remainder(mean, turn, layers, time)  # a = z + left (1 - z)
        return arb_mat(target) + arb_mat(identity(2) - target) * left
    square = -rest.det()
    if square == 0:
        return arb_mat(identity(2)) * _real(arb(mean), layers, time)
    spread = arb(square).sqrt()
    high, low = (_real(mean + sign * spread, layers, time) for sign in (1, -1))
    return arb_mat(identity(2)) * ((high + low) / 2) + arb_mat(rest) * ((high - low) / (2 * spread))


def _real(value: arb, layers: int, time: fmpq) -> arb:
    """Return a(t) for a real eigenvalue."""
    if time == 0 or value == 1:
        return arb(1)
    if layers == 1:
        return value + (1 - value) * (-arb(time)).exp()
    if value == 0:
        return (1 + 2 * (layers - 1) * arb(time)) ** (-arb(layers) / (2 * layers - 2))
    if not (value > 0 or value < 0):  # an irrational eigenvalue that is 0 would have a zero determinant: more bits tell
        return (value.min(arb(0))).union(arb(1)).union(value.max(arb(1)))
    end = value.root(layers) if value > 0 else arb(0)
    turn, size = int(value < 0), abs(value).root(layers)
    roots = [acb((2 * k + turn) * arb(1) / layers).exp_pi_i() * size for k in range(layers)]

    def passed(theta: arb) -> arb:
        total = acb(theta.log() if layers == 2 else (theta ** (2 - layers) - 1) / (2 - layers))
        for root in roots:
            total -= root ** (2 - layers) / layers * ((theta - root) / (1 - root)).log()
        return (total.real) / value

    theta = _inverse(passed, arb(1), end, time, ctx.prec)
    return arb(theta**layers)


def _remainder(real: fmpq, imaginary: fmpq, layers: int, time: fmpq) -> arb:
    """Return e^(-v(t)) for the eigenvalue real + i imaginary."""
    x, y = acb(real), acb(imaginary)

    def speed(w: acb, analytic: bool) -> acb:
        left = (-w).exp()
        square = (x + left * (1 - x)) ** 2 + (y - left * y) ** 2
        return square.pow(acb(fmpq(1, layers) - 1), analytic=analytic) / layers

    def passed(v: arb) -> arb:
        return acb.integral(speed, acb(0), acb(v)).real

    start, end = arb(0), arb(1)
    while not passed(end) > time:
        start, end = end, 2 * end
    guess = _inverse(passed, start, end, time, _COARSE).mid()
    for _ in range(ctx.prec.bit_length()):  # Newton doubles the digits
        guess = (guess - (passed(guess) - time) / speed(acb(guess), analytic=False).real).mid()
    reach = arb(2) ** (8 - ctx.prec)
    while reach < 1:
        early, late = (guess - reach).lower(), (guess + reach).upper()
        if passed(early) < time < passed(late):
            start, end = early, late
            break
        reach *= 16
    return (-start.union(end)).exp()


def _inverse(passed: Callable[[arb], arb], start: arb, end: arb, time: fmpq, halvings: int) -> arb:
    """Return a ball around the place between start and end, at either of which it may lie, that is passed at this time."""
    early, late = start, end
    for _ in range(halvings):
        middle = ((early + late) / 2).mid()
        reached = passed(middle)
        if reached < time:
            early = middle
        elif reached > time:
            late = middle
        else:
            break
    return early.union(late)
