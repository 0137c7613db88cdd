"""The spectrum behind a landscape without decay: Sigma = C S^+ C^T, the ranks, and the global minimum that they
give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb, ctx, fmpq, fmpq_mat

from dlnproof.landscape.data import explained_moment, regression
from dlnproof.landscape.derivatives import Form
from dlnproof.rings.rational import trace
from dlnproof.rings.real_roots import RealRoot, real_roots


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Sigma = Y X^T (X X^T)^+ X Y^T (d_H x d_H), its positive eigenvalues (descending, with multiplicities) and ranks.

    `rank_limit` is r_max = min(rank X, d_1, ..., d_H), the largest rank that R X can have.
    """

    sigma: fmpq_mat
    positive: tuple[tuple[RealRoot, int], ...]
    input_rank: int
    rank_limit: int

    @property
    def rank(self) -> int:
        """The rank of Sigma, which is the rank of X Y^T."""
        return sum(multiplicity for _, multiplicity in self.positive)

    def largest(self, count: int) -> Iterator[tuple[RealRoot, int]]:
        """Yield eigenvalues with multiplicities that make up the `count` largest (fewer if Sigma has a smaller
        rank).
        """
        left = count
        for root, multiplicity in self.positive:
            if left <= 0:
                return
            yield root, min(multiplicity, left)
            left -= multiplicity


def spectrum_of(form: Form, widths: tuple[int, ...]) -> Spectrum:
    """Return the spectrum of a problem: only second moments and widths enter."""
    sigma = explained_moment(regression(form.input_moment, form.cross_moment), form.cross_moment)
    roots = [(root, multiplicity) for root, multiplicity in real_roots(sigma.charpoly()) if root.coefficients != (0, 1)]
    input_rank = form.input_moment.rank()
    return Spectrum(sigma, tuple(reversed(roots)), input_rank, min(input_rank, *widths[1:]))


def least_loss(form: Form, spectrum: Spectrum, layers: int, bits: int) -> arb:
    """Return a ball around the global minimum without decay and noise: reduced-rank regression.

    min L = scale (||Y||_F^2 - sum of the r_max largest eigenvalues of Sigma); one layer has no rank limit.
    Source: Baldi and Hornik (1989), for data of any rank.
    """
    if layers == 1 or spectrum.rank_limit >= spectrum.rank:
        with ctx.workprec(bits):
            return arb(form.scale * (form.output_moment - trace(spectrum.sigma)))
    exact, irrational = fmpq(0), []
    for root, count in spectrum.largest(spectrum.rank_limit):
        if root.is_rational:
            exact += count * root.rational()
        else:
            irrational.append((root, count))
    precision = bits
    while True:
        with ctx.workprec(precision + 32):
            total = arb(form.output_moment - exact)
            for root, count in irrational:
                total -= count * root.enclose(precision + 32)
            value = arb(form.scale) * total
        # the minimum is zero or far from it: stop at the width asked for, or at a width that no test can tell from it
        if not irrational or value.rel_accuracy_bits() >= bits or precision >= 8 * bits:
            break
        precision *= 2
    with ctx.workprec(bits):
        return value + 0
