"""Bounded child processes: each job runs in its own process and is really killed when it exceeds its budget.

A job's target is called as `target(send, *args)` in the child; what it sends is kept even when it is killed later.
Fork is used where it is safe (the child inherits loaded SymPy objects), else spawn (targets and arguments are pickled).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection
from typing import Any, TypeAlias

import msgspec

from dlnproof.record import Ending
from dlnproof.running.limits import DEFAULT_MEMORY, bound_this_process, end_with_parent, resident_bytes, use_one_thread

Send: TypeAlias = Callable[[bytes], None]
Watch: TypeAlias = Callable[[Sequence[str]], None]
POLL_SECONDS = 0.1
FRAMES_SHOWN = 6
MESSAGES_A_STEP = 1000
MESSAGES_KEPT = 100_000
NOISE_KEPT = 2000  # bytes of a child's standard error that are kept for the message about its death
FORK = sys.platform not in ("win32", "darwin")

# the first byte of every message of a child says what it is
_SENT, _DONE, _NO_MEMORY, _RAISED = b"m", b"d", b"o", b"r"


@dataclass(frozen=True, slots=True)
class Job:
    """One call to run in a child process: `target(send, *args)`, at most `seconds` of wall time and `memory` bytes."""

    name: str
    target: Callable[..., None]
    args: tuple[Any, ...]
    seconds: float
    memory: int = DEFAULT_MEMORY


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended: what it sent, `ending`, and for a failure its one-line reason and last traceback lines."""

    job: Job
    messages: tuple[bytes, ...]
    ending: Ending
    seconds: float
    reason: str | None = None
    frames: tuple[str, ...] = ()


@dataclass(slots=True)
class _Child:
    """A running child: the pipe of its messages, the pipe of its standard error and what came through them so far."""

    job: Job
    process: Any
    messages: Any
    errors: Any
    started: float
    received: list[bytes] = field(default_factory=list)
    last: bytes = b""
    noise: bytes = b""
    stopped: Ending | None = None

    @property
    def deadline(self) -> float:
        return self.started + self.job.seconds


def run_jobs(
    jobs: Iterable[Job], *, at_once: int, watch: Watch | None = None, fork: bool = FORK
) -> Generator[Ended, None, None]:
    """Run `jobs`, at most `at_once` together, and yield each as it ends; whatever happens, no child outlives the call.

    `watch` is called several times a second with the names of the jobs that are running.
    """
    context = multiprocessing.get_context("fork" if fork else "spawn")
    waiting = deque(jobs)
    running: list[_Child] = []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_start(context, waiting.popleft()))
            if watch is not None:
                watch([child.job.name for child in running])
            for child in _step(running):
                running.remove(child)
                yield _end(child)
    finally:
        for child in running:
            _kill(child)
        for child in running:
            _close(child)


def _start(context: Any, job: Job) -> _Child:
    reader, writer = context.Pipe(duplex=False)
    errors, noise = context.Pipe(duplex=False)
    args = (job.target, job.args, writer, noise, job.memory)
    process = context.Process(target=_run_in_child, args=args, name=job.name)
    with warnings.catch_warnings():
        # Python 3.12 warns about fork beside threads; BLAS has one thread here and the child calls only its target
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    started = time.monotonic()
    # the parent's copies must go, or the end of the child would never show as the end of the pipe
    writer.close()
    noise.close()
    if hasattr(os, "setpgid"):
        # the child does the same: whoever is first, the group exists before anybody needs to kill it
        with contextlib.suppress(OSError):
            os.setpgid(process.pid, process.pid)
    return _Child(job, process, reader, errors, started)


def _step(running: list[_Child]) -> list[_Child]:
    """Wait a moment, receive what was sent, stop who exceeded a budget, and return the children that are over."""
    nearest = min(child.deadline for child in running)
    pipes = [pipe for child in running for pipe in (child.messages, child.errors) if not pipe.closed]
    ready = set(connection.wait(pipes, timeout=max(0.0, min(POLL_SECONDS, nearest - time.monotonic()))))
    over = []
    for child in running:
        if child.errors in ready:
            _read_noise(child)
        if child.messages in ready and _receive(child):
            over.append(child)
        elif len(child.received) > MESSAGES_KEPT:
            child.stopped = Ending.FAILED
            over.append(child)
        elif time.monotonic() >= child.deadline:
            child.stopped = Ending.OUT_OF_TIME
            over.append(child)
        elif (resident_bytes(child.process.pid) or 0) > child.job.memory:
            child.stopped = Ending.OUT_OF_MEMORY
            over.append(child)
    return over


