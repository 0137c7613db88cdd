"""Studies on the command line: the JSON that other tools read, and the kill rates of `dlnproof check --kill-rate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from dlnproof.claims.claim import Claim, Theorem
from dlnproof.cli.lines import seconds
from dlnproof.cli.progress import Progress
from dlnproof.errors import InputError
from dlnproof.ledger import Ledger
from dlnproof.record import SCHEMA, Study
from dlnproof.running.load import Collection
from dlnproof.running.session import Settings, environment, select
from dlnproof.running.studies import Kind, study


def write_studies(studies: Sequence[Study], seed: int, path: Path) -> None:
    """Write studies as JSON: `{"schema": ..., "studies": [...], "environment": {...}}`."""
    content = {"schema": SCHEMA, "studies": list(studies), "environment": environment(seed)}
    write_json(msgspec.json.format(msgspec.json.encode(content, enc_hook=str), indent=2) + b"\n", path)


def write_json(data: bytes, path: Path) -> None:
    """Write a file that was asked for by --json.  Raises: InputError where it cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as error:
        rule = f"cannot be written ({error.strerror})"
        raise InputError(f"--json={str(path)!r}: {rule}; choose another file") from error


def kill_twins(collection: Collection, settings: Settings, ledger: Ledger) -> tuple[Study, ...]:
    """Attack the false twins of the chosen theorems and print how many of each theorem's are refuted."""
    claims = {claim.id: claim for paper in collection.papers for claim in paper.claims}
    chosen = [name for name in select(claims.values(), settings.only) if has_twins(claims[name])]
    console = Console(highlight=False)
    width = max(map(len, chosen), default=0)
    with Progress(console) as progress:

        def tell(found: Study) -> None:
            for line in lines_of(found, width):
                console.print(line, soft_wrap=True)

        found = study(collection, chosen, Kind.TWINS, settings, ledger, tell=tell, watch=progress.watch)
    killed, total = sum(item.count("refuted") for item in found), sum(len(item.rows) for item in found)
    if not total:
        console.print("kill rate: no theorem has false twins; plant them by twins=[...] or @paper.twin", style="yellow")
    else:
        colour = "green" if killed == total else "red"
        text = f"kill rate: {killed} of {total} false twins refuted ({100 * killed / total:.0f} %)"
        console.print(Text(text, colour))
    return found


def has_twins(claim: Claim) -> bool:
    """Return whether the claim is a theorem with false twins."""
    return isinstance(claim.body, Theorem) and bool(claim.body.twins)


def lines_of(found: Study, width: int) -> list[Text]:
    """Return the kill rate of one theorem, and a line for each twin that survives."""
    killed = found.count("refuted")
    line = Text(f"{killed} of {len(found.rows)} twins refuted  ", "green" if killed == len(found.rows) else "red")
    line.append(f"{found.id:<{width}}  ", "")
    line.append(f"slowest {seconds(max(row.seconds for row in found.rows))}", "dim")
    lines = [line]
    for row in found.rows:
        if row.answer != "refuted":
            lines.append(Text(f"    {row.name}: {row.outcome}", "yellow"))
    return lines
