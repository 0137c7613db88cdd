"""A paper: the one object that a derivation file makes, and the list of claims that it collects."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from dlnproof.claims.claim import (
    Body,
    Citation,
    Claim,
    Derivation,
    Expectation,
    Gradient,
    HessianForm,
    Identity,
    Induction,
    Inequality,
    Minimum,
    Relation,
    Step,
    Theorem,
)
from dlnproof.claims.figure import PaperFigure, takes_a_figure
from dlnproof.claims.ranges import read_ranges
from dlnproof.claims.steps import read_squares
from dlnproof.claims.twins import Twin, read_twins
from dlnproof.errors import bad

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
TheoremFunction = TypeVar("TheoremFunction", bound=Callable[..., None])


class Paper:
    """A paper and its claims, in the order in which they were written.

    `key` is the first half of every claim's id and the bibliography key; `url` may name the paper on the web.
    Claims are added by the methods below, which check their arguments and return the new `Claim`.
    """

    def __init__(
        self, key: str, *, title: str, authors: Sequence[str], year: int, venue: str = "", url: str = ""
    ) -> None:
        if not isinstance(key, str) or not _KEY.match(key):
            raise bad(
                "key", key, "a paper's key is letters, digits, '-', '_' or '.'", "choose one like 'lu-kawaguchi-2017'"
            )
        if isinstance(authors, str) or not all(isinstance(name, str) for name in authors):
            raise bad("authors", authors, "authors is a list of names", "write authors=['A. Author']")
        if not isinstance(year, int):
            raise bad("year", year, "the year is an integer", "write year=2017")
        self.key = key
        self.title = title
        self.authors = tuple(authors)
        self.year = year
        self.venue = venue
        self.url = url
        self._claims: dict[str, Claim] = {}
        self._figures: dict[str, PaperFigure] = {}

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims so far, in the order in which they were written."""
        return tuple(self._claims.values())

    @property
    def figures(self) -> tuple[PaperFigure, ...]:
        """The figures so far, in the order in which they were written."""
        return tuple(self._figures.values())

    def __repr__(self) -> str:
        return f"Paper({self.key!r}, {len(self._claims)} claims)"

    def identity(self, label: str, left: Any, right: Any, statement: str = "", **options: Any) -> Claim:
        """Claim `left = right` for all values of their symbols, of all sizes that are symbols.

        Options of every claim: `source`, `expect` ("holds", "refuted", or "open" where nobody knows), `corrects`, `uses`,
        `assuming`, `remark`. What uses an open claim is shown as conditional on it. The verdict speaks of `statement`; a
        conclusion that the body does not check belongs into `remark`, which is printed as not checked.
        """
        return self._add(label, Identity(left, right), statement, **options)

    def derivation(self, label: str, lines: Sequence[Any], statement: str = "", **options: Any) -> Claim:
        """Claim a chain: the first of `lines` is an expression, each later one a step made by `dp.eq`, `dp.ge`, ..."""
        if not isinstance(lines, Sequence) or len(lines) < 2:
            raise bad(
                "lines", lines, f"derivation {label!r} needs a first expression and at least one step", "add dp.eq(...)"
            )
        start, *steps = lines
        if isinstance(start, Step):
            raise bad(
                "lines[0]", start, f"derivation {label!r} must start with an expression", "put the left side first"
            )
        for place, step in enumerate(steps, 1):
            if not isinstance(step, Step):
                raise bad(
                    f"lines[{place}]",
                    step,
                    f"derivation {label!r} expects a step here",
                    "wrap it in dp.eq(...) or dp.ge(...)",
                )
        directions = {step.relation.value[0] for step in steps} - {"="}
        if len(directions) > 1:
            raise bad("lines", label, "a derivation goes up or down, not both", "split it where the inequality turns")
        return self._add(label, Derivation(start, tuple(steps)), statement, **options)

    def induction(
        self, label: str, over: tuple[Any, Any, Any], statements: Sequence[Any], statement: str = "", **options: Any
    ) -> Claim:
        """Claim equations for every index: `over` is (i, first, last), `statements` a list of Eq(left, right) that contain i.

        They are proved together by induction on i: each at the first index, and each at i + 1 from all of them at i. An equation
        is claimed where all its partial products exist (W[i + 1] needs i < H).
        """
        if not isinstance(over, tuple) or len(over) != 3 or not getattr(over[0], "is_integer", False):
            raise bad("over", over, f"induction {label!r} runs over (index, first, last)", "write (i, 1, H)")
        pairs = [(getattr(item, "lhs", None), getattr(item, "rhs", None)) for item in statements]
        if not pairs or any(left is None or right is None for left, right in pairs):
            raise bad("statements", statements, f"induction {label!r} needs equations", "write [Eq(left, right), ...]")
        body = Induction(*over, tuple(Identity(left, right) for left, right in pairs))
        return self._add(label, body, statement, **options)

    def gradient(
        self, label: str, loss: Any, formulas: Mapping[Any, Any], statement: str = "", **options: Any
    ) -> Claim:
        """Claim that `formulas[W]` is the gradient of the scalar `loss` with respect to each matrix symbol W named."""
        if not isinstance(formulas, Mapping) or not formulas:
            raise bad("formulas", formulas, f"gradient {label!r} needs a formula", "write {W1: ...}")
        return self._add(label, Gradient(loss, dict(formulas)), statement, **options)

    def hessian(
        self, label: str, loss: Any, directions: Mapping[Any, Any], formula: Any, statement: str = "", **options: Any
    ) -> Claim:
        """Claim that `formula` is the second derivative of `loss` along `W -> W + t D` for each pair W: D named."""
        if not isinstance(directions, Mapping) or not directions:
            raise bad("directions", directions, f"hessian {label!r} needs a direction", "write {W1: D1, ...}")
        return self._add(label, HessianForm(loss, dict(directions), formula), statement, **options)

    def minimum(
        self,
        label: str,
        loss: Any,
        *,
        at: Mapping[Any, Any],
        value: Any,
        squares: Iterable[Any] | None = None,
        statement: str = "",
        **options: Any,
    ) -> Claim:
        """Claim that `value` is the global minimum of `loss`, attained at `at`; `squares` add up to `loss - value`."""
        if not isinstance(at, Mapping) or not at:
            raise bad("at", at, f"minimum {label!r} needs the point", "write at={W1: ...}")
        body = Minimum(loss, dict(at), value, read_squares(squares, f"minimum {label!r}"))
        return self._add(label, body, statement, **options)

    def inequality(
        self,
        label: str,
        left: Any,
        step: Step,
        *,
        over: Mapping[Any, Any] | None = None,
        statement: str = "",
        **options: Any,
    ) -> Claim:
        """Claim an inequality between scalars on a box: `paper.inequality("b", x**2, dp.le(x), over={x: (0, 1)})`.

        `over` gives the range of a symbol as (low, high), ends included, exact or infinite (`sympy.oo`), or as a SymPy
        Interval; a symbol that is not named runs over all positive, nonnegative or real numbers, as it was declared.
        Polynomials and quotients of polynomials are decided exactly, roots, exp and log by balls.
        """
        if not isinstance(step, Step) or step.relation is Relation.EQ:
            raise bad("step", step, f"inequality {label!r} needs an inequality", "write dp.ge(right) or dp.le(right)")
        if options.get("assuming"):
            raise bad(
                "assuming",
                options["assuming"],
                "an inequality on a box has ranges instead of assumptions",
                "use over={x: (0, 1)}",
            )
        ranges = read_ranges((left, step.expression), dict(over or {}), label)
        return self._add(
            label, Inequality(left, step.relation, step.expression, ranges, step.reason), statement, **options
        )

    def theorem(
        self, label: str, statement: str = "", *, twins: Iterable[str] = (), twin_of: str | None = None, **options: Any
    ) -> Callable[[TheoremFunction], TheoremFunction]:
        """Claim what the decorated Hypothesis `@given` function asserts; the function itself stays runnable by pytest.

        `twins` name false statements near it: "strict" (every comparison made strict), "without NAME" (an assumption or a
        `dp.bound` dropped). `twin_of` makes this claim, expected to be refuted, a false twin of an earlier theorem.
        """

        def register(function: TheoremFunction) -> TheoremFunction:
            from dlnproof.claims.theorem import filter_by_assumptions  # Hypothesis is slow to import: theorems only

            checked = filter_by_assumptions(function, tuple(options.get("assuming", ())), label)
            body = Theorem(checked, read_twins(twins, f"theorem {label!r}"))
            if twin_of is not None and options.get("expect") != Expectation.REFUTED:
                rule = f"{label!r} is a false twin, so it is expected to be refuted"
                raise bad("expect", options.get("expect", "holds"), rule, "write expect='refuted'")
            original = None if twin_of is None else self._theorem(twin_of, label)
            self._add(label, body, statement, line=_line_of(function), **options)
            if original is not None:
                self._add_twin(original, Twin(label, checked))
            return checked

        return register

    def twin(
        self, of: str, name: str, *, assuming: Iterable[Any] | None = None
    ) -> Callable[[TheoremFunction], TheoremFunction]:
        """Plant a false twin of the theorem labelled `of`: the decorated `@given` function must be refuted.

        `name` says what was changed; `assuming` are those of the theorem unless given. `dlnproof check --kill-rate` prints
        how many twins of each theorem are refuted. A twin is no claim of the paper.
        """

        def register(function: TheoremFunction) -> TheoremFunction:
            from dlnproof.claims.theorem import filter_by_assumptions

            original = self._theorem(of, name)
            assumed = original.assuming if assuming is None else tuple(assuming)
            checked = filter_by_assumptions(function, assumed, f"{of}: {name}")
            self._add_twin(original, Twin(name, checked))
            return checked

        return register

    def _theorem(self, label: str, twin: str) -> Claim:
        claim = self._claims.get(label)
        if claim is None or not isinstance(claim.body, Theorem):
            rule = f"the twin {twin!r} belongs to a theorem of paper {self.key!r} that is written before it"
            raise bad("twin_of", label, rule, "give the label of such a theorem")
        return claim

    def _add_twin(self, claim: Claim, twin: Twin) -> None:
        assert isinstance(claim.body, Theorem)
        if not isinstance(twin.name, str) or twin.name in {other.name for other in claim.body.twins}:
            raise bad("name", twin.name, f"a twin of {claim.label!r} has a name of its own", "choose another name")
        twins = (*claim.body.twins, twin)
        self._claims[claim.label] = replace(claim, body=Theorem(claim.body.function, twins))

    def cite(self, label: str, statement: str = "", *, source: str, **options: Any) -> Claim:
        """Record a fact taken from the literature: nothing checks it, and what uses it is shown as conditional on it."""
        if not source:
            raise bad("source", source, f"the cited fact {label!r} needs its source", "name paper and theorem number")
        return self._add(label, Citation(source), statement, source=source, **options)

    def figure(self, label: str, function: Callable[..., Any], *, caption: str, alt: str = "") -> PaperFigure:
        """Give the paper a figure, which the appendix shows after its claims; no check looks at it.

        `function` takes nothing and returns a matplotlib figure, or takes an empty one and draws on it; it runs when an
        appendix is printed, in a process of its own. `alt` (the caption without it) says what there is to see.
        """
        _check_label(label)
        if label in self._figures:
            rule = f"paper {self.key!r} already has this figure (line {self._figures[label].line})"
            raise bad("label", label, rule, "choose another label")
        for name, text in (("caption", caption), ("alt", alt)):
            if not isinstance(text, str) or (name == "caption" and not text.strip()):
                raise bad(name, text, f"figure {label!r} is described in words", f"write {name}='...'")
        file, line = _where_written()
        figure = PaperFigure(
            paper=self.key,
            label=label,
            function=function,
            takes_figure=takes_a_figure(function, label),
            caption=caption,
            alt=alt or caption,
            file=file,
            line=line,
        )
        self._figures[label] = figure
        return figure

    def _add(
        self,
        label: str,
        body: Body,
        statement: str,
        *,
        remark: str = "",
        source: str = "",
        expect: str = "holds",
        corrects: str | None = None,
        uses: Iterable[str] = (),
        assuming: Iterable[Any] = (),
        line: int | None = None,
    ) -> Claim:
        _check_label(label)
        if label in self._claims:
            first = self._claims[label]
            raise bad(
                "label", label, f"paper {self.key!r} already has this label (line {first.line})", "choose another label"
            )
        if expect not in {item.value for item in Expectation}:
            raise bad(
                "expect",
                expect,
                "a claim is expected to be 'holds', 'refuted' or 'open'",
                "write expect='refuted' for a printed error, expect='open' for what nobody has decided",
            )
        if isinstance(uses, str):
            raise bad("uses", uses, "uses is a list of labels", f"write uses=[{uses!r}]")
        file, here = _where_written()
        claim = Claim(
            paper=self.key,
            label=label,
            body=body,
            statement=statement,
            remark=remark,
            source=source,
            expect=Expectation(expect),
            corrects=corrects,
            uses=tuple(uses),
            assuming=tuple(assuming),
            file=file,
            line=here if line is None else line,
        )
        self._claims[label] = claim
        return claim


def _check_label(label: Any) -> None:
    if not isinstance(label, str) or not _KEY.match(label):
        raise bad("label", label, "a label is letters, digits, '-', '_' or '.'", "choose one like 'eq-3' or 'T2.3'")


def _line_of(function: Any) -> int:
    return int(getattr(getattr(function, "__code__", None), "co_firstlineno", 0))


def _where_written() -> tuple[str, int]:
    """Return file and line of the first caller outside this module: the line of the derivation file."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
