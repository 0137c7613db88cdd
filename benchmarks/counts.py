"""Numbers of critical points of regularised nets: complex ones at random data modulo 32003, real ones at random integer data.

System: dL/dW_k + Lambda_k o W_k = 0 with L = 1/2 ||W_H ... W_1 X - Y||_F^2 and generic Hadamard weights Lambda, or one number for
all weights. The count is the number of monomials under the staircase of a Groebner basis (dlnproof's F4 over python-flint;
Singular, if it is installed, where that needs longer). Two ideals with isomorphic quotients are used:

* in the weights, with the balance W_{k+1}^T (Lambda_{k+1} o W_{k+1}) = (Lambda_k o W_k) W_k^T: quadrics that a search
  by degree finds late;
* for one sample and two or three layers in activations h_k = W_k h_{k-1} and errors e_H = h_H - y, e_{k-1} = W_k^T e_k: at a
  critical point W_k = -Lambda_k^{-1} o (e_k h_{k-1}^T), so weights and (h, e) are polynomials in each other.

Known counts: Bharadwaj's thesis (the source of arXiv 2301.12651), Tables 3.1 and 3.2, of all critical points and of those
without a zero weight (one more variable t with t prod w = 1); sum_r C(d, r) C(d_y, r) 4^r for one hidden layer and one sample;
1 + (H - 1) 2^H for chains; 1 + 4ab for (a, 1, b); project notes. Real points: a linear form that separates the points has as many
real eigenvalues (Sturm) on the quotient ring over the rationals. Peer: `sympy.polys.groebnertools.groebner` on the same system.
Not reached in a minute: (1, 3, 3, 2), whose matrices outgrow the memory limit.
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

from flint import fmpq, fmpq_mat, fmpq_poly, nmod_mpoly_ctx
from sympy.polys.domains import GF, QQ
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
Grid = list[list[Any]]


class Row(NamedTuple):
    """One entry of a table: widths, samples, the known count, whether the decay is the same for all weights, and whether only
    points without a zero weight count.
    """

    widths: tuple[int, ...]
    samples: int
    known: int
    wd: bool = False
    nonzero: bool = False


def one_hidden(d: int, d_y: int) -> int:
    """Return sum_r C(d, r) C(d_y, r) 4^r."""
    return sum(comb(d, r) * comb(d_y, r) * 4**r for r in range(d + 1))


TABLES = {
    "one hidden layer, one sample: sum_r C(d,r) C(d_y,r) 4^r": [
        Row((1, d, d_y), 1, one_hidden(d, d_y))
        for d in (1, 2, 3, 4)
        for d_y in (1, 2, 3, 4)
        if d + d_y < 8 and (d, d_y) != (1, 4)
    ]
    + [Row((2, 4, 2), 1, 129)],
    "the same, without a zero weight: 4^d C(d_y,d)": [
        Row((1, d, d_y), 1, 4**d * comb(d_y, d), nonzero=True) for d in (1, 2, 3) for d_y in (1, 2, 3)
    ],
    "two hidden layers, one sample, without a zero weight": [
        Row((1, d, d, d_y), 1, known, nonzero=True)
        for d, d_y, known in ((1, 1, 16), (1, 2, 32), (2, 1, 64), (2, 2, 384), (3, 1, 256))
    ],
    "two hidden layers, one sample": [
        Row((1, 1, 1, 1), 1, 17),
        Row((1, 1, 1, 2), 1, 33),
        Row((1, 2, 1, 1), 1, 33),
        Row((1, 1, 2, 1), 1, 33),
        Row((1, 2, 2, 1), 1, 129),
        Row((1, 2, 2, 2), 1, 641),
        Row((1, 3, 3, 1), 1, 977),
        Row((1, 3, 3, 2), 1, 8417),
    ],
    "scalar chains: 1 + (H - 1) 2^H": [Row((1,) * (H + 1), 1, 1 + (H - 1) * 2**H) for H in (2, 3, 4, 5, 6)],
    "bottleneck of width 1: 1 + 4ab": [
        Row((a, 1, b), max(a, b), 1 + 4 * a * b)
        for a, b in ((2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 2), (4, 4))
    ]
    + [Row((3, 1, 3), 5, 37)],
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


# numbers of real critical points that occurred in six random integer data sets each: project notes, by Singular
REAL = {
    ((1, 1, 1), 1): (3,),
    ((1, 1, 2), 1): (3,),
    ((2, 1, 2), 2): (3, 5),
    ((1, 1, 1, 1), 1): (1, 9),
    ((1, 2, 1), 1): (5,),
    ((1, 2, 2), 1): (5,),
    ((2, 2, 1), 2): (5, 9),
}


def make_system(row: Row, seed: int = 1) -> list[Terms]:
    """Return equations of the critical points at random data modulo the prime: exponents to residues."""
    by_activations = row.samples == 1 and len(row.widths) <= 4 and max(row.widths) > 1
    polynomials = _in_activations(row, seed) if by_activations or row.nonzero else _in_weights(row, seed)
    if row.nonzero:
        # t times the product of all variables is 1: a weight is zero exactly if its activation or its error is
        system = [{(*map(int, m), 0): int(c) for m, c in terms.items()} for terms in polynomials]
        size = len(next(iter(system[0])))
        return [*system, {(1,) * size: 1, (0,) * size: PRIME - 1}]
    return [{tuple(map(int, m)): int(c) for m, c in terms.items()} for terms in polynomials]


def _in_weights(row: Row, seed: int) -> list[Any]:
    """Return the gradient and the balance of every hidden layer."""
    random = Random(seed)

    def draw() -> int:
        return random.randrange(1, PRIME)

    shapes = list(zip(row.widths[1:], row.widths, strict=False))
    count = sum(rows * columns for rows, columns in shapes)
    context = nmod_mpoly_ctx.get([f"w{k}" for k in range(count)], PRIME, "degrevlex")
    generators = context.gens()
    entries = iter(generators)
    product: Grid = [[context.constant(draw()) for _ in range(row.samples)] for _ in range(row.widths[0])]
    weights: list[Grid] = []
    for rows, columns in shapes:
        weights.append([[next(entries) for _ in range(columns)] for _ in range(rows)])
        product = _times(weights[-1], product)
    total = _sum((entry - draw()) ** 2 for line in product for entry in line)
    same = draw()
    decayed = [[[entry * (same if row.wd else draw()) for entry in line] for line in weight] for weight in weights]
    total += _sum(a * b for w, v in zip(weights, decayed, strict=True) for a, b in zip(_flat(w), _flat(v), strict=True))
    equations = [total.derivative(k) for k in range(count)]
    for k in range(len(shapes) - 1):
        above = _times(_transposed(weights[k + 1]), decayed[k + 1])
        below = _times(decayed[k], _transposed(weights[k]))
        equations += [a - b for a, b in zip(_flat(above), _flat(below), strict=True)]
    return [equation.to_dict() for equation in equations if equation != 0]


def _in_activations(row: Row, seed: int) -> list[Any]:
    """Return the equations of the activations h_2, ..., h_{H-1} and the errors e_1, ..., e_H (h_1 is linear in e_1)."""
    random = Random(seed)

    def draw() -> int:
        return random.randrange(1, PRIME)

    depth = len(row.widths) - 1
    sizes = [("h", k, row.widths[k]) for k in range(2, depth)] + [("e", k, row.widths[k]) for k in range(1, depth + 1)]
    names = [f"{kind}{k}_{i}" for kind, k, size in sizes for i in range(size)]
    context = nmod_mpoly_ctx.get(names, PRIME, "degrevlex")
    generators = dict(zip(names, context.gens(), strict=True))
    columns = {(kind, k): [[generators[f"{kind}{k}_{i}"]] for i in range(size)] for kind, k, size in sizes}
    columns["h", 0] = [[context.constant(draw())] for _ in range(row.widths[0])]
    same = draw()

    def weight(k: int) -> Grid:
        # a decay and minus its inverse are equally random
        lines = _times(columns["e", k], _transposed(columns["h", k - 1]))
        return [[entry * (same if row.wd else draw()) for entry in line] for line in lines]

    columns["h", 1] = _times(weight(1), columns["h", 0])
    equations = []
    for k in range(2, depth + 1):
        matrix = weight(k)
        target = columns["h", k] if k < depth else [[entry + draw()] for (entry,) in columns["e", k]]
        forward = zip(_flat(_times(matrix, columns["h", k - 1])), _flat(target), strict=True)
        back = zip(_flat(_times(_transposed(matrix), columns["e", k])), _flat(columns["e", k - 1]), strict=True)
        equations += [a - b for a, b in (*forward, *back)]
    return [equation.to_dict() for equation in equations]


def _times(left: Grid, right: Grid) -> Grid:
    return [[_sum(a * b for a, b in zip(line, column, strict=True)) for column in _transposed(right)] for line in left]


def _transposed(matrix: Grid) -> Grid:
    return [list(column) for column in zip(*matrix, strict=True)]


def _flat(matrix: Grid) -> list[Any]:
    return [entry for line in matrix for entry in line]


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


def _send(work: Callable[[Any], Any], row: Any, pipe: Any) -> None:
    started = time.perf_counter()
    result: Any
    try:
        result = work(row)
    except Exception as error:
        result = str(error)
    pipe.send((result, time.perf_counter() - started))


def within(seconds: float, work: Callable[[Any], Any], row: Any) -> tuple[Any, float] | None:
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


def real_points(widths: tuple[int, ...], samples: int, random: Random) -> int:
    """Return the number of real critical points at random integer data, exactly."""
    shapes = list(zip(widths[1:], widths, strict=False))
    count = sum(rows * columns for rows, columns in shapes)
    polynomials, *generators = ring([f"w{k}" for k in range(count)], QQ, grevlex)
    entries = iter(generators)
    product: Grid = [[polynomials(random.randint(1, 9)) for _ in range(samples)] for _ in range(widths[0])]
    for rows, columns in shapes:
        product = _times([[next(entries) for _ in range(columns)] for _ in range(rows)], product)
    total = _sum((entry - random.randint(-9, 9)) ** 2 for line in product for entry in line)
    total += _sum(entry**2 * random.randint(1, 9) for entry in generators)
    basis = groebner([total.diff(x) for x in generators], polynomials)
    leads = [tuple(element.LM) for element in basis]
    # the monomials under the staircase are closed under division: walk up from 1
    standard: list[tuple[int, ...]] = []
    waiting = [(0,) * count]
    while waiting:
        monomial = waiting.pop()
        if monomial not in standard and not any(all(map(int.__le__, lead, monomial)) for lead in leads):
            standard.append(monomial)
            waiting += [tuple(e + (i == k) for i, e in enumerate(monomial)) for k in range(count)]
    form = _sum(x * random.randint(1, 99) for x in generators)
    images = [(form * polynomials.from_dict({monomial: QQ(1)})).rem(basis) for monomial in standard]
    table = fmpq_mat([[_rational(image.get(monomial, 0)) for monomial in standard] for image in images])
    roots = real_roots(table.charpoly())
    assert all(multiplicity == 1 for _, multiplicity in roots), "the linear form does not separate the real points"
    return len(roots)


def _rational(value: Any) -> fmpq:
    return fmpq(int(value.numerator), int(value.denominator)) if value else fmpq(0)


def _all_real(given: tuple[tuple[int, ...], int]) -> list[int]:
    random = Random(given[1])
    return sorted({real_points(*given, random) for _ in range(6)})


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
    print("real critical points, exactly: the numbers that occur in 6 random integer data sets, and those in the notes")
    for given, known in REAL.items():
        answer = within(4 * seconds, _all_real, given)
        occurs = "not reached" if answer is None else answer[0]
        print(f"  {given[0]!s:<14} m={given[1]}   {occurs}   notes: {list(known)}", flush=True)


def _print_row(row: Row, seconds: float) -> None:
    name = f"{row.widths} m={row.samples}{' nonzero' if row.nonzero else ''}"
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
    patience = min(seconds, 10, 20 * own + 1)
    peer = within(patience, count_by_sympy, row)
    if peer is None:
        print(f"  {line:<44} {own:.3f} s   sympy: beyond {patience:.1f} s", flush=True)
    else:
        assert peer[0] == count
        print_ratio(line, own, "sympy groebner, same prime", peer[1])


if __name__ == "__main__":
    run(float(Fraction(sys.argv[1])) if len(sys.argv) > 1 else 60)
