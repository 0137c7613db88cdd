"""What a descent may do to every layer beside the gradient step: a pull toward the identity, a projection onto a ball around it.

All act on square layers and treat every layer alike, so that layers that are equal stay equal.
Source: Bartlett, Helmbold and Long (2018), section 4 (regularised and projected variants).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from flint import arb, ctx, fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError, bad
from dlnproof.landscape.descent.arithmetic import Balls, Exact, Matrix
from dlnproof.rings.rational import identity, read_number
from dlnproof.rings.spectral import shortened


class Regulariser(Protocol):
    """A penalty that is added to the loss, the same function of every layer."""

    def value(self, weight: Matrix, arithmetic: Exact | Balls) -> Any:
        """Return the penalty of one layer."""

    def gradient(self, weight: Matrix, arithmetic: Exact | Balls) -> Matrix:
        """Return its gradient."""


class Projection(Protocol):
    """A map that is applied to every layer after each step."""

    def apply(self, weight: Matrix, arithmetic: Exact | Balls) -> Matrix:
        """Return the projected layer."""


@dataclass(frozen=True, slots=True)
class TowardIdentity:
    """kappa/2 sum_i ||W_i - I||_F^2."""

    kappa: fmpq

    def value(self, weight: Matrix, arithmetic: Exact | Balls) -> Any:
        """Return kappa/2 ||W - I||_F^2."""
        return _square_norm(_offset(weight, arithmetic)) * arithmetic.number(self.kappa / 2)

    def gradient(self, weight: Matrix, arithmetic: Exact | Balls) -> Matrix:
        """Return kappa (W - I)."""
        return _offset(weight, arithmetic) * arithmetic.number(self.kappa)


@dataclass(frozen=True, slots=True)
class FrobeniusBall:
    """The projection onto {W: ||W - I||_F <= radius}: W - I is shrunk to the radius."""

    radius: fmpq

    def apply(self, weight: Matrix, arithmetic: Exact | Balls) -> Matrix:
        """Return I + (W - I) min(1, radius/||W - I||_F); in balls also where it is not certain on which side W lies."""
        offset, radius = _offset(weight, arithmetic), arithmetic.number(self.radius)
        square = _square_norm(offset)
        if square <= radius * radius:
            return weight
        factor = radius / arithmetic.root(square)
        if isinstance(factor, arb) and not square > radius * radius:
            factor = factor.union(arb(1)) if not factor.is_finite() else factor.min(arb(1))
        return _identity(weight, arithmetic) + offset * factor


@dataclass(frozen=True, slots=True)
class OperatorBall:
    """The projection onto {W: ||W - I|| <= radius}: the singular values of W - I are clipped at the radius."""

    radius: fmpq

    def apply(self, weight: Matrix, arithmetic: Exact | Balls) -> Matrix:
        """Return I + the clipped W - I, exact for diagonal layers, elsewhere by balls."""
        offset, radius = _offset(weight, arithmetic), arithmetic.number(self.radius)
        if _square_norm(offset) <= radius * radius:
            return weight
        size = weight.nrows()
        if all(offset[i, j] == 0 for i in range(size) for j in range(size) if i != j):
            clipped = type(offset)(size, size)
            for i in range(size):
                clipped[i, i] = _clip(offset[i, i], radius)
            return _identity(weight, arithmetic) + clipped
        if isinstance(arithmetic, Exact):
            raise UnsupportedError("the projection in operator norm is irrational in general; use balls: bits=128")
        with ctx.workprec(arithmetic.bits):
            return _identity(weight, arithmetic) + shortened(offset, radius)


def toward_identity(kappa: Any) -> TowardIdentity:
    """Return the regulariser kappa/2 sum_i ||W_i - I||_F^2, kappa > 0. Raises: InputError."""
    return TowardIdentity(_positive("kappa", kappa))


def ball_around_identity(radius: Any, *, norm: str = "frobenius") -> FrobeniusBall | OperatorBall:
    """Return the projection of every layer onto a ball around the identity, in Frobenius or operator norm.

    Raises: InputError for a radius that is not positive and for another norm.
    """
    if norm not in ("frobenius", "operator"):
        raise bad("norm", norm, "the norm is 'frobenius' or 'operator'", "choose one of them")
    number = _positive("radius", radius)
    return FrobeniusBall(number) if norm == "frobenius" else OperatorBall(number)


def _positive(name: str, value: Any) -> fmpq:
    number = read_number(value, name)
    if number <= 0:
        raise bad(name, value, "a positive number is needed", f"write {name}=Fraction(1, 2)")
    return number


def _identity(weight: Matrix, arithmetic: Exact | Balls) -> Matrix:
    return arithmetic.matrix(identity(weight.nrows()))


def _offset(weight: Matrix, arithmetic: Exact | Balls) -> Matrix:
    return weight - _identity(weight, arithmetic)


def _square_norm(matrix: Matrix) -> Any:
    return sum((entry * entry for entry in matrix.entries()), fmpq(0) if isinstance(matrix, fmpq_mat) else arb(0))


def _clip(value: Any, radius: Any) -> Any:
    if isinstance(value, arb):
        return value.min(radius).max(-radius)
    return min(max(value, -radius), radius)
