"""The way down from a saddle: an exact polynomial curve of weights along which the loss falls, and how far.

Without decay and noise, from the proof of the classification (amg21, T1), in the inputs that the data show: E_k = A_k D_k
B_{k-1}, and the second variation is Q = 2 c (|sum_k E_k|^2 + 2 sum_{i>j} <G, A_i D_i M_ij D_j B_{j-1}>).

(a) An eigenvalue left out exceeds a selected one: rotate the two eigenvectors into each other, W_H -> O W_H, W_1 -> W_1 O'^T,
    with a skew matrix k of rational numbers near u_q u_s^T - u_s u_q^T and O' = 1 - b, b = S Z^T Sigma^+ k Z; that Q < 0 is
    checked exactly, and the numbers get longer until it holds.
(e) A pivot (i, j) is not tightened: B_{j-1} G^T A_i != 0 and M_ij has a vector eta with A_j eta = 0, M eta != 0 (or, mirrored,
    xi^T B_{i-1} = 0, xi^T M != 0). With D_j = eta v^T and D_i = s u (M eta)^T, E_j = 0 and Q = s^2 |E_i|^2 - 2 s b < 0.
(A) A non-strict saddle: rank F < d_p and G != 0 (Lu and Kawaguchi's Claim A). Let j be the largest with ker A_i != 0 for all i <=
    j. The weights W_k + t u_k v_k^T, u_k in ker A_k, v_k not orthogonal to u_{k-1} for k <= j, and, where A_{j+1} is injective,
    v_k orthogonal to the range of B_{k-1}, u_k not orthogonal to v_{k+1} for k > j + 1, have the same product for every t,
    and their gradient in W_{j+1} is a nonzero polynomial t^p N + ...: step back along t^p N as well.

With decay or noise: an exact negative direction of the Hessian (congruence), and at the origin of three layers or more with
fewer than two positive decays t in the layers without decay and t^H in the one with it, along rank one. At a double root of the
equation for one output the third derivative along the kernel of the Hessian, off the symmetries, is not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat, fmpq_poly

from dlnproof.errors import DisagreementError, UnsupportedError, bad
from dlnproof.landscape.classification import Kind
from dlnproof.landscape.descent_directions import (
    claim_a,
    flat_directions,
    loose_pivot_direction,
    negative_direction,
    rotation_directions,
)
from dlnproof.rings.rational import Rows, is_zero, to_fraction, to_rows

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

Move = list[fmpq_mat]
_HALVINGS = 400


@dataclass(frozen=True)
class Escape:
    """A curve w + sum_p t^p D_p of weights whose loss is L(w) - slope t^order + O(t^{order+1}), slope > 0.

    `directions` maps the power p to one matrix a layer; `step` is a rational t > 0 at which the loss has fallen by `drop` > 0,
    to `weights`; `method` says which construction found it. All numbers are exact.
    """

    directions: dict[int, list[Rows]]
    order: int
    slope: Fraction
    step: Fraction
    drop: Fraction
    weights: list[Rows]
    method: str

    @property
    def direction(self) -> list[Rows]:
        """The direction D of a straight way out, w + t D. Raises: UnsupportedError for a curve."""
        if list(self.directions) != [1]:
            rule = f"the way out is a curve with the powers {sorted(self.directions)} of t"
            raise UnsupportedError(f"escape_direction: {rule}; read its directions")
        return self.directions[1]

    def to_json(self) -> dict[str, Any]:
        """Return every field as JSON values, exact numbers as text."""
        return {
            "directions": {str(power): _text(move) for power, move in self.directions.items()},
            "order": self.order,
            "slope": str(self.slope),
            "step": str(self.step),
            "drop": str(self.drop),
            "weights": _text(self.weights),
            "method": self.method,
        }


def escape_from(problem: Problem, weights: Sequence[fmpq_mat]) -> Escape:
    """Return a way down from a saddle, its constructions tried in the order of the text above.

    Raises: InputError at a point that is not critical, or a minimum; UnsupportedError where the kind is undecided.
    """
    kind = problem.classify(weights)
    if not kind.is_critical:
        raise bad("weights", _shown(weights), "the gradient is not zero: not a saddle", "follow the negative gradient")
    if not kind.is_saddle:
        raise bad("weights", _shown(weights), f"a {kind.name} has no way down nearby", "give a saddle")
    for method, curve in _curves(problem, weights, kind.name):
        found = _measure(problem, weights, curve, method)
        if found is not None:
            return found
    raise DisagreementError(f"no construction leads down from a point classified as {kind.name} ({kind.reason})")


def _curves(problem: Problem, weights: Sequence[fmpq_mat], kind: str) -> Iterator[tuple[str, dict[int, Move]]]:
    """Yield curves with their names, the ones of the proof first."""
    if problem.is_plain:
        if kind == Kind.NON_STRICT_SADDLE:
            yield "same product, then the gradient (Claim A)", claim_a(problem, weights)
            return
        loose = loose_pivot_direction(problem, weights)
        if loose is not None:
            pivot, move = loose
            yield f"pivot {pivot} is not tightened", {1: move}
        for move in rotation_directions(problem, weights):
            yield "rotation of a selected eigenvector into a larger one left out", {1: move}
    elif kind == Kind.NON_STRICT_SADDLE:
        if all(is_zero(weight) for weight in weights):
            yield "rank one from the origin", _from_origin(problem)
            return
        for move in flat_directions(problem, weights):
            yield "a direction without curvature", {1: move}
        raise UnsupportedError(
            "escape_direction: no straight way down from this non-strict saddle with decay was found"
        )
    yield "negative direction of the Hessian", {1: negative_direction(problem, weights)}


def _from_origin(problem: Problem) -> dict[int, Move]:
    """Return rank-one weights along the largest entry of C: t in every layer, t^H in the layer with decay (if any)."""
    cross = problem.form.cross_moment
    entries = [(abs(cross[i, j]), i, j) for i in range(cross.nrows()) for j in range(cross.ncols())]
    _, row, column = max(entries, key=lambda entry: (entry[0], -entry[1], -entry[2]))
    depth = problem.layers
    curve: dict[int, Move] = {}
    for k, shape in enumerate(problem.shapes):
        power = depth if problem.form.decay[k] else 1
        move = curve.setdefault(power, [fmpq_mat(*size) for size in problem.shapes])
        sign = -1 if k == depth - 1 and cross[row, column] < 0 else 1
        move[k][row if k == depth - 1 else 0, column if k == 0 else 0] = sign
        assert move[k].nrows() == shape[0]
    return curve


def _measure(problem: Problem, weights: Sequence[fmpq_mat], curve: dict[int, Move], method: str) -> Escape | None:
    """Return the escape along the curve, or None where the loss does not fall at first."""

    def at(t: fmpq) -> list[fmpq_mat]:
        moved = list(weights)
        for power, move in curve.items():
            moved = [weight + change * t**power for weight, change in zip(moved, move, strict=True)]
        return moved

    start = problem.loss_number(weights)
    along = _interpolate(lambda t: problem.loss_number(at(t)) - start, 2 * sum(_degrees(curve, problem.layers)))
    order = next((k for k, coefficient in enumerate(along.coeffs()) if coefficient), None)
    if order is None or along[order] > 0:
        return None
    t = fmpq(1)
    for _ in range(_HALVINGS):
        if along(t) < 0:
            break
        t /= 2
    end = at(t)
    drop = start - problem.loss_number(end)
    if drop <= 0:
        raise DisagreementError("the loss along a curve is not the polynomial that interpolates it")
    directions = {power: [to_rows(matrix) for matrix in move] for power, move in curve.items()}
    fractions = (to_fraction(-along[order]), to_fraction(t), to_fraction(drop))
    return Escape(directions, order, *fractions, [to_rows(matrix) for matrix in end], method)


def _degrees(curve: dict[int, Move], layers: int) -> list[int]:
    """Return the degree in t of each layer along the curve."""
    return [max((power for power, move in curve.items() if any(move[k].entries())), default=0) for k in range(layers)]


def _interpolate(function: Callable[[fmpq], fmpq], degree: int) -> fmpq_poly:
    """Return the polynomial of at most that degree that has the values of `function` (Newton's divided differences)."""
    points = [fmpq(k) for k in range(degree + 1)]
    table = [function(point) for point in points]
    for step in range(1, degree + 1):
        for k in range(degree, step - 1, -1):
            table[k] = (table[k] - table[k - 1]) / (points[k] - points[k - step])
    result = fmpq_poly([table[degree]])
    for k in range(degree - 1, -1, -1):
        result = result * fmpq_poly([-points[k], 1]) + table[k]
    return result


def _shown(weights: Sequence[fmpq_mat]) -> list[list[list[str]]]:
    return _text([to_rows(weight) for weight in weights])


def _text(matrices: Sequence[Rows]) -> list[list[list[str]]]:
    return [[[str(entry) for entry in row] for row in matrix] for matrix in matrices]
