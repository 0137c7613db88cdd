r"""What people leave without brackets, bracketed: `tr A B`, `\sqrt 2`, `\mathbb E_\epsilon \|W x\|^2`; and `\|A\|^2_F` turned.

Only where one reading is left: a trace runs to the next sign of a sum, a root takes one letter or number, an expectation the
norm that follows. Whatever else stands there is refused, with the advice to write the brackets.
"""

from __future__ import annotations

from lark import Token

from dlnproof.language.parser.misread import Misread
from dlnproof.language.parser.names import KEYWORDS, RESERVED, is_trace

_ALONE = frozenset(["NAME", "IDENTITY", "TRANSPOSE", "INVERSE_TRANSPOSE", "POWER"])
_AFTER = frozenset(["PLUS", "MINUS", "EQUALS", "COMMA", "CLOSE", "ANGLE_CLOSE"])
_OPERAND_ENDS = frozenset(["NUMBER", "NAME", "IDENTITY", "ONES", "CLOSE", "TRANSPOSE", "POWER", "INVERSE_TRANSPOSE"])


def bracketed(tokens: list[Token]) -> list[Token]:
    """Return the tokens with the brackets that were left out."""
    tokens = _norms_turned(tokens)
    result: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        opens = following is not None and following.type == "OPEN"
        _refuse_word(token, following)
        if token.type == "ROOT" or (token.type == "FUNCTION" and token.endswith("sqrt") and not opens):
            root = Token("FUNCTION", "sqrt", token.start_pos, end_pos=token.end_pos)
            if opens:
                result.append(root)
            else:
                result += [root, *_around([_under_root(token, following)])]
                place += 1
        elif is_trace(token) and not opens:
            stop = _end_of_product(tokens, place + 1)
            if stop == place + 1:
                raise Misread(token.start_pos or 0, f"{token!s} is a function", f"write {token!s}(...)")
            result += [Token.new_borrow_pos("FUNCTION", token, token), *_around(tokens[place + 1 : stop])]
            place = stop - 1
        elif token.type == "EXPECTATION" and token.rstrip()[-1] not in "([{":
            stop = _end_of_norm(token, tokens, place + 1)
            result += [Token.new_borrow_pos("EXPECTATION", f"{token}(", token), *_around(tokens[place + 1 : stop])[1:]]
            place = stop - 1
        else:
            result.append(token)
        place += 1
    return result


def _norms_turned(tokens: list[Token]) -> list[Token]:
    r"""Return the tokens with `|A|^2_F` as `|A|_F^2`, `W^\top_1` as `W_1^\top`, and without the F of `<A, B>_F`."""
    result: list[Token] = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1].type if place else ""
        if token.type == "NORM_KIND" and before == "ANGLE_CLOSE" and "2" not in token:
            continue
        is_subscript = token.type in ("SUBSCRIPT", "NORM_KIND")
        if is_subscript and before == "TRANSPOSE" and place > 1 and tokens[place - 2].type == "NAME":
            result[-2] = Token.new_borrow_pos("NAME", f"{tokens[place - 2]}{token}", tokens[place - 2])
        elif token.type == "SUBSCRIPT":
            rule = f"{token!s} belongs to no letter"
            raise Misread(token.start_pos or 0, rule, "of the norms, _F and, for vectors, _2 are read")
        elif token.type == "NORM_KIND" and before == "POWER" and place > 1 and tokens[place - 2].type.startswith("BAR"):
            result.insert(-1, token)
        else:
            result.append(token)
    return result


def _refuse_word(token: Token, following: Token | None) -> None:
    if token.type == "NAME" and token in KEYWORDS:
        raise Misread(token.start_pos or 0, f"{token!s} is a word of Python", "a formula has names and signs only")
    if following is None or following.start_pos != token.end_pos:
        return
    if token.type == "NUMBER" and following.type == "NAME" and following[0] in "eE" and following[1:].isdigit():
        rule = f"{token}{following} can be read as a number or as a product"
        raise Misread(token.start_pos or 0, rule, "write the number with all its digits, or '*'")
    if following.type == "NUMBER" and following[0] == "." and token.type in _OPERAND_ENDS:
        raise Misread(
            following.start_pos or 0, f"{following!s} directly after another sign", "write '*', or a fraction"
        )


def _around(tokens: list[Token]) -> list[Token]:
    start, end = tokens[0].start_pos or 0, tokens[-1].end_pos or 0
    return [Token("OPEN", "(", start, end_pos=start), *tokens, Token("CLOSE", ")", end, end_pos=end)]


def _under_root(root: Token, token: Token | None) -> Token:
    if token is None or token.type not in ("NUMBER", "NAME") or token in RESERVED:
        raise Misread(root.end_pos or 0, "a root is of a number, a letter or a bracket", "write brackets")
    if root.startswith("\\") and token.type == "NUMBER" and len(token) > 1:
        raise Misread(token.start_pos or 0, "only the first digit belongs to the root", "write braces: \\sqrt{12}")
    return token


def _end_of_product(tokens: list[Token], start: int) -> int:
    """Return where the letters end that a trace without brackets is of, or `start` where that can be read in two ways."""
    stop = start
    while stop < len(tokens) and tokens[stop].type in _ALONE and tokens[stop] not in RESERVED:
        stop += 1
    return stop if stop == len(tokens) or tokens[stop].type in _AFTER else start


def _end_of_norm(sign: Token, tokens: list[Token], start: int) -> int:
    """Return where the power of a norm ends that an expectation is of."""
    depth, stop = 0, start + 1
    while stop < len(tokens):
        token = tokens[stop]
        depth += (token.type == "OPEN") - (token.type == "CLOSE")
        closes = token.type == "BAR_CLOSE" or (token.type == "BAR" and tokens[stop - 1].type in _OPERAND_ENDS)
        if closes and not depth:
            break
        stop += 1
    stop += 1
    while stop < len(tokens) and tokens[stop].type in ("NORM_KIND", "POWER"):
        stop += 1
    if stop > len(tokens) or (stop < len(tokens) and tokens[stop].type not in _AFTER):
        raise Misread(sign.start_pos or 0, "what this expectation is of can be read in two ways", "write E_x[...]")
    return stop
