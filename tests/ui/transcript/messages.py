# SPDX-License-Identifier: Apache-2.0
"""Messages to show, and what a transcript shows of them."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Message, Role
from nemodesk.ui.transcript import Transcript

Say = Callable[..., Message]


def say(number: int, content: str = "Hello", role: Role = Role.USER, **more: object) -> Message:
    """Return a message, of the user unless told otherwise."""
    message = Message(
        id=number,
        chat_id=1,
        parent_id=number - 1 or None,
        role=role,
        content=content,
        created_at=0.0,
    )
    return replace(message, **more)


def answer(number: int, content: str, **more: object) -> Message:
    """Return a message of the assistant."""
    return say(number, content, Role.ASSISTANT, **more)


def settle(qtbot: QtBot, transcript: Transcript) -> None:
    """Wait until the transcript has shown what it was given."""
    qtbot.waitUntil(lambda: not transcript.is_busy, timeout=20_000)


def texts(widget: QWidget) -> str:
    """Return all text that can be read on the visible text widgets."""
    fields = [*widget.findChildren(QTextEdit), *widget.findChildren(QPlainTextEdit)]
    return "\n".join(field.toPlainText() for field in fields if field.isVisible())


def buttons(widget: QWidget, name: str) -> list[QPushButton]:
    """Return the visible buttons of that name, from top to bottom."""
    found = [
        button
        for button in widget.findChildren(QPushButton)
        if button.accessibleName() == name and button.isVisible()
    ]
    return sorted(found, key=lambda button: button.mapTo(widget, QPoint(0, 0)).y())


def chat(count: int) -> list[Message]:
    """Return a chat of this many messages."""
    return [
        say(n, f"Question {n}") if n % 2 else answer(n, f"Answer {n} in **words**.\n\n" * 5)
        for n in range(1, count + 1)
    ]
