"""The kind of a point of the landscape: one frozen value, with how it was decided and what stays open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dlnproof.errors import UnsupportedError, bad


class Kind(StrEnum):
    """The six kinds of a point; `LOCAL_MINIMUM` means not known to be global."""

    NOT_CRITICAL = "not critical"
    GLOBAL_MINIMUM = "global minimum"
    LOCAL_MINIMUM = "local minimum"
    STRICT_SADDLE = "strict saddle"
    NON_STRICT_SADDLE = "non-strict saddle"
    UNDECIDED = "undecided"


_MINIMA = (Kind.GLOBAL_MINIMUM, Kind.LOCAL_MINIMUM)
_SADDLES = (Kind.STRICT_SADDLE, Kind.NON_STRICT_SADDLE)


@dataclass(frozen=True, slots=True)
class Classification:
    """The kind of a point: `name`, the inertia of its Hessian (None off the critical set) and `reason`, how it was
    decided.

    A question that is open (any question about an undecided point; whether a local minimum with decay is global,
    where no exact argument settles it; whether a minimum is strict) raises UnsupportedError instead of answering
    False. `strict` says whether a minimum is a strict one, `is_global` whether a minimum is global; None means open.
    """

    name: str
    inertia: tuple[int, int, int] | None
    reason: str
    strict: bool | None = None
    is_global: bool | None = None

    def __post_init__(self) -> None:
        if self.name not in set(Kind):
            raise bad("name", self.name, "not a kind of point", f"choose one of {[kind.value for kind in Kind]}")
        object.__setattr__(self, "name", str(self.name))

    def _known(self, question: str) -> None:
        if self.name == Kind.UNDECIDED:
            raise UnsupportedError(f"{question} is undecided: {self.reason}")

    @property
    def is_critical(self) -> bool:
        """Whether the gradient vanishes; an undecided point is critical."""
        return self.name != Kind.NOT_CRITICAL

    @property
    def is_global_minimum(self) -> bool:
        """Whether no point has a smaller loss. Raises: UnsupportedError where that is open."""
        self._known("whether this critical point is a global minimum")
        if self.name == Kind.LOCAL_MINIMUM and self.is_global is None:
            raise UnsupportedError(f"whether this local minimum is global is undecided: {self.reason}")
        return self.name == Kind.GLOBAL_MINIMUM

    @property
    def is_local_minimum(self) -> bool:
        """Whether no nearby point has a smaller loss (a global minimum counts). Raises: UnsupportedError where open."""
        self._known("whether this critical point is a local minimum")
        return self.name in _MINIMA

    @property
    def is_saddle(self) -> bool:
        """Whether the point is critical and no local minimum. Raises: UnsupportedError where open."""
        self._known("whether this critical point is a saddle")
        return self.name in _SADDLES

    @property
    def is_strict_saddle(self) -> bool:
        """Whether the Hessian at this critical point has a negative eigenvalue; known for every point."""
        return self.name == Kind.STRICT_SADDLE

    @property
    def is_non_strict_saddle(self) -> bool:
        """Whether the point is a saddle whose Hessian has no negative eigenvalue. Raises: UnsupportedError where
        open.
        """
        self._known("whether this critical point is a non-strict saddle")
        return self.name == Kind.NON_STRICT_SADDLE

    @property
    def is_strict(self) -> bool:
        """Whether a minimum is strict (smaller than at every other nearby point), or a saddle has negative
        curvature.
        """
        self._known("whether this critical point is strict")
        if self.name in _MINIMA:
            if self.strict is None:
                raise UnsupportedError(f"whether this minimum is strict is undecided: {self.reason}")
            return self.strict
        return self.name == Kind.STRICT_SADDLE

    def to_json(self) -> dict[str, Any]:
        """Return name, inertia and reason as JSON values."""
        inertia = None if self.inertia is None else list(self.inertia)
        return {"name": self.name, "inertia": inertia, "reason": self.reason}


def not_critical() -> Classification:
    """Return the kind of a point with a nonzero gradient."""
    return Classification(Kind.NOT_CRITICAL, None, "the gradient is not zero")
