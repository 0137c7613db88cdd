"""Every critical value without decay and noise, exactly: sums of eigenvalues of Sigma, told apart without a
tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb

from flint import arb, ctx, fmpq, fmpq_poly

from dlnproof.errors import DisagreementError, UnsupportedError
from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.rings.rational import trace
from dlnproof.rings.real_roots import FIRST_BITS, RealRoot, ascending, rational_root, real_roots

# the polynomial of all sums of r roots has degree C(n, r); it is factorised over the rationals
_MOST_IRRATIONAL_SUMS = 130
_MOST_VALUES = 20_000


def critical_roots(form: Form, spectrum: Spectrum, layers: int) -> list[RealRoot]:
    """Return the distinct critical values, ascending, as canonical algebraic numbers.

    {scale (||Y||^2 - sum_S lambda)}: S any set (with multiplicities) of at most r_max positive eigenvalues of Sigma;
    one layer has the single value |S| = rank Sigma. Raises: UnsupportedError where there are too many values to list.
    Source: classification of the critical points of deep linear networks, any data (amg21, P1).
    """
    if layers == 1:
        return [rational_root(form.scale * (form.output_moment - trace(spectrum.sigma)))]
    limit = min(spectrum.rank_limit, spectrum.rank)
    rational = _rational_sums(spectrum, limit)
    values: set[RealRoot] = set()
    for count, irrational in _irrational_sums(spectrum, limit).items():
        for taken, sums in rational.items():
            if taken + count > limit:
                continue
            if len(values) + len(sums) * len(irrational) > _MOST_VALUES:
                raise UnsupportedError(f"more than {_MOST_VALUES} critical values: too many to list; reduce the widths")
            for partial in sums:
                shift = form.scale * (form.output_moment - partial)
                values.update(root.after(-form.scale, shift) for root in irrational)
    return ascending(values)


def _rational_sums(spectrum: Spectrum, limit: int) -> dict[int, set[fmpq]]:
    """Return the sums of r rational positive eigenvalues for every r <= limit."""
    sums: dict[int, set[fmpq]] = {0: {fmpq(0)}}
    for root, multiplicity in spectrum.positive:
        if not root.is_rational:
            continue
        extended: dict[int, set[fmpq]] = {}
        for taken, values in sums.items():
            for more in range(min(multiplicity, limit - taken) + 1):
                extended.setdefault(taken + more, set()).update(value + more * root.rational() for value in values)
        sums = extended
        if sum(map(len, sums.values())) > _MOST_VALUES:
            raise UnsupportedError(f"more than {_MOST_VALUES} critical values: too many to list; reduce the widths")
    return sums


def _irrational_sums(spectrum: Spectrum, limit: int) -> dict[int, list[RealRoot]]:
    """Return the sums of r irrational eigenvalues for every r <= limit.

    With p the product of the irrational factors of the characteristic polynomial, they are the roots of the
    polynomial whose roots are all sums of r roots of p. That one is rational, so its factors decide which sums
    coincide and which are rational.
    """
    factors = {root.coefficients: multiplicity for root, multiplicity in spectrum.positive if not root.is_rational}
    polynomial = fmpq_poly([1])
    for coefficients, multiplicity in factors.items():
        polynomial *= fmpq_poly(list(coefficients)) ** multiplicity
    degree = polynomial.degree()
    result = {0: [rational_root(fmpq(0))]}
    for count in range(1, min(limit, degree) + 1):
        _refuse_too_many(degree, count)
        result[count] = [root for root, _ in real_roots(subset_sum_polynomial(polynomial, count))]
    return result


def sum_of_eigenvalues(spectrum: Spectrum, counts: Sequence[int]) -> RealRoot:
    """Return sum_l counts_l l over the positive eigenvalues l of Sigma (descending) as a canonical algebraic number.

    Conjugates that are counted equally often sum to a rational trace. What is left is a root of the polynomial of all sums
    of that many roots: balls are narrowed until they meet exactly one of its roots. Raises: UnsupportedError where that
    polynomial is too large.
    """
    total = fmpq(0)
    left: list[tuple[RealRoot, int]] = []
    for coefficients in dict.fromkeys(root.coefficients for root, _ in spectrum.positive):
        family = [
            (root, count)
            for (root, _), count in zip(spectrum.positive, counts, strict=True)
            if root.coefficients == coefficients
        ]
        common = min(count for _, count in family)
        total += common * fmpq(-coefficients[-2], coefficients[-1])
        left += [(root, count - common) for root, count in family if count > common]
    if not left:
        return rational_root(total)
    powers: dict[tuple[int, ...], int] = {}
    for root, count in left:
        powers[root.coefficients] = max(powers.get(root.coefficients, 0), count)
    candidates = _sums(tuple(powers.items()), sum(count for _, count in left))
    return _pick(candidates, left).after(fmpq(1), total)


@lru_cache(maxsize=64)
def _sums(powers: tuple[tuple[tuple[int, ...], int], ...], count: int) -> tuple[RealRoot, ...]:
    """Return all distinct sums of `count` roots of a product of powers of irreducible polynomials."""
    polynomial = fmpq_poly([1])
    for coefficients, power in powers:
        polynomial *= fmpq_poly(list(coefficients)) ** power
    _refuse_too_many(polynomial.degree(), count)
    return tuple(root for root, _ in real_roots(subset_sum_polynomial(polynomial, count)))


def _pick(candidates: Sequence[RealRoot], terms: Sequence[tuple[RealRoot, int]]) -> RealRoot:
    """Return the candidate that equals sum_i count_i root_i, which is known to be one of them."""
    bits = FIRST_BITS
    while True:
        with ctx.workprec(bits):
            total = sum((root.enclose(bits) * count for root, count in terms), arb(0))
            near = [root for root in candidates if root.enclose(bits).overlaps(total)]
        if len(near) == 1:
            return near[0]
        if not near:
            raise DisagreementError("a sum of eigenvalues is not among the sums of eigenvalues")
        bits *= 2


def _refuse_too_many(degree: int, count: int) -> None:
    if comb(degree, count) > _MOST_IRRATIONAL_SUMS:
        rule = f"{comb(degree, count)} sums of {count} of {degree} irrational eigenvalues"
        raise UnsupportedError(f"critical_values: {rule} are too many to tell apart exactly; reduce the widths")


def subset_sum_polynomial(polynomial: fmpq_poly, count: int) -> fmpq_poly:
    """Return the monic polynomial whose roots are the sums of `count` roots of `polynomial`, with multiplicities.

    With p_k(t) = sum_i exp(k x_i t), the series sum_S exp(t sum_S x) is the elementary symmetric function e_r, and
    Newton's recursion r e_r = sum_{k=1}^{r} (-1)^{k-1} e_{r-k} p_k gives it; its coefficients are the power sums of
    the new roots.
    """
    size = comb(polynomial.degree(), count)
    length = size + 1
    powers = power_sums(polynomial, length)
    factorials = [fmpq(1)]
    for order in range(1, length):
        factorials.append(factorials[-1] * order)
    series = [
        fmpq_poly([powers[order] * fmpq(k) ** order / factorials[order] for order in range(length)])
        for k in range(1, count + 1)
    ]
    elementary = [fmpq_poly([1])]
    for rank in range(1, count + 1):
        total = fmpq_poly([0])
        for k in range(1, rank + 1):
            term = (elementary[rank - k] * series[k - 1]).truncate(length)
            total = total + term if k % 2 else total - term
        elementary.append(total / rank)
    sums = [elementary[count][order] * factorials[order] for order in range(length)]
    # Newton's identities: m e_m = sum_{k=1}^{m} (-1)^{k-1} e_{m-k} s_k, and the polynomial is sum (-1)^m e_m x^{N-m}
    signed = [fmpq(1)]
    for order in range(1, length):
        value = sum((signed[order - k] * sums[k] for k in range(1, order + 1)), fmpq(0))
        signed.append(-value / order)
    return fmpq_poly(signed[::-1])


def power_sums(polynomial: fmpq_poly, length: int) -> list[fmpq]:
    """Return [s_0, ..., s_{length-1}] with s_k the sum of the k-th powers of the roots (Newton's identities)."""
    degree = polynomial.degree()
    lead = polynomial[degree]
    monic = [polynomial[degree - k] / lead for k in range(degree + 1)]
    sums = [fmpq(degree)]
    for order in range(1, length):
        value = -order * monic[order] if order <= degree else fmpq(0)
        for k in range(1, min(order - 1, degree) + 1):
            value -= monic[k] * sums[order - k]
        sums.append(value)
    return sums
