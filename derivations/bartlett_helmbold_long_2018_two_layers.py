"""Bartlett, Helmbold and Long (2018): two layers of any size, where the flow from the identity is a Riccati equation.

The orthogonal factor R of A = R P obeys R' = Phi - R Phi^T R, whatever P is; R = X Y^{-1} with X' = Phi Y, Y' = Phi^T X. With
Phi = U S V^T, C = e^{St}, D = e^{-St}: U^T X = (C K + D M)/2 and V^T Y = (C K - D M)/2, K = U^T + V^T, M = U^T - V^T.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_flow import PLANTED, SOURCE, paper
from flint import fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Identity, MatrixSymbol, Q, Trace, symbols

import dlnproof as dp

d = symbols("d", integer=True, positive=True)
sigma, sign = symbols("sigma", nonnegative=True), symbols("e", real=True)
square = lambda matrix: Trace(matrix.T * matrix)
X, Y, Phi, U, V, S, C, D, K, M, B, Z = (
    MatrixSymbol(name, d, d) for name in ("X", "Y", "Phi", "U", "V", "S", "C", "D", "K", "M", "B", "Z")
)
w = MatrixSymbol("w", d, 1)

# g4: the orthogonal factor

R = X * Y.inverse()
paper.identity(
    "riccati",
    dp.differential(R, {X: Phi * Y, Y: Phi.T * X}),
    Phi - R * Phi.T * R,
    r"With $X'=\Phi Y$, $Y'=\Phi^\top X$ the quotient $R=XY^{-1}$ has $R'=\Phi-R\Phi^\top R$.",
    source=SOURCE,
    assuming=[Q.invertible(Y)],
)
paper.identity(
    "riccati-orthogonal",
    dp.differential(X.T * X, {X: Phi * Y}),
    dp.differential(Y.T * Y, {Y: Phi.T * X}),
    r"$X^\top X-Y^\top Y$ does not change.",
    source=SOURCE,
)
paper.identity(
    "riccati-quotient",
    R.T * R,
    Identity(d),
    r"If $X^\top X=Y^\top Y$, as from $X=Y=I$, the quotient $R=XY^{-1}$ is orthogonal.",
    source=SOURCE,
    assuming=[Q.invertible(Y), Eq(X.T * X, Y.T * Y)],
    uses=["riccati-orthogonal"],
)
paper.identity(
    "riccati-mutant",
    dp.differential(X.T * X, {X: Phi * Y}),
    -dp.differential(Y.T * Y, {Y: Phi.T * X}),
    r"Negative control: $X^\top X+Y^\top Y$ does not change.",
    **PLANTED,
)
P, Rot = MatrixSymbol("P", d, d), MatrixSymbol("R", d, d)
paper.identity(
    "polar-flow",
    -(Rot * P * Rot.T) * (Rot * P - Phi) - (Rot * P - Phi) * P,
    (Phi - Rot * Phi.T * Rot) * P + Rot * (P * Rot.T * Phi + Phi.T * Rot * P - 2 * P * P),
    r"$A=RP$, $R$ orthogonal, $P$ symmetric, $E=A-\Phi$: $-(RPR^\top)E-EP=R'P+RP'$ with $R'=\Phi-R\Phi^\top R$,"
    r" $P'=PR^\top\Phi+\Phi^\top RP-2P^2$.",
    remark=r"The left side is $A'$, as $(AA^\top)^{1/2}=RPR^\top$ and $(A^\top A)^{1/2}=P$. As $R^\top R'$ is antisymmetric and $P'$ symmetric, they are the"
    r" rates of the polar factors: that of $R$ does not depend on $P$.",
    source=SOURCE,
    assuming=[Q.orthogonal(Rot), Q.symmetric(P)],
    uses=["flow"],
)
turn = Phi - Rot * Phi.T * Rot
paper.identity(
    "polar-flow-tangent",
    Rot.T * turn,
    -turn.T * Rot,
    r"$R$ orthogonal: $R^\top R'$ is antisymmetric for $R'=\Phi-R\Phi^\top R$.",
    source=SOURCE,
    assuming=[Q.orthogonal(Rot)],
)
top, bottom = (C * K + D * M) / 2, (C * K - D * M) / 2
grow = {C: S * C, D: -S * D}
for name, one, other, words in (
    ("top", top, bottom, r"$U^\top X=\frac12(CK+DM)$, $V^\top Y=\frac12(CK-DM)$: $(U^\top X)'=S\,V^\top Y$"),
    ("bottom", bottom, top, r"$(V^\top Y)'=S\,U^\top X$ for the same"),
):
    paper.identity(
        f"two-layer-solution-{name}",
        dp.differential(one, grow),
        S * other,
        f"$C'=SC$, $D'=-SD$, {words}.",
        remark=r"For $\Phi=USV^\top$ these are $X'=\Phi Y$, $Y'=\Phi^\top X$, and $C=D=I$ gives $X=Y=I$ at $t=0$.",
        source=SOURCE,
        uses=["riccati"],
    )
paper.identity(
    "two-layer-solution-mutant",
    dp.differential(bottom, grow),
    S * bottom,
    r"Negative control: $(V^\top Y)'=S\,V^\top Y$.",
    **PLANTED,
)
paper.identity(
    "two-layer-kernel-is-half-turn",
    U.T + V.T,
    U.T * (Identity(d) + U * V.T),
    r"$K=U^\top+V^\top=U^\top(I+R_\Phi)$, $R_\Phi=UV^\top$.",
    remark=r"So $K$ is singular if and only if $R_\Phi$ has the eigenvalue $-1$.",
    source=SOURCE,
    assuming=[Q.orthogonal(U), Q.orthogonal(V)],
)
paper.identity(
    "two-layer-limit",
    (Identity(d) + sign * D * M * K.inverse() * D) * (C * K),
    C * K + sign * D * M,
    r"$K$ invertible, $DC=I$: $CK+eDM=(I+eDMK^{-1}D)CK$ for all real $e$, in particular $e=1$ ($2U^\top X$) and $e=-1$ ($2V^\top Y$).",
    remark=r"So $U^\top RV=(I+DMK^{-1}D)(I-DMK^{-1}D)^{-1}$, which goes to $I$ as $D=e^{-St}$ goes to 0 ($\Phi$ invertible): $R\to UV^\top=R_\Phi$.",
    source=SOURCE,
    assuming=[Q.invertible(K), Eq(D * C, Identity(d))],
    uses=["two-layer-solution-top", "two-layer-solution-bottom", "two-layer-kernel-is-half-turn"],
)
kernel = [Q.invertible(Y), Q.orthogonal(V), Eq(U.T * X * w, -V.T * Y * w)]
y = MatrixSymbol("y", d, 1)
paper.identity(
    "two-layer-kernel",
    top * w,
    -bottom * w,
    r"$Kw=0$ gives $(CK+DM)w=-(CK-DM)w$: $U^\top Xw=-V^\top Yw$, for all $C$, $D$, so for all time.",
    source=SOURCE,
    assuming=[Eq(K * w, 0 * w)],
    uses=["two-layer-solution-top", "two-layer-solution-bottom"],
)
paper.identity(
    "two-layer-kernel-turned",
    U.T * (X * Y.inverse()) * V * (V.T * Y * w),
    -V.T * Y * w,
    r"$U^\top Xw=-V^\top Yw$ gives $U^\top RV\,y=-y$ for $R=XY^{-1}$, $y=V^\top Yw$.",
    remark=r"$y\ne0$ for $w\ne0$. With $R_\Phi=UV^\top$, $U^\top(R-R_\Phi)Vy=-2y$, so $\|R-R_\Phi\|=2$ for all time.",
    source=SOURCE,
    assuming=kernel,
    uses=["two-layer-kernel"],
)
paper.derivation(
    "two-layer-kernel-barrier",
    [
        -Trace(y.T * (U.T * (B * B.T * Rot) * V - S) * y),
        dp.ge(sigma * square(y), r"$\|B^\top Uy\|^2+\|Zy\|^2$ is dropped", squares=[B.T * U * y, Z * y]),
    ],
    r"$A=BB^\top R$ with $U^\top RVy=-y$, $S=\sigma I+Z^\top Z$: $-y^\top(U^\top AV-S)y\ge\sigma\|y\|^2$.",
    remark=r"For $\Phi=USV^\top$ the form is $-y^\top U^\top(A-\Phi)Vy$: with $\sigma=\sigma_{\min}(\Phi)$, $\|A-\Phi\|\ge\sigma_{\min}(\Phi)$ for all time.",
    source=SOURCE,
    assuming=[Eq(U.T * Rot * V * y, -y), Q.orthogonal(U), Eq(S, sigma * Identity(d) + Z.T * Z)],
    uses=["two-layer-kernel-turned"],
)
paper.derivation(
    "two-layer-kernel-barrier-mutant",
    [
        -Trace(y.T * (U.T * (B * B.T * Rot) * V - S) * y),
        dp.ge(sigma * square(y)),
    ],
    r"Negative control: the same for every $R$.",
    assuming=[Q.orthogonal(U), Eq(S, sigma * Identity(d) + Z.T * Z)],
    **PLANTED,
)


# the criterion on instances: Phi = R P, R a rational rotation, with or without the eigenvalue -1, P = W^T W + I/4

entries = st.integers(-2, 2)
EYE = [[int(i == j) for j in range(3)] for i in range(3)]


def rational(matrix: fmpq_mat) -> list[list[Fraction]]:
    """Return the entries as Fractions."""
    return [[Fraction(int(entry.p), int(entry.q)) for entry in row] for row in matrix.tolist()]


def target_of(numbers: tuple[int, ...], turned: bool) -> list[list[Fraction]]:
    """Return R P, 3 x 3: R by Cayley's formula, or a half turn about an axis."""
    a, b, c, *rest = numbers
    skew = fmpq_mat([[0, a, b], [-a, 0, c], [-b, -c, 0]]) / 2
    one = fmpq_mat(EYE)
    rotation = (one - skew) * (one + skew).inv()
    if turned:
        axis = fmpq_mat([[1], [a], [b]])
        rotation = axis * axis.transpose() * 2 / (1 + a * a + b * b) - one
    factor = fmpq_mat(3, 3, rest)
    return rational(rotation * (factor.transpose() * factor + one / 4))


