"""Powers with an exponent that is an integer symbol, not negative: a^(2 e + 1), A^e, (I - eta A)^(e + 1).

The power of a matrix with exponent e + c is an opaque letter A^(e + least) times the powers of A that are left, least being the
least constant beside e in the claim (at most 0); the letters of one base commute with the base and with each other. For a
scalar a^e is a generator. Numbers, a and a^e are algebraically independent as functions of a and e.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import sympy
from flint import fmpq, fmpz

from dlnproof.algebra.diagram import Letter, Size, Wiring
from dlnproof.algebra.polynomial import Polynomial, constant, scalar, single
from dlnproof.algebra.relations import key_of
from dlnproof.algebra.rules import Cancellation, cancelled
from dlnproof.algebra.scalars import power_of
from dlnproof.language.index_facts import affine
from dlnproof.language.refusals import unsupported
from dlnproof.language.terms import product as product_of

if TYPE_CHECKING:
    from dlnproof.language.from_sympy import Reader


class Power(NamedTuple):
    """A matrix power with a symbolic exponent: its letter, its base, and the expression that it stands for."""

    letter: Letter
    base: Polynomial
    value: Polynomial
    expression: Any
    size: Size

    @property
    def exponent(self) -> Any:
        """The exponent of the letter."""
        return self.expression.exp


Offsets = dict[tuple[Any, Any], int]


def offsets(expressions: Iterable[Any]) -> Offsets:
    """Return for every (matrix base, exponent symbol) the least constant beside the symbol in the expressions, at most 0."""
    least: Offsets = {}
    for expression in expressions:
        for power in sympy.sympify(expression).atoms(sympy.MatPow):
            if power.exp.is_Integer or not power.exp.is_integer:
                continue
            symbols, rest = _split(power.exp)
            for symbol, count in symbols.items():
                key = (_base(power.base), symbol)
                least[key] = min(least.get(key, 0), rest if len(symbols) == 1 and count == 1 else 0)
    return least


def _base(matrix: Any) -> Any:
    """Return what a power is named after: its base without a transpose and without scalar factors."""
    if isinstance(matrix, sympy.Transpose):
        return _base(matrix.arg)
    return _unscaled(matrix)[1]


def _unscaled(matrix: Any) -> tuple[Any, Any]:
    """Return (scalar, rest) of a product such as 2 A B."""
    if not isinstance(matrix, sympy.MatMul):
        return sympy.Integer(1), matrix
    scalar, factors = matrix.as_coeff_matrices()
    return (scalar, product_of(factors)) if scalar != 1 else (scalar, matrix)


def _split(exponent: Any) -> tuple[dict[Any, int], int]:
    """Return (symbol -> multiple, constant) of a linear exponent; other exponents have a key that is no symbol."""
    found, rest = {}, 0
    for term, count in sympy.expand(exponent).as_coefficients_dict().items():
        if term == 1 and count.is_Integer:
            rest = int(count)
        else:
            found[term] = int(count) if count.is_Integer else 0
    return found, rest


def matrix_power(reader: Reader, expression: Any, least: Offsets) -> Polynomial:
    """Return a matrix power whose exponent is linear in positive integer symbols."""
    base, exponent = expression.args
    if isinstance(base, sympy.Transpose):
        return matrix_power(reader, base.arg**exponent, least).transpose()
    front, rest_of_base = _unscaled(base)
    if front != 1:
        power = matrix_power(reader, sympy.MatPow(rest_of_base, exponent), least)
        return power.times_scalar(reader.read(sympy.Pow(front, exponent)))
    symbols, rest = _checked(reader, expression, exponent)
    factors: list[Polynomial] = []
    for symbol, count in sorted(symbols.items(), key=str):
        if count < 0 or (base, symbol) not in least:
            raise unsupported(f"the power {exponent} of a matrix", expression)
        offset = least[base, symbol]
        if offset and not symbol.is_positive:
            raise unsupported(f"the power {exponent} of a matrix, which may be an inverse,", expression)
        factors += [_letter(reader, base, symbol + offset)] * count
        rest -= offset * count
    if rest < 0:
        raise unsupported(f"the power {exponent} of a matrix, which may be an inverse,", expression)
    value = reader.joined(reader.read(base))
    return reduce(Polynomial.matmul, [*factors, *[value] * rest])


def layer_power(reader: Reader, expression: Any) -> Polynomial:
    """Return A**i beside sums over layers: a letter that joins with other powers of A in the algebra of segments."""
    base, exponent = expression.args
    if exponent.is_integer is not True or not isinstance(base, sympy.MatrixSymbol) or base.shape[0] == 1:
        what = (
            f"the power {exponent} of a matrix that is not a symbol (name it: G**{exponent} with Eq(G, {base}) assumed)"
        )
        raise unsupported(what, expression)
    power = reader.segments.power(reader.vocabulary.letter(base), affine(exponent))
    sizes, rows, columns = reader.indices(base.shape)
    return single(Wiring(sizes, [(power, rows + columns)], rows, columns))


def _letter(reader: Reader, base: Any, exponent: Any) -> Polynomial:
    name = f"@power:({base})^({exponent})"
    if name not in reader.powers:
        value = reader.read(base)
        sizes = reader.sizes_of(base.shape[0])
        if len(sizes) != 1:
            raise unsupported("a symbolic power of a 1 x 1 or Kronecker matrix", base**exponent)
        letter = Letter(name, value == value.transpose())
        made = single(Wiring(sizes * 2, [(letter, (0, 1))], (0,), (1,)))
        reader.powers[name] = Power(letter, value, made, base**exponent, sizes[0])
    return reader.powers[name].value


def scalar_power(reader: Reader, expression: Any) -> Polynomial:
    """Return a scalar power whose exponent is linear in positive integer symbols."""
    base, exponent = expression.args
    if isinstance(base, sympy.Mul):
        return reduce(Polynomial.times_scalar, (reader.read(factor**exponent) for factor in base.args))
    symbols, rest = _checked(reader, expression, exponent)
    if (rest < 0 or any(count < 0 for count in symbols.values())) and not base.is_nonzero:
        raise unsupported(f"the exponent {exponent} of {base}, which is not known to be nonzero,", expression)
    value = reader.read(base**rest) if rest else constant(1)
    for symbol, count in symbols.items():
        for name, multiple in _generators(reader, base, symbol):
            value = value.times_scalar(scalar({power_of(name, multiple * count): fmpq(1)}))
    return value


def _generators(reader: Reader, base: Any, symbol: Any) -> list[tuple[str, int]]:
    """Return generators and multiples whose product is base^symbol; rationals go by their primes and sign."""
    if not base.is_Rational:
        name = f"@power:{key_of(reader.read(base))}^{symbol}"
        reader.scalar_powers[name] = base**symbol
        return [(name, 1)]
    found: list[tuple[str, int]] = []
    if base < 0:
        name = f"@power:-1^{symbol}"
        reader.scalar_powers[name] = sympy.Integer(-1) ** symbol
        reader.relations.powers.setdefault(name, (2, constant(1)))
        found.append((name, 1))
    for integer, sign in ((abs(base.p), 1), (base.q, -1)):
        for prime, multiplicity in fmpz(int(integer)).factor():
            name = f"@power:{prime}^{symbol}"
            reader.scalar_powers[name] = sympy.Integer(int(prime)) ** symbol
            found.append((name, sign * int(multiplicity)))
    return found


def _checked(reader: Reader, expression: Any, exponent: Any) -> tuple[dict[Any, int], int]:
    symbols, rest = _split(exponent)
    for symbol, count in symbols.items():
        if not (symbol.is_Symbol and symbol.is_integer and symbol.is_nonnegative and count):
            raise unsupported(
                f"the exponent {exponent} (write it with symbols declared integer=True, positive=True)", expression
            )
        reader.vocabulary.size(symbol)  # an integer that is chosen, like a size
    return symbols, rest


def power_relations(reader: Reader, pairs: Sequence[Cancellation] = ()) -> list[Polynomial]:
    """Return what is zero because powers of one base commute with it, with its inverse and with each other.

    Where T F = G T for a letter T and two bases, T F^e = G^e T too: A (B A)^e = (A B)^e A. `pairs` cancel: with them
    A (A^-1 B A)^e = B^e A.
    """
    found: list[Polynomial] = []
    powers = list(reader.powers.values())
    for place, power in enumerate(powers):
        others = [power.base, *(other.value for other in powers[:place] if other.base == power.base)]
        others += [inverse.matrix() for inverse in reader.all_inverses() if inverse.denominator == power.base]
        found += [power.value.matmul(other) - other.matmul(power.value) for other in others]
        names = {letter for letter in reader.vocabulary.orthogonal if power.base.letters() == {letter}}
        if names and len(power.base.terms) == 1 and power.expression.base.is_symbol:
            one = reader.read(sympy.Identity(power.expression.shape[0]))
            found += [
                power.value.transpose().matmul(power.value) - one,
                power.value.matmul(power.value.transpose()) - one,
            ]
    letters = [reader.read(symbol) for symbol in reader.vocabulary.letters.values()] if len(powers) > 1 else []
    for one, two, T in product(powers, powers, [*letters, *(letter.transpose() for letter in letters)]):
        alike = one is not two and one.exponent == two.exponent and _meet(T, one, two)
        if alike and not cancelled(T.matmul(one.base) - two.base.matmul(T), pairs):
            found.append(T.matmul(one.value) - two.value.matmul(T))
    return [difference for difference in found if difference]


def _meet(middle: Polynomial, right: Power, left: Power) -> bool:
    """Return whether left * middle * right is a product."""
    ((_, diagram, _),) = [*middle][:1] or [(None, None, None)]
    if diagram is None or len(diagram.rows) != 1 or len(diagram.columns) != 1:
        return False
    sizes = diagram.open.sizes
    return (sizes[diagram.rows[0]], sizes[diagram.columns[0]]) == (left.size, right.size)
