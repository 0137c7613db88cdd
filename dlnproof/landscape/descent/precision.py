"""How wide the balls of a descent may become, and with how many bits to start again when they are too wide."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.descent.arithmetic import Matrix

# iterates that need more bits than this are refused, and so are iterates that run away
MOST_PRECISION = 1 << 16
_LARGEST = arb(1 << 40)


class TooWideError(Exception):
    """The balls of one step are wider than asked for: the precision was too small."""

    def __init__(self, step: int) -> None:
        super().__init__(step)
        self.step = step


def check_width(weights: Sequence[Matrix], accuracy: int, number: int, count: int) -> None:
    """Raise TooWideError where an entry is known neither absolutely nor relatively to 2^-accuracy.

    Raises: UnsupportedError for entries beyond 2^40.
    """
    widest = arb(1) / (1 << accuracy)
    for weight in weights:
        for entry in weight.entries():
            if entry.rel_accuracy_bits() < accuracy and not (entry.is_finite() and entry.rad() <= widest):
                raise TooWideError(number)
            if abs(entry) > _LARGEST:
                raise UnsupportedError(
                    f"steps={count}: after step {number} an entry exceeds 2^40 in size: the descent runs away; "
                    "take a smaller rate, or fewer steps"
                )


def raised(bits: int, accuracy: int, count: int, failed: int) -> int:
    """Return the precision to start again with, when step `failed` of `count` was too wide at `bits` bits.

    About as many bits are lost in every step: foresee what the rest will take. Raises: UnsupportedError at the limit.
    """
    foreseen = accuracy + (bits - accuracy) * (count + 1) // failed
    chosen = min(max(bits * 5 // 4, foreseen * 9 // 8), 4 * bits)
    if chosen > MOST_PRECISION:
        raise UnsupportedError(
            f"steps={count}: after step {failed} the balls are wider than 2^-{accuracy} even at {MOST_PRECISION} bits; "
            "take fewer steps, or ask for less accuracy"
        )
    return chosen
