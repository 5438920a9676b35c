# SPDX-License-Identifier: Apache-2.0
"""One running download: a child process, and how it ends. It decides nothing."""

import asyncio
import os
from collections.abc import Callable, Sequence

from nemodesk.children.process import ChildProcess, own_program
from nemodesk.downloads.protocol import (
    PROTOCOL_VERSION,
    AnyEvent,
    Arrived,
    Failed,
    Fetch,
    Hello,
    LimitRate,
    Notice,
    Progress,
    Settled,
    decode_event,
    encode,
)
from nemodesk.errors import EngineError, ErrorCode

_CLOSE_GRACE_S = 5.0
"""How long what has come may take to be written down on a slow disk (a guess)."""


def worker_command() -> list[str]:
    """Return the command that starts a download process: this program, with another argument."""
    return [*own_program(), "--download-worker", str(os.getpid())]


class DownloadChild:
    """Fetches one model in a process of its own.

    Args:
        on_event: takes everything but the first and the last event.

    Raises:
        EngineError: the process cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        wish: Fetch,
        on_event: Callable[[Progress | Notice | Settled], None],
    ) -> None:
        self._on_event = on_event
        self._last: Arrived | Failed | None = None
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._child: ChildProcess[AnyEvent] = ChildProcess(
            command, decode=decode_event, on_event=self._take, on_end=self._end
        )
        self._exit_status = 0
        self._child.send(encode(wish))

    @property
    def process_id(self) -> int:
        """The operating system's number for the process."""
        return self._child.process_id

    def limit_rate(self, bytes_per_s: float | None) -> None:
        """Change the speed."""
        self._child.send(encode(LimitRate(bytes_per_s=bytes_per_s)))

    async def wait(self) -> Arrived | Failed | EngineError:
        """Wait for the end and return what it came to; an error if the process vanished."""
        await asyncio.shield(self._ended)
        if self._last is not None:
            return self._last
        return EngineError(
            "The download was ended from outside. What has come is kept; go on with it.",
            detail=f"status {self._exit_status}\n{self._child.recent_stderr}",
        )

    async def stop(self) -> None:
        """End the process; what has come is kept."""
        self._child.end(at_once=False)
        try:
            await asyncio.wait_for(asyncio.shield(self._ended), _CLOSE_GRACE_S)
        except TimeoutError:
            self._child.end(at_once=True)
            await asyncio.shield(self._ended)

    def _take(self, event: AnyEvent) -> None:
        match event:
            case Hello():
                if event.protocol != PROTOCOL_VERSION:
                    self._last = Failed(
                        code=ErrorCode.ENGINE,
                        sentence="The download process belongs to another version of NemoDesk. "
                        "Install NemoDesk again.",
                    )
                    self._child.end(at_once=True)
            case Progress() | Notice() | Settled():
                self._on_event(event)
            case Arrived() | Failed():
                self._last = event

    def _end(self, exit_status: int, was_asked_to_end: bool) -> None:  # noqa: ARG002, FBT001
        self._exit_status = exit_status
        self._ended.set_result(None)
