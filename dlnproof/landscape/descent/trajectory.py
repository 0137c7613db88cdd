"""The path of a descent: its iterates, exact or enclosed, and what a reader wants to see of each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

from flint import acb, acb_mat, arb_mat, ctx, fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.descent.arithmetic import Balls, Exact, Matrix, loss_in
from dlnproof.rings.ball import Enclosure
from dlnproof.rings.rational import rectangular_identity, to_fraction, to_rows

if TYPE_CHECKING:
    from dlnproof.landscape.problem import Problem

_DIGITS = 12
_SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(Sequence[Any]):
    """The iterates W(0), ..., W(T) of a descent on a problem.

    `path[t]` is the list of the H matrices of W(t) as nested lists, of Fractions in exact arithmetic and of python-flint
    balls otherwise: then each ball holds the entry of the exact iterate. `bits` is None in exact arithmetic.
    """

    problem: Problem
    rate: fmpq
    bits: int | None
    iterates: tuple[tuple[Matrix, ...], ...]

    def __len__(self) -> int:
        return len(self.iterates)

    @overload
    def __getitem__(self, step: int) -> Any: ...

    @overload
    def __getitem__(self, step: slice) -> list[Any]: ...

    def __getitem__(self, step: int | slice) -> Any:
        chosen = self.iterates[step]
        if isinstance(step, slice):
            return [[_rows(weight) for weight in weights] for weights in chosen]
        return [_rows(weight) for weight in chosen]

    def __iter__(self) -> Iterator[Any]:
        return (self[step] for step in range(len(self)))

    @property
    def _arithmetic(self) -> Exact | Balls:
        return Exact(1 << 62) if self.bits is None else Balls(self.bits)

    @cached_property
    def losses(self) -> list[Any]:
        """The loss at every step, a Fraction or a ball, without a penalty that the descent added."""
        loss = loss_in(self.problem.form, self._arithmetic)
        with ctx.workprec(self.bits or 64):
            values = [loss.value(weights) for weights in self.iterates]
        return [_number(value) for value in values]

    def end_to_end(self, step: int) -> Matrix:
        """Return R = W_H ... W_1 at one step, as a python-flint matrix."""
        with ctx.workprec(self.bits or 64):
            first, *others = self.iterates[step]
            for weight in others:
                first = weight * first
            return first

    def determinant(self, step: int) -> Any:
        """Return det R at one step. Raises: UnsupportedError where R is not square."""
        product = self.end_to_end(step)
        if product.nrows() != product.ncols():
            raise UnsupportedError(
                f"the end-to-end matrix is {product.nrows()} x {product.ncols()}; it has no determinant"
            )
        with ctx.workprec(self.bits or 64):
            value = product.det()
        return _number(value)

    def determinant_sign(self, step: int) -> int | None:
        """Return the sign of det R at one step: 1, -1, 0 (exactly zero), or None where balls do not tell."""
        value = self.determinant(step)
        return 1 if value > 0 else -1 if value < 0 else 0 if value == 0 else None

    def eigenvalues(self, step: int) -> list[acb]:
        """Return enclosures of the eigenvalues of R at one step, equal ones by overlapping balls."""
        product = self.end_to_end(step)
        with ctx.workprec(self.bits or 128):
            found: list[acb] = acb_mat(arb_mat(product) if isinstance(product, fmpq_mat) else product).eig(
                multiple=True
            )
        return sorted(found, key=lambda value: (-float(value.real.mid()), -float(value.imag.mid())))

    def residuals(self, step: int) -> list[Matrix]:
        """Return the residual form R_k = W_k - I at one step, as python-flint matrices."""
        with ctx.workprec(self.bits or 64):
            return [
                weight - self._arithmetic.matrix(rectangular_identity(weight.nrows(), weight.ncols()))
                for weight in self.iterates[step]
            ]

    def imbalance(self, step: int) -> list[Matrix]:
        """Return D_i = W_{i+1}^T W_{i+1} - W_i W_i^T for i = 1, ..., H - 1 at one step, as python-flint matrices."""
        weights = self.iterates[step]
        with ctx.workprec(self.bits or 64):
            return [above.transpose() * above - below * below.transpose() for below, above in pairwise(weights)]

    def table(self, steps: Sequence[int] | None = None) -> list[tuple[str, ...]]:
        """Return rows of text, a header first: step, loss, eigenvalues, sign of the determinant, largest imbalance."""
        chosen = range(len(self)) if steps is None else steps
        square = self.problem.widths[0] == self.problem.widths[-1]
        rows: list[tuple[str, ...]] = [("step", "loss", "eigenvalues", "sign of det", "imbalance")]
        for step in chosen:
            values = ", ".join(_say_complex(value) for value in self.eigenvalues(step)) if square else "-"
            sign = {1: "+", -1: "-", 0: "0", None: "?"}[self.determinant_sign(step)] if square else "-"
            sizes = [abs(float(_middle(entry))) for part in self.imbalance(step) for entry in part.entries()]
            rows.append((str(step), _say(self.losses[step]), values, sign, f"{max(sizes, default=0.0):.3g}"))
        return rows

    def __str__(self) -> str:
        last = len(self) - 1
        steps = range(len(self)) if last < _SHOWN else sorted({round(k * last / (_SHOWN - 1)) for k in range(_SHOWN)})
        rows = self.table(list(steps))
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)

    def __repr__(self) -> str:
        kind = "exact" if self.bits is None else f"balls of {self.bits} bits"
        return f"Trajectory({len(self) - 1} steps, rate={self.rate}, {kind})"

    def plot(self, path: Any = None) -> Any:
        """Draw loss, eigenvalues, sign of the determinant and imbalance against the step; return the matplotlib figure.

        With `path` (.pdf, .png or .svg) the figure is written there too, the same bytes every time.
        """
        from dlnproof.landscape.descent.plot import plot_trajectory  # matplotlib is slow to import

        return plot_trajectory(self, path)


def _number(value: Any) -> Any:
    """Return a rational as a Fraction, a ball as one that compares with Fractions."""
    return to_fraction(value) if isinstance(value, fmpq) else Enclosure(value)


def _rows(weight: Matrix) -> Any:
    return to_rows(weight) if isinstance(weight, fmpq_mat) else weight.tolist()


def _middle(value: Any) -> Any:
    return value.mid() if hasattr(value, "mid") else int(value.p) / int(value.q)


def _say(value: Any) -> str:
    if hasattr(value, "mid"):
        return str(value.str(_DIGITS))
    text = str(value)
    return text if len(text) <= 20 else f"{float(value):.{_DIGITS}g}"


def _say_complex(value: acb) -> str:
    real, imaginary = float(value.real.mid()), float(value.imag.mid())
    return f"{real:.6g}" if value.imag.contains(0) else f"{real:.6g}{imaginary:+.6g}i"
