"""A deep linear network problem: widths, data or second moments, scale, decay and noise, with its exact methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from flint import arb, fmpq, fmpq_mat

from dlnproof.errors import UnsupportedError
from dlnproof.landscape import derivatives, inertia, noise
from dlnproof.landscape.classification import Classification
from dlnproof.landscape.classify import classify
from dlnproof.landscape.closed_form import least_regularised_loss
from dlnproof.landscape.critical_values import critical_roots
from dlnproof.landscape.data import read_data, read_moments, read_per_layer, read_scale, read_weights, read_widths
from dlnproof.landscape.derivatives import Form
from dlnproof.landscape.exchange import read_values, to_values
from dlnproof.landscape.minimisers import GlobalMinimisers, minimisers_of
from dlnproof.landscape.rational_minimum import rational_plain_minimum, rational_regularised_minimum
from dlnproof.landscape.spectrum import Spectrum, least_loss, spectrum_of
from dlnproof.landscape.stationary import StationaryFamily, stationary_families
from dlnproof.landscape.strata import Stratum, strata_of
from dlnproof.landscape.thresholds import Thresholds, thresholds_of
from dlnproof.landscape.variances import read_variances, shown
from dlnproof.rings.ball import Enclosure
from dlnproof.rings.rational import (
    Rows,
    inner_product,
    is_zero,
    read_number,
    rectangular_identity,
    to_fraction,
    to_rows,
    to_text,
    to_text_rows,
)

if TYPE_CHECKING:
    from dlnproof.landscape.escape import Escape
    from dlnproof.landscape.local_minima import CertifiedPoints, LocalMinima

Weights: TypeAlias = Sequence[Any]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Problem:
    """The loss of a deep linear network on given data, all of its facts exact or certified.

    L(W) = scale ||W_H ... W_1 X - Y||_F^2 + sum_k decay_k ||W_k||_F^2, averaged over multiplicative noise of mean 1
    and variance noise_k on the neurons of hidden layer k. W_k: d_k x d_{k-1}, X: d_0 x m, Y: d_H x m; scale 1/2
    unless said; decay is one number or one a layer, noise one number, or one a hidden layer, of which each may be a list
    of one a neuron (noise=[[1, 2]]: one hidden layer, two neurons). Only second moments enter the loss. Weights are a list of
    the H matrices, first layer first, of exact numbers. Raises: InputError for bad input.
    """

    widths: tuple[int, ...]
    scale: Fraction
    decay: tuple[Fraction, ...]
    noise: tuple[Any, ...]
    form: Form
    _data: tuple[fmpq_mat, fmpq_mat] | None

    def __init__(
        self, widths: Any, X: Any, Y: Any, *, scale: Any = Fraction(1, 2), decay: Any = 0, noise: Any = 0
    ) -> None:
        sizes = read_widths(widths)
        inputs, outputs = read_data(sizes, X, Y)
        transposed = inputs.transpose()
        moments = (inputs * transposed, outputs * transposed, inner_product(outputs, outputs))
        self._fill(sizes, moments, (inputs, outputs), scale, decay, noise)

    @classmethod
    def from_moments(
        cls,
        widths: Any,
        input_moment: Any,
        cross_moment: Any,
        output_moment: Any = 0,
        *,
        scale: Any = Fraction(1, 2),
        decay: Any = 0,
        noise: Any = 0,
    ) -> Problem:
        """Return the problem with second moments S = X X^T (d_0 x d_0), C = Y X^T (d_H x d_0), t = tr(Y Y^T).

        An output moment of 0 drops the constant scale * t from the loss. Raises: InputError for moments no data have.
        """
        sizes = read_widths(widths)
        problem = cls.__new__(cls)
        problem._fill(sizes, read_moments(sizes, input_moment, cross_moment, output_moment), None, scale, decay, noise)
        return problem

    def _fill(
        self,
        widths: tuple[int, ...],
        moments: tuple[fmpq_mat, fmpq_mat, fmpq],
        data: tuple[fmpq_mat, fmpq_mat] | None,
        scale: Any,
        decay: Any,
        noise: Any,
    ) -> None:
        depth = len(widths) - 1
        factor = read_scale(scale)
        decays = read_per_layer(decay, "decay", depth, "layers")
        variances = read_variances(noise, widths[1:-1])
        write = object.__setattr__
        write(self, "widths", widths)
        write(self, "scale", to_fraction(factor))
        write(self, "decay", tuple(to_fraction(number) for number in decays))
        write(self, "noise", shown(variances))
        write(self, "form", Form(*moments, factor, decays, variances))
        write(self, "_data", data)

    @property
    def layers(self) -> int:
        """The number H of weight matrices."""
        return len(self.widths) - 1

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """The shapes (d_k, d_{k-1}) of W_1, ..., W_H."""
        return [(self.widths[k + 1], self.widths[k]) for k in range(self.layers)]

    @property
    def parameters(self) -> int:
        """The number of weights, sum_k d_k d_{k-1}."""
        return sum(rows * columns for rows, columns in self.shapes)

    @property
    def input_moment(self) -> fmpq_mat:
        """S = X X^T (d_0 x d_0)."""
        return fmpq_mat(self.form.input_moment)

    @property
    def cross_moment(self) -> fmpq_mat:
        """C = Y X^T (d_H x d_0)."""
        return fmpq_mat(self.form.cross_moment)

    @property
    def output_moment(self) -> fmpq:
        """t = tr(Y Y^T)."""
        return self.form.output_moment

    @property
    def X(self) -> fmpq_mat | None:
        """The inputs (d_0 x m), or None for a problem given by its moments."""
        return None if self._data is None else fmpq_mat(self._data[0])

    @property
    def Y(self) -> fmpq_mat | None:
        """The outputs (d_H x m), or None for a problem given by its moments."""
        return None if self._data is None else fmpq_mat(self._data[1])

    @property
    def X_shape(self) -> tuple[int, int] | None:
        """The shape (d_0, m) of the inputs, or None for a problem given by its moments."""
        return None if self._data is None else (self._data[0].nrows(), self._data[0].ncols())

    @property
    def Y_shape(self) -> tuple[int, int] | None:
        """The shape (d_H, m) of the outputs, or None for a problem given by its moments."""
        return None if self._data is None else (self._data[1].nrows(), self._data[1].ncols())

    @property
    def origin(self) -> list[Rows]:
        """The weights that are all zero."""
        return [to_rows(fmpq_mat(rows, columns)) for rows, columns in self.shapes]

    @property
    def identity(self) -> list[Rows]:
        """The weights with ones on the diagonal of every layer and zeros elsewhere."""
        return [to_rows(rectangular_identity(rows, columns)) for rows, columns in self.shapes]

    def scaled_identity(self, scale: Any) -> list[Rows]:
        """Return the weights with an exact number on the diagonal of every layer and zeros elsewhere."""
        factor = read_number(scale, "scale")
        return [to_rows(rectangular_identity(rows, columns) * factor) for rows, columns in self.shapes]

    def residual_weights(self, residuals: Weights) -> list[Rows]:
        """Return the weights I + R_k of the residual form: `residuals` are the R_k, zero ones give the identity."""
        read = self.read_weights(residuals)
        return [to_rows(part + rectangular_identity(*shape)) for part, shape in zip(read, self.shapes, strict=True)]

    def read_weights(self, weights: Weights) -> list[fmpq_mat]:
        """Return the weights as python-flint matrices; raises InputError where number or shapes do not fit."""
        return read_weights(self.shapes, weights)

    def loss(self, weights: Weights) -> Fraction:
        """Return L at the weights."""
        return to_fraction(self.loss_number(self.read_weights(weights)))

    def loss_number(self, weights: Sequence[fmpq_mat]) -> fmpq:
        """Return the loss at read weights as a python-flint rational (no conversions: the fast path)."""
        return noise.loss(self.form, weights) if self.is_noisy else derivatives.loss(self.form, weights)

    def gradient(self, weights: Weights) -> list[Rows]:
        """Return dL/dW_k for every layer, as nested lists of the shapes of the weights."""
        return [to_rows(matrix) for matrix in self.gradient_matrices(self.read_weights(weights))]

    def gradient_matrices(self, weights: Sequence[fmpq_mat]) -> list[fmpq_mat]:
        """Return the gradient of read weights as python-flint matrices (no conversions: the fast path)."""
        return noise.gradient(self.form, weights) if self.is_noisy else derivatives.gradient(self.form, weights)

    def hessian(self, weights: Weights) -> Rows:
        """Return the matrix of second derivatives with respect to all weights, row-major, layer 1 first."""
        return to_rows(self.hessian_matrix(self.read_weights(weights)))

    def hessian_matrix(self, weights: Sequence[fmpq_mat]) -> fmpq_mat:
        """Return the Hessian at read weights as a python-flint matrix (no conversions: the fast path)."""
        return noise.hessian(self.form, weights) if self.is_noisy else derivatives.hessian(self.form, weights)

    def inertia(self, weights: Weights) -> tuple[int, int, int]:
        """Return how many eigenvalues of the Hessian are (positive, negative, zero), exactly."""
        return inertia.inertia(self.hessian_matrix(self.read_weights(weights)))

    def is_critical(self, weights: Weights) -> bool:
        """Return whether the gradient is exactly zero."""
        return all(is_zero(matrix) for matrix in self.gradient_matrices(self.read_weights(weights)))

    @property
    def is_noisy(self) -> bool:
        """Whether some hidden layer has multiplicative noise."""
        return self.form.is_noisy

    @property
    def is_plain(self) -> bool:
        """Whether the loss is the square loss alone: no decay, no noise."""
        return not any(self.form.decay) and not self.form.is_noisy

    @cached_property
    def spectrum(self) -> Spectrum:
        """Sigma = Y X^T (X X^T)^+ X Y^T, its positive eigenvalues and the ranks that bound the landscape."""
        return spectrum_of(self.form, self.widths)

    def classify(self, weights: Weights) -> Classification:
        """Return the kind of the point, decided exactly (see `Classification`).

        Without decay and noise every point is decided; else inertia, symmetry and the exact arguments named in
        `reason`. Raises: DisagreementError where two exact procedures contradict each other.
        """
        return classify(self, self.read_weights(weights))

    def critical_values(self) -> list[Any]:
        """Return every value of the loss at critical points, ascending, without repetition, all of them exact.

        Fractions where rational, else SymPy numbers (quadratic surds, CRootOf); `enclose` puts either into a ball.
        Raises: UnsupportedError with decay or noise, or where there are too many to list. Source: amg21, P1.
        """
        if not self.is_plain:
            raise UnsupportedError("critical_values: not known in closed form with decay or noise; use local_minima")
        return [root.exact() for root in critical_roots(self.form, self.spectrum, self.layers)]

    def eliminated_values(self) -> list[Any]:
        """Return the real values of the loss at all complex critical points, by a Groebner basis: every critical value is one.

        For small problems with any decay and noise; exact like `critical_values`. Raises: UnsupportedError where it is too long.
        """
        from dlnproof.landscape.elimination import eliminate_critical_values  # few need it

        return [root.exact() for root in eliminate_critical_values(self)]

    def strata(self) -> list[Stratum]:
        """Return the rank strata of the critical points: eigenvalues selected, value, kinds, dimension (see `Stratum`).

        By rank, within a rank the largest eigenvalues first. Raises: UnsupportedError with decay or noise.
        """
        return strata_of(self)

    def escape_direction(self, weights: Weights) -> Escape:
        """Return an exact way down from a saddle with a rational step and the exact drop of the loss (see `Escape`).

        Raises: InputError at a point that is not critical or is a minimum; UnsupportedError where its kind is undecided.
        """
        from dlnproof.landscape.escape import escape_from  # it brings in NumPy

        return escape_from(self, self.read_weights(weights))

    def global_minimum(self, bits: int = 128) -> arb:
        """Return a ball of about `bits` bits around the least value of the loss, compared exactly where that is known to be
        rational.

        Without decay and noise: reduced-rank regression, any data. With them: one layer, and one output (Ziyin, Li
        and Meng 2022). Raises: UnsupportedError where the minimum is not known in closed form or not attained.
        """
        if self.is_plain:
            least = least_loss(self.form, self.spectrum, self.layers, bits)
            return Enclosure.of(least, rational_plain_minimum(self.form, self.spectrum, self.layers))
        least = least_regularised_loss(self.form, self.widths, bits)
        return Enclosure.of(least, rational_regularised_minimum(self.form, self.widths))

    def global_minimisers(self, bits: int = 128) -> GlobalMinimisers:
        """Return the infimum, whether it is attained, and all global minimisers with decay, for one output or one layer.

        Raises: UnsupportedError without decay, and for several outputs and layers.
        """
        return minimisers_of(self, bits)

    def stationary_points(self, bits: int = 128) -> list[StationaryFamily]:
        """Return all stationary points of a problem with one output and decay in every layer, in families, exactly counted.

        Raises: UnsupportedError for other problems.
        """
        return stationary_families(self, bits)

    def thresholds(self, bits: int = 128) -> Thresholds:
        """Return how the product of the decays compares with the thresholds of triviality, for one output, exactly.

        Raises: UnsupportedError for other problems.
        """
        return thresholds_of(self, bits)

    def local_minima(self, starts: Any = 8, seed: int = 0, method: Any = "newton", bits: int = 128) -> LocalMinima:
        """Return the certified local minima that the starts lead to; a start that fails is reported in it.

        `starts` is a number of random starts or a list of weights; `method` is newton, bfgs, l-bfgs, trust-exact,
        momentum, or a function (loss_and_gradient, start) -> end on row-major float64 vectors.
        """
        from dlnproof.landscape.local_minima import local_minima  # it brings in numpy

        return local_minima(self, starts, seed, method, bits)

    def critical_points_near(self, starts: Any = 8, seed: int = 0, bits: int = 128) -> CertifiedPoints:
        """Return certified critical points of any index near the starts (a number of random ones, or a list of
        weights); a start that fails is reported in it.
        """
        from dlnproof.landscape.local_minima import critical_points_near  # it brings in numpy

        return critical_points_near(self, starts, seed, bits)

    def referee(self) -> Problem:
        """Return the same problem, its exact methods answered by independent code: to confirm what this one says."""
        from dlnproof.landscape.referee import RefereeProblem  # a referee is a Problem: the import is circular

        return RefereeProblem.of(self)

    def to_json(self) -> dict[str, Any]:
        """Return the problem as JSON values, every number an exact string; `from_json` reads it back without loss."""
        return to_values(self.widths, self.form, self._data)

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> Problem:
        """Return the problem that `to_json` wrote; raises InputError where a key is missing or a value is bad."""
        has_data, named = read_values(values)
        return Problem(**named) if has_data else Problem.from_moments(**named)

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        form = self.form
        content = self._data or (form.input_moment, form.cross_moment)
        texts = tuple(tuple(map(tuple, to_text_rows(matrix))) for matrix in content)
        return (self.widths, self._data is None, texts, to_text(form.output_moment), self.scale, self.decay, self.noise)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Problem) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        fields = ", ".join(f"{key}={value!r}" for key, value in self.to_json().items())
        head = "Problem(" if self._data is not None else "Problem.from_moments("
        return head + fields + ")"
