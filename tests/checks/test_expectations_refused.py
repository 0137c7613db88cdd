"""An expectation binds its noise: the same name outside is a mistake, and is told as one."""

import pytest
from sympy import DiagMatrix, MatrixSymbol, Trace, symbols

import dlnproof as dp
from dlnproof.checks.statement import prepare
from dlnproof.errors import InputError

n, s = symbols("n", integer=True, positive=True), symbols("s", positive=True)
e, u = MatrixSymbol("e", n, 1), MatrixSymbol("u", n, 1)


def test_a_noise_that_also_stands_outside_its_expectation_is_refused_by_name():
    averaged = dp.expectation(Trace(u.T * DiagMatrix(e) * u) ** 2, {e: s})
    with pytest.raises(InputError, match="noise=e: this noise is averaged away and also stands outside; rename one"):
        prepare(averaged + Trace(e.T * e), Trace(u.T * u))
