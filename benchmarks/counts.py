"""Numbers of complex critical points of regularised nets at random data modulo 32003, against the known tables.

System: dL/dW_k + Lambda_k o W_k = 0 with L = 1/2 ||W_H ... W_1 X - Y||_F^2 and generic Hadamard weights Lambda, or one number for
all weights. The count is the number of monomials under the staircase of a Groebner basis (dlnproof's F4 over python-flint;
Singular, if it is installed, where that needs longer). Known counts: Bharadwaj's thesis (the source of arXiv 2301.12651),
Tables 3.1 and 3.2; sum_r C(d, r) C(d_y, r) 4^r for one hidden layer and one sample; 1 + (H - 1) 2^H for chains; 1 + 4ab for
(a, 1, b); project notes. Peer: `sympy.polys.groebnertools.groebner` on the same system.
Run alone: `python benchmarks/counts.py [seconds per row]`, 60 s unless said.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from math import comb
from random import Random
from typing import Any, NamedTuple

from flint import fmpq_poly, nmod_mpoly_ctx
from sympy.polys.domains import GF
from sympy.polys.groebnertools import groebner
from sympy.polys.orderings import grevlex
from sympy.polys.rings import ring

from clock import print_ratio
from dlnproof.landscape.scalar_output import is_positive
from dlnproof.rings import singular
from dlnproof.rings.algebraic import RationalFunction
from dlnproof.rings.groebner import groebner_leads, standard_monomials
from dlnproof.rings.real_roots import real_roots

PRIME = 32003
Terms = dict[tuple[int, ...], int]


class Row(NamedTuple):
    """One entry of a table: widths, samples, the known count, and whether the decay is the same for all weights."""

    widths: tuple[int, ...]
    samples: int
    known: int
    wd: bool = False


def one_hidden(d: int, d_y: int) -> int:
    """Return sum_r C(d, r) C(d_y, r) 4^r."""
    return sum(comb(d, r) * comb(d_y, r) * 4**r for r in range(d + 1))


TABLES = {
    "one hidden layer, one sample: sum_r C(d,r) C(d_y,r) 4^r": [
        Row((1, d, d_y), 1, one_hidden(d, d_y))
        for d, d_y in ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1), (2, 4), (4, 2), (3, 3))
    ],
    "two hidden layers, one sample": [
        Row((1, 1, 1, 1), 1, 17),
        Row((1, 1, 1, 2), 1, 33),
        Row((1, 2, 1, 1), 1, 33),
        Row((1, 2, 2, 1), 1, 129),
        Row((1, 2, 2, 2), 1, 641),
        Row((1, 3, 3, 1), 1, 977),
        Row((1, 3, 3, 2), 1, 8417),
    ],
    "scalar chains: 1 + (H - 1) 2^H": [Row((1,) * (H + 1), 1, 1 + (H - 1) * 2**H) for H in (2, 3, 4, 5, 6)],
    "bottleneck of width 1: 1 + 4ab": [
        Row((a, 1, b), max(a, b), 1 + 4 * a * b)
        for a, b in ((2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 2), (4, 4))
    ],
    "as many samples as inputs": [
        Row((2, 2, 1), 2, 33),
        Row((3, 2, 1), 3, 73),
        Row((2, 1, 1, 2), 2, 81),
        Row((2, 2, 2), 2, 225),
        Row((2, 2, 1, 2), 2, 353),
        Row((2, 1, 2, 2), 2, 353),
        Row((3, 2, 2), 3, 705),
        Row((2, 2, 3), 2, 705),
        Row((2, 3, 2), 2, 1265),
        Row((1, 2, 2, 2, 1), 1, 1921),
    ],
    "one decay for all weights": [
        Row((1, 1, 1), 1, 5, wd=True),
        Row((2, 1, 1), 2, 9, wd=True),
        Row((1, 1, 1, 1), 1, 17, wd=True),
        Row((2, 1, 2), 2, 13, wd=True),
        Row((3, 1, 2), 3, 21, wd=True),
    ],
}  # fmt: skip


def make_system(row: Row, seed: int = 1) -> list[Terms]:
    """Return the gradient at random data modulo the prime: exponents of all weights to residues."""
    random = Random(seed)

    def draw() -> int:
        return random.randrange(1, PRIME)

    shapes = list(zip(row.widths[1:], row.widths, strict=False))
    count = sum(rows * columns for rows, columns in shapes)
    context = nmod_mpoly_ctx.get([f"w{k}" for k in range(count)], PRIME, "degrevlex")
    generators = context.gens()
    entries = iter(generators)
    product: list[list[Any]] = [[context.constant(draw()) for _ in range(row.samples)] for _ in range(row.widths[0])]
    for rows, columns in shapes:
        weight = [[next(entries) for _ in range(columns)] for _ in range(rows)]
        product = [
            [_sum(a * b for a, b in zip(line, c, strict=True)) for c in zip(*product, strict=True)] for line in weight
        ]
    total = _sum((entry - draw()) ** 2 for line in product for entry in line)
    same = draw()
    total += _sum(entry**2 * (same if row.wd else draw()) for entry in generators)
    return [{tuple(map(int, m)): int(c) for m, c in total.derivative(k).to_dict().items()} for k in range(count)]


def _sum(terms: Any) -> Any:
    first, *rest = terms
    for term in rest:
        first += term
    return first


def count_here(row: Row) -> int | None:
    """Return the number of monomials under the staircase, by dlnproof."""
    return standard_monomials(groebner_leads(make_system(row), PRIME))


def count_by_sympy(row: Row) -> int | None:
    """Return the same by SymPy's Buchberger algorithm modulo the prime."""
    system = make_system(row)
    size = len(next(iter(system[0])))
    polynomials, *_ = ring([f"w{k}" for k in range(size)], GF(PRIME), grevlex)
    basis = groebner([polynomials.from_dict(terms) for terms in system], polynomials)
    return standard_monomials([tuple(polynomial.LM) for polynomial in basis])


