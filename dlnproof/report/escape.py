"""Text that a user typed, made safe for LaTeX: everything is escaped except mathematics between dollar signs.

The output is ASCII only, so it does not depend on the input encoding of the document that takes it in. `Latex` marks
text that is LaTeX already; the templates escape every value that is not marked (see `latex.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dlnproof.report.names import GREEK_LETTERS


class Latex(str):
    """LaTeX source that this package made: the templates print it as it is."""

    __slots__ = ()


SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
PUNCTUATION = {
    "\u2013": "--", "\u2014": "---", "\u2018": "`", "\u2019": "'", "\u201c": "``", "\u201d": "''",
    "\u2026": r"\ldots{}", "\u00a0": "~", "\u2010": "-", "\u2011": "-", "\u00df": r"\ss{}", "\u00e6": r"\ae{}",
    "\u00c6": r"\AE{}", "\u0153": r"\oe{}", "\u0152": r"\OE{}", "\u00f8": r"\o{}", "\u00d8": r"\O{}", "\u0142": r"\l{}",
    "\u0141": r"\L{}", "\u0131": r"\i{}", "\u00a7": r"\S{}", "\u00a9": r"\copyright{}", "\u200b": "",
}  # fmt: skip
MATHEMATICS = {
    "\u2264": r"\leq", "\u2265": r"\geq", "\u2260": r"\neq", "\u00d7": r"\times", "\u00b7": r"\cdot", "\u2208": r"\in",
    "\u211d": r"\mathbb{R}", "\u2115": r"\mathbb{N}", "\u2192": r"\to", "\u221e": r"\infty", "\u2016": r"\|",
    "\u00b1": r"\pm", "\u2212": "-", "\u221a": r"\surd", "\u2211": r"\sum", "\u2200": r"\forall", "\u2203": r"\exists",
    "\u2297": r"\otimes", "\u2299": r"\odot", "\u2248": r"\approx", "\u2202": r"\partial", "\u2207": r"\nabla",
    "\u22a4": r"\top", "\u00b2": "^{2}", "\u00b3": "^{3}", "\u21d2": r"\Rightarrow",
} | {letter: command for letter, command in GREEK_LETTERS.items() if not letter.isascii()}  # fmt: skip
ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0331": "b",
}  # fmt: skip
BELOW = frozenset("\u0323\u0327\u0331")  # accents that leave the dot of an i
ENVIRONMENTS = frozenset(
    ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "cases", "aligned", "gathered")
)
# these could end the formula, the file or the run, or change the document around it
FORBIDDEN = frozenset(
    (
        *("input", "include", "openin", "openout", "read", "write", "immediate", "special", "catcode", "dump", "bye"),
        *("def", "edef", "gdef", "xdef", "let", "futurelet", "global", "csname", "endcsname", "expandafter", "relax"),
        *("newcommand", "renewcommand", "providecommand", "newenvironment", "renewenvironment", "usepackage", "loop"),
        *("verb", "end", "par", "hbox", "vbox", "label", "tag", "ref", "eqref", "cite", "shipout", "read", "output"),
    )
)
_MATH = re.compile(r"\\\$|\$\$(.+?)\$\$|\$((?:\\.|[^$\\])+)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([A-Za-z]*)\*?\}")


def escape_text(text: str) -> Latex:
    """Return prose as LaTeX: escaped, accents and typographic signs spelled out, well-formed `$...$` kept."""
    text = " ".join(text.split())
    out: list[str] = []
    place = 0
    for match in _MATH.finditer(text):
        out.append(_prose(text[place : match.start()]))
        place = match.end()
        body = next((group for group in match.groups() if group is not None), None)
        if body is None:
            out.append(r"\$")
        elif is_safe_math(body):
            out.append(f"${_math(body)}$")
        else:
            out.append(escape_code(match.group()))
    out.append(_prose(text[place:]))
    return Latex("".join(out))


def escape_code(text: str) -> Latex:
    r"""Return source text (labels, file names, asserts) in typewriter type that may break after a separator."""
    parts = []
    for character in " ".join(unicodedata.normalize("NFC", text).split()):
        # by number: the typewriter fonts have all ASCII signs, in the old and the new encodings
        shown = rf"\char{ord(character)}{{}}" if character in SPECIAL or character in "`'\"" else _character(character)
        parts.append(shown + (r"\allowbreak{}" if character in "-_./,=(:" else ""))
    return Latex(r"\texttt{" + "".join(parts) + "}")


def is_safe_math(body: str) -> bool:
    r"""Return whether a formula typed by a user can stand between dollar signs without harm to the rest of the page.

    Braces, `\left ... \right` and environments must balance; commands that define, read, write or end are refused.
    """
    plain = re.sub(r"\\[^A-Za-z]", "", body)  # drops \{ \} \$ \% \\
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    dangling = body.endswith("\\") or plain.rstrip()[-1:] in ("^", "_", "")
    if depth or dangling or "$" in plain or "^^" in plain:
        return False
    opened: list[str] = []
    for kind, name in _ENVIRONMENT.findall(body):
        if kind == "begin":
            if name not in ENVIRONMENTS:
                return False
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    without = _ENVIRONMENT.sub("", body)
    if opened or FORBIDDEN & set(_COMMAND.findall(without)) or r"\begin" in without:
        return False
    if "&" in plain and without == body:
        return False
    return len(re.findall(r"\\left(?![A-Za-z])", body)) == len(re.findall(r"\\right(?![A-Za-z])", body))


def math_commands(texts: Iterable[str]) -> list[str]:
    r"""Return, sorted, the commands used in the formulas inside `texts`.

    The appendix offers `\providecommand` for each, so that a private macro of the user prints as an upright name where
    the document does not define it, instead of stopping LaTeX.
    """
    found: set[str] = set()
    for text in texts:
        for match in _MATH.finditer(text):
            body = next((group for group in match.groups() if group is not None), None)
            if body is not None and is_safe_math(body):
                found.update(_COMMAND.findall(body))
    return sorted(name for name in found if not name.startswith("end") and name not in ("begin", "left", "right"))


def _prose(text: str) -> str:
    text = re.sub(r'(^|[\s(\[])"', r"\1" + "\u201c", text).replace('"', "\u201d")
    return "".join(map(_character, unicodedata.normalize("NFC", text)))


def _math(body: str) -> str:
    body = re.sub(r"(?<!\\)([%#])", r"\\\1", body)
    shown = []
    for character in unicodedata.normalize("NFC", body):
        if character.isascii():
            shown.append(character)
        elif character in MATHEMATICS:
            shown.append(MATHEMATICS[character] + " ")
        else:
            shown.append(r"\text{" + _character(character) + "}")
    return "".join(shown)


def _character(character: str) -> str:
    for table in (SPECIAL, PUNCTUATION):
        if character in table:
            return table[character]
    if character in MATHEMATICS:
        return f"${MATHEMATICS[character]}$"
    if character.isascii():
        return character if character.isprintable() else ""
    decomposed = unicodedata.normalize("NFD", character)
    base, marks = decomposed[0], [mark for mark in decomposed[1:] if mark in ACCENTS]
    if base.isascii() and base.isalpha():
        # a mark without a command in the old text fonts (the ogonek) is dropped rather than stopping LaTeX
        dotless = base in "ij" and any(mark not in BELOW for mark in marks)
        shown = f"\\{base}" if dotless else base
        for mark in marks:
            shown = f"\\{ACCENTS[mark]}{{{shown}}}"
        return shown
    return f"[U+{ord(character):04X}]"
