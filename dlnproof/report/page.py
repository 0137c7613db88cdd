"""What the templates show of each paper and claim: headings, fields, links between claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlnproof.claims.claim import Citation, Claim, Expectation
from dlnproof.claims.figure import PaperFigure
from dlnproof.claims.paper import Paper
from dlnproof.report.assumptions import assumption_latex
from dlnproof.report.bibliography import Bibliography, byline, cite_key, slug
from dlnproof.report.bodies import body_latex, certificates
from dlnproof.report.counterexamples import counterexample_latex
from dlnproof.report.escape import Latex, escape_code, escape_text
from dlnproof.report.evidence import evidence_latex
from dlnproof.report.notation import Symbols, declare, own_symbols, shared_symbols
from dlnproof.report.studies import study_fields, study_tables
from dlnproof.report.verdicts import LEGEND, NOT_CHECKED, OPEN, VERDICTS

if TYPE_CHECKING:
    from dlnproof.record import ClaimRecord, Study
    from dlnproof.report.drawing import Drawn


STANDING = ("proved", "verified", "tested")  # the verdicts whose scope says what has been shown


def corrections(papers: Sequence[Paper]) -> dict[str, list[str]]:
    """Return, for the id of each corrected claim, the ids of the claims that correct it."""
    found: dict[str, list[str]] = {}
    for paper in papers:
        for claim in paper.claims:
            if claim.corrects:
                found.setdefault(full_id(claim.corrects, paper), []).append(claim.id)
    return found


def full_id(name: str, paper: Paper) -> str:
    """Return the id of the claim that `paper` calls `name`, a label of its own or already an id."""
    return name if "/" in name else f"{paper.key}/{name}"


def reading_order(paper: Paper) -> list[Claim]:
    """Return the claims as written, but each corrected claim directly before those that correct it."""
    claims = {claim.id: claim for claim in paper.claims}
    corrects = {claim.id: full_id(claim.corrects, paper) for claim in paper.claims if claim.corrects}
    order: list[Claim] = []
    seen: set[str] = set()

    def place(name: str) -> None:
        if name in seen or name not in claims:
            return
        seen.add(name)
        if name in corrects:
            place(corrects[name])
        order.append(claims[name])
        for other, wrong in corrects.items():
            if wrong == name:
                place(other)

    for name in claims:
        place(name)
    return order


class Page:
    """What the templates show of each paper and claim, with the links between them."""

    def __init__(
        self,
        records: Mapping[str, ClaimRecord],
        bibliography: Bibliography,
        corrected_by: Mapping[str, Sequence[str]],
        known: set[str],
        line_width: float,
        studies: Mapping[str, Sequence[Study]] | None = None,
        figures: Mapping[str, Drawn] | None = None,
    ) -> None:
        self._figures = figures or {}
        self._studies = studies or {}
        self._records = records
        self._bibliography = bibliography
        self._corrected_by = corrected_by
        self._known = known
        self._line_width = line_width

    def paper(self, paper: Paper) -> dict[str, Any]:
        """Return what the template of a paper shows."""
        claims = reading_order(paper)
        shared = shared_symbols(claims)
        counts = Counter(OPEN if self._is_open(claim) else self._verdict(claim) for claim in claims)
        expected = sum(self._is_expected(claim) for claim in claims)
        return {
            "title": paper.title,
            "plain": Latex(" ".join(re.sub(r"[^A-Za-z0-9 ,.()-]+", "", paper.title).split())),
            "cite": cite_key(slug(paper.key)),
            "byline": byline(paper),
            "counts": [(word, counts[word]) for word in VERDICTS if counts[word] or word in LEGEND],
            "total": len(claims),
            "expected": expected,
            "notation": declare(list(shared.values())),
            "claims": [self._claim(claim, paper, shared) for claim in claims],
            "studies": study_tables(claims, self._studies),
            "figures": [self._figure(figure) for figure in paper.figures],
        }

    def _figure(self, figure: PaperFigure) -> dict[str, Any]:
        drawn = self._figures.get(figure.id)
        return {
            "id": slug(figure.id),
            "file": Latex(drawn.file) if drawn and drawn.content is not None else "",
            "problem": escape_text(drawn.problem) if drawn else "",
            "caption": escape_text(figure.caption),
            "alt": escape_text(figure.alt),
        }

    def _verdict(self, claim: Claim) -> str:
        if isinstance(claim.body, Citation):
            return "cited"
        record = self._records.get(claim.id)
        return NOT_CHECKED if record is None else str(record.verdict.value)

    def _is_open(self, claim: Claim) -> bool:
        record = self._records.get(claim.id)
        if record is None:
            return isinstance(claim.body, Citation) and claim.expect is Expectation.OPEN
        return record.is_open

    def _is_expected(self, claim: Claim) -> bool:
        record = self._records.get(claim.id)
        return isinstance(claim.body, Citation) or (record is not None and record.as_expected)

    def _claim(self, claim: Claim, paper: Paper, shared: Symbols) -> dict[str, Any]:
        record = self._records.get(claim.id)
        verdict = self._verdict(claim)
        counterexample = record.counterexample if record else None
        step = counterexample.get("step") if counterexample else None
        return {
            "id": slug(claim.id),
            "label": escape_code(claim.label),
            "kind": {"hessian": "Hessian"}.get(claim.kind, claim.kind),
            "heading": self._heading(claim, verdict),
            "verdict": verdict,
            "open": self._is_open(claim),
            "scope": escape_text(_scope(record.scope)) if record and record.scope and verdict in STANDING else "",
            "statement": escape_text(claim.statement),
            "body": body_latex(claim, self._line_width, step if isinstance(step, int) else None),
            "fields": list(self._fields(claim, paper, shared, record)),
        }

    def _heading(self, claim: Claim, verdict: str) -> str:
        if claim.expect is Expectation.OPEN:
            return "Open question" + ("" if self._is_open(claim) or verdict == NOT_CHECKED else f", now {verdict}")
        if claim.expect is not Expectation.REFUTED:
            return "" if verdict != "refuted" else "Refuted, against expectation"
        what = "Printed error" if self._corrected_by.get(claim.id) else "False statement"
        if verdict == "refuted":
            return f"{what} (refuted, as expected)"
        return f"{what} (not refuted yet)"

    def _fields(
        self, claim: Claim, paper: Paper, shared: Symbols, record: ClaimRecord | None
    ) -> list[tuple[str, Latex]]:
        fields: list[tuple[str, Latex]] = []
        if claim.remark:
            fields.append(("Remark", Latex("Not checked: " + escape_text(claim.remark))))
        own = own_symbols(claim, shared)
        if own:
            fields.append(("Here", Latex(declare(own) + ".")))
        if claim.assuming:
            fields.append(("Assuming", Latex("; ".join(map(assumption_latex, claim.assuming)) + ".")))
        if claim.source:
            fields.append(("Source", Latex(self._bibliography.cite(claim.source, paper) + ".")))
        if claim.corrects:
            fields.append(("Corrects", self._links([claim.corrects], paper)))
        if self._corrected_by.get(claim.id):
            fields.append(("Corrected by", self._links(self._corrected_by[claim.id], paper)))
        if claim.uses:
            fields.append(("Uses", self._links(claim.uses, paper)))
        if record is not None and record.conditional_on:
            fields.append(("Conditional on", self._links(record.conditional_on, paper, say_open=True)))
        for text in certificates(claim):
            fields.append(("Squares", Latex(text)))
        if isinstance(claim.body, Citation):
            what = (
                "cited, not checked here"
                if claim.expect is not Expectation.OPEN
                else "stated as open, not checked here"
            )
            fields.append(("Evidence", Latex(f"{what}.")))
            return fields
        if record is None:
            fields.append(("Evidence", Latex("not checked: no record of a check of this claim.")))
            return fields
        if record.reason:
            fields.append(("Why", Latex(escape_text(record.reason.rstrip(".")) + ".")))
        if record.is_open and record.searched is not None:
            fields.append(("Open", Latex(escape_text(f"{record.searched}."))))
        lines = evidence_latex(record.evidence)
        fields += [("Evidence" if place == 0 else "", line) for place, line in enumerate(lines)]
        if record.counterexample:
            fields.append(("Counterexample", counterexample_latex(record.counterexample)))
        return [*fields, *study_fields(self._studies.get(claim.id, ()))]

    def _links(self, names: Sequence[str], paper: Paper, say_open: bool = False) -> Latex:
        ids = [full_id(name, paper) for name in names]
        still_open = {name for name in ids if say_open and name in self._records and self._records[name].is_open}
        return Latex(", ".join(self._link(name) + (" (open)" if name in still_open else "") for name in ids) + ".")

    def _link(self, name: str) -> str:
        return rf"Claim~\ref{{dln:{slug(name)}}}" if name in self._known else escape_code(name)


def _scope(scope: str) -> str:
    return f"for {scope}" if scope.startswith(("all ", "every ")) else scope
