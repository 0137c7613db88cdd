"""Bartlett, Helmbold and Long (2018): gradient flow from the identity, in singular values; its determinant; normal targets.

Layers that start at the identity stay balanced, so with R = (A^T A)^{1/L}, S = (A A^T)^{1/L} and A = U diag(sigma) V^T
A' = -sum_i S^{L-i} E R^{i-1}, S = U diag(a) U^T, R = V diag(a) V^T, a = sigma^{2/L}.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018_negative import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import DiagMatrix, Eq, HadamardProduct, Identity, MatrixSymbol, OneMatrix, Q, Rational, Trace, symbols

import dlnproof as dp

SOURCE = "this catalogue, on gradient flow from the identity in Bartlett, Helmbold and Long (2018)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}
square = lambda matrix: Trace(matrix.T * matrix)
d, L = symbols("d L", integer=True, positive=True)
j, k, n = symbols("j k n", integer=True, nonnegative=True)
A, E, R, S, U, V, X, Y, W, Z = (MatrixSymbol(name, d, d) for name in "AERSUVXYWZ")
u, v, x = (MatrixSymbol(name, d, 1) for name in "uvx")
ones = OneMatrix(d, 1)
a, b = symbols("a b", nonnegative=True)

# h2: singular values

paper.induction(
    "singular-vector-powers",
    (k, 0, L),
    [Eq(R**k * v, a**k * v, evaluate=False), Eq(u.T * S**k, a**k * u.T, evaluate=False)],
    r"$Rv=av$ and $u^\top S=au^\top$ give $R^kv=a^kv$ and $u^\top S^k=a^ku^\top$ for every $k$.",
    source=SOURCE,
    assuming=[Eq(R * v, a * v), Eq(u.T * S, a * u.T)],
)
paper.identity(
    "singular-value-every-depth",
    Trace(u.T * S**j * E * R**k * v),
    a ** (j + k) * Trace(u.T * E * v),
    r"$u^\top S^jER^kv=a^{j+k}u^\top Ev$ for all $j$, $k$: at $j=L-i$, $k=i-1$ this is $a^{L-1}u^\top Ev$ for every $i$ and $L$.",
    remark=r"So $\sigma'=u^\top A'v=-L\sigma^{2-2/L}u^\top Ev$ for a simple singular value, $a=\sigma^{2/L}$.",
    source=SOURCE,
    assuming=[Eq(u.T * S**j, a**j * u.T), Eq(R**k * v, a**k * v)],
    uses=["flow", "singular-vector-powers"],
)
paper.identity(
    "singular-value-mutant",
    Trace(u.T * S * E * R * v),
    a * Trace(u.T * E * v),
    r"Negative control: the exponent $L-i$ in the place of $L-1$; $L=3$, $i=2$.",
    assuming=[Eq(u.T * S, a * u.T), Eq(R * v, a * v)],
    **PLANTED,
)
spread = DiagMatrix(x)
turned = U.T * E * V
kernels = {2: x * ones.T + ones * x.T, 3: HadamardProduct(x, x) * ones.T + x * x.T + ones * HadamardProduct(x, x).T}
for depth, kernel in kernels.items():
    upper, lower = U * spread * U.T, V * spread * V.T
    total = sum((upper ** (depth - i) * E * lower ** (i - 1) for i in range(2, depth)), E * lower ** (depth - 1))
    paper.identity(
        f"flow-in-singular-vectors-{depth}",
        U.T * (upper ** (depth - 1) * E + total) * V,
        HadamardProduct(kernel, turned),
        rf"$L={depth}$: $U^\top A'V=-K\circ(U^\top EV)$, $K_{{jk}}=\sum_ix_j^{{L-i}}x_k^{{i-1}}$, for $S=U\operatorname{{diag}}(x)U^\top$,"
        r" $R=V\operatorname{diag}(x)V^\top$, $x=\sigma^{2/L}$, and $-A'=\sum_iS^{L-i}ER^{i-1}$.",
        source=SOURCE,
        assuming=[Q.orthogonal(U), Q.orthogonal(V)],
        uses=["flow"],
    )
paper.derivation(
    "decrease-rate",
    [
        Trace((X.T * E * Y.T).T * X.T * E * Y.T),
        dp.ge(
            a * b * square(E),
            r"$a\|EZ\|_F^2+b\|W^\top E\|_F^2+\|W^\top EZ\|_F^2$ is dropped",
            squares=[(a, E * Z), (b, W.T * E), W.T * E * Z],
        ),
    ],
    r"$XX^\top=aI+WW^\top$ and $Y^\top Y=bI+ZZ^\top$ give $\|X^\top EY^\top\|_F^2\ge ab\|E\|_F^2$.",
    remark=r"With $X=\Theta_{L:i+1}$, $Y=\Theta_{i-1:1}$ of balanced layers, $a=\sigma_{\min}^{2(L-i)/L}$, $b=\sigma_{\min}^{2(i-1)/L}$:"
    r" $l'=-\sum_i\|G_i\|_F^2\le-2L\sigma_{\min}(A)^{2-2/L}\,l$.",
    source=SOURCE,
    assuming=[Eq(X * X.T, a * Identity(d) + W * W.T), Eq(Y.T * Y, b * Identity(d) + Z * Z.T)],
    uses=["decrease-every-depth", "powers-left", "powers-right"],
)
first, second = symbols("theta_1 theta_2", positive=True)
paper.identity(
    "scalar-flow-unbalanced-mutant",
    first**2 + second**2,
    2 * first * second,
    r"Negative control: $A'=-2|A|E$ ($d=1$, $L=2$) for factors that are not balanced; $\theta=(2,\frac12)$ has the coefficient $\frac{17}4$, not 2.",
    **PLANTED,
)

# g1: the determinant

paper.identity(
    "flow-intertwines",
    (U * DiagMatrix(x) * U.T) * (U * DiagMatrix(u) * V.T),
    (U * DiagMatrix(u) * V.T) * (V * DiagMatrix(x) * V.T),
    r"$SA=AR$: with $S=U\operatorname{diag}(x)U^\top$, $R=V\operatorname{diag}(x)V^\top$, $A=U\operatorname{diag}(\sigma)V^\top$.",
    source=SOURCE,
    assuming=[Q.orthogonal(U), Q.orthogonal(V)],
)
paper.induction(
    "flow-intertwines-powers",
    (j, 0, L),
    [Eq(S**j * A, A * R**j, evaluate=False)],
    r"$SA=AR$ gives $S^jA=AR^j$ for every $j$.",
    source=SOURCE,
    assuming=[Eq(S * A, A * R)],
    uses=["flow-intertwines"],
)
inverse = A.inverse()
paper.identity(
    "log-determinant-moved",
    inverse * S**j,
    R**j * inverse,
    r"$S^jA=AR^j$ gives $A^{-1}S^j=R^jA^{-1}$ for invertible $A$.",
    source=SOURCE,
    assuming=[Q.invertible(A), Eq(S**j * A, A * R**j)],
    uses=["flow-intertwines-powers"],
)
paper.identity(
    "log-determinant-rate",
    Trace(inverse * S**j * E * R**k),
    Trace(R ** (j + k) * inverse * E),
    r"$\operatorname{tr}(A^{-1}S^jER^k)=\operatorname{tr}(R^{j+k}A^{-1}E)$ for all $j$, $k$: at $j=L-i$, $k=i-1$ the same for every $i$.",
    remark=r"So by Jacobi's formula $\frac d{dt}\log\det A=\operatorname{tr}(A^{-1}A')=-L\operatorname{tr}(R^{L-1}A^{-1}E)$, for every $L$.",
    source=SOURCE,
    assuming=[Q.invertible(A), Eq(inverse * S**j, R**j * inverse)],
    uses=["flow", "log-determinant-moved", "jacobi-formula"],
)
paper.identity(
    "log-determinant-rate-mutant",
    Trace(inverse * S**j * E * R**k),
    Trace(R**j * inverse * E),
    r"Negative control: $R^{L-i}$ in the place of $R^{L-1}$.",
    assuming=[Q.invertible(A), Eq(inverse * S**j, R**j * inverse)],
    **PLANTED,
)
paper.cite(
    "jacobi-formula",
    r"$\frac d{dt}\det A=\det A\,\operatorname{tr}(A^{-1}A')$ for invertible $A$, and $|\operatorname{tr}(ME)|\le\|M\|\,\|E\|_*$.",
    source="Horn and Johnson, Matrix Analysis, 2nd edition, 0.8.10.1 and section 7.4.2",
)
rooted = [Q.invertible(R), Q.symmetric(R), Eq(A.T * A, R ** (n + 2))]
paper.identity(
    "log-determinant-factor",
    R ** (n + 1) * inverse,
    R.inverse() * A.T,
    r"$L=n+2$, $A^\top A=R^L$: $R^{L-1}A^{-1}=R^{-1}A^\top$.",
    remark=r"So $\frac d{dt}\log\det A=-L\operatorname{tr}(R^{-1}A^\top E)$.",
    source=SOURCE,
    assuming=[Q.invertible(A), *rooted],
    uses=["log-determinant-rate"],
)
paper.identity(
    "log-determinant-size",
    (R.inverse() * A.T) * (R.inverse() * A.T).T,
    R**n,
    r"$L=n+2$, $A^\top A=R^L$: $(R^{-1}A^\top)(R^{-1}A^\top)^\top=R^{L-2}$.",
    remark=r"So $\|R^{-1}A^\top\|=\|A\|^{1-2/L}$ and $|\frac d{dt}\log\det A|\le L\|A\|^{1-2/L}\|E\|_*$, bounded since $\|E\|_F$ falls: for $L\ge2$,"
    r" $\det A(t)>0$ for all finite $t$.",
    source=SOURCE,
    assuming=rooted,
    uses=["log-determinant-factor", "decrease-every-depth"],
)
paper.cite(
    "determinant-barrier",
    r"If $\|A-\Phi\|<\sigma_{\min}(\Phi)$ no matrix on the segment from $\Phi$ to $A$ is singular, so $\det A$ and $\det\Phi$ have the same sign.",
    source="Horn and Johnson, Matrix Analysis, 2nd edition, Corollary 7.3.5",
)
small = dp.rationals(-3, 3)
planes = st.tuples(small, small, small, small)
EYE = [[1, 0], [0, 1]]


def rows(numbers: tuple[Fraction, ...]) -> list[list[Fraction]]:
    """Return the 2 x 2 matrix of four numbers."""
    return [list(numbers[:2]), list(numbers[2:])]


def gap_squared(found: object, target: list[list[Fraction]]) -> object:
    """Return ||A - Phi||_F^2, a ball, of a 2 x 2 ball matrix."""
    gaps = [found[i, j] - dp.enclose(target[i][j]) for i in (0, 1) for j in (0, 1)]
    return sum(gap * gap for gap in gaps)


def smallest_singular_value_squared(target: list[list[Fraction]]) -> object:
    """Return sigma_min^2 of a 2 x 2 matrix, a ball."""
    total = sum((entry * entry for row in target for entry in row), Fraction(0))
    determinant = target[0][0] * target[1][1] - target[0][1] * target[1][0]
    return (dp.enclose(total) - dp.enclose(total**2 - 4 * determinant**2).sqrt()) / 2


@paper.theorem(
    "flow-barrier",
    r"$d=2$, $L=2$, $\det\Phi<0$: the flow from the identity, in closed form and enclosed, has $\det A(t)>0$ and $\|A(t)-\Phi\|_F>\sigma_{\min}(\Phi)$"
    r" at $t=\frac12,2$.",
    remark=r"The argument gives both for every $d$, every $L\ge2$ and all finite $t$: such targets are not learnt.",
    source=SOURCE,
    uses=["log-determinant-size", "determinant-barrier"],
)
@settings(max_examples=40)
@given(planes.filter(lambda m: m[0] * m[3] < m[1] * m[2]))
def flow_keeps_its_determinant(numbers):
    target = rows(numbers)
    for found in dp.two_layer_flow(target, [Fraction(1, 2), 2]):
        assert found.det() > 0
        assert gap_squared(found, target) > smallest_singular_value_squared(target)


@paper.theorem(
    "flow-barrier-three-layers",
    r"$L=3$, $\Phi=\begin{pmatrix}1&2\\0&-1\end{pmatrix}$: the flow, enclosed by Taylor steps, has $\det A>0$ and"
    r" $l>\frac12\sigma_{\min}(\Phi)^2$ at $t=\frac14,1$.",
    source=SOURCE,
    uses=["log-determinant-size", "determinant-barrier"],
)
@given(st.just(dp.Problem((2,) * 4, X=EYE, Y=[[1, 2], [0, -1]])))
def three_layers_keep_their_determinant(problem):
    path = dp.gradient_flow(problem, problem.identity, [Fraction(1, 4), 1], bits=64, accuracy=20)
    least = smallest_singular_value_squared([[Fraction(1), Fraction(2)], [Fraction(0), Fraction(-1)]]) / 2
    assert all(path.determinant(step) > 0 for step in (1, 2))
    assert all(loss > least for loss in path.losses)


@paper.theorem(
    "flow-barrier-mutant-one-layer",
    r"Negative control: the sign of the determinant is kept for $L=1$ (a straight line); $d=1$, $\Phi=-1$ at $t=1$.",
    twin_of="flow-barrier",
    **PLANTED,
)
@given(st.just([[-1]]))
def one_layer_flows_through_zero(target):
    assert not dp.normal_flow(target, 1, [1])[0][0, 0] < 0


@paper.theorem(
    "flow-barrier-mutant-start",
    r"Negative control: the sign is kept from every start; $d=1$, $L=2$, $\Theta=(2,\frac12)$, $\Phi=-1$ at $t=\frac12$.",
    twin_of="flow-barrier",
    **PLANTED,
)
@given(st.just(dp.Problem((1, 1, 1), X=[[1]], Y=[[-1]])))
def unbalanced_flow_through_zero(problem):
    assert not dp.gradient_flow(problem, [[[2]], [["1/2"]]], [Fraction(1, 2)], bits=64).determinant(1) < 0


# g2: normal targets

Theta, Phi = MatrixSymbol("Theta", d, d), MatrixSymbol("Phi", d, d)
N = MatrixSymbol("N", d, d)
paper.induction(
    "normal-residual-moves",
    (k, 0, L),
    [Eq(E * N**k, N**k * E, evaluate=False)],
    r"$EN=NE$ gives $EN^k=N^kE$ for every $k$.",
    remark=r"The residual $E$ of a normal target commutes with $N=\Theta\Theta^\top$, as layers and target do.",
    source=SOURCE,
    assuming=[Eq(E * N, N * E)],
    uses=["equal-layers"],
)
i = symbols("i", integer=True, positive=True)
paper.identity(
    "normal-flow",
    dp.layer_sum(N ** (L - i) * E * N ** (i - 1), (i, 1, L)),
    L * N ** (L - 1) * E,
    r"$S=R=N$ with $EN^k=N^kE$ for all $k$, every $L$: $-A'=\sum_iN^{L-i}EN^{i-1}=LN^{L-1}E$.",
    remark=r"Equal normal layers that commute with $\Phi$ and $\Phi^\top$ are such a case, $N=\Theta\Theta^\top$. On an eigenvalue"
    r" $z_A'=-L|z_A|^{2-2/L}(z_A-z)$: $z_A-z$ keeps its argument and $z_A$ moves on the straight segment from 1 to $z$.",
    source=SOURCE,
    assuming=[dp.every(Eq(E * N**k, N**k * E, evaluate=False), (k, 0, L))],
    uses=["normal-residual-moves", "flow"],
)
paper.identity(
    "normal-flow-mutant",
    Theta * Theta.T * (Theta**2 - Phi) + (Theta**2 - Phi) * Theta.T * Theta,
    2 * Theta * Theta.T * (Theta**2 - Phi),
    "Negative control: the same for equal layers that do not commute with the target, $L=2$.",
    **PLANTED,
)
s, re, im, c = symbols("s x y c", real=True)
on_segment = (1 - s + s * re) ** 2 + s**2 * im**2
on_circle = (1 - s + s * c) ** 2 + s**2 * (1 - c**2)
paper.inequality(
    "normal-segment-off-zero",
    ((1 - re) ** 2 + im**2) * on_segment,
    dp.ge(im**2),
    statement=r"$z=x+iy$, real $s$: $|1-z|^2\,|1+s(z-1)|^2\ge y^2$.",
    remark=r"The segment from 1 to $z$ is at least $|y|/|1-z|$ away from 0, so for $y\ne0$ the flow converges at a linear rate.",
    source=SOURCE,
    uses=["normal-flow"],
)
paper.inequality(
    "normal-segment-positive",
    1 - s + s * re,
    dp.ge(re),
    over={s: (0, 1), re: (0, 1)},
    statement=r"$1+s(z-1)\ge z$ for $0\le s\le1$ and real $0\le z\le1$.",
    remark=r"For $z\ge1$ the segment stays above 1: for real $z>0$ the flow converges at a linear rate.",
    source=SOURCE,
    uses=["normal-flow"],
)
paper.inequality(
    "normal-segment-rotation",
    on_circle,
    dp.ge((1 + c) / 2),
    over={s: (0, 1), c: (-1, 1)},
    statement=r"$z=e^{i\alpha}$, $c=\cos\alpha$, $0\le s\le1$: $|1+s(z-1)|^2=(1-s+sc)^2+s^2(1-c^2)\ge\frac{1+c}2=\cos^2\frac\alpha2$.",
    remark=r"There is equality at $s=\frac12$.",
    source=SOURCE,
    uses=["normal-flow"],
)
paper.inequality(
    "normal-segment-rotation-mutant",
    on_circle,
    dp.ge((1 + c) / 2 + Rational(1, 100)),
    over={s: (0, 1), c: (-1, 1)},
    statement="Negative control: a hundredth more.",
    **PLANTED,
)
paper.identity(
    "normal-segment-negative",
    (1 - s + s * re).subs(s, 1 / (1 - re)),
    0,
    r"$1+s(z-1)=0$ at $s=1/(1-z)$, $z\ne1$ real.",
    remark=r"For $z<0$ this is a point of the segment, $s<1$, where the flow of $L\ge2$ layers stands still: it does not converge to $\Phi$.",
    source=SOURCE,
    uses=["normal-flow"],
)
ROTATIONS = ((101, -99, 20, 2, 230), (101, -99, 20, 3, 272), (101, -99, 20, 6, 349))
NEARER = ((10001, -9999, 200, 2, 277), (10001, -9999, 200, 3, 459), (10001, -9999, 200, 6, 1090))


def turn_by(case: tuple[int, ...]) -> tuple[dp.Problem, int]:
    """Return the problem of a rotation with cosine c/r and sine s/r, and a number of steps."""
    r, cosine, sine, depth, steps = case
    rotation = [[Fraction(cosine, r), Fraction(-sine, r)], [Fraction(sine, r), Fraction(cosine, r)]]
    return dp.Problem((2,) * (depth + 1), X=EYE, Y=rotation), steps


@paper.theorem(
    "rotations-are-learnt",
    r"Two rotations near a half turn are learnt: descent with $\eta=1/(10L)$ has $l=|z_A-z|^2<10^{-16}$ for the first time after 230, 272, 349 steps"
    r" ($L=2,3,6$) for $\cos\alpha=-\frac{99}{101}$, and 277, 459, 1090 steps for $\cos\alpha=-\frac{9999}{10001}$; enclosed.",
    source=SOURCE,
)
@given(st.sampled_from(ROTATIONS + NEARER).map(turn_by))
def rotations_near_a_half_turn(drawn):
    problem, steps = drawn
    path = dp.gradient_descent(
        problem, problem.identity, Fraction(1, 10 * problem.layers), steps, bits=192, accuracy=80
    )
    *before, last = path.losses
    assert last < Fraction(1, 10**16)
    assert all(loss > Fraction(1, 10**16) for loss in before)


@paper.theorem(
    "rotations-mutant-half-turn",
    r"Negative control: rotations near a half turn fail; $\cos\alpha=-\frac{99}{101}$, $L=2$.",
    twin_of="rotations-are-learnt",
    **PLANTED,
)
@given(st.just(ROTATIONS[0]).map(turn_by))
def rotations_near_a_half_turn_fail(drawn):
    problem, steps = drawn
    path = dp.gradient_descent(problem, problem.identity, Fraction(1, 20), steps, bits=128)
    assert not path.losses[steps] < Fraction(1, 100)


NORMALS = ([[2, 1], [1, -1]], [[-1, 2], [2, 3]], [[1, -2], [2, 1]], [[-1, Fraction(-1, 2)], [Fraction(1, 2), -1]])


@paper.theorem(
    "normal-flow-closed-form",
    r"$d=2$, $L=2$, $t=\frac12$, four normal targets: the closed form on eigenvalues and the Riccati formula give the same $A(t)$ up to $10^{-15}$.",
    source=SOURCE,
    uses=["normal-flow"],
)
@given(st.sampled_from(NORMALS))
def two_closed_forms(target):
    one, other = dp.normal_flow(target, 2, [Fraction(1, 2)], bits=64)[0], dp.two_layer_flow(target, [Fraction(1, 2)])[0]
    for i in (0, 1):
        for j in (0, 1):
            assert abs(one[i, j] - other[i, j]) < dp.enclose(Fraction(1, 10**15))
