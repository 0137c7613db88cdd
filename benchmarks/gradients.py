"""All gradients of an H-layer net, proved for all widths, against `sympy.diff` and `expand`.

dlnproof: from the SymPy expressions to both roads of a proof, the canonical form of the differential of the loss minus the
claimed formula, and truncated series of the loss modulo a prime. Peers, both SymPy: (1) its matrix derivative of the same
single trace (of a *sum* of traces it answers 0), expanded; (2) the derivative in every entry at one width, expanded, which
decides nothing about other widths. A run is a batch of nets with symbols never used before; "cold": SymPy's cache emptied
before every run, of both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import sympy
from sympy.core.cache import clear_cache

from clock import least_of_both, least_seconds, print_ratio
from dlnproof.algebra import calculus
from dlnproof.checks.directional import series_evidence
from dlnproof.checks.statement import Statement
from dlnproof.language.assumptions import read_assumptions
from dlnproof.language.from_sympy import Reader
from dlnproof.verdict import Finding
from nets import Net, make_net

BATCH, ROUNDS = 10, 6
WIDTHS = {2: 3, 3: 2}  # depth: the width at which SymPy differentiates entry by entry


def prove(net: Net) -> None:
    """Prove the formulas of all gradients by two roads."""
    statement = read(net)
    assert statement.holds
    directions = dict(zip(net.weights, net.directions, strict=True))
    second = series_evidence(net.loss, directions, 1, net.first_differential, statement, 0, None)
    assert second.finding is Finding.PROOF


def read(net: Net) -> Statement:
    """Return the canonical form of (differential of the loss) - (claimed formula)."""
    reader = Reader()
    letters = {reader.letter(w): reader.letter(d) for w, d in zip(net.weights, net.directions, strict=True)}
    left, right = calculus.differential(reader.read(net.loss), letters), reader.read(net.first_differential)
    return Statement(net.loss, net.first_differential, read_assumptions(()), reader, left, right, left - right, ())


def differentiate_matrices(net: Net) -> None:
    """SymPy's derivative of the single trace in every weight matrix, compared with the formula."""
    for weight, formula in zip(net.weights, net.gradients, strict=True):
        difference = (sympy.diff(net.norm, weight) / 2 - formula).expand().doit()
        assert difference.is_ZeroMatrix


def differentiate_entries(net: Net) -> None:
    """SymPy's derivative in every entry of every weight matrix at one width, compared with the formula."""
    loss = sympy.expand(sum(entry**2 for entry in net.residual.as_explicit()) / 2)
    for weight, formula in zip(net.weights, net.gradients, strict=True):
        explicit = formula.as_explicit()
        for i in range(weight.rows):
            for j in range(weight.cols):
                assert sympy.expand(sympy.diff(loss, weight[i, j]) - explicit[i, j]) == 0


def run() -> None:
    """Print the ratios."""
    print("all gradients of an H-layer net, both roads of a proof for all widths")
    for layers, width in WIDTHS.items():
        nets = partial(_nets, layers)
        for warm in (prove, differentiate_matrices):
            warm(make_net(layers))
        for name, made in (("", nets), (", cold", partial(_forgotten, layers))):
            own, peer = least_of_both(made, _each(prove), _each(differentiate_matrices), ROUNDS)
            print_ratio(f"H={layers}{name}", own / BATCH, f"sympy.diff of one trace, expand{name}", peer / BATCH)
        own = least_seconds(nets, _each(prove), ROUNDS) / BATCH
        entries = least_seconds(partial(make_net, layers, [width] * (layers + 1)), differentiate_entries, 1)
        print_ratio(f"H={layers}", own, f"sympy.diff in the entries, expand, width {width} only", entries)
        first = least_seconds(nets, _each(read), ROUNDS) / BATCH
        print(f"  (of these {own * 1e3:.2f} ms the canonical form, the first road, takes {first * 1e3:.2f} ms)")


def _nets(layers: int) -> list[Net]:
    return [make_net(layers) for _ in range(BATCH)]


def _forgotten(layers: int) -> list[Net]:
    nets = _nets(layers)
    clear_cache()
    return nets


def _each(work: Callable[[Net], object]) -> Callable[[list[Net]], object]:
    return lambda nets: [work(net) for net in nets]


if __name__ == "__main__":
    run()
