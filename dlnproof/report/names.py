r"""The names of symbols in the field's style: `W1` is $W_{1}$, `gamma1` is $\gamma_{1}$, `Xd` is $X_{\mathrm{d}}$."""

from __future__ import annotations

import re

_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
)
GREEK: dict[str, str] = {name: "\\" + name for name in _GREEK} | {"lamda": r"\lambda", "ell": r"\ell"}
GREEK_LETTERS: dict[str, str] = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "ϵ": r"\epsilon", "ζ": r"\zeta",
    "η": r"\eta", "θ": r"\theta", "ι": r"\iota", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi",
    "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "υ": r"\upsilon", "φ": r"\varphi", "ϕ": r"\phi",
    "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda",
    "Ξ": r"\Xi", "Π": r"\Pi", "Σ": r"\Sigma", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega",
}  # fmt: skip
MODIFIERS = ("widehat", "hat", "tilde", "bar", "dot")
SUPERSCRIPTS = {"star": r"\ast", "prime": r"\prime"}
_WORD = re.compile(r"([^\W\d_]+)(\d*)\Z")


def symbol_latex(name: str) -> str:
    r"""Return the LaTeX of a symbol's name.

    Digits and what follows an underscore become subscripts, a capital followed by a few small letters gets them as an
    upright subscript, Greek names become letters, `hat`, `tilde`, `bar` accents, `star` and `prime` superscripts; any
    other word is set upright. The result never contains an unescaped character of the name.
    """
    head, *rest = [part for part in name.split("_") if part] or ["?"]
    subscripts: list[str] = []
    superscript = ""
    accents: list[str] = []
    match = _WORD.match(head)
    if match is None:
        base = r"\mathrm{" + _safe(head) + "}"
    else:
        base, marks, superscript = _letters(match[1])
        accents += [mark for mark in marks if mark in MODIFIERS]
        subscripts += [mark for mark in marks if mark not in MODIFIERS]
        if match[2]:
            subscripts.append(match[2])
    for part in rest:
        if part in MODIFIERS:
            accents.append(part)
        elif part in SUPERSCRIPTS:
            superscript += SUPERSCRIPTS[part]
        else:
            subscripts.append(_index(part))
    for accent in accents:
        base = f"\\{accent}{{{base}}}"
    if subscripts:
        base += "_{" + (",".join(subscripts)) + "}"
    return base + (f"^{{{superscript}}}" if superscript else "")


def _letters(word: str) -> tuple[str, list[str], str]:
    """Return the base letter, its marks (accents or upright subscripts) and its superscript."""
    if word in GREEK:
        return GREEK[word], [], ""
    if word in GREEK_LETTERS:
        return GREEK_LETTERS[word], [], ""
    if len(word) == 1 and word.isascii():
        return word, [], ""
    for suffix, sign in SUPERSCRIPTS.items():
        stem = word.removesuffix(suffix)
        if stem != word and (len(stem) == 1 or stem in GREEK):
            base, marks, superscript = _letters(stem)
            return base, marks, superscript + sign
    for suffix in MODIFIERS:
        stem = word.removesuffix(suffix)
        if stem != word and (len(stem) == 1 or stem in GREEK):
            base, marks, superscript = _letters(stem)
            return base, [*marks, suffix], superscript
    if word.isascii() and word[0].isupper() and len(word) <= 4 and word[1:].islower():
        return word[0], [r"\mathrm{" + word[1:] + "}"], ""
    return r"\mathrm{" + _safe(word) + "}", [], ""


def _index(part: str) -> str:
    """Return a subscript: a letter, number or Greek name as it is, a longer word upright."""
    match = _WORD.match(part)
    if part.isdigit() or (len(part) == 1 and part.isascii() and part.isalnum()):
        return part
    if match and match[1] in GREEK:
        return f"{GREEK[match[1]]} {match[2]}".strip()
    if len(part) <= 2 and part.isascii() and part.isalnum() and part.islower():
        return part  # xx, xy, ij: several indices
    return r"\mathrm{" + _safe(part) + "}"


def _safe(text: str) -> str:
    shown = []
    for character in text:
        if character in GREEK_LETTERS:
            shown.append(GREEK_LETTERS[character] + " ")
        elif character.isascii() and (character.isalnum() or character in "+-*/().,:;!?'[]="):
            shown.append(character)
        elif character in "{}$&#%":
            shown.append("\\" + character)
        elif character == " ":
            shown.append("\\ ")
        else:
            shown.append("?")
    return "".join(shown).strip()
