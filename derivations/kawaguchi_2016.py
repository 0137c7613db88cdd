"""Kawaguchi (2016): deep linear networks have no poor local minima. Gradients, Hessians and Theorem 2.3 as property tests.

Depth H counts weight matrices W_H ... W_1 (the paper's H is one less), W_k: d_k x d_{k-1}, p is the least hidden width,
X: d_0 x m, Y: d_H x m, L = 1/2 ||W_H ... W_1 X - Y||_F^2. The vector of a matrix stacks its columns, so that of W_k^T has the
entries of W_k row by row.
"""

from lu_kawaguchi_2017 import square
from sympy import Eq, Identity, KroneckerProduct, MatrixSymbol, Q, Rational, Trace, ZeroMatrix, cos, sin, symbols

import dlnproof as dp

paper = dp.Paper(
    "kawaguchi-2016",
    title="Deep Learning without Poor Local Minima",
    authors=["Kenji Kawaguchi"],
    year=2016,
    venue="Advances in Neural Information Processing Systems 29",
    url="https://arxiv.org/abs/1605.07110",
)

d0, d1, d2, d3, d4, m = symbols("d_0 d_1 d_2 d_3 d_4 m", integer=True, positive=True)
half = Rational(1, 2)
X, W1, W2 = MatrixSymbol("X", d0, m), MatrixSymbol("W1", d1, d0), MatrixSymbol("W2", d2, d1)
W3, W4 = MatrixSymbol("W3", d3, d2), MatrixSymbol("W4", d4, d3)
D1, D2, D3 = MatrixSymbol("D1", d1, d0), MatrixSymbol("D2", d2, d1), MatrixSymbol("D3", d3, d2)


# Lemma 4.1: the gradient, for every width

E2 = W2 * W1 * X - MatrixSymbol("Y", d2, m)
E3 = W3 * W2 * W1 * X - MatrixSymbol("Y", d3, m)
E4 = W4 * W3 * W2 * W1 * X - MatrixSymbol("Y", d4, m)
GRADIENT = r"$\nabla_{W_k}L=(W_H\cdots W_{k+1})^\top(W_H\cdots W_1X-Y)(W_{k-1}\cdots W_1X)^\top$"

paper.gradient(
    "lemma-4.1-two-layers",
    half * square(E2),
    {W1: W2.T * E2 * X.T, W2: E2 * X.T * W1.T},
    GRADIENT + " for $H=2$, any widths and data.",
    source="Kawaguchi (2016), Lemma 4.1",
)
paper.gradient(
    "lemma-4.1-three-layers",
    half * square(E3),
    {W1: W2.T * W3.T * E3 * X.T, W2: W3.T * E3 * X.T * W1.T, W3: E3 * X.T * W1.T * W2.T},
    GRADIENT + " for $H=3$, any widths and data.",
    source="Kawaguchi (2016), Lemma 4.1",
)
paper.gradient(
    "lemma-4.1-four-layers",
    half * square(E4),
    {
        W1: W2.T * W3.T * W4.T * E4 * X.T,
        W2: W3.T * W4.T * E4 * X.T * W1.T,
        W3: W4.T * E4 * X.T * W1.T * W2.T,
        W4: E4 * X.T * W1.T * W2.T * W3.T,
    },
    GRADIENT + " for $H=4$, any widths and data.",
    source="Kawaguchi (2016), Lemma 4.1",
)
paper.gradient(
    "lemma-4.1-mutant",
    half * square(E3),
    {W2: W3.T * E3 * X.T * W1.T / 2},
    r"Negative control: half of that gradient, $H=3$, $k=2$.",
    source="planted beside Kawaguchi (2016), Lemma 4.1",
    expect="refuted",
)

# the vector form of Lemma 4.1

x, y = MatrixSymbol("x", m, 1), MatrixSymbol("y", d3, 1)
A, B, residual = MatrixSymbol("A", d3, d1), MatrixSymbol("B", d0, m), MatrixSymbol("E", d3, m)