def _receive(child: _Child) -> bool:
    """Take in messages that are there; return whether the child has said its last word or is gone."""
    try:
        for _ in range(MESSAGES_A_STEP):  # a child that never stops sending must not keep the parent from its clock
            if not child.messages.poll():
                break
            message = child.messages.recv_bytes()
            if message[:1] != _SENT:
                child.last = message
                return True
            child.received.append(message[1:])
    except (EOFError, OSError):
        return True
    return False


def _read_noise(child: _Child) -> None:
    data = b""
    with contextlib.suppress(OSError):
        data = os.read(child.errors.fileno(), 65536)
    if data:
        child.noise = (child.noise + data)[-NOISE_KEPT:]
    else:
        child.errors.close()


def _end(child: _Child) -> Ended:
    seconds = time.monotonic() - child.started
    if child.stopped is not None:
        _kill(child)
        _receive(child)  # what it sent before it was killed still counts
    elif not child.last:
        child.process.join(1)
        while not child.errors.closed and child.errors.poll():
            _read_noise(child)
    _kill(child)
    exit_code = child.process.exitcode
    _close(child)
    ending, reason, frames = _explain(child, exit_code)
    return Ended(child.job, tuple(child.received), ending, seconds, reason, frames)


def _explain(child: _Child, exit_code: int | None) -> tuple[Ending, str | None, tuple[str, ...]]:
    if child.stopped is Ending.FAILED:
        return Ending.FAILED, f"the worker sent more than {MESSAGES_KEPT} messages", ()
    if child.stopped is Ending.OUT_OF_TIME:
        return Ending.OUT_OF_TIME, f"out of time after {child.job.seconds:g} s", ()
    if child.stopped is Ending.OUT_OF_MEMORY or child.last[:1] == _NO_MEMORY:
        return Ending.OUT_OF_MEMORY, f"out of memory: more than {child.job.memory >> 20} MiB", ()
    if child.last[:1] == _DONE:
        return Ending.COMPLETE, None, ()
    if child.last[:1] == _RAISED:
        reason, frames = msgspec.json.decode(child.last[1:], type=tuple[str, tuple[str, ...]])
        return Ending.FAILED, reason, frames
    noise = child.noise.decode("utf-8", "replace").strip().splitlines()
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        if name == "SIGABRT" and any("memory" in line for line in noise):
            # a C library that gets no memory aborts the process
            return Ending.OUT_OF_MEMORY, f"out of memory: {noise[-1]}", ()
        reason = f"the worker process died of {name}"
    else:
        reason = f"the worker process left with exit status {exit_code} before it was done"
    return Ending.FAILED, reason, tuple(noise[-FRAMES_SHOWN:])


def _kill(child: _Child) -> None:
    if hasattr(os, "killpg"):
        # the whole group: a check may have started processes of its own
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
    if child.process.exitcode is None:
        child.process.kill()
    child.process.join()


def _close(child: _Child) -> None:
    child.messages.close()
    child.errors.close()
    child.process.close()


def _run_in_child(target: Callable[..., None], args: tuple[Any, ...], messages: Any, noise: Any, memory: int) -> None:
    if hasattr(os, "setpgid"):
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers Ctrl-C, by killing
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.dup2(noise.fileno(), 2)
    # buffers that were inherited half full belong to the parent
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
    use_one_thread()
    end_with_parent()
    try:
        bound_this_process(memory)
        target(lambda data: messages.send_bytes(_SENT + data), *args)
        last = _DONE
    except MemoryError:
        last = _NO_MEMORY
    except BaseException as error:
        last = _RAISED + msgspec.json.encode((describe_error(error), last_frames(error)))
    with contextlib.suppress(OSError):
        messages.send_bytes(last)
    os._exit(0)  # no exit handlers: they belong to the parent


def describe_error(error: BaseException) -> str:
    """Return an exception in one line: its class and the first line of its message."""
    text = str(error).strip()
    first = text.splitlines()[0] if text else ""
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def last_frames(error: BaseException) -> tuple[str, ...]:
    """Return the last frames of a traceback as `file:line in function`, with base names only."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_SHOWN:]
    return tuple(f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames)