def count_by_singular(row: Row, seconds: float) -> int | None:
    """Return the same by Singular, None where it is not installed or too slow."""
    system = make_system(row)
    return singular.quotient_dimension(system, [f"w{k}" for k in range(len(next(iter(system[0]))))], PRIME, seconds)


def _send(work: Callable[[Row], int | None], row: Row, pipe: Any) -> None:
    started = time.perf_counter()
    result: Any
    try:
        result = work(row)
    except Exception as error:
        result = str(error)
    pipe.send((result, time.perf_counter() - started))


def within(seconds: float, work: Callable[[Row], int | None], row: Row) -> tuple[Any, float] | None:
    """Return what `work(row)` gives in a process of its own and its time, None beyond the limit."""
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_send, args=(work, row, send))
    process.start()
    answer = receive.recv() if receive.poll(seconds) else None
    process.terminate()
    process.join()
    return answer


def real_points_of_chain(x: int, y: int, decays: list[int]) -> int:
    """Return how many real critical points 1/2 (u x - y)^2 + 1/2 sum_k lambda_k w_k^2, u = w_H ... w_1, has, exactly.

    lambda_k w_k^2 = t for all k with t = -(u x - y) u x, so u^2 prod lambda = t^H: real roots u != 0 with t > 0, isolated
    exactly, each with 2^{H-1} signs, and the origin.
    """
    u = fmpq_poly([0, 1])
    t = (y - u * x) * u * x
    product = 1
    for decay in decays:
        product *= decay
    reduced = (t ** len(decays) - product * u * u) // (u * u)
    good = 0
    for root, _ in real_roots(reduced):
        good += is_positive(RationalFunction(t, fmpq_poly([1])).at(root))
    return 1 + 2 ** (len(decays) - 1) * good


def run(seconds: float = 5) -> None:
    """Print every row: reached or not, in what time, agreeing or not."""
    for title, rows in TABLES.items():
        print(title)
        for row in rows:
            _print_row(row, seconds)
    print("real critical points of scalar chains, exactly: the numbers that occur in 40 random integer data sets")
    random = Random(3)
    for layers in (2, 3, 4):
        seen = {
            real_points_of_chain(
                random.randrange(1, 9), random.randrange(1, 9), [random.randrange(1, 9) for _ in range(layers)]
            )
            for _ in range(40)
        }
        print(f"  {layers} layers: {sorted(seen)}")


def _print_row(row: Row, seconds: float) -> None:
    name = f"{row.widths} m={row.samples}"
    answer = within(seconds, count_here, row)
    if answer is None or not isinstance(answer[0], int):
        by_other = count_by_singular(row, seconds)
        reached = "not reached" if by_other is None else f"{by_other} by Singular"
        agrees = "" if by_other in (None, row.known) else "  DISAGREES"
        print(f"  {name:<26} known {row.known:>6}   {reached}{agrees}", flush=True)
        return
    count, own = answer
    mark = "agrees" if count == row.known else "DISAGREES"
    line = f"{name:<26} {count:>6} {mark}"
    peer = within(min(seconds, 20 * own + 1), count_by_sympy, row)
    if peer is None:
        print(f"  {line:<44} {own:.3f} s   sympy: beyond {min(seconds, 20 * own + 1):.1f} s", flush=True)
    else:
        assert peer[0] == count
        print_ratio(line, own, "sympy groebner, same prime", peer[1])


if __name__ == "__main__":
    run(float(Fraction(sys.argv[1])) if len(sys.argv) > 1 else 60)
