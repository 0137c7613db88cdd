"""Inertia and kind of an exact critical point of 12 parameters (2, 2, 2, 2), against SymPy.

dlnproof: gradient, Hessian, characteristic polynomial and pivots in python-flint, from nested lists of Fractions. Peer: SymPy's
Hessian of the loss in symbols (not timed), substituted at the point, then its characteristic polynomial.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import sympy

from clock import least_seconds, print_ratio
from dlnproof.landscape.critical_point import sample_in_stratum
from dlnproof.landscape.problem import Problem

WIDTHS = (2, 2, 2, 2)
Given = tuple[Problem, list[list[list[Fraction]]]]


def make() -> Given:
    """Return a fresh problem, nothing of it known yet, and a strict saddle of it in random bases."""
    problem = Problem(WIDTHS, [[1, 0], [0, 1]], [[2, 1], [0, 1]])
    point = sample_in_stratum(problem, problem.strata()[0], "strict saddle", Random(4))
    return Problem(WIDTHS, [[1, 0], [0, 1]], [[2, 1], [0, 1]]), list(point.weights)


def classify(given: Given) -> object:
    """Return the kind and the inertia of the point."""
    problem, weights = given
    kind = problem.classify(weights)
    assert kind.name == "strict saddle"
    return kind.inertia


@cache
def symbolic_hessian() -> tuple[Any, tuple[Any, ...]]:
    """Return SymPy's Hessian of the loss in symbols, and the symbols; not part of the time."""
    symbols = sympy.symbols("w0:12")
    layers = [sympy.Matrix(2, 2, symbols[4 * k : 4 * k + 4]) for k in range(3)]
    residual = layers[2] * layers[1] * layers[0] - sympy.Matrix([[2, 1], [0, 1]])
    loss = sum(entry**2 for entry in residual) / 2
    return sympy.hessian(loss, symbols), symbols


def by_sympy(given: Given) -> object:
    """Return the characteristic polynomial of the substituted Hessian, from which the inertia is read off."""
    hessian, symbols = symbolic_hessian()
    entries = [sympy.Rational(x) for layer in given[1] for row in layer for x in row]
    x = sympy.Symbol("x")
    return hessian.subs(dict(zip(symbols, entries, strict=True))).charpoly(x)


def run() -> None:
    """Print the ratio."""
    print("kind and inertia of an exact critical point of 12 parameters")
    symbolic_hessian()
    own = least_seconds(make, classify, 20)
    print_ratio("classified", own, "sympy: Hessian at the point and its charpoly", least_seconds(make, by_sympy, 2))


if __name__ == "__main__":
    run()
