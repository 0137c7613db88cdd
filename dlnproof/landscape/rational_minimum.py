"""The global minimum as a rational number, where it is one and that is easy to know: equality with it can then be decided.

Without decay and noise it is scale (t - sum of the r_max largest eigenvalues of Sigma): rational if they are all of them, or each
of them is. With decay: of one layer always; of one output where zero weights, or a rational root of the reduced equation, attain
it (`scalar_output`); without correlation it is the loss of zero weights.
"""

from __future__ import annotations

from flint import fmpq

from dlnproof.landscape.closed_form import is_attained, least_ridge_loss
from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.scalar_output import ScalarReduction
from dlnproof.landscape.spectrum import Spectrum
from dlnproof.rings.rational import is_zero, trace


def rational_plain_minimum(form: Form, spectrum: Spectrum, layers: int) -> fmpq | None:
    """Return the global minimum without decay and noise, None where an eigenvalue in it is irrational."""
    if layers == 1 or spectrum.rank_limit >= spectrum.rank:
        return form.scale * (form.output_moment - trace(spectrum.sigma))
    explained = fmpq(0)
    for root, count in spectrum.largest(spectrum.rank_limit):
        if not root.is_rational:
            return None
        explained += count * root.rational()
    return form.scale * (form.output_moment - explained)


def rational_regularised_minimum(form: Form, widths: tuple[int, ...]) -> fmpq | None:
    """Return the global minimum with decay or noise, None where it is irrational, not attained or not known."""
    if is_zero(form.cross_moment):
        return form.scale * form.output_moment
    if len(widths) == 2:
        return least_ridge_loss(form)
    if widths[-1] != 1 or not all(form.decay) or not is_attained(form):
        return None
    reduction = ScalarReduction.of(form)
    for item in reduction.minima():
        if item is None:
            return reduction.loss_at_origin()
        value = reduction.exact_loss(item.root) if item.root.is_rational else None
        if value is not None:
            return value.rational()
    return None
