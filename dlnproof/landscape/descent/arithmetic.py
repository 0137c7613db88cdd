"""The two arithmetics of a descent: exact rationals and Arb balls, behind one set of operations on flint matrices.

Without noise the gradient of layer k is (W_H ... W_{k+1})^T G (W_{k-1} ... W_1)^T + 2 g_k W_k, G = 2 c (R S - C); every product
is a product of flint matrices, so a step costs about 4 H of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.derivatives import Form
from dlnproof.rings.rational import identity
from dlnproof.rings.spectral import square_root

Matrix = Any  # fmpq_mat in exact arithmetic, arb_mat in balls

# exact iterates grow by a factor of 2H - 1 in length a step
MOST_BITS = 1 << 20


@dataclass(frozen=True, slots=True)
class Exact:
    """Rational numbers; an entry longer than `most_bits` bits ends the descent."""

    most_bits: int

    def number(self, value: fmpq) -> Any:
        """Return the number itself."""
        return value

    def matrix(self, value: fmpq_mat) -> Matrix:
        """Return the matrix itself."""
        return value

    def root(self, value: Any) -> Any:
        """Return the exact square root; raise UnsupportedError where it is irrational."""
        top, bottom = int(value.p), int(value.q)
        if top < 0 or isqrt(top) ** 2 != top or isqrt(bottom) ** 2 != bottom:
            raise UnsupportedError(f"the square root of {value} is irrational; use balls: bits=128")
        return fmpq(isqrt(top), isqrt(bottom))

    def trouble(self, weights: Sequence[Matrix]) -> str | None:
        """Return why the weights are too long to go on with, if they are."""
        longest = max(
            max(int(entry.p).bit_length(), int(entry.q).bit_length())
            for weight in weights
            for entry in weight.entries()
        )
        if longest <= self.most_bits:
            return None
        return (
            f"an exact entry has {longest} bits, more than {self.most_bits}; "
            "take fewer steps, use balls (bits=128), or raise most_bits"
        )


@dataclass(frozen=True, slots=True)
class Balls:
    """Arb balls of `bits` bits: every result encloses the exact one, however it was rounded."""

    bits: int

    def number(self, value: fmpq) -> Any:
        """Return a ball around a rational."""
        with ctx.workprec(self.bits):
            return arb(value)

    def matrix(self, value: fmpq_mat) -> Matrix:
        """Return a matrix of balls."""
        with ctx.workprec(self.bits):
            return arb_mat(value)

    def root(self, value: Any) -> Any:
        """Return a ball around the square root of a nonnegative number."""
        return square_root(value)


@dataclass(frozen=True, slots=True)
class Loss:
    """The moments of a loss in one arithmetic; `moment` is None when S is the identity."""

    moment: Matrix | None
    cross: Matrix
    outer: Any
    scale: Any
    decay: tuple[Any, ...]

    def value(self, weights: Sequence[Matrix]) -> Any:
        """Return L at the weights."""
        product = weights[0]
        for weight in weights[1:]:
            product = weight * product
        seen = product if self.moment is None else product * self.moment
        square = _inner(seen, product) - _inner(product, self.cross) * 2 + self.outer
        result = square * self.scale
        for decay, weight in zip(self.decay, weights, strict=True):
            if decay is not None:
                result = result + _inner(weight, weight) * decay
        return result

    def gradient(self, weights: Sequence[Matrix], times: Any) -> list[Matrix]:
        """Return `times` dL/dW_k for every layer."""
        below = [weights[0]]
        for weight in weights[1:]:
            below.append(weight * below[-1])
        seen = below[-1] if self.moment is None else below[-1] * self.moment
        inner = (seen - self.cross) * (self.scale * 2 * times)  # G, then pulled back through the layers above
        found: list[Matrix] = []
        for k in range(len(weights) - 1, -1, -1):
            slope = inner * below[k - 1].transpose() if k else inner
            decay = self.decay[k]
            found.append(slope if decay is None else slope + weights[k] * (decay * 2 * times))
            if k:
                inner = weights[k].transpose() * inner
        return found[::-1]


def loss_in(form: Form, arithmetic: Exact | Balls) -> Loss:
    """Return the loss with its moments read into one arithmetic; raises UnsupportedError for a noisy loss."""
    if form.is_noisy:
        raise UnsupportedError("gradient descent with noise is not supported yet; average the loss, or set noise=0")
    plain = form.input_moment == identity(form.input_moment.nrows())
    return Loss(
        None if plain else arithmetic.matrix(form.input_moment),
        arithmetic.matrix(form.cross_moment),
        arithmetic.number(form.output_moment),
        arithmetic.number(form.scale),
        tuple(arithmetic.number(decay) if decay else None for decay in form.decay),
    )


def _inner(left: Matrix, right: Matrix) -> Any:
    first, *others = (a * b for a, b in zip(left.entries(), right.entries(), strict=True))
    return sum(others, first)
