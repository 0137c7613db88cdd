"""Classification of critical points without decay and noise: eigenvalue subsets and tightened pivots, cross-checked
by inertia.

The algorithm (any widths, any data of any rank, repeated and zero eigenvalues). Let G = R S - C, r = rank(R X): 1. G
= 0, or the selected eigenvalues are the r_max largest of Sigma: global minimum; 2. the r selected eigenvalues are not
the r largest: strict saddle; 3. otherwise non-strict saddle if W is tightened, else strict saddle. W is tightened
when for every pivot i > j one of the complementary cyclic blocks W_{i-1} ... W_{j+1} (the identity if i = j + 1) and
W_{j-1} ... W_1 X Y^T W_H ... W_{i+1} has rank r. Source: Achour, Malgouyres and Gerchinovitz (2021), Theorem 1,
generalised to all data.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq_mat, fmpq_poly

from dlnproof.errors import DisagreementError
from dlnproof.landscape.classification import Classification, Kind
from dlnproof.landscape.derivatives import Form, products_above, products_below, residual_gradient
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.rings.rational import identity, is_zero, pivot_columns, take_columns, trace


def classify_plain(
    form: Form, spectrum: Spectrum, weights: Sequence[fmpq_mat], inertia: tuple[int, int, int]
) -> Classification:
    """Return the kind of a point that is known to be critical, by the algorithm above.

    `inertia` is that of the Hessian, found by other code: it must have a negative eigenvalue exactly at strict saddles.
    Raises: DisagreementError where it does not, or where the selected eigenvalues do not give the loss.
    """
    kind, reason = decide(form, spectrum, weights)
    if (inertia[1] > 0) != (kind is Kind.STRICT_SADDLE):
        raise DisagreementError(f"classified as {kind.value} ({reason}), but the Hessian has inertia {inertia}")
    if kind is not Kind.GLOBAL_MINIMUM:
        return Classification(kind, inertia, reason)
    # two layers or more: W_1 -> c W_1, W_2 -> W_2 / c or, where both vanish, W_1 alone moves without changing the loss
    strict = len(weights) == 1 and inertia[2] == 0
    return Classification(kind, inertia, reason, strict=strict, is_global=True)


def decide(form: Form, spectrum: Spectrum, weights: Sequence[fmpq_mat]) -> tuple[Kind, str]:
    """Return the kind of a critical point and how it was decided, without looking at the Hessian."""
    below, above = products_below(weights), products_above(weights)
    product = below[-1]
    if is_zero(residual_gradient(form, product)):
        return Kind.GLOBAL_MINIMUM, "the end-to-end matrix solves the unconstrained problem"
    predictions = product * form.input_moment
    rank, selected = selected_eigenvalues(form, spectrum, product, predictions)
    if not is_top(spectrum, selected):
        return Kind.STRICT_SADDLE, f"rank {rank}: an eigenvalue left out exceeds a selected one"
    if rank == spectrum.rank_limit:
        return Kind.GLOBAL_MINIMUM, f"the r_max={rank} largest eigenvalues are selected"
    short = f"rank {rank} < r_max={spectrum.rank_limit}"
    loose = loose_pivot(form, weights, above, below, rank)
    if loose is None:
        return Kind.NON_STRICT_SADDLE, f"{short}, the largest eigenvalues, every pivot tightened"
    return Kind.STRICT_SADDLE, f"{short}, pivot {loose} is not tightened"


def selected_eigenvalues(
    form: Form, spectrum: Spectrum, product: fmpq_mat, predictions: fmpq_mat
) -> tuple[int, dict[tuple[int, ...], int]]:
    """Return r = rank(R X) and how often each irreducible factor of Sigma's characteristic polynomial divides the
    selected part.

    At a critical point Sigma maps the column space of R X into itself: Sigma B = B K for a basis B, and the
    eigenvalues of K are the selected ones. Raises: DisagreementError unless that holds and ||Y||^2 - tr K is the
    loss.
    """
    columns = pivot_columns(predictions)
    if not columns:
        return 0, {}
    basis = take_columns(predictions, columns)
    image = spectrum.sigma * basis
    transposed = basis.transpose()
    restricted = (transposed * basis).solve(transposed * image)
    if basis * restricted != image:
        raise DisagreementError("the range of R X is not invariant under Sigma although the gradient is zero")
    # tr(R S R^T) - 2 tr(R C^T) must be -tr K
    square = trace(predictions * product.transpose()) - 2 * trace(product * form.cross_moment.transpose())
    if square != -trace(restricted):
        raise DisagreementError("the selected eigenvalues do not give the loss of this critical point")
    polynomial = restricted.charpoly()
    selected = {}
    for coefficients in {root.coefficients for root, _ in spectrum.positive}:
        factor, count, rest = fmpq_poly(list(coefficients)), 0, polynomial
        while rest.degree() >= factor.degree() and not rest % factor:
            count, rest = count + 1, rest // factor
        if count:
            selected[coefficients] = count
    if sum(count * (len(coefficients) - 1) for coefficients, count in selected.items()) != len(columns):
        raise DisagreementError("an eigenvalue selected by a critical point is not a positive eigenvalue of Sigma")
    return len(columns), selected


def is_top(spectrum: Spectrum, selected: dict[tuple[int, ...], int]) -> bool:
    """Return whether the selected eigenvalues are the largest ones: none left out is larger than one selected."""
    left_out = False
    for root, multiplicity in spectrum.positive:
        count = selected.get(root.coefficients, 0)
        if left_out and count:
            return False
        left_out = left_out or count < multiplicity
    return True


def loose_pivot(
    form: Form, weights: Sequence[fmpq_mat], above: Sequence[fmpq_mat], below: Sequence[fmpq_mat], rank: int
) -> tuple[int, int] | None:
    """Return the first pivot (i, j), i > j, of which neither block has rank r, or None if W is tightened."""
    crossed = form.cross_moment.transpose()
    for j in range(1, len(weights)):
        outer = below[j - 1] * crossed
        inner = identity(weights[j - 1].nrows())
        for i in range(j + 1, len(weights) + 1):
            if i > j + 1:
                inner = weights[i - 2] * inner
            if inner.rank() != rank and (outer * above[i]).rank() != rank:
                return i, j
    return None
