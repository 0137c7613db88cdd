"""Weights of a critical point with a chosen rank pattern, exactly: bases at both ends, units along every walk, gauges inside.

With P, T, F* of the reduction to the inputs that the data show, U a basis of the selected subspace (Sigma maps it into
itself), F = U (U^T U)^{-1} U^T F* and G ~ F* T - F T, choose bases

    of R^{d_H}: the columns of U;  l_1, ..., l_g with G^T l_i independent;  the rest inside ker G^T,
    of R^q:     x_i with F x_i = U_i;  G^T l_1, ..., G^T l_g;  the rest inside ker F,

give every walk of the pattern one basis vector of each vertex it visits, and let W_k send it on. Then F and G^T act on the end
bases as the walks do, so the point is critical with exactly these walks. Every critical point with this F is of this form in
suitable bases (`rank_patterns`), and random unimodular changes of all bases make the samples generic.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from flint import fmpq, fmpq_mat, fmpq_poly

from dlnproof.landscape.data import regression
from dlnproof.landscape.derivatives import end_to_end
from dlnproof.landscape.rank_patterns import RankPattern
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.landscape.symmetry import null_space
from dlnproof.rings.rational import identity, pivot_columns, take_columns, take_rows

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

Columns = list[list[fmpq]]


def weights_of_pattern(problem: Problem, selected: Columns, pattern: RankPattern, random: Random) -> list[fmpq_mat]:
    """Return weights of a network of two layers or more with the selected subspace (a basis) and the rank pattern."""
    first, last = end_bases(problem, selected, random)
    walks = _single_walks(pattern, len(selected))
    depth, period = problem.layers, problem.layers + 1
    visited = [[walk for walk in walks if _visits(walk, k, period)] for k in range(period)]
    # at the ends the walks that F carries come first, then those through G^T, then the others, as in the bases
    for k in (0, depth):
        visited[k].sort(key=lambda walk: (walk[:2] != (0, depth), walk[1] <= depth))
    blocks = []
    for k in range(1, period):
        place = {walk: row for row, walk in enumerate(visited[k])}
        block = fmpq_mat(len(visited[k]), len(visited[k - 1]))
        for column, walk in enumerate(visited[k - 1]):
            if walk in place and _continues(walk, k, period):
                block[place[walk], column] = 1
        blocks.append(block)
    blocks[0] = blocks[0] * first.inv() if first.nrows() else blocks[0]
    blocks[-1] = last * blocks[-1]
    for k, size in enumerate(problem.widths[1:-1]):
        gauge = random_unimodular(size, random)
        blocks[k], blocks[k + 1] = gauge * blocks[k], blocks[k + 1] * gauge.inv()
    blocks[0] = _lift(blocks[0], problem)
    return blocks


def _single_walks(pattern: RankPattern, rank: int) -> list[tuple[int, int, int]]:
    """Return the walks one by one, told apart by a running number."""
    walks = [(start, end, n) for start, end, count in pattern.walks for n in range(count)]
    depth = len(pattern.sizes) - 1
    assert sum(walk[:2] == (0, depth) for walk in walks) == rank
    return walks


def _visits(walk: tuple[int, int, int], vertex: int, period: int) -> bool:
    start, end, _ = walk
    return start <= vertex <= end or start <= vertex + period <= end


def _continues(walk: tuple[int, int, int], k: int, period: int) -> bool:
    """Return whether the walk passes from vertex k - 1 to vertex k."""
    start, end, _ = walk
    return start < k <= end or start < k + period <= end


def end_bases(problem: Problem, selected: Columns, random: Random) -> tuple[fmpq_mat, fmpq_mat]:
    """Return random bases of R^q and R^{d_H} (as columns) in the order described above."""
    form = problem.form
    seen = pivot_columns(form.input_moment)
    outputs, inputs, rank = problem.widths[-1], len(seen), len(selected)
    if not seen:
        return fmpq_mat(0, 0), random_unimodular(outputs, random)
    target = take_columns(regression(form.input_moment, form.cross_moment), seen)
    cross = take_columns(form.cross_moment, seen)
    if rank:
        basis = fmpq_mat(selected).transpose()
        turned = basis.transpose()
        fit = basis * (turned * basis).solve(turned * target)
        residual = cross - basis * (turned * basis).solve(turned * cross)
    else:
        fit, residual = fmpq_mat(outputs, inputs), cross
    pulled = residual.transpose()
    kernel = null_space(pulled)
    heads = _mixed([_unit(outputs, i) for i in pivot_columns(pulled)], random, kernel)
    silent = _mixed(_extend(selected, kernel), random, selected)
    last = [*selected, *heads, *silent]
    images = [_apply(pulled, head) for head in heads]
    kernel = null_space(fit)
    preimages = _mixed_in([_solve(fit, vector) for vector in selected], random, kernel)
    rest = _mixed(_extend(images, kernel), random, images)
    first = [*preimages, *images, *rest]
    return fmpq_mat(first).transpose(), fmpq_mat(last).transpose()


def random_subspace(spectrum: Spectrum, counts: Sequence[int], random: Random) -> Columns:
    """Return a basis of a random rational subspace that Sigma maps into itself, with the given counts of eigenvalues.

    Conjugate eigenvalues must have equal counts. With p the minimal polynomial of one of them, of degree e, ker p(Sigma) is a
    vector space over Q[x] / p: a subspace of dimension k over that field has the basis Sigma^i v_j, i < e, j <= k.
    """
    chosen: Columns = []
    done: set[tuple[int, ...]] = set()
    for (root, _), count in zip(spectrum.positive, counts, strict=True):
        if root.coefficients in done or not count:
            continue
        done.add(root.coefficients)
        degree = len(root.coefficients) - 1
        kernel = null_space(_polynomial_of_matrix(fmpq_poly(list(root.coefficients)), spectrum.sigma))
        heads, spanned = Columns(), Columns()
        for vector in kernel:
            tower = _tower(spectrum.sigma, vector, degree)
            if fmpq_mat([*spanned, tower[0]]).rank() > len(spanned):
                heads.append(vector)
                spanned += tower
        for vector in _mixed(heads, random, [])[:count]:
            chosen += _tower(spectrum.sigma, vector, degree)
    return chosen


def random_unimodular(size: int, random: Random) -> fmpq_mat:
    """Return the identity, or a product of unit triangular matrices of small integers and signs, with columns exchanged."""
    lower, upper = identity(size), identity(size)
    if not random.randint(0, 3):
        return lower
    for i in range(size):
        upper[i, i] = (1, -1, 1, 2)[random.randint(0, 3)]
        for j in range(i):
            lower[i, j], upper[j, i] = random.randint(-1, 1), random.randint(-1, 1)
    return lower * upper


def _mixed(vectors: Columns, random: Random, more: Columns) -> Columns:
    """Return a random basis of the span of `vectors`, each with a random vector of the span of `more` added."""
    if not vectors:
        return []
    changed = random_unimodular(len(vectors), random) * fmpq_mat(vectors)
    order = list(range(len(vectors)))
    for i in range(len(order)):
        j = i + random.randint(0, len(order) - 1 - i)
        order[i], order[j] = order[j], order[i]
    rows = changed.tolist()
    return _mixed_in([rows[i] for i in order], random, more)


def _mixed_in(vectors: Columns, random: Random, more: Columns) -> Columns:
    """Return the vectors, each with a random combination of `more` added."""
    if not vectors or not more or not random.randint(0, 1):
        return vectors
    factors = fmpq_mat(len(vectors), len(more), [random.randint(-1, 1) for _ in range(len(vectors) * len(more))])
    return (fmpq_mat(vectors) + factors * fmpq_mat(more)).tolist()


def _extend(start: Columns, pool: Columns) -> Columns:
    """Return vectors of `pool` that together with the independent `start` are a basis of the span of `pool`."""
    if not pool:
        return []
    together = [*start, *pool]
    pivots = pivot_columns(fmpq_mat(together).transpose())
    return [together[i] for i in pivots if i >= len(start)]


def _solve(matrix: fmpq_mat, right: list[fmpq]) -> list[fmpq]:
    """Return a solution of matrix x = right, which is in the range of `matrix`, supported on pivot columns."""
    columns = pivot_columns(matrix)
    block = take_columns(matrix, columns)
    turned = block.transpose()
    solved = (turned * block).solve(turned * fmpq_mat(len(right), 1, right))
    result = [fmpq(0)] * matrix.ncols()
    for place, column in enumerate(columns):
        result[column] = solved[place, 0]
    return result


def _lift(first: fmpq_mat, problem: Problem) -> fmpq_mat:
    """Return W_1 (d_1 x d_0) with W_1 P = `first` (d_1 x q), zero outside the columns seen."""
    result = fmpq_mat(*problem.shapes[0])
    for place, column in enumerate(pivot_columns(problem.form.input_moment)):
        for i in range(first.nrows()):
            result[i, column] = first[i, place]
    return result


def _apply(matrix: fmpq_mat, vector: list[fmpq]) -> list[fmpq]:
    return (matrix * fmpq_mat(len(vector), 1, vector)).entries()


def _tower(matrix: fmpq_mat, vector: list[fmpq], height: int) -> Columns:
    tower = [vector]
    for _ in range(height - 1):
        tower.append(_apply(matrix, tower[-1]))
    return tower


def _unit(size: int, place: int) -> list[fmpq]:
    return [fmpq(int(i == place)) for i in range(size)]


def _polynomial_of_matrix(polynomial: fmpq_poly, matrix: fmpq_mat) -> fmpq_mat:
    unit = identity(matrix.nrows())
    result = unit * fmpq(0)
    for coefficient in reversed(polynomial.coeffs()):
        result = result * matrix + unit * coefficient
    return result


def pattern_of(problem: Problem, weights: Sequence[fmpq_mat]) -> RankPattern:
    """Return the rank pattern of a critical point, from the ranks of all partial products along the cycle.

    With rho(a, b) the rank of the path from a to b, the walk [a, b] occurs rho(a, b) - rho(a-1, b) - rho(a, b+1) + rho(a-1,
    b+1) times.
    """
    depth, period = problem.layers, problem.layers + 1
    form = problem.form
    seen = pivot_columns(form.input_moment)
    if not seen:
        maps = [fmpq_mat(problem.widths[1], 0), *weights[1:], fmpq_mat(0, problem.widths[-1])]
        sizes = (0, *problem.widths[1:])
    else:
        basis = take_columns(form.input_moment, seen) * take_rows(take_columns(form.input_moment, seen), seen).inv()
        maps = [weights[0] * basis, *weights[1:]]
        residual = take_columns(end_to_end(weights) * form.input_moment - form.cross_moment, seen)
        maps.append(residual.transpose())
        sizes = (len(seen), *problem.widths[1:])
    ranks = {}
    for a in range(period):
        product = identity(sizes[a])
        ranks[a, a] = sizes[a]
        for b in range(a + 1, a + 2 * period):
            product = maps[(b - 1) % period] * product
            ranks[a, b] = product.rank()

    def rank(a: int, b: int) -> int:
        return ranks[(a, b) if a >= 0 else (a + period, b + period)]

    counts = {
        (a, b): rank(a, b) - rank(a - 1, b) - rank(a, b + 1) + rank(a - 1, b + 1)
        for a in range(period)
        for b in range(a, a + depth + 1)
    }
    return RankPattern.of(sizes, counts)
