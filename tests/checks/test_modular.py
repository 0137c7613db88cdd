"""The second road by itself: it must notice every planted fault of the first road."""

import asked
import pytest
from known_identities import FALSE, A, B, C, I, O, X, Y, g, n, sq
from sympy import Eq, Identity, MatrixSymbol, Q, Symbol, Trace, ZeroMatrix, symbols

from dlnproof.algebra.polynomial import ZERO
from dlnproof.checks import generic_sizes, modular, rewriting, statement
from dlnproof.checks.directional import series_evidence
from dlnproof.checks.entrywise import entrywise_evidence
from dlnproof.checks.multiprecision import multiprecision_evidence
from dlnproof.checks.normal_form import normal_form_evidence
from dlnproof.claims.claim import Identity as IdentityBody
from dlnproof.errors import DisagreementError, InputError, UnsupportedError
from dlnproof.verdict import Finding

PLAIN_FALSE = [case for case in FALSE if not any(isinstance(item, Eq) for item in case[3])]


@pytest.mark.parametrize(
    ("left", "right", "assuming"),
    [case[1:4] for case in PLAIN_FALSE if case[0] != "size of the modular road"],
    ids=[case[0] for case in PLAIN_FALSE if case[0] != "size of the modular road"],
)
def test_a_first_road_that_calls_a_false_identity_equal_is_contradicted(left, right, assuming):
    with pytest.raises(DisagreementError, match="this is a defect of dlnproof"):
        modular.modular_evidence(statement.prepare(left, right, assuming), 0, proved=True)


@pytest.mark.parametrize("coefficient", [n - 3, (n - 3) * (n - 1), (n - 2) * (n - 3) * (n - 4)], ids=str)
def test_a_coefficient_that_vanishes_at_one_size_does_not_fool_the_second_road(coefficient):
    with pytest.raises(DisagreementError):
        modular.modular_evidence(statement.prepare(coefficient * Trace(A), 0), 0, proved=True)


def test_a_coefficient_with_roots_at_all_small_sizes_is_refuted():
    assert asked.identity((n - 1) * (n - 2) * (n - 3) * Trace(A), 0) == "refuted"


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_fault_in_the_canonical_form_ends_in_an_error(monkeypatch, seed):
    rewritten = rewriting.rewrite

    def forgetful(polynomial, *rules):
        return ZERO, rewritten(polynomial, *rules)[1]

    monkeypatch.setattr(rewriting, "rewrite", forgetful)
    with pytest.raises(DisagreementError):
        asked.verdict(IdentityBody(A * B, B * A), seed=seed)


def test_a_planted_fault_in_the_certificate_ends_in_an_error(monkeypatch):
    rewritten = rewriting.rewrite

    def without_uses(polynomial, *rules):
        form, _ = rewritten(polynomial, *rules)
        return form, []

    monkeypatch.setattr(rewriting, "rewrite", without_uses)
    with pytest.raises(DisagreementError):
        asked.identity(A * A * A, A, Eq(A * A, A))


def test_the_sizes_are_different_and_above_the_number_of_indices():
    claim = statement.prepare(Trace(A * B * C * A * B) * Trace(X * X.T), Trace(Y * Y.T))
    sizes = generic_sizes.generic_sizes(claim, 0)
    assert len(set(sizes.values())) == len(sizes)
    assert sizes["n"] >= 6
    assert sizes["m"] >= 1


def test_the_same_seed_gives_the_same_residues():
    claim = statement.prepare(A * B, B * A)
    first, second = (modular.modular_evidence(claim, 5) for _ in range(2))
    assert (first.finding, first.details) == (second.finding, second.details)
    assert first.finding is Finding.INCONCLUSIVE


def test_the_error_bound_is_small_and_printed():
    evidence = modular.modular_evidence(statement.prepare(Trace(A * B), Trace(B * A)), 0)
    assert evidence.finding is Finding.PROOF
    assert float(evidence.details["error_bound"]) < 1e-15


# the other roads


