"""The sources of the claims: the papers themselves and the works that the claims name, numbered once.

A source is text typed by the author of a claim ("Lu and Kawaguchi (2017), Theorem 2.3"). A name and a year that fit
one of the papers cite it; another name and year make an entry of their own; a bare "Theorem 2.3" means the claim's own
paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from dlnproof.claims.paper import Paper
from dlnproof.report.escape import Latex, escape_code, escape_text

_NAME = r"[^\W\d_][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*)*"
_REFERENCE = re.compile(rf"({_NAME}(?:(?:, | and | & |, and ){_NAME})*(?: et al\.)?),? \(?((?:18|19|20)\d\d)[a-z]?\)?")
_PLACE = re.compile(
    r"(?i)(?:the )?(?:proof of )?(?:theorem|lemma|proposition|corollary|definition|remark|equations?|eqs?\.|section|"
    r"appendix|figure|table|page|p\.|chapter|example|assumption)\b|\(\d+\)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list of sources: the key of its LaTeX label and its text."""

    key: Latex
    text: Latex


class Bibliography:
    """The numbered sources of `papers` and of their claims; `cite` prints a source with its number."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = tuple(papers)
        entries = {paper.key: Entry(slug(paper.key), paper_text(paper)) for paper in self._papers}
        for paper in self._papers:
            for claim in paper.claims:
                for names, year in _REFERENCE.findall(claim.source):
                    if self._paper_of(names, year) is None:
                        key = slug(f"{names}-{year}")
                        entries.setdefault(key, Entry(key, escape_text(f"{_spoken(names)} ({year}).")))
        self.entries: tuple[Entry, ...] = tuple(entries.values())

    def cite(self, source: str, paper: Paper) -> Latex:
        """Return the escaped `source` followed by the numbers of what it names."""
        keys: list[str] = []
        for names, year in _REFERENCE.findall(source):
            known = self._paper_of(names, year)
            keys.append(slug(known.key) if known else slug(f"{names}-{year}"))
        if not keys:
            keys = [slug(other.key) for other in self._papers if _abbreviation(other) in re.findall(r"\w+", source)]
        if not keys and _PLACE.match(source):
            keys = [slug(paper.key)]
        return Latex(" ".join([escape_text(source), *map(cite_key, dict.fromkeys(keys))]))

    def _paper_of(self, names: str, year: str) -> Paper | None:
        for paper in self._papers:
            surnames = [_surname(author) for author in paper.authors]
            if str(paper.year) == year and surnames and re.search(rf"\b{re.escape(surnames[0])}\b", names):
                return paper
        return None


def cite_key(key: str) -> Latex:
    """Return the number of the entry whose key is `key`, in brackets."""
    return Latex(rf"[\ref{{dln:source:{key}}}]")


def paper_text(paper: Paper) -> Latex:
    """Return the bibliography text of a paper: authors (year). Title. Venue. Address."""
    authors = _joined([author.strip() for author in paper.authors])
    parts = [escape_text(f"{authors} ({paper.year}).".lstrip()), r"\emph{" + escape_text(paper.title) + "}."]
    if paper.venue:
        parts.append(escape_text(paper.venue.rstrip(".")) + ".")
    if paper.url:
        parts.append(escape_code(paper.url) + ".")
    return Latex(" ".join(parts))


def byline(paper: Paper) -> Latex:
    """Return authors and year for the head of a section."""
    return escape_text(f"{_joined(list(paper.authors))}, {paper.year}".lstrip(", "))


def _joined(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _spoken(names: str) -> str:
    return " ".join(names.split())


def _surname(author: str) -> str:
    return author.split(",")[0].strip() if "," in author else author.split()[-1] if author.split() else author


def _abbreviation(paper: Paper) -> str:
    """Return the short name of a paper: the initials of the authors' surnames and the year (LK17)."""
    return "".join(_surname(author)[:1] for author in paper.authors) + f"{paper.year % 100:02d}"


def slug(text: str) -> Latex:
    """Return `text` as the key of a LaTeX label: an id or a paper's key stays as it is."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return Latex(re.sub(r"[^A-Za-z0-9._/-]+", "-", plain).strip("-"))
