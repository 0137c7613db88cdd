"""The names of a claim: which letter, scalar or size each one is, so that one name never means two things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy

from dlnproof.algebra.diagram import Letter, Size
from dlnproof.errors import InputError, bad
from dlnproof.language.chain import is_width


@dataclass(slots=True)
class Vocabulary:
    """What every name of a claim stands for, filled while its formulas are read.

    `letters` maps a name to its matrix symbol, `scalars` a generator to its SymPy symbol (a size counts as a scalar), `sizes`
    the text of a size to its SymPy expression. `symmetric`, `orthogonal`, `antisymmetric` and `diagonal` hold the names of
    matrices with these properties, `inverted` of those whose inverse occurs, `bound` of noise vectors that are averaged away.
    """

    symmetric: frozenset[str] = frozenset()
    orthogonal: frozenset[str] = frozenset()
    antisymmetric: frozenset[str] = frozenset()
    diagonal: frozenset[str] = frozenset()
    inverted: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    letters: dict[str, Any] = field(default_factory=dict)
    scalars: dict[str, Any] = field(default_factory=dict)
    sizes: dict[Size, Any] = field(default_factory=dict)
    named_sizes: dict[Any, Size] = field(default_factory=dict)

    def letter(self, symbol: Any) -> Letter:
        """Return the letter of a matrix symbol; two symbols of one name and different shapes are refused."""
        name = symbol.name
        known = self.letters.setdefault(name, symbol)
        if known is not symbol and known.shape != symbol.shape:
            raise bad(
                name,
                " x ".join(map(str, symbol.shape)),
                f"a matrix of this name already has shape {' x '.join(map(str, known.shape))}",
                "give the two matrices different names",
            )
        if name in self.scalars:
            raise bad(name, symbol, "this name is also a scalar of the claim", "rename the matrix or the scalar")
        return Letter(name, name in self.symmetric)

    def inverse_letter(self, symbol: Any) -> Letter:
        """Return the letter of the inverse of a matrix symbol."""
        letter = self.letter(symbol)
        self.inverted.add(letter.name)
        return inverse_of(letter)

    def scalar(self, symbol: Any) -> str:
        """Return the generator of a scalar symbol; two symbols of one name with different assumptions are refused."""
        name = str(symbol.name)
        known = self.scalars.setdefault(name, symbol)
        if known != symbol:
            raise bad(
                name,
                symbol,
                f"two different symbols have this name (assumptions {_told(known)} and {_told(symbol)})",
                "make the symbol once and use it everywhere",
            )
        if name in self.letters:
            raise bad(name, symbol, "this name is also a matrix of the claim", "rename the matrix or the scalar")
        if symbol.is_real is False or (getattr(symbol, "_assumptions_orig", {}).get("complex") and not symbol.is_real):
            raise bad(name, symbol, "scalars are real numbers here", "declare the symbol real=True or positive=True")
        return name

    def size(self, dimension: Any) -> Size:
        """Return the text that names a size: equal text iff equal polynomial."""
        known = self.named_sizes.get(dimension)
        if known is None:
            known = self.named_sizes[dimension] = self._name_size(dimension)
        return known

    def _name_size(self, dimension: Any) -> Size:
        if type(dimension) is sympy.Symbol:  # its text is its name
            name = self.scalar(dimension)
            self.sizes.setdefault(name, dimension)
            return name
        if dimension is None:  # what SymPy calls the length of the diagonal of an n x m matrix
            raise InputError("the diagonal of a matrix that is not square has no length here; is a factor transposed?")
        dimension = sympy.sympify(dimension)  # an int or a SymPy expression, never text
        if not dimension.is_Atom:
            dimension = sympy.expand(dimension)
        if not is_width(dimension):
            for symbol in dimension.free_symbols:
                self.scalar(symbol)
        text = str(dimension)
        self.sizes.setdefault(text, dimension)
        return text


def inverse_of(letter: Letter) -> Letter:
    """Return the letter that stands for the inverse."""
    return Letter(f"{letter.name}^-1", letter.symmetric)


def _told(symbol: Any) -> str:
    given = symbol._assumptions_orig if hasattr(symbol, "_assumptions_orig") else {}
    return ", ".join(f"{key}={value}" for key, value in sorted(given.items())) or "none"
