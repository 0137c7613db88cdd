"""The width of a formula, estimated without LaTeX: points at 10pt Computer Modern, right within a few percent."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\begin\{(\w+)\}(.*?)\\end\{\1\}|\\[A-Za-z]+|\\.|[{}]|[_^]|\s+|.", re.DOTALL)
_COMMANDS: dict[str, float] = {
    r"\top": 7.8, r"\cdot": 7.2, r"\times": 12.2, r"\odot": 12.2, r"\otimes": 12.2, r"\circ": 9.4, r"\pm": 12.2,
    r"\le": 13.3, r"\leq": 13.3, r"\ge": 13.3, r"\geq": 13.3, r"\in": 12.2, r"\to": 15.6, r"\quad": 10.0,
    r"\qquad": 20.0, r"\,": 1.7, r"\;": 2.8, r"\:": 2.3, r"\!": -1.7, r"\ ": 3.4, r"\{": 5.0, r"\}": 5.0, r"\|": 5.0,
    r"\lVert": 5.0, r"\rVert": 5.0, r"\infty": 10.0, r"\sum": 16.1, r"\prod": 13.0, r"\int": 10.0, r"\ast": 5.0,
    r"\nabla": 8.4, r"\partial": 5.8, r"\mathbb": 1.5, r"\mathrm": 0.0, r"\mathbf": 0.6, r"\operatorname": 1.7,
    r"\text": 0.0, r"\texttt": 0.0, r"\hat": 0.0, r"\widehat": 0.0, r"\tilde": 0.0, r"\bar": 0.0, r"\dot": 0.0,
    r"\displaystyle": 0.0, r"\allowbreak": 0.0, r"\bigl": 0.7, r"\bigr": 0.7, r"\Bigl": 2.1, r"\Bigr": 2.1,
    r"\biggl": 3.6, r"\biggr": 3.6, r"\left": 2.5, r"\right": 2.5, r"\log": 14.0, r"\exp": 15.0, r"\det": 14.0,
    r"\min": 18.0, r"\max": 19.0, r"\ldots": 13.4, r"\cdots": 13.4,
}  # fmt: skip
_CHARACTERS: dict[str, float] = {
    "+": 12.2, "-": 12.2, "=": 13.3, "<": 13.3, ">": 13.3, "(": 3.9, ")": 3.9, "[": 2.8, "]": 2.8, ",": 4.5, ".": 2.8,
    ":": 8.3, ";": 4.5, "/": 5.0, "'": 2.8, "|": 2.8, "W": 10.4, "M": 10.5, "m": 8.8, "w": 7.4, "Y": 7.6, "i": 3.5,
    "j": 4.6, "l": 3.2, "f": 5.9, "t": 3.7, "&": 0.0, "*": 9.4,
}  # fmt: skip
_FRACTIONS = {r"\frac": 1.0, r"\dfrac": 1.0, r"\tfrac": 0.7}


def measure(latex: str) -> float:
    """Return the estimated width of a formula in points at 10pt type."""
    tokens = [match for match in _TOKEN.finditer(latex) if not match.group().isspace()]
    width, _ = _sequence(tokens, 0, 1.0)
    return width


def _sequence(tokens: list[re.Match[str]], place: int, scale: float) -> tuple[float, int]:
    """Return the width up to the closing brace (or the end) and the place after it."""
    total = 0.0
    script = 0.0  # the wider of a subscript and a superscript at the same letter
    while place < len(tokens):
        token = tokens[place].group()
        if token == "}":
            return total + script, place + 1
        if token in ("_", "^"):
            width, place = _argument(tokens, place + 1, scale * 0.72)
            script = max(script, width + 0.5)
            continue
        total, script = total + script, 0.0
        width, place = _item(tokens, place, scale)
        total += width
    return total + script, place


def _item(tokens: list[re.Match[str]], place: int, scale: float) -> tuple[float, int]:
    match = tokens[place]
    token = match.group()
    if token == "{":
        return _sequence(tokens, place + 1, scale)
    if match.group(1):
        return scale * _environment(match.group(2)), place + 1
    if token in _FRACTIONS:
        above, place = _argument(tokens, place + 1, scale * _FRACTIONS[token])
        below, place = _argument(tokens, place, scale * _FRACTIONS[token])
        return max(above, below) + 2.4, place
    if token == r"\sqrt":
        inner, place = _argument(tokens, place + 1, scale)
        return inner + 8.5 * scale, place
    if token.startswith("\\"):
        return scale * _COMMANDS.get(token, 6.0), place + 1
    if token in _CHARACTERS:
        return scale * _CHARACTERS[token], place + 1
    return scale * (8.2 if token.isupper() else 5.3), place + 1


def _argument(tokens: list[re.Match[str]], place: int, scale: float) -> tuple[float, int]:
    return _item(tokens, place, scale) if place < len(tokens) else (0.0, place)


def _environment(body: str) -> float:
    rows = [row.split("&") for row in body.split(r"\\")]
    columns = max(len(row) for row in rows)
    widths = [max((measure(row[k]) for row in rows if k < len(row)), default=0.0) for k in range(columns)]
    return sum(widths) + 10.0 * (columns - 1) + 18.0
