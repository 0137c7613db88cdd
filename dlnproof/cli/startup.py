"""A quick start: the collector of cyclic garbage does not search what modules make while they are imported."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unsearched_imports() -> Iterator[None]:
    """Import modules whose objects live as long as the process: nothing is searched then, nor at the end of the process.

    SymPy makes a hundred thousand such objects; searching them takes a quarter of the time of `dlnproof grad`.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
