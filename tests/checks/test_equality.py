"""Known identities end as they must, and a counterexample is one when SymPy recomputes it from what is printed."""

import contextlib

import asked
import pytest
import sympy
from explicit import explicit
from known_identities import ACCIDENTS, FALSE, TRUE, A, B, C, I, X, Y, fixed, hall, n, t
from sympy import Identity, MatrixSymbol, Q, Trace, ZeroMatrix

from dlnproof.checks import block_equality
from dlnproof.claims.claim import Identity as IdentityBody
from dlnproof.errors import DisagreementError, InputError, UnsupportedError
from dlnproof.language.block_matrices import in_blocks
from dlnproof.language.chain import Chain
from dlnproof.verdict import Finding


@pytest.mark.parametrize(("left", "right", "assuming"), [case[1:4] for case in TRUE], ids=[case[0] for case in TRUE])
def test_a_true_identity_is_proved(left, right, assuming):
    assert asked.identity(left, right, *assuming) == "proved"


FALSE_CASES = [pytest.param(*case[1:4], id=case[0]) for case in FALSE]


@pytest.mark.parametrize(("left", "right", "assuming"), FALSE_CASES)
def test_a_false_identity_is_refuted(left, right, assuming):
    assert asked.identity(left, right, *assuming) == "refuted"


@pytest.mark.parametrize(("left", "right", "assuming"), FALSE_CASES)
def test_a_printed_counterexample_is_one_for_explicit_matrices(left, right, assuming):
    body = IdentityBody(left, right)
    found = [item.counterexample for item in asked.evidence(body, assuming) if item.counterexample]
    (example,) = found
    values = [_explicit(side, example) for side in (left, right)]
    shape = max((value.shape for value in values), key=lambda item: item[0] * item[1])
    first, second = (value if value.shape == shape else sympy.zeros(*shape) for value in values)
    assert any(sympy.simplify(entry) != 0 for entry in first - second)
    for value, printed in zip(values, (example["left"], example["right"]), strict=True):
        rows = printed if isinstance(printed, list) else [[printed]]
        if value.shape == (len(rows), len(rows[0])):
            assert all(
                sympy.simplify(sympy.sympify(cell) - value[i, j]) == 0
                for i, row in enumerate(rows)
                for j, cell in enumerate(row)
            )


def _explicit(side, example):
    side = sympy.sympify(side)
    for name in {symbol.name: symbol for symbol in side.atoms(sympy.Symbol)}:
        if f"cos({name})" in example["values"]:
            values = {f(t): sympy.Rational(example["values"][f"{f.__name__}({name})"]) for f in (sympy.cos, sympy.sin)}
            side = side.xreplace(values)
    given = example["values"]
    numbers = {**example["sizes"], **{k: sympy.Rational(v) for k, v in given.items() if isinstance(v, str)}}
    matrices = {
        k: [[sympy.Rational(cell) for cell in row] for row in v] for k, v in given.items() if isinstance(v, list)
    }
    value = explicit(side, matrices, numbers)
    return value if getattr(value, "is_Matrix", False) else sympy.Matrix([[value]])


@pytest.mark.parametrize(
    ("difference", "letters", "vanishes"), [case[1:] for case in ACCIDENTS], ids=[case[0] for case in ACCIDENTS]
)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_an_accident_of_a_stated_size_is_proved_there_and_nowhere_else(difference, letters, vanishes, size):
    formula = difference(Identity(size), *fixed(size, letters))
    zero = ZeroMatrix(size, size) if getattr(formula, "is_Matrix", False) else 0
    assert asked.identity(formula, zero) == ("proved" if size in vanishes else "refuted")


@pytest.mark.parametrize(
    ("difference", "letters"), [case[1:3] for case in ACCIDENTS], ids=[case[0] for case in ACCIDENTS]
)
def test_an_accident_of_small_sizes_is_refuted_for_all_sizes(difference, letters):
    formula = difference(I, *(MatrixSymbol(f"L{i}", n, n) for i in range(letters)))
    assert asked.identity(formula, ZeroMatrix(n, n) if getattr(formula, "is_Matrix", False) else 0) == "refuted"


def test_the_scope_of_a_proof_says_which_sizes_it_covers():
    scopes = {
        item.scope for item in asked.evidence(IdentityBody(Trace(A * B), Trace(B * A))) if item.finding is Finding.PROOF
    }
    assert scopes == {"all sizes"}
    stated = fixed(2, 3)
    scopes = {
        item.scope
        for item in asked.evidence(IdentityBody(hall(*stated), ZeroMatrix(2, 2)))
        if item.finding is Finding.PROOF
    }
    assert scopes == {"these sizes"}


def test_a_proof_has_two_roads_and_a_refutation_none():
    true = asked.evidence(IdentityBody(Trace(A * B * C), Trace(B * C * A)))
    assert len({item.method for item in true if item.finding is Finding.PROOF}) == 2
    false = asked.evidence(IdentityBody(A * B, B * A))
    assert not any(item.finding is Finding.PROOF for item in false)


