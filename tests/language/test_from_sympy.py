"""Reading formulas: random ones against explicit SymPy matrices, shapes that do not fit, floats, names that clash."""

import random

import pytest
import sympy
from explicit import explicit
from flint import fmpq
from formula_trees import Source, is_scalar, letters, to_sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    HadamardProduct,
    Identity,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    Trace,
    ZeroMatrix,
    symbols,
)
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.hadamard import HadamardPower

from dlnproof.algebra.contract import contract
from dlnproof.algebra.diagram import unwired
from dlnproof.algebra.polynomial import constant
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.language.evaluate import Evaluator, Values
from dlnproof.language.from_sympy import Reader
from dlnproof.rings.fields import Rationals

n, m, r = symbols("n m r", integer=True, positive=True)
A, B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
X, Y = MatrixSymbol("X", n, m), MatrixSymbol("Y", m, n)
u = MatrixSymbol("u", n, 1)
g = symbols("g", positive=True)

PRIME = 2**61 - 1
SIZES = {"n": 3, "m": 2, "r": 4}


class Instance:
    """Small random integers for every letter and scalar of a random formula; g and h are squares."""

    def __init__(self, trees, seed):
        source = random.Random(seed)
        self.matrices = {
            name: [[source.randint(-3, 3) for _ in range(_length(columns))] for _ in range(_length(rows))]
            for tree in trees
            for name, (rows, columns) in sorted(letters(tree).items())
        }
        self.roots = {"g": source.randint(1, 3), "h": source.randint(1, 3)}
        self.numbers = {
            **SIZES,
            **{k: v**2 for k, v in self.roots.items()},
            "a": source.randint(-3, 3),
            "b": source.randint(-3, 3),
        }


def _length(dimension):
    length = 1
    for part in dimension:
        length *= SIZES.get(part) or int(part)
    return length


def _plain(seed, depth):
    """Return a random tree without surds and quotients, whose value at integers is rational."""
    source = Source(seed, special=False)
    while True:
        tree = (
            source.scalar(depth) if source.chance(0.4) else source.matrix(source.dimension(), source.dimension(), depth)
        )
        if not {"surd"} & set(_kinds(tree)):
            return tree


def _kinds(tree):
    yield tree[0]
    for part in tree[1:]:
        if isinstance(part, tuple) and part and isinstance(part[0], str):
            yield from _kinds(part)


@settings(max_examples=120)
@given(st.integers(0, 10**9))
def test_the_polynomial_of_a_random_formula_takes_the_value_of_the_formula(seed):
    tree = _plain(seed, 3)
    try:
        expression = to_sympy(tree)
    except (TypeError, ValueError, AttributeError):
        return  # SymPy's own constructors raise
    reader = Reader()
    polynomial = reader.read(expression)
    if reader.relations.reciprocals:
        return
    instance = Instance([tree], seed)
    wanted = explicit(expression, instance.matrices, instance.numbers)
    rows = wanted.tolist() if getattr(wanted, "is_Matrix", False) else [[wanted]]
    assert _value(reader, polynomial, instance, (len(rows), len(rows[0]))) == [
        [sympy.Mod(sympy.Rational(entry).p * pow(int(sympy.Rational(entry).q), -1, PRIME), PRIME) for entry in row]
        for row in rows
    ]


def _value(reader, polynomial, instance, shape):
    import numpy as np

    dimensions = {
        text: int(sympy.sympify(size).subs({s: SIZES[s.name] for s in size.free_symbols}))
        for text, size in reader.vocabulary.sizes.items()
    }
    total = np.zeros(shape, dtype=object)
    for monomial, diagram, coefficient in polynomial:
        tensors = {}
        for letter in diagram.letters():
            array = np.array(instance.matrices[letter.name], dtype=object)
            symbol = reader.vocabulary.letters[letter.name]
            tensors[letter] = array.reshape([k for k, size in zip(array.shape, symbol.shape, strict=True) if size != 1])
        weight = int(coefficient.p) * pow(int(coefficient.q), -1, PRIME)
        for name, exponent in monomial:
            root = instance.roots.get(name)
            weight *= (
                pow(root, int(2 * exponent), PRIME)
                if root
                else pow({**dimensions, **instance.numbers}[name], int(exponent), PRIME)
            )
        total = (total + contract(unwired(diagram), dimensions, tensors, PRIME) * weight) % PRIME
    return total.tolist()


