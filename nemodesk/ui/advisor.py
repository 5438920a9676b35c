# SPDX-License-Identifier: Apache-2.0
"""Measures this computer once and says what to expect of models on it. It shows nothing.

What blocks is for other threads than the window's.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from nemodesk.advice.experience import Experience, computer_key, model_key
from nemodesk.advice.forecast import forecast
from nemodesk.advice.lessons import Lesson, Lessons
from nemodesk.advice.recommend import recommend
from nemodesk.advice.shapes import rough_shape, shape_of_header, shape_of_offer
from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.gguf.header import read_header
from nemodesk.catalog.library import ModelFile
from nemodesk.catalog.offers.hub_facts import hyperparameters_of
from nemodesk.catalog.offers.offer import Catalog, Offer
from nemodesk.engine.client import EngineClient
from nemodesk.errors import DoesNotFitError, NemodeskError
from nemodesk.hardware.bandwidth import memory_bandwidth
from nemodesk.hardware.capacity import Capacity, capacity_of
from nemodesk.hardware.fit import ModelShape
from nemodesk.hardware.machine import Machine
from nemodesk.hardware.probe import probe_machine
from nemodesk.sizes import memory_in_words
from nemodesk.ui.outlook import Outlook, Pick

_MOST_LESSONS = 32


class ComputerAdvisor:
    """Knows this computer after `measure`.

    Args:
        cache_folder: where the measured speed of the memory is kept.
    """

    def __init__(self, cache_folder: Path) -> None:
        self._cache_folder = cache_folder
        self._experience = Experience(cache_folder)
        self._lessons = Lessons(self._experience)
        self._to_learn: deque[Lesson] = deque(maxlen=_MOST_LESSONS)
        self._capacity: Capacity | None = None
        self._machine: Machine | None = None

    async def measure(self) -> None:
        """Look at the processor, the memory and the graphics cards, and how fast they are.

        Raises:
            EngineError: the engine cannot be asked what it can use.
        """
        devices = await EngineClient.list_devices()
        machine = await asyncio.to_thread(probe_machine, devices)
        bandwidth = await asyncio.to_thread(
            memory_bandwidth, self._cache_folder, machine.processor, machine.memory
        )
        self._machine = machine
        self._capacity = capacity_of(machine, bandwidth)
        await self._learn_all()

    async def learn(self, lesson: Lesson) -> None:
        """Take in how fast an answer was; forecasts after that are nearer to it.

        Nothing is measured for it: before `measure` it is only kept.
        """
        self._to_learn.append(lesson)
        await self._learn_all()

    async def _learn_all(self) -> None:
        while self._capacity is not None and self._to_learn:
            lesson = self._to_learn.popleft()
            # A model that was removed meanwhile teaches nothing.
            with suppress(NemodeskError):
                await asyncio.to_thread(self._lessons.learn, lesson, self._capacity)

    def computer(self) -> str:
        """Say what this computer is: "Your computer: Intel i7, 16 GB, no graphics card."."""
        machine, capacity = self._machine, self._capacity
        if machine is None or capacity is None:
            return ""
        text = _tr("Your computer: %1, %2 of memory, %3.")
        text = text.replace("%1", capacity.cpu_name or _tr("an unknown processor"))
        text = text.replace("%2", memory_in_words(capacity.memory_bytes))
        return text.replace("%3", _cards(machine, capacity))

    def pick(self, catalog: Catalog) -> Pick | None:
        """Return the best model of the catalog for this computer; None: none fits."""
        if self._capacity is None:
            return None
        try:
            found = recommend(catalog, self._capacity, speed_factor=self._factor())
        except DoesNotFitError:
            return None
        return Pick(repo_id=found.offer.repo_id, quant=found.quant.name, reason=found.reason)

    def outlooks(self, offer: Offer, header: GgufHeader | None) -> dict[str, Outlook]:
        """Return how each choice would run, by name.

        Before a header is known the sizes of the files give a first impression.
        """
        if offer.shape is None and header is not None:
            offer = replace(offer, shape=hyperparameters_of(header))
        shapes = {
            quant.name: shape_of_offer(offer, quant) or rough_shape(offer, quant)
            for quant in offer.quants
        }
        factor = self._factor()
        return {
            name: outlook
            for name, shape in shapes.items()
            if (outlook := self._outlook(shape, factor)) is not None
        }

    def outlook_of(self, model: ModelFile) -> Outlook | None:
        """Return how a model on this computer runs; None if its file does not tell."""
        if self._capacity is None:
            return None
        try:
            header = read_header(model.path)
            shape = shape_of_header(header)
        except NemodeskError:
            return None
        layers = forecast(shape, self._capacity).gpu_layers
        return self._outlook(shape, self._factor(model_key(header, gpu_layers=layers)))

    def _factor(self, model: str = "") -> float:
        """Return how much faster models have proved to be here than was forecast."""
        if self._capacity is None:
            return 1.0
        return self._experience.factor(computer_key(self._capacity), model)

    def _outlook(self, shape: ModelShape, speed_factor: float) -> Outlook | None:
        if self._capacity is None:
            return None
        expected = forecast(shape, self._capacity, speed_factor=speed_factor)
        return Outlook(
            verdict=str(expected.verdict),
            memory_bytes=expected.total_bytes,
            tokens_per_s=expected.tokens_per_s,
        )


def _cards(machine: Machine, capacity: Capacity) -> str:
    if capacity.gpu_name:
        text = _tr("%1 (shares the memory)") if capacity.unified else _tr("%1 (%2)")
        text = text.replace("%2", memory_in_words(capacity.vram_bytes))
        return text.replace("%1", capacity.gpu_name)
    unused = next((gpu.name for gpu in machine.gpus if not gpu.backend), "")
    if unused:
        return _tr("%1, which NemoDesk cannot use yet").replace("%1", unused)
    return _tr("no graphics card")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Advisor", text)
