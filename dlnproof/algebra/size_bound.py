"""From which size on a formula that is not identically zero is false."""

from __future__ import annotations

from collections.abc import Iterable

from flint import fmpq

from dlnproof.algebra.diagram import Diagram
from dlnproof.algebra.polynomial import Polynomial
from dlnproof.algebra.scalars import Monomial


def nonzero_from(polynomial: Polynomial, sizes: Iterable[str]) -> int | None:
    """Return k such that the polynomial is not identically zero at any sizes >= k, or None when this argument gives no k.

    Proof. Let D be a diagram of the polynomial with the most indices, and let every size be at least that number k. Give each
    index of D a basis vector of its own and put W = sum of t_a E_{legs of a} over the atoms a of each letter. The coefficient
    of prod t_a in the value (at the outputs of D) of a diagram D' counts the maps of D' onto D that are bijective on atoms and
    respect outputs. Such a map is onto on indices, and D' has no more indices than D, so it is an isomorphism: D' = D. So
    this coefficient is c |Aut D|, with c the coefficient of D: a polynomial in the scalars and sizes. One of its coefficients
    in the scalars is either a number, or a polynomial in one size which has no root beyond Cauchy's bound 1 + max |c_i / c_n|.
    Holds for free matrices: no assumptions, no relations among scalars.
    """
    names = set(sizes)
    if not polynomial:
        return None
    best: int | None = None
    most = polynomial.index_bound()
    tops = {diagram for _, diagram, _ in polynomial if diagram.index_count() == most}
    for top in tops:
        for bound in _coefficient_bounds(polynomial, top, names):
            total = max(most, bound, 1)
            best = total if best is None else min(best, total)
    return best


def _coefficient_bounds(polynomial: Polynomial, top: Diagram, names: set[str]) -> Iterable[int]:
    """Yield, for each monomial in the scalars, a size from which its coefficient has no zero (where there is one)."""
    by_scalars: dict[Monomial, list[tuple[Monomial, fmpq]]] = {}
    for monomial, diagram, coefficient in polynomial:
        if diagram == top:
            scalars = tuple(item for item in monomial if item[0] not in names)
            in_sizes = tuple(item for item in monomial if item[0] in names)
            by_scalars.setdefault(scalars, []).append((in_sizes, coefficient))
    for terms in by_scalars.values():
        occurring = {name for monomial, _ in terms for name, _ in monomial}
        if not occurring:
            yield 1
        elif len(occurring) == 1 and all(
            exponent == int(exponent) and exponent >= 0 for monomial, _ in terms for _, exponent in monomial
        ):
            by_degree = {(int(monomial[0][1]) if monomial else 0): coefficient for monomial, coefficient in terms}
            leading = by_degree[max(by_degree)]
            ratio = max(
                (abs(c / leading) for degree, c in by_degree.items() if degree != max(by_degree)), default=fmpq(0)
            )
            yield 2 + int(ratio.p) // int(ratio.q)