@settings(max_examples=120)
@given(st.integers(0, 10**9))
def test_the_evaluator_takes_the_value_of_a_random_formula(seed):
    tree = _plain(seed, 3)
    try:
        expression = to_sympy(tree)
    except (TypeError, ValueError, AttributeError):
        return
    instance = Instance([tree], seed)
    ring = Rationals()
    values = Values(
        SIZES,
        {
            name: ring.matrix([[fmpq(entry) for entry in row] for row in rows])
            for name, rows in instance.matrices.items()
        },
        {name: fmpq(value) for name, value in instance.numbers.items() if name not in SIZES},
    )
    found = Evaluator(ring, values).evaluate(expression)
    wanted = explicit(expression, instance.matrices, instance.numbers)
    if is_scalar(tree):
        assert sympy.Rational(str(found)) == wanted
    else:
        assert [[sympy.Rational(str(entry)) for entry in row] for row in ring.rows(found)] == wanted.tolist()


# what SymPy would accept or print without a word


def _misfit(kind, *parts):
    """Build a node past SymPy's own check of shapes."""
    return sympy.Basic.__new__(kind, *parts)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (_misfit(MatMul, X, X), "cannot multiply X (n x m) by X (n x m): m != n; transpose one factor?"),
        (_misfit(MatMul, X, u), "cannot multiply X (n x m) by u (n x 1): m != n; transpose one factor?"),
        (_misfit(MatAdd, X, Y), "cannot add X (n x m) and Y (m x n): n != m; transpose one factor?"),
        (_misfit(MatAdd, A, u), "cannot add A (n x n) and u (n x 1): n != 1; transpose one factor?"),
        (
            _misfit(HadamardProduct, X, Y),
            "cannot multiply entry by entry X (n x m) and Y (m x n): n != m; transpose one factor?",
        ),
        (_misfit(Trace, X), "cannot take the trace of X (n x m): n != m; is a factor transposed?"),
        (_misfit(sympy.Inverse, X, sympy.Integer(-1)), "cannot invert X (n x m): n != m; is a factor transposed?"),
        (_misfit(MatPow, X, sympy.Integer(2)), "cannot raise to a power X (n x m): n != m; is a factor transposed?"),
        (_misfit(DiagonalOf, X), "cannot take the diagonal of X (n x m): n != m; is a factor transposed?"),
        (_misfit(DiagonalMatrix, X), "cannot keep the diagonal of X (n x m): n != m; is a factor transposed?"),
    ],
    ids=str,
)
def test_shapes_that_do_not_fit_are_named_with_the_next_step(expression, message):
    with pytest.raises(InputError) as raised:
        Reader().read(expression)
    assert str(raised.value) == message


def test_sizes_are_compared_as_polynomials():
    wide = MatrixSymbol("P", (n + 1) ** 2, 2), MatrixSymbol("Q", n**2 + 2 * n + 1, 2)
    assert Reader().read(_misfit(MatAdd, *wide))
    with pytest.raises(InputError, match=r"n \+ 1 != n"):
        Reader().read(_misfit(MatMul, MatrixSymbol("P", 2, n + 1), MatrixSymbol("Q", n, 2)))


@pytest.mark.parametrize("number", [0.5, sympy.Float("0.1"), sympy.Float(2)])
def test_a_float_is_refused_and_the_exact_number_asked_for(number):
    with pytest.raises(
        InputError, match=r"number=.*: a float where an exact number is needed; write Rational\(1, 10\) for 0\.1"
    ):
        Reader().read(sympy.sympify(number) * A)


