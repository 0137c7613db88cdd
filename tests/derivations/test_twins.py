"""Every formula of the catalogue that holds has a false twin: a label that continues its own, or the one that it corrects."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlnproof.claims.claim import Expectation
from dlnproof.running.load import load_here
from dlnproof.running.sources import find_files

FILES, _ = find_files([Path(__file__).parents[2] / "derivations"])
PAPERS = {paper.key: paper for file in load_here(FILES) for paper in file.papers}
KEYS = (
    "achour-malgouyres-gerchinovitz-2021",
    "baldi-hornik-1989",
    "bharadwaj-hosten-2023",
    "kawaguchi-2016",
    "laurent-von-brecht-2018",
    "lu-kawaguchi-2017",
    "ziyin-li-meng-2022",
)
# parts of a paper whose formulas do not have one labelled twin each yet; their negative controls stand beside them
LATER = ("one", "deep")


@pytest.mark.parametrize("key", KEYS)
def test_every_formula_that_holds_has_a_false_twin(key):
    later = {f"{key.replace('-', '_')}_{part}.py" for part in LATER} if key.startswith("ziyin") else set()
    formulas = [claim for claim in PAPERS[key].claims if claim.kind not in ("theorem", "citation")]
    formulas = [claim for claim in formulas if Path(claim.file).name not in later]
    false = {claim.label for claim in formulas if claim.expect is Expectation.REFUTED}
    alone = [
        claim.label
        for claim in formulas
        if claim.expect is Expectation.HOLDS
        and claim.corrects not in false
        and not any(label.startswith(f"{claim.label}-") for label in false)
    ]
    assert alone == []
