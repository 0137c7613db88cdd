"""Errors: one root class, and the wording `name=value: rule; next step`."""

import pytest

from dlnproof.errors import DisagreementError, DlnproofError, InputError, UnsupportedError, bad


@pytest.mark.parametrize("kind", [InputError, UnsupportedError, DisagreementError])
def test_every_error_has_the_one_root(kind):
    assert issubclass(kind, DlnproofError)


def test_bad_input_is_a_value_error_too():
    assert issubclass(InputError, ValueError)


def test_the_message_is_name_value_rule_and_next_step():
    error = bad("width", 0, "a width is at least 1", "drop the layer")
    assert isinstance(error, InputError)
    assert str(error) == "width=0: a width is at least 1; drop the layer"


def test_text_is_quoted_and_a_long_value_is_cut():
    assert str(bad("label", "a b", "no spaces", "use a dash")) == "label='a b': no spaces; use a dash"
    cut = str(bad("data", list(range(500)), "too long", "shorten it"))
    assert len(cut) < 250
    assert "...: too long; shorten it" in cut
