"""Stacks of matrices of balls in float64: a midpoint and a radius per entry, every operation an enclosure.

`Balls(mid, rad)` stands for all real arrays within `rad` of `mid`, entry by entry. Arithmetic rounds to nearest only
(no rounding mode is switched), and every radius carries a proven bound of all rounding errors, its own included:

* Sums and inner products. With u = 2^-53, an inner product of length n evaluated in float64 in *any* order, with or
  without fused operations, differs from the exact one by at most g |x|^T |y|, g = n u / (1 - n u), up to underflow
  (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1; Jeannerod and Rump, SIAM J. Matrix Anal. Appl.
  34 (2013), improve g to n u). Used is (n + 2) u, which exceeds g for n < 10^8. A BLAS may order as it likes; it must
  use the classical algorithm (n^3 products), as OpenBLAS, MKL, BLIS and NumPy's own loops do.
* Products. Writing a = m_a + d_a and b = m_b + d_b, |a b - m_a m_b| <= |m_a| r_b + r_a (|m_b| + r_b).
* The radius itself is a sum of products of nonnegative numbers, so its computed value is off by a factor of at most
  (1 - u)^(n + 6); it is multiplied by 1 + (2 n + 16) u, which is more for every n < 10^8.
* Underflow. A product that underflows is off by at most 2^-1075. `_TINY` = 1e-290 is added inside the factor that
  holds n u |m_b| (which may itself underflow) and once more to the result; it exceeds n 2^-1070 for every n < 2^100.
* Overflow gives inf or NaN, for which every comparison that certifies anything is false.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlnproof.rings.double import Array

UNIT = 2.0**-53
_TINY = 1e-290


class Balls:
    """A stack of matrices of balls: `mid` and `rad` are float64 arrays of one shape, `rad` >= 0."""

    __array_ufunc__ = None  # NumPy arrays leave mixed operations to this class
    __slots__ = ("mid", "rad")

    def __init__(self, mid: Array, rad: Array | float = 0.0) -> None:
        self.mid = mid
        given = np.asarray(rad, dtype=np.float64)
        self.rad: Array = given if given.shape == mid.shape else np.broadcast_to(given, mid.shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the stack."""
        return self.mid.shape

    @property
    def magnitude(self) -> Array:
        """An upper bound of the absolute value of every number of the balls."""
        return upwards(np.abs(self.mid) + self.rad)

    def __getitem__(self, place: Any) -> Balls:
        return Balls(self.mid[place], self.rad[place])

    def reshape(self, *shape: int) -> Balls:
        """Return the same entries in another shape."""
        return Balls(self.mid.reshape(*shape), self.rad.reshape(*shape))

    def swapaxes(self, first: int, second: int) -> Balls:
        """Return the stack with two axes exchanged."""
        return Balls(self.mid.swapaxes(first, second), self.rad.swapaxes(first, second))

    def __neg__(self) -> Balls:
        return Balls(-self.mid, self.rad)

    def __add__(self, other: Balls | Array) -> Balls:
        return self._sum(other, 1)

    def __sub__(self, other: Balls | Array) -> Balls:
        return self._sum(other, -1)

    def _sum(self, other: Balls | Array, sign: int) -> Balls:
        right = _balls(other)
        mid = self.mid + right.mid if sign > 0 else self.mid - right.mid
        return Balls(mid, upwards(self.rad + right.rad + UNIT * np.abs(mid)))

    def __mul__(self, other: Balls | Array) -> Balls:
        """Return the entrywise product; shapes are broadcast."""
        right = _balls(other)
        size = np.abs(right.mid)
        rad = np.abs(self.mid) * (right.rad + (2 * UNIT) * size + _TINY) + self.rad * (size + right.rad)
        return Balls(self.mid * right.mid, upwards(rad))

    def __matmul__(self, other: Balls | Array) -> Balls:
        """Return the matrix product over the last two axes."""
        right = _balls(other)
        size, length = np.abs(right.mid), self.mid.shape[-1]
        rad = np.abs(self.mid) @ (right.rad + ((length + 2) * UNIT) * size + _TINY)
        if self.rad.any():
            rad = rad + self.rad @ (size + right.rad)
        return Balls(self.mid @ right.mid, upwards(rad, length))

    def __rmatmul__(self, other: Array) -> Balls:
        return _balls(other) @ self


def upwards(bound: Array, length: int = 1) -> Array:
    """Return an upper bound of a nonnegative expression that was computed with inner products of `length` entries."""
    result: Array = bound * (1 + (2 * length + 16) * UNIT) + _TINY
    return result


def concatenate(parts: Sequence[Balls], axis: int) -> Balls:
    """Return the stacks joined along an axis."""
    return Balls(np.concatenate([x.mid for x in parts], axis), np.concatenate([x.rad for x in parts], axis))


def row_sums(matrices: Array) -> Array:
    """Return upper bounds of the sums of the rows of nonnegative matrices."""
    return upwards(matrices.sum(axis=-1), matrices.shape[-1])


def product_row_sums(left: Array, right: Array, product: Array) -> Array:
    """Return upper bounds, a row, of the rounding errors in `product` = left @ right, summed over the row."""
    length = left.shape[-1]
    sums = row_sums(np.abs(right))[..., None]
    size: Array = (np.abs(left) @ sums)[..., 0] * ((length + 2) * UNIT)
    total: Array = upwards(size, length) + product.shape[-1] * _TINY
    return total


def enclose_rationals(values: Iterable[Any], shape: tuple[int, ...]) -> Balls:
    """Return balls around exact numbers (with `p` and `q`): radius 0 where a float64 holds the number."""
    pairs = [(int(value.p), int(value.q)) for value in values]
    nearest = [top / bottom for top, bottom in pairs]  # a quotient of Python integers is correctly rounded
    ratios = [number.as_integer_ratio() for number in nearest]
    off = [top * b != a * bottom for (top, bottom), (a, b) in zip(pairs, ratios, strict=True)]
    mid = np.array(nearest, dtype=np.float64).reshape(shape)
    wrong: NDArray[np.bool_] = np.array(off, dtype=bool).reshape(shape)
    return Balls(mid, np.where(wrong, upwards(np.abs(mid) * UNIT), 0.0))


def _balls(value: Balls | Array) -> Balls:
    return value if isinstance(value, Balls) else Balls(np.asarray(value, dtype=np.float64))
