"""Words of matrices: turned around with the fewest transposes, traces read from their best place, sums with common ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix

from dlnproof.language.printing.recognise import structure
from dlnproof.language.terms import product, scaled, total, transposed


def flipped(matrix: Any, symmetric: frozenset[str]) -> Any:
    """Return the transpose; symmetric letters and diagonal matrices stay as they are."""
    turned = transposed(matrix)
    same = {
        node: node.arg
        for node in sympy.preorder_traversal(turned)
        if isinstance(node, sympy.Transpose)
        and (getattr(node.arg, "name", None) in symmetric or isinstance(node.arg, DiagMatrix))
    }
    inverses = {
        node: node.arg
        for node in sympy.preorder_traversal(turned)
        if isinstance(node, sympy.Transpose)
        and isinstance(node.arg, sympy.Inverse)
        and getattr(node.arg.arg, "name", None) in symmetric
    }
    return turned.xreplace(same | inverses) if same or inverses else turned


def word_of(matrix: Any) -> list[Any]:
    """Return the factors of a product of matrices."""
    return list(matrix.args) if isinstance(matrix, sympy.MatMul) else [matrix]


def transposes(expression: Any) -> int:
    """Return how many transposes are written."""
    return sum(isinstance(node, sympy.Transpose) for node in sympy.preorder_traversal(expression))


def short_trace(matrix: Any, symmetric: frozenset[str]) -> Any:
    """Return tr(matrix) read from the place and in the direction that writes best: as |A|^2, else with few transposes."""
    words: list[list[Any]] = []
    for turned in (matrix, flipped(matrix, symmetric)):
        word = word_of(turned)
        words += [word[turn:] + word[:turn] for turn in range(len(word))]

    def reading(word: Iterable[Any]) -> tuple[bool, int, list[str]]:
        word = list(word)
        square = is_square_word(word, symmetric)
        late = word[len(word) // 2 :] if square else word
        return not square, sum(map(transposes, late)), [structure(item) for item in word]

    return sympy.Trace(product(min(words, key=reading)))


def is_square_word(word: Sequence[Any], symmetric: frozenset[str]) -> bool:
    """Return whether the product is written A^T A."""
    half = len(word) // 2
    return len(word) % 2 == 0 and [flipped(item, symmetric) for item in reversed(word[half:])] == list(word[:half])


def inner_product(vectors: Sequence[Any], size: Any, symmetric: frozenset[str]) -> Any:
    """Return the sum of the entries of the entrywise product of column vectors, as one product u^T diag(v) w."""
    counts: dict[Any, int] = {}
    for vector in vectors:
        counts[vector] = counts.get(vector, 0) + 1
    if all(count % 2 == 0 for count in counts.values()):
        half = hadamard([vector for vector, count in counts.items() for _ in range(count // 2)])
        return sympy.Trace(product([flipped(half, symmetric), half]))
    # letters go into diag(...), long products to the two ends
    ordered = sorted(vectors, key=lambda vector: (-len(word_of(vector)), structure(vector)))
    if len(ordered) == 1:
        ordered.append(sympy.OneMatrix(size, 1))
    first, second, *middle = ordered
    between = [DiagMatrix(hadamard(middle))] if middle else []
    readings = [product([flipped(a, symmetric), *between, b]) for a, b in ((first, second), (second, first))]
    return sympy.Trace(min(readings, key=lambda reading: (transposes(reading), structure(reading))))


def hadamard(factors: Sequence[Any]) -> Any:
    """Return the entrywise product, equal factors as a power."""
    counts: dict[Any, int] = {}
    for factor in factors:
        parts = factor.args if isinstance(factor, sympy.HadamardProduct) else (factor,)
        for part in parts:
            base, exponent = part.args if isinstance(part, sympy.HadamardPower) else (part, 1)
            counts[base] = counts.get(base, 0) + int(exponent)
    powers = [
        sympy.HadamardPower(base, count) if count > 1 else base
        for base, count in sorted(counts.items(), key=lambda pair: structure(pair[0]))
    ]
    return powers[0] if len(powers) == 1 else sympy.HadamardProduct(*powers)


def factored(terms: Sequence[tuple[Any, Any]], shape: tuple[Any, Any]) -> Any:
    """Return the sum of coefficient * matrix with common first and last factors pulled out, where that leaves products."""
    words = [(coefficient, word_of(matrix)) for coefficient, matrix in terms]
    return _factored(words) if words else sympy.ZeroMatrix(*shape)


def _factored(words: list[tuple[Any, list[Any]]]) -> Any:
    if len(words) == 1:
        coefficient, word = words[0]
        return scaled(coefficient, product(word))
    first, last = _common_ends([word for _, word in words])
    if first or last:
        inner = [(coefficient, word[first : len(word) - last]) for coefficient, word in words]
        some = words[0][1]
        return product([*some[:first], _factored(inner), *some[len(some) - last :]])
    group = _largest_group(words)
    if group is None:
        return total(scaled(coefficient, product(word)) for coefficient, word in words)
    inside = [pair for number, pair in enumerate(words) if number in group]
    rest = [pair for number, pair in enumerate(words) if number not in group]
    return total([_factored(inside), _factored(rest)])


def _common_ends(words: list[list[Any]]) -> tuple[int, int]:
    """Return how many first and last factors all words share, so that something is left of each."""
    shortest = min(map(len, words))
    first = 0
    while first < shortest - 1 and len({word[first] for word in words}) == 1:
        first += 1
    last = 0
    while last < shortest - 1 - first and len({word[-1 - last] for word in words}) == 1:
        last += 1
    return first, last


def _largest_group(words: list[tuple[Any, list[Any]]]) -> set[int] | None:
    """Return the places of the most words, but not all, that share an end and are longer than it."""
    groups: dict[tuple[int, Any], set[int]] = {}
    for number, (_, word) in enumerate(words):
        if len(word) > 1:
            groups.setdefault((0, word[0]), set()).add(number)
            groups.setdefault((-1, word[-1]), set()).add(number)
    best = max(groups.values(), key=len, default=set())
    return best if 1 < len(best) < len(words) else None
