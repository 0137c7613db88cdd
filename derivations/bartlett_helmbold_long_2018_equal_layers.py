"""Bartlett, Helmbold and Long (2018): gradient descent from the identity toward normal targets keeps all layers equal.

At every depth they stay equal, normal and commuting with the target, so that descent acts on eigenvalues one by one: for a real
eigenvalue lambda one step is theta_+ = theta - eta theta^{L-1} (theta^L - lambda), from theta = 1.
"""

from fractions import Fraction

from bartlett_helmbold_long_2018 import paper
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, MatrixSymbol, Q, symbols

import dlnproof as dp

SOURCE = "Bartlett, Helmbold and Long (2018), positive definite targets (restated)"
PLANTED = {"source": f"planted beside {SOURCE}", "expect": "refuted"}

# d1: a normal target keeps the layers equal; B = Theta^{L-1}, so E = B Theta - Phi and the gradient is B^T E

d, depth, i = symbols("d L i", integer=True, positive=True)
n = symbols("n", integer=True, nonnegative=True)
Theta, Phi, B, E = (MatrixSymbol(name, d, d) for name in ("Theta", "Phi", "B", "E"))
layers = dp.Chain("W", depth, widths=d)
lower = layers.product(n, 1)
equal = dp.every(Eq(layers[i], Theta), (i, 1, depth))
commute = lambda one, other: Eq(one * other, other * one)
normal = [
    *(commute(Theta, Phi), commute(Theta.T, Phi)),
    *(commute(Theta.T, Theta), Eq(Phi.T * Phi, Phi * Phi.T)),
]
with_power = [*normal, *(commute(one, other) for one in (B, B.T) for other in (Theta, Phi)), commute(B.T, B)]
paper.induction(
    "equal-layers-product",
    (n, 0, depth),
    [Eq(layers[n + 1] * lower, Theta * lower, evaluate=False), Eq(lower, Theta**n, evaluate=False)],
    r"If all layers are equal to $\Theta$ then $\Theta_{n:1}=\Theta^n$, for every depth.",
    source=SOURCE,
    assuming=[equal],
)
paper.induction(
    "equal-layers-powers",
    (n, 0, depth),
    [Eq(Theta.T * Theta**n, Theta**n * Theta.T, evaluate=False), Eq(Phi * Theta**n, Theta**n * Phi, evaluate=False)],
    r"For a normal $\Theta$ that commutes with $\Phi$ and $\Phi^\top$ the powers $\Theta^n$ commute with $\Theta^\top$ and $\Phi$.",
    source=SOURCE,
    assuming=normal,
)
paper.induction(
    "equal-layers-gradient",
    (n, 0, depth),
    [Eq(E * Theta.T**n, Theta.T**n * E, evaluate=False)],
    r"$E$ commutes with $(\Theta^\top)^n$ if it does with $\Theta^\top$.",
    remark=r"So all layers have the same gradient $(\Theta^\top)^{L-i}E(\Theta^\top)^{i-1}=(\Theta^\top)^{L-1}E$, $E=\Theta^L-\Phi$.",
    source=SOURCE,
    assuming=[commute(Theta.T, E)],
    uses=["gradient", "equal-layers-product", "equal-layers-powers"],
)
eta = symbols("eta", positive=True)
residual = B * Theta - Phi
stepped = Theta - eta * B.T * residual
STEP = r"$\Theta_+=\Theta-\eta B^\top(B\Theta-\Phi)$"
KEPT = (
    r"If $\Theta,\Phi,B$ are normal, $B,B^\top$ commute with $\Theta$ and $\Phi$ (as $B=\Theta^{L-1}$ does), and $\Theta,\Theta^\top$ with"
    rf" $\Phi$, then, with {STEP}, "
)
for name, left, right, what in (
    ("target", stepped * Phi, Phi * stepped, r"$\Theta_+$ commutes with $\Phi$."),
    ("transposed-target", stepped.T * Phi, Phi * stepped.T, r"$\Theta_+^\top$ commutes with $\Phi$."),
    ("normal", stepped.T * stepped, stepped * stepped.T, r"$\Theta_+$ is normal."),
    ("residual", residual * Theta.T, Theta.T * residual, r"the residual $B\Theta-\Phi$ commutes with $\Theta^\top$."),
):
    paper.identity(
        f"equal-layers-kept-{name}",
        left,
        right,
        KEPT + what,
        source=SOURCE,
        assuming=with_power,
        uses=["equal-layers-powers", "equal-layers-gradient"],
    )
