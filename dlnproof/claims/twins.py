"""False twins of a theorem: what must be refuted if the theorem's test is worth anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dlnproof.errors import bad

STRICT = "strict"
_WITHOUT = "without "


@dataclass(frozen=True, slots=True)
class Twin:
    """One false twin: its name and how it differs, by a function of its own, a dropped condition or strict comparisons."""

    name: str
    function: Callable[..., None] | None = None
    without: str | None = None
    strict: bool = False


def read_twins(twins: Iterable[str], where: str) -> tuple[Twin, ...]:
    """Return the twins that the author declares false: "strict", or "without NAME" of an assumption or marked bound.

    Raises InputError for any other text.
    """
    if isinstance(twins, str):
        raise bad("twins", twins, f"the false twins of {where} are a list", f"write twins=[{twins!r}]")
    found = []
    for twin in twins:
        if twin == STRICT:
            found.append(Twin(STRICT, strict=True))
        elif isinstance(twin, str) and twin.startswith(_WITHOUT) and twin != _WITHOUT:
            found.append(Twin(twin, without=twin.removeprefix(_WITHOUT)))
        else:
            rule = f"a false twin of {where} is 'strict' or 'without NAME', NAME an assumption or a marked bound"
            raise bad("twins", twin, rule, "write any other as a function under @paper.twin(...)")
    return tuple(found)
