r"""Ziyin, Li and Meng (2022): which of sigma > 0, gamma > 0 and b0 in the range of A0 is needed where: theorems for `dlnproof ablate`.

Each marks what it assumes by `dp.bound` or lists it in `assuming`; drawn without it, an exact counterexample shows that it is needed.
"""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from ziyin_li_meng_2022 import paper

import dlnproof as dp

SOURCE = "Ziyin, Li and Meng (2022), {} (restated)"
positive = dp.rationals(min_value=Fraction(1, 8), max_value=2)
maybe_zero = st.one_of(st.just(Fraction(0)), positive)
noise = dp.bound(positive, "sigma > 0", otherwise=0)
decay = dp.bound(positive, "gamma > 0", otherwise=maybe_zero)


def networks(layers, noise, decay):
    """Return problems with one output."""
    return dp.problems(layers=layers, widths=[st.integers(1, 2)] * layers + [1], noise=noise, decay=decay)


@paper.theorem(
    "needs-isolated",
    r"One or two hidden layers, widths at most 2, noise and decay: there are finitely many global minimisers.",
    source=SOURCE.format("one hidden layer"),
    uses=["global-one", "only-one"],
    twins=["without sigma > 0"],
)
@settings(max_examples=20, deadline=None)
@given(st.integers(2, 3).flatmap(lambda layers: networks(layers, noise, positive)))
def minimisers_are_isolated(problem):
    assert problem.global_minimisers().count is not None


@paper.theorem(
    "needs-attained",
    r"One or two hidden layers, widths at most 2, decay and noise in every layer: the least loss is attained.",
    source=SOURCE.format("some decays zero"),
    uses=["global-one", "global-two", "degenerate-bound-one", "degenerate-bound-two"],
    twins=["without gamma > 0"],
)
@settings(max_examples=20, deadline=None)
@given(st.integers(2, 3).flatmap(lambda layers: networks(layers, noise, [decay] * layers)))
def least_loss_is_attained(problem):
    assert not any(problem.decay) or problem.global_minimisers().is_attained


@paper.theorem(
    "needs-origin",
    r"Two or three hidden layers, widths at most 2, decay and noise in every layer: zero is a strict local minimum.",
    source=SOURCE.format("the origin"),
    uses=["origin-deep"],
    twins=["without gamma > 0", "without two hidden layers"],
)
@settings(max_examples=30, deadline=None)
@given(
    dp.problems(
        layers=dp.bound(st.integers(3, 4), "two hidden layers", otherwise=2),
        widths=st.integers(1, 2),
        noise=noise,
        decay=decay,
    )
)
def zero_is_a_strict_minimum(problem):
    kind = problem.classify(problem.origin)
    assert kind.is_local_minimum
    assert kind.is_strict


@st.composite
def moments(draw):
    """Draw A0 = diag(a, 0), b0 = (a t, b), decays, noise, and the norm of weights along the second input."""
    a, t, sigma2 = draw(positive), draw(dp.rationals(-2, 2)), draw(maybe_zero)
    b = draw(dp.bound(st.just(Fraction(0)), "b0 in the range of A0", otherwise=positive))
    return a, t, b, sigma2, draw(positive), [draw(dp.rationals(-8, 8)) for _ in range(3)]


def loss_of(a, t, b, sigma2, decay, weights):
    """Return J of one neuron with weights (w_1, w_2) and u, equal decays."""
    w1, w2, u = weights
    return (1 + sigma2) * a * (u * w1) ** 2 - 2 * u * (a * t * w1 + b * w2) + decay * (w1**2 + w2**2 + u**2)


@paper.theorem(
    "needs-range",
    r"One neuron, two inputs, $A_0=\operatorname{diag}(a,0)$, $b_0$ in its range: $J\geq-b_0^\top A_0^+b_0/s$.",
    source=SOURCE.format("some decays zero"),
    uses=["degenerate-bound-one"],
    twins=["without b0 in the range of A0"],
)
@settings(max_examples=60, deadline=None)
@given(moments())
def loss_is_bounded(drawn):
    a, t, _, sigma2, _, _ = drawn
    assert loss_of(*drawn) >= -a * t**2 / (1 + sigma2)
