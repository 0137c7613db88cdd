"""Assumptions of theorems as data: each has a name, a formula and an exact test on a problem.

A theorem lists them in `assuming=[...]`: instances that fail one are not examined, and the appendix prints the formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlnproof.errors import InputError, UnsupportedError, bad

if TYPE_CHECKING:
    from flint import fmpq_mat

    from dlnproof.landscape.problem import Problem


@dataclass(frozen=True, slots=True)
class Assumption:
    """A condition on a problem: its name (how it is written), its formula in LaTeX, and `holds`, which decides it exactly."""

    name: str
    latex: str
    _test: Callable[[Problem], bool] = field(repr=False, compare=False)

    def holds(self, problem: Problem) -> bool:
        """Return whether `problem` satisfies the assumption, by exact arithmetic (never a tolerance)."""
        return self._test(problem)

    def __str__(self) -> str:
        return self.name


def _read_matrix(value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        choices = ", ".join(repr(name) for name in allowed)
        raise bad("matrix", value, f"the data matrix is named by one of {choices}", f"write {allowed[0]!r}")
    return str(value)


def _output_matrix(problem: Problem, why: str) -> fmpq_mat:
    """Return Y; a problem given by second moments has only tr(Y Y^T), which does not decide a rank."""
    Y = problem.Y
    if Y is None:
        raise UnsupportedError(f"{why} cannot be decided for a problem given by second moments; give X and Y")
    return Y


def _rank(problem: Problem, matrix: str) -> int:
    if matrix == "X":
        return int(problem.input_moment.rank())  # rank X = rank X X^T over the rationals
    if matrix == "YX^T":
        return int(problem.cross_moment.rank())
    return int(_output_matrix(problem, "the rank of Y").rank())


def _samples(problem: Problem, why: str) -> int:
    if problem.X is None:
        raise UnsupportedError(f"{why} cannot be decided for a problem given by second moments; give X and Y")
    return int(problem.X.ncols())


def full_row_rank(matrix: str) -> Assumption:
    """Assume rank(X) = d_0, or rank(Y) = d_H (`matrix` is "X" or "Y"; X: d_0 x m, Y: d_H x m).

    Raises InputError for another name; `holds` raises UnsupportedError for "Y" when only second moments are known.
    """
    name = _read_matrix(matrix, ("X", "Y"))
    rows = 0 if name == "X" else -1
    size = "d_0" if name == "X" else "d_H"
    return Assumption(
        f"full_row_rank({name!r})",
        rf"\operatorname{{rank}} {name} = {size}",
        lambda problem: _rank(problem, name) == problem.widths[rows],
    )


def full_column_rank(matrix: str) -> Assumption:
    """Assume rank(X) = m, or rank(Y) = m, with m the number of samples (`matrix` is "X" or "Y").

    Raises InputError for another name; `holds` raises UnsupportedError when only second moments are known.
    """
    name = _read_matrix(matrix, ("X", "Y"))
    return Assumption(
        f"full_column_rank({name!r})",
        rf"\operatorname{{rank}} {name} = m",
        lambda problem: _rank(problem, name) == _samples(problem, f"full_column_rank({name!r})"),
    )


def full_rank(matrix: str) -> Assumption:
    """Assume the largest rank that the shape allows, for "X", "Y" or the cross moment "YX^T" (d_H x d_0).

    Raises InputError for another name; `holds` raises UnsupportedError where second moments do not decide it.
    """
    name = _read_matrix(matrix, ("X", "Y", "YX^T"))

    def test(problem: Problem) -> bool:
        inputs, outputs = problem.widths[0], problem.widths[-1]
        if name == "YX^T":
            return _rank(problem, name) == min(inputs, outputs)
        return _rank(problem, name) == min(
            inputs if name == "X" else outputs, _samples(problem, f"full_rank({name!r})")
        )

    return Assumption(f"full_rank({name!r})", rf"{_LATEX[name]} \text{{ has full rank}}", test)


def invertible_gram() -> Assumption:
    """Assume that X X^T (d_0 x d_0) is invertible; the same as `full_row_rank("X")`, in the words of Kawaguchi (2016)."""
    return Assumption(
        "invertible_gram()", r"X X^\top \text{ is invertible}", lambda problem: _rank(problem, "X") == problem.widths[0]
    )


def nonzero(matrix: str) -> Assumption:
    """Assume that "X", "Y" or the cross moment "YX^T" is not the zero matrix.  Raises InputError for another name."""
    name = _read_matrix(matrix, ("X", "Y", "YX^T"))

    def test(problem: Problem) -> bool:
        if name == "Y":
            return bool(problem.output_moment != 0)  # tr(Y Y^T) = 0 only for Y = 0
        moment = problem.input_moment if name == "X" else problem.cross_moment
        return any(entry != 0 for entry in moment.entries())

    return Assumption(f"nonzero({name!r})", rf"{_LATEX[name]} \neq 0", test)


def whitened() -> Assumption:
    """Assume X X^T = I (d_0 x d_0)."""

    def test(problem: Problem) -> bool:
        size = problem.widths[0]
        return all(problem.input_moment[i, j] == (1 if i == j else 0) for i in range(size) for j in range(size))

    return Assumption("whitened()", r"X X^\top = I", test)


def distinct_eigenvalues() -> Assumption:
    """Assume that Sigma = Y X^T (X X^T)^+ X Y^T (d_H x d_H) has d_H different eigenvalues.

    Decided exactly: the characteristic polynomial has no common factor with its derivative.
    Source: Kawaguchi (2016), Theorem 2.3, where X X^T is invertible.
    """

    def test(problem: Problem) -> bool:
        polynomial = fitted_moment(problem).charpoly()
        return int(polynomial.gcd(polynomial.derivative()).degree()) == 0

    return Assumption(
        "distinct_eigenvalues()", r"\Sigma = Y X^\top (X X^\top)^{+} X Y^\top \text{ has distinct eigenvalues}", test
    )


def no_bottleneck() -> Assumption:
    """Assume that every hidden width is at least min(d_0, d_H), so that every end-to-end matrix can be reached."""
    return Assumption(
        "no_bottleneck()",
        r"\min_{0<k<H} d_k \geq \min(d_0, d_H)",
        lambda problem: min(problem.widths) == min(problem.widths[0], problem.widths[-1]),
    )


def positive_decay() -> Assumption:
    """Assume a positive weight decay in every layer."""
    return Assumption(
        "positive_decay()",
        r"\gamma_k > 0 \text{ for every layer } k",
        lambda problem: all(g > 0 for g in problem.decay),
    )


def no_decay() -> Assumption:
    """Assume no weight decay in any layer."""
    return Assumption("no_decay()", r"\gamma_k = 0 \text{ for every layer } k", lambda problem: not any(problem.decay))


def read_assumptions(assuming: Any, where: str) -> tuple[Assumption, ...]:
    """Return the assumptions that the user listed for `where`.  Raises InputError for anything that is not one."""
    if isinstance(assuming, Assumption):
        raise bad(
            "assuming", assuming, f"the assumptions of {where} are a list", f"write assuming=[dp.{assuming.name}]"
        )
    try:
        items = tuple(assuming)
    except TypeError:
        raise bad("assuming", assuming, f"the assumptions of {where} are a list", "write assuming=[...]") from None
    for item in items:
        if not isinstance(item, Assumption):
            raise _not_an_assumption(item, where)
    return items


def _not_an_assumption(item: object, where: str) -> InputError:
    written = getattr(item, "__name__", None)
    if callable(item) and written in {maker.__name__ for maker in _MAKERS}:
        return bad("assuming", item, f"{where} lists the function, not the assumption", f"call it: dp.{written}(...)")
    rule = f"{where} is tested on problems, so its assumptions are conditions on a problem"
    return bad("assuming", item, rule, "use dp.full_row_rank('X') or one of its neighbours")


def fitted_moment(problem: Problem) -> fmpq_mat:
    """Return Sigma = Y X^T (X X^T)^+ X Y^T (d_H x d_H), exactly."""
    # on use only: a paper of identities loads no arithmetic of problems
    from dlnproof.landscape.data import explained_moment, regression

    return explained_moment(regression(problem.input_moment, problem.cross_moment), problem.cross_moment)


_LATEX = {"X": "X", "Y": "Y", "YX^T": r"Y X^\top"}
_MAKERS: tuple[Callable[..., Assumption], ...] = (
    full_row_rank,
    full_column_rank,
    full_rank,
    invertible_gram,
    nonzero,
    whitened,
    distinct_eigenvalues,
    no_bottleneck,
    positive_decay,
    no_decay,
)