paper.identity(
    "equal-layers-kept-symmetric",
    stepped.T,
    stepped,
    rf"If $\Phi$, $\Theta$ and $B$ are symmetric and commute then {STEP} is symmetric.",
    source=SOURCE,
    assuming=[
        *(Q.symmetric(matrix) for matrix in (Theta, Phi, B)),
        *(commute(Theta, Phi), commute(B, Theta), commute(B, Phi)),
    ],
)
paper.identity(
    "equal-layers-mutant",
    Theta.T * (Theta**2 - Phi),
    (Theta**2 - Phi) * Theta.T,
    r"Negative control: $E=\Theta^2-\Phi$ commutes with $\Theta^\top$ for every target.",
    **PLANTED,
)
value, target, power = symbols("theta lambda b", real=True)
column = MatrixSymbol("v", d, 1)
paper.induction(
    "eigenvalue-powers",
    (n, 0, depth),
    [
        Eq(layers[n + 1] * lower * column, value * lower * column, evaluate=False),
        Eq(lower * column, value**n * column, evaluate=False),
    ],
    r"If all layers are equal to $\Theta$ and $\Theta v=\theta v$ then $\Theta_{n:1}v=\theta^nv$, for every depth.",
    source=SOURCE,
    assuming=[equal, Eq(Theta * column, value * column)],
)
paper.identity(
    "eigenvalue-step",
    (Theta - eta * B * (B * Theta - Phi)) * column,
    (value - eta * power * (power * value - target)) * column,
    r"If $\Phi v=\lambda v$, $\Theta v=\theta v$, $Bv=bv$ then $\Theta-\eta B(B\Theta-\Phi)$ multiplies $v$ by"
    r" $\theta-\eta b(b\theta-\lambda)$.",
    remark=r"For symmetric $\Phi$ this is one step, $B=\Theta^{L-1}$, $b=\theta^{L-1}$: the scalar map.",
    source=SOURCE,
    assuming=[Eq(Theta * column, value * column), Eq(Phi * column, target * column), Eq(B * column, power * column)],
    uses=["eigenvalue-powers", "equal-layers-kept-symmetric"],
)
paper.identity(
    "eigenvalue-step-mutant",
    (Theta - eta * B * (B * Theta - Phi)) * column,
    (value - eta * (power * value - target)) * column,
    r"Negative control: the factor $b$ left out.",
    assuming=[Eq(Theta * column, value * column), Eq(Phi * column, target * column), Eq(B * column, power * column)],
    **PLANTED,
)
KINDS = ["normal", "symmetric", "rotation"]
KEPT_STEPS = [
    f"equal-layers-kept-{name}" for name in ("target", "transposed-target", "normal", "symmetric", "residual")
]


@paper.theorem(
    "equal-layers",
    "For a normal target all layers stay equal and commute with it, at any rate.",
    source=SOURCE,
    uses=["equal-layers-gradient", *KEPT_STEPS],
)
@settings(max_examples=40)
@given(
    dp.networks_from_identity(st.integers(2, 3), st.integers(1, 3), target=KINDS),
    dp.rationals(0, 2, exclude_min=True),
)
def layers_stay_equal(net, rate):
    problem, start = net
    for weights in dp.gradient_descent(problem, start, rate, 2):
        first, *others = problem.read_weights(weights)
        assert first * problem.Y == problem.Y * first
        assert all(layer == first for layer in others)


@paper.theorem(
    "equal-layers-complex",
    r"$\Phi=\begin{pmatrix}a&-b\\b&a\end{pmatrix}$, $z=a+ib$: the layers are $w=x+iy$ with $w_+=w-\eta\bar w^{L-1}(w^L-z)$, from"
    " $w=1$.",
    source=SOURCE,
    uses=["equal-layers"],
)
@settings(max_examples=30)
@given(st.integers(1, 4), dp.rationals(-2, 2), dp.rationals(-2, 2), dp.rationals(0, 1, exclude_min=True))
def complex_eigenvalues(number, a, b, rate):
    def times(one, other):
        return one[0] * other[0] - one[1] * other[1], one[0] * other[1] + one[1] * other[0]

    problem = dp.Problem((2,) * (number + 1), X=[[1, 0], [0, 1]], Y=[[a, -b], [b, a]])
    x, y = Fraction(1), Fraction(0)
    for weights in dp.gradient_descent(problem, problem.identity, rate, 2):
        assert weights == [[[x, -y], [y, x]]] * number
        conjugate, whole = (Fraction(1), Fraction(0)), (Fraction(1), Fraction(0))
        for _ in range(number - 1):
            conjugate = times(conjugate, (x, -y))
        for _ in range(number):
            whole = times(whole, (x, y))
        gap = times(conjugate, (whole[0] - a, whole[1] - b))
        x, y = x - rate * gap[0], y - rate * gap[1]


@paper.theorem(
    "equal-layers-first-step",
    r"For every target all layers are $I-\eta(I-\Phi)$ after the first step.",
    source=SOURCE,
    uses=["gradient"],
)
@settings(max_examples=30)
@given(
    dp.networks_from_identity(st.integers(1, 4), st.integers(1, 3), target="generic"),
    dp.rationals(0, 2, exclude_min=True),
)
def first_step_is_the_same_for_all_layers(net, rate):
    problem, start = net
    size = problem.widths[0]
    phi = [[Fraction(str(problem.Y[i, j])) for j in range(size)] for i in range(size)]
    layer = [[(1 - rate) * int(i == j) + rate * phi[i][j] for j in range(size)] for i in range(size)]
    assert dp.gradient_descent(problem, start, rate, 1)[1] == [layer] * problem.layers


@paper.theorem(
    "equal-layers-every-target-mutant",
    r"Negative control: the layers stay equal for every target. For $\Phi=\begin{pmatrix}1&1\\0&1\end{pmatrix}$, $L=2$, they"
    " differ after two steps.",
    twin_of="equal-layers",
    **PLANTED,
)
@given(st.just(dp.Problem((2, 2, 2), X=[[1, 0], [0, 1]], Y=[[1, 1], [0, 1]])))
def layers_stay_equal_for_every_target(problem):
    for first, second in dp.gradient_descent(problem, problem.identity, Fraction(1, 4), 2):
        assert first == second
