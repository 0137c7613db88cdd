"""Derivation files under pytest: one test a claim, its verdict in the report, and no cost where there is none."""

import ast
import textwrap
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from dlnproof.claims.paper import Paper
from dlnproof.pytest_plugin import hooks

pytest_plugins = ["pytester"]

THEOREMS = """
    from hypothesis import given, settings, strategies as st
    import pytest

    import dlnproof as dp

    paper = dp.Paper("mine", title="Mine", authors=["A"], year=2026)
    small = dp.problems(layers=2, widths=st.integers(1, 2))

    @paper.theorem("true", "The loss is at least 0.")
    @settings(max_examples=5)
    @given(small)
    def test_nonnegative(problem):
        assert problem.loss(problem.origin) >= 0

    @paper.theorem("false", "The loss at the origin is 0.", expect="refuted")
    @settings(max_examples=20)
    @given(small)
    def vanishes(problem):
        assert problem.loss(problem.origin) == 0
    """
WRONG = """
    @paper.theorem("wrong", "The loss at the origin is 0.")
    @settings(max_examples=20)
    @given(small)
    def vanishes_again(problem):
        assert problem.loss(problem.origin) == 0

    @paper.theorem("open", "Nothing satisfies the assumption.", assuming=[dp.positive_decay()])
    @settings(max_examples=5)
    @given(small)
    def vacuous(problem):
        assert problem.loss(problem.origin) >= 0

    @paper.theorem("later")
    @pytest.mark.skip(reason="not now")
    @given(small)
    def skipped(problem):
        assert False
    """


def write(pytester, name, *sources):
    path = pytester.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(map(textwrap.dedent, sources)))
    return path


def run(pytester, *arguments):
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_a_theorem_file_runs_without_any_configuration_and_its_claims_are_the_tests(pytester):
    write(pytester, "theorems.py", THEOREMS)
    result = run(pytester, "theorems.py", "-v", "--junitxml=result.xml")
    # test_nonnegative has a name of pytest's own, and is still one test only
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*theorems.py::mine/true PASSED*", "*theorems.py::mine/false PASSED*"])
    cases = ElementTree.parse(pytester.path / "result.xml").getroot().iter("testcase")
    found = {case.get("name"): {p.get("name"): p.get("value") for p in case.iter("property")} for case in cases}
    assert found["mine/true"]["verdict"] == "verified"
    assert found["mine/true"]["scope"].endswith("instances: layers 2, widths 1-2")
    assert (found["mine/false"]["verdict"], found["mine/false"]["expect"]) == ("refuted", "refuted")


def test_what_is_not_as_expected_fails_with_its_counterexample_and_undecided_never_passes(pytester):
    ordinary = "\ndef test_ordinary():\n    assert paper.key == 'mine'\n"
    bad_line = "\npaper.theorem('no label', 3)\npaper.identity('spaced label', 1, 2)\n"
    write(pytester, "derivations/mine.py", THEOREMS, WRONG, ordinary, bad_line)
    write(pytester, "derivations/_left_out.py", THEOREMS)
    write(pytester, "derivations/test_of_mine.py", "import dlnproof\n\ndef test_key():\n    assert dlnproof.Paper\n")
    result = run(pytester, "-rf")
    # passed: true, false, the ordinary test beside them, the test file; failed: wrong, open, and the bad line
    result.assert_outcomes(passed=4, failed=3, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "mine/wrong is refuted, expected: holds",
            "*problem: widths*",
            "*failed: assert problem.loss(problem.origin) == 0",
        ]
    )
    result.stdout.fnmatch_lines(["mine/open is undecided, expected: holds (undecided never passes)"])
    result.stdout.fnmatch_lines(["bad input: *mine.py:*label='spaced label'*"])


def test_one_claim_can_be_chosen_and_the_marker_has_kind_and_budget(pytester):
    path = write(pytester, "theorems.py", THEOREMS, WRONG)
    path.write_text(path.read_text().replace("@settings(max_examples=5)", "@pytest.mark.dlnproof(budget=30)", 1))
    run(pytester, "--strict-markers", "theorems.py::mine/true").assert_outcomes(passed=1)
    result = run(pytester, "theorems.py", "-m", "dlnproof(expect='refuted')")
    result.assert_outcomes(passed=1, deselected=4)


def test_the_profile_ci_repeats_itself_and_decides_how_many_instances_there_are(pytester):
    source = textwrap.dedent(THEOREMS).replace("@settings(max_examples=5)\n", "")
    write(pytester, "theorems.py", source)
    scopes = set()
    for number in range(2):
        name = f"{number}.xml"
        run(pytester, "theorems.py", "--hypothesis-profile=ci", "-k", "true", f"--junitxml={name}")
        scopes |= {
            p.get("value") for p in ElementTree.parse(pytester.path / name).iter("property") if p.get("name") == "scope"
        }
    (scope,) = scopes
    assert 50 <= int(scope.split()[0]) <= 100  # those of 100 that are not repeated


def test_workers_of_xdist_share_the_claims(pytester):
    write(pytester, "theorems.py", THEOREMS)
    run(pytester, "theorems.py", "-n", "2").assert_outcomes(passed=2)


def test_nothing_is_imported_where_no_derivation_file_is_collected(pytester):
    write(pytester, "other.py", "import dlnproof\n\ndef key():\n    return dlnproof.Paper\n")
    write(
        pytester,
        "test_ordinary.py",
        """
        import sys

        def test_modules():
            names = set(sys.modules)
            assert "dlnproof.pytest_plugin.hooks" in names
            assert not {"sympy", "flint", "numpy", "dlnproof.running.load", "dlnproof.pytest_plugin.collect"} & names
        """,
    )
    run(pytester, "-p", "no:hypothesispytest", ".", "other.py").assert_outcomes(passed=1)


# which files are derivation files


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("import dlnproof as dp\npaper = dp.Paper('k')", True),
        ("from dlnproof import Paper\npaper = Paper('k')", True),
        ("from sibling import paper\nimport dlnproof as dp\n@paper.theorem('a')\ndef f(): pass", True),
        ("from sibling import paper\nimport dlnproof\npaper.identity('a', 1, 1)", True),
        ("import dlnproof as dp\ndef make():\n    return dp.Paper('k')", False),
        ("import dlnproof as dp\nproblem = dp.Problem((1, 1), [[1]], [[1]])", False),
        ("import sympy\npaper = Paper('k')  # dlnproof", False),
        ("import dlnproof as dp\npaper = dp.Paper('k'", False),
    ],
)
def test_a_file_is_read_and_not_run_to_see_whether_it_makes_claims(tmp_path, source, answer):
    path = tmp_path / "file.py"
    path.write_text(source)
    assert hooks.makes_claims(path) is answer


def test_the_plugin_knows_every_method_that_makes_a_claim():
    methods = {name for name in vars(Paper) if not name.startswith("_") and name != "claims"}
    assert methods >= hooks.CLAIMS
    source = ast.parse(Path(Paper.__init__.__code__.co_filename).read_text())
    adding = {
        node.name
        for node in ast.walk(source)
        if isinstance(node, ast.FunctionDef) and any(getattr(n, "attr", "") == "_add" for n in ast.walk(node))
    }
    assert adding - {"register"} == hooks.CLAIMS