paper.identity(
    "lemma-4.1",
    dp.vec((A.T * residual * B.T).T),
    KroneckerProduct(A, B.T).T * dp.vec(residual.T),
    r"$\operatorname{vec}((A^\top EB^\top)^\top)=(A\otimes B^\top)^\top\operatorname{vec}(E^\top)$, for all sizes.",
    remark=r"With $A=W_H\cdots W_{k+1}$, $B=W_{k-1}\cdots W_1X$ and the residual $E$ this is Lemma 4.1 as printed;"
    r" lemma-4.1-any-depth is the same for the gradient of $L$ itself.",
    source="Kawaguchi (2016), Lemma 4.1",
    uses=["lemma-4.1-three-layers"],
)
paper.identity(
    "lemma-4.1-order",
    dp.vec(A.T * residual * B.T),
    KroneckerProduct(A, B.T).T * dp.vec(residual.T),
    r"Negative control: the same formula read with $\operatorname{vec}(W_k)$, the columns of $W_k$, in place of"
    r" $\operatorname{vec}(W_k^\top)$.",
    source="planted beside Kawaguchi (2016), Lemma 4.1",
    expect="refuted",
)

# Lemma 4.3: the second differential and the blocks of the Hessian

first = W2 * D1 * X + D2 * W1 * X
second = W3 * W2 * D1 * X + W3 * D2 * W1 * X + D3 * W2 * W1 * X
mixed = W3 * D2 * D1 * X + D3 * W2 * D1 * X + D3 * D2 * W1 * X

paper.hessian(
    "second-differential-two-layers",
    half * square(E2),
    {W1: D1, W2: D2},
    square(first) + 2 * Trace(E2.T * D2 * D1 * X),
    r"$\mathrm d^2L=\|W_2D_1X+D_2W_1X\|_F^2+2\langle E,D_2D_1X\rangle$ along $W_k+tD_k$.",
    source="Kawaguchi (2016), Lemma 4.3 as a quadratic form",
)
paper.hessian(
    "second-differential-three-layers",
    half * square(E3),
    {W1: D1, W2: D2, W3: D3},
    square(second) + 2 * Trace(E3.T * mixed),
    r"The second differential for $H=3$: the square of the first differential of $W_3W_2W_1X$ plus twice the residual"
    r" against its three mixed terms.",
    source="Kawaguchi (2016), Lemma 4.3 as a quadratic form",
)
paper.hessian(
    "second-differential-mutant",
    half * square(E3),
    {W1: D1, W2: D2, W3: D3},
    square(second) + Trace(E3.T * mixed),
    r"Negative control: the residual's term counted once instead of twice.",
    source="planted beside Kawaguchi (2016), Lemma 4.3",
    expect="refuted",
)
paper.hessian(
    "lemma-4.3-diagonal",
    half * square(E3),
    {W2: D2},
    square(W3 * D2 * W1 * X),
    r"Block $(k,k)$ for $H=3$, $k=2$: along $D_2$ alone $\mathrm d^2L=\|W_3D_2W_1X\|_F^2$.",
    remark="It is nonnegative, so $L$ is convex in this layer. For every depth and layer see lemma-4.3-block-kk.",
    source="Kawaguchi (2016), Lemma 4.3; Baldi and Hornik (1989), Facts 1 and 2",
)
paper.identity(
    "lemma-4.3-kronecker",
    KroneckerProduct(y, x).T * KroneckerProduct(A * A.T, B.T * B) * KroneckerProduct(y, x),
    KroneckerProduct(y.T * A * A.T * y, x.T * B.T * B * x),
    r"$(y\otimes x)^\top(AA^\top\otimes B^\top B)(y\otimes x)=\|A^\top y\|^2\|Bx\|^2$.",
    remark=r"This is the same block as a matrix, on a direction of rank one; $A^\top$, $B^\top$ are the products"
    r" after and before the layer.",
    source="Kawaguchi (2016), Lemma 4.3",
    uses=["lemma-4.3-diagonal"],
)
at_origin = {W1: ZeroMatrix(d1, d0), W2: ZeroMatrix(d2, d1), W3: ZeroMatrix(d3, d2)}
paper.identity(
    "corollary-2.4-origin",
    dp.hessian_form(half * square(E3), {W1: D1, W2: D2, W3: D3}).subs(at_origin).doit(),
    0,
    r"With three layers of any widths the Hessian vanishes at $W=0$, for any data.",
    source="Kawaguchi (2016), Corollary 2.4",
    uses=["second-differential-three-layers"],
)
paper.identity(
    "corollary-2.4-origin-two-layers",
    dp.hessian_form(half * square(E2), {W1: D1, W2: D2}).subs(at_origin).doit(),
    0,
    r"Negative control: the same with two layers.",
    source="planted beside Kawaguchi (2016), Corollary 2.4",
    expect="refuted",
)

