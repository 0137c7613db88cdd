"""Rank strata: values, kinds, numbers of subsets and dimensions, exactly."""

from fractions import Fraction as F  # noqa: N817
from math import comb

import pytest
import sympy
from exact_problems import problems
from hypothesis import given, settings

from dlnproof.errors import UnsupportedError
from dlnproof.landscape.problem import Problem
from dlnproof.landscape.rank_patterns import largest_dimension, patterns
from dlnproof.rings.ball import enclose

I2 = [[1, 0], [0, 1]]
I3 = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
D321 = [[3, 0, 0], [0, 2, 0], [0, 0, 1]]
STRICT, OTHER, GLOBAL = "strict saddle", "non-strict saddle", "global minimum"


def test_two_layers_have_one_stratum_for_every_subset_of_at_most_r_max_eigenvalues():
    strata = Problem((3, 2, 3), I3, D321).strata()
    assert [(s.eigenvalues, s.value, s.kinds, s.dimension) for s in strata] == [
        ([], 7, (STRICT,), 0),
        ([9], F(5, 2), (STRICT,), 3),
        ([4], 5, (STRICT,), 3),
        ([1], F(13, 2), (STRICT,), 3),
        ([9, 4], F(1, 2), (GLOBAL,), 4),
        ([9, 1], 2, (STRICT,), 4),
        ([4, 1], F(9, 2), (STRICT,), 4),
    ]


def test_three_layers_add_non_strict_saddles_where_the_largest_eigenvalues_are_selected_below_full_rank():
    strata = Problem((2, 2, 2, 2), I2, [[2, 0], [0, 1]]).strata()
    assert [(s.rank, s.kinds) for s in strata] == [
        (0, (STRICT, OTHER)),
        (1, (STRICT, OTHER)),
        (1, (STRICT,)),
        (2, (GLOBAL,)),
    ]


def test_repeated_eigenvalues_make_fewer_strata_of_more_subsets():
    # Sigma = diag(4, 4, 1, 0): choices (k_4, k_1) with k_4 <= 2, k_1 <= 1
    problem = Problem((4, 4, 4), [[int(i == j) for j in range(4)] for i in range(4)], [
        [2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])  # fmt: skip
    strata = problem.strata()
    assert [(s.counts, s.subsets) for s in strata] == [
        ((0, 0), 1), ((1, 0), 2), ((0, 1), 1), ((2, 0), 1), ((1, 1), 2), ((2, 1), 1),
    ]  # fmt: skip
    assert sum(s.subsets for s in strata) == sum(comb(3, r) for r in range(4))


def test_an_irrational_eigenvalue_has_an_exact_value_but_no_rational_points():
    strata = Problem((2, 2, 2), I2, [[1, 1], [0, 1]]).strata()
    root = sympy.sqrt(5)
    assert [s.value for s in strata] == [F(3, 2), F(3, 4) - root / 4, F(3, 4) + root / 4, 0]
    assert [s.has_rational_points for s in strata] == [True, False, False, True]
    assert "0.19098301" in repr(strata[1])


def test_one_layer_and_unseen_inputs_have_an_affine_space_of_global_minima():
    (only,) = Problem((3, 2), [[1, 2], [0, 0], [0, 0]], [[1, 0], [0, 1]]).strata()
    assert (only.kinds, only.dimension, only.rank) == ((GLOBAL,), 2 * (3 - 1), 1)
    strata = Problem((3, 2, 2), [[1, 2], [0, 0], [0, 0]], [[1, 0], [0, 1]]).strata()
    assert [s.rank for s in strata] == [0, 1]
    assert strata[0].dimension == 2 + 2 * 2  # W_2 with W_2^T C = 0; W_1 free in the two directions not seen


def test_data_without_correlation_have_one_stratum_of_global_minima():
    (only,) = Problem((2, 2, 2), [[1, 0], [0, 0]], [[0, 1], [0, 2]]).strata()
    assert (only.rank, only.value, only.kinds) == (0, F(5, 2), (GLOBAL,))


@pytest.mark.parametrize(("sizes"), [(2, 1, 2), (3, 2, 4), (2, 3, 2, 2), (3, 2, 4, 3), (2, 3, 2, 2, 3)])
def test_every_pattern_has_the_ranks_asked_for_and_the_best_dimension_is_that_of_the_best(sizes):
    for rank in range(min(sizes) + 1):
        for residual in range(min(sizes[0], sizes[-1]) - rank + 1):
            found = list(patterns(sizes, rank, residual))
            assert len(found) == len(set(found)) > 0
            for pattern in found:
                assert (pattern.rank, pattern.residual_rank) == (rank, residual)
                assert [pattern.passing(k, k) for k in range(len(sizes))] == list(sizes)
            assert largest_dimension(sizes, rank, residual) == max(pattern.dimension for pattern in found)
            if rank < min(sizes) and residual:
                tight = {pattern.is_tightened for pattern in found}
                assert tight == ({False} if len(sizes) == 3 else {False, True})


def test_a_network_too_wide_for_the_search_says_that_its_dimension_is_open():
    assert largest_dimension((12, 12, 12, 12, 12), 2, 5) is None


def test_with_decay_there_are_no_strata():
    with pytest.raises(UnsupportedError, match="strata: known without decay and noise only"):
        Problem((2, 2, 2), I2, I2, decay=1).strata()


def test_the_json_form_is_exact_text():
    stratum = Problem((2, 2, 2), I2, [[1, 1], [0, 1]]).strata()[1]
    assert stratum.to_json() == {
        "rank": 1, "counts": [1, 0], "eigenvalues": ["sqrt(5)/2 + 3/2"], "value": "3/4 - sqrt(5)/4",
        "kinds": ["strict saddle"], "dimension": 3, "subsets": 1,
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_values_of_the_strata_are_the_critical_values(problem):
    strata = problem.strata()
    roots = {stratum.root for stratum in strata}
    assert {root.exact() for root in roots} == set(problem.critical_values())
    for stratum in strata:
        assert stratum.enclose().overlaps(enclose(stratum.value))
        assert (GLOBAL in stratum.kinds) == (stratum.value == problem.critical_values()[0])
