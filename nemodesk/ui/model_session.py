# SPDX-License-Identifier: Apache-2.0
"""Joins the window to the models on this computer: which there are, and which one answers."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nemodesk.catalog.foreign.found import SOURCES, FoundModel
from nemodesk.catalog.library import STARTER_ID, Library, ModelFile, Receipt
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NemodeskError, NotFoundError
from nemodesk.sizes import in_words
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.rows import ModelRow
from nemodesk.ui.window import MainWindow


class ModelSession(QObject):
    """The models as one window shows them, and the one that answers.

    Signals:
        changed(): other models, or another one is chosen.

    Args:
        last_used: returns the ids of the models that chats were last used with, the last first.
    """

    changed = Signal()

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        library: Library,
        pool: EnginePool,
        last_used: Callable[[], Awaitable[Sequence[str]]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._library = library
        self._pool = pool
        self._last_used = last_used
        self._models: list[ModelFile] = []
        self._chosen_id = ""
        self._receipts: dict[int, Receipt] = {}
        self._found: tuple[FoundModel, ...] = ()
        self._is_found_wanted = True
        window.model_selected.connect(self.choose)
        window.model_file_chosen.connect(bridge.does(self._add))
        window.models.removal_requested.connect(bridge.does(self._remove))
        window.models.undo_requested.connect(bridge.does(self._restore))
        window.models.entered.connect(bridge.does(self._look_elsewhere))
        window.models.found_accepted.connect(bridge.does(self._adopt))
        window.models.found_declined.connect(self._decline)

    @property
    def models(self) -> tuple[ModelFile, ...]:
        """The models of this computer, by name."""
        return tuple(self._models)

    @property
    def chosen_id(self) -> str:
        """The model that answers; empty: there is none."""
        return self._chosen_id

    @property
    def removable(self) -> frozenset[str]:
        """Which models can be removed: all but the starter."""
        return frozenset(model.id for model in self._models if model.id != STARTER_ID)

    async def open(self) -> None:
        """List the models of this computer."""
        await self.refresh()

    def chosen(self) -> ModelFile:
        """Return the model that answers.

        Raises:
            NotFoundError: there is no model on this computer.
        """
        for model in self._models:
            if model.id == self._chosen_id:
                return model
        raise NotFoundError(
            self.tr("There is no model on this computer yet. Download one in Models.")
        )

    def prefer(self, model_id: str) -> None:
        """Choose the model that a chat was last used with, if it is still there."""
        if any(model.id == model_id for model in self._models):
            self.choose(model_id)

    def choose(self, model_id: str) -> None:
        """Let this model answer from now on."""
        if model_id != self._chosen_id:
            self._chosen_id = model_id
            self._show()

    def id_at(self, path: Path) -> str:
        """Return the id of the model with this file; empty if there is none."""
        return next((model.id for model in self._models if model.path == path), "")

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

    async def refresh(self) -> None:
        """List the models anew."""
        self._models = await asyncio.to_thread(self._library.list)
        if not self._is_chosen_here():
            choice = await self._first_choice()
            # The person may have chosen meanwhile.
            if not self._is_chosen_here():
                self._chosen_id = choice
        self._show()

    async def _first_choice(self) -> str:
        ids = {model.id for model in self._models}
        for model_id in await self._last_used():
            if model_id in ids:
                return model_id
        if ids <= {STARTER_ID}:
            return STARTER_ID if ids else ""
        return await asyncio.to_thread(_best, self.models)

    def _is_chosen_here(self) -> bool:
        return any(model.id == self._chosen_id for model in self._models)

    def _show(self) -> None:
        self._window.show_models(
            [
                ModelRow(
                    id=model.id,
                    name=model.name,
                    detail=self.tr("%1, on this computer").replace(
                        "%1", in_words(model.size_bytes)
                    ),
                )
                for model in self._models
            ],
            self._chosen_id,
        )
        self.show_status()
        self.changed.emit()

    # What the person wishes.

    async def _add(self, path: str) -> None:
        imported = await asyncio.to_thread(self._library.import_models, Path(path))
        await self.refresh()
        taken = imported.added or imported.known
        if len(taken) == 1:
            self.choose(taken[0].id)
        if imported.refused:
            _, error = imported.refused[0]
            self._window.show_alert(
                self.tr("%1 models were not taken in").replace("%1", str(len(imported.refused))),
                error.sentence,
            )
        elif imported.added:
            self._tell_added(len(imported.added), imported.added[0].name)

    def _tell_added(self, number: int, name: str) -> None:
        title = self.tr("%1 is ready").replace("%1", name)
        if number > 1:
            title = self.tr("%1 models are ready").replace("%1", str(number))
        self._window.show_notice(title, "")

    async def _remove(self, model_id: str) -> None:
        receipt = await asyncio.to_thread(self._library.remove, model_id)
        number = len(self._receipts)
        self._receipts[number] = receipt
        await self.refresh()
        sentence = self.tr("%1 was removed.").replace("%1", receipt.name)
        self._window.models.offer_undo(sentence, number)

    async def _restore(self, number: int) -> None:
        await asyncio.to_thread(self._library.restore, self._receipts.pop(number))
        await self.refresh()

    # The models of other programs.

    async def _look_elsewhere(self) -> None:
        if self._is_found_wanted:
            self._found = await asyncio.to_thread(self._library.found_elsewhere)
            self._window.models.show_found(self._offer_of_found())

    def _offer_of_found(self) -> str:
        if not self._found or not self._is_found_wanted:
            return ""
        counts = Counter(found.source for found in self._found)
        names = [SOURCES.get(source, source) for source in sorted(counts)]
        programs = names[0]
        if len(names) > 1:
            programs = self.tr("%1 and %2").replace("%1", ", ".join(names[:-1]))
            programs = programs.replace("%2", names[-1])
        if len(self._found) == 1:
            text = self.tr("1 model of %2 is already on this computer: %1.")
            return text.replace("%2", programs).replace("%1", self._found[0].name)
        text = self.tr("%1 models of %2 are already on this computer.")
        return text.replace("%1", str(len(self._found))).replace("%2", programs)

    async def _adopt(self) -> None:
        found, self._found = self._found, ()
        self._window.models.show_found("")
        refused: NemodeskError | None = None
        number = 0
        for model in found:
            try:
                await asyncio.to_thread(self._library.adopt, model)
                number += 1
            except NemodeskError as error:
                refused = error
        await self.refresh()
        if number:
            self._tell_added(number, found[0].name)
        if refused is not None:
            raise refused

    def _decline(self) -> None:
        self._is_found_wanted = False
        self._window.models.show_found("")


def _best(models: Sequence[ModelFile]) -> str:
    """Return the largest that can be loaded; how fast it is shows when it is used. Blocks."""
    # Imported when needed, which is seldom: the window is usable sooner.
    from nemodesk.advice.first_choice import first_choice  # noqa: PLC0415
    from nemodesk.advice.forecast import Verdict  # noqa: PLC0415
    from nemodesk.engine.preparation import prepare  # noqa: PLC0415
    from nemodesk.engine.protocol import EngineSettings  # noqa: PLC0415

    def judge(model: ModelFile) -> Verdict:
        try:
            prepare(model.path, EngineSettings())
        except NemodeskError:
            return Verdict.TOO_BIG
        return Verdict.GREAT

    chosen = first_choice(models, judge)
    return chosen.id if chosen else ""
