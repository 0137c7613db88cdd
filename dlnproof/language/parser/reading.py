"""Text or LaTeX into the tree of a formula, by one LALR grammar with two sets of terminals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args
from lark.exceptions import VisitError

from dlnproof.errors import InputError
from dlnproof.language.parser import syntax
from dlnproof.language.parser.misread import Misread, expected, located
from dlnproof.language.parser.names import ARGUMENTS, LATEX_GREEK, function_name, latex_name, size_name, text_name
from dlnproof.language.parser.syntax import Tree
from dlnproof.language.parser.tokens import Joiner

LENGTH_LIMIT = 20_000
DEPTH_LIMIT = 60


def is_latex(text: str) -> bool:
    """Return whether a formula is LaTeX: it has a backslash, or braces after `_` or `^` and nothing that only text has."""
    if "\\" in text:
        return True
    outside = re.sub(r"\{[^{}]*\}", "", text)
    return re.search(r"[_^]\s*\{", text) is not None and re.search(r"[*@]|[A-Za-z]{2}", outside) is None


def read(text: str) -> Tree | tuple[Tree, Tree]:
    """Return the tree of a formula, or the two trees of an equation.

    Raises InputError with the position and what was expected there.
    """
    if not isinstance(text, str):
        raise InputError(f'formula={text!r}: a formula is text; write it as in "tr(A\'*A)"')
    if not text.strip():
        raise InputError(f'formula={text!r}: there is no formula; write one, as in "1/2*|W2*W1*X - Y|^2"')
    if len(text) > LENGTH_LIMIT:
        raise InputError(f"formula={text[:40] + '...'!r}: longer than {LENGTH_LIMIT} signs; split it into parts")
    trimmed = re.sub(r"(\s|(?<!\\)[.,;])+$", "", text) if is_latex(text) else text.rstrip()
    try:
        _refuse_depth(trimmed)
        if is_latex(text):
            _refuse_words(trimmed)
        return _grammar(is_latex(text)).parse(trimmed)  # type: ignore[return-value]
    except UnexpectedToken as error:
        place = error.token.start_pos if error.token.type != "$END" else len(trimmed)
        found = "the end of the formula" if error.token.type == "$END" else repr(str(error.token))
        wrong = Misread(place or 0, f"{expected(_accepted(error))} is expected, not {found}")
        raise located(text, wrong) from None
    except UnexpectedCharacters as error:
        place = error.pos_in_stream or 0
        word = re.match(r"\\[A-Za-z]+|.", trimmed[place:])
        sign = word[0] if word else ""
        raise located(
            text, Misread(place, f"{sign!r} is not part of the language of formulas", _advice(sign))
        ) from None
    except Misread as error:
        raise located(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, Misread):
            raise located(text, error.orig_exc) from None
        raise


def _accepted(error: UnexpectedToken) -> set[str]:
    """Return the terminals that could have come next."""
    parser: Any = error.interactive_parser
    return set(parser.accepts() if parser is not None else error.expected)


def _advice(sign: str) -> str:
    return {
        "\\sum": "write the terms out, or use dp.Chain for any depth",
        "\\dots": "write the factors out, or use dp.Chain for any depth",
        "\\cdots": "write the factors out, or use dp.Chain for any depth",
        "\\partial": "ask for a derivative with dlnproof grad",
        "\\nabla": "ask for a derivative with dlnproof grad",
        "^": "an exponent is T, -1 or a whole number (the adjoint of a real matrix is A^T)",
        "_": "a subscript is a name or a number after a letter; of the norms, _F and, for vectors, _2 are read",
        ".": "write .* for the entrywise product, and tr(...) or inv(...) without a prefix such as np.",
        "[": "entries of matrices have no sign here; write u'*A*v",
    }.get(sign, "correct the marked place")


def _refuse_words(text: str) -> None:
    """Refuse `lambda` in LaTeX, where it is the product of six letters."""
    for found in re.finditer(r"(?<![A-Za-z\\{])[A-Za-z]{3,}(?![A-Za-z])", text):
        if found[0] in LATEX_GREEK:
            raise Misread(found.start(), f"{found[0]} is a product of letters here", f"write \\{found[0]}")


def _refuse_depth(text: str) -> None:
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth > DEPTH_LIMIT:
            raise Misread(
                place,
                f"more than {DEPTH_LIMIT} brackets inside each other",
                "name an inner part and claim smaller identities",
            )


@lru_cache(maxsize=2)
def _grammar(latex: bool) -> Lark:
    folder = Path(__file__).parent
    rules = (folder / "formula.lark").read_text(encoding="utf-8")
    terminals = (folder / ("latex.lark" if latex else "text.lark")).read_text(encoding="utf-8")
    return Lark(
        rules + terminals,
        parser="lalr",
        lexer="basic",
        postlex=Joiner(),
        transformer=_Trees(latex),
        maybe_placeholders=False,
    )


def _end(token: Token) -> int:
    return token.end_pos or 0


def _start(token: Token) -> int:
    return token.start_pos or 0


@v_args(inline=True)
class _Trees(Transformer[Token, Any]):
    """Builds the nodes while the grammar reads."""

    def __init__(self, latex: bool) -> None:
        super().__init__()
        self._latex = latex
        self._named: Callable[[str], str] = latex_name if latex else text_name

    def start(self, formula: Tree) -> Tree:
        return formula

    def equation(self, left: Tree, _: Token, right: Tree) -> tuple[Tree, Tree]:
        return left, right

    # sums

    def positive(self, _: Token, term: Tree) -> Tree:
        return term

    def negative(self, sign: Token, term: Tree) -> Tree:
        return syntax.Sum(_start(sign), term.end, ((-1, term),))

    def plus(self, left: Tree, _: Token, right: Tree) -> Tree:
        return self._sum(left, 1, right)

    def minus(self, left: Tree, _: Token, right: Tree) -> Tree:
        return self._sum(left, -1, right)

    def _sum(self, left: Tree, sign: int, right: Tree) -> Tree:
        terms = left.terms if isinstance(left, syntax.Sum) else ((1, left),)
        return syntax.Sum(left.start, right.end, (*terms, (sign, right)))

    # products

    def times(self, left: Tree, _: Token, right: Tree) -> Tree:
        return self._product(left, False, right)

    def over(self, left: Tree, _: Token, right: Tree) -> Tree:
        return self._product(left, True, right)

    def _product(self, left: Tree, divided: bool, right: Tree) -> Tree:
        factors = left.factors if isinstance(left, syntax.Product) else ((False, left),)
        return syntax.Product(left.start, right.end, (*factors, (divided, right)))

    def hadamard(self, left: Tree, sign: Token, right: Tree) -> Tree:
        if isinstance(left, syntax.Kronecker):
            raise Misread(
                _start(sign), "two different products without brackets can be read in two ways", "write brackets"
            )
        factors = left.factors if isinstance(left, syntax.Entrywise) else (left,)
        return syntax.Entrywise(left.start, right.end, (*factors, right))

    def kronecker(self, left: Tree, sign: Token, right: Tree) -> Tree:
        if isinstance(left, syntax.Entrywise):
            raise Misread(
                _start(sign), "two different products without brackets can be read in two ways", "write brackets"
            )
        factors = left.factors if isinstance(left, syntax.Kronecker) else (left,)
        return syntax.Kronecker(left.start, right.end, (*factors, right))

    # what follows a matrix

    def transpose(self, inner: Tree, sign: Token) -> Tree:
        if isinstance(inner, syntax.Number):
            raise Misread(_start(sign), "a number is not transposed", "for a vector of ones write ones(n)")
        return syntax.Transposed(inner.start, _end(sign), inner)

    def inverse_transpose(self, inner: Tree, sign: Token) -> Tree:
        inverse = syntax.Power(inner.start, _end(sign), inner, Fraction(-1))
        return syntax.Transposed(inner.start, _end(sign), inverse)

    def power(self, base: Tree, sign: Token) -> Tree:
        if isinstance(base, syntax.Power | syntax.EntryPower):
            raise Misread(_start(sign), "a power of a power can be read in two ways", "write brackets")
        return syntax.Power(base.start, _end(sign), base, _exponent(sign))

    def entry_power(self, base: Tree, sign: Token) -> Tree:
        if isinstance(base, syntax.Power | syntax.EntryPower):
            raise Misread(_start(sign), "a power of a power can be read in two ways", "write brackets")
        digits = re.search(r"\d+", sign)
        assert digits is not None
        return syntax.EntryPower(base.start, _end(sign), base, int(digits[0]))

    # atoms

    def number(self, token: Token) -> Tree:
        return syntax.Number(_start(token), _end(token), _number(token))

    def digit(self, token: Token) -> Tree:
        if len(token) > 1:
            raise Misread(_start(token), "only the first digit belongs to the fraction", "write braces: \\frac{1}{12}")
        return self.number(token)

    def digits_fraction(self, token: Token) -> Tree:
        above, below = re.findall(r"\d", token)
        if below == "0":
            raise Misread(_start(token), "division by zero", "check the denominator")
        return syntax.Number(_start(token), _end(token), Fraction(int(above), int(below)))

    def name(self, token: Token) -> Tree:
        return syntax.Name(_start(token), _end(token), self._named(token))

    def identity(self, token: Token) -> Tree:
        _, _, size = token.partition("_")
        return syntax.IdentityMatrix(_start(token), _end(token), size_name(size, latex=self._latex) if size else None)

    def ones(self, token: Token) -> Tree:
        _, _, size = token.partition("_")
        if not self._latex:
            return syntax.Ones(_start(token), _end(token), size_name(size, latex=False) if size else None, "1")
        rows, times, columns = size.partition("\\times")
        named = [size_name(part.strip(" {}"), latex=True) if part else None for part in (rows, columns)]
        return syntax.Ones(_start(token), _end(token), named[0], named[1] if times else "1")

    def group(self, opening: Token, inner: Tree, closing: Token) -> Tree:
        return syntax.Group(_start(opening), _end(closing), inner)

    def norm(self, opening: Token, inner: Tree, closing: Token, kind: Token | None = None) -> Tree:
        end = _end(kind) if kind is not None else _end(closing)
        return syntax.Norm(_start(opening), end, inner, _kind(kind))

    def inner(self, opening: Token, left: Tree, _: Token, right: Tree, closing: Token) -> Tree:
        return syntax.Inner(_start(opening), _end(closing), left, right)

    def fraction(self, sign: Token, above: Tree, below: Tree) -> Tree:
        return syntax.Group(
            _start(sign), below.end, syntax.Product(_start(sign), below.end, ((False, above), (True, below)))
        )

    def expectation(self, sign: Token, inner: Tree, closing: Token) -> Tree:
        below = re.search(r"_\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[A-Za-zα-ω]+\d*)", sign)
        if below is None:
            raise Misread(_start(sign), "the noise of this expectation has no name", "write E_epsilon[...]")
        names = tuple(self._named(part.strip()) for part in _without_braces(below[1]).split(",") if part.strip())
        return syntax.Expected(_start(sign), _end(closing), names, inner)

    def call(self, name: Token, _: Token, *rest: Any) -> Tree:
        function = function_name(name)
        kind = rest[-1] if rest[-1].type == "NORM_KIND" else None
        if kind is not None and function != "norm":
            raise Misread(_start(kind), "only a norm has this subscript", "delete it")
        closing = rest[-1] if kind is None else rest[-2]
        arguments = tuple(item for item in rest[:-1] if not isinstance(item, Token))
        fewest, most = ARGUMENTS.get(function, (1, 1))
        if not fewest <= len(arguments) <= most:
            wanted = "1 argument" if most == 1 else f"{fewest} to {most} arguments"
            raise Misread(_start(name), f"{function} takes {wanted}, not {len(arguments)}", "check the commas")
        if function in ("ones", "eye"):
            sizes = [_size(argument) for argument in arguments]
            if function == "eye":
                return syntax.IdentityMatrix(_start(name), _end(closing), sizes[0])
            return syntax.Ones(_start(name), _end(closing), sizes[0], sizes[1] if len(sizes) > 1 else "1")
        if function == "norm":
            return syntax.Norm(_start(name), _end(rest[-1]), arguments[0], _kind(kind))
        if function == "transpose":
            return syntax.Transposed(_start(name), _end(closing), arguments[0])
        if function == "inner":
            return syntax.Inner(_start(name), _end(closing), *arguments)
        if function == "hadamard":
            entrywise = syntax.Entrywise(_start(name), _end(closing), tuple(map(_grouped, arguments)))
            return syntax.Group(_start(name), _end(closing), entrywise)
        return syntax.Call(_start(name), _end(closing), function, arguments)


def _size(tree: Tree) -> str:
    if isinstance(tree, syntax.Name):
        return tree.name
    if isinstance(tree, syntax.Product) and not any(divided for divided, _ in tree.factors):
        return "*".join(_size(factor) for _, factor in tree.factors)
    if isinstance(tree, syntax.Number) and tree.value.denominator == 1 and tree.value > 0:
        return str(tree.value.numerator)
    raise Misread(tree.start, "a size is a name or a positive whole number", "write ones(n) or ones(3)")


def _kind(token: Token | None) -> str:
    """Return "2" for the norm that is the Frobenius norm of vectors only."""
    return "2" if token is not None and ("2" in token or "₂" in token) else ""


def _grouped(tree: Tree) -> Tree:
    return syntax.Group(tree.start, tree.end, tree)


def _number(text: str) -> Fraction:
    if text.isascii():
        return Fraction(text)
    above, below = unicodedata.normalize("NFKC", text).split("\N{FRACTION SLASH}")
    return Fraction(int(above), int(below))


def _without_braces(text: str) -> str:
    return text[1:-1] if text.startswith("{") else text


def _exponent(sign: Token) -> Fraction:
    if not sign.isascii():
        return Fraction(unicodedata.normalize("NFKC", sign).replace("\N{MINUS SIGN}", "-"))
    text = re.sub(r"\s", "", sign.lstrip("^*"))
    digits = re.findall(r"\d+", text)
    if len(digits) == 1 and "frac" in text:
        digits = list(digits[0])
    below = int(digits[1]) if len(digits) > 1 else 1
    if not below:
        raise Misread(_start(sign), "division by zero", "check the exponent")
    value = Fraction(int(digits[0]), below)
    return -value if "-" in text else value
