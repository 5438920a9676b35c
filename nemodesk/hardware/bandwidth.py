# SPDX-License-Identifier: Apache-2.0
"""How fast this computer's memory can be read: what bounds the speed at which a model writes.

For every token a model reads all its weights and writes next to nothing, so reading is measured:
every core reads a block that no cache holds, again and again for about a third of a second, and
the best few milliseconds count. It is measured once per processor and kept in the cache folder.
What was measured while other programs took the cores is kept too, and measured again the next
times; the best figure counts.
"""

import json
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from nemodesk.hardware.machine import Memory, Processor

FILE_NAME = "memory_bandwidth.json"

_DURATION_S = 0.3
_MOST_PASSES = 3
_WINDOW_S = 0.005
_SLICE_BYTES = 1024 * 1024
_SMALLEST_BLOCK_BYTES = 64 * 1024 * 1024
_CACHES = 4
_LARGEST_SHARE_OF_MEMORY = 8
_VERSION = 3

_CALM_SHARE = 0.9
"""Below this share of the processor time that was wanted, others were at work (a guess)."""

_MOST_MEASUREMENTS = 5
"""A computer that is never calm is measured so often in a day, and no more."""

_DAY_S = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One measurement.

    Attributes:
        calm: whether the cores were free for it.
    """

    bytes_per_s: float
    calm: bool = True


Reading = tuple[Callable[[Any], object], Any]
"""What reads, and what it reads."""

Measure = Callable[[int, int], Measured]
"""Takes the number of threads and the bytes to read in all."""


@dataclass(frozen=True, kw_only=True)
class _Kept:
    bytes_per_s: float = 0.0
    measurements: int = 0
    calm: bool = False

    @property
    def is_final(self) -> bool:
        return self.bytes_per_s > 0 and (self.calm or self.measurements >= _MOST_MEASUREMENTS)


def memory_bandwidth(
    cache_folder: Path,
    processor: Processor,
    memory: Memory,
    *,
    measure: Measure | None = None,
) -> float:
    """Return the bytes that can be read per second, measured now or earlier."""
    path = cache_folder / FILE_NAME
    kept = _read(path, processor)
    if kept.measurements >= _MOST_MEASUREMENTS and _age_s(path) > _DAY_S:
        kept = replace(kept, measurements=0)
    if kept.is_final:
        return kept.bytes_per_s
    measured = (measure or measure_reading)(
        processor.physical_cores, _block_bytes(processor, memory)
    )
    best = _Kept(
        bytes_per_s=max(kept.bytes_per_s, measured.bytes_per_s),
        measurements=kept.measurements + 1,
        calm=measured.calm,
    )
    _write(path, processor, best)
    return best.bytes_per_s


def measure_reading(threads: int, block_bytes: int) -> Measured:
    """Read `block_bytes` again and again with that many threads.

    It takes three times as long where other programs take the cores: in the hope of a moment in
    which they do not.
    """
    import numpy as np  # noqa: PLC0415 - a tenth of a second that most commands need not pay

    length = max(1, block_bytes // threads // 4)
    step = min(length, _SLICE_BYTES // 4)
    # Filled, not merely reserved: untouched pages are all one page, which a cache holds.
    blocks = [np.ones(length, np.float32) for _ in range(threads)]
    readings = [
        [(np.max, block[start : start + step]) for start in range(0, length - step + 1, step)]
        for block in blocks
    ]
    slices: list[tuple[float, float]] = []
    calm = False
    for _ in range(_MOST_PASSES):
        began_s, began_busy_s = time.perf_counter(), time.process_time()
        slices += _read_all(readings)
        wanted_s = threads * (time.perf_counter() - began_s)
        calm = time.process_time() - began_busy_s >= _CALM_SHARE * wanted_s
        if calm:
            break
    return Measured(bytes_per_s=best_rate(slices, 4 * step), calm=calm)


def best_rate(slices: Sequence[tuple[float, float]], slice_bytes: int) -> float:
    """Return the bytes per second of the best few milliseconds.

    Whatever else runs can only make reading slower. Slices that began before the moment do not
    count, so the figure is a little too low rather than too high.

    Args:
        slices: start and end of each slice that any thread has read, in seconds.
    """
    starts_s, ends_s = (sorted(times) for times in zip(*slices, strict=True))
    rate = len(ends_s) * slice_bytes / (ends_s[-1] - starts_s[0])
    for index, end_s in enumerate(ends_s):
        whole = index + 1 - bisect_left(starts_s, end_s - _WINDOW_S)
        rate = max(rate, whole * slice_bytes / _WINDOW_S)
    return rate


def _read_all(readings: Sequence[Sequence[Reading]]) -> list[tuple[float, float]]:
    """Read with one thread for each sequence for a while; return when each slice was read."""
    slices: list[tuple[float, float]] = []
    together = threading.Barrier(len(readings))

    def work(own: Sequence[Reading]) -> None:
        times: list[tuple[float, float]] = []
        together.wait()
        end_s = started_s = time.perf_counter()
        while end_s - started_s < _DURATION_S:
            for read, block in own:
                start_s = time.perf_counter()
                read(block)  # numpy lets go of the interpreter while it reads
                end_s = time.perf_counter()
                times.append((start_s, end_s))
        slices.extend(times)

    workers = [threading.Thread(target=work, args=(own,), daemon=True) for own in readings]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return slices


def _block_bytes(processor: Processor, memory: Memory) -> int:
    wanted = max(_SMALLEST_BLOCK_BYTES, _CACHES * processor.cache_bytes)
    return min(wanted, memory.available_bytes // _LARGEST_SHARE_OF_MEMORY)


def _read(path: Path, processor: Processor) -> _Kept:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return _Kept()
    kept = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    figure, measurements = kept.get("bytes_per_s"), kept.get("measurements")
    if (
        kept.get("key") != _key(processor)
        or not isinstance(figure, int | float)
        or not isinstance(measurements, int)
        or not 0 < figure < float("inf")
    ):
        return _Kept()
    return _Kept(
        bytes_per_s=float(figure), measurements=measurements, calm=kept.get("calm") is True
    )


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def _write(path: Path, processor: Processor, kept: _Kept) -> None:
    document = {
        "key": _key(processor),
        "bytes_per_s": kept.bytes_per_s,
        "measurements": kept.measurements,
        "calm": kept.calm,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(json.dumps(document), encoding="utf-8")
    except OSError:
        # It is measured again next time; nothing is lost.
        return


def _key(processor: Processor) -> str:
    return f"{_VERSION} {processor.name} {processor.physical_cores}"
