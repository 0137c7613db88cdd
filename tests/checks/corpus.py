"""A corpus of identities, true and false, as data: each true one stands with near misses of itself that are false.

`family` makes one true entry and one false entry per near miss. Sources name where the identity is printed: PMB is Petersen and
Pedersen, The Matrix Cookbook (2012); BER is Bernstein, Matrix Mathematics (2009); HJ is Horn and Johnson, Matrix Analysis.
"""

# ruff: noqa: E501, E741 (a table: one identity an entry)

from __future__ import annotations

from typing import Any, NamedTuple

import sympy
from sympy import Identity, MatrixSymbol, OneMatrix, Trace, ZeroMatrix, symbols


class Entry(NamedTuple):
    """`left = right` under assumptions, the verdict that is due, and where the identity is printed."""

    name: str
    left: Any
    right: Any
    assuming: tuple[Any, ...]
    verdict: str
    source: str


def family(name: str, left: Any, right: Any, *near_misses: Any, assuming: tuple[Any, ...] = (), source: str = "") -> list:
    """Return the true entry `left = right` and a false entry `left = miss` for every near miss of the right side."""
    entries = [Entry(name, left, right, tuple(assuming), "proved", source)]
    for number, miss in enumerate(near_misses, 1):
        entries.append(Entry(f"{name} [miss {number}]", left, miss, tuple(assuming), "refuted", source))
    return entries


def false(name: str, left: Any, right: Any, *assuming: Any, source: str = "") -> list:
    """Return a false entry that is no near miss of a true one."""
    return [Entry(name, left, right, tuple(assuming), "refuted", source)]


n, m, k, p, q, r = symbols("n m k p q r", integer=True, positive=True)
a, b, c, d, x, y, z = symbols("a b c d x y z", real=True)
g, h, lam, mu, t, eta = symbols("g h lambda mu t eta", positive=True)

A, B, C, D, E, F, G, H, K, L, P, R, S, T = (MatrixSymbol(name, n, n) for name in ["A", "B", "C", "D", "E", "F", "G", "H", "K", "L", "P", "R", "S", "T"])
M, N = MatrixSymbol("M", n, m), MatrixSymbol("N", n, m)  # n x m
U, V = MatrixSymbol("U", n, k), MatrixSymbol("V", n, k)  # n x k
X, Y = MatrixSymbol("X", n, m), MatrixSymbol("Y", p, m)
W = MatrixSymbol("W", p, n)
Am, Bm, Cm, Sm = (MatrixSymbol(name, m, m) for name in ("Am", "Bm", "Cm", "Sm"))
Ck, Dk = MatrixSymbol("Ck", k, k), MatrixSymbol("Dk", k, k)
u, v, w = (MatrixSymbol(name, n, 1) for name in "uvw")
I, O = Identity(n), ZeroMatrix(n, n)
Im, Ik, Ip = Identity(m), Identity(k), Identity(p)
one = OneMatrix(n, 1)


def tr(matrix: Any) -> Any:
    """Return the trace."""
    return Trace(matrix)


def inv(matrix: Any) -> Any:
    """Return the inverse."""
    return sympy.Inverse(matrix)


def dot(left: Any, right: Any) -> Any:
    """Return the inner product of two columns as a scalar."""
    return Trace(left.T * right)


def sq(matrix: Any) -> Any:
    """Return the squared Frobenius norm."""
    return Trace(matrix.T * matrix)


def com(left: Any, right: Any) -> Any:
    """Return the commutator."""
    return left * right - right * left
