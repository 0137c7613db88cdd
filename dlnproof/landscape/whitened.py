"""Many outputs with decay in every layer, where the inputs are white: the singular values of Y X^T part into scalar problems.

Let S = X X^T = c Pi with an orthogonal projector Pi (white inputs, up to directions that the data do not show), C = Y X^T,
no noise, H layers of decay g_k > 0, d_p the narrowest layer. Then

    min L = scale ||Y||^2 + sum_{i <= d_p} min_{s >= 0} f(s; sigma_i),
    f(s; sigma) = scale (c s^2 - 2 sigma s) + H (g_1 ... g_H)^{1/H} s^{2/H},

with sigma_1 >= sigma_2 >= ... the singular values of C. Proof.

(1) For every factorisation of R, sum_k g_k ||W_k||_F^2 >= H (prod_k g_k)^{1/H} sum_i s_i(R)^{2/H}. Put V_k = sqrt(g_k) W_k, of
    product V = (prod_k g_k)^{1/2} R. By Horn's inequality prod_{i<=j} s_i(V) <= prod_{i<=j} prod_k s_i(V_k) for every j, so
    sum_i s_i(V)^{2/H} <= sum_i prod_k s_i(V_k)^{2/H} (weak log-majorisation implies weak majorisation of positive powers), at
    most sum_i (1/H) sum_k s_i(V_k)^2 by the means. Equality for any R of rank at most d_p: V_k = diag(s_i(V)^{1/H}) in matching
    orthonormal bases.
(2) C = C Pi, so replacing W_1 by W_1 Pi changes neither R X nor <R, C> and does not increase the decay: let R = R Pi. Then
    tr(R S R^T) = c sum_i s_i^2, and <R, C> <= sum_i s_i sigma_i (von Neumann), with equality for the singular vectors of C.
(3) So L - scale ||Y||^2 >= sum_{i <= d_p} f(s_i; sigma_i) >= sum_{i <= d_p} min f(.; sigma_i), and R = sum_i s_i u_i v_i^T with
    the minimisers s_i attains it. f decreases with sigma: it is the d_p largest that count.

Each f is the problem of one input and one output with A = c, b = sigma (`scalar_output`): with Gamma = prod_k g_k / scale^H, D =
H - 1 and lambda = sigma^2 an eigenvalue of C C^T, rational or not, the candidate is the larger root w of
w^{D-1} lambda^D = Gamma (1 + c w)^{2D}, and min f = scale min(0, -w r + D (Gamma w)^{1/D}), r = lambda / (1 + c w).
Source: the variational form of Schatten quasi-norms (Shang, Liu and Cheng 2016), combined with z22.reduce.
"""

from __future__ import annotations

from flint import arb, ctx, fmpq, fmpq_poly

from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.scalar_output import ScalarReduction
from dlnproof.rings.rational import is_zero
from dlnproof.rings.real_roots import RealRoot, real_roots

_GUARD_BITS = 96
_CUTS = (fmpq(1, 2), fmpq(3, 8))


def white_level(form: Form) -> fmpq | None:
    """Return c > 0 with S^2 = c S, or None where the inputs are not white."""
    moment = form.input_moment
    if is_zero(moment):
        return None
    square = moment * moment
    i = next(i for i in range(moment.nrows()) if moment[i, i])
    level = square[i, i] / moment[i, i]
    return level if square == moment * level else None


def least_whitened_loss(form: Form, widths: tuple[int, ...], level: fmpq, bits: int) -> arb:
    """Return a ball around the least loss for white inputs, decay in every layer and no noise."""
    cross = form.cross_moment
    gram = cross * cross.transpose()
    product = fmpq(1)
    for decay in form.decay:
        product *= decay / form.scale
    precision = bits + _GUARD_BITS
    left = min(widths)
    with ctx.workprec(precision):
        total = arb(form.output_moment)
        for root, multiplicity in reversed(real_roots(gram.charpoly())):
            count = min(left, multiplicity)
            if count and root.coefficients != (0, 1):
                total += count * _least_term(root, level, product, len(widths) - 2, precision)
            left -= count
        value = total * arb(form.scale)
    with ctx.workprec(bits):
        return value + 0


def rational_least_loss(form: Form, widths: tuple[int, ...], level: fmpq) -> fmpq | None:
    """Return the least loss of the same problems exactly, None where an eigenvalue of C C^T or its least term is not rational."""
    product = fmpq(1)
    for decay in form.decay:
        product *= decay / form.scale
    left, total = min(widths), form.scale * form.output_moment
    for root, multiplicity in reversed(real_roots((form.cross_moment * form.cross_moment.transpose()).charpoly())):
        count = min(left, multiplicity)
        left -= count
        if not count or root.coefficients == (0, 1):
            continue
        if not root.is_rational:
            return None
        # one input and one output with A = c, b^2 = lambda: r(w) = lambda / (1 + c w)
        term = ScalarReduction(
            fmpq_poly([root.rational()]), fmpq_poly([1, level]), product, len(form.decay) - 1, fmpq(1), form.scale, fmpq(0)
        )
        least = term.minima()[-1]
        value = None if least is None else term.exact_loss(least.root)
        if value is not None and not value.is_rational:
            return None
        total += count * (value.rational() if value is not None else fmpq(0))
    return total


def _least_term(root: RealRoot, level: fmpq, product: fmpq, hidden: int, bits: int) -> arb:
    """Return a ball around min_s f(s; sigma) / scale for sigma^2 = `root`, at the current precision."""
    eigenvalue, c = root.enclose(bits), arb(level)

    def excess(w: fmpq) -> arb:
        """Return w^{D-1} lambda^D - Gamma (1 + c w)^{2D}; beyond its maximum it falls."""
        point = arb(w)
        return point ** (hidden - 1) * eigenvalue**hidden - arb(product) * (1 + c * point) ** (2 * hidden)

    # log of the quotient of the two terms: (D - 1) log w - 2 D log(1 + c w) rises up to (D - 1) / ((D + 1) c), then falls
    low = (hidden - 1) / (level * (hidden + 1)) if hidden > 1 else fmpq(0)
    if excess(low) < 0:
        return arb(0)
    high = 2 * low + 1 / level
    while not excess(high) < 0:
        high *= 2
    # cut as long as a sign is certain, at another place where the middle happens to be the root, which stays in [low, high]
    while high - low > high / 2**bits:
        cuts = [low + (high - low) * share for share in _CUTS]
        signs = [1 if value > 0 else -1 if value < 0 else 0 for value in map(excess, cuts)]
        if not any(signs):
            break
        cut, sign = next((cut, sign) for cut, sign in zip(cuts, signs, strict=True) if sign)
        low, high = (cut, high) if sign > 0 else (low, cut)
    # g = -w r + D (Gamma w)^{1/D}, and w r = lambda w / (1 + c w) increases with w as well

    def terms(w: fmpq) -> tuple[arb, arb]:
        point = arb(w)
        return eigenvalue * point / (1 + c * point), hidden * (arb(product) * point).root(hidden)

    (gain, cost), (most_gain, most_cost) = terms(low), terms(high)
    return (cost - most_gain).union(most_cost - gain).min(arb(0))