def test_the_canonical_form_says_how_many_terms_remain():
    from time import perf_counter

    claim = statement.prepare(A * B, B * A)
    evidence = normal_form_evidence(claim, perf_counter())
    assert evidence.finding is Finding.INCONCLUSIVE
    assert evidence.outcome.startswith("not equal: 2 terms remain")


def test_residuals_shrink_with_the_digits_exactly_for_an_equality():
    true = multiprecision_evidence(statement.prepare(sq(A - B), sq(B - A)), 0)
    assert true.finding is Finding.AGREES
    assert all(
        float(residual) < 10 ** (-digits / 2)
        for residual, digits in zip(true.details["residuals"], true.details["digits"], strict=True)
    )
    false = multiprecision_evidence(statement.prepare(sq(A - B), sq(A + B)), 0)
    assert false.finding is Finding.INCONCLUSIVE


def test_large_numbers_do_not_look_like_a_residual():
    assert asked.identity((10**40 + 1) * A, 10**40 * A) == "refuted"
    assert asked.identity(10**20 * (A + B) * g, 10**20 * A * g + 10**20 * B * g) == "proved"


def test_very_large_numbers_do_not_look_like_a_residual():
    assert asked.identity(10**80 * (A + B) * g, 10**80 * A * g + 10**80 * B * g) == "proved"


def test_entry_by_entry_needs_sizes_and_few_entries_beside_quotients():
    K = MatrixSymbol("K", 2, 2)
    assert entrywise_evidence(statement.prepare(K * Identity(2), K)).finding is Finding.PROOF
    assert entrywise_evidence(statement.prepare(K.inverse() * K * K, K)).finding is Finding.PROOF
    L = MatrixSymbol("L", 5, 5)
    with pytest.raises(UnsupportedError):
        entrywise_evidence(statement.prepare(L.inverse() * L.T, L))


def test_a_scalar_with_the_name_of_an_entry_is_no_entry():
    K = MatrixSymbol("K", 2, 2)
    assert asked.identity(Trace(K), Symbol("K_0_0", real=True) + Symbol("K_1_1", real=True)) == "refuted"


def test_a_derivative_that_is_wrong_is_noticed_by_series():
    D = MatrixSymbol("D", n, n)
    right = statement.prepare(2 * Trace(D.T * A), 2 * Trace(D.T * A))
    assert series_evidence(sq(A), {A: D}, 1, 2 * Trace(D.T * A), right, 0, None).finding is Finding.PROOF
    with pytest.raises(DisagreementError):
        series_evidence(sq(A), {A: D}, 1, Trace(D.T * A), right, 0, None)


# sizes that are formulas

WIDE = MatrixSymbol("N", n - 1, n)
WIDER = MatrixSymbol("M", n - 2, n)


def test_a_size_that_is_a_formula():
    assert asked.identity((WIDE * A).T, A.T * WIDE.T) == "proved"
    twice = MatrixSymbol("T", 2 * n, n)
    assert asked.identity(twice * A, 2 * twice * A) == "refuted"


def test_a_false_claim_about_a_size_that_can_be_zero_is_refuted():
    assert asked.identity(WIDE * A, 2 * WIDE * A) == "refuted"


def test_a_true_claim_about_a_size_that_can_be_zero_is_proved():
    assert asked.identity((WIDER * A).T, A.T * WIDER.T) == "proved"


def test_the_trace_of_the_identity_of_a_compound_size_is_the_size():
    assert asked.identity(Trace(Identity(n + 1)), n + 1) == "proved"


# preparing a statement


def test_a_statement_knows_its_scope():
    assert statement.prepare(A, B).scope == "all sizes"
    assert statement.prepare(symbols("p"), symbols("q")).scope == "all values"
    K = MatrixSymbol("K", 2, 2)
    assert statement.prepare(K, K.T).scope == "these sizes"
    assert statement.prepare(O, A, [Q.symmetric(A)]).scope == "all sizes"


def test_a_matrix_and_a_number_are_not_compared_but_a_zero_fits():
    assert statement.prepare(A - A, 0).holds
    assert statement.prepare(0, ZeroMatrix(n, n)).holds
    with pytest.raises(InputError, match="with the scalar 1"):
        statement.prepare(I, 1)
