"""The printer behind `formulas.py`: sums, products, traces and powers in pieces; letters by the rules of `names.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Add, Mul, Pow, S
from sympy.matrices.expressions import (
    HadamardProduct,
    Identity,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Trace,
    Transpose,
)
from sympy.printing.latex import LatexPrinter

from dlnproof.language.chain import PartialProduct
from dlnproof.language.layer_sum import is_layer_sum
from dlnproof.language.printing.recognise import (
    has_matrices,
    is_column,
    is_negative,
    is_transposed_sum,
    norm_root,
    ordered_terms,
)
from dlnproof.report.layout import Piece, join
from dlnproof.report.names import symbol_latex


def number_latex(number: Any) -> str:
    r"""Return an exact rational number: `-3/4` is $-\tfrac{3}{4}$."""
    p, q = int(number.p), int(number.q)
    return str(p) if q == 1 else ("-" if p < 0 else "") + rf"\tfrac{{{abs(p)}}}{{{q}}}"


def enclose(pieces: Sequence[Piece], left: str, right: str) -> list[Piece]:
    """Return `pieces` between brackets one size larger than those inside; a line may end between the brackets."""
    inside = join(pieces)
    size = 1 if any(sign in inside for sign in ("(", "[", r"\lVert", r"\sum", r"\prod", r"\sqrt")) else 0
    for step, sign in enumerate((r"\bigl", r"\Bigl", r"\biggl"), 2):
        size = step if sign in inside else size
    if r"\frac" in inside or r"\begin" in inside:
        size = max(size, 2)
    opening = ("", r"\bigl", r"\Bigl", r"\biggl", r"\Biggl")[size]
    first, *others = pieces
    return [
        Piece(f"{opening}{left} {first.latex}", first.level),
        *others,
        Piece(opening.replace("gl", "gr") + right),
    ]


class FormulaPrinter(LatexPrinter):  # type: ignore[misc]
    """SymPy's printer, with the node types of matrix calculus set in pieces."""

    def pieces(self, expr: Any, depth: int) -> list[Piece]:
        """Return `expr` in pieces; `depth` counts the brackets around it."""
        if is_transposed_sum(expr):
            return _attach(self._bracket(Transpose(expr).doit(), depth), r"^{\top}")
        if isinstance(expr, Add | MatAdd):
            return self._sum(expr, depth)
        if isinstance(expr, Mul | MatMul):
            return self._product(expr, depth)
        if isinstance(expr, Trace):
            return self._trace(expr, depth)
        if isinstance(expr, HadamardProduct | KroneckerProduct):
            return self._operator(expr, depth, r"\odot" if isinstance(expr, HadamardProduct) else r"\otimes")
        if isinstance(expr, Pow | MatPow) and not (expr.exp.is_Rational and (expr.exp < 0 or expr.exp.q != 1)):
            return _attach(self._base(expr.base, depth), f"^{{{self._print(expr.exp)}}}")
        if isinstance(expr, Transpose):
            return self._transpose(expr, depth)
        return [Piece(self._print(expr))]

    def _sum(self, expr: Any, depth: int) -> list[Piece]:
        out: list[Piece] = []
        for term in ordered_terms(expr):
            negative = is_negative(term)
            body = self._product(term, depth, negate=True) if negative else self._summand(term, depth)
            sign = "- " if negative else "+ " if out else ""
            out += [Piece(sign + body[0].latex, 2 * depth if out else None), *body[1:]]
        return out

    def _summand(self, term: Any, depth: int) -> list[Piece]:
        return self._bracket(term, depth) if isinstance(term, Add | MatAdd) else self.pieces(term, depth)

    def _product(self, expr: Any, depth: int, *, negate: bool = False) -> list[Piece]:
        """Return a product: number, letters, roots, brackets and traces, then the matrices in their order."""
        scalar, matrices = expr.as_coeff_matrices() if isinstance(expr, MatMul) else (expr, [])
        number, rest = scalar.as_coeff_Mul()
        if not number.is_Rational:
            number, rest = S.One, scalar
        number = -number if negate else number
        heads, brackets = self._scalars(abs(number), rest, bool(matrices))
        factors = [*brackets, *matrices]
        out = [Piece(heads)] if heads else []
        for place, factor in enumerate(factors):
            body = self._factor(factor, depth, single=not heads and len(factors) == 1, last=place + 1 == len(factors))
            out += [Piece(body[0].latex, 2 * depth + 1 if place else None), *body[1:]]
        if number.is_negative:
            out[0] = Piece("- " + out[0].latex)
        return out

    def _scalars(self, number: Any, rest: Any, matrices: bool) -> tuple[str, list[Any]]:
        """Return the letters in front of a product, as one piece, and the scalar factors that need room."""
        above: list[str] = []
        below: list[Any] = []
        roots: list[Any] = []
        brackets: list[Any] = []
        for factor in rest.as_ordered_factors() if rest is not S.One else []:
            if isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp < 0:
                power = Pow(factor.base, -factor.exp)
                below.append(power)
            elif isinstance(factor, Pow) and factor.exp == S.Half:
                roots.append(factor.base)
            elif isinstance(factor, Add | Mul) or has_matrices(factor):
                brackets.append(factor)
            else:
                above.append(self._print(factor))
        if roots:
            root = rf"\sqrt{{{self._print(Mul(*roots))}}}"
            above = [root, *above] if all(base.is_number for base in roots) else [*above, root]
        if below:
            top = ([str(number.p)] if number.p != 1 or not above else []) + above
            alone = len(below) == 1 and number.q == 1
            shown = [self._print(part) if alone else join(self._summand(part, 0)) for part in below]
            bottom = ([str(number.q)] if number.q != 1 else []) + shown
            return rf"\frac{{{_juxtapose(top)}}}{{{_juxtapose(bottom)}}}", brackets
        lonely = not (above or brackets or matrices)
        return _juxtapose(([number_latex(number)] if number != 1 or lonely else []) + above), brackets

    def _factor(self, expr: Any, depth: int, *, single: bool, last: bool) -> list[Piece]:
        if single and not isinstance(expr, Add | MatAdd):
            return self.pieces(expr, depth)
        if is_column(expr) and norm_root(expr) is None:
            # x^T y needs brackets where another factor follows
            bracketed = isinstance(expr.arg, MatAdd) or not last
            return self._bracket(expr, depth) if bracketed else self.pieces(expr, depth)
        sums = Add | MatAdd | HadamardProduct | KroneckerProduct | Mul | MatMul
        bracketed = (isinstance(expr, sums) and not is_transposed_sum(expr)) or (is_layer_sum(expr) and not last)
        return self._bracket(expr, depth) if bracketed else self.pieces(expr, depth)

    def _operator(self, expr: Any, depth: int, sign: str) -> list[Piece]:
        compound = Add | Mul | MatAdd | MatMul | HadamardProduct | KroneckerProduct
        out: list[Piece] = []
        for part in expr.args:
            body = self._bracket(part, depth) if isinstance(part, compound) else self.pieces(part, depth)
            out += [Piece(f"{sign} {body[0].latex}" if out else body[0].latex), *body[1:]]
        return out

    def _trace(self, expr: Any, depth: int) -> list[Piece]:
        root = norm_root(expr)
        if root is not None:
            exponent = "^{2}" if 1 in root.shape else r"_{\mathrm{F}}^{2}"
            return _attach(enclose(self.pieces(root, depth + 1), r"\lVert", r"\rVert"), exponent)
        if is_column(expr):
            return self.pieces(expr.arg, depth)
        first, *others = self._bracket(expr.arg, depth)
        return [Piece(r"\operatorname{tr}" + first.latex), *others]

    def _transpose(self, expr: Any, depth: int) -> list[Piece]:
        if isinstance(expr.arg, Inverse):
            return _attach(self._base(expr.arg.arg, depth), r"^{-\top}")
        return _attach(self._base(expr.arg, depth), r"^{\top}")

    def _bracket(self, expr: Any, depth: int) -> list[Piece]:
        return enclose(self.pieces(expr, depth + 1), "(", ")")

    def _base(self, expr: Any, depth: int) -> list[Piece]:
        """Return `expr` such that a superscript may follow it."""
        letters = sympy.Symbol | MatrixSymbol | Identity | PartialProduct | sympy.Integer
        letter = isinstance(expr, letters) and not is_negative(expr)
        if isinstance(expr, Trace) and norm_root(expr) is None and not is_column(expr):
            return self.pieces(expr, depth)  # tr(A)^2 has its brackets already
        if not letter:
            return self._bracket(expr, depth)
        shown = self._print(expr)
        return [Piece("{" + shown + "}" if "^" in shown else shown)]

    def _compound(self, expr: Any, *_: Any, **__: Any) -> str:
        return join(self.pieces(expr, 0))

    _print_Add = _print_MatAdd = _print_Mul = _print_MatMul = _print_Trace = _print_Transpose = _compound  # noqa: N815
    _print_HadamardProduct = _print_KroneckerProduct = _compound  # noqa: N815

    def _print_Pow(self, expr: Any) -> str:
        if expr.exp.is_Rational and expr.exp < 0:
            return self._scalars(S.One, Mul(expr, evaluate=False), False)[0]
        if expr.exp.is_Rational and expr.exp.p == 1 and expr.exp.q > 1:
            degree = "" if expr.exp.q == 2 else f"[{expr.exp.q}]"
            return rf"\sqrt{degree}{{{self._print(expr.base)}}}"
        return join(_attach(self._base(expr.base, 0), f"^{{{self._print(expr.exp)}}}"))

    def _print_MatPow(self, expr: Any) -> str:
        return join(_attach(self._base(expr.base, 0), f"^{{{self._print(expr.exp)}}}"))

    def _print_Inverse(self, expr: Any) -> str:
        transposed = isinstance(expr.arg, Transpose)
        base = expr.arg.arg if transposed else expr.arg
        return join(_attach(self._base(base, 0), r"^{-\top}" if transposed else "^{-1}"))

    def _print_HadamardPower(self, expr: Any) -> str:
        transposed = isinstance(expr.base, Transpose)
        base = expr.base.arg if transposed else expr.base
        power = join(_attach(self._base(base, 0), rf"^{{\odot {self._print(expr.exp)}}}"))
        return rf"( {power} )^{{\top}}" if transposed else power

    def _print_Symbol(self, expr: Any, *_: Any, **__: Any) -> str:
        return symbol_latex(str(expr.name))

    _print_MatrixSymbol = _print_RandomSymbol = _print_Dummy = _print_Symbol  # noqa: N815

    def _print_Rational(self, expr: Any) -> str:
        return number_latex(expr)

    def _print_Identity(self, expr: Any, *_: Any, **__: Any) -> str:
        return f"I_{{{self._print(expr.shape[0])}}}"

    def _print_ZeroMatrix(self, _: Any, *__: Any, **___: Any) -> str:
        return "0"

    def _print_OneMatrix(self, expr: Any, *_: Any, **__: Any) -> str:
        rows, columns = (self._print(size) for size in expr.shape)
        if columns == "1":
            return rf"\mathbf{{1}}_{{{rows}}}"
        return rf"\mathbf{{1}}_{{{columns}}}^{{\top}}" if rows == "1" else rf"\mathbf{{1}}_{{{rows} \times {columns}}}"

    def _print_MatrixElement(self, expr: Any) -> str:
        # SymPy counts from 0; square brackets keep a reader from taking the indices for the usual ones
        row, column = (self._print(index) for index in expr.indices)
        return f"{join(self._base(expr.parent, 0))}[{row}, {column}]"

    def _print_MatrixBase(self, expr: Any) -> str:
        rows = (" & ".join(self._print(entry) for entry in expr.row(k)) for k in range(expr.rows))
        return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"

    _print_ImmutableDenseMatrix = _print_MutableDenseMatrix = _print_ImmutableSparseMatrix = _print_MatrixBase  # noqa: N815

    def _print_DiagMatrix(self, expr: Any) -> str:
        return r"\operatorname{diag}" + join(self._bracket(expr.args[0], 0))

    _print_DiagonalMatrix = _print_DiagonalOf = _print_DiagMatrix  # noqa: N815

    def _print_Determinant(self, expr: Any, *_: Any, **__: Any) -> str:
        return r"\det" + join(self._bracket(expr.arg, 0))


def _attach(pieces: list[Piece], suffix: str) -> list[Piece]:
    *others, last = pieces
    return [*others, Piece(last.latex + suffix, last.level)]


def _juxtapose(parts: Sequence[str]) -> str:
    out = ""
    for part in parts:
        # a number after another factor must not run into it
        out += (r" \cdot " if out and part.startswith((*"0123456789", r"\tfrac")) else " " if out else "") + part
    return out
