"""Canonical form against a referee that tries every bijection of the indices."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirings import cycle, isomorphic, of_diagram, random_wiring, relabelled, rewired

from dlnproof.algebra.canonical import canonical
from dlnproof.algebra.diagram import Letter, Wiring

A, B, S, U = Letter("A"), Letter("B"), Letter("S", True), Letter("u")


def closed(word, size="n"):
    part = cycle(word, size)
    return canonical(Wiring(part.sizes, part.atoms, (), ()))


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(0, 8))
def test_isomorphic_wirings_have_equal_canonical_forms(seed, indices, atoms):
    source = random.Random(seed)
    wiring = random_wiring(source, indices, atoms)
    isolated, diagram = canonical(wiring)
    again_isolated, again = canonical(relabelled(source, wiring))
    assert (sorted(isolated), diagram) == (sorted(again_isolated), again)


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 6))
def test_canonical_forms_are_equal_exactly_for_isomorphic_wirings(seed, indices, atoms):
    source = random.Random(seed)
    first = random_wiring(source, indices, atoms, sizes=("n",))
    second = relabelled(source, rewired(source, first))
    one, two = canonical(first), canonical(second)
    assert ((sorted(one[0]), one[1]) == (sorted(two[0]), two[1])) == isomorphic(first, second)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(0, 6))
def test_a_canonical_form_is_a_relabelling_of_the_wiring_itself(seed, indices, atoms):
    wiring = random_wiring(random.Random(seed), indices, atoms)
    assert isomorphic(wiring, of_diagram(*canonical(wiring)))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(0, 8))
def test_the_canonical_form_of_a_canonical_form_is_itself(seed, indices, atoms):
    isolated, diagram = canonical(random_wiring(random.Random(seed), indices, atoms))
    again_isolated, again = canonical(of_diagram(isolated, diagram))
    assert (sorted(isolated), diagram) == (sorted(again_isolated), again)


@given(st.text(alphabet="ABab", min_size=1, max_size=9), st.integers(0, 8))
def test_a_trace_is_read_the_same_from_every_place_and_in_both_directions(word, turn):
    turn %= len(word)
    assert closed(word) == closed(word[turn:] + word[:turn]) == closed(word[::-1].swapcase())


@given(st.text(alphabet="ABab", min_size=1, max_size=6), st.text(alphabet="ABab", min_size=1, max_size=6))
def test_traces_are_told_apart_unless_one_is_a_rotation_or_transpose_of_the_other(first, second):
    rotations = {word[i:] + word[:i] for word in (first, first[::-1].swapcase()) for i in range(len(word))}
    assert (closed(first) == closed(second)) == (second in rotations)


@pytest.mark.parametrize("letter", [A, S])
def test_sizes_along_a_cycle_are_part_of_it(letter):
    # tr(A_1 A_2) with A_1: n x m, A_2: m x n is not the same with both square (same letter name only in this test)
    square = canonical(Wiring(["n", "n"], [(letter, (0, 1)), (letter, (1, 0))], (), ()))
    assert square != canonical(Wiring(["n", "m"], [(letter, (0, 1)), (letter, (1, 0))], (), ()))


def test_sizes_of_a_reversed_cycle_follow_its_atoms():
    one = Wiring(["n", "m", "r"], [(A, (0, 1)), (B, (1, 2)), (S, (2, 0))], (), ())
    other = Wiring(["r", "m", "n"], [(S, (0, 2)), (B, (1, 0)), (A, (2, 1))], (), ())
    assert canonical(one) == canonical(other)


def test_the_order_of_rows_and_columns_matters():
    product = Wiring(["n", "n"], [(A, (0, 1))], (0,), (1,))
    assert canonical(product) != canonical(product._replace(rows=(1,), columns=(0,)))
    symmetric = Wiring(["n", "n"], [(S, (0, 1))], (0,), (1,))
    assert canonical(symmetric) == canonical(symmetric._replace(rows=(1,), columns=(0,)))


def test_an_index_without_atoms_is_isolated_and_only_that():
    isolated, diagram = canonical(Wiring(["n", "m", "n"], [(U, (1,))], (0,), ()))
    assert isolated == ["n"]
    assert diagram.open.sizes == ("n",)
    assert [part.sizes for part in diagram.closed] == [("m",)]


def test_identical_copies_of_a_component_are_all_kept():
    traces = [(A, (i, i)) for i in range(4)]
    _, diagram = canonical(Wiring(["n"] * 4, traces, (), ()))
    assert len(diagram.closed) == 4
    assert diagram != canonical(Wiring(["n"] * 3, traces[:3], (), ()))[1]


# strongly regular graphs with one parameter set, told apart by nothing that refinement of colours sees
# (Shrikhande 1959: the two graphs srg(16, 6, 2, 2))
def _rook():
    return {(x, y) for x in range(16) for y in range(x) if x // 4 == y // 4 or x % 4 == y % 4}


def _shrikhande():
    steps = {(0, 1), (0, 3), (1, 0), (3, 0), (1, 1), (3, 3)}
    return {(x, y) for x in range(16) for y in range(x) if ((x // 4 - y // 4) % 4, (x % 4 - y % 4) % 4) in steps}


def test_graphs_that_colour_refinement_cannot_tell_apart_get_different_forms():
    forms = [canonical(Wiring(["n"] * 16, [(S, edge) for edge in graph], (), ())) for graph in (_rook(), _shrikhande())]
    assert forms[0] != forms[1]


@pytest.mark.parametrize("graph", [_rook, _shrikhande], ids=["rook", "shrikhande"])
def test_a_very_symmetric_graph_has_one_form(graph):
    source = random.Random(3)
    wiring = Wiring(["n"] * 16, [(S, edge) for edge in graph()], (), ())
    forms = {canonical(relabelled(source, wiring))[1] for _ in range(4)}
    assert len(forms) == 1


def test_a_hexagon_is_not_two_triangles():
    hexagon = Wiring(["n"] * 6, [(S, (i, (i + 1) % 6)) for i in range(6)], (), ())
    triangles = Wiring(["n"] * 6, [(S, (i, i + 1 if i % 3 < 2 else i - 2)) for i in range(6)], (), ())
    assert canonical(hexagon) != canonical(triangles)


def test_a_star_of_many_identical_leaves_is_read_quickly():
    star = Wiring(["n"] * 13, [(A, (0, i)) for i in range(1, 13)], (), ())
    assert canonical(star) == canonical(relabelled(random.Random(1), star))


def test_a_long_path_and_a_long_cycle_do_not_recurse():
    path = Wiring(["n"] * 1501, [(A, (i, i + 1)) for i in range(1500)], (0,), (1500,))
    assert len(canonical(path)[1].open.atoms) == 1500
    ring = Wiring(["n"] * 1500, [(B, (i, (i + 1) % 1500)) for i in range(1500)], (), ())
    assert len(canonical(ring)[1].closed[0].atoms) == 1500
