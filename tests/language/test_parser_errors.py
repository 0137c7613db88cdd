"""Formulas that cannot be read: the place, what was expected there, and what to do; sizes that do not fit."""

from __future__ import annotations

import pytest

import dlnproof as dp
from dlnproof.language.parser.declarations import declare
from dlnproof.language.parser.formulas import parse, parse_together

# (formula, position from 1, words of the message)
MISREAD = [
    ("W2**W1", 4, "a matrix, a number or an opening bracket is expected, not '*'"),
    ("A + ", 4, "expected, not the end of the formula"),
    ("A + * B", 5, "expected, not '*'"),
    ("tr(A", 3, "'(' is never closed"),
    ("A*(B + C", 3, "'(' is never closed"),
    ("(A + B] * C", 7, "']' does not close the '(' at position 1"),
    ("A + B)", 6, "')' closes nothing"),
    ("|A - B", 1, "'|' is never closed"),
    ("foo(A)", 1, "there is no function foo"),
    ("diga(u)*A", 1, "did you mean diag?"),
    ("1/2m*A", 4, "can be read in two ways"),
    ("A^x", 2, "an exponent is T, -1 or a whole number"),
    ("A^2^3", 4, "a power of a power can be read in two ways"),
    ("A .* B * C", 1, "beside another matrix can be read in two ways"),
    ("A .* B ⊗ C", 8, "two different products"),
    ("A $ B", 3, "'$' is not part of the language"),
    ("A / B", 5, "cannot divide by the matrix B"),
    ("kron(A)", 1, "kron takes 2 to 9 arguments, not 1"),
    ("tr(A, B)", 1, "tr takes 1 argument, not 2"),
    ("E[A]", 1, "the noise of this expectation has no name"),
    ("tr A*B", 1, "tr is a function"),
    ("2*det*A", 3, "det is a function"),
    ("E_x[|W*x|^2]", 1, "x is not said to be that"),
    ("ones(A + B)", 6, "a size is a name or a positive whole number"),
    ("diag(g*h)", 6, "is a scalar"),
    ("W'*W + lambda", 8, "cannot add the scalar lambda and W'*W"),
    (r"\sum_i A_i", 1, "write the terms out"),
    (r"\frac{1}{2", 9, "'{' is never closed"),
    (r"\frac{1}23 A", 9, "only the first digit belongs to the fraction"),
    (r"\frac10 A", 1, "division by zero"),
    (r"W_2 \nabla X", 5, "dlnproof grad"),
    (r"\sqrt[3]{g} A", 1, "only square roots are read"),
]


@pytest.mark.parametrize(("text", "position", "words"), MISREAD)
def test_the_message_names_the_place_and_what_was_expected(text, position, words):
    with pytest.raises(dp.InputError) as caught:
        parse(text)
    message = str(caught.value)
    first, shown, mark = message.split("\n")
    assert first.startswith(f"formula={text!r}: position {position}: ")
    assert words in first
    assert "; " in first
    assert shown == f"    {text}"
    assert mark == " " * (4 + position - 1) + "^"


# (formulas, declared shapes, message)
MISFITS = [
    ("W2*X", ["W2=n2,n1", "X=n0,m"], "cannot multiply W2 (n2 x n1) by X (n0 x m): n1 != n0; transpose one factor?"),
    ("A + B", ["A=n,m", "B=m,n"], "cannot add A (n x m) and B (m x n); transpose one of them?"),
    ("A .* B", ["A=n,m", "B=m,n"], "cannot multiply entry by entry A (n x m) and B (m x n)"),
    ("tr(A)", ["A=n,m"], "cannot take the trace of A (n x m), which is not square"),
    ("A^-1", ["A=n,m"], "cannot invert A (n x m), which is not square"),
]


@pytest.mark.parametrize(("text", "shapes", "message"), MISFITS)
def test_sizes_that_do_not_fit_are_told_in_the_words_of_the_formula(text, shapes, message):
    with pytest.raises(dp.InputError) as caught:
        parse(text, declare(shapes=shapes))
    assert message in str(caught.value)


ACCIDENTS = [
    ("W'*W + c", "the sizes fit only if W is a vector"),
    ("|Y - X*w|^2", "declare it with --vector Y"),
    ("|x|^2 + x^2", "the sizes fit only if the vector x has length 1"),
]


@pytest.mark.parametrize(("text", "words"), ACCIDENTS)
def test_a_claim_is_never_narrowed_to_vectors_in_silence(text, words):
    with pytest.raises(dp.InputError) as caught:
        parse(text)
    assert words in str(caught.value)


UNSUPPORTED = [r"\|A\|_2^2", "A^(1/2)", "sqrt(A)"]


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_what_the_engine_lacks_is_refused_and_not_guessed(text):
    with pytest.raises(dp.UnsupportedError) as caught:
        parse(text)
    assert "not supported yet" in str(caught.value)


COMPARED = [
    (("A", "tr(A)"), "cannot compare A ("),
    (("A*B", "B*A + lambda"), "cannot add the scalar"),
]


@pytest.mark.parametrize(("texts", "message"), COMPARED)
def test_formulas_of_different_shapes_are_not_compared(texts, message):
    with pytest.raises(dp.InputError) as caught:
        parse_together(texts, equal=True)
    assert message in str(caught.value)


DECLARED = [
    (lambda: declare(shapes=["W1"]), "--shape"),
    (lambda: declare(shapes=["W1=n,m,k"]), "--shape"),
    (lambda: declare(shapes=["W1=0,m"]), "--shape"),
    (lambda: declare(vectors=["u v"]), "--vector"),
    (lambda: declare(noise=["epsilon"]), "--noise"),
    (lambda: declare(vectors=["u"], scalars=["u"]), "--scalar"),
]


@pytest.mark.parametrize(("wrong", "option"), DECLARED)
def test_a_wrong_declaration_names_its_option(wrong, option):
    with pytest.raises(dp.InputError) as caught:
        wrong()
    assert str(caught.value).startswith(f"{option}=")


@pytest.mark.parametrize("text", ["", "   ", "A = B", "x" * 30_000, "(" * 100 + "A" + ")" * 100])
def test_no_formula_an_equation_and_monsters_are_refused(text):
    with pytest.raises(dp.InputError):
        parse(text)


@pytest.mark.parametrize("text", ["__import__('os').system('true')", "A.__class__", "lambda: 0", "exec(A)"])
def test_python_is_not_part_of_the_language(text):
    with pytest.raises(dp.DlnproofError):
        parse(text)