def difference_squared(found: object, target: list[list[Fraction]]) -> object:
    """Return ||A - Phi||_F^2, a ball."""
    gaps = [found[i, j] - dp.enclose(target[i][j]) for i in range(3) for j in range(3)]
    return sum(gap * gap for gap in gaps)


@paper.theorem(
    "two-layer-criterion",
    r"$L=2$, $d=3$, $\Phi=QP$, $P=W^\top W+\frac14I$ with integer $W$, the flow from the identity in closed form at $t=16$: $\|A-\Phi\|_F<\frac14$ if"
    r" the rotation $Q$ has no eigenvalue $-1$ (Cayley's formula), and $\|A-\Phi\|_F>\frac14$ if $Q$ is a half turn.",
    remark=r"$\frac14\le\sigma_{\min}(\Phi)$, so the flow converges after the first. The argument gives, for $L=2$ and invertible $\Phi$ of any size: the"
    r" flow converges to $\Phi$ if and only if the orthogonal polar factor of $\Phi$ has no eigenvalue $-1$.",
    source=SOURCE,
    uses=[
        *("polar-flow", "polar-flow-tangent", "two-layer-limit", "two-layer-kernel-barrier", "riccati-quotient"),
        *("decrease-rate", "determinant-barrier"),
    ],
)
@settings(max_examples=25)
@given(st.tuples(*[entries] * 12), st.booleans())
def three_by_three_targets(numbers, turned):
    target = target_of(numbers, turned)
    (found,) = dp.two_layer_flow(target, [16], bits=4096)
    gap, border = difference_squared(found, target), dp.enclose(Fraction(1, 16))
    assert gap > border if turned else gap < border


