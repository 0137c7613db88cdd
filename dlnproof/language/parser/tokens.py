"""The token stage between lexer and grammar: matched brackets, opening and closing bars, the unwritten multiplication sign."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token

from dlnproof.language.parser.misread import Misread
from dlnproof.language.parser.names import FUNCTIONS, RESERVED
from dlnproof.language.parser.unbracketed import bracketed

_STARTS = frozenset(
    [
        "NUMBER",
        "NAME",
        "IDENTITY",
        "ONES",
        "OPEN",
        "BAR_OPEN",
        "ANGLE_OPEN",
        "FUNCTION",
        "EXPECTATION",
        "FRACTION",
        "DIGITS_FRACTION",
    ]
)
_ENDS = frozenset(
    [
        "NUMBER",
        "NAME",
        "IDENTITY",
        "ONES",
        "CLOSE",
        "BAR_CLOSE",
        "ANGLE_CLOSE",
        "NORM_KIND",
        "DIGITS_FRACTION",
        "TRANSPOSE",
        "POWER",
        "ENTRY_POWER",
        "INVERSE_TRANSPOSE",
    ]
)
_BINARY = frozenset(["PLUS", "MINUS", "TIMES", "OVER", "HADAMARD", "KRONECKER", "EQUALS", "COMMA"])
_OPENING = {"OPEN": "CLOSE", "EXPECTATION": "CLOSE", "BAR_OPEN": "BAR_CLOSE", "ANGLE_OPEN": "ANGLE_CLOSE"}
_CLOSING = frozenset(_OPENING.values())
_PARTNER = {")": "(", "]": "[", "}": "{", "\\}": "\\{", "\\rbrack": "\\lbrack"}
_SAME_BAR = {"\\Vert": "\\|", "\\vert": "|", "\\lVert": "\\|", "\\rVert": "\\|", "\\lvert": "|", "\\rvert": "|"}


@dataclass(slots=True)
class _Level:
    """What is open: the bracket, the last operator inside it, and how many arguments a fraction still waits for."""

    bracket: Token | None
    operator: str = ""
    arguments: int = 0


class Joiner:
    """The `postlex` object of both grammars."""

    always_accept = ("BAR", "ROOT", "SUBSCRIPT")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens that the grammar reads."""
        levels = [_Level(None)]
        before: Token | None = None
        tokens = bracketed(list(stream))
        for number, read in enumerate(tokens):
            following = tokens[number + 1] if number + 1 < len(tokens) else None
            token = _as_kronecker(read, before)
            for own in self._sided(_as_function(token, following), before, levels):
                level = levels[-1]
                if before is not None and before.type in _ENDS and own.type in _STARTS and level.arguments != 1:
                    _refuse_two_readings(level, before, own)
                    level.operator = "TIMES"
                    yield Token("TIMES", "*", own.start_pos, end_pos=own.start_pos)
                if own.type in _BINARY:
                    level.operator = own.type
                _open_or_close(own, levels)
                yield own
                level = levels[-1]
                if own.type == "FRACTION":
                    level.arguments = 2
                elif level.arguments and (own.type in ("NUMBER", "NAME") or own.type == "CLOSE"):
                    level.arguments -= 1
                before = own
        if len(levels) > 1:
            bracket = levels[-1].bracket
            assert bracket is not None
            raise Misread(bracket.start_pos or 0, f"{str(bracket)!r} is never closed", "write the closing sign")

    def _sided(self, token: Token, before: Token | None, levels: list[_Level]) -> list[Token]:
        """Return a bar as an opening or a closing one; `||` between two norms is both."""
        if token.type != "BAR":
            return [token]
        after_operand = before is not None and before.type in _ENDS
        bracket = levels[-1].bracket
        if not after_operand or bracket is None or bracket.type != "BAR_OPEN":
            return [Token.new_borrow_pos("BAR_OPEN", token, token)]
        if token == "||" and bracket == "|":
            start = token.start_pos or 0
            first, second = (
                Token(kind, "|", start + k, end_pos=start + k + 1) for k, kind in enumerate(("BAR_CLOSE", "BAR_OPEN"))
            )
            return [first, second]
        if _bar(token) != _bar(bracket):
            return [Token.new_borrow_pos("BAR_OPEN", token, token)]
        return [Token.new_borrow_pos("BAR_CLOSE", token, token)]


def _bar(token: str) -> str:
    return _SAME_BAR.get(token, str(token))


def _as_function(token: Token, following: Token | None) -> Token:
    """Return a name directly before a bracket as a function; refuse a word there that is none."""
    is_word = token.type == "NAME" and token in RESERVED
    if following is None or following.type != "OPEN" or (following.start_pos != token.end_pos and not is_word):
        if is_word:
            raise Misread(token.start_pos or 0, f"{token!s} is a function", f"write {token!s}(...)")
        return token
    if token.type == "FUNCTION" and token.endswith("sqrt") and following == "[":
        raise Misread(token.start_pos or 0, "only square roots are read", "write \\sqrt{...}")
    if token.type == "NAME" and token in FUNCTIONS and following in ("(", "["):
        return Token.new_borrow_pos("FUNCTION", token, token)
    if token.type != "NAME" or following != "(":
        return token
    if len(token) > 2 and token.isalpha() and token.isascii() and token.islower():
        near = difflib.get_close_matches(token, FUNCTIONS, n=1)
        hint = (
            f"did you mean {near[0]}?"
            if near
            else f"the functions are {', '.join(sorted(FUNCTIONS))}; a product needs '*'"
        )
        raise Misread(token.start_pos or 0, f"there is no function {token!s}", hint)
    return token


def _as_kronecker(token: Token, before: Token | None) -> Token:
    """Return `\\kron` as the function that it is where no factor stands before it."""
    if token == "\\kron" and (before is None or before.type not in _ENDS):
        return Token.new_borrow_pos("FUNCTION", token, token)
    return token


def _refuse_two_readings(level: _Level, before: Token, own: Token) -> None:
    """Refuse `1/2m`, which people write for 1/(2m) and for m/2."""
    if level.operator != "OVER":
        return
    if before.type == "NUMBER" and not (own.type == "NAME" and (own[0].islower() or own[0] == "\\")):
        return
    raise Misread(
        own.start_pos or 0,
        "a product after '/' can be read in two ways",
        "write '*', or brackets around the denominator",
    )


def _open_or_close(token: Token, levels: list[_Level]) -> None:
    if token.type in _OPENING:
        levels.append(_Level(token))
    elif token.type in _CLOSING:
        bracket = levels[-1].bracket
        place = token.start_pos or 0
        if bracket is None:
            raise Misread(place, f"{str(token)!r} closes nothing", "delete it or write the opening sign")
        if _OPENING[bracket.type] != token.type or (token in _PARTNER and not bracket.endswith(_PARTNER[token])):
            raise Misread(
                place, f"{str(token)!r} does not close the {str(bracket)!r} at position {(bracket.start_pos or 0) + 1}"
            )
        levels.pop()
