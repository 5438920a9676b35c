# SPDX-License-Identifier: Apache-2.0
"""What a Linux control group lets this process have: containers, systemd units, batch systems.

It reads both versions of the interface. Limits of the whole computer are not its subject.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nemodesk.hardware.files import number_from, number_in, text_of

_NO_LIMIT = 1 << 60
"""Version 1 writes the largest multiple of a page for "no limit"; no computer has an exabyte."""

_CPU_FOLDERS = ("cpu", "cpu,cpuacct")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """None where there is no limit.

    Attributes:
        memory_bytes: most memory in all.
        free_bytes: what is left of it. Files that were merely read count as free.
        cores: processor seconds per second, such as 1.5.
    """

    memory_bytes: int | None = None
    free_bytes: int | None = None
    cores: float | None = None


def read_limits(root: Path = Path("/")) -> Limits:
    """Return the tightest limits of the group that this process is in and of those around it.

    Args:
        root: the folder that holds `proc` and `sys`.
    """
    memory: list[int] = []
    free: list[int] = []
    cores: list[float] = []
    for folder in _folders(root):
        limit = number_in(folder / "memory.max") or number_in(folder / "memory.limit_in_bytes")
        if limit is not None and limit < _NO_LIMIT:
            memory.append(limit)
            free.append(max(0, limit - _used_bytes(folder)))
        share = _share_of_cores(folder)
        if share is not None:
            cores.append(share)
    return Limits(
        memory_bytes=min(memory, default=None),
        free_bytes=min(free, default=None),
        cores=min(cores, default=None),
    )


def _folders(root: Path) -> Iterator[Path]:
    """Yield the folder of each group that holds this process, from the inside outwards."""
    groups = root / "sys/fs/cgroup"
    for line in text_of(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, separator, path = rest.partition(":")
        if not separator:
            continue
        for base in _bases(groups, controllers.split(",")):
            # Inside a container the path may be the host's: then only the base exists.
            inner = PurePosixPath(path.lstrip("/"))
            if ".." in inner.parts:
                inner = PurePosixPath()
            yield from (base / part for part in (inner, *inner.parents) if str(part) != ".")
            yield base


def _bases(groups: Path, controllers: list[str]) -> list[Path]:
    if controllers == [""]:
        return [groups, groups / "unified"]
    bases = [groups / "memory"] if "memory" in controllers else []
    return bases + ([groups / name for name in _CPU_FOLDERS] if "cpu" in controllers else [])


def _used_bytes(folder: Path) -> int:
    used = number_in(folder / "memory.current") or number_in(folder / "memory.usage_in_bytes") or 0
    counts: dict[str, int] = {}
    for line in text_of(folder / "memory.stat").splitlines():
        name, _, value = line.partition(" ")
        counts[name] = number_from(value) or 0
    # "total_inactive_file" also counts the groups inside, as the limit of version 1 does.
    return used - (counts.get("total_inactive_file") or counts.get("inactive_file") or 0)


def _share_of_cores(folder: Path) -> float | None:
    said, _, per = text_of(folder / "cpu.max").strip().partition(" ")
    if not said:
        said, per = text_of(folder / "cpu.cfs_quota_us"), text_of(folder / "cpu.cfs_period_us")
    quota, period = number_from(said), number_from(per)  # "max" and "-1" mean no limit
    return quota / period if quota and period else None
