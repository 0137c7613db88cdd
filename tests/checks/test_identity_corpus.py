"""Every identity of the corpus gets its verdict: true ones are proved, near misses are refuted by an exact counterexample."""

import contextlib

import asked
import corpus_assumed
import corpus_critical
import corpus_inverses
import corpus_kronecker
import corpus_more
import corpus_scalars
import pytest

from dlnproof.errors import UnsupportedError

KINDS = {
    "inverses": corpus_inverses.ENTRIES,
    "assumptions": corpus_assumed.ENTRIES,
    "critical points": corpus_critical.ENTRIES,
    "more": corpus_more.ENTRIES,
    "kronecker": corpus_kronecker.ENTRIES,
    "scalars and sizes": corpus_scalars.ENTRIES,
}
# true, but the engine only finds no counterexample (equal residuals): an identity of 2 x 2 matrices next to one of symbolic width
OPEN = {
    "Cayley-Hamilton mixed",
}
SOUND = {"proved": {"proved", "tested", "undecided"}, "refuted": {"refuted", "tested", "undecided"}}
ALL = [(kind, entry) for kind, entries in KINDS.items() for entry in entries]
SAMPLE = [ALL[place] for place in range(0, len(ALL), 11)]


def identify(pair):
    return f"{pair[0]}: {pair[1].name}"


@pytest.mark.parametrize("pair", SAMPLE, ids=identify)
def test_an_identity_of_the_sample_gets_its_verdict(pair):
    check(pair[1])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_identity_of_a_kind_gets_its_verdict(kind):
    for entry in KINDS[kind]:
        check(entry)


def check(entry):
    found = asked.identity(entry.left, entry.right, *entry.assuming)
    assert found in SOUND[entry.verdict], entry.name
    assert entry.name in OPEN or found == entry.verdict, entry.name


@pytest.mark.parametrize("case", corpus_critical.VACUOUS, ids=[case[0] for case in corpus_critical.VACUOUS])
def test_assumptions_that_nothing_satisfies_decide_nothing(case):
    _, left, right, assuming = case
    with contextlib.suppress(UnsupportedError):
        assert asked.identity(left, right, *assuming) == "undecided"


def test_the_corpus_is_large_and_has_more_false_entries_than_true_ones():
    verdicts = [entry.verdict for _, entry in ALL]
    assert verdicts.count("proved") >= 200
    assert verdicts.count("refuted") >= 400
    names = [identify(pair) for pair in ALL]
    assert len(set(names)) == len(names)
