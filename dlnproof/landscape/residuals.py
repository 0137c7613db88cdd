"""The gradient at a certified point once more, in mpmath at two precisions: a look at the certificate by other code.

Only the definition of the loss is used, entry by entry. A residual that shrinks with the precision is that of a nearby
critical point as seen at the midpoints of its balls; it proves nothing, the certificate does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mpmath
from flint import arb, fmpq

from dlnproof.landscape.enclosure import Matrices
from dlnproof.landscape.variances import variances_of
from dlnproof.rings.rational import read_number

DIGITS = (30, 60)


def residuals(problem: Any, weights: Matrices, digits: Sequence[int] = DIGITS) -> dict[str, str]:
    """Return the largest absolute entry of the gradient at the midpoints of ball weights, for each number of digits."""
    found = {}
    for number in digits:
        with mpmath.mp.workdps(number):
            found[f"{number} digits"] = mpmath.nstr(_largest_slope(problem, weights), 3)
    return found


def _largest_slope(problem: Any, weights: Matrices) -> Any:
    """Return max |dL/dw| with the averaged loss of `noisy_enclosure`, at mpmath's current precision."""
    layers = [_read(weight.tolist()) for weight in weights]
    depth = len(layers)
    moment, cross = _read(problem.input_moment.tolist()), _read(problem.cross_moment.tolist())
    noise = [[_number(value) for value in layer] for layer in variances_of(problem)]
    scale = _number(read_number(problem.scale, "scale"))
    forward, below = [moment], [mpmath.eye(moment.rows)]
    for layer, variances in zip(layers, [*noise, []], strict=True):
        forward.append(_spread(layer * forward[-1] * layer.T, variances))
        below.append(layer * below[-1])
    backward, above = mpmath.eye(layers[-1].rows), mpmath.eye(layers[-1].rows)
    largest = mpmath.mpf(0)
    for k in range(depth - 1, -1, -1):
        decay = _number(read_number(problem.decay[k], "decay"))
        slope = 2 * scale * (backward * layers[k] * forward[k] - above.T * cross * below[k].T) + 2 * decay * layers[k]
        largest = max(largest, *(abs(value) for value in slope))
        above = above * layers[k]
        backward = _spread(layers[k].T * backward * layers[k], noise[k - 1]) if k else backward
    return largest


def _spread(matrix: Any, variances: Sequence[Any]) -> Any:
    for i, variance in enumerate(variances):
        matrix[i, i] *= 1 + variance
    return matrix


def _read(rows: Sequence[Sequence[Any]]) -> Any:
    return mpmath.matrix([[_number(entry) for entry in row] for row in rows])


def _number(value: Any) -> Any:
    if isinstance(value, arb):
        mantissa, exponent = value.mid().man_exp()
        return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))
    if isinstance(value, fmpq):
        return mpmath.mpf(int(value.p)) / int(value.q)
    return mpmath.mpf(value)