@paper.theorem(
    "two-layer-mutant-determinant",
    r"Negative control: $\det\Phi>0$ suffices; $\operatorname{diag}(1,-1,-1)P$, not normal, $P$ tridiagonal $(1,2,1)$, $\det\Phi=4$.",
    twin_of="two-layer-criterion",
    **PLANTED,
)
@given(st.just([[2, 1, 0], [-1, -2, -1], [0, -1, -2]]))
def positive_determinants_of_size_three(target):
    (found,) = dp.two_layer_flow(target, [16], bits=512)
    assert not difference_squared(found, target) > 4


# g6: more targets with a positive determinant that are not learnt


@paper.theorem(
    "positive-determinant-unlearnt",
    r"$L=2$, $\det\Phi>0$, at $t=2,8$ in closed form: $\Phi=\operatorname{diag}(1,-1,-1)$ and $\begin{pmatrix}1&2\\1&1\end{pmatrix}\oplus(-1)$"
    r" (two blocks of determinant $-1$): $A$ keeps the blocks of $\Phi$ up to $10^{-40}$, $A_{33}>0$ and $l>\frac12$.",
    source=SOURCE,
    uses=["two-layer-criterion"],
)
@given(st.sampled_from(([[1, 0, 0], [0, -1, 0], [0, 0, -1]], [[1, 2, 0], [1, 1, 0], [0, 0, -1]])))
def blocks_of_negative_determinant(target):
    for found in dp.two_layer_flow(target, [2, 8], bits=256):
        assert found[2, 2] > 0
        assert all(abs(found[i, j]) < dp.enclose(Fraction(1, 10**40)) for i, j in ((0, 2), (1, 2), (2, 0), (2, 1)))
        assert difference_squared(found, target) > 1


paper.cite(
    "not-contractible",
    r"$\{A\in\mathbb R^{d\times d}:\det A>0\}$ retracts to the rotations and is not contractible for $d\ge2$: some loop in it has no contraction.",
    remark=r"So no method that is continuous in time and target, stays in this set and never raises the loss learns all its targets from one start:"
    r" by Dini's theorem it would learn those of a loop uniformly, and contract the loop.",
    source="Hall, Lie Groups, Lie Algebras, and Representations, 2nd edition, section 1.3.3 and Proposition 13.10",
)
