"""Words put together directly, against the general canonical form of the same wiring and against the search for a least code."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wirings import relabelled

from dlnproof.algebra import words
from dlnproof.algebra.canonical import canonical
from dlnproof.algebra.diagram import UNIT, Diagram, Letter, Wiring
from dlnproof.algebra.symmetry import least_code
from dlnproof.errors import UnsupportedError

LETTERS = (Letter("A"), Letter("B"), Letter("S", True), Letter("T", True))
entry = st.tuples(st.sampled_from(LETTERS), st.integers(0, 1))
spelled = st.lists(entry, min_size=0, max_size=7)  # few letters: palindromes and periods are common
widths = st.lists(st.sampled_from(["n", "m"]), min_size=8, max_size=8)


def path(entries, sizes):
    """The wiring of a word, any numbering allowed by its reader."""
    atoms = [(letter, (i + 1, i) if turned else (i, i + 1)) for i, (letter, turned) in enumerate(entries)]
    return Wiring(list(sizes[: len(entries) + 1]), atoms, (0,), (len(entries),))


def loop(entries, sizes):
    count = len(entries)
    atoms = [
        (letter, ((i + 1) % count, i) if turned else (i, (i + 1) % count)) for i, (letter, turned) in enumerate(entries)
    ]
    return Wiring(list(sizes[:count]), atoms, (), ())


def form(wiring, source):
    return canonical(relabelled(source, wiring))[1]


@given(spelled, widths, st.integers(0, 2**32))
def test_a_path_is_a_word_however_it_is_numbered(entries, sizes, seed):
    diagram = form(path(entries, sizes), random.Random(seed))
    assert words.is_word(diagram)
    assert diagram == canonical(path(entries, sizes))[1]


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(0, 5))
def test_only_paths_from_row_to_column_are_words(seed, indices, atoms):
    source = random.Random(seed)
    kinds = [source.choice([(letter, 2) for letter in LETTERS] + [(Letter("u"), 1)]) for _ in range(atoms)]
    wiring = Wiring(
        ["n"] * indices,
        [(letter, tuple(source.randrange(indices) for _ in range(legs))) for letter, legs in kinds],
        (source.randrange(indices),),
        (source.randrange(indices),),
    )
    diagram = canonical(wiring)[1]
    part, (row,), (column,) = diagram.open, diagram.rows, diagram.columns
    degree = [sum(legs.count(index) for _, legs in part.atoms) for index in range(len(part.sizes))]
    ends = {row, column}
    is_path = all(len(legs) == 2 for _, legs in part.atoms) and all(
        count == (0 if row == column else 1 if index in ends else 2) for index, count in enumerate(degree)
    )
    assert words.is_word(diagram) == is_path


@given(spelled, spelled, widths, widths, st.integers(0, 2**32))
def test_the_product_of_words_is_the_form_of_the_long_path(first, second, left, right, seed):
    source = random.Random(seed)
    right = [left[len(first)], *right[1:]]
    one, two = form(path(first, left), source), form(path(second, right), source)
    long = path(first + second, left[: len(first)] + right)
    assert words.joined(one, two) == form(long, source)


@given(spelled, widths, st.integers(0, 2**32))
def test_the_transpose_of_a_word_is_the_form_of_the_swapped_path(entries, sizes, seed):
    source = random.Random(seed)
    wiring = path(entries, sizes)
    swapped = wiring._replace(rows=wiring.columns, columns=wiring.rows)
    assert words.transposed(form(wiring, source)) == form(swapped, source)


@given(st.lists(entry, min_size=1, max_size=8), widths, st.integers(0, 2**32))
def test_the_trace_of_a_word_is_the_form_of_the_closed_path(entries, sizes, seed):
    source = random.Random(seed)
    closed = form(loop(entries, sizes), source)
    open_sizes = [*sizes[: len(entries)], sizes[0]]
    assert words.traced(form(path(entries, open_sizes), source)) == closed
    (component,) = closed.closed
    assert words.as_cycle(component.atoms, component.sizes) == component


@settings(max_examples=300)
@given(
    st.lists(entry, min_size=1, max_size=6),
    st.lists(entry, min_size=1, max_size=6),
    widths,
    st.booleans(),
    st.integers(0, 2**32),
)
def test_traces_have_one_form_exactly_when_the_general_search_says_so(first, second, sizes, rewritten, seed):
    source = random.Random(seed)
    one = loop(first, sizes)
    two = relabelled(source, one) if rewritten else loop(second, sizes)
    codes = [least_code(w.sizes, w.atoms, range(len(w.sizes)), [])[0] for w in (one, two)]
    assert (canonical(one) == canonical(two)) == (codes[0] == codes[1])


@settings(max_examples=300)
@given(
    st.lists(entry, min_size=0, max_size=4),
    st.lists(entry, min_size=0, max_size=4),
    st.lists(st.sampled_from(["u", "v", None]), min_size=4, max_size=4),
    widths,
    st.booleans(),
    st.integers(0, 2**32),
)
def test_forms_between_vectors_are_one_exactly_when_the_general_search_says_so(
    first, second, caps, sizes, rewritten, seed
):
    def capped(entries, left, right):
        wiring = path(entries, sizes)
        ends = [(Letter(name), (index,)) for name, index in ((left, 0), (right, len(entries))) if name]
        return wiring._replace(atoms=[*ends, *wiring.atoms], rows=(), columns=())

    source = random.Random(seed)
    one = capped(first, *caps[:2])
    two = relabelled(source, one) if rewritten else capped(second, *caps[2:])
    if not one.atoms or not two.atoms:
        return
    codes = [least_code(w.sizes, w.atoms, range(len(w.sizes)), [])[0] for w in (one, two)]
    assert (canonical(one) == canonical(two)) == (codes[0] == codes[1])


@given(st.lists(entry, min_size=1, max_size=7), widths, st.integers(0, 6), st.sampled_from(LETTERS))
def test_another_letter_at_a_place_keeps_the_rest(entries, sizes, place, letter):
    place %= len(entries)
    diagram = canonical(path(entries, sizes))[1]
    atoms = list(diagram.open.atoms)
    atoms[place] = (letter, atoms[place][1])
    wiring = Wiring(diagram.open.sizes, atoms, diagram.rows, diagram.columns)
    assert words.exchanged(diagram, place, letter) == canonical(wiring)[1]


def test_closed_parts_go_along():
    A, B = (canonical(path([(Letter(name), 0)], ["n", "n"]))[1] for name in "AB")
    trace = words.traced(A)
    one, two = A._replace(closed=trace.closed), B._replace(closed=words.traced(B).closed)
    both = tuple(sorted(one.closed + two.closed))
    assert words.joined(one, two).closed == words.joined(two, one).closed == both
    assert words.transposed(one).closed == trace.closed
    assert words.traced(one).closed == trace.closed * 2
    assert words.traced(one) == Diagram(UNIT.open, (), (), trace.closed * 2)


def test_sizes_that_do_not_fit_are_refused():
    A, B = (canonical(path([(Letter("A"), 0)], sizes))[1] for sizes in (["n", "m"], ["r", "n"]))
    with pytest.raises(UnsupportedError, match="different sizes"):
        words.joined(A, B)
    with pytest.raises(UnsupportedError, match="different sizes"):
        words.traced(A)
