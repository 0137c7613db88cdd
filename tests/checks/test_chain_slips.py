"""Formulas about chains that differ by a small slip: the slip is named."""

from __future__ import annotations

import pytest
import sympy
from known_layer_sums import D, E, H, S, W, gamma, i, share, square
from sympy import Trace

from dlnproof.checks.did_you_mean import did_you_mean
from dlnproof.errors import InputError
from dlnproof.language.from_sympy import Reader

d = sympy.Symbol("d", integer=True, positive=True)
RIGHT = S(Trace(E.T * share(i)), (i, 1, H))


@pytest.mark.parametrize(
    ("left", "wrong", "kind", "words"),
    [
        (S(square(W[i]), (i, 1, H)), S(square(W[i]), (i, 1, H - 1)), "range", "runs from 1 to H, not from 1 to H - 1"),
        (S(square(W[i]), (i, 1, H)), S(square(W[i]), (i, 2, H)), "range", "runs from 1 to H, not from 2 to H"),
        (RIGHT, 2 * RIGHT, "factor", "the factor 1/2 of"),
        (RIGHT, -RIGHT, "factor", "the sign of"),
        (S(gamma[i] * square(D[i]), (i, 1, H)), S(gamma[i + 1] * square(D[i]), (i, 1, H)), "index", "off by one"),
    ],
)
def test_a_slip_in_a_sum_over_layers_is_named(left, wrong, kind, words):
    suggestion = did_you_mean(left, wrong)
    assert suggestion is not None
    assert suggestion.kind == kind
    assert words in suggestion.words


def test_a_partial_product_that_does_not_fit_by_one_layer_is_named():
    with pytest.raises(InputError, match=r"W\.product\(H, i\).*is a layer index off by one\?"):
        Reader().read(W.product(H, i) * D[i])


def test_a_partial_product_of_square_layers_off_by_one_is_named():
    import dlnproof as dp

    U, G = dp.Chain("U", H, widths=d), dp.Chain("G", H, widths=d)
    right = S(U.product(H, i + 1) * G[i] * U.product(i - 1, 1), (i, 1, H))
    wrong = S(U.product(H, i) * G[i] * U.product(i - 1, 1), (i, 1, H))
    suggestion = did_you_mean(right, wrong)
    assert suggestion is not None
    assert suggestion.words == "the index of U.product(H, i) is off by one: write U.product(H, i + 1)"
