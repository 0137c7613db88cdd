"""An equation through all its checks: two roads to a proof, or the search for a counterexample and its confirmation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from time import perf_counter
from typing import Any

from dlnproof.checks.assumed import assumptions_at, vacuous
from dlnproof.checks.block_equality import block_evidence
from dlnproof.checks.context import Context
from dlnproof.checks.counterexample import find_counterexample
from dlnproof.checks.depth import counterexample_at_depths, depths, second_road_at_depths
from dlnproof.checks.entrywise import entrywise_evidence
from dlnproof.checks.layer_sums import layer_sum_evidence
from dlnproof.checks.modular import modular_evidence
from dlnproof.checks.normal_form import normal_form_evidence
from dlnproof.checks.refutation import Searched, refutation, residuals
from dlnproof.checks.rewriting import Effort
from dlnproof.checks.small_instances import satisfiable
from dlnproof.checks.statement import Statement, prepare, unread
from dlnproof.checks.suggested import with_suggestion
from dlnproof.claims.claim import Claim, Identity
from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.language.block_matrices import has_blocks
from dlnproof.language.depth import at_depth
from dlnproof.language.every_layer import EveryLayer, with_instances
from dlnproof.language.sides import alike, as_expression
from dlnproof.language.sum_terms import needs_sums
from dlnproof.verdict import Evidence, Finding


def check_identity(claim: Claim, context: Context) -> Iterator[Evidence]:
    """Yield the evidence for `left = right`."""
    assert isinstance(claim.body, Identity)
    left, right = claim.body.left, claim.body.right
    yield from with_suggestion(equality_evidence(left, right, claim.assuming, context), left, right, claim.assuming)


def equality_evidence(
    left: Any, right: Any, assuming: Iterable[Any], context: Context, part: str | None = None
) -> Iterator[Evidence]:
    """Yield the evidence for one equation under assumptions; `part` names it within its claim."""
    assuming = tuple(assuming)
    left, right = alike(as_expression(left), as_expression(right))
    if has_blocks(left) or has_blocks(right):

        def check(first: Any, second: Any, name: str | None) -> Iterator[Evidence]:
            return equality_evidence(first, second, assuming, context, name)

        yield from block_evidence(left, right, context.seed, part, check)
    elif needs_sums(left) or needs_sums(right):
        yield from layer_sum_evidence(left, right, assuming, context, part)
    else:
        yield from equality_with(left, right, assuming, context, part)


def equality_with(
    left: Any, right: Any, assuming: tuple[Any, ...], context: Context, part: str | None
) -> Iterator[Evidence]:
    """Yield the evidence for an equation without sums, by rewriting with the assumed equations."""
    started = perf_counter()
    try:
        statement, searched = _prepared(left, right, assuming, context)
    except UnsupportedError as error:
        yield from _by_evaluation(left, right, assuming, context, part, error)
        return
    first = normal_form_evidence(statement, started, part)
    if statement.has_chain or (_speaks_of_layers(assuming) and not statement.holds):
        yield first
        yield from over_depths(statement, assuming, context, part)
        return
    if statement.holds:
        if _may_be_vacuous(statement) and not satisfiable(statement, context.seed):
            yield vacuous(part)
            return
        yield first
        yield modular_evidence(statement, context.seed, part)
        yield from residuals(statement, context, part)
        return
    yield first
    entrywise = _at_stated_sizes(statement, part)
    if entrywise is not None:
        yield entrywise
        if entrywise.finding is Finding.PROOF:
            yield modular_evidence(statement, context.seed, part, proved=True)
            return
    yield from refutation(statement, context, part, searched)


def _prepared(left: Any, right: Any, assuming: tuple[Any, ...], context: Context) -> tuple[Statement, Searched]:
    """Return the statement and what a search for a counterexample found, if there was one: it comes before the long proofs."""
    used = with_instances(assuming, left, right)
    statement = prepare(left, right, used, effort=Effort.QUICK)
    if statement.holds or not (statement.assumptions.equations or statement.reader.all_inverses()):
        return statement, None
    searched: Searched = None
    if not statement.has_chain and not _speaks_of_layers(assuming):
        searched = (find_counterexample(statement, context.seed),)
        if searched[0] is not None:
            return statement, searched
    return prepare(left, right, used), searched


def _speaks_of_layers(assuming: Iterable[Any]) -> bool:
    """Return whether an equation is assumed for every layer: an instance of the claim alone may break it."""
    return any(isinstance(item, EveryLayer) for item in assuming)


def _may_be_vacuous(statement: Statement) -> bool:
    """Return whether the assumptions may contradict each other: equations, or an antisymmetric matrix with more properties."""
    properties = statement.assumptions.properties.values()
    return bool(statement.assumptions.equations) or any(
        "antisymmetric" in owned and len(owned) > 1 for owned in properties
    )


def _by_evaluation(
    left: Any, right: Any, assuming: tuple[Any, ...], context: Context, part: str | None, error: UnsupportedError
) -> Iterator[Evidence]:
    """Yield a counterexample of an equation that the diagrams cannot read; raise the error again when there is none."""
    try:
        statement = unread(left, right, assuming)
    except UnsupportedError:
        raise error from None
    if statement.is_concrete and (entrywise := _at_stated_sizes(statement, part)) is not None:
        yield entrywise
        if entrywise.finding is Finding.PROOF:
            yield modular_evidence(statement, context.seed, part, proved=True)
            return
    try:
        found = list(refutation(statement, context, part))
    except UnsupportedError:
        raise error from None
    for evidence in found:
        if evidence.counterexample is not None:
            yield evidence
            return
    raise error


def over_depths(
    statement: Statement, assuming: tuple[Any, ...], context: Context, part: str | None
) -> Iterator[Evidence]:
    """Yield the second road or the refutation of a statement about a chain, at concrete depths."""

    used = with_instances(assuming, statement.left, statement.right) if statement.holds else assuming

    def at_one(at: Callable[[Any], Any]) -> Statement:
        there = prepare(at(statement.left), at(statement.right), assumptions_at(used, at))
        if statement.holds and not there.holds and there.assumptions.equations:
            # rewriting by equations is not complete: that it ends elsewhere at this depth contradicts nothing
            raise UnsupportedError("the assumed equations do not decide this at every small depth: not supported yet")
        if statement.holds and not there.holds:
            raise DisagreementError(
                f"equal for every depth but not at one: {there.left} and {there.right}; please report this"
            )
        return there

    if statement.holds:
        sides = (statement.left, statement.right)
        if statement.certified_by_uses:
            some = depths(sides, statement.assumptions.order)[-1]
            if not satisfiable(at_one(partial(at_depth, chosen=some)), context.seed):
                yield vacuous(part)
                return
        yield second_road_at_depths(statement, sides, lambda at: modular_evidence(at_one(at), context.seed), part)
        return

    def refute(at: Callable[[Any], Any]) -> Iterator[Evidence]:
        there = at_one(at)
        return iter(()) if there.holds else refutation(there, context, part)

    named = [side for item in assuming if isinstance(item, EveryLayer) for side in item.at(item.range[1]).args]
    yield from counterexample_at_depths(
        (statement.left, statement.right, *named), statement.assumptions.order, refute, part
    )


def _at_stated_sizes(statement: Statement, part: str | None) -> Evidence | None:
    if not statement.is_concrete or not statement.reader.vocabulary.letters:
        return None
    try:
        return entrywise_evidence(statement, part)
    except UnsupportedError:
        return None  # the search for a counterexample decides
