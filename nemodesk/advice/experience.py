# SPDX-License-Identifier: Apache-2.0
"""Remembers how fast models have proved to be on this computer, to correct what is forecast.

One small JSON file in the cache folder. Losing it costs nothing but the correction. It measures
nothing and forecasts nothing.
"""

from pathlib import Path
from statistics import median

import msgspec

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.hardware.capacity import Capacity
from nemodesk.structs import decode
from nemodesk.whole_file import replace_file

FILE_NAME = "experience.json"

_VERSION = 1
_MOST_RUNS = 64
_FEWEST_OTHERS = 3
_LEAST_FACTOR, _MOST_FACTOR = 0.2, 5.0
"""A correction beyond this says that something else was going on."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One measured speed.

    Attributes:
        computer: which one it was, see `computer_key`.
        model: which one, and where: see `model_key`.
        forecast_per_s: tokens a second that were forecast, without any correction.
        measured_per_s: tokens a second that came.
    """

    computer: str
    model: str
    forecast_per_s: float
    measured_per_s: float


class _Document(msgspec.Struct, frozen=True):
    version: int
    runs: list[Run]


class Experience:
    """What has been measured on this computer so far.

    Args:
        cache_folder: need not be there yet.
    """

    def __init__(self, cache_folder: Path) -> None:
        self._path = cache_folder / FILE_NAME

    def add(self, run: Run) -> None:
        """Remember a run; a later one of the same model on the same computer replaces it."""
        if run.forecast_per_s <= 0 or run.measured_per_s <= 0:
            return
        kept = [
            one for one in self._runs() if (one.computer, one.model) != (run.computer, run.model)
        ]
        document = _Document(version=_VERSION, runs=[*kept, run][-_MOST_RUNS:])
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self._path, msgspec.json.encode(document))
        except OSError:
            # It is measured again another time; nothing is lost.
            return

    def factor(self, computer: str, model: str = "") -> float:
        """Return how much faster this computer is than was forecast: 1 if nothing is known.

        A run of the same model counts alone; otherwise the median of all runs here, of which
        there must be several: one may have been disturbed.
        """
        here = [run for run in self._runs() if run.computer == computer]
        same = [run for run in here if run.model == model]
        if not same and len(here) < _FEWEST_OTHERS:
            return 1.0
        ratios = [run.measured_per_s / run.forecast_per_s for run in same or here]
        return min(max(median(ratios), _LEAST_FACTOR), _MOST_FACTOR)

    def _runs(self) -> list[Run]:
        try:
            document = decode(self._path.read_bytes(), _Document)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return []
        if document.version != _VERSION:
            return []
        return [run for run in document.runs if run.forecast_per_s > 0 and run.measured_per_s > 0]


def computer_key(capacity: Capacity) -> str:
    """Name a computer so that another processor, card or amount of cores is another one."""
    return f"{capacity.cpu_name}, {capacity.cores} cores, {capacity.gpu_name or 'no card'}"


def model_key(header: GgufHeader, *, gpu_layers: int) -> str:
    """Name a model and its place so that the same one in another folder is the same."""
    name = f"{header.architecture} {header.quantization} {header.tensor_bytes}"
    return f"{name}, {gpu_layers} layers on the card"
