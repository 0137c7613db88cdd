"""When two formulas differ: the smallest edit of the second that makes them equal, said in words.

Residues modulo a prime sort out the edits that do not help; the one that is named has been proved equal for all sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix

from dlnproof.checks.chain_edits import chain_slip
from dlnproof.checks.edit_filter import edit_filter
from dlnproof.checks.edits import TIERS, Alphabet, Edit, edits, is_matrix
from dlnproof.checks.modular import modular_evidence
from dlnproof.checks.rewriting import Effort
from dlnproof.checks.slip_words import told, words_of
from dlnproof.checks.statement import Statement, prepare
from dlnproof.errors import DlnproofError
from dlnproof.language.printing.expression import to_sympy
from dlnproof.language.printing.recognise import structure
from dlnproof.verdict import Finding

# counted, not timed: what is suggested does not depend on how busy the machine is
_CANDIDATES = 3000
_FEWEST = 150
_LONGEST = 80
_NODES = 60_000  # of all candidates together: a long formula gets fewer
_CONFIRMATIONS = 120
_LONGEST_MISSING_TERM = 2
_NOT_BUILT = (
    TypeError,
    ValueError,
    AttributeError,
    NotImplementedError,
)  # what SymPy raises on formulas left unevaluated


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The corrected right-hand side and what was wrong with it, in words."""

    formula: Any
    words: str
    kind: str

    def to_json(self) -> dict[str, str]:
        """Return the suggestion for the details of an evidence."""
        return {"words": self.words, "formula": told(self.formula), "slip": self.kind}


def did_you_mean(left: Any, right: Any, assuming: Iterable[Any] = ()) -> Suggestion | None:
    """Return the smallest edit of `right` that makes `left = right` true for all sizes, or None when none was found.

    Edits: a factor 2, 1/2 or -1, a transpose; then other factors, sizes, letters, neighbours, terms, layer indices; then
    exponents and scalars; last a term that is missing. Nothing is suggested that both exact roads have not confirmed. The
    search is bounded by the number of edits, so that the same formulas always get the same answer.
    """
    assuming = tuple(assuming)
    if (slip := chain_slip(left, right, assuming)) is not None:
        return Suggestion(*slip)
    try:
        statement = prepare(left, right, assuming, effort=Effort.QUICK)
        return None if statement.holds else _search(statement, assuming)
    except DlnproofError:  # a counterexample stands without a suggestion
        return None


def _search(statement: Statement, assuming: tuple[Any, ...]) -> Suggestion | None:
    nodes = sum(1 for _ in sympy.preorder_traversal(statement.right))
    if nodes > _LONGEST and statement.right.has(DiagMatrix):  # SymPy builds every edit of such a formula slowly
        return None
    helps = edit_filter(statement, assuming)
    alphabet = _alphabet(statement)
    candidates = (edit for tier in TIERS for edit in _built(edits(statement.right, alphabet, tier)))
    confirmations = 0
    for edit in islice(candidates, max(_FEWEST, min(_CANDIDATES, _NODES // nodes))):
        if helps is not None and not helps(edit.formula):
            continue
        if confirmations == _CONFIRMATIONS:
            break
        confirmations += 1
        if _confirmed(statement.left, edit.formula, assuming):
            return Suggestion(edit.formula, words_of(edit), edit.kind)
    return _missing_term(statement, assuming)


def _built(candidates: Iterator[Edit]) -> Iterator[Edit]:
    """Yield the edits up to the first that SymPy's constructors refuse to make."""
    while True:
        try:
            edit = next(candidates)
        except (StopIteration, *_NOT_BUILT):
            return
        yield edit


def _alphabet(statement: Statement) -> Alphabet:
    vocabulary = statement.reader.vocabulary
    sizes = [symbol for symbol in vocabulary.scalars.values() if symbol.is_integer and symbol.is_positive]
    angles = statement.reader.relations.angles  # these stand inside cosines and sines only
    scalars = [symbol for name, symbol in vocabulary.scalars.items() if symbol not in sizes and name not in angles]
    matrices = [symbol for name, symbol in vocabulary.letters.items() if name not in vocabulary.bound]
    factors = {
        node
        for side in (statement.left, statement.right)
        for node in sympy.preorder_traversal(side)
        if isinstance(node, DiagMatrix | sympy.Inverse | sympy.OneMatrix) and not _holds_noise(node, vocabulary.bound)
    }
    letters = sorted(matrices, key=str)
    factors |= {DiagMatrix(letter) for letter in letters if 1 in letter.shape and letter.shape != (1, 1)}
    return Alphabet(
        letters, sorted(scalars, key=str), sorted(sizes, key=str), [*letters, *sorted(factors, key=structure)]
    )


def _holds_noise(node: Any, bound: set[str]) -> bool:
    return any(getattr(symbol, "name", None) in bound for symbol in node.free_symbols)


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
                    words = f"{told(term)} stands where {told(new)} is needed"
                    return _checked(
                        statement, right - term + new, f"{words}: write {told(new)}", "wrong term", assuming
                    )
        term = to_sympy(difference, reader, shape)
    except DlnproofError:
        return None
    formula = right + term
    words = f"the term {told(term)} is missing: write {told(formula)}"
    return _checked(statement, formula, words, "missing term", assuming)


def _checked(statement: Statement, formula: Any, words: str, kind: str, assuming: tuple[Any, ...]) -> Suggestion | None:
    return Suggestion(formula, words, kind) if _confirmed(statement.left, formula, assuming) else None
