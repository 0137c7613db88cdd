"""NumPy code: the values that it computes, against SymPy's explicit matrices of the same numbers."""

from __future__ import annotations

import keyword

import numpy as np
import pytest
import sympy

from dlnproof.language.parser.formulas import parse_together
from dlnproof.language.printing.blocks import hessian_blocks
from dlnproof.language.printing.numpy_code import to_numpy

SIZES = {"d0": 3, "d1": 4, "d2": 2, "m": 5, "n": 3, "p": 4, "q": 2, "r": 5, "s": 6}
FORMULAS = [
    "1/2*|W2*W1*X - Y|^2 + g*|W1|^2",
    "W2'*(W2*W1*X - Y)*X' + 2*g*W1",
    "(u'*diag(e)*W*x)^2/(2*g)",
    "u'*A*v*B",
    "kron(A, B) - 3*kron(B, A)",
    "(A .* B)*C + diag(A*v)*B*C - ones(n)*ones(p)'*C",
    "A^-1'*B + A^3 - lambda*I",
    "diag(u)*A*diag(v)",
    "A.^2 + sqrt(2)*A",
    "vec(A*X*B)",
    "-g*tr(A)*|B|^4/3",
]


def values(formulas):
    """Return small integer arrays and numbers for every name."""
    random = np.random.default_rng(7)
    named = {}
    for name, matrix in formulas.matrices.items():
        shape = [SIZES[str(size)] if not str(size).isdigit() else int(size) for size in matrix.shape]
        named[name] = random.integers(-4, 5, size=shape)
    return named, {name: int(random.integers(1, 5)) for name in formulas.scalars}


def computed(expression, matrices, scalars):
    code = to_numpy(expression)
    names = {name: value for name, value in {**SIZES, **scalars, **matrices}.items() if not keyword.iskeyword(name)}
    return eval(code, {"np": np, "lambda_": scalars.get("lambda"), **names})  # the code under test, made above


def explicit(expression, matrices, scalars):
    sizes = {s: SIZES[s.name] for s in expression.free_symbols if s.name in SIZES and s.name not in matrices}
    sized = expression.subs(sizes).subs({s: scalars[s.name] for s in expression.free_symbols if s.name in scalars})
    replaced = {s: sympy.ImmutableMatrix(matrices[s.name].tolist()) for s in sized.free_symbols}
    result = sized.xreplace(replaced).doit()
    return np.array(result.as_explicit().tolist() if getattr(result, "is_Matrix", False) else result, dtype=float)


@pytest.mark.parametrize("text", [text for text in FORMULAS if "vec" not in text])
def test_the_code_computes_what_the_formula_says(text):
    formulas = parse_together([text])
    (expression,) = formulas.expressions
    matrices, scalars = values(formulas)
    if "A^-1" in text:
        matrices["A"] = matrices["A"] + 20 * np.eye(len(matrices["A"]), dtype=int)
    wanted = explicit(expression, matrices, scalars)
    got = computed(expression, matrices, scalars)
    assert np.shape(got) == np.shape(wanted)
    assert np.allclose(got, wanted)


def test_vec_stacks_columns():
    formulas = parse_together(["vec(A*X*B)"])
    matrices, scalars = values(formulas)
    product = matrices["A"] @ matrices["X"] @ matrices["B"]
    assert np.array_equal(computed(formulas.expressions[0], matrices, scalars), product.T.reshape(-1, 1))


LOSSES = [
    ("1/2*|W2*W1*X - Y|^2", ("W1", "W2")),
    ("tr(W*W) + |diag(u)*W|^2 + (u'*W*x)^2", ("W", "x")),
    ("|W*W'|^2 + tr(W)^2", ("W",)),
    ("|A .* (B*X)|^2", ("A",)),
]


@pytest.mark.parametrize(("loss", "weights"), LOSSES)
def test_the_blocks_of_a_hessian_are_second_differences_of_the_loss(loss, weights):
    # for a polynomial loss f, the mixed second difference along E_i and E_j tends to H_ij; here it is exact up to rounding
    from dlnproof.language.differential import hessian_form

    formulas = parse_together([loss])
    (expression,) = formulas.expressions
    names = [formulas.matrix(name) for name in weights]
    directions = {weight: sympy.MatrixSymbol(f"D{k}", *weight.shape) for k, weight in enumerate(names)}
    blocks = hessian_blocks(expression, directions, hessian_form(expression, directions))
    matrices, scalars = values(formulas)

    def along(moved, a, da, b, db):
        there = dict(moved)
        there[a] = there[a] + da
        there[b] = there[b] + db
        return computed(expression, there, scalars)

    step = 1e-3
    for (first, second), block in blocks.items():
        H = computed(block, matrices, scalars)
        assert H.shape == (matrices[first.name].size, matrices[second.name].size)
        for i in range(H.shape[0]):
            for j in range(H.shape[1]):
                E, F = np.zeros(matrices[first.name].size), np.zeros(matrices[second.name].size)
                E[i], F[j] = step, step
                E = E.reshape(matrices[first.name].shape, order="F")
                F = F.reshape(matrices[second.name].shape, order="F")
                signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
                total = sum(s * t * along(matrices, first.name, s * E, second.name, t * F) for s, t in signs)
                assert np.isclose(total / (4 * step * step), H[i, j], atol=1e-2, rtol=1e-4)
