r"""What a claim states, as displayed formulas: one function for each kind of body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy.matrices.expressions import MatrixExpr, Trace

from dlnproof.claims.claim import (
    Claim,
    Derivation,
    Gradient,
    HessianForm,
    Identity,
    Induction,
    Inequality,
    Minimum,
    Range,
    Relation,
    Square,
)
from dlnproof.language.chain import Chain
from dlnproof.language.layer_sum import rebuilt
from dlnproof.report.displays import Link, chain, display, rows_of
from dlnproof.report.escape import Latex, escape_text
from dlnproof.report.formulas import formula, formula_pieces
from dlnproof.report.layout import Piece
from dlnproof.report.names import symbol_latex

LOSS = r"\mathcal{L}"
SIGNS: Mapping[Relation, str] = {
    Relation.EQ: "=",
    Relation.GE: r"\geq",
    Relation.LE: r"\leq",
    Relation.GT: ">",
    Relation.LT: "<",
}


def body_latex(claim: Claim, width: float, wrong_step: int | None = None) -> Latex:
    """Return the displays of what `claim` states, for lines of `width` points; a citation and a theorem have none.

    `wrong_step` is the first wrong step of a refuted derivation, which is marked.
    """
    if isinstance(claim.body, Derivation):
        return _derivation(claim.body, width, wrong_step)
    show = _SHOW.get(type(claim.body))
    return show(claim.body, width) if show else Latex("")


def certificates(claim: Claim) -> list[Latex]:
    """Return the sums of squares that come with a claim, one sentence each."""
    body = claim.body
    found = []
    if isinstance(body, Minimum) and body.squares:
        found.append(Latex(rf"${LOSS}$ minus its minimum equals ${_sum_of_squares(body.squares)}$."))
    for number, step in enumerate(body.steps if isinstance(body, Derivation) else (), 1):
        if step.squares:
            higher, lower = ("the line before", "this one")
            if step.relation in (Relation.LE, Relation.LT):
                higher, lower = lower, higher
            shown = _sum_of_squares(step.squares)
            found.append(Latex(f"step {number}: {higher} minus {lower} equals ${shown}$."))
    return found


def expressions(claim: Claim) -> list[Any]:
    """Return every expression that a reader of `claim` meets, assumptions included."""
    body = claim.body
    found: list[Any] = []
    if isinstance(body, Identity):
        found = [body.left, body.right]
    elif isinstance(body, Derivation):
        roots = [square for step in body.steps for square in step.squares or ()]
        found = [body.start, *(step.expression for step in body.steps), *(square.root for square in roots)]
    elif isinstance(body, Gradient):
        found = [body.loss, *body.formulas, *body.formulas.values()]
    elif isinstance(body, HessianForm):
        letters = (*body.directions, *body.directions.values())
        found = [body.loss, *(item.product(item.depth, 1) if isinstance(item, Chain) else item for item in letters)]
        found.append(body.formula)
    elif isinstance(body, Induction):
        found = [side for part in body.statements for side in (part.left, part.right)]
    elif isinstance(body, Minimum):
        found = [body.loss, *body.at, *body.at.values(), body.value]
    elif isinstance(body, Inequality):
        found = [body.left, body.right, *(item.symbol for item in body.over)]
    return [*found, *claim.assuming]


def reasons(claim: Claim) -> list[str]:
    """Return the reasons of a derivation, as typed."""
    return [step.reason for step in claim.body.steps] if isinstance(claim.body, Derivation) else []


def _identity(body: Identity, width: float) -> Latex:
    return chain(formula_pieces(body.left), [Link("=", formula_pieces(body.right))], width)


def _derivation(body: Derivation, width: float, wrong_step: int | None) -> Latex:
    links = []
    for number, step in enumerate(body.steps, 1):
        note = f"({number}) {escape_text(step.reason)}".strip()
        if number == wrong_step:
            note += r" --- \textbf{wrong step}"
        links.append(Link(SIGNS[step.relation], formula_pieces(step.expression), Latex(note)))
    return chain(formula_pieces(body.start), links, width)


def _gradient(body: Gradient, width: float) -> Latex:
    parts = [chain([Piece(LOSS)], [Link("=", formula_pieces(body.loss))], width)]
    for symbol, value in body.formulas.items():
        left = [Piece(rf"\nabla_{{{formula(symbol)}}} {LOSS}")]
        parts.append(chain(left, [Link("=", formula_pieces(value))], width))
    return _stack(parts)


def _hessian(body: HessianForm, width: float) -> Latex:
    moved = ",\\, ".join(f"{_letter(symbol)} + t {_letter(direction)}" for symbol, direction in body.directions.items())
    left = rf"\frac{{d^{{2}}}}{{dt^{{2}}}} {LOSS}({moved}) \Big|_{{t=0}}"
    loss = chain([Piece(LOSS)], [Link("=", formula_pieces(body.loss))], width, hang=False)
    return _stack([loss, chain([Piece(left)], [Link("=", formula_pieces(body.formula))], width, hang=False)])


def _letter(weight: Any) -> str:
    """Return a weight or direction as the reader meets it; a chain stands for all its layers."""
    return f"{symbol_latex(weight.name)}_{{k}}" if isinstance(weight, Chain) else formula(weight)


def _induction(body: Induction, width: float) -> Latex:
    index, first, last = map(formula, (body.index, body.first, body.last))
    note = Latex(rf"${index} = {first}, \ldots, {last}$")
    return _stack(
        [
            chain(formula_pieces(part.left), [Link("=", formula_pieces(part.right), note)], width)
            for part in body.statements
        ]
    )


def _minimum(body: Minimum, width: float) -> Latex:
    parts = [chain([Piece(LOSS)], [Link("=", formula_pieces(body.loss))], width)]
    left = rf"\min {LOSS}" if body.squares else rf"\operatorname{{stat}} {LOSS}"
    parts.append(chain([Piece(left)], [Link("=", formula_pieces(body.value))], width))
    for symbol, value in body.at.items():
        parts.append(chain([Piece(formula(symbol))], [Link("=", formula_pieces(value))], width))
    return _stack(parts)


def _inequality(body: Inequality, width: float) -> Latex:
    line = chain(formula_pieces(body.left), [Link(SIGNS[body.relation], formula_pieces(body.right))], width)
    if not body.over:
        return line
    ranges = [Piece(_range(item), 0 if place else None) for place, item in enumerate(body.over)]
    return _stack([line, chain([Piece(r"\text{for}")], [Link("", ranges)], width)])


def _range(item: Range) -> str:
    left, right = "(" if item.low_open else "[", ")" if item.high_open else "]"
    return rf"{formula(item.symbol)} \in {left}{formula(item.low)}, {formula(item.high)}{right}\quad"


def _stack(parts: list[Latex]) -> Latex:
    """Join displays into one, so that their relation signs stand below each other."""
    return display([row for part in parts for row in rows_of(part)])


def _sum_of_squares(squares: tuple[Square, ...]) -> str:
    return " + ".join(map(_square, squares))


def _square(square: Square) -> str:
    root, weight = square.root, square.weight
    if isinstance(root, MatrixExpr):
        power = Trace(root.T * root)
    elif isinstance(root, sympy.Expr):
        power = sympy.Pow(root, 2, evaluate=False)
    else:
        return rf"{formula(weight)} \cdot {formula(root)}^{{2}}"
    weighted = power if weight == 1 else sympy.Mul(sympy.sympify(weight), power, evaluate=False)
    return formula(rebuilt(weighted, square.ranges))


_SHOW: Mapping[type, Callable[[Any, float], Latex]] = {
    Identity: _identity,
    Gradient: _gradient,
    HessianForm: _hessian,
    Induction: _induction,
    Minimum: _minimum,
    Inequality: _inequality,
}
