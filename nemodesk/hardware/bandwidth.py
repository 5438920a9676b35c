# SPDX-License-Identifier: Apache-2.0
"""How fast this computer's memory is: what bounds the speed at which a model writes.

Every core copies a block that no cache holds, for about a third of a second. The figure counts
what is read and what is written. It is measured once per processor and kept in the cache folder.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nemodesk.hardware.machine import Memory, Processor

FILE_NAME = "memory_bandwidth.json"

_DURATION_S = 0.3
_SMALLEST_BLOCK_BYTES = 64 * 1024 * 1024
_CACHES = 4
_LARGEST_SHARE_OF_MEMORY = 8
_VERSION = 2


def memory_bandwidth(
    cache_folder: Path,
    processor: Processor,
    memory: Memory,
    *,
    measure: Callable[[int, int], float] | None = None,
) -> float:
    """Return the bytes that can be moved per second, measured now or earlier.

    Args:
        measure: takes the number of threads and the bytes to copy in all, returns the figure.
    """
    path = cache_folder / FILE_NAME
    known = _read(path, processor)
    if known is not None:
        return known
    measured = (measure or measure_copy)(processor.physical_cores, _block_bytes(processor, memory))
    _write(path, processor, measured)
    return measured


def measure_copy(threads: int, block_bytes: int) -> float:
    """Copy `block_bytes` again and again with that many threads; return bytes per second.

    The quickest of all copies counts: whatever else runs can only make one slower.
    """
    import numpy as np  # noqa: PLC0415 - a tenth of a second that most commands need not pay

    share = max(1, block_bytes // threads)
    # Filled, not merely reserved: the first touch of a page costs far more than a copy.
    sources = [np.ones(share, np.uint8) for _ in range(threads)]
    targets = [np.ones(share, np.uint8) for _ in range(threads)]
    durations_s: list[float] = []
    with ThreadPoolExecutor(max_workers=threads) as pool:
        while sum(durations_s) < _DURATION_S:
            started_s = time.perf_counter()
            # numpy lets go of the interpreter while it copies.
            list(pool.map(np.copyto, targets, sources))
            durations_s.append(time.perf_counter() - started_s)
    return 2 * share * threads / min(durations_s)


def _block_bytes(processor: Processor, memory: Memory) -> int:
    wanted = max(_SMALLEST_BLOCK_BYTES, _CACHES * processor.cache_bytes)
    return min(wanted, memory.available_bytes // _LARGEST_SHARE_OF_MEMORY)


def _read(path: Path, processor: Processor) -> float | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(kept, dict) or kept.get("key") != _key(processor):  # pyright: ignore[reportUnknownMemberType]
        return None
    figure = kept.get("bytes_per_s")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return float(figure) if isinstance(figure, int | float) and figure > 0 else None


def _write(path: Path, processor: Processor, figure: float) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(
            json.dumps({"key": _key(processor), "bytes_per_s": figure}), encoding="utf-8"
        )
    except OSError:
        # It is measured again next time; nothing is lost.
        return


def _key(processor: Processor) -> str:
    return f"{_VERSION} {processor.name} {processor.physical_cores}"
