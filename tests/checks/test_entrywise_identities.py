"""True identities about entrywise products, diagonals, ones and noise are proved, and every false twin is refuted."""

from __future__ import annotations

import pytest
from entrywise_identities import ENTRYWISE, NOISE

from dlnproof.checks.compare import compare
from dlnproof.language.parser.declarations import declare
from dlnproof.language.parser.formulas import parse_together


def compared(entry, right):
    declared = declare(shapes=entry.shapes)
    formulas = parse_together([entry.left, right], declared, equal=True, assuming=entry.assuming)
    return str(compare(*formulas.expressions, formulas.assuming, suggest=False).verdict)


@pytest.mark.parametrize("entry", [*ENTRYWISE, *NOISE], ids=lambda entry: entry.left)
def test_the_equation_is_proved_and_its_false_twins_are_refuted(entry):
    assert compared(entry, entry.right) == "proved"
    for false in entry.false:
        assert compared(entry, false) == "refuted", false
