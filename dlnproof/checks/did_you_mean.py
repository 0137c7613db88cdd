"""When two formulas differ: the smallest edit of the second that makes them equal, said in words.

Residues modulo a prime sort out the edits that do not help; the one that is named has been proved equal for all sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import sympy

from dlnproof.checks.chain_edits import chain_slip
from dlnproof.checks.edits import TIERS, Alphabet, Edit, edits, is_matrix
from dlnproof.checks.generic_sizes import draw, sizes_with_values
from dlnproof.checks.modular import modular_evidence
from dlnproof.checks.statement import Statement, prepare
from dlnproof.errors import DlnproofError
from dlnproof.language.evaluate import Evaluator
from dlnproof.language.expectation import MatrixExpectation, ScalarExpectation
from dlnproof.language.printing.expression import to_sympy
from dlnproof.language.printing.text import to_text
from dlnproof.rings.matrices import NotExactError
from dlnproof.rings.prime_field import PrimeField
from dlnproof.verdict import Finding

SECONDS = 3.0
_LONGEST_MISSING_TERM = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The corrected right-hand side and what was wrong with it, in words."""

    formula: Any
    words: str
    kind: str

    def to_json(self) -> dict[str, str]:
        """Return the suggestion for the details of an evidence."""
        return {"words": self.words, "formula": _told(self.formula), "slip": self.kind}


def did_you_mean(left: Any, right: Any, assuming: Iterable[Any] = (), *, seconds: float = SECONDS) -> Suggestion | None:
    """Return the smallest edit of `right` that makes `left = right` true for all sizes, or None when none was found.

    Edits: a factor 2, 1/2 or -1, a transpose; then other factors, sizes, letters, neighbours, terms, layer indices; then
    exponents and scalars; last a term that is missing. Nothing is suggested that both exact roads have not confirmed.
    """
    assuming = tuple(assuming)
    ends = perf_counter() + seconds
    if (slip := chain_slip(left, right, assuming, seconds)) is not None:
        return Suggestion(*slip)
    try:
        statement = prepare(left, right, assuming)
        if statement.holds:
            return None
        helps = _filter(statement)
    except DlnproofError:
        return None
    alphabet = _alphabet(statement)
    for tier in TIERS:
        for edit in edits(statement.right, alphabet, tier):
            if perf_counter() > ends:
                return None
            if helps(edit.formula) and _confirmed(statement.left, edit.formula, assuming):
                return Suggestion(edit.formula, _words(edit), edit.kind)
    return _missing_term(statement, assuming)


def _alphabet(statement: Statement) -> Alphabet:
    vocabulary = statement.reader.vocabulary
    sizes = [symbol for symbol in vocabulary.scalars.values() if symbol.is_integer and symbol.is_positive]
    scalars = [symbol for symbol in vocabulary.scalars.values() if symbol not in sizes]
    matrices = [symbol for name, symbol in vocabulary.letters.items() if name not in vocabulary.bound]
    return Alphabet(sorted(matrices, key=str), sorted(scalars, key=str), sorted(sizes, key=str))


def _filter(statement: Statement) -> Callable[[Any], bool]:
    """Return a quick test that every edit which helps passes: equal residues at one random point of generic sizes."""
    averaged = statement.left.has(ScalarExpectation, MatrixExpectation) or statement.right.has(
        ScalarExpectation, MatrixExpectation
    )
    if statement.has_chain or statement.certified_by_uses or averaged:
        return lambda formula: True  # noqa: ARG005
    field = PrimeField()
    values = draw(statement, field, sizes_with_values(statement, field, 0), 1)
    evaluator = Evaluator(field, values)
    wanted = _rows(evaluator, statement.left)

    def agrees(formula: Any) -> bool:
        try:
            return _rows(evaluator, formula) == wanted
        except (NotExactError, ZeroDivisionError, DlnproofError):
            return False

    return agrees


def _rows(evaluator: Evaluator, formula: Any) -> list[list[int]]:
    value = evaluator.evaluate(formula)
    rows = evaluator.ring.rows(value) if is_matrix(formula) else [[value]]
    return [[int(entry) for entry in row] for row in rows]


