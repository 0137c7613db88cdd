"""The formulas that every peer gets: the square loss of an H-layer net and its gradients, in symbols never used before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import count
from operator import mul
from typing import Any

import sympy
from sympy import Identity, MatrixSymbol, Symbol, Trace

_fresh = count()  # equal symbols would be found in SymPy's caches


@dataclass(frozen=True)
class Net:
    """A net with weights W_k: d_k x d_{k-1}, loss = 1/2 ||W_H ... W_1 X - Y||_F^2 and the gradient of every layer.

    `target` = Y, `residual` = W_H ... W_1 X - Y; `norm` is the single trace ||.||_F^2; `first_differential` = sum over k of
    tr(D_k^T G_k), in the `directions` D_k, says all gradients G_k at once.
    """

    weights: tuple[Any, ...]
    directions: tuple[Any, ...]
    target: Any
    residual: Any
    norm: Any
    loss: Any
    gradients: tuple[Any, ...]
    first_differential: Any


def make_net(layers: int, sizes: Sequence[int] | None = None, *, whitened: bool = False) -> Net:
    """Return a net of symbolic widths d_0, ..., d_H and m samples, or of the given widths (m = d_0); `whitened`: X = I."""
    tag = f"_{next(_fresh)}"
    d = sizes or [Symbol(f"d{k}{tag}", integer=True, positive=True) for k in range(layers + 1)]
    m = sizes[0] if sizes else Symbol(f"m{tag}", integer=True, positive=True)
    weights = tuple(MatrixSymbol(f"W{k}{tag}", d[k], d[k - 1]) for k in range(1, layers + 1))
    directions = tuple(MatrixSymbol(f"D{k}{tag}", *w.shape) for k, w in enumerate(weights, 1))
    data = Identity(d[0]) if whitened else MatrixSymbol(f"X{tag}", d[0], m)
    target = MatrixSymbol(f"Y{tag}", d[-1], m)
    residual = reduce(mul, reversed(weights)) * data - target
    gradients = []
    for k in range(layers):
        behind = reduce(mul, [w.T for w in weights[k + 1 :]]) * residual if k + 1 < layers else residual
        gradients.append(behind * reduce(mul, [data.T, *(w.T for w in weights[:k])]))
    terms = [Trace(direction.T * g) for direction, g in zip(directions, gradients, strict=True)]
    norm = Trace(residual.T * residual)
    return Net(weights, directions, target, residual, norm, norm / 2, tuple(gradients), sympy.Add(*terms))
