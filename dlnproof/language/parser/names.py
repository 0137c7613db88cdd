"""How names are told apart: what a letter with its subscript is called, and which words are functions."""

from __future__ import annotations

import re
import unicodedata

FUNCTIONS = {
    "tr": "tr",
    "Tr": "tr",
    "trace": "tr",
    "Trace": "tr",
    "inv": "inv",
    "inverse": "inv",
    "transpose": "transpose",
    "diag": "diag",
    "Diag": "diag",
    "diagonal": "diagonal",
    "kron": "kron",
    "kronecker": "kron",
    "hadamard": "hadamard",
    "inner": "inner",
    "sqrt": "sqrt",
    "norm": "norm",
    "ones": "ones",
    "eye": "eye",
    "vec": "vec",
    "Vec": "vec",
}
# words that stand for a function, also for one that the language lacks: never a name
RESERVED = frozenset({*FUNCTIONS, "det", "exp", "log", "max", "min", "rank", "sum", "cos", "sin"})
KEYWORDS = frozenset(["and", "def", "else", "for", "from", "if", "import", "in", "is", "not", "or", "return", "while"])
ARGUMENTS = {"kron": (2, 9), "hadamard": (2, 9), "inner": (2, 2), "ones": (1, 2)}
_ACCENTS = {"hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar", "overline": "bar"}
_VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varrho": "rho", "varphi": "phi", "ell": "l", "*": "star"}
_ACCENTED = re.compile(
    r"\\(mathbf|boldsymbol|bm|mathrm|mathcal|mathit|mathsf|pmb|vec|hat|widehat|tilde|widetilde|bar|overline)(?![A-Za-z])\s*"
    r"(?:\{\s*(\\?[A-Za-z]+)((?:\s*_\s*(?:\{\s*[A-Za-z0-9]+\s*\}|[A-Za-z0-9]))?)\s*\}|([A-Za-z]))"
)
_PARTS = re.compile(r"_\s*(?:\{\s*(.*?)\s*\}|(\\[A-Za-z]+|[A-Za-z0-9*]))|\^\s*\{?\s*\(\s*([A-Za-z0-9]+)\s*\)\s*\}?")
_WORDED = re.compile(r"\\(?:text|mathrm|mathit|mathsf|rm)(?![A-Za-z])\s*(?:\{\s*([A-Za-z0-9]+)\s*\}?|([A-Za-z0-9]+))")


def text_name(written: str) -> str:
    """Return the name that a word of plain text means: `W_1`, `W1` and `W₁` are one name, `λ` is `lambda`."""
    plain = unicodedata.normalize("NFKC", written).replace("{", "").replace("}", "")
    spelled = "".join(_spelled(sign) for sign in plain)
    return re.sub(r"_(?=\d)", "", spelled)


def _spelled(sign: str) -> str:
    if sign.isascii():
        return sign
    name = unicodedata.name(sign, "").split()
    if name[:1] != ["GREEK"] or "LETTER" not in name:
        return sign
    word = {"LAMDA": "lambda"}.get(name[-1], name[-1].lower())
    return word.capitalize() if "CAPITAL" in name else word


def latex_name(written: str) -> str:
    r"""Return the name that a LaTeX letter means: `W_1` is W1, `W^{(1)}` is W_1, `\lambda` is lambda, `\hat W` is W_hat."""
    written = _WORDED.sub(lambda word: "{" + (word[1] or word[2]) + "}", written) if "_" in written else written
    written = written.replace("{{", "{").replace("}}", "}")
    accent = _ACCENTED.match(written)
    if accent:
        letter, rest = (accent[2] or accent[4]), (accent[3] or "") + written[accent.end() :]
    else:
        head = re.match(r"\\[A-Za-z]+|[A-Za-z]", written)
        assert head is not None
        letter, rest = head[0], written[head.end() :]
    name = _word(letter)
    if accent and accent[1] in _ACCENTS:
        name += f"_{_ACCENTS[accent[1]]}"
    for braced, short, upper in _PARTS.findall(rest):
        if upper:
            name += f"_{upper}"
        else:
            below = _word(braced or short)
            name += below if below.isdigit() and not name[-1].isdigit() else f"_{below}"
    return name


def _word(written: str) -> str:
    plain = written.strip().lstrip("\\")
    return _VARIANTS.get(plain, plain)


def size_name(written: str, *, latex: bool) -> str:
    """Return the name or the digits of a size, as in I_n or I_{d_1}; `n m` in LaTeX is the product n*m."""
    inner = written.strip()
    inner = inner[1:-1].strip() if inner.startswith("{") else inner
    if latex and " " in inner:
        return "*".join(size_name(part, latex=True) for part in inner.split())
    return inner if inner.isdigit() else (latex_name(inner) if latex else text_name(inner))


def function_name(written: str) -> str:
    """Return the function that a word or a LaTeX operator name means."""
    found = re.search(r"([A-Za-z]+)\s*\}?$", written)
    assert found is not None
    return FUNCTIONS[found[1]]


def is_trace(word: str) -> bool:
    """Return whether a word or a LaTeX operator name is that of the trace."""
    return bool(re.fullmatch(r"(\\[A-Za-z]+\*?\s*\{\s*|\\)?([Tt]r|[Tt]race)(\s*\})?", word))


def is_single_letter(name: str) -> bool:
    """Return whether a name is one small Latin letter, perhaps with digits or a mark: x, u2, x_hat."""
    return bool(re.fullmatch(r"[a-z](\d+)?(_[A-Za-z0-9]+)?", name))


def is_capital(name: str) -> bool:
    """Return whether a name starts with a capital letter: by convention a matrix."""
    return name[0].isupper()


def is_joined(name: str) -> bool:
    """Return whether a name looks like a product whose sign is missing: AB, Ax, xAx."""
    return bool(re.fullmatch(r"[A-Za-z]{2,3}", name)) and any(map(str.isupper, name)) and name not in LATEX_GREEK


def is_noise(name: str) -> bool:
    """Return whether a name is one that people give to noise: a Greek letter, e or eps."""
    found = re.match(r"[A-Za-z]+", name)
    return found is not None and (found[0] in LATEX_GREEK or found[0] in ("e", "eps"))


LATEX_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
