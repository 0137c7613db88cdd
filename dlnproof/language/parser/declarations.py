"""What a user says about the names of a formula: shapes, vectors, scalars, the variance of noise, symbols made elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlnproof.errors import bad
from dlnproof.language.parser.names import text_name


@dataclass(frozen=True, slots=True)
class Declarations:
    """Names whose meaning is given; the meaning of all others is inferred.

    `shapes` maps a name to the texts of its two sizes, `vectors` and `scalars` are names, `noise` maps a noise vector to the
    name of its variance, `symbols` maps names to SymPy symbols (matrix or scalar) that are to be used for them.
    """

    shapes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    vectors: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()
    noise: Mapping[str, str] = field(default_factory=dict)
    symbols: Mapping[str, Any] = field(default_factory=dict)

    def is_matrix(self, name: str) -> bool:
        """Return whether the name is declared to be a matrix or a vector."""
        symbol = self.symbols.get(name)
        return (
            name in self.shapes
            or name in self.vectors
            or (symbol is not None and bool(getattr(symbol, "is_Matrix", False)))
        )

    def is_scalar(self, name: str) -> bool:
        """Return whether the name is declared to be a scalar."""
        return name in self.scalars or (name in self.symbols and not self.is_matrix(name))


NOTHING = Declarations()


def declare_symbols(symbols: Iterable[Any]) -> Declarations:
    """Return the declarations under which formulas speak of these SymPy symbols; `W_1` may also be written W1."""
    named = {str(symbol.name): symbol for symbol in symbols}
    return Declarations(symbols={text_name(name): symbol for name, symbol in named.items()} | named)


def declare(
    shapes: Iterable[str] = (), vectors: Iterable[str] = (), scalars: Iterable[str] = (), noise: Iterable[str] = ()
) -> Declarations:
    """Return the declarations of the command line: `W1=n1,n0`, `u,x`, `c`, `epsilon=sigma2`.

    Raises InputError for one that cannot be read or that contradicts another.
    """
    sizes: dict[str, tuple[str, str]] = {}
    for item in shapes:
        name, equals, given = item.partition("=")
        parts = (
            [part.strip() for part in given.replace("x", ",").split(",")]
            if "," not in given
            else [p.strip() for p in given.split(",")]
        )
        if not equals or not name.strip() or len(parts) not in (1, 2) or not all(map(_is_size, parts)):
            raise bad("--shape", item, "a shape is a name and two sizes", "write --shape W1=n1,n0")
        rows, columns = parts if len(parts) == 2 else (parts[0], "1")
        sizes[text_name(name.strip())] = (_size(rows), _size(columns))
    columns_ = frozenset(text_name(name) for item in vectors for name in _names("--vector", item))
    numbers = frozenset(text_name(name) for item in scalars for name in _names("--scalar", item))
    variances: dict[str, str] = {}
    for item in noise:
        name, equals, variance = (part.strip() for part in item.partition("="))
        if not equals or not name.isidentifier() or not variance.isidentifier():
            raise bad("--noise", item, "noise is a vector and the name of its variance", "write --noise epsilon=sigma2")
        variances[text_name(name)] = text_name(variance)
    for name in numbers & (columns_ | set(sizes) | set(variances)):
        raise bad("--scalar", name, "the same name is declared a matrix or a vector", "declare it once")
    return Declarations(sizes, columns_, numbers, variances)


def _names(option: str, item: str) -> list[str]:
    names = [name.strip() for name in item.split(",")]
    if not all(name.isidentifier() for name in names):
        raise bad(option, item, "names are separated by commas", f"write {option} u,x")
    return names


def _is_size(text: str) -> bool:
    return text.isidentifier() or (text.isdigit() and int(text) > 0)


def _size(text: str) -> str:
    return text if text.isdigit() else text_name(text)