def _confirmed(left: Any, formula: Any, assuming: tuple[Any, ...]) -> bool:
    try:
        statement = prepare(left, formula, assuming)
        if not statement.holds:
            return False
        return statement.has_chain or modular_evidence(statement, 0).finding is Finding.PROOF
    except DlnproofError:
        return False


def _missing_term(statement: Statement, assuming: tuple[Any, ...]) -> Suggestion | None:
    """Return the right side with a term added, or with one of its terms replaced, where that is short."""
    difference = statement.left_form - statement.right_form
    if not 0 < len(difference.terms) <= _LONGEST_MISSING_TERM or len(difference.terms) >= len(
        statement.left_form.terms
    ):
        return None
    shape = statement.left.shape if is_matrix(statement.left) else None
    right, reader = statement.right, statement.reader
    terms = right.args if isinstance(right, sympy.Add | sympy.MatAdd) else ()
    try:
        if len(difference.terms) > 1:
            for term in terms:
                instead = reader.read(term) + difference
                if len(instead.terms) <= _LONGEST_MISSING_TERM:
                    new = to_sympy(instead, reader, shape)
                    words = f"{_told(term)} stands where {_told(new)} is needed"
                    return _checked(
                        statement, right - term + new, f"{words}: write {_told(new)}", "wrong term", assuming
                    )
        term = to_sympy(difference, reader, shape)
    except DlnproofError:
        return None
    formula = right + term
    words = f"the term {_told(term)} is missing: write {_told(formula)}"
    return _checked(statement, formula, words, "missing term", assuming)


def _checked(statement: Statement, formula: Any, words: str, kind: str, assuming: tuple[Any, ...]) -> Suggestion | None:
    return Suggestion(formula, words, kind) if _confirmed(statement.left, formula, assuming) else None


def _words(edit: Edit) -> str:
    old, new = _told(edit.old), _told(edit.new)
    if edit.kind == "factor":
        return _words_of_factor(edit, old, new)
    if edit.kind == "transpose":
        bare = isinstance(edit.old, sympy.Transpose)
        return f"the transpose of {new if bare else old} is {'too much' if bare else 'missing'}: write {new}"
    return {
        "letter": f"{old} stands where {new} is needed: write {new}",
        "swap": f"the factors of {old} are exchanged: write {new}",
        "order": f"the factors of {old} stand in the wrong order: write {new}",
        "extra factor": f"the factor {old} is too much: write {new}",
        "missing factor": f"a factor {old} is missing: write {new}",
        "extra term": f"the term {old} is too much: write {new}",
        "entrywise": f"{old} is an entrywise product where a matrix product is needed: write {new}",
        "exponent": f"the exponent of {old} is wrong: write {new}",
        "index": f"the index of {old} is off by one: write {new}",
    }[edit.kind]


def _words_of_factor(edit: Edit, old: str, new: str) -> str:
    factor = _ratio(edit)
    if factor == -1:
        return f"the sign of {old} is wrong: write {new}"
    numerator, denominator = factor.as_numer_denom()
    if denominator != 1 and numerator in (1, -1) and not _divides_visibly(edit, denominator):
        return f"the factor {factor} of {old} is missing: write {new}"
    if denominator != 1 and numerator in (1, -1):
        sign = " and its sign is wrong" if numerator == -1 else ""
        return f"the factor {denominator} of {old} is too much{sign}: write {new}"
    return f"the factor {factor} of {old} is missing: write {new}"


def _ratio(edit: Edit) -> Any:
    old, new = (_coefficient(side) for side in (edit.old, edit.new))
    return sympy.cancel(new / old)


def _coefficient(side: Any) -> Any:
    if isinstance(side, sympy.MatMul):
        return side.as_coeff_matrices()[0]
    return sympy.Integer(1) if is_matrix(side) else side


def _divides_visibly(edit: Edit, denominator: Any) -> bool:
    """Return whether the written coefficient contains the factor that is too much."""
    coefficient = _coefficient(edit.old)
    if denominator.is_Integer:
        number = coefficient.as_coeff_Mul()[0] if isinstance(coefficient, sympy.Expr) else coefficient
        return bool(number.is_Rational and number.p % denominator == 0)
    return denominator in sympy.Mul.make_args(coefficient)


def _told(expression: Any) -> str:
    try:
        return to_text(expression)
    except DlnproofError:
        return str(expression)
