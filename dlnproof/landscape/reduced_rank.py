"""Reduced-rank regression: the end-to-end matrix of a global minimum without decay, exact where the spectrum allows.

With Z S = C (regression) and Sigma = C S^+ C^T, the least loss of rank r is attained by R = P Z, P an orthogonal
projector (d_H x d_H) onto eigenvectors of the r largest eigenvalues of Sigma. The projector onto all eigenvectors of the
roots of a rational factor f of the minimal polynomial f g is rational: (u g)(Sigma), u g + v f = 1. The projector onto
those of one irrational eigenvalue lambda is enclosed: the product over the other distinct eigenvalues mu of
(Sigma - mu I) / (lambda - mu). Source: Baldi and Hornik (1989), for data of any rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import TypeAlias, TypeVar

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpq_poly

from dlnproof.errors import DisagreementError
from dlnproof.landscape.data import regression
from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.spectrum import Spectrum, least_loss
from dlnproof.rings.rational import identity, inner_product
from dlnproof.rings.real_roots import RealRoot, rational_root

_MOST_BITS = 1 << 14
_ZERO = rational_root(fmpq(0))
_Taken: TypeAlias = Sequence[tuple[RealRoot, int]]
_Matrix = TypeVar("_Matrix", fmpq_mat, arb_mat)


@dataclass(frozen=True, slots=True)
class ReducedRank:
    """The end-to-end matrix R (d_H x d_0) of a global minimum: `exact`, or None, and `balls` around its entries.

    `unique`: every global minimum has this R X, because the r-th and the next eigenvalue differ. `inputs_seen`: R
    follows from R X, because X X^T is invertible; else R is zero on inputs that depend on earlier ones.
    """

    rank: int
    exact: fmpq_mat | None
    balls: list[list[arb]]
    unique: bool
    inputs_seen: bool


def reduced_rank(form: Form, spectrum: Spectrum, layers: int, bits: int = 128) -> ReducedRank:
    """Return R of a global minimum of the plain square loss, exactly or to about `bits` bits.

    Its loss is compared with the sum of eigenvalues that the global minimum is known by. Raises: DisagreementError.
    """
    rank = spectrum.rank if layers == 1 else min(spectrum.rank_limit, spectrum.rank)
    taken = list(spectrum.largest(rank))
    unique = all(pair in spectrum.positive for pair in taken)
    seen = spectrum.input_rank == form.input_moment.nrows()
    full = regression(form.input_moment, form.cross_moment)
    exact = full if rank == spectrum.rank else _rational_projection(spectrum, taken, full)
    if exact is not None:
        loss = form.scale * (
            inner_product(exact * form.input_moment, exact)
            - 2 * inner_product(exact, form.cross_moment)
            + form.output_moment
        )
        with ctx.workprec(bits):
            balls, ball = [[arb(entry) for entry in row] for row in exact.tolist()], arb(loss)
    else:
        balls, ball = _enclosed_projection(form, spectrum, taken, full, bits)
    if not ball.overlaps(least_loss(form, spectrum, layers, bits)):
        raise DisagreementError("reduced-rank regression: its loss is not the sum of eigenvalues of the global minimum")
    return ReducedRank(rank, exact, balls, unique, seen)


def _rational_projection(spectrum: Spectrum, taken: _Taken, full: fmpq_mat) -> fmpq_mat | None:
    """Return P Z where the projector is rational, else None."""
    counts = dict(taken)
    projector = fmpq_mat(full.nrows(), full.nrows())
    for coefficients in dict.fromkeys(root.coefficients for root in counts):
        roots = [pair for pair in spectrum.positive if pair[0].coefficients == coefficients]
        whole = all(counts.get(root) == multiplicity for root, multiplicity in roots)
        if not whole and len(coefficients) > 2:
            return None
        component = _component(spectrum, coefficients)
        projector += component if whole else _part(component, counts[roots[0][0]])
    return projector * full


def _component(spectrum: Spectrum, coefficients: tuple[int, ...]) -> fmpq_mat:
    """Return the projector onto the eigenvectors of all roots of one irreducible factor."""
    factors = dict.fromkeys(root.coefficients for root in _distinct(spectrum))
    own = fmpq_poly(list(coefficients))
    rest = reduce(mul, (fmpq_poly(list(other)) for other in factors if other != coefficients), fmpq_poly([1]))
    _, multiplier, _ = rest.xgcd(own)
    polynomial = multiplier * rest
    result = fmpq_mat(spectrum.sigma.nrows(), spectrum.sigma.nrows())
    one = identity(spectrum.sigma.nrows())
    for coefficient in reversed(polynomial.coeffs()):
        result = result * spectrum.sigma + one * coefficient
    return result


def _part(projector: _Matrix, count: int) -> _Matrix:
    """Return a projector of rank `count` below the given one: v v^T / v_j for its columns v, one after the other."""
    result = projector * 0
    for _ in range(count):
        j = max(range(projector.nrows()), key=lambda i: float(arb(projector[i, i])))
        column = type(projector)([[projector[i, j]] for i in range(projector.nrows())])
        line = column * column.transpose() * (1 / projector[j, j])
        result, projector = result + line, projector - line
    return result


def _distinct(spectrum: Spectrum) -> list[RealRoot]:
    """Return the distinct eigenvalues of Sigma."""
    positive = [root for root, _ in spectrum.positive]
    return [*positive, _ZERO] if spectrum.rank < spectrum.sigma.nrows() else positive


def _enclosed_projection(
    form: Form, spectrum: Spectrum, taken: _Taken, full: fmpq_mat, bits: int
) -> tuple[list[list[arb]], arb]:
    """Return balls around P Z, to about `bits` bits of its largest entry, and around the loss there."""
    precision = bits + 64
    while True:
        with ctx.workprec(precision):
            projector = arb_mat(full.nrows(), full.nrows())
            for root, count in taken:
                component = _enclosed_component(spectrum, root, precision)
                whole = (root, count) in spectrum.positive
                projector += component if whole else _part(component, count)
            product = projector * arb_mat(full)
            width = max(float(entry.rad()) for entry in product.entries())
            size = max(float(abs(entry).mid()) for entry in product.entries())
        if width <= size * 2.0**-bits or precision > _MOST_BITS:
            break
        precision *= 2
    with ctx.workprec(precision):
        change = product * arb_mat(form.input_moment) - arb_mat(2 * form.cross_moment)
        pairs = zip(change.entries(), product.entries(), strict=True)
        loss = arb(form.scale) * (sum((a * b for a, b in pairs), arb(0)) + arb(form.output_moment))
    return product.tolist(), loss


def _enclosed_component(spectrum: Spectrum, root: RealRoot, bits: int) -> arb_mat:
    """Return an enclosure of the projector onto the eigenvectors of one eigenvalue."""
    size = spectrum.sigma.nrows()
    sigma, one = arb_mat(spectrum.sigma), arb_mat(identity(size))
    own = root.enclose(bits)
    result = one
    for other in _distinct(spectrum):
        if other != root:
            value = other.enclose(bits)
            result = result * (sigma - one * value) * (1 / (own - value))
    return result
