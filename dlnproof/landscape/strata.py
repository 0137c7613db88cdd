"""Rank strata of the critical points without decay and noise: which eigenvalues they select, of what value, kind, dimension.

At a critical point R X = P Y' with P the orthogonal projector onto a subspace that Sigma maps into itself, of dimension
r = rank(R X). A stratum is all critical points that select the same eigenvalues: k_l of the m_l dimensions of the eigenspace
of each positive eigenvalue l, sum_l k_l = r <= r_max. Every such choice occurs (two layers or more; one layer selects all).

Value: scale (||Y||^2 - sum_l k_l l).  Index subsets S that the choice stands for: prod_l C(m_l, k_l).

Kinds (amg21, T1; the walks are those of `rank_patterns`). All eigenvalues, or the r_max largest: global minima only. Not the
r largest: strict saddles only. The r < r_max largest with something left out: every vertex has room for another walk. If every
walk through G^T is H -> 0, the blocks W_{i-1} ... W_{j+1} with i > j + 1 have rank r, and an outer block of a pivot (j+1, j)
differs from r only if the walk passes from j + 1 to j - 1, that is for H = 2: from three layers on a non-strict saddle. The
walk 2 -> ... -> H -> 0 makes the pivot (2, 1) loose, since W_1 has d_1 > r rows: a strict saddle. Two layers have no other
pivot, and G^T is not zero: strict saddles only.

Dimension: sum_l k_l (m_l - k_l) for the choice of P (a product of Grassmannians; rotations that commute with Sigma carry the
fibres into each other), the largest dimension of a rank pattern with ranks r and rank Sigma - r, and d_1 (d_0 - rank X) for
the directions of W_1 that the data do not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import comb, prod
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.classification import Kind
from dlnproof.landscape.critical_values import sum_of_eigenvalues
from dlnproof.landscape.rank_patterns import RankPattern, largest_dimension, patterns
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.rings.ball import Enclosure
from dlnproof.rings.real_roots import RealRoot

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

_MOST_STRATA = 20_000
_GUARD_BITS = 32


@dataclass(frozen=True)
class Stratum:
    """All critical points that select the same eigenvalues of Sigma: `counts` of each positive one, largest first.

    `sizes` are (rank X, d_1, ..., d_H), `unseen` is d_0 - rank X, `output` is scale ||Y||^2.
    """

    sizes: tuple[int, ...]
    unseen: int
    spectrum: Spectrum
    scale: fmpq
    output: fmpq
    counts: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The rank r of R X."""
        return sum(self.counts)

    @property
    def eigenvalues(self) -> list[Any]:
        """The r selected eigenvalues, largest first, each as often as it is selected: Fractions or SymPy numbers."""
        return [root.exact() for root, count in self._selected for _ in range(count)]

    @property
    def _selected(self) -> list[tuple[RealRoot, int]]:
        pairs = zip(self.spectrum.positive, self.counts, strict=True)
        return [(root, count) for (root, _), count in pairs if count]

    @cached_property
    def root(self) -> RealRoot:
        """The value of the loss as a canonical algebraic number."""
        return sum_of_eigenvalues(self.spectrum, self.counts).after(-self.scale, self.output)

    @property
    def value(self) -> Any:
        """The value of the loss, exactly: a Fraction, or a SymPy number where irrational.

        Raises: UnsupportedError where its minimal polynomial is too large to find; `enclose` always answers.
        """
        return self.root.exact()

    def enclose(self, bits: int = 128) -> arb:
        """Return a ball around the value of the loss, of about `bits` bits relative to scale ||Y||^2."""
        with ctx.workprec(bits + _GUARD_BITS):
            total = sum((root.enclose(bits + _GUARD_BITS) * count for root, count in self._selected), arb(0))
            value = arb(self.output) - arb(self.scale) * total
        with ctx.workprec(bits):
            return Enclosure(value + 0)

    @property
    def subsets(self) -> int:
        """The number of index sets S of eigenvalues (repeated ones told apart) that the stratum stands for."""
        return prod(comb(many, k) for (_, many), k in zip(self.spectrum.positive, self.counts, strict=True))

    @property
    def selects_largest(self) -> bool:
        """Whether no eigenvalue left out is larger than a selected one."""
        left_out = False
        for (_, multiplicity), count in zip(self.spectrum.positive, self.counts, strict=True):
            if left_out and count:
                return False
            left_out = left_out or count < multiplicity
        return True

    @property
    def residual_rank(self) -> int:
        """The rank of G = R S - C: how many eigenvalues are left out."""
        return self.spectrum.rank - self.rank

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the critical points in the stratum: each of them occurs."""
        if not self.residual_rank:
            return (Kind.GLOBAL_MINIMUM.value,)
        if not self.selects_largest:
            return (Kind.STRICT_SADDLE.value,)
        if self.rank == self.spectrum.rank_limit:
            return (Kind.GLOBAL_MINIMUM.value,)
        strict, other = Kind.STRICT_SADDLE.value, Kind.NON_STRICT_SADDLE.value
        return (strict,) if len(self.sizes) == 3 else (strict, other)

    @property
    def has_rational_points(self) -> bool:
        """Whether exact rational critical points lie in it: conjugate eigenvalues are selected equally often."""
        numbers: dict[tuple[int, ...], set[int]] = {}
        for (root, _), count in zip(self.spectrum.positive, self.counts, strict=True):
            numbers.setdefault(root.coefficients, set()).add(count)
        return all(len(counts) == 1 for counts in numbers.values())

    @cached_property
    def dimension(self) -> int | None:
        """The dimension of the stratum, None for networks so large that the search for it is given up."""
        inner = largest_dimension(self.sizes, self.rank, self.residual_rank)
        return None if inner is None else inner + self.dimension_of_choices

    @property
    def dimension_of_choices(self) -> int:
        """The dimensions that every rank pattern of the stratum has on top of its own: of P, and of unseen inputs."""
        pairs = zip(self.spectrum.positive, self.counts, strict=True)
        return sum(k * (many - k) for (_, many), k in pairs) + self.sizes[1] * self.unseen

    def rank_patterns(self) -> Iterator[RankPattern]:
        """Yield every rank pattern of the stratum: the types of its points up to changes of the hidden bases."""
        return patterns(self.sizes, self.rank, self.residual_rank)

    def kind_of(self, pattern: RankPattern) -> str:
        """Return the kind of the points of one rank pattern of the stratum."""
        if len(self.kinds) == 1:
            return self.kinds[0]
        return (Kind.NON_STRICT_SADDLE if pattern.is_tightened else Kind.STRICT_SADDLE).value

    def to_json(self) -> dict[str, Any]:
        """Return rank, counts, eigenvalues, value, kinds, dimension and subsets as JSON values, exact numbers as text."""
        try:
            value = str(self.value)
        except UnsupportedError:
            value = self.enclose().str(20)
        eigenvalues = [str(number) for number in self.eigenvalues]
        return {"rank": self.rank, "counts": list(self.counts), "eigenvalues": eigenvalues, "value": value,
                "kinds": list(self.kinds), "dimension": self.dimension, "subsets": self.subsets}  # fmt: skip

    def __repr__(self) -> str:
        chosen = ", ".join(str(number) for number in self.eigenvalues)
        rational = all(root.is_rational for root, _ in self._selected)
        value = str(self.value) if rational else self.enclose().str(8, radius=False)
        return f"Stratum(rank={self.rank}, eigenvalues=[{chosen}], value={value}, kinds={list(self.kinds)})"


def strata_of(problem: Problem) -> list[Stratum]:
    """Return the strata, by rank, within a rank the largest eigenvalues first.

    Raises: UnsupportedError with decay or noise, and where there are more than 20,000 of them.
    """
    if not problem.is_plain:
        raise UnsupportedError("strata: known without decay and noise only; use local_minima")
    spectrum, form = problem.spectrum, problem.form
    sizes = (spectrum.input_rank, *problem.widths[1:])
    multiplicities = [multiplicity for _, multiplicity in spectrum.positive]
    chosen = [tuple(multiplicities)] if problem.layers == 1 else _choices(multiplicities, spectrum.rank_limit)
    unseen = problem.widths[0] - spectrum.input_rank
    output = form.scale * form.output_moment
    return [Stratum(sizes, unseen, spectrum, form.scale, output, counts) for counts in chosen]


def _choices(multiplicities: list[int], limit: int) -> list[tuple[int, ...]]:
    """Return all counts k_l <= m_l with a sum of at most `limit`."""
    found: list[tuple[int, ...]] = [()]
    for multiplicity in multiplicities:
        found = [(*counts, k) for counts in found for k in range(min(multiplicity, limit - sum(counts)) + 1)]
        if len(found) > _MOST_STRATA:
            raise UnsupportedError(f"strata: more than {_MOST_STRATA} of them, too many to list; reduce the widths")
    return sorted(found, key=lambda counts: (sum(counts), tuple(-count for count in counts)))
