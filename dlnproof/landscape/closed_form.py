"""The least loss with decay or noise where a closed form is known, and whether it is attained.

One layer: ridge regression. One output: one rational equation (`scalar_output`), any widths, data and noise. Many outputs: white
inputs without noise (`whitened`). No correlation: zero weights. No decay at all: with one output the noise only shrinks what can
be explained, by 1 / s. Decay in some layers but not in all, two layers or more: the decay costs nothing in the limit, because
weight can be pushed from the layers with decay into one without, so the infimum is that without decay; it is not attained,
because the layers with decay would have to vanish, and then nothing is explained.
"""

from __future__ import annotations

from flint import arb, ctx, fmpq

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.data import explained_moment, regression
from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.scalar_output import ScalarReduction, shrinkage
from dlnproof.landscape.spectrum import least_loss, spectrum_of
from dlnproof.landscape.whitened import least_whitened_loss, white_level
from dlnproof.rings.rational import identity, is_zero, trace


def least_regularised_loss(form: Form, widths: tuple[int, ...], bits: int) -> arb:
    """Return a ball around the least loss with decay or noise.

    Raises: UnsupportedError where no closed form is known, or where the infimum is not attained (its value is in the message).
    """
    if not is_attained(form):
        value = infimum(form, widths, bits)
        rule = "the infimum is not attained, some but not all layers have decay"
        where = "" if value is None else f"; it is {value.str(15)}"
        raise UnsupportedError(f"global_minimum: {rule}{where}; give every layer decay or none")
    value = infimum(form, widths, bits)
    if value is None:
        raise UnsupportedError(
            "global_minimum: not known in closed form with decay or noise and more than one output, except for white "
            "inputs (X X^T a multiple of a projector), decay in every layer and no noise; use local_minima"
        )
    return value


def is_attained(form: Form) -> bool:
    """Return whether the infimum of the loss is attained: not for decay in some layers only, two or more of them, and C != 0."""
    with_decay = sum(bool(decay) for decay in form.decay)
    return is_zero(form.cross_moment) or with_decay in (0, len(form.decay))


def infimum(form: Form, widths: tuple[int, ...], bits: int) -> arb | None:
    """Return a ball around the infimum of the loss with decay or noise, None where it is not known in closed form."""
    if is_zero(form.cross_moment):
        return _ball(form.scale * form.output_moment, bits)
    if len(widths) == 2:
        return _ball(least_ridge_loss(form), bits)
    every = all(form.decay)
    if widths[-1] == 1:
        if every:
            return ScalarReduction.of(form).least_loss(bits)
        explained = trace(explained_moment(regression(form.input_moment, form.cross_moment), form.cross_moment))
        return _ball(form.scale * (form.output_moment - explained / shrinkage(form.noise)), bits)
    if form.is_noisy:
        return None
    if not every:
        return least_loss(form, spectrum_of(form, widths), len(form.decay), bits)
    level = white_level(form)
    return None if level is None else least_whitened_loss(form, widths, level, bits)


def _ball(value: fmpq, bits: int) -> arb:
    with ctx.workprec(bits):
        return arb(value)


def least_ridge_loss(form: Form) -> fmpq:
    """Return the least loss of one layer: scale (t - tr(C (S + decay / scale I)^{-1} C^T)), by convexity."""
    regularised = form.input_moment + identity(form.input_moment.nrows()) * (form.decay[0] / form.scale)
    solved = regularised.solve(form.cross_moment.transpose())
    return form.scale * (form.output_moment - trace(form.cross_moment * solved))
