"""Every pasted formula means what its plain form means; what has two readings is refused with the place or the reason."""

from __future__ import annotations

import pytest
from pasted_formulas import PASTED, REFUSED

import dlnproof as dp
from dlnproof.checks.statement import prepare
from dlnproof.language.parser.formulas import parse, parse_together


@pytest.mark.parametrize(("text", "plain"), PASTED)
def test_a_pasted_formula_means_its_plain_form(text, plain):
    left, right = parse_together([text, plain], equal=True).expressions
    assert prepare(left, right).holds


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_outside_the_language_is_refused_with_a_next_step(text):
    with pytest.raises(dp.DlnproofError) as caught:
        parse_together([text, text], equal=True)
    message = str(caught.value)
    assert any(words in message for words in ("; ", "write", "not supported yet"))
    assert "position" not in message or "^" in message.splitlines()[2]


# what once was read as something else, in silence
ONCE_MISREAD = [
    ("lambda_{1}*A", "lambda1"),  # was a product of six letters
    ("1e-3*tr(A)", "A"),  # was e - 3
    ("𝟙ᵀA", "A"),  # was a scalar 1
]


@pytest.mark.parametrize(("text", "name"), ONCE_MISREAD)
def test_a_name_or_number_stays_whole(text, name):
    formulas = parse_together([text])
    assert set(formulas.scalars) | set(formulas.matrices) == {name, "A"}


def test_a_name_that_looks_like_a_product_of_names_in_use_is_refused():
    with pytest.raises(dp.InputError, match=r"AB is read as one name: if a product is meant, write A\*B"):
        parse_together(["(AB)'", "B'*A'"], equal=True)
    assert parse("AB*C").args[0].name == "AB"


def test_a_greek_word_in_latex_is_not_a_product_of_letters():
    with pytest.raises(dp.InputError, match=r"write \\lambda"):
        parse(r"lambda \|W\|_F^2")
