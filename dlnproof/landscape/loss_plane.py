"""The loss on a plane of weights W = s A + t B through the origin and two chosen points, in float64, for a picture.

The plane through three critical points: weights are s A_k + t B_k layer by layer, so (0, 0), (1, 0) and (0, 1) are the
origin, A and B. Points of a stratum are built balanced from the eigenvectors u_l of Sigma: the end-to-end matrix is
sum_l u_l (u_l^T Z) over the eigenvalues taken, Z the regression matrix, and one hidden unit a layer carries each term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlnproof.landscape.data import regression
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.reduction import to_array, to_float
from dlnproof.landscape.strata import Stratum
from dlnproof.rings.double import Array
from dlnproof.rings.stacks import moments_forward

_STEPS = 121
_MARGIN = 0.4


@dataclass(frozen=True, eq=False)
class Slice:
    """The loss at (s_i, t_j): `loss[j, i]`. `names` say what A and B are; B may be a random direction (None)."""

    s: Array
    t: Array
    loss: Array
    names: tuple[str, str | None]


def balanced_point(problem: Problem, stratum: Stratum) -> list[Array]:
    """Return weights of a critical point of a stratum, in float64, all layers of equal norm."""
    form = problem.form
    full = to_array(regression(form.input_moment, form.cross_moment))
    values, vectors = np.linalg.eigh(to_array(problem.spectrum.sigma))
    descending = np.argsort(values)[::-1]
    taken, place = [], 0
    for (_, multiplicity), count in zip(stratum.spectrum.positive, stratum.counts, strict=True):
        taken += [descending[place + k] for k in range(count)]
        place += multiplicity
    weights = [np.zeros(shape) for shape in problem.shapes]
    depth = problem.layers
    for unit, column in enumerate(taken):
        u = vectors[:, column]
        u = u * (1.0 if u[np.argmax(np.abs(u))] > 0 else -1.0)
        row = u @ full
        length = float(np.linalg.norm(row))
        if depth == 1:
            weights[0] += np.outer(u, row)
            continue
        part = length ** (1 / depth)
        weights[0][unit] = row / length * part
        for layer in weights[1:-1]:
            layer[unit, unit] = part
        weights[-1][:, unit] = u * part
    return weights


def random_direction(problem: Problem, like: Sequence[Array], seed: int) -> list[Array]:
    """Return random weights, of the norm of `like` (or 1) and orthogonal to it."""
    rng = np.random.default_rng(seed)
    flat = np.concatenate([weight.ravel() for weight in like])
    drawn = rng.standard_normal(flat.size)
    length = float(np.linalg.norm(flat)) or 1.0
    drawn -= flat * (flat @ drawn) / length**2
    drawn *= length / (float(np.linalg.norm(drawn)) or 1.0)
    parts, start = [], 0
    for rows, columns in problem.shapes:
        parts.append(drawn[start : start + rows * columns].reshape(rows, columns))
        start += rows * columns
    return parts


def slice_loss(
    problem: Problem, first: Sequence[Array], second: Sequence[Array], names: tuple[str, str | None]
) -> Slice:
    """Return the loss, averaged over the noise, on a grid of the plane s A + t B around the origin, A and B."""
    axis = np.linspace(-_MARGIN, 1 + _MARGIN, _STEPS)
    moment, cross = to_array(problem.form.input_moment), to_array(problem.form.cross_moment)
    scale, output = to_float(problem.form.scale), to_float(problem.form.output_moment)
    decays = [to_float(number) for number in problem.form.decay]
    noise = [np.array([to_float(variance) for variance in layer]) for layer in problem.form.noise]
    rows = []
    for t in axis:
        layers = [axis[:, None, None] * a + t * b for a, b in zip(first, second, strict=True)]
        product = layers[0]
        for layer in layers[1:]:
            product = layer @ product
        if problem.is_noisy:
            hidden = moments_forward(layers[:-1], moment, noise)[-1]
            square = np.einsum("sij,sjk,sik->s", layers[-1], hidden, layers[-1])
        else:
            square = np.einsum("sij,jk,sik->s", product, moment, product)
        square -= 2 * np.einsum("sij,ij->s", product, cross)
        decay = sum(g * np.einsum("sij,sij->s", layer, layer) for g, layer in zip(decays, layers, strict=True) if g)
        rows.append(scale * (square + output) + decay)
    return Slice(axis, axis, np.array(rows), names)
