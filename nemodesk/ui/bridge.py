# SPDX-License-Identifier: Apache-2.0
"""The crossing from the window to the services: starts work and says what went wrong with it.

Services are awaited on the event loop that Qt runs; nothing in them blocks it. It knows no
widgets.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from PySide6.QtCore import QObject, Signal

from nemodesk.errors import CancelledError, NemodeskError

P = ParamSpec("P")

_log = logging.getLogger(__name__)


class Bridge(QObject):
    """Runs coroutines for the window.

    Signals:
        failed(object): a NemodeskError, for the person.
        broken(object): any other exception: a mistake in the program.
    """

    failed = Signal(object)
    broken = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_finished = False

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work in the background; its errors become signals. After `finish` it is left."""
        if self._is_finished:
            work.close()
            return
        task = asyncio.ensure_future(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def does(self, work: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
        """Return a slot that starts this work, with what the signal brings."""

        def begin(*arguments: P.args, **named: P.kwargs) -> None:
            self.start(work(*arguments, **named))

        return begin

    async def finish(self, timeout_s: float) -> None:
        """Wait for the work under way, and begin no more; what takes longer is cancelled."""
        self._is_finished = True
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except CancelledError:
            pass
        except NemodeskError as error:
            _log.warning("%s (%s)", error.sentence, error.detail)
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 - shown as a mistake of the program
            _log.exception("A mistake in the program")
            self.broken.emit(error)
