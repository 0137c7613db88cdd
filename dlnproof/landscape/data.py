"""What a problem is given by: widths, data or second moments, scale, decay and noise, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq, fmpq_mat

from dlnproof.errors import InputError, bad
from dlnproof.landscape.inertia import inertia
from dlnproof.rings.rational import (
    is_zero,
    pivot_columns,
    read_integer,
    read_matrix,
    read_number,
    take_columns,
    take_rows,
)


def read_widths(value: Any) -> tuple[int, ...]:
    """Return (d_0, ..., d_H) as ints; raises InputError unless there are at least two, all positive."""
    items = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(items, Sequence) or isinstance(items, (str, bytes)) or len(items) < 2:
        rule = "widths are at least two positive integers (d_0, ..., d_H)"
        raise bad("widths", value, rule, "write widths=(3, 2, 1)")
    sizes = []
    for place, item in enumerate(items):
        try:
            sizes.append(read_integer(item, "width", 1))
        except InputError:
            rule = f"every width is a positive integer, widths[{place}]={item!r} is not"
            raise bad("widths", value, rule, "write widths=(3, 2, 1)") from None
    return tuple(sizes)


def read_data(widths: tuple[int, ...], X: Any, Y: Any) -> tuple[fmpq_mat, fmpq_mat]:
    """Return X (d_0 x m) and Y (d_H x m); raises InputError where the shapes do not fit the widths or each other."""
    inputs, outputs = read_matrix(X, "X"), read_matrix(Y, "Y")
    last = len(widths) - 1
    for name, given, matrix, index in (("X", X, inputs, 0), ("Y", Y, outputs, last)):
        if matrix.nrows() != widths[index]:
            rule = f"{name} must have d_{index}={widths[index]} rows, has {matrix.nrows()}"
            raise bad(name, given, rule, f"transpose {name} (one column a sample) or change widths[{index}]")
    if inputs.ncols() != outputs.ncols():
        rule = f"Y must have one column for each of the {inputs.ncols()} columns of X, has {outputs.ncols()}"
        raise bad("Y", Y, rule, "give X and Y the same samples")
    return inputs, outputs


def read_moments(
    widths: tuple[int, ...], input_moment: Any, cross_moment: Any, output_moment: Any
) -> tuple[fmpq_mat, fmpq_mat, fmpq]:
    """Return S = E xx^T (d_0 x d_0), C = E yx^T (d_H x d_0) and t = E ||y||^2; raises InputError for moments no data
    have.

    Data exist with S and C exactly if S is symmetric positive semidefinite and every row of C is in the range of S;
    with t too, exactly if also t >= tr(C S^+ C^T). An output moment of 0 with C != 0 is the convention "loss up to
    the constant t".
    """
    inputs, cross = read_matrix(input_moment, "input_moment"), read_matrix(cross_moment, "cross_moment")
    output = read_number(output_moment, "output_moment")
    last = len(widths) - 1
    step = "check widths"
    if (inputs.nrows(), inputs.ncols()) != (widths[0], widths[0]):
        rule = f"input_moment must be d_0 x d_0 = {widths[0]} x {widths[0]}, is {inputs.nrows()} x {inputs.ncols()}"
        raise bad("input_moment", input_moment, rule, step)
    if (cross.nrows(), cross.ncols()) != (widths[last], widths[0]):
        shape = f"d_{last} x d_0 = {widths[last]} x {widths[0]}"
        rule = f"cross_moment must be {shape}, is {cross.nrows()} x {cross.ncols()}"
        raise bad("cross_moment", cross_moment, rule, step)
    if inputs != inputs.transpose():
        raise bad("input_moment", input_moment, "a second moment E xx^T is symmetric", "give S with S = S^T")
    if inertia(inputs)[1]:
        rule = "a second moment E xx^T is positive semidefinite, this one has a negative eigenvalue"
        raise bad("input_moment", input_moment, rule, "give the moments of real data")
    coefficients = regression(inputs, cross)
    if coefficients * inputs != cross:
        rule = "no data have these moments: a row of cross_moment is not in the range of input_moment (Cauchy-Schwarz)"
        raise bad("cross_moment", cross_moment, rule, "give both moments of the same data")
    explained = explained_moment(coefficients, cross)
    total = sum((explained[i, i] for i in range(explained.nrows())), fmpq(0))
    if output and output < total:
        rule = f"no data have these moments: E ||y||^2 is at least tr(C S^+ C^T) = {total}"
        raise bad("output_moment", output_moment, rule, "give the moments of the same data, or 0 to drop the constant")
    return inputs, cross, output


def regression(input_moment: fmpq_mat, cross_moment: fmpq_mat) -> fmpq_mat:
    """Return Z with Z S = C for a positive semidefinite S whose range holds the rows of C (else Z S != C).

    Z is supported on columns J that span the range of S: Z[:, J] = C[:, J] S[J, J]^{-1}; a principal block of a
    semidefinite matrix on such columns is invertible.
    """
    result = fmpq_mat(cross_moment.nrows(), cross_moment.ncols())
    columns = pivot_columns(input_moment)
    if not columns or is_zero(cross_moment):
        return result
    block = take_rows(take_columns(input_moment, columns), columns)
    solved = block.solve(take_columns(cross_moment, columns).transpose())
    for place, j in enumerate(columns):
        for i in range(cross_moment.nrows()):
            result[i, j] = solved[place, i]
    return result


def explained_moment(coefficients: fmpq_mat, cross_moment: fmpq_mat) -> fmpq_mat:
    """Return Sigma = C S^+ C^T (d_H x d_H) from Z of `regression`: Z S Z^T = Z C^T."""
    return coefficients * cross_moment.transpose()


def read_weights(shapes: Sequence[tuple[int, int]], weights: Any) -> list[fmpq_mat]:
    """Return the weights as matrices; raises InputError where their number or their shapes do not fit the widths."""
    rule = f"weights are a list of H={len(shapes)} matrices"
    if isinstance(weights, (str, bytes, Mapping)) or not hasattr(weights, "__len__"):
        raise bad("weights", weights, rule, "write [W_1, ..., W_H]")
    if len(weights) != len(shapes):
        raise bad("weights", weights, f"{rule}, has {len(weights)}", "give one matrix a layer, first layer first")
    matrices = []
    for place, (given, (rows, columns)) in enumerate(zip(weights, shapes, strict=True)):
        matrix = given if type(given) is fmpq_mat else read_matrix(given, f"weights[{place}]")
        if matrix.nrows() != rows or matrix.ncols() != columns:
            rule = f"W_{place + 1} must be {rows} x {columns}, is {matrix.nrows()} x {matrix.ncols()}"
            raise bad(f"weights[{place}]", given, rule, "give the layers in order, first layer first")
        matrices.append(matrix)
    return matrices


def read_scale(value: Any) -> fmpq:
    """Return the positive scale of the square loss."""
    scale = read_number(value, "scale")
    if scale <= 0:
        raise bad("scale", value, "the scale of the loss is positive", "write scale=Fraction(1, 2)")
    return scale


def read_per_layer(value: Any, name: str, count: int, what: str) -> tuple[fmpq, ...]:
    """Return one nonnegative number per layer from one number for all or a sequence of `count` numbers."""
    items = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(items, Sequence) and not isinstance(items, (str, bytes)):
        if len(items) != count:
            rule = f"{name} has one number for each of the {count} {what}, or is one number"
            raise bad(name, value, rule, f"give {count}, not {len(items)}")
        numbers = tuple(read_number(item, f"{name}[{place}]") for place, item in enumerate(items))
    else:
        numbers = (read_number(items, name),) * count
    if any(number < 0 for number in numbers):
        raise bad(name, value, f"{name} is nonnegative", f"write {name}=0 for none")
    return numbers
