# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks`: measure everything, print one table, keep the raw figures."""

import argparse
import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from rich.console import Console

from benchmarks.chats import measure_chats
from benchmarks.downloads import measure_downloads
from benchmarks.figures import Row, print_table, write_json
from benchmarks.speed import BATCH_TOKENS, measure_speed
from benchmarks.stopping import measure_stops
from benchmarks.windows import measure_window
from benchmarks.yardstick import PACKAGE, build_yardstick
from nemodesk.catalog.library import find_starter
from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import EngineSettings
from nemodesk.hardware.probe import probe_machine

RESULTS = Path(__file__).parent / "results"

FEWEST_PAIRS = 5
_BUSY_LOAD = 0.5


def main() -> int:
    """Return 0 when every aim is reached, 1 otherwise."""
    arguments = _arguments()
    rows: list[Row] = []
    load_before = psutil.getloadavg()[0]
    only = arguments.only
    if only in {None, "engine"}:
        rows += asyncio.run(_measure_engine(arguments))
    if only in {None, "window"}:
        rows += measure_window(_say)
    if only in {None, "chats"}:
        rows += measure_chats(_say)
    if only in {None, "downloads"}:
        rows += measure_downloads(pairs=arguments.pairs, say=_say)
    print_table(rows, Console(width=None if sys.stdout.isatty() else 140))
    if load_before > _BUSY_LOAD:
        print(
            f"Other programs were busy (load {load_before:.1f}): ratios of single pairs say little."
        )
    path = write_json(
        RESULTS, f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}", _facts(arguments, load_before), rows
    )
    print(f"Raw figures: {path}")
    return 0 if all(row.holds for row in rows) else 1


async def _measure_engine(arguments: argparse.Namespace) -> list[Row]:
    yardstick = build_yardstick()
    model = _model_path(arguments.model)
    settings = EngineSettings(threads=arguments.threads, batch_tokens=BATCH_TOKENS)
    engine = await EngineClient.start(model, settings)
    try:
        rows = await measure_speed(engine, model, yardstick, pairs=arguments.pairs, say=_say)
        rows += await measure_stops(engine, model, settings, times=arguments.pairs, say=_say)
    finally:
        await engine.close()
    return rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--model", type=Path, help="a .gguf; the starter model by default")
    parser.add_argument("--pairs", type=int, default=7, help="at least 5; 7 by default")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as the app takes")
    for part in ("engine", "window", "chats", "downloads"):
        parser.add_argument(f"--only-{part}", action="store_const", dest="only", const=part)
    arguments = parser.parse_args()
    if arguments.pairs < FEWEST_PAIRS:
        parser.error(f"a median of fewer than {FEWEST_PAIRS} pairs says nothing")
    return arguments


def _model_path(wanted: Path | None) -> Path:
    if wanted is not None:
        return wanted
    starter = find_starter()
    if starter is None:
        sys.exit("The starter model is not installed. Run `make setup`, or give --model.")
    return starter.path


def _facts(arguments: argparse.Namespace, load_before: float) -> dict[str, object]:
    machine = probe_machine()
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        "commit": _commit(),
        "cpu": machine.processor.name,
        "cores": machine.processor.physical_cores,
        "os": machine.os,
        PACKAGE: version(PACKAGE),
        "model": arguments.model.name if arguments.model else "starter",
        "threads": arguments.threads,
        "pairs": arguments.pairs,
        "load_before": load_before,
    }


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, check=False, text=True
    )
    return done.stdout.strip()


def _say(text: str) -> None:
    print(f"{text}…", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
