# SPDX-License-Identifier: Apache-2.0
"""Owns the engine processes: loads on demand, keeps what is in use, and steps down after a crash.

One model is in memory at a time. It knows no chats.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from nemodesk.engine.client import EngineClient
from nemodesk.engine.values import Device, EngineSettings, LoadedModel
from nemodesk.errors import EngineError
from nemodesk.speeds import WORDS_PER_TOKEN

_SHORTEST_CONTEXT_TOKENS = 2048
_ROOM_FOR_ANSWER_TOKENS = 1024


def _prepare(path: Path, settings: EngineSettings) -> EngineSettings:
    # Imported in the thread that needs it: it knows all about hardware, and the window does not
    # need that to open.
    from nemodesk.engine.preparation import prepare  # noqa: PLC0415

    return prepare(path, settings)


def _next_context(
    devices: Sequence[Device], path: Path, settings: EngineSettings, *, is_loaded: bool
) -> int:
    from nemodesk.engine.preparation import next_context  # noqa: PLC0415 - as above

    return next_context(devices, path, settings, is_loaded=is_loaded)


class _Key(NamedTuple):
    path: Path
    settings: EngineSettings


class EnginePool:
    """The engines of this program.

    Args:
        start: starts an engine.
        prepare: looks at a model file and completes the settings for it; runs in a thread.
    """

    def __init__(
        self,
        start: Callable[..., Awaitable[EngineClient]] = EngineClient.start,
        prepare: Callable[[Path, EngineSettings], EngineSettings] = _prepare,
    ) -> None:
        self._start = start
        self._prepare = prepare
        self._loading = asyncio.Lock()
        self._released = asyncio.Event()
        self._user_count = 0
        self._is_closed = False
        self._current: EngineClient | None = None
        self._current_key: _Key | None = None
        self._used: dict[_Key, EngineSettings] = {}
        self._reduced: dict[_Key, EngineSettings] = {}

    async def acquire(
        self,
        path: Path,
        settings: EngineSettings,
        *,
        on_progress: Callable[[float], None] | None = None,
    ) -> EngineClient:
        """Return an engine with this model and these settings, loading it if it must be.

        Another model stays in memory while somebody uses it: then this waits. Whoever has an
        engine gives it back with `release`.

        Raises:
            NemodeskError: the file, the memory, or the engine does not allow it.
        """
        key = _Key(path, settings)
        while True:
            async with self._loading:
                if not self._user_count or key == self._current_key:
                    engine = self._current
                    if engine is None or key != self._current_key or not engine.is_alive:
                        engine = await self._load(key, on_progress)
                    self._user_count += 1
                    return engine
            self._released.clear()
            await self._released.wait()

    def release(self) -> None:
        """Give an engine back; it stays loaded until another model is wanted."""
        self._user_count -= 1
        self._released.set()

    async def _load(self, key: _Key, on_progress: Callable[[float], None] | None) -> EngineClient:
        if self._is_closed:
            raise EngineError("NemoDesk is closing. Start it again.")
        await self._unload()
        wanted = self._reduced.get(key, key.settings)
        prepared = await asyncio.to_thread(self._prepare, key.path, wanted)
        self._used[key] = prepared
        engine = await self._start(key.path, prepared, on_progress=on_progress)
        self._used[key] = msgspec.structs.replace(
            engine.settings, gpu_layers=engine.model.gpu_layers
        )
        self._current, self._current_key = engine, key
        return engine

    def idle_engine(self, path: Path, settings: EngineSettings) -> EngineClient | None:
        """Return the engine with this model and these settings while nobody uses it.

        It is not kept in memory for the caller: a turn that wants another model ends it.
        """
        if self._user_count or self._loading.locked() or self.loaded_model(path) is None:
            return None
        return self._current if self._current_key == _Key(path, settings) else None

    async def context_tokens(self, path: Path, settings: EngineSettings) -> int:
        """Return how long the context is, or will be once this is loaded; 0: nobody knows yet.

        Raises:
            NemodeskError: it could not be loaded.
        """
        key = _Key(path, settings)
        if key == self._current_key and self._current is not None and self._current.is_alive:
            return self._current.model.context_tokens
        if key not in self._used:
            wanted = self._reduced.get(key, settings)
            self._used[key] = await asyncio.to_thread(self._prepare, path, wanted)
        return self._used[key].context_tokens

    async def longer_context(self, path: Path, settings: EngineSettings) -> int:
        """Return the next longer context that fits this computer; 0: none, or nobody knows yet.

        Raises:
            NemodeskError: the file cannot be read any more.
        """
        key = _Key(path, settings)
        engine = self._current if self.loaded_model(path) and key == self._current_key else None
        known = self._used.get(key, settings)
        if engine is not None:
            tokens = engine.model.context_tokens
            known = msgspec.structs.replace(known, context_tokens=tokens)
        if not known.context_tokens:
            return 0
        return await asyncio.to_thread(
            _next_context, self.devices, path, known, is_loaded=engine is not None
        )

    def loaded_model(self, path: Path) -> LoadedModel | None:
        """Return what is known of this file's model while it is in memory."""
        if self._current is None or self._current_key is None or not self._current.is_alive:
            return None
        return self._current.model if self._current_key.path == path else None

    def is_loaded_as(self, path: Path, settings: EngineSettings) -> bool:
        """Return whether this file's model is in memory, and wanted exactly so."""
        return self.loaded_model(path) is not None and self._current_key == _Key(path, settings)

    @property
    def devices(self) -> tuple[Device, ...]:
        """What the engine that is in memory found to compute on, before it loaded its model."""
        return self._current.devices if self._current is not None else ()

    def loaded_settings(self, path: Path) -> EngineSettings | None:
        """Return how this file's model is loaded while it is in memory."""
        if self.loaded_model(path) is None or self._current_key is None:
            return None
        return self._used[self._current_key]

    def reduce(self, path: Path, settings: EngineSettings, needed_tokens: int) -> str:
        """After a crash, choose smaller settings for this model for as long as the program runs.

        Args:
            needed_tokens: tokens that the conversation has so far.

        Returns:
            What is different now, as a sentence for the person; empty where nothing can be.
        """
        key = _Key(path, settings)
        used = self._used.get(key, settings)
        self._reduced[key], sentence = _smaller(used, needed_tokens)
        return sentence

    async def close(self) -> None:
        """End every engine; none is loaded after that."""
        self._is_closed = True
        async with self._loading:
            await self._unload()

    async def _unload(self) -> None:
        # Taken out first: if the wait is given up, nobody must be handed an engine that ends.
        engine, self._current, self._current_key = self._current, None, None
        if engine is not None:
            await engine.close()


def _smaller(settings: EngineSettings, needed_tokens: int) -> tuple[EngineSettings, str]:
    replace = msgspec.structs.replace
    half = settings.context_tokens // 2
    if half >= max(_SHORTEST_CONTEXT_TOKENS, needed_tokens + _ROOM_FOR_ANSWER_TOKENS):
        return replace(settings, context_tokens=half), _takes(half)
    if settings.cache_type == "f16":
        return replace(settings, cache_type="q8_0"), "It now keeps the chat in less memory."
    if settings.gpu_layers:
        alone = replace(settings, gpu_layers=0, cpu_expert_layers=0)
        return alone, "It now runs on the processor alone."
    return settings, ""


def _takes(context_tokens: int) -> str:
    words = int(context_tokens * WORDS_PER_TOKEN)
    return f"It now takes chats of up to about {words:,} words."
