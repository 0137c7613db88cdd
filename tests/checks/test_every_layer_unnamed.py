"""An equation for every layer binds a claim that names no layer too: an instance that breaks it refutes nothing."""

import asked
import pytest
from sympy import Eq, MatrixSymbol, Trace, symbols

import dlnproof as dp

n, H, k = symbols("n H k", integer=True, positive=True)
q = symbols("q", integer=True, nonnegative=True)
T, S = MatrixSymbol("T", n, n), MatrixSymbol("S", n, n)
W, V, G = dp.Chain("W", H, widths=n), dp.Chain("V", H, widths=n), dp.Chain("G", 3, widths=n)

TRUE = [
    ("a Gram matrix is symmetric", T, T.T, [dp.every(Eq(W[k].T * W[k], T), (k, 1, H))]),
    ("one value for all layers", S, T, [dp.every(Eq(W[k], T), (k, 1, H)), dp.every(Eq(W[k], S), (k, 1, H))]),
    ("layers of another chain", V[1], V[1].T, [dp.every(Eq(V[k], W[k].T * W[k]), (k, 1, H))]),
    ("a chain of stated depth", T, T.T, [dp.every(Eq(G[k].T * G[k], T), (k, 1, 3))]),
    ("powers, no layer at all", T * T.T, T.T * T, [dp.every(Eq(T.T * T**q, T**q * T.T, evaluate=False), (q, 0, H))]),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "assuming"), [case[1:] for case in TRUE], ids=[case[0] for case in TRUE])
def test_what_follows_for_every_layer_is_not_refuted(left, right, assuming):
    try:
        verdict = asked.identity(left, right, *assuming)
    except dp.UnsupportedError:
        verdict = "undecided"
    assert verdict in {"undecided", "proved"}


FALSE = [
    ("any matrix may be all layers", T, T.T, [dp.every(Eq(W[k], T), (k, 1, H))]),
    ("twice a Gram matrix", T, 2 * T.T, [dp.every(Eq(W[k].T * W[k], T), (k, 1, H))]),
    ("a trace", Trace(T), Trace(T * T), [dp.every(Eq(W[k], T), (k, 1, H))]),
]


@pytest.mark.parametrize(("left", "right", "assuming"), [case[1:] for case in FALSE], ids=[case[0] for case in FALSE])
def test_what_a_network_of_some_depth_breaks_is_refuted(left, right, assuming):
    assert asked.identity(left, right, *assuming) == "refuted"