def test_two_matrices_of_one_name_are_refused():
    reader = Reader()
    reader.read(A)
    with pytest.raises(
        InputError,
        match="A='n x m': a matrix of this name already has shape n x n; give the two matrices different names",
    ):
        reader.read(MatrixSymbol("A", n, m))


@pytest.mark.parametrize("first", [0, 1])
def test_a_matrix_and_a_scalar_of_one_name_are_refused(first):
    reader = Reader()
    pair = [A, Symbol("A")]
    reader.read(pair[first])
    with pytest.raises(
        InputError, match=r"this name is also a (scalar|matrix) of the claim; rename the matrix or the scalar"
    ):
        reader.read(pair[1 - first])


def test_two_scalars_of_one_name_are_refused_with_their_assumptions():
    reader = Reader()
    reader.read(g)
    with pytest.raises(
        InputError,
        match=r"two different symbols have this name \(assumptions positive=True and none\); make the symbol once",
    ):
        reader.read(Symbol("g"))


def test_a_size_and_a_scalar_of_one_name_are_one_symbol():
    reader = Reader()
    assert reader.read(n * Trace(A)) != reader.read(Trace(A))
    with pytest.raises(InputError, match="two different symbols have this name"):
        reader.read(Symbol("n") * Trace(A))


def test_an_imaginary_symbol_is_refused():
    with pytest.raises(InputError, match="scalars are real numbers here"):
        Reader().read(Symbol("z", imaginary=True))


@pytest.mark.parametrize(
    "expression",
    [
        *(sympy.I * A, sympy.pi * A, A.adjoint(), sympy.Determinant(A), A[0, 0], A ** Symbol("k")),
        *(sympy.exp(g), sympy.log(g), abs(Symbol("z", real=True)), sympy.oo * g, sympy.nan, g ** Symbol("z")),
        *(sympy.sqrt(Symbol("z")), sympy.sqrt(Symbol("z", real=True))),
    ],
    ids=str,
)
def test_what_is_outside_the_language_is_unsupported_and_not_guessed(expression):
    with pytest.raises(UnsupportedError, match="not supported yet"):
        Reader().read(expression)


def test_the_power_zero_of_a_matrix_is_the_identity():
    assert Reader().read(MatPow(A, 0, evaluate=False)) == Reader().read(Identity(n))


def test_readings_that_are_easy_to_get_wrong():
    read = Reader().read
    assert read(HadamardPower(X, 1)) == read(X)
    assert read(OneMatrix(n, 1) * OneMatrix(1, m)) == read(OneMatrix(n, m))
    assert read(OneMatrix(1, n) * OneMatrix(n, 1)) == read(n * Identity(1))
    assert read(DiagMatrix(u).T) == read(DiagMatrix(u)) == read(DiagMatrix(u.T))
    assert read(DiagonalMatrix(A)) == read(HadamardProduct(A, Identity(n)))
    assert read(KroneckerProduct(Identity(1), A)) == read(A)
    assert read(KroneckerProduct(u, u.T)) == read(u * u.T)
    assert read(ZeroMatrix(n, m)) == read(0 * X)
    assert read(Trace(Identity(3))) == constant(3)
    assert read(A**3) == read(A * A * A)
    assert read(sympy.sqrt(8) * A) == read(2 * sympy.sqrt(2) * A)
    assert read((g + 1) ** 3) == read(g**3 + 3 * g**2 + 3 * g + 1)


def test_formulas_that_differ_are_read_as_different():
    read = Reader().read
    assert read(X * Y) != read(X * X.T)
    assert read(KroneckerProduct(A, B)) != read(KroneckerProduct(B, A))
    assert read(HadamardProduct(A, B)) != read(A * B)
    assert read(A) != read(A.T)
    assert read(u) != read(u.T)
    assert read(Trace(A) * Trace(A)) != read(Trace(A * A))
    assert read(sympy.sqrt(g)) != read(g)
    assert read(n * A) != read(m * A)


def test_the_trace_of_the_identity_of_a_compound_size_is_the_size():
    reader = Reader()
    assert reader.expanded_sizes(reader.read(Trace(Identity(n + 1)))) == reader.read(n + 1)
