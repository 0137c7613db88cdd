"""A claim: what a paper states, in one frozen value that every check, page and ledger entry reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from dlnproof.claims.twins import Twin


class Expectation(StrEnum):
    """What the author expects: that the claim holds, that it is refuted (a printed error), or nothing, as nobody knows."""

    HOLDS = "holds"
    REFUTED = "refuted"
    OPEN = "open"


class Relation(StrEnum):
    """How one line of a derivation stands to the line before it."""

    EQ = "="
    GE = ">="
    LE = "<="
    GT = ">"
    LT = "<"

    @property
    def is_strict(self) -> bool:
        """Whether equality is excluded."""
        return self in (Relation.GT, Relation.LT)


@dataclass(frozen=True, slots=True)
class Square:
    """A weighted square `weight * ||root||_F^2` (`weight * root^2` for a scalar): nonnegative when the weight is.

    With `ranges` (index, first, last), the first the outermost, it stands for the sum of these squares over layers.
    """

    weight: Any
    root: Any
    ranges: tuple[tuple[Any, Any, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: `previous relation expression`, because of `reason`."""

    relation: Relation
    expression: Any
    reason: str = ""
    squares: tuple[Square, ...] | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """`left = right` for every value of their symbols (SymPy expressions of one shape)."""

    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Derivation:
    """A chain `start relation_1 line_1 relation_2 line_2 ...`, each step checked by itself."""

    start: Any
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Induction:
    """The equations `left = right` of `statements` for index = first, ..., last, wherever all their partial products exist.

    Proved together: all at the first index, and all at index + 1 from all at index.
    """

    index: Any
    first: Any
    last: Any
    statements: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class Gradient:
    """`formulas[W]` is the gradient of the scalar `loss` with respect to the matrix symbol `W`, for every W named."""

    loss: Any
    formulas: Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class HessianForm:
    """`formula` is the second derivative of `loss` at t = 0 along W -> W + t D for every pair W: D of `directions`."""

    loss: Any
    directions: Mapping[Any, Any]
    formula: Any


@dataclass(frozen=True, slots=True)
class Minimum:
    """`value` is the minimum of `loss`, attained where each matrix symbol W of `at` has the value `at[W]`.

    `squares` certify it: `loss - value = sum of squares`; without them they are searched among the visible factors.
    """

    loss: Any
    at: Mapping[Any, Any]
    value: Any
    squares: tuple[Square, ...] | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """`low <= symbol <= high`, exact numbers or infinite; an end that is open is left out."""

    symbol: Any
    low: Any
    high: Any
    low_open: bool = False
    high_open: bool = False

    def __str__(self) -> str:
        left, right = "(" if self.low_open else "[", ")" if self.high_open else "]"
        return f"{self.symbol} in {left}{self.low}, {self.high}{right}"


@dataclass(frozen=True, slots=True)
class Inequality:
    """`left relation right` between scalars at every point of a box: one range for each symbol."""

    left: Any
    relation: Relation
    right: Any
    over: tuple[Range, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Theorem:
    """A Hypothesis `@given` function over exact problems; a failing assert on exact or certified values is a refutation.

    `twins` are statements near it that are false: a test that cannot refute them is weak.
    """

    function: Callable[..., None]
    twins: tuple[Twin, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A fact taken from the literature: shown as such, checked by nobody here."""

    reference: str


Body: TypeAlias = Identity | Derivation | Induction | Gradient | HessianForm | Minimum | Inequality | Theorem | Citation

KINDS: Mapping[type, str] = {
    Identity: "identity",
    Derivation: "derivation",
    Induction: "induction",
    Gradient: "gradient",
    HessianForm: "hessian",
    Minimum: "minimum",
    Inequality: "inequality",
    Theorem: "theorem",
    Citation: "citation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of a paper: its label, statement (LaTeX), source, assumptions, links to other claims and its body.

    `statement` says what the body checks and no more: the verdict speaks of it. What follows from it by an argument in words
    is a `remark` (LaTeX), printed as not checked.
    `uses`, `corrects` hold labels of the same paper or full ids `paper/label`. `file`, `line` say where it was written.
    """

    paper: str
    label: str
    body: Body
    statement: str = ""
    remark: str = ""
    source: str = ""
    expect: Expectation = Expectation.HOLDS
    corrects: str | None = None
    uses: tuple[str, ...] = ()
    assuming: tuple[Any, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def id(self) -> str:
        """The id by which the command line, the ledger and other papers name the claim: `paper/label`."""
        return f"{self.paper}/{self.label}"

    @property
    def kind(self) -> str:
        """The kind of claim, a key of the JSON schema: one of the values of `KINDS`."""
        return KINDS[type(self.body)]
