"""What happens inside the worker process of one claim: run its check and send each piece of evidence as it is found."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import msgspec

from dlnproof.checks.context import Context
from dlnproof.claims.claim import Claim
from dlnproof.errors import InputError, UnsupportedError
from dlnproof.record import Ending, Outcome
from dlnproof.running.pool import Ended, Job, Send
from dlnproof.verdict import Evidence, Finding

Check: TypeAlias = Callable[[Claim, Context], Iterable[Evidence]]
# a check is told to finish a little before it would be killed, so that what it knows by then is not lost
SOFT_SHARE = 0.9
# evidence is sent as a JSON object, which starts with a brace; these mark the message of an InputError and a list of modules
_BAD_INPUT, _IMPORTED = b"!", b"#"


def run_checks(claim: Claim, context: Context) -> Iterable[Evidence]:
    """Run the checks that fit the claim's body (the engine is imported on the first call)."""
    from dlnproof.checks.plan import run_checks as planned

    return planned(claim, context)


def derive_seed(seed: int, claim_id: str) -> int:
    """Return the seed of one claim: 32 bits of SHA-256 of run seed and id, so no claim depends on its neighbours."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{claim_id}".encode()).digest()[:4], "big")


def make_job(
    claim: Claim,
    *,
    loaded: Any,
    check: Check,
    seed: int,
    seconds: float,
    memory: int,
    examples: int | None = None,
    fork: bool,
) -> Job:
    """Return the job that checks `claim`; without fork it carries the file's path and the child loads it again."""
    context = Context(seed=derive_seed(seed, claim.id), seconds=SOFT_SHARE * seconds, examples=examples)
    if fork:
        return Job(claim.id, check_claim, (claim, loaded, check, context), seconds, memory)
    return Job(claim.id, check_reloaded, (str(loaded.path), claim.id, check, context), seconds, memory)


def check_claim(send: Send, claim: Claim, loaded: Any, check: Check, context: Context) -> None:
    """Run `check` on `claim` with the imports of its file in reach, and send each `Evidence` as JSON."""
    before = set(sys.modules)
    with loaded.importable():
        try:
            for item in check(claim, context):
                send(msgspec.json.encode(item, enc_hook=str))
        except UnsupportedError as error:
            refusal = Evidence(method="engine", finding=Finding.INCONCLUSIVE, outcome=_say_unsupported(error))
            send(msgspec.json.encode(refusal))
        except InputError as error:
            send(_BAD_INPUT + " ".join(str(error).split()).encode())
    send(_IMPORTED + " ".join(name for name in sys.modules if name not in before and _is_ours(name)).encode())


def import_what_was_missing(ended: Ended) -> None:
    """Import here the modules of dlnproof that a forked worker had to import: the next ones inherit them."""
    for message in ended.messages:
        if message.startswith(_IMPORTED):
            for name in message[len(_IMPORTED) :].decode().split():
                importlib.import_module(name)


def check_reloaded(send: Send, path: str, claim_id: str, check: Check, context: Context) -> None:
    """Load the derivation file in this process, then check the claim with that id."""
    from dlnproof.running.load import load_here

    for loaded in load_here([path]):
        for paper in loaded.papers:
            for claim in paper.claims:
                if claim.id == claim_id:
                    check_claim(send, claim, loaded, check, context)
                    return
    raise LookupError(f"{claim_id} is not there when {path} is loaded a second time")


def read_outcome(ended: Ended) -> Outcome:
    """Return what a worker delivered; an exceeded budget or a failure is shown as one more piece of evidence."""
    said = [message for message in ended.messages if not message.startswith((_BAD_INPUT, _IMPORTED))]
    evidence = [msgspec.json.decode(message, type=Evidence) for message in said]
    ending, reason = ended.ending, ended.reason
    for message in ended.messages:
        if message.startswith(_BAD_INPUT):
            ending, reason = Ending.BAD_INPUT, message[len(_BAD_INPUT) :].decode()
    if ending is not Ending.COMPLETE:
        evidence.append(
            Evidence(
                method="worker",
                finding=Finding.INCONCLUSIVE,
                outcome=reason or ending.value,
                seconds=ended.seconds,
                details={"last frames": list(ended.frames)} if ended.frames else {},
            )
        )
    return Outcome(evidence=tuple(evidence), ending=ending, reason=reason, seconds=ended.seconds)


def _is_ours(name: str) -> bool:
    return name.startswith("dlnproof.")


def _say_unsupported(error: UnsupportedError) -> str:
    text = " ".join(str(error).split()) or "this construct"
    return text if "not supported yet" in text else f"{text}: not supported yet"
