"""Bartlett, Helmbold and Long (2018): 2 x 2 targets, where it is known exactly which the flow from the identity learns.

A = U diag(s_1, s_2) V^T with rotations U, V (det A > 0), alpha the angle of U V^T; p = (phi_11 + phi_22)/2 + i (phi_21 - phi_12)/2
of the target. The polar angle obeys alpha' = K/(s_1 + s_2) 2 |p| sin(arg p - alpha): it moves the short way to arg p, and stays
where it is only if arg p = pi.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_flow import (
    EYE,
    PLANTED,
    SOURCE,
    gap_squared,
    paper,
    planes,
    rows,
    smallest_singular_value_squared,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Matrix, MatrixSymbol, Q, diag, symbols

import dlnproof as dp

# g3: the angle

d, L, i = symbols("d L i", integer=True, positive=True)
U, V, J, D, F, X, Z = (MatrixSymbol(name, d, d) for name in "UVJDFXZ")
first, second, up, down, turn_u, turn_v = symbols("s_1 s_2 r_1 r_2 omega_u omega_v", real=True)
c, s, C, S = symbols("c s C S", real=True)
f11, f12, f21, f22 = symbols("phi_11 phi_12 phi_21 phi_22", real=True)

RATE_OF_A = r"\omega_uJD-\omega_vDJ+D'"
paper.identity(
    "plane-rates",
    U.T * dp.differential(U * D * V.T, {U: turn_u * U * J, V: turn_v * V * J, D: F}) * V,
    turn_u * J * D - turn_v * D * J + F,
    rf"$A=UDV^\top$, $U$ and $V$ orthogonal, $U'=\omega_uUJ$, $V'=\omega_vVJ$, $J^\top=-J$: $U^\top A'V={RATE_OF_A}$.",
    source=SOURCE,
    assuming=[Q.orthogonal(U), Q.orthogonal(V), Eq(J.T, -J)],
)
quarter, sizes, growth = Matrix([[0, -1], [1, 0]]), diag(first, second), diag(up, down)
rates = turn_u * quarter * sizes - turn_v * sizes * quarter + growth
paper.identity(
    "plane-rotation-rate",
    rates[1, 0] - rates[0, 1],
    (turn_u - turn_v) * (first + second),
    rf"$J=\begin{{pmatrix}}0&-1\\1&0\end{{pmatrix}}$, $D=\operatorname{{diag}}(s_1,s_2)$: entries 21 and 12 of ${RATE_OF_A}$ differ by"
    r" $(\omega_u-\omega_v)(s_1+s_2)$.",
    remark=r"$\omega_u-\omega_v=\alpha'$ is the rate of the angle of $UV^\top$.",
    source=SOURCE,
    uses=["plane-rates"],
)
kernel = dp.layer_sum(X ** (L - i) * Z ** (i - 1), (i, 1, L))
paper.identity(
    "plane-kernel",
    X * kernel - kernel * Z,
    X**L - Z**L,
    r"$X\kappa-\kappa Z=X^L-Z^L$ for $\kappa=\sum_iX^{L-i}Z^{i-1}$, every $L$, for numbers too ($d=1$).",
    remark=r"With the numbers $X=s_1^{2/L}$, $Z=s_2^{2/L}$ the sum is $K_{12}=K_{21}>0$: $K=(s_1^2-s_2^2)/(s_1^{2/L}-s_2^{2/L})$ for $s_1\ne s_2$.",
    source=SOURCE,
)
Y = Matrix([[c, -s], [s, c]]).T * Matrix([[f11, f12], [f21, f22]]) * Matrix([[C, -S], [S, C]])
paper.identity(
    "plane-angle",
    Y[1, 0] - Y[0, 1],
    (f21 - f12) * (c * C + s * S) - (f11 + f22) * (s * C - c * S),
    r"$U=\begin{pmatrix}c&-s\\s&c\end{pmatrix}$, $V=\begin{pmatrix}C&-S\\S&C\end{pmatrix}$, $Y=U^\top\Phi V$:"
    r" $Y_{21}-Y_{12}=(\phi_{21}-\phi_{12})(cC+sS)-(\phi_{11}+\phi_{22})(sC-cS)$.",
    remark=r"This is $2|p|\sin(\arg p-\alpha)$, $p=\frac12(\phi_{11}+\phi_{22})+\frac i2(\phi_{21}-\phi_{12})$, as $\cos\alpha=cC+sS$,"
    r" $\sin\alpha=sC-cS$. With $U^\top A'V=-K\circ(D-Y)$: $\alpha'=\frac K{s_1+s_2}2|p|\sin(\arg p-\alpha)$.",
    source=SOURCE,
    uses=[
        "plane-rotation-rate",
        "flow-in-singular-vectors-2",
        "flow-in-singular-vectors-3",
        "plane-kernel",
    ],
)
paper.identity(
    "plane-angle-mutant",
    Y[1, 0] - Y[0, 1],
    (f21 + f12) * (c * C + s * S) - (f11 + f22) * (s * C - c * S),
    r"Negative control: $\phi_{21}+\phi_{12}$ in the place of the difference.",
    **PLANTED,
)


def rotation(t: Fraction) -> tuple[Fraction, Fraction]:
    """Return cosine and sine of a rational rotation."""
    return (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)


def product(*matrices: list[list[Fraction]]) -> list[list[Fraction]]:
    """Return the product of 2 x 2 matrices."""
    result = matrices[0]
    for right in matrices[1:]:
        result = [[sum(result[i][k] * right[k][j] for k in (0, 1)) for j in (0, 1)] for i in (0, 1)]
    return result


def turned(angle: tuple[Fraction, Fraction], sign: int = 1) -> list[list[Fraction]]:
    """Return the rotation, or its inverse."""
    cosine, sine = angle
    return [[cosine, -sign * sine], [sign * sine, cosine]]


def diagonal(pair: tuple[Fraction, Fraction]) -> list[list[Fraction]]:
    """Return a diagonal matrix."""
    return [[pair[0], Fraction(0)], [Fraction(0), pair[1]]]


positive = dp.rationals(0, 3, exclude_min=True)
PAIRS = st.tuples(dp.rationals(-2, 2), dp.rationals(-2, 2))


@paper.theorem(
    "plane-angle-exact",
    r"$\operatorname{Im}(\bar p_Ap_A')=K\operatorname{Im}(\bar p_Ap)$ and $|p_A|=\frac{s_1+s_2}2$, exactly, for the rate $A'=-\sum_iS^{L-i}ER^{i-1}$ at random"
    r" $A=U\operatorname{diag}(s)V^\top$, $s_j=\theta_j^L$, $S=U\operatorname{diag}(\theta^2)U^\top$, $R=V\operatorname{diag}(\theta^2)V^\top$,"
    r" $K=\sum_i\theta_1^{2(L-i)}\theta_2^{2(i-1)}$, $L=2,3,4$; $p_A$ is the $p$ of $A$.",
    remark=r"As $\operatorname{Im}(\bar p_Ap_A')=|p_A|^2\alpha'$, this is the formula for $\alpha'$.",
    source=SOURCE,
    uses=["plane-angle"],
)
@settings(max_examples=30)
@given(PAIRS, positive, positive, planes, st.integers(2, 4))
def the_angle_moves_as_claimed(turns, one, two, numbers, depth):
    u, v = (rotation(t) for t in turns)
    target, sizes = rows(numbers), (one**depth, two**depth)
    value = product(turned(u), diagonal(sizes), turned(v, -1))
    gap = [[value[i][j] - target[i][j] for j in (0, 1)] for i in (0, 1)]
    rate = [[Fraction(0)] * 2, [Fraction(0)] * 2]
    kernel = Fraction(0)
    for i in range(1, depth + 1):
        above = product(turned(u), diagonal((one ** (2 * (depth - i)), two ** (2 * (depth - i)))), turned(u, -1))
        below = product(turned(v), diagonal((one ** (2 * (i - 1)), two ** (2 * (i - 1)))), turned(v, -1))
        share = product(above, gap, below)
        rate = [[rate[k][m] - share[k][m] for m in (0, 1)] for k in (0, 1)]
        kernel += one ** (2 * (depth - i)) * two ** (2 * (i - 1))
    real, imaginary = value[0][0] + value[1][1], value[1][0] - value[0][1]  # 2 p_A
    moved = real * (rate[1][0] - rate[0][1]) - imaginary * (rate[0][0] + rate[1][1])
    pull = (target[1][0] - target[0][1]) * real - (target[0][0] + target[1][1]) * imaginary
    assert real**2 + imaginary**2 == sum(sizes) ** 2
    assert moved == kernel * pull


# the criterion

paper.cite(
    "gradient-flows-converge",
    "A bounded trajectory of the gradient flow of a polynomial converges, and its limit is a critical point.",
    source="Lojasiewicz (1984), Sur les trajectoires du gradient d'une fonction analytique",
)


def determinant(target: list[list[Fraction]]) -> Fraction:
    """Return the determinant of a 2 x 2 matrix."""
    return target[0][0] * target[1][1] - target[0][1] * target[1][0]


def is_negative(target: list[list[Fraction]]) -> bool:
    """Return whether a 2 x 2 matrix of determinant at least 0 is symmetric negative semidefinite and not zero."""
    return target[0][1] == target[1][0] and target[0][0] + target[1][1] < 0


def gets_near(target: list[list[Fraction]]) -> bool:
    """Return whether the two-layer flow certainly gets to a time where ||A - Phi||_F < sigma_min(Phi): then it converges."""
    times = [(4, 256), (32, 1024), (256, 8192)]
    found = (dp.two_layer_flow(target, [time], bits=bits)[0] for time, bits in times)
    return any(gap_squared(value, target) < smallest_singular_value_squared(target) for value in found)


halves = st.integers(-6, 6).map(lambda n: Fraction(n, 2))
coarse = st.tuples(halves, halves, halves, halves)


@paper.theorem(
    "plane-criterion",
    r"$d=2$, $L=2$, $\det\Phi\ne0$, the flow from the identity in closed form: if $\det\Phi>0$ and $\Phi$ is not symmetric negative definite,"
    r" $\|A-\Phi\|_F<\sigma_{\min}(\Phi)$ at $t=4$, 32 or 256; otherwise $\|A-\Phi\|_F>\sigma_{\min}(\Phi)$ at $t=4$.",
    remark=r"From a time with $\|E\|_F<\sigma_{\min}(\Phi)$ on, $l'\le-2L(\sigma_{\min}(\Phi)-\|E\|)^{2-2/L}\,l$. The argument gives, for $d=2$ and every"
    r" $L\ge2$: the flow converges to $\Phi$ if and only if $\det\Phi\ge0$ and $\Phi$ is no nonzero symmetric negative semidefinite matrix.",
    source=SOURCE,
    uses=["plane-angle", "decrease-rate", "log-determinant-size", "determinant-barrier", "gradient-flows-converge"],
)
@settings(max_examples=40)
@given(coarse.map(rows).filter(lambda target: determinant(target) != 0))
def two_by_two_targets(target):
    if determinant(target) > 0 and not is_negative(target):
        assert gets_near(target)
    else:
        (found,) = dp.two_layer_flow(target, [4], bits=256)
        assert gap_squared(found, target) > smallest_singular_value_squared(target)


@paper.theorem(
    "plane-criterion-three-layers",
    r"$L=3$: the flow toward $\Phi=\begin{pmatrix}-1&1\\0&-1\end{pmatrix}$ has $\|A-\Phi\|_F<\sigma_{\min}(\Phi)$ at $t=3$; enclosed by Taylor steps.",
    remark="So it converges, as for two layers.",
    source=SOURCE,
    uses=["plane-criterion"],
)
@given(st.just(dp.Problem((2,) * 4, X=EYE, Y=[[-1, 1], [0, -1]])))
def three_layers_learn_a_double_negative_eigenvalue(problem):
    found = dp.gradient_flow(problem, problem.identity, [3], bits=64, accuracy=10).end_to_end(1)
    target = [[Fraction(-1), Fraction(1)], [Fraction(0), Fraction(-1)]]
    assert gap_squared(found, target) < smallest_singular_value_squared(target)


@paper.theorem(
    "plane-mutant-determinant",
    r"Negative control: $\det\Phi>0$ suffices; $\Phi=-I$ has $\|A-\Phi\|_F>\sigma_{\min}(\Phi)$ at $t=8$.",
    twin_of="plane-criterion",
    **PLANTED,
)
@given(st.just([[Fraction(-1), Fraction(0)], [Fraction(0), Fraction(-1)]]))
def positive_determinant_suffices(target):
    (found,) = dp.two_layer_flow(target, [8])
    assert not gap_squared(found, target) > smallest_singular_value_squared(target)


@paper.theorem(
    "plane-mutant-eigenvalue",
    r"Negative control: every target with a negative real eigenvalue fails; $\Phi=\begin{pmatrix}-1&1\\0&-1\end{pmatrix}$ (twice $-1$)"
    r" is learnt.",
    twin_of="plane-criterion",
    **PLANTED,
)
@given(st.just([[Fraction(-1), Fraction(1)], [Fraction(0), Fraction(-1)]]))
def negative_eigenvalues_fail(target):
    (found,) = dp.two_layer_flow(target, [32], bits=1024)
    assert not gap_squared(found, target) < smallest_singular_value_squared(target)
