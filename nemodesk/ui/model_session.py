# SPDX-License-Identifier: Apache-2.0
"""Joins the window's model picker and its room Models to the models on this computer."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject

from nemodesk.catalog.library import Library, ModelFile
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NotFoundError
from nemodesk.sizes import in_words
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.rows import CardRow, ModelRow
from nemodesk.ui.window import MainWindow


class ModelSession(QObject):
    """The models as one window shows them, and the one that answers."""

    def __init__(
        self, window: MainWindow, *, bridge: Bridge, library: Library, pool: EnginePool
    ) -> None:
        super().__init__(window)
        self._window = window
        self._library = library
        self._pool = pool
        self._models: list[ModelFile] = []
        self._removable: set[str] = set()
        self._chosen_id = ""
        window.model_selected.connect(self._choose)
        window.model_file_chosen.connect(bridge.does(self._add))
        window.models.removal_requested.connect(bridge.does(self._remove))

    async def open(self) -> None:
        """List the models of this computer."""
        await self._refresh()

    def chosen(self) -> ModelFile:
        """Return the model that answers.

        Raises:
            NotFoundError: there is no model on this computer.
        """
        for model in self._models:
            if model.id == self._chosen_id:
                return model
        raise NotFoundError(
            self.tr("There is no model on this computer yet. Open a model file in Models.")
        )

    def prefer(self, model_id: str) -> None:
        """Choose the model that a chat was last used with, if it is still there."""
        if any(model.id == model_id for model in self._models):
            self._choose(model_id)

    def show_status(self) -> None:
        """Say where the chosen model runs."""
        chosen = next((model for model in self._models if model.id == self._chosen_id), None)
        if chosen is None:
            self._window.show_engine_status("")
            return
        loaded = self._pool.loaded_model(chosen.path)
        if loaded is None:
            text = self.tr("%1 is loaded with your next message")
        elif loaded.gpu_layers:
            text = self.tr("%1 runs on the graphics card (%2)")
            text = text.replace("%2", ", ".join(loaded.devices))
        else:
            text = self.tr("%1 runs on the processor")
        self._window.show_engine_status(text.replace("%1", chosen.name))

    def _choose(self, model_id: str) -> None:
        if model_id != self._chosen_id:
            self._chosen_id = model_id
            self._show()
            self.show_status()

    async def _add(self, path: str) -> None:
        added = await asyncio.to_thread(self._library.register, Path(path))
        await self._refresh()
        self._choose(added.id)

    async def _remove(self, model_id: str) -> None:
        await asyncio.to_thread(self._library.forget, model_id)
        await self._refresh()

    async def _refresh(self) -> None:
        self._models, self._removable = await asyncio.to_thread(_look, self._library)
        if not any(model.id == self._chosen_id for model in self._models):
            largest = max(self._models, key=lambda model: model.size_bytes, default=None)
            self._chosen_id = largest.id if largest else ""
        self._show()
        self.show_status()

    def _show(self) -> None:
        self._window.show_models(self._rows(), self._chosen_id)
        self._window.models.show_cards(
            [
                CardRow(
                    id=model.id,
                    name=model.name,
                    figures=in_words(model.size_bytes),
                    model_id=model.id,
                    is_in_use=model.id == self._chosen_id,
                    removable_id=model.id if model.id in self._removable else "",
                    is_on_computer=True,
                )
                for model in self._models
            ]
        )

    def _rows(self) -> list[ModelRow]:
        return [
            ModelRow(
                id=model.id,
                name=model.name,
                detail=self.tr("%1, on this computer").replace("%1", in_words(model.size_bytes)),
            )
            for model in self._models
        ]


def _look(library: Library) -> tuple[list[ModelFile], set[str]]:
    models = library.list()
    return models, {model.id for model in models if library.can_forget(model)}
