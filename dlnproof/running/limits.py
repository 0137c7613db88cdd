"""What one process may spend: one numerical thread, a bounded address space, no core files; what it holds now."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from pathlib import Path

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
DEFAULT_SECONDS = 60.0
DEFAULT_MEMORY = 2 << 30  # bytes a worker may hold
# address space is reserved long before it is used, so its limit is a backstop behind the resident size that is polled
ADDRESS_SPACE_FACTOR = 2


def use_one_thread() -> None:
    """Give BLAS one thread in this process and its children; it works only before NumPy is imported."""
    for name in THREAD_VARIABLES:
        os.environ[name] = "1"


def count_cores() -> int:
    """Return the number of cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def bound_this_process(memory: int) -> None:
    """Bound the address space of this process (where the platform can) and switch core files off."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = _read_pages(os.getpid())
    if pages is None:
        return
    wanted = pages[0] * os.sysconf("SC_PAGE_SIZE") + ADDRESS_SPACE_FACTOR * memory
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or wanted < most:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))


def end_with_parent() -> None:
    """Let this process end as soon as the process that started it is gone, however that one was killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def resident_bytes(pid: int) -> int | None:
    """Return the memory that process `pid` holds now, or None where the platform does not say."""
    pages = _read_pages(pid)
    return None if pages is None else pages[1] * os.sysconf("SC_PAGE_SIZE")


def _read_pages(pid: int) -> tuple[int, int] | None:
    try:
        total, resident = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[:2]
    except (OSError, ValueError):
        return None
    return int(total), int(resident)
