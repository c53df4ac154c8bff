"""Memory: what a process has taken, what the machine has free, and how many workers fit in it."""

from __future__ import annotations

import os
import re
import sys

from strun.errors import ValidationError

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}
# digits enough for any machine
_SIZE = re.compile(
    r"\s*([0-9]{1,18}(?:\.[0-9]{1,18})?)\s*(?:([KMGT]i?)?B?|(%))\s*", re.IGNORECASE | re.ASCII
)
_CGROUPS = "/sys/fs/cgroup"


def parse_size(text: str) -> int:
    """Return a size in bytes: of ``800M``, ``2G``, ``1.5 GiB``, or of ``50%`` of what is free."""
    match = _SIZE.fullmatch(text)
    size = 0
    if match is not None and match[3]:
        # more than what is free cannot be given away
        size = int(free_memory() * float(match[1]) / 100) if float(match[1]) <= 100 else 0
    elif match is not None:
        unit = (match[2] or "").capitalize()
        size = int(float(match[1]) * (_UNITS.get(unit) or _BINARY[unit]))
    if size < 1:
        raise ValidationError(f"{text!r} is no amount of memory; expected one as 800M, 2G or 50%")
    return size


def reset_peak() -> None:
    """Forget the largest memory of this process so far, where the system can do that."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as stream:
            stream.write("5")
    except OSError:
        return


def peak_since() -> int:
    """Return the largest resident memory of this process in bytes, since `reset_peak` if it can."""
    try:
        with open("/proc/self/status", "rb") as stream:
            text = stream.read()
        return int(text.split(b"VmHWM:", 1)[1].split(None, 1)[0]) << 10
    except (OSError, IndexError, ValueError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak << 10


def cores() -> int:
    """Return how many processors this process may use; a share of them in a container counts."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    quota = _words(os.path.join(_CGROUPS, "cpu.max"))
    if len(quota) == 2 and quota[0].isdigit() and int(quota[1]):
        count = min(count, max(1, int(quota[0]) // int(quota[1])))
    return count


def free_memory(meminfo: str = "/proc/meminfo", cgroups: str = _CGROUPS) -> int:
    """Return the bytes that may be taken without others losing theirs, here and in a container."""
    free = [size for size in (_available(meminfo), _within_container(cgroups)) if size is not None]
    if free:
        return max(0, min(free))
    # no such file on macOS: half of what there is
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def _words(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii") as stream:
            return stream.read().split()
    except (OSError, ValueError):
        return []


def _available(path: str) -> int | None:
    words = _words(path)
    try:
        return int(words[words.index("MemAvailable:") + 1]) << 10
    except (ValueError, IndexError):
        return None


def _within_container(folder: str) -> int | None:
    """Return limit less use; what caches hold can be had back (version 2, then version 1)."""
    for limit, use, stat, cache in (
        ("memory.max", "memory.current", "memory.stat", "inactive_file"),
        (
            "memory/memory.limit_in_bytes",
            "memory/memory.usage_in_bytes",
            "memory/memory.stat",
            "total_inactive_file",
        ),
    ):
        most = _words(os.path.join(folder, limit))
        used = _words(os.path.join(folder, use))
        if not most or not most[0].isdigit() or not used:
            continue
        said = _words(os.path.join(folder, stat))
        held = int(said[said.index(cache) + 1]) if cache in said else 0
        return int(most[0]) - int(used[0]) + held
    return None


def choose_count(count: int, *, peak: int, memory: int) -> int:
    """
    Return how many workers to start for some inputs: as cores and memory allow.

    The largest input takes `peak` bytes (0: unknown), and all workers may take `memory`.
    """
    fitting = memory // peak if peak else count
    return max(1, min(cores(), count, fitting))
