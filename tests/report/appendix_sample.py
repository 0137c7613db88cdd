"""A realistic appendix for the tests: every kind of claim, every verdict, a misprint, a long Hessian, points."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sympy import DiagMatrix, Eq, HadamardProduct, Identity, MatrixSymbol, OneMatrix, Q, Rational, Trace, sqrt, symbols

from dlnproof.claims.assumptions import full_row_rank
from dlnproof.claims.paper import Paper
from dlnproof.claims.steps import eq, ge
from dlnproof.record import ClaimRecord, Outcome, Searched, is_as_expected, make_record
from dlnproof.verdict import Evidence, Finding, Verdict

n, n0, n1, n2, n3, m = symbols("n n0 n1 n2 n3 m", integer=True, positive=True)
g1, g2, sigma2 = symbols("gamma1 gamma2 sigma2", positive=True)
a, b = symbols("a b", positive=True)
W1, W2, W3 = MatrixSymbol("W1", n1, n0), MatrixSymbol("W2", n2, n1), MatrixSymbol("W3", n3, n2)
D1, D2, D3 = MatrixSymbol("D1", n1, n0), MatrixSymbol("D2", n2, n1), MatrixSymbol("D3", n3, n2)
X, Y, Z = MatrixSymbol("X", n0, m), MatrixSymbol("Y", n2, m), MatrixSymbol("Z", n3, m)
E = W2 * W1 * X - Y
E3 = W3 * W2 * W1 * X - Z
LOSS = Trace(E.T * E) / 2
DECAY = g1 * Trace(W1.T * W1) + g2 * Trace(W2.T * W2)

CANONICAL = Evidence(method="canonical form", finding=Finding.PROOF, outcome="equal", seconds=0.003)
MODULAR = Evidence(
    method="modular evaluation",
    finding=Finding.PROOF,
    outcome="equal",
    details={"error_bound": "4.6e-18", "prime": "2^61 - 1", "seed": 0},
)
DIGITS = Evidence(
    method="multiprecision",
    finding=Finding.AGREES,
    outcome="equal",
    details={"digits": 50, "residuals": ["1.3e-51", "2.2e-101"]},
)


def lu_kawaguchi() -> Paper:
    """A paper with a misprint, a long second derivative, theorems and a cited fact."""
    paper = Paper(
        "lu-kawaguchi-2017",
        title="Depth creates no bad local minima",
        authors=["Haihao Lu", "Kenji Kawaguchi"],
        year=2017,
        venue="arXiv preprint arXiv:1702.08580",
        url="https://arxiv.org/abs/1702.08580",
    )
    paper.cite(
        "eckart-young",
        r"Among the matrices of rank at most $p$ the truncated singular value decomposition is nearest to $A$.",
        source="Eckart and Young (1936)",
    )
    paper.gradient(
        "gradient",
        LOSS + DECAY,
        {W1: W2.T * E * X.T + 2 * g1 * W1, W2: E * X.T * W1.T + 2 * g2 * W2},
        "The gradient of the square loss of a two-layer net with decay in both layers.",
        source="equation (2)",
    )
    paper.identity(
        "gradient-misprint",
        W2.T * E * X.T + 2 * g1 * W1,
        W2.T * E * X.T + g1 * W1,
        expect="refuted",
        source="equation (3)",
    )
    paper.theorem(
        "no-bad-local-minima",
        r"For the square loss every local minimum of $\|W_H \cdots W_1 X - Y\|_F^2$ is a global minimum.",
        source="Theorem 2.3",
        assuming=[full_row_rank("X")],
        uses=["eckart-young"],
    )(_drawn())
    paper.identity(
        "gradient-corrected",
        W2.T * E * X.T + 2 * g1 * W1,
        2 * g1 * W1 + W2.T * W2 * W1 * X * X.T - W2.T * Y * X.T,
        "The factor 2 of the decay stays.",
        corrects="gradient-misprint",
    )
    perturbed = (W3 * W2 * D1 + W3 * D2 * W1 + D3 * W2 * W1) * X
    mixed = (W3 * D2 * D1 + D3 * W2 * D1 + D3 * D2 * W1) * X
    paper.hessian(
        "second-derivative",
        Trace(E3.T * E3) / 2,
        {W1: D1, W2: D2, W3: D3},
        Trace(perturbed.T * perturbed) + 2 * Trace(E3.T * mixed),
        "The second derivative of a three-layer net along three matrices.",
        source="Lemma 4.1",
    )
    long = sum((Trace(p.T * q) for p in _words() for q in _words()), 2 * Trace(E3.T * W3 * D2 * D1 * X))
    paper.identity(
        "second-derivative-expanded",
        Trace(perturbed.T * perturbed) + 2 * Trace(E3.T * W3 * D2 * D1 * X),
        long,
        "The same, multiplied out term by term.",
        uses=["second-derivative"],
    )
    paper.identity(
        "whitened",
        Trace(E.T * E),
        Trace((W2 * W1 - Y * X.T).T * (W2 * W1 - Y * X.T)) - Trace(X * Y.T * Y * X.T) + Trace(Y.T * Y),
        "With whitened inputs the data enter through $Y X^{\\top}$ only.",
        assuming=[Eq(X * X.T, Identity(n0))],
        source="Kawaguchi (2016), Lemma 4.2",
    )
    return paper


def small_examples() -> Paper:
    """A paper of short claims, with a derivation that is wrong and a statement that is false."""
    paper = Paper("size-free", title="Size-free examples & controls", authors=["Zoë Müller_Łukasz"], year=2026)
    u, x = MatrixSymbol("u", n1, 1), MatrixSymbol("x", n0, 1)
    epsilon, G = MatrixSymbol("epsilon", n1, 1), MatrixSymbol("G", n1, n1)
    h = W1 * x
    paper.identity(
        "noise",
        Trace(u.T * DiagMatrix(epsilon) * h) ** 2,
        Trace(u.T * h) ** 2 + sigma2 * Trace(HadamardProduct(u, u).T * HadamardProduct(h, h)),
        "Multiplicative noise of mean one and variance $\\sigma_2$ on the hidden neurons.",
    )
    paper.identity("rescaling", W2 * G.T.inverse() * G.T * W1, W2 * W1, assuming=[Q.invertible(G)])
    paper.derivation(
        "am-gm",
        [
            g1 * a**2 + g2 * b**2,
            eq(2 * sqrt(g1 * g2) * a * b + (sqrt(g1) * a - sqrt(g2) * b) ** 2, "complete the square"),
            ge(2 * sqrt(g1 * g2) * a * b, "a square is nonnegative", squares=[sqrt(g1) * a - sqrt(g2) * b]),
        ],
        "The arithmetic mean is at least the geometric mean.",
    )
    v, one = MatrixSymbol("v", n, 1), OneMatrix(n, 1)
    paper.derivation(
        "cauchy-schwarz",
        [
            n * Trace(v.T * v),
            eq(
                Trace(one.T * v) ** 2 + Trace((v * one.T - one * v.T).T * (v * one.T - one * v.T)) / 2,
                "Lagrange's identity",
            ),
            ge(Trace(one.T * v) ** 2, "drop the square", squares=[(Rational(1, 2), v * one.T - one * v.T)]),
        ],
    )
    expanded = Trace(X.T * W1.T * W2.T * W2 * W1 * X) / 2
    paper.derivation(
        "wrong-step",
        [
            LOSS,
            eq(expanded - Trace(Y.T * W2 * W1 * X) + Trace(Y.T * Y) / 2, "expand"),
            eq(expanded + Trace(Y.T * Y) / 2, "drop the cross term, which a longer reason explains at some length"),
        ],
        expect="refuted",
    )
    bowl = a**2 - 2 * a * b + b**2 + 1
    paper.minimum("least", bowl, at={a: b}, value=1, squares=[a - b], statement="A bowl.", remark="It is $2$ round.")
    paper.theorem(
        "one-value",
        "With weight decay all local minima have the same value.",
        expect="refuted",
        source="false: Ziyin, Li and Meng (2022)",
    )(_drawn())
    paper.theorem("conjecture", "The converse holds.", expect="open", source="an open problem")(_drawn())
    paper.identity("slow", Trace(G**3), Trace(G.T**3), "A trace does not see a transpose.")
    paper.identity("never-checked", Trace(W1 * D1.T), Trace(D1.T * W1), "A trace of a product is cyclic.")
    return paper


def papers() -> list[Paper]:
    """The two papers of the sample."""
    return [lu_kawaguchi(), small_examples()]


def records() -> dict[str, ClaimRecord]:
    """The records of the sample: what a check would leave, typed by hand."""
    claims = {claim.id: claim for paper in papers() for claim in paper.claims}
    found = {}
    for name, (verdict, evidence, more) in _FOUND.items():
        claim = claims[name]
        record = make_record(
            claim,
            Outcome(evidence=tuple(evidence)),
            verdict=verdict,
            own_verdict=verdict,
            scope=more.get("scope", "all sizes"),
            conditional_on=more.get("conditional_on", ()),
            counterexample=more.get("counterexample"),
            reason=more.get("reason"),
            searched=more.get("searched"),
        )
        assert record.as_expected == is_as_expected(verdict, claim.expect)
        found[name] = record
    return found


ENVIRONMENT = {
    "dlnproof": "0.1.0",
    "python": "3.12.3",
    "sympy": "1.14.0",
    "python-flint": "0.8.0",
    "engine": "3f1c22ab",
    "seed": 0,
}


def _words() -> list[Any]:
    return [W3 * W2 * D1 * X, W3 * D2 * W1 * X, D3 * W2 * W1 * X]


def _drawn() -> Any:
    @given(st.none())
    def holds(_: None) -> None:
        return None

    return holds


def _step(number: int, *evidence: Evidence) -> list[Evidence]:
    return [
        Evidence(
            method=item.method, finding=item.finding, outcome=item.outcome, details=item.details, part=f"step {number}"
        )
        for item in evidence
    ]


_REFUTATION = Evidence(method="canonical form", finding=Finding.CONFIRMED, outcome="differ: 1 diagram survives")
_SCALAR = {
    "widths": [1, 1, 1, 1],
    "X": [["1"]],
    "Y": [["1"]],
    "scale": "1/2",
    "decay": ["1/20", "1/20", "1/20"],
    "noise": ["0", "0"],
}
_MINIMA = [
    {"weights": [[["0"]], [["0"]], [["0"]]], "loss": "1/2", "kind": "local minimum", "inertia": [3, 0, 0]},
    {
        "weights": [
            [["0.946231870912345 +/- 3.1e-41"]],
            [["0.946231870912345 +/- 3.1e-41"]],
            [["-0.946231870912345 +/- 3.1e-41"]],
        ],
        "loss": "0.145998304401127 +/- 2.28e-40",
        "kind": "local minimum",
        "inertia": [3, 0, 0],
    },
]
_FOUND: dict[str, tuple[Verdict, list[Evidence], dict[str, Any]]] = {
    "lu-kawaguchi-2017/eckart-young": (Verdict.CITED, [], {"scope": None}),
    "lu-kawaguchi-2017/gradient": (Verdict.PROVED, [CANONICAL, MODULAR, DIGITS], {}),
    "lu-kawaguchi-2017/gradient-misprint": (
        Verdict.REFUTED,
        [_REFUTATION],
        {
            "counterexample": {
                "sizes": {"n0": 2, "n1": 2, "n2": 1, "m": 1},
                "values": {
                    "W1": [["1", "0"], ["0", "-3/4"]], "W2": [["0", "1"]], "X": [["1"], ["0"]],
                    "Y": [["0"]], "gamma1": "1",
                },
                "left": [["2", "0"], ["0", "-3/2"]],
                "right": [["1", "0"], ["0", "-3/4"]],
            }
        },
    ),
    "lu-kawaguchi-2017/gradient-corrected": (Verdict.PROVED, [CANONICAL, MODULAR], {}),
    "lu-kawaguchi-2017/no-bad-local-minima": (
        Verdict.VERIFIED,
        [
            Evidence(
                method="certified instances",
                finding=Finding.CERTIFIED,
                outcome="no counterexample",
                details={"instances": 200, "seed": 0, "largest_width": 3, "smallest_margin": "2.1e-7"},
            )
        ],
        {"scope": "200 instances", "conditional_on": ["lu-kawaguchi-2017/eckart-young"]},
    ),
    "lu-kawaguchi-2017/second-derivative": (Verdict.PROVED, [CANONICAL, MODULAR], {}),
    "lu-kawaguchi-2017/second-derivative-expanded": (Verdict.PROVED, [CANONICAL, MODULAR], {}),
    "lu-kawaguchi-2017/whitened": (Verdict.PROVED, [CANONICAL, MODULAR], {}),
    "size-free/noise": (Verdict.UNDECIDED, [], {"reason": "expectations are not supported yet", "scope": None}),
    "size-free/rescaling": (Verdict.TESTED, [DIGITS], {"scope": "sizes up to 4"}),
    "size-free/am-gm": (
        Verdict.PROVED,
        [*_step(1, CANONICAL, MODULAR), *_step(2, CANONICAL, MODULAR)],
        {"scope": "all positive values"},
    ),
    "size-free/cauchy-schwarz": (Verdict.PROVED, [*_step(1, CANONICAL, MODULAR), *_step(2, CANONICAL, MODULAR)], {}),
    "size-free/wrong-step": (
        Verdict.REFUTED,
        [*_step(1, CANONICAL, MODULAR), *_step(2, _REFUTATION)],
        {
            "counterexample": {
                "step": 2,
                "sizes": {"n0": 1, "n1": 1, "n2": 1, "m": 1},
                "values": {"W1": [["1"]], "W2": [["1"]], "X": [["1"]], "Y": [["1"]]},
                "left": "0",
                "right": "1",
            }
        },
    ),
    "size-free/least": (Verdict.PROVED, [CANONICAL, MODULAR], {"scope": "all values"}),
    "size-free/one-value": (
        Verdict.REFUTED,
        [
            Evidence(
                method="certified instances",
                finding=Finding.CONFIRMED,
                outcome="counterexample",
                details={"instances": 3, "seed": 0},
            )
        ],
        {
            "scope": None,
            "counterexample": {"problem": _SCALAR, "points": _MINIMA, "failed": "assert not p.loss > q.loss"},
        },
    ),
    "size-free/conjecture": (
        Verdict.VERIFIED,
        [],
        {"scope": "60 instances", "searched": Searched(instances=180, smallest_margin="1.5e-03")},
    ),
    "size-free/slow": (Verdict.UNDECIDED, [], {"reason": "out of time after 60 s", "scope": None}),
}  # fmt: skip
