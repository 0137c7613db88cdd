"""Formulas that SymPy was told not to evaluate mean what they say: several numbers, one term, zeroth powers, nested products."""

import random
from functools import reduce

import asked
import pytest
import sympy
from explicit import explicit
from sympy import (
    Add,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Q,
    Rational,
    Trace,
    Transpose,
    ZeroMatrix,
    symbols,
)

n, m, k = symbols("n m k", integer=True, positive=True)
g = symbols("g", positive=True)
x = symbols("x", real=True)
A, B, S = (MatrixSymbol(name, n, n) for name in "ABS")
M, N = MatrixSymbol("M", n, m), MatrixSymbol("N", m, n)
u, v = MatrixSymbol("u", n, 1), MatrixSymbol("v", n, 1)
kept = {"evaluate": False}

SAME = {
    "several numbers": (MatMul(2, Rational(-1, 2), 3, A, **kept), -3 * A),
    "a number in a nested product": (MatMul(2, MatMul(-3, A, **kept), MatMul(5, B, **kept), **kept), -30 * A * B),
    "a trace between factors": (MatMul(M, Trace(B), 2, N, Trace(A), **kept), 2 * Trace(A) * Trace(B) * M * N),
    "a zero factor": (MatMul(0, A, **kept), ZeroMatrix(n, n)),
    "a sum of one term": (MatAdd(MatMul(A, **kept), **kept), A),
    "a transpose of a transpose": (Transpose(Transpose(MatMul(2, A, B, **kept))), 2 * A * B),
    "an inverse of an inverse": (Inverse(Inverse(A)), A),
    "powers 0, 1 and -1": (MatMul(MatPow(B, 0), MatPow(A, 1, **kept), MatPow(A, -1, **kept), **kept), Identity(n)),
    "a scalar to the zeroth": (Mul(Pow(x, 0, **kept), Trace(A), **kept), Trace(A)),
    "a trace of a multiple": (Trace(MatMul(2, 3, A, **kept)), 6 * Trace(A)),
    "an entrywise zeroth power": (HadamardPower(M, 0), OneMatrix(n, m)),
    "scalars of one sum": (Add(Trace(A), Trace(Transpose(A)), **kept), 2 * Trace(A)),
    "a 1 x 1 matrix is a number": (u.T * A * v, Trace(A * v * u.T)),
    "Kronecker by a column and a row": (KroneckerProduct(u, v.T), MatMul(u, v.T)),
    "one Hadamard factor": (HadamardProduct(MatMul(2, A, **kept), B, **kept), 2 * HadamardProduct(A, B)),
}


@pytest.mark.parametrize("name", SAME)
def test_a_formula_left_unevaluated_equals_the_evaluated_one_and_not_its_double(name):
    kept_apart, plain = SAME[name]
    assert asked.identity(kept_apart, plain) == "proved"
    twice = MatMul(2, plain) if getattr(plain, "is_Matrix", False) else 2 * plain
    if not getattr(plain, "is_ZeroMatrix", False):
        assert asked.identity(kept_apart, twice) == "refuted"


def test_gradients_pass_through_scalars_inside_a_product():
    loss = Trace(MatMul(n * x, M, Trace(MatMul(u, v.T, **kept)), N, **kept))
    assert asked.gradient(loss, {u: n * x * Trace(M * N) * v}) == "proved"
    assert asked.gradient(loss, {u: x * Trace(M * N) * v}) == "refuted"


def test_a_difference_that_sympy_cannot_print_is_refuted_all_the_same():
    stacked = KroneckerProduct(HadamardProduct(MatMul(2, A), B), MatMul(1, u.T * v, **kept))
    assert asked.identity(Trace(MatMul(stacked, A, **kept)), Trace(MatMul(3, stacked, A, **kept))) == "refuted"


class Draw:
    """A random formula of symbols of pairwise different sizes, evaluated or not at every node."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def size(self):
        return self.random.choice([n, m, k, Integer(1)])

    def number(self):
        return self.random.choice([Integer(-1), Integer(2), Rational(-1, 2), Integer(0), g, n])

    def matrix(self, rows, columns, depth):
        kinds = ["product", "product", "sum", "transpose", "hadamard", *(["power"] if rows == columns else [])]
        kind = self.random.choice(kinds) if depth else "letter"
        keep = {"evaluate": False} if self.random.random() < 0.6 else {}
        if kind == "product":
            middle = self.size()
            factors = [self.matrix(rows, middle, depth - 1), self.matrix(middle, columns, depth - 1)]
            for _ in range(self.random.randint(0, 2)):
                factors.insert(self.random.randrange(len(factors) + 1), self.scalar(depth - 1))
            return MatMul(*factors, **keep) if keep else reduce(lambda a, b: a * b, factors)
        if kind == "sum":
            return MatAdd(*(self.matrix(rows, columns, depth - 1) for _ in range(self.random.randint(1, 3))), **keep)
        if kind == "transpose":
            return Transpose(self.matrix(columns, rows, depth - 1))
        if kind == "hadamard":
            return HadamardProduct(self.matrix(rows, columns, depth - 1), self.matrix(rows, columns, depth - 1), **keep)
        if kind == "power":
            return MatPow(self.matrix(rows, columns, depth - 1), self.random.randint(0, 2), **keep)
        if rows == columns and self.random.random() < 0.2:
            return Identity(rows)
        return MatrixSymbol(f"{self.random.choice('AB')}_{rows}_{columns}", rows, columns)

    def scalar(self, depth):
        if depth < 1 or self.random.random() < 0.5:
            return self.number()
        size = self.size()
        return Trace(self.matrix(size, size, depth - 1))


def values(formula, source):
    """The formula at random integer matrices with n, m, k = 3, 4, 2."""
    sizes = {n: 3, m: 4, k: 2}
    matrices = {
        symbol.name: [
            [source.randint(-9, 9) for _ in range(int(symbol.shape[1].subs(sizes)))]
            for _ in range(int(symbol.shape[0].subs(sizes)))
        ]
        for symbol in sorted(formula.atoms(MatrixSymbol), key=str)
    }
    return lambda part: explicit(part, matrices, {"n": 3, "m": 4, "k": 2, "g": 5})


@pytest.mark.parametrize("seed", range(40))
def test_two_random_formulas_are_equal_if_and_only_if_their_values_are(seed):
    draw = Draw(seed)
    size = draw.size()
    first = Trace(draw.matrix(size, size, 2))
    second = draw.random.choice([Trace(Transpose(first.arg)), Mul(2, first, **kept), draw.scalar(2)])
    value = values(sympy.Tuple(first, second), draw.random)
    due = "proved" if value(first) == value(second) else "refuted"
    assert asked.identity(first, second) == due


def test_symmetric_letters_of_unevaluated_products_meet_their_rules():
    assert asked.identity(MatMul(2, 3, Transpose(S), A, **kept), 6 * S * A, Q.symmetric(S)) == "proved"
    assert asked.identity(MatMul(2, 3, Transpose(S), A, **kept), 3 * S * A, Q.symmetric(S)) == "refuted"