@pytest.mark.parametrize("seed", range(5))
def test_the_seed_changes_no_verdict(seed):
    assert asked.verdict(IdentityBody(hall(A, B, C), ZeroMatrix(n, n)), seed=seed) == "refuted"
    assert asked.verdict(IdentityBody(Trace(A * B), Trace(B * A)), seed=seed) == "proved"


@pytest.mark.parametrize("depth", [16, 40])
def test_very_long_products_are_decided(depth):
    layers = [MatrixSymbol(f"L{i}", n, n) for i in range(depth)]
    word = sympy.MatMul(*layers)
    assert asked.identity(Trace(word), Trace(sympy.MatMul(*layers[3:], *layers[:3]))) == "proved"
    assert asked.identity(Trace(word), Trace(sympy.MatMul(*layers[1::-1], *layers[2:]))) == "refuted"


def test_a_long_product_of_pairwise_different_widths_is_decided():
    widths = sympy.symbols("d0:17", integer=True, positive=True)
    layers = [MatrixSymbol(f"L{i}", widths[i + 1], widths[i]) for i in range(16)]
    word = sympy.MatMul(*reversed(layers))
    assert asked.identity(word.T, sympy.MatMul(*(layer.T for layer in layers))) == "proved"
    assert asked.identity(word, 2 * word) == "refuted"


def test_sides_of_different_shapes_are_refused_with_both_shapes():
    with pytest.raises(InputError, match=r"cannot compare X \(n x m\) and .*\(m x n\): n != m; transpose one factor\?"):
        asked.identity(X, Y.T)
    with pytest.raises(InputError, match=r"cannot compare .* with the scalar .*; is a Trace\(\.\.\.\) missing\?"):
        asked.identity(X.T * X, Trace(X.T * X))


@pytest.mark.parametrize(
    "side",
    [
        sympy.Determinant(A),
        A.adjoint(),
        sympy.conjugate(sympy.Symbol("z")),
        sympy.BlockMatrix([[A, B]]),
        sympy.exp(sympy.Symbol("z")),
        A[0, 0],
    ],
    ids=str,
)
def test_a_construct_outside_the_language_is_never_decided_by_a_guess(side):
    other = 2 * side if getattr(side, "is_Matrix", False) else side + 1
    with contextlib.suppress(UnsupportedError):
        assert asked.identity(side, other) in ("refuted", "undecided")


def test_a_complex_number_is_not_a_scalar_of_the_language():
    with pytest.raises((UnsupportedError, InputError)):
        asked.identity(sympy.I * A, A)
    with pytest.raises((UnsupportedError, InputError)):
        asked.identity(sympy.Symbol("z", imaginary=True) * A, A)


def test_text_is_not_a_formula():
    with pytest.raises(InputError, match="not from text"):
        asked.identity("A*B", "B*A")


def test_diagonal_matrices_commute_is_not_refuted():
    assert asked.identity(A * B, B * A, Q.diagonal(A), Q.diagonal(B)) != "refuted"


def test_a_fixed_side_beside_a_symbolic_one_is_not_refuted():
    # Cayley-Hamilton for the 2 x 2 matrix X X^T holds whatever the number of columns of X is
    gram = MatrixSymbol("T", 2, n) * MatrixSymbol("T", 2, n).T
    difference = gram**2 - Trace(gram) * gram + (Trace(gram) ** 2 - Trace(gram**2)) / 2 * Identity(2)
    assert asked.identity(difference, ZeroMatrix(2, 2)) != "refuted"


def test_block_matrices_of_anything_are_multiplied_out():
    t, depth = sympy.Symbol("t", real=True), sympy.Symbol("H", integer=True, positive=True)
    rotation = sympy.BlockMatrix([[sympy.cos(t) * I, -sympy.sin(t) * I], [sympy.sin(t) * I, sympy.cos(t) * I]])
    assert asked.identity(rotation * rotation.T, Identity(2 * n)) == "proved"
    assert asked.identity(rotation * rotation, Identity(2 * n)) == "refuted"
    product = Chain("W", depth).product(depth, 1)
    column = sympy.BlockMatrix([[product], [product]])
    assert asked.identity(column.T * column, 2 * product.T * product) == "proved"
    assert asked.identity(column.T * column, product.T * product) == "refuted"


def test_a_mistake_in_multiplying_out_is_a_loud_error(monkeypatch):
    first, second = sympy.BlockMatrix([[A, B], [C, I]]), sympy.BlockMatrix([[B, I], [A, C]])
    in_wrong_order = in_blocks(second * first)
    monkeypatch.setattr(block_equality, "in_blocks", lambda _: in_wrong_order)
    with pytest.raises(DisagreementError, match="not equal to its blocks"):
        asked.identity(first * second, second * first)
