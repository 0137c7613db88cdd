"""Equations with sums over layers, scalars of layers or powers A**i: two roads for every depth, or a counterexample at one.

First road: the canonical form of sums (`algebra.layer_sums`). Second road: the original formulas, sums written out, at concrete
depths, each compared by the engine without sums and evaluated modulo a prime. A difference of sums is a polynomial in the
indices on each of finitely many regions that compare indices up to constants of size c; with n indices in one diagram and
weights of degree k, a region that is not empty has a point with all indices at most n (c + 1), and a polynomial that is not
zero there is different from zero at one at most k further on in some index. So a false equation whose two sides differ
anywhere differ at a depth up to that number; the second road takes all indices up to a small depth (`SMALL`) and samples the
depths from there to `LARGEST`, and its evidence names all of them. It shares no code with the first but the reading of
formulas without sums.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any

import msgspec
import sympy

from dlnproof.algebra.layer_sums import remainder
from dlnproof.checks.assumed import assumptions_at, vacuous
from dlnproof.checks.context import Context
from dlnproof.checks.modular import METHOD as MODULAR
from dlnproof.checks.modular import modular_evidence
from dlnproof.checks.normal_form import METHOD as CANONICAL
from dlnproof.checks.refutation import refutation
from dlnproof.checks.seeds import stable_seed
from dlnproof.checks.small_instances import satisfiable
from dlnproof.checks.statement import prepare, read_shapes
from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.language.all_layers import small_depths
from dlnproof.language.assumptions import Assumptions, read_assumptions
from dlnproof.language.depth import assignments, at_depth, index_symbols
from dlnproof.language.every_layer import EveryLayer, replaced_everywhere
from dlnproof.language.from_sympy import Reader
from dlnproof.language.index_facts import scope_of
from dlnproof.language.sum_terms import difference_terms
from dlnproof.verdict import Evidence, Finding

SMALL, LARGEST, SAMPLED = 3, 6, 3
SCOPE = "all sizes, all depths"
_MOST_SMALL = 20
_FEW_DEPTHS = 2  # of a formula that the algebra of sums cannot read: there may be nothing to find


@dataclass(frozen=True, slots=True)
class Summation:
    """`left = right` with sums; `shapes` counts the diagrams that the canonical form of the difference has left.

    `used` are the assumptions that this form rests on: those that are not equations, and equations for every layer if they were
    needed.
    """

    left: Any
    right: Any
    assuming: tuple[Any, ...]
    used: tuple[Any, ...]
    assumptions: Assumptions
    shapes: int

    @property
    def holds(self) -> bool:
        """Whether the canonical form of the difference is zero."""
        return not self.shapes


def summation(left: Any, right: Any, assuming: Iterable[Any] = ()) -> Summation:
    """Return the equation with its canonical form decided; UnsupportedError for what the algebra of sums lacks."""
    assuming = tuple(assuming)
    left, right = sympy.sympify(left), sympy.sympify(right)
    plain = tuple(item for item in assuming if not isinstance(item, sympy.Eq | EveryLayer))
    rules = tuple(item for item in assuming if isinstance(item, EveryLayer))
    assumptions = read_assumptions(plain)
    shapes = _shapes_left(left, right, assumptions)
    if not shapes or not rules:
        return Summation(left, right, assuming, plain, assumptions, shapes)
    roots = scope_of([left, right], assumptions.order)
    new_left, new_right = (replaced_everywhere(side, rules, roots) for side in (left, right))
    shapes = _shapes_left(new_left, new_right, assumptions)
    return Summation(left, right, assuming, (*plain, *rules), assumptions, shapes)


def _shapes_left(left: Any, right: Any, assumptions: Assumptions) -> int:
    """Return how many diagrams the canonical form of `left - right` has."""
    reader = Reader()
    reader.vocabulary.symmetric = assumptions.having("symmetric")
    reader.vocabulary.orthogonal = assumptions.having("orthogonal")
    reader.vocabulary.antisymmetric = assumptions.having("antisymmetric")
    reader.vocabulary.diagonal = assumptions.having("diagonal")
    read_shapes(reader, left, right)
    indices = index_symbols([left, right])
    roots = scope_of([left, right], assumptions.order)
    return len(remainder(difference_terms(reader, left, right, indices), roots).shapes)


def layer_sum_evidence(
    left: Any, right: Any, assuming: tuple[Any, ...], context: Context, part: str | None
) -> Iterator[Evidence]:
    """Yield the evidence for an equation with sums over layers."""
    started = perf_counter()
    failure: UnsupportedError | None = None
    try:
        claim = summation(left, right, assuming)
    except UnsupportedError as error:
        failure = error
        sides = sympy.sympify(left), sympy.sympify(right)
        order = [item for item in assuming if not isinstance(item, sympy.Eq | EveryLayer)]
        claim = Summation(*sides, assuming, assuming, read_assumptions(order), 1)
    if failure is None:
        yield first_road(claim, started, part)
    if claim.holds:
        yield vacuous(part) if _is_vacuous(claim, context) else written_out(claim, context, part)
        return
    found = list(counterexamples(claim, context, part, _FEW_DEPTHS if failure else None))
    if failure is not None and all(item.counterexample is None for item in found):
        raise failure
    yield from found


def first_road(claim: Summation, started: float, part: str | None) -> Evidence:
    """Return a proof when the canonical form of the difference is zero, else no conclusion."""
    return Evidence(
        method=CANONICAL,
        finding=Finding.PROOF if claim.holds else Finding.INCONCLUSIVE,
        outcome="equal" if claim.holds else f"not equal: sums over {claim.shapes} diagrams remain",
        seconds=perf_counter() - started,
        part=part,
        scope=SCOPE if claim.holds else None,
    )


def depths_of(expressions: Iterable[Any], order: Iterable[Any], seed: int) -> list[dict[Any, int]]:
    """Return the depths at which sums are written out: all small ones, and samples of larger ones."""
    expressions, order = list(expressions), list(order)
    small = list(islice(assignments(expressions, order, SMALL), _MOST_SMALL))
    larger = [chosen for chosen in assignments(expressions, order, LARGEST) if max(chosen.values(), default=0) > SMALL]
    drawn = random.Random(stable_seed(seed, "depths")).sample(larger, min(SAMPLED, len(larger)))
    if not small and not drawn:
        raise UnsupportedError("no depth at which all partial products of the claim exist was found: not supported yet")
    return [*small, *sorted(drawn, key=lambda chosen: sorted((str(name), value) for name, value in chosen.items()))]


def named(chosen: dict[Any, int]) -> str:
    """Return a depth in words: `H=3, i=1`."""
    return ", ".join(f"{symbol}={value}" for symbol, value in sorted(chosen.items(), key=lambda item: str(item[0])))


def _is_vacuous(claim: Summation, context: Context) -> bool:
    """Return whether equations that were needed could not be satisfied at the depth of two layers or its neighbours."""
    if not any(isinstance(item, EveryLayer) for item in claim.used):
        return False
    for chosen in small_depths([claim.left, claim.right], claim.assumptions.order):
        at = partial(at_depth, chosen=chosen)
        if satisfiable(prepare(at(claim.left), at(claim.right), assumptions_at(claim.assuming, at)), context.seed):
            return False
    return True


def written_out(claim: Summation, context: Context, part: str | None) -> Evidence:
    """Return the second proof: both original formulas at several depths, sums written out, modulo a prime."""
    started = perf_counter()
    taken = depths_of((claim.left, claim.right), claim.assumptions.order, context.seed)
    details: dict[str, Any] = {}
    for chosen in taken:
        at = partial(at_depth, chosen=chosen)
        statement = prepare(at(claim.left), at(claim.right), assumptions_at(claim.used, at))
        if not statement.holds and statement.assumptions.equations:
            return Evidence(
                method=MODULAR,
                finding=Finding.INCONCLUSIVE,
                outcome=f"the assumed equations do not decide it at {named(chosen)}",
                part=part,
            )
        if not statement.holds:
            raise DisagreementError(
                f"equal for every depth but not at {named(chosen)}: {claim.left} and {claim.right}; please report this"
            )
        evidence = modular_evidence(statement, context.seed)
        details = evidence.details
        if evidence.finding is not Finding.PROOF:
            return msgspec.structs.replace(evidence, outcome=f"{evidence.outcome} at {named(chosen)}", part=part)
    return Evidence(
        method=MODULAR,
        finding=Finding.PROOF,
        outcome="equal",
        seconds=perf_counter() - started,
        part=part,
        scope=SCOPE,
        details={**details, "depths": [named(chosen) for chosen in taken]},
    )


def counterexamples(
    claim: Summation, context: Context, part: str | None, most: int | None = None
) -> Iterator[Evidence]:
    """Yield a counterexample at the smallest depth that has one, its depth and indices among its sizes.

    `most` bounds the number of depths that are tried.
    """
    for chosen in depths_of((claim.left, claim.right), claim.assumptions.order, context.seed)[:most]:
        at = partial(at_depth, chosen=chosen)
        statement = prepare(at(claim.left), at(claim.right), assumptions_at(claim.assuming, at))
        if statement.holds:
            continue
        for evidence in refutation(statement, context, part):
            if evidence.counterexample is not None:
                sizes = {**{str(symbol): value for symbol, value in chosen.items()}, **evidence.counterexample["sizes"]}
                yield msgspec.structs.replace(evidence, counterexample={**evidence.counterexample, "sizes": sizes})
                return
    yield Evidence(
        method="counterexample search",
        finding=Finding.INCONCLUSIVE,
        outcome=f"no counterexample found at depths up to {LARGEST}",
        part=part,
    )
