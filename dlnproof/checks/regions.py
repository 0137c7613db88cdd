"""Which regions the instances visited: a count for each number of layers, structural fact, and kind of drawn point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from dlnproof.claims.assumptions import fitted_moment
from dlnproof.landscape.critical_point import CriticalPoint
from dlnproof.landscape.problem import Problem


class Regions:
    """Counts, over the problems seen, of layers, widths and structural facts."""

    def __init__(self) -> None:
        self._layers: Counter[int] = Counter()
        self._facts: Counter[str] = Counter()
        self._points: Counter[str] = Counter()
        self._least, self._largest = 0, 0

    def add(self, problem: Problem) -> None:
        """Count one problem."""
        self._layers[problem.layers] += 1
        self._facts.update(facts_of(problem))
        least, largest = min(problem.widths), max(problem.widths)
        self._least = min(self._least, least) if self._least else least
        self._largest = max(self._largest, largest)

    def add_point(self, point: CriticalPoint) -> None:
        """Count one exact critical point: its kind, and how it is made."""
        self._points[point.kind.name] += 1
        matrices = point.problem.read_weights(point.weights)
        ranks = [matrix.rank() for matrix in matrices]
        if not all(ranks):
            self._points["a zero layer"] += 1
        product = matrices[0]
        for matrix in matrices[1:]:
            product = matrix * product
        if max(ranks) > product.rank():
            self._points["layers of larger rank than the product"] += 1

    @property
    def empty(self) -> bool:
        """Whether no problem was counted."""
        return not self._layers

    @property
    def scope(self) -> str:
        """The layers and widths visited, in words: "layers 2-3, widths 1-3"."""
        return f"layers {_span(min(self._layers), max(self._layers))}, widths {_span(self._least, self._largest)}"

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        points = {"points": {key: self._points[key] for key in sorted(self._points)}} if self._points else {}
        return {
            "layers": {str(key): self._layers[key] for key in sorted(self._layers)},
            "widths": [self._least, self._largest],
            "structure": {key: self._facts[key] for key in sorted(self._facts)},
            **points,
        }


def _span(least: int, largest: int) -> str:
    return str(least) if least == largest else f"{least}-{largest}"


def facts_of(problem: Problem) -> Iterator[str]:
    """Yield the structural facts that hold for a problem, decided exactly from its second moments."""
    ends = min(problem.widths[0], problem.widths[-1])
    if problem.layers > 1:
        least = min(problem.widths[1:-1])
        yield "bottleneck" if least < ends else "no bottleneck"
    if problem.X_shape is not None and problem.X_shape[1] < problem.widths[0]:
        yield "m < d_0"
    rank = problem.input_moment.rank()
    if rank == 0:
        yield "X = 0"
    elif rank < problem.widths[0]:
        yield "X without full row rank"
    if problem.output_moment == 0:
        yield "Y = 0"
    elif problem.cross_moment.rank() == 0:
        yield "Y X^T = 0"
    elif problem.cross_moment.rank() < ends:
        yield "Y X^T without full rank"
    if rank:
        polynomial = fitted_moment(problem).charpoly()
        if polynomial.gcd(polynomial.derivative()).degree() > 0:
            yield "repeated eigenvalue of Sigma"
    if any(problem.decay):
        yield "decay in every layer" if all(problem.decay) else "decay in some layers"
        if len(set(problem.decay)) > 1:
            yield "different decays"
    else:
        yield "no decay"
    if any(problem.noise):
        yield "noise"
    if len(set(problem.widths)) > 1:
        yield "different widths"
