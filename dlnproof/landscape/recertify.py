"""The referee of a certified point: the same facts again, by code and formulas other than those that found them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from dlnproof.errors import DisagreementError
from dlnproof.landscape.bordered import enclose_by_bordering
from dlnproof.landscape.certify import CertifiedPoint, Refusal, certify_stack
from dlnproof.landscape.classification import Classification, Kind
from dlnproof.landscape.enclosure import working_precision
from dlnproof.landscape.read_points import read_doubles
from dlnproof.landscape.reduction import reduce
from dlnproof.rings.rational import read_number, to_rows

Rows = list[list[Fraction]]


def recertify(point: CertifiedPoint, bits: int = 256) -> CertifiedPoint | Refusal:
    """Return `point` certified afresh by another road with `bits` bits, or a refusal.

    Balls: interval Newton on a bordered system with a random gauge, starting from the midpoints. A rational point:
    gradient, loss and the rank of its Hessian by plain Fraction arithmetic. Raises: DisagreementError when both roads
    succeed and contradict each other.
    """
    again = _recheck_exact(point, bits) if point.exact is not None else _recertify_balls(point, bits)
    if isinstance(again, CertifiedPoint) and (again.inertia != point.inertia or not again.loss.overlaps(point.loss)):
        raise DisagreementError(f"two certificates of one critical point disagree: {point!r} and {again!r}")
    return again


def _recertify_balls(point: CertifiedPoint, bits: int) -> CertifiedPoint | Refusal:
    reduction = reduce(point.problem)
    middle = np.concatenate([weight.ravel() for weight in read_doubles(reduction.widths, point.weights)])
    (again,) = certify_stack(reduction, middle[None], bits, enclose_by_bordering)
    return again


def _recheck_exact(point: CertifiedPoint, bits: int) -> CertifiedPoint | Refusal:
    """Check in Q that R S = C: the loss being convex in R, the point is then a global minimum."""
    problem, weights = point.problem, [to_rows(weight) for weight in point.exact or ()]
    moment, cross = to_rows(problem.input_moment), to_rows(problem.cross_moment)
    product = weights[0]
    for weight in weights[1:]:
        product = _times(weight, product)
    if _times(product, moment) != cross:
        return Refusal("R S = C does not hold exactly", float(point.loss), 0.0)
    if any(read_number(value, "decay") for value in problem.decay):
        return Refusal("an exact fit is no global minimum with decay", float(point.loss), 0.0)
    explained = Fraction(0)
    for row, other in zip(product, cross, strict=True):
        explained += sum((a * b for a, b in zip(row, other, strict=True)), Fraction(0))
    scale, output = read_number(problem.scale, "scale"), read_number(problem.output_moment, "output_moment")
    rank = _curved_directions(weights, moment)
    size = sum(len(weight) * len(weight[0]) for weight in weights)
    kind = Classification(Kind.GLOBAL_MINIMUM, (rank, 0, size - rank), "R S = C holds exactly", rank == size, True)
    with working_precision(bits):
        loss = arb(scale * (output - fmpq(explained.numerator, explained.denominator)))
    proof: dict[str, Any] = {"method": "R S = C in Q", "bits": bits, "displacement": 0.0, "radius": "0"}
    return CertifiedPoint(loss, point.weights, problem, (rank, 0, size - rank), kind, proof, point.exact)


def _curved_directions(weights: Sequence[Rows], moment: Rows) -> int:
    """Return the rank of D -> (sum_k A_k D_k B_{k-1}) S, which is the rank of the Hessian where R S = C."""
    columns = []
    for k, weight in enumerate(weights):
        for p in range(len(weight)):
            for q in range(len(weight[0])):
                image = [[Fraction(int((i, j) == (p, q))) for j in range(len(weight[0]))] for i in range(len(weight))]
                for lower in reversed(weights[:k]):
                    image = _times(image, lower)
                for upper in weights[k + 1 :]:
                    image = _times(upper, image)
                columns.append([fmpq(x.numerator, x.denominator) for row in _times(image, moment) for x in row])
    return int(fmpq_mat(columns).rank())


def _times(left: Rows, right: Rows) -> Rows:
    columns = list(zip(*right, strict=True))
    return [[sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in left]
