"""What was learnt beside the verdicts: which assumptions each claim needs, and how many false twins its test refutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlnproof.claims.claim import Claim
from dlnproof.report.counterexamples import counterexample_latex
from dlnproof.report.escape import Latex, escape_text

if TYPE_CHECKING:
    from dlnproof.record import Study, StudyRow

ABLATION, TWINS = "ablation", "twins"
SIGNS: Mapping[str, str] = {
    "needed": r"$\bullet$",
    "not needed": r"$\circ$",
    "no counterexample": r"$-$",
    "undecided": "?",
}
LEGEND = Latex(
    r"$\bullet$ needed: there is a counterexample without it; $\circ$ not needed: proved without it;"
    r" $-$ no counterexample was found without it; ? undecided; blank: not assumed"
)


def study_fields(studies: Sequence[Study]) -> list[tuple[str, Latex]]:
    """Return the lines that stand under a claim: each dropped assumption with its answer, and the kill rate."""
    fields: list[tuple[str, Latex]] = []
    for study in studies:
        if study.kind == ABLATION:
            for place, row in enumerate(study.rows):
                fields.append(("" if place else "Ablation", _ablated(row)))
        elif study.kind == TWINS and study.rows:
            fields.append(("False twins", _twins(study)))
    return fields


def _ablated(row: StudyRow) -> Latex:
    name = escape_text(row.name)
    if row.answer == "needed" and row.counterexample:
        return Latex(f"{name} is needed. Without it: {counterexample_latex(row.counterexample)}")
    return Latex(f"{name}: {escape_text(row.outcome)}.")


def _twins(study: Study) -> Latex:
    killed = study.count("refuted")
    names = [escape_text(row.name) + ("" if row.answer == "refuted" else r" (\emph{survives})") for row in study.rows]
    return Latex(f"{killed} of {len(study.rows)} refuted: {'; '.join(names)}.")


def study_tables(claims: Iterable[Claim], studies: Mapping[str, Sequence[Study]]) -> dict[str, Any]:
    """Return the two tables of a paper, for its template: `ablation` (names and rows of signs) and `twins` (rows of counts)."""
    ablated: list[tuple[str, dict[str, str]]] = []
    twins: list[tuple[str, int, int]] = []
    for claim in claims:
        for study in studies.get(claim.id, ()):
            if study.kind == ABLATION and study.rows:
                ablated.append((claim.id, {row.name: SIGNS[row.answer] for row in study.rows}))
            elif study.kind == TWINS and study.rows:
                twins.append((claim.id, study.count("refuted"), len(study.rows)))
    names = list(dict.fromkeys(name for _, answers in ablated for name in answers))
    return {
        "names": names,
        "ablated": [(claim, [Latex(answers.get(name, "")) for name in names]) for claim, answers in ablated],
        "legend": LEGEND,
        "twins": twins,
        "killed": sum(killed for _, killed, _ in twins),
        "planted": sum(total for _, _, total in twins),
    }