# the minimum in closed form, and what is critical

R, Y = MatrixSymbol("R", d2, d0), MatrixSymbol("Y", d2, m)
S, C, G = MatrixSymbol("S", d0, d0), MatrixSymbol("C", d2, d1), MatrixSymbol("G", d1, d1)
gram = [Q.symmetric(S), Q.invertible(S), Eq(X * X.T, S)]
best = Y * X.T * S.inverse()

paper.minimum(
    "least-squares",
    half * square(R * X - Y),
    at={R: best},
    value=half * (square(Y) - Trace(best * X * Y.T)),
    squares=[(half, (R - best) * X)],
    statement=r"If $S=XX^\top$ is invertible, $\min_RL=\frac12(\|Y\|_F^2-\operatorname{tr}\Sigma)$ for"
    r" $L=\frac12\|RX-Y\|_F^2$, attained at $R=YX^\top S^{-1}$, with $\Sigma=YX^\top S^{-1}XY^\top$.",
    source="Kawaguchi (2016), Lemma 4.2 with one layer",
    assuming=gram,
)
paper.minimum(
    "least-squares-mutant",
    half * square(R * X - Y),
    at={R: best},
    value=half * (square(Y) + Trace(best * X * Y.T)),
    statement=r"Negative control: the same minimum with the wrong sign.",
    source="planted beside Kawaguchi (2016), Lemma 4.2",
    assuming=gram,
    expect="refuted",
)
paper.derivation(
    "lemma-4.2",
    [
        C * W1,
        dp.eq(C * G.inverse() * (G * W1 * S) * S.inverse(), "$G=C^TC$ is invertible, $S=XX^T$ too"),
        dp.eq(C * G.inverse() * C.T * Y * X.T * S.inverse(), "the gradient $(GW_1S-C^TYX^T)$ in $W_1$ vanishes"),
    ],
    r"Where the gradient in $W_1$ vanishes, $GW_1S=C^\top YX^\top$ with $G=C^\top C$ and $S=XX^\top$ invertible,"
    r" $CW_1=P_CYX^\top S^{-1}$, $P_C=C(C^\top C)^{-1}C^\top$.",
    remark=r"At a critical point this is $R$, with $C=W_H\cdots W_2$ of full column rank.",
    source="Kawaguchi (2016), Lemma 4.2",
    assuming=[Q.invertible(S), Q.invertible(G), Eq(C.T * C, G), Eq(G * W1 * S, C.T * Y * X.T)],
    uses=["lemma-4.1-two-layers"],
)

# the lemma for C of any rank: C^- is a generalised inverse, C C^- C = C, and P = C C^- is symmetric, the projection onto the
# columns of C; C(C^T C)^- C^T is the same projection

P, Cminus, Sminus = MatrixSymbol("P", d2, d2), MatrixSymbol("Cminus", d1, d2), MatrixSymbol("Sminus", d0, d0)
onto_columns = [Q.symmetric(P), Eq(P * C, C), Eq(C * Cminus, P)]

