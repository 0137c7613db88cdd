"""Claims are judged after what they use; links to nowhere and circles are named, and only their claims are lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlnproof.claims.paper import Paper
from dlnproof.running.links import link


def paper_with(**uses):
    paper = Paper("p", title="t", authors=["a"], year=2026)
    for label, used in uses.items():
        paper.identity(label, 1, 1, uses=used)
    return paper


def test_a_claim_comes_after_everything_it_uses_and_else_as_it_is_written():
    links = link(paper_with(late=["b"], a=[], b=["a"], c=[]).claims)
    assert links.order == ("p/a", "p/b", "p/late", "p/c")
    assert links.ancestors("p/late") == ("p/b", "p/a")
    assert not links.broken


def test_ids_of_other_papers_are_links_too():
    first, second = Paper("p", title="t", authors=["a"], year=2026), Paper("q", title="t", authors=["a"], year=2026)
    first.identity("one", 1, 1)
    second.identity("two", 1, 1, uses=["p/one"])
    assert link((*second.claims, *first.claims)).order == ("p/one", "q/two")


UNKNOWN = "names a claim that is not among those that were loaded"
WORDINGS = [
    ({"gradient": [], "b": ["gradeint"]}, "p/b", f"uses='gradeint': p/b {UNKNOWN}; did you mean \"gradient\"?"),
    ({"b": ["zzz"]}, "p/b", f"uses='zzz': p/b {UNKNOWN}; write the label of a claim of paper 'p', or paper/label"),
    ({"b": ["other/zzz"]}, "p/b", f"uses='other/zzz': p/b {UNKNOWN}; add the file of that paper to the command"),
    ({"a": ["a"]}, "p/a", "uses=['a']: p/a -> p/a is a circle; remove one of these uses"),
    (
        {"a": ["b"], "b": ["c"], "c": ["a"]},
        "p/c",
        "uses=['b']: p/a -> p/b -> p/c -> p/a is a circle; remove one of these uses",
    ),
]


@pytest.mark.parametrize(("uses", "claim", "message"), WORDINGS)
def test_a_bad_link_is_worded_with_value_rule_and_next_step(uses, claim, message):
    assert link(paper_with(**uses).claims).broken[claim] == message


def test_corrects_must_name_a_claim_too():
    paper = paper_with(misprint=[])
    paper.identity("b", 1, 1, corrects="misprnt")
    message = f"corrects='misprnt': p/b {UNKNOWN}; did you mean \"misprint\"?"
    assert link(paper.claims).broken == {"p/b": message}


def test_only_the_claims_on_a_circle_are_broken_not_those_that_use_them():
    links = link(paper_with(a=["b"], b=["a"], user=["a"], x=["y"], y=["x"], free=[]).claims)
    assert set(links.broken) == {"p/a", "p/b", "p/x", "p/y"}
    assert set(links.order) == {f"p/{label}" for label in ("a", "b", "user", "x", "y", "free")}


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=1, max_size=8))
def test_every_graph_gets_an_order_that_respects_the_links_that_are_left(graph):
    labels = [f"c{number}" for number in range(len(graph))]
    uses = {label: [f"c{number % len(graph)}" for number in row] for label, row in zip(labels, graph, strict=True)}
    links = link(paper_with(**uses).claims)
    assert sorted(links.order) == [f"p/{label}" for label in labels]
    place = {name: number for number, name in enumerate(links.order)}
    for name, used in links.uses.items():
        assert all(place[other] < place[name] for other in used)
    # a claim is broken exactly if it can reach itself
    reach = {label: set(row) for label, row in uses.items()}
    for _ in labels:
        reach = {label: row | {far for near in row for far in reach[near]} for label, row in reach.items()}
    assert set(links.broken) <= {f"p/{label}" for label in labels if label in reach[label]}
    assert bool(links.broken) == any(label in reach[label] for label in labels)
