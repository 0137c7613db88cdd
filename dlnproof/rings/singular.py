"""The computer algebra system Singular, where it is installed: one question, one separate process, one answer read back."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from dlnproof.errors import DisagreementError

Terms = Mapping[tuple[int, ...], int]
_TERM = re.compile(r"([+-]?\d+):(\d+)")


def is_installed() -> bool:
    """Return whether the program is on the path."""
    return shutil.which("Singular") is not None


def eliminant(system: Sequence[Terms], names: Sequence[str], seconds: float) -> list[int] | None:
    """Return the coefficients (constant first) of the generator of the ideal of `system` in Q[last name], primitive.

    None where the program is not installed or needs longer than `seconds`.
    """
    others = "*".join(names[:-1])
    question = f"""ideal E = eliminate(I, {others});
        if (size(E) != 1) {{ "none"; }} else {{
        poly p = cleardenom(E[1]); int k; string s = "";
        for (k = 0; k <= deg(p); k = k + 1) {{
          s = s + string(coeffs(p, {names[-1]})[k + 1, 1]) + ":" + string(k) + " "; }}
        "answer " + s; }}"""
    text = _ask(0, names, system, question, seconds)
    if text is None:
        return None
    terms = {int(power): int(value) for value, power in _TERM.findall(text)}
    if not terms:
        raise DisagreementError("Singular found no polynomial in the last variable alone")
    return [terms.get(k, 0) for k in range(max(terms) + 1)]


def quotient_dimension(system: Sequence[Terms], names: Sequence[str], modulus: int, seconds: float) -> int | None:
    """Return the dimension of the quotient ring modulo a prime, -1 if infinite; None without Singular or beyond `seconds`."""
    text = _ask(modulus, names, system, '"answer " + string(vdim(std(I)));', seconds)
    return None if text is None else int(text)


def _ask(
    characteristic: int, names: Sequence[str], system: Sequence[Terms], question: str, seconds: float
) -> str | None:
    program = shutil.which("Singular")
    if program is None:
        return None
    polynomials = ",\n".join(_write(terms, names) for terms in system)
    script = f"ring r = {characteristic},({','.join(names)}),dp;\noption(redSB);\nideal I = {polynomials};\n{question}\nquit;\n"
    try:
        done = subprocess.run(
            [program, "-q"], input=script, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    answers = re.findall(r"^answer (.*)$", done.stdout, re.MULTILINE)
    if not answers:
        raise DisagreementError(f"Singular gave no answer: {done.stdout[-300:]}{done.stderr[-300:]}")
    return str(answers[-1])


def _write(terms: Terms, names: Sequence[str]) -> str:
    """Return a polynomial in Singular's notation."""
    written = []
    for exponents, value in terms.items():
        factors = [f"{name}^{power}" for name, power in zip(names, exponents, strict=True) if power]
        written.append("*".join([f"({value})", *factors]))
    return "+".join(written) or "0"
