"""A problem as JSON values, every number an exact string: what ledgers, counterexamples and other programs exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import fmpq_mat

from dlnproof.errors import bad
from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.variances import as_text
from dlnproof.rings.rational import to_text, to_text_rows

_OPTIONS = ("scale", "decay", "noise")
_STEP = "give what to_json returned"


def to_values(widths: tuple[int, ...], form: Form, data: tuple[fmpq_mat, fmpq_mat] | None) -> dict[str, Any]:
    """Return widths, data (or second moments), scale, decay and noise as JSON values."""
    values: dict[str, Any] = {"widths": list(widths)}
    if data is not None:
        values |= {"X": to_text_rows(data[0]), "Y": to_text_rows(data[1])}
    else:
        values |= {"input_moment": to_text_rows(form.input_moment), "cross_moment": to_text_rows(form.cross_moment)}
        values["output_moment"] = to_text(form.output_moment)
    values["scale"] = to_text(form.scale)
    values["decay"] = [to_text(number) for number in form.decay]
    values["noise"] = as_text(form.noise)
    return values


def read_values(values: Any) -> tuple[bool, dict[str, Any]]:
    """Return whether the problem is given by data, and the arguments that make it.

    Raises: InputError where a key is missing or unknown.
    """
    if not isinstance(values, Mapping):
        raise bad("values", values, "a problem is a JSON object", _STEP)
    named = {str(key): value for key, value in values.items()}
    has_data = "X" in named
    needed = ("widths", "X", "Y") if has_data else ("widths", "input_moment", "cross_moment")
    for key in needed:
        if key not in named:
            raise bad("values", sorted(named), f"the key {key!r} is missing", _STEP)
    known = {*needed, *_OPTIONS} | (set() if has_data else {"output_moment"})
    for key in named:
        if key not in known:
            raise bad("values", sorted(named), f"the key {key!r} is unknown", _STEP)
    return has_data, named
