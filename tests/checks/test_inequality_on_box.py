"""Inequalities on boxes: known ones are proved, broken twins refuted by a point of the box, no pole is passed over."""

import pytest
from sympy import Interval, Rational, exp, log, oo, pi, sqrt, symbols

import dlnproof as dp
from dlnproof.checks.context import Context
from dlnproof.checks.plan import run_checks
from dlnproof.errors import InputError
from dlnproof.verdict import Verdict, decide

x, y, t, u = symbols("x y theta u", real=True)
p, q = symbols("p q", positive=True)
lam = symbols("lambda", nonnegative=True)


def verdict(left, step, over=None):
    paper = dp.Paper("bounds", title="Bounds", authors=["A. Author"], year=2026)
    claim = paper.inequality("bound", left, step, over=over)
    evidence = list(run_checks(claim, Context(seconds=6)))
    return decide(evidence), evidence


def descent(rate, depth):
    """One step of gradient descent from theta toward -lambda (Bartlett, Helmbold and Long, scalar case)."""
    return t * (1 - rate * t ** (depth - 2) * (t**depth + lam))


TRUE = {
    "x^2 <= x on [0, 1]": (x**2, dp.le(x), {x: (0, 1)}),
    "strict where the ends are left out": (x**2, dp.lt(x), {x: Interval.open(0, 1)}),
    "harmonic below arithmetic mean": ((p + q) / 2, dp.ge(2 * p * q / (p + q)), None),
    "2xy <= x^2 + y^2 on the plane": (x**2 + y**2, dp.ge(2 * x * y), None),
    "a positive quartic": (x**4 + 1, dp.gt(x**3), None),
    "Bernoulli's tangent, degree 7": (x**7, dp.ge(y**7 + 7 * y**6 * (x - y)), {x: (0, oo), y: (0, oo)}),
    "unbounded below": (x**3, dp.le(x), {x: (-oo, -1)}),
    "descent keeps the sign at depth 3 up to rate 1/(1 + lambda)": (
        descent(u / (1 + lam), 3),
        dp.ge(0),
        {t: (0, 1), u: (0, 1)},
    ),
    "descent keeps the sign at depth 5": (descent(u / (1 + lam), 5), dp.ge(0), {t: (0, 1), u: (0, 1)}),
    "a pole at an end that is left out": (1 / x, dp.ge(1), {x: Interval.Lopen(0, 1)}),
    "a sum of exponentials": (exp(2 * x) + exp(x) / 5, dp.lt(Rational(18, 5)), {x: (0, Rational(29, 50))}),
    "a constant": (log(5) / 3, dp.lt(Rational(5365, 10000)), None),
    "a square whose base changes sign": (exp(x) + x**2 + x**4, dp.gt(Rational(1, 3)), {x: (-1, 1)}),
    "a root": (sqrt(p), dp.lt((p + 1) / 2), {p: (2, 5)}),
    "a quotient of pi": (pi, dp.lt(Rational(22, 7)), None),
}
FALSE = {
    "strict with equality at both ends": (x**2, dp.lt(x), {x: (0, 1)}),
    "strict with equality inside": ((p + q) / 2, dp.gt(2 * p * q / (p + q)), None),
    "a factor too large": (x**2 + y**2, dp.ge(Rational(21, 10) * x * y), None),
    "Bernoulli's tangent outside its range": (x**3, dp.ge(y**3 + 3 * y**2 * (x - y)), {x: (-9, 9), y: (-9, 9)}),
    "the rate a tenth too large": (descent(u / (1 + lam), 3), dp.ge(0), {t: (0, 1), u: (0, Rational(11, 10))}),
    "an exponential": (exp(x), dp.le(2), {x: (0, 1)}),
    "a constant": (log(5) / 3, dp.lt(Rational(536, 1000)), None),
    "violated on a small part": ((x - Rational(1, 2)) ** 2, dp.ge(Rational(1, 1000)), {x: (0, 1)}),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_inequality_is_proved_by_two_roads(name):
    found, evidence = verdict(*TRUE[name])
    assert found is Verdict.PROVED, evidence


@pytest.mark.parametrize("name", FALSE)
def test_a_false_inequality_is_refuted_by_an_exact_point_of_the_box(name):
    found, evidence = verdict(*FALSE[name])
    assert found is Verdict.REFUTED, evidence
    values = evidence[-1].counterexample["values"]
    for symbol, given in (FALSE[name][2] or {}).items():
        assert given[0] <= Rational(values[str(symbol)]) <= given[1]


@pytest.mark.parametrize(
    ("left", "step", "over"),
    [
        (1 / x, dp.ge(1), {x: (0, 1)}),  # undefined at 0
        (1 / x, dp.ge(1 / x), {x: (-1, 1)}),  # the same pole on both sides
        (1 / (x - Rational(1, 3)) ** 2, dp.gt(0), {x: (0, 1)}),  # a pole inside
        (sqrt(x), dp.gt(-1), {x: (-1, 1)}),  # not real on half the range
        (exp(x), dp.ge(1 + x), {x: (0, 1)}),  # true, with equality at 0: balls cannot tell
    ],
)
def test_what_is_undefined_somewhere_or_only_touches_is_undecided(left, step, over):
    assert verdict(left, step, over)[0] is Verdict.UNDECIDED


def test_a_nonzero_symbol_is_not_refuted_at_zero():
    z = symbols("z", real=True, nonzero=True)
    assert verdict(z**2, dp.gt(0), {z: (-1, 1)})[0] is not Verdict.REFUTED


@pytest.mark.parametrize(
    ("left", "step", "options", "message"),
    [
        (x, dp.eq(x), {}, "needs an inequality"),
        (x, dp.ge(0), {"over": {x: (1, 0)}}, "goes up from low to high"),
        (x, dp.ge(0), {"over": {x: (0, sqrt(2))}}, "rational or infinite"),
        (x, dp.ge(0), {"over": {y: (0, 1)}}, "has no such symbol"),
        (p, dp.ge(0), {"over": {p: (-1, 1)}}, "was declared so"),
        (symbols("n", integer=True), dp.ge(0), {}, "over real numbers"),
        (symbols("c"), dp.ge(0), {}, "over real numbers"),
        ("x", dp.ge(0), {}, "exact SymPy expression"),
        (x, dp.ge(0), {"assuming": [x > 0]}, "ranges instead of assumptions"),
    ],
)
def test_an_inequality_that_makes_no_sense_is_refused_with_the_rule(left, step, options, message):
    paper = dp.Paper("bounds", title="Bounds", authors=["A. Author"], year=2026)
    with pytest.raises(InputError, match=message):
        paper.inequality("bound", left, step, **options)
