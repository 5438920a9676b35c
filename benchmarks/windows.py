# SPDX-License-Identifier: Apache-2.0
"""The window's stalls, measured in a process of their own: this one stays without Qt."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Row

_P99_AIM_MS = 8.0
_LONGEST_AIM_MS = 50.0


def measure_window(say: Callable[[str], None]) -> list[Row]:
    """Run the window's benchmarks and return their figures as rows."""
    say("The window's stalls while an answer is written")
    rows = _measure("benchmarks.window_stalls")
    say("The window's stalls while a download runs")
    return rows + _measure("benchmarks.window_downloads")


def _measure(module: str) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stalls.json"
        # It ends with 1 when it misses an aim; the rows say that here.
        subprocess.run(
            [sys.executable, "-m", module, "--json", str(path)],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        if not path.exists():
            sys.exit("The window's stalls could not be measured; see above.")
        phases = json.loads(path.read_text(encoding="utf-8"))["phases"]
    return [row for phase in phases for row in _rows(phase)]


def _rows(phase: dict[str, float | str]) -> list[Row]:
    """Give the busy phases their aims; the idle window is there to compare with."""
    name = str(phase["phase"])
    is_idle = name.startswith("idle")
    return [
        Row(
            name=f"stall p99, {name}",
            unit="ms",
            ours=[float(phase["p99_ms"])],
            at_most=None if is_idle else _P99_AIM_MS,
        ),
        Row(
            name=f"longest stall, {name}",
            unit="ms",
            ours=[float(phase["longest_ms"])],
            at_most=None if is_idle else _LONGEST_AIM_MS,
        ),
    ]
