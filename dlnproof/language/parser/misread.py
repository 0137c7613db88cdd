"""What is wrong with a formula and where: messages with the place marked, in the words of the formula."""

from __future__ import annotations

from collections.abc import Iterable

from dlnproof.errors import InputError

_OPERATORS = frozenset({"PLUS", "MINUS", "TIMES", "OVER", "HADAMARD", "KRONECKER"})
_OPERANDS = frozenset({"NUMBER", "NAME", "IDENTITY", "FUNCTION"})
_WORDS = {
    "CLOSE": "a closing bracket",
    "BAR_CLOSE": "a closing bar",
    "ANGLE_CLOSE": "a closing angle bracket",
    "COMMA": "a comma",
    "OPEN": "an opening bracket",
    "EQUALS": "'='",
    "$END": "the end of the formula",
}
_WIDTH = 100


class Misread(Exception):  # noqa: N818 - it never leaves this package: `located` turns it into an InputError
    """Something at a place of the formula that cannot be read; `rule` says what is wrong and `next_step` what to do."""

    def __init__(self, place: int, rule: str, next_step: str = "correct the marked place") -> None:
        super().__init__(rule)
        self.place, self.rule, self.next_step = place, rule, next_step


def located(text: str, error: Misread) -> InputError:
    """Return the error worded `formula='...': position k: rule; next step`, the place marked below."""
    return InputError(
        f"formula={text!r}: position {error.place + 1}: {error.rule}; {error.next_step}\n{marked(text, error.place)}"
    )


def marked(text: str, place: int) -> str:
    """Return the line of the formula with a caret under the place."""
    flat = "".join(" " if sign.isspace() else sign for sign in text)
    first = max(0, min(place - _WIDTH // 2, len(flat) - _WIDTH))
    return f"    {flat[first : first + _WIDTH]}\n    {' ' * (place - first)}^"


def expected(terminals: Iterable[str]) -> str:
    """Return in plain words what could have stood at a place of the formula."""
    names = set(terminals)
    words = []
    if names & _OPERANDS:
        words.append("a matrix, a number or an opening bracket")
        names.discard("OPEN")
    if names & _OPERATORS:
        words.append("an operator")
    words += [word for name, word in _WORDS.items() if name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}, or {words[-1]}"
