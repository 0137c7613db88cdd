"""Balls that tell when a comparison was not decided: python-flint answers False then, and an assert may fail for it.

A watched ball is an `arb` with the same values and the same answers; what is computed from it is watched too. Comparisons are
three-valued inside: certainly true, certainly false, or open; open ones go to the journal. An assert that failed only because
of an open comparison refutes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

from flint import acb, arb, arb_mat, fmpq

from dlnproof.checks.journal import Journal
from dlnproof.rings.ball import OPERATIONS, compare_exactly, operate_exactly, rational_in, with_fractions

Kind = TypeVar("Kind", bound=type)

_PAIRS = (("__lt__", "__ge__"), ("__le__", "__gt__"), ("__eq__", "__ne__"))
_OPPOSITE = {**dict(_PAIRS), **{second: first for first, second in _PAIRS}}
_SIGN = {"__lt__": "<", "__ge__": ">=", "__le__": "<=", "__gt__": ">", "__eq__": "==", "__ne__": "!="}
# a number that is taken out of a ball is some number near it, not the number enclosed
_FLOATS = ("__float__", "mid", "man_exp", "mid_rad_10exp", "unique_fmpz", "fmpq", "fmpz", "chop", "eig")
# facts about the ball, not about the number in it: digits too
_LOOSE = (
    "str", "repr", "__str__", "__repr__",
    "rad", "lower", "upper", "abs_lower", "abs_upper", "bits", "rel_accuracy_bits", "rel_one_accuracy_bits", "is_exact",
    "is_finite", "is_nan", "is_zero", "is_integer", "contains_integer", "contains_interior", "union", "intersection",
)  # fmt: skip
_ARITHMETIC = (
    "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__", "__rtruediv__", "__floordiv__",
    "__rfloordiv__", "__pow__", "__rpow__", "__neg__", "__pos__", "__abs__", "__getitem__", "__iter__",
)  # fmt: skip
_KEPT = ("nrows", "ncols", "journal")


def watch(value: Any, journal: Journal) -> Any:
    """Return `value` with every ball in it (also in lists and tuples) watched by `journal`."""
    if isinstance(value, (WatchedBall, WatchedComplex, WatchedMatrix)):
        return value
    if isinstance(value, arb):
        return _born(WatchedBall, value, journal)
    if isinstance(value, acb):
        return _born(WatchedComplex, value, journal)
    if isinstance(value, arb_mat):
        return _born(WatchedMatrix, value, journal)
    if type(value) in (list, tuple):
        return type(value)(watch(item, journal) for item in value)
    return value


def _born(kind: Any, value: Any, journal: Journal) -> Any:
    result = kind(value)
    result.journal = journal
    if kind is WatchedBall:
        result.rational = rational_in(value)
    return result


def _passing(name: str, method: Callable[..., Any], note: Callable[[Journal, str], None] | None) -> Callable[..., Any]:
    """Return the method with its result watched, and with a note in the journal when its answer is not about the number."""
    method = with_fractions(method)

    def call(self: Any, *args: Any, **named: Any) -> Any:
        # pytest prints what an assert compares; only digits that the theorem itself asks for can decide anything
        if note is not None and (name.strip("_") not in ("str", "repr") or self.journal.is_asked_by_theorem()):
            note(self.journal, name.strip("_"))
        result = method(self, *args, **named)
        if name == "__iter__":
            return (watch(item, self.journal) for item in result)
        result = watch(result, self.journal)
        if name in OPERATIONS and isinstance(result, WatchedBall):
            result.rational = operate_exactly(name, self, *args)
        return result

    call.__name__ = name
    return call


def _comparing(name: str, plain: Callable[[Any, Any], Any], opposite: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a comparison that notes in the journal when neither it nor its opposite is certain."""

    def compare(self: Any, other: Any) -> Any:
        exact = compare_exactly(name, self, other)
        if exact is not None:
            return exact
        if isinstance(other, Fraction):
            other = rational_in(other)
        answer = plain(self, other)
        if answer is NotImplemented or answer:
            return answer
        if opposite(self, other):
            return False
        return self.journal.open_question(_SIGN[name], False, _radius(self, other))

    compare.__name__ = name
    return compare


def _overlaps(self: Any, other: Any) -> bool:
    """Balls that do not overlap hold different numbers; balls that do may hold equal ones: that stays open."""
    base: Any = type(self).__bases__[0]
    if not base.overlaps(self, other):
        return False
    if base.__eq__(self, other) or compare_exactly("__eq__", self, other):
        return True
    return bool(self.journal.open_question("overlaps", True, _radius(self, other)))


def _contains(self: Any, other: Any) -> bool:
    """A number outside the ball is not the number in it; anything else stays open, whatever part of a ball lies inside."""
    base: Any = type(self).__bases__[0]
    if compare_exactly("__eq__", self, other):
        return True
    inside = bool(base.contains(self, other))
    outside = not base.overlaps(self, other if isinstance(other, base) else base(other))
    if outside or (inside and base.__eq__(self, other)):
        return inside
    return bool(self.journal.open_question("contains", inside, _radius(self, other)))


def _radius(left: Any, right: Any) -> str:
    try:
        radius = arb.__sub__(arb(left), arb(right)).rad()
    except (TypeError, ValueError):
        return ""
    return str(arb.str(radius, 3, radius=False)) if radius.is_finite() else "inf"


def _watched(kind: Kind) -> Kind:
    """Fill a subclass of `arb`, `acb` or `arb_mat`: every method that python-flint has keeps its meaning and is watched."""
    base = kind.__bases__[0]
    special = (*_ARITHMETIC, *_OPPOSITE, "__float__", "__str__", "__repr__")
    for name in dir(base):
        method = getattr(base, name)
        if name in _KEPT or not callable(method) or (name.startswith("_") and name not in special):
            continue
        if name in _OPPOSITE:
            replacement = _comparing(name, method, getattr(base, _OPPOSITE[name]))
        elif name in ("overlaps", "contains"):
            replacement = _overlaps if name == "overlaps" else _contains
        elif isinstance(base.__dict__.get(name), staticmethod):
            continue
        else:
            note = Journal.note_float if name in _FLOATS else Journal.note_loose if name in _LOOSE else None
            replacement = _passing(name, method, note)
        setattr(kind, name, replacement)
    kind.__hash__ = base.__hash__  # type: ignore[method-assign]
    return kind


@_watched
class WatchedBall(arb):
    """An `arb` whose open comparisons are noted in `journal`; `rational` as in an `Enclosure`."""

    journal: Journal
    rational: fmpq | None = None


@_watched
class WatchedComplex(acb):
    """A complex ball whose real and imaginary parts, and what is computed from it, are watched."""

    journal: Journal

    @property
    def real(self) -> arb:
        """The real part, watched."""
        part: arb = watch(acb.real.__get__(self), self.journal)
        return part

    @property
    def imag(self) -> arb:
        """The imaginary part, watched."""
        part: arb = watch(acb.imag.__get__(self), self.journal)
        return part


@_watched
class WatchedMatrix(arb_mat):
    """An `arb_mat` whose entries, and what is computed from them, are watched."""

    journal: Journal
