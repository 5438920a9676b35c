# SPDX-License-Identifier: Apache-2.0
"""Measures how long the window's event loop is held up while a download runs.

The real window with the rooms Models and Downloads, a hub in a process of its own on this
computer, and a real download at full speed. While it runs the hub is searched once, so that the
import of its client counts too. The idle window, measured in the same run, is the yardstick.

    python -m benchmarks.window_downloads [--seconds 20] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from benchmarks.window_stalls import StallClock, Stalls, is_within_limits, print_table
from nemodesk.catalog.foreign.places import Places
from nemodesk.ui.theme import load_theme
from nemodesk.ui.window import MainWindow
from tests.ui.desk import Desk

_REPO = "bench/Model-GGUF"
_FILE = "Model-Q8_0.gguf"
_FILE_BYTES = 4_000_000_000
_SETTLE_S = 2.0
_DOWNLOAD_TIMEOUT_S = 60.0


async def _measure(window: MainWindow, home: Path, seconds: float) -> list[Stalls]:
    desk = Desk(window, home, places=Places())
    window.show()
    await desk.open()
    window.show_room("models")
    window.show_room("downloads")
    await asyncio.sleep(_SETTLE_S)
    try:
        idle = await _phase("idle window", seconds / 2)
        await desk.shelf.download(_REPO, "")
        await asyncio.wait_for(_first_bytes(desk), _DOWNLOAD_TIMEOUT_S)
        downloads = await _phase("a download, in Downloads", seconds)
        window.show_room("models")
        models = await _phase("a download, in Models, and a search", seconds, desk)
        received = next(iter(desk.queue.downloads)).received_bytes
        print(f"{received / 1e9:.1f} GB came while it was measured.")
    finally:
        for download in desk.queue.downloads:
            desk.queue.cancel(download.id)
        await desk.close()
    return [idle, downloads, models]


async def _phase(name: str, seconds: float, searches: Desk | None = None) -> Stalls:
    clock = StallClock()
    clock.start()
    began_s = time.perf_counter()
    if searches is not None:
        await searches.hub.search("model")
    await asyncio.sleep(max(0.0, seconds - (time.perf_counter() - began_s)))
    return clock.stop(name, time.perf_counter() - began_s, 0)


async def _first_bytes(desk: Desk) -> None:
    while not any(row.progress > 0 for row in desk.downloads.rows.values()):  # noqa: ASYNC110
        await asyncio.sleep(0.05)


@contextmanager
def _hub(folder: Path) -> Iterator[str]:
    """Serve a sparse file from another process, and yield the address."""
    repository = folder / _REPO
    repository.mkdir(parents=True)
    _write_model(repository / _FILE)
    command = [sys.executable, "-m", "tests.fakes.hub", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        try:
            line = hub.stdout.readline() if hub.stdout else ""
            yield line.strip().partition("=")[2]
        finally:
            hub.terminate()


def _write_model(path: Path) -> None:
    """Write a real header and zeros up to the size: what they hold does not matter here."""
    from tests.catalog.model_files import write_nemotron  # noqa: PLC0415 - needs the gguf package

    write_nemotron(path)
    os.truncate(path, _FILE_BYTES)


def main() -> int:
    """Measure, print a table, and exit with 1 if a limit is not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each phase")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with (
        tempfile.TemporaryDirectory(prefix="nemodesk-bench-") as folder,
        _hub(Path(folder) / "hub") as address,
    ):
        os.environ["HF_ENDPOINT"] = address
        # As app.py sets it: a thread that holds Python's lock delays the window by this.
        sys.setswitchinterval(0.001)
        window = MainWindow(load_theme("light"))
        work = _measure(window, Path(folder) / "home", arguments.seconds)
        with loop:
            results = loop.run_until_complete(work)
    print_table(results)
    is_good = is_within_limits(results)
    print("limits kept" if is_good else "limits NOT kept")
    if arguments.json:
        text = json.dumps({"benchmark": "window_downloads", "phases": [asdict(r) for r in results]})
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