paper.derivation(
    "lemma-4.2-projection",
    [
        C * W1 * S,
        dp.eq(P * C * W1 * S, "$PC=C$"),
        dp.eq(Cminus.T * C.T * C * W1 * S, "$P=P^T=(CC^-)^T$"),
        dp.eq(Cminus.T * C.T * Y * X.T, "the gradient in $W_1$ vanishes: $C^TCW_1S=C^TYX^T$"),
        dp.eq(P * Y * X.T, "$P=(CC^-)^T$"),
    ],
    r"Where the gradient in $W_1$ vanishes, $C^\top CW_1S=C^\top YX^\top$ with $S=XX^\top$, $CW_1S=P_CYX^\top$ for"
    r" $C$ of any rank, with the projection $P_C=CC^-$ onto the columns of $C$.",
    remark=r"At a critical point $R=CW_1$ with $C=W_H\cdots W_2$.",
    source="Kawaguchi (2016), Lemma 4.2, without its condition on $X$",
    assuming=[*onto_columns, Eq(C.T * C * W1 * S, C.T * Y * X.T)],
    uses=["lemma-4.1-two-layers"],
)
paper.derivation(
    "lemma-4.2-closed-form",
    [
        C * W1,
        dp.eq(C * W1 * S * S.inverse(), "$S=XX^T$ is invertible"),
        dp.eq(P * Y * X.T * S.inverse(), "the lines above"),
    ],
    r"If also $S=XX^\top$ is invertible, $CW_1=P_CYX^\top(XX^\top)^{-1}$, for $C$ of any rank.",
    source="Kawaguchi (2016), Lemma 4.2",
    assuming=[Q.invertible(S), Eq(C * W1 * S, P * Y * X.T)],
    uses=["lemma-4.2-projection"],
)
paper.identity(
    "lemma-4.2-closed-form-singular",
    C * W1,
    P * Y * X.T * Sminus,
    r"Negative control: the same for any $XX^\top$, with a generalised inverse $SS^-S=S$ in the place of $S^{-1}$.",
    source="planted beside Kawaguchi (2016), Lemma 4.2",
    assuming=[Eq(S * Sminus * S, S), Eq(C * W1 * S, P * Y * X.T)],
    expect="refuted",
)
paper.identity(
    "lemma-4.2-projection-plain",
    C * W1 * S,
    Y * X.T,
    r"Negative control: the normal equation of one layer, the projection forgotten.",
    source="planted beside Kawaguchi (2016), Lemma 4.2",
    assuming=[Eq(C.T * C * W1 * S, C.T * Y * X.T)],
    expect="refuted",
)
paper.identity(
    "lemma-4.2-no-inverse",
    C * W1,
    C * G.inverse() * C.T * Y * X.T,
    r"Negative control: $R=P_CYX^\top$, the factor $(XX^\top)^{-1}$ forgotten.",
    source="planted beside Kawaguchi (2016), Lemma 4.2",
    assuming=[Q.invertible(S), Q.invertible(G), Eq(C.T * C, G), Eq(G * W1 * S, C.T * Y * X.T)],
    expect="refuted",
)

theta, sigma = symbols("theta sigma", positive=True)
u1, u2 = MatrixSymbol("u1", d2, 1), MatrixSymbol("u2", d2, 1)
v1, v2 = MatrixSymbol("v1", d0, 1), MatrixSymbol("v2", d0, 1)
a, b = MatrixSymbol("a", d2, 1), MatrixSymbol("b", 1, d0)
one, nought = Identity(1), ZeroMatrix(1, 1)
pairs = [Eq(u1.T * u1, one), Eq(u2.T * u2, one), Eq(u1.T * u2, nought)]
pairs += [Eq(v1.T * v1, one), Eq(v2.T * v2, one), Eq(v1.T * v2, nought)]
target = sigma * (u1 * v1.T + cos(theta) * u2 * v2.T)
r11, r12, r21, r22 = (Trace(u.T * a * b * v) for u in (u1, u2) for v in (v1, v2))
inside = u1 * u1.T + u2 * u2.T, v1 * v1.T + v2 * v2.T

paper.minimum(
    "rank-one",
    half * square(a * b - target),
    at={a: u1, b: sigma * v1.T},
    value=half * sigma**2 * cos(theta) ** 2,
    squares=[
        (half, r11 - sigma + cos(theta) * r22),
        (half, sin(theta) * r22),
        (half, r12 - cos(theta) * r21),
        (half, sin(theta) * r21),
        (half, a * b - inside[0] * a * b * inside[1]),
    ],
    statement=r"One hidden neuron, orthonormal $u_1,u_2$ and $v_1,v_2$:"
    r" $\min_{a,b}\frac12\|ab-\sigma(u_1v_1^\top+\cos\theta\,u_2v_2^\top)\|_F^2=\frac12\sigma^2\cos^2\theta$, at"
    r" $a=u_1$, $b=\sigma v_1^\top$.",
    remark=r"Of the singular values $\sigma\geq\sigma|\cos\theta|$ the smaller one is lost.",
    source="Kawaguchi (2016), Proposition 2.1 (Baldi and Hornik 1989), for p=1 and two singular values",
    assuming=pairs,
)
