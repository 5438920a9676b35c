# SPDX-License-Identifier: Apache-2.0
"""Measures how long the real window takes to show a chat: from the wish to its first picture.

The window, the archive with its thread, and the chat's file are the real ones. Between two
openings another chat is shown, so that nothing is there already. It starts no engine.

    python -m benchmarks.window_chats DATABASE CHAT_ID [--times 9] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path

import qasync
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.store import ChatStore
from nemodesk.ui.theme import load_theme
from nemodesk.ui.window import MainWindow

_WINDOW_PX = (1024, 700)
_SETTLED_S = 0.5


class _PictureWatch(QObject):
    """Tells when any part of a widget has been painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.painted = asyncio.Event()
        for widget in (watched, *watched.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - of Qt
        """See a paint event, which is done when the loop comes round again."""
        if event.type() is QEvent.Type.Paint:
            self.painted.set()
        return False


async def _open(window: MainWindow, archive: ChatArchive, chat_id: int) -> float:
    """Open a chat as the session does and return the milliseconds until it is painted."""
    watch = _PictureWatch(window.transcript)
    began_s = time.perf_counter()
    chat = await archive(ChatStore.chat, chat_id)
    messages = await archive(ChatStore.path, chat_id)
    watch.painted.clear()
    window.show_chat(chat, messages)
    await watch.painted.wait()
    took_ms = (time.perf_counter() - began_s) * 1000
    watch.deleteLater()
    await asyncio.sleep(_SETTLED_S)
    return took_ms


async def _measure(window: MainWindow, database: Path, chat_id: int, times: int) -> list[float]:
    archive = ChatArchive(database)
    chats = await archive(ChatStore.list_chats)
    other_id = next(chat.id for chat in chats if chat.id != chat_id)
    window.show()
    figures: list[float] = []
    for _ in range(times):
        await _open(window, archive, other_id)
        figures.append(await _open(window, archive, chat_id))
    await archive.close()
    return figures


def main() -> int:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("database", type=Path)
    parser.add_argument("chat_id", type=int)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    window = MainWindow(load_theme("light"))
    window.resize(*_WINDOW_PX)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        figures = loop.run_until_complete(
            _measure(window, arguments.database, arguments.chat_id, arguments.times)
        )
    print(" ".join(f"{figure:.1f}" for figure in figures), "ms")
    if arguments.json:
        arguments.json.write_text(json.dumps({"opened_ms": figures}) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
