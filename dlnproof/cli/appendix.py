"""`dlnproof appendix`: the pages with a computed verdict beside every claim, from what the last check left."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from dlnproof.claims.paper import Paper
from dlnproof.cli.check import INTERRUPTED, load_or_default, run_on_terminal, tell_problems, warn
from dlnproof.errors import InputError, bad
from dlnproof.ledger import Ledger
from dlnproof.record import ClaimRecord, Study
from dlnproof.running.keys import claim_keys
from dlnproof.running.limits import count_cores
from dlnproof.running.links import link
from dlnproof.running.load import Collection
from dlnproof.running.session import Settings, environment
from dlnproof.running.studies import Kind, remembered

if TYPE_CHECKING:
    from dlnproof.report.drawing import Drawn

LATEX_SECONDS = 120


def write_appendix(
    paths: Sequence[Path], *, output: Path, check_first: bool, budget: float, jobs: int | None, seed: int
) -> int:
    """Write the appendix of `paths` to `output`; a claim that changed since its last check counts as not checked."""
    _refuse_other_formats(output)
    settings = Settings(seconds=budget, jobs=jobs or count_cores(), seed=seed)
    ledger = Ledger.open()
    if check_first:
        run, collection = run_on_terminal(paths, settings, ledger)
        status = INTERRUPTED if run.interrupted else run.exit_status
    else:
        collection = load_or_default(paths, settings, ledger)
        ledger.save()
        status = 2 if collection.problems else 0
        tell_problems(collection.problems)
        for message in ledger.messages:
            warn(f"warning: {message}")
    if not collection.papers or status == INTERRUPTED:
        return status
    records = last_records(collection, ledger)
    from dlnproof.report.drawing import draw_figures
    from dlnproof.report.latex import render_appendix

    prefix = output.stem if output.suffix == ".tex" else "figure"
    figures = draw_figures(collection.files, prefix, at_once=settings.jobs, memory=settings.memory)
    tell_undrawn(collection.papers, figures)
    versions = environment(_seed_of_last(records, ledger, seed))
    studies = last_studies(collection, ledger)
    text = render_appendix(collection.papers, records, versions, studies=studies, figures=figures)
    pictures = {drawn.file: drawn.content for drawn in figures.values() if drawn.content is not None}
    if output.suffix == ".pdf":
        _write_pdf(text, pictures, output)
    else:
        for name, content in pictures.items():
            _write(content, output.with_name(name))
        _write(text.encode(), output)
    total = sum(len(paper.claims) for paper in collection.papers)
    missing = total - len(records)
    if missing:
        which = "claim is" if missing == 1 else "claims are"
        warn(f"warning: {missing} of {total} {which} shown as not checked; run dlnproof check, or add --check")
    beside = (
        f", {len(pictures)} figure{'s' * (len(pictures) != 1)} beside it"
        if pictures and output.suffix == ".tex"
        else ""
    )
    Console(highlight=False).print(f"wrote {output}: {total} claims{beside}", markup=False, soft_wrap=True)
    return status


def last_records(collection: Collection, ledger: Ledger) -> dict[str, ClaimRecord]:
    """Return what the ledger says about the claims that were asked for as they are written now, by id."""
    everything = [claim for claim, _ in collection.places]
    links = link(everything)
    keys: Mapping[str, str] = claim_keys(everything, links.uses, links.order)
    found = {}
    for claim in (claim for paper in collection.papers for claim in paper.claims):
        entry = ledger.entries.get(claim.id)
        if entry is not None and entry.key == keys[claim.id] and claim.id not in links.broken:
            found[claim.id] = entry.record
    return found


def last_studies(collection: Collection, ledger: Ledger) -> dict[str, list[Study]]:
    """Return the ablations and the attacks on false twins of the claims as they are written now, by id."""
    claims = [claim for claim, _ in collection.places]
    found: dict[str, list[Study]] = {}
    for kind in Kind:
        for name, study in remembered(claims, kind, ledger).items():
            found.setdefault(name, []).append(study)
    return found


def tell_undrawn(papers: Sequence[Paper], figures: Mapping[str, Drawn]) -> None:
    """Print a line to standard error for each figure that could not be drawn."""
    for figure in (item for paper in papers for item in paper.figures):
        problem = figures[figure.id].problem
        if problem:
            where = f"{Path(figure.file).name}:{figure.line}"
            warn(f"warning: figure {figure.id} ({where}) is left out: {problem}; correct its function")


def _seed_of_last(records: Mapping[str, ClaimRecord], ledger: Ledger, seed: int) -> int:
    seeds = {ledger.entries[name].seed for name in records}
    return seeds.pop() if len(seeds) == 1 else seed


def _refuse_other_formats(output: Path) -> None:
    if output.suffix == ".html":
        raise bad("--output", str(output), "HTML is not supported yet", "write a .tex file, or a .pdf file")
    if output.suffix not in (".tex", ".pdf"):
        raise bad("--output", str(output), "the appendix is a .tex or a .pdf file", "write -o appendix.tex")
    if output.suffix == ".pdf" and shutil.which("pdflatex") is None:
        raise bad("--output", str(output), "pdflatex is not installed", "write -o appendix.tex, or install TeX Live")
    if not output.parent.is_dir():
        raise bad("--output", str(output), "there is no such folder", "create it first")


def _write(content: bytes, output: Path) -> None:
    """Write the file in one piece: a reader never sees half an appendix."""
    try:
        handle, name = tempfile.mkstemp(prefix=output.name, suffix=".tmp", dir=output.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, output)
    except OSError as error:
        raise _cannot_write(output, error) from error


def _write_pdf(text: str, pictures: Mapping[str, bytes], output: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="dlnproof-") as folder:
        for name, content in pictures.items():
            (Path(folder) / name).write_bytes(content)
        (Path(folder) / "appendix.tex").write_text(text, encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "appendix.tex"]
        for _ in range(2):  # the second pass knows the references
            try:
                done = subprocess.run(
                    command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=LATEX_SECONDS
                )
            except subprocess.TimeoutExpired as error:
                raise _latex_failed(output, "took too long") from error
            if done.returncode:
                log = done.stdout.decode("utf-8", "replace").splitlines()
                wrong = [line for line in log if line.startswith("!")] or log[-1:]
                raise _latex_failed(output, f"stopped ({' '.join(wrong[:2])})")
        try:
            shutil.copyfile(Path(folder) / "appendix.pdf", output)
        except OSError as error:
            raise _cannot_write(output, error) from error


def _latex_failed(output: Path, what: str) -> InputError:
    return InputError(f"--output={str(output)!r}: pdflatex {what}; write a .tex file and run pdflatex on it")


def _cannot_write(output: Path, error: OSError) -> InputError:
    return InputError(f"--output={str(output)!r}: cannot be written ({error.strerror}); choose another file")
