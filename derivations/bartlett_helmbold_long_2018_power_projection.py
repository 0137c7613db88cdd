"""Bartlett, Helmbold and Long (2018): the power projection algorithm on C_g = {A: u^T A u >= g |u|^2}.

A in C_g is written A = g I + W W^T + K, K antisymmetric. A = R P (polar), r = R^{1/L} orthogonal, p = P^{1/L} symmetric; the
balanced factors are Theta_i = R^{i/L} P^{1/L} R^{-(i-1)/L}, i.e. Theta_i = s p s^T r and Theta_{i+1} = r s p s^T with s = r^i.
"""

from fractions import Fraction
from itertools import pairwise

from bartlett_helmbold_long_2018_near_identity import norm_above, paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, MatrixSymbol, Q, Rational, Trace, exp, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), the power projection algorithm (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
square = lambda matrix: Trace(matrix.T * matrix)

d, m = symbols("d m", integer=True, positive=True)
g = symbols("g", nonnegative=True)
W, M, N, K = (MatrixSymbol(name, d, d) for name in ("W", "M", "N", "K"))
u = MatrixSymbol("u", d, m)
skew = Eq(K.T, -K)

# f1: the projection

parts = [Eq(M.T * N, 0 * N), skew]
difference = M * M.T - N * N.T - W * W.T + K
paper.derivation(
    "projection",
    [
        square(difference),
        dp.ge(
            square(N * N.T),
            r"$\|MM^\top-WW^\top+K\|_F^2+2\|N^\top W\|_F^2$ is dropped",
            squares=[M * M.T - W * W.T + K, (2, N.T * W)],
        ),
    ],
    r"The projection of $B$ onto $C_g$ clips the eigenvalues of the symmetric part below at $g$ and keeps the antisymmetric part:"
    r" with $\operatorname{sym}B-gI=MM^\top-NN^\top$, $M^\top N=0$, no $A=gI+WW^\top+K'$ in $C_g$ is nearer to $B$ than"
    r" $gI+MM^\top+\operatorname{skew}B$, whose distance is $\|NN^\top\|_F$; $K=\operatorname{skew}B-K'$.",
    source=SOURCE,
    assuming=parts,
)
paper.derivation(
    "projection-mutant",
    [square(difference), dp.ge(square(M * M.T) + square(N * N.T))],
    r"Negative control: no point of $C_g$ is nearer than $gI+\operatorname{skew}B$.",
    assuming=parts,
    **PLANTED,
)

# f2: what positivity gives

member = g * Identity(d) + W * W.T + K
paper.derivation(
    "positive-singular-values",
    [
        square(member * u),
        dp.ge(
            g**2 * square(u),
            r"$\|(A-gI)u\|^2+2g\|W^\top u\|^2$ is dropped",
            squares=[(W * W.T + K) * u, (2 * g, W.T * u)],
        ),
    ],
    r"$A\in C_g$ has $\|Au\|\ge g\|u\|$ for all $u$: $\sigma_{\min}(A)\ge g$. As $C_g$ is convex"
    r" and holds $gI$, $\det A>0$ for $g>0$.",
    source=SOURCE,
    assuming=[skew],
)
paper.derivation(
    "positive-product-mutant",
    [Trace(u.T * member * member * u), dp.ge(0)],
    "Negative control: the product of positive matrices is positive.",
    assuming=[skew],
    **PLANTED,
)

# f3: balanced factors

r, s, p, t, P = (MatrixSymbol(name, d, d) for name in ("r", "s", "p", "t", "P"))
turns = [Q.orthogonal(r), Q.orthogonal(s), Q.symmetric(p)]
factor, following = s * p * s.T * r, r * s * p * s.T
paper.identity(
    "factors-balanced",
    following.T * following,
    factor * factor.T,
    r"$\Theta_{i+1}^\top\Theta_{i+1}=R^{i/L}P^{2/L}R^{-i/L}=\Theta_i\Theta_i^\top$ for every $i$ and all sizes.",
    source=SOURCE,
    assuming=turns,
)
paper.identity(
    "factors-product",
    following * (s * t),
    r * s * p * t,
    r"$\Theta_{i+1}\cdot R^{i/L}P^{i/L}=R^{(i+1)/L}P^{(i+1)/L}$ ($t=p^i$): by induction $\Theta_{i:1}=R^{i/L}P^{i/L}$ and"
    r" $\Theta_{L:1}=RP=A$.",
    source=SOURCE,
    assuming=turns,
)
paper.identity(
    "factors-mutant-product",
    r * p * r * p,
    r**2 * p**2,
    r"Negative control: $\Theta_i=R^{1/L}P^{1/L}$ for every $i$, $L=2$.",
    assuming=turns,
    **PLANTED,
)
paper.identity(
    "factors-mutant-balanced",
    (r * p).T * r * p,
    r * p * (r * p).T,
    r"Negative control: those factors are balanced.",
    assuming=turns,
    **PLANTED,
)

# f4: the rate

paper.inequality(
    "power-projection-step",
    (exp(Rational(1, 2)) + exp(Rational(1, 4))) / 4,
    dp.lt(Rational(734, 1000)),
    statement=r"With $\eta\le1/(4LM^{2-2/L})$ layers stay below $z=M^{1/L}(1+\frac1{4L})$ along a step, so the Hessian is below"
    r" $\beta=LM^{2-2/L}(e^{1/2}+e^{1/4})$ and $\eta\beta<0.734<1$: the decrease is at least $\frac12\eta\|\nabla l\|^2$.",
    source=SOURCE,
    uses=["hessian-bound"],
)
small = dp.rationals(-2, 2)


def target_of(numbers: tuple[Fraction, ...]) -> dp.Problem:
    """Return the two-layer problem of the target I + W W^T + K, in C_1."""
    a, b, turn = numbers[:3]
    rows = [[1 + a * a, a * b + turn], [a * b - turn, 1 + b * b]]
    return dp.Problem((2,) * (numbers[3] + 1), X=[[1, 0], [0, 1]], Y=rows)


targets = st.tuples(small, small, small, st.integers(1, 3)).map(target_of)
RATE = r"$l(t+1)\le(1-\eta Lg^{2-2/L})\,l(t)$"


def largest(problem: dp.Problem) -> Fraction:
    """Return a number M >= ||Phi|| + ||Phi - I||_F, the norm of Phi - I bounded by the sum of its entries."""
    target = problem.Y
    rest = sum((abs(Fraction(str(target[i, j])) - (i == j)) for i in range(2) for j in range(2)), Fraction(0))
    return norm_above(target) + rest


@paper.theorem(
    "power-projection-rate",
    rf"$0<g\le\lambda_{{\min}}(\operatorname{{sym}}\Phi)$, $M\ge\|\Phi\|+\|\Phi-gI\|_F$, $\eta\le1/(4LM^{{2-2/L}})$: {RATE};"
    r" here $g=1$ and $\eta=1/(4LM^2)$.",
    source=SOURCE,
    uses=[
        "projection",
        "positive-singular-values",
        "factors-balanced",
        "factors-product",
        "power-projection-step",
        "gradient-bound",
    ],
)
@settings(max_examples=25)
@given(targets)
def power_projection_converges(problem):
    rate = 1 / (4 * problem.layers * largest(problem) ** 2)
    kept = 1 - rate * problem.layers
    losses = dp.power_projection(problem, 1, rate, 3).losses
    assert not any(kept.denominator * after > kept.numerator * before for before, after in pairwise(losses))


@paper.theorem(
    "power-projection-mutant-step",
    r"Negative control: $\eta=1/(Lg^{2-2/L})$; $d=1$, $L=2$, $g=1$, $\Phi=4$ cycles between $A=1$ and $\frac{25}4$.",
    twin_of="power-projection-rate",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[4]])))
def long_steps(problem):
    losses = dp.power_projection(problem, 1, Fraction(1, 2), 4).losses
    assert not any(losses[place] > 4 for place in (2, 4))


@paper.theorem(
    "power-projection-mutant-rate",
    r"Negative control: the rate $1-2\eta Lg^{2-2/L}$; $L=1$, $g=1$, $\Phi=2$, $\eta=\frac14$.",
    twin_of="power-projection-rate",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1), X=[[1]], Y=[[2]])))
def twice_the_rate(problem):
    before, after = dp.power_projection(problem, 1, Fraction(1, 4), 1).losses
    assert not 2 * after > before


@paper.theorem(
    "power-projection-mutant-margin",
    r"Negative control: $g>\lambda_{\min}(\operatorname{sym}\Phi)$ allowed; $d=1$, $\Phi=\frac12$, $g=1$ keeps $A\ge1$,"
    r" $l\ge\frac18$.",
    twin_of="power-projection-rate",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[["1/2"]])))
def margin_above_the_target(problem):
    losses = dp.power_projection(problem, 1, Fraction(1, 8), 20).losses
    assert not any(100 * after > 99 * before for before, after in pairwise(losses))
