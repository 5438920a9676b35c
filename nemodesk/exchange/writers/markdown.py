# SPDX-License-Identifier: Apache-2.0
"""Writes chats as Markdown, for reading and for notes. It holds the path that is shown."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from nemodesk.chats.message import Message, Role
from nemodesk.exchange.chat_source import ChatSource
from nemodesk.sizes import in_words


def markdown(chats: Iterable[ChatSource]) -> Iterator[str]:
    """Return the chats one below the other."""
    for place, chat in enumerate(chats):
        yield "\n" if place else ""
        began = datetime.fromtimestamp(chat.chat.created_at, UTC).isoformat(timespec="seconds")
        yield f"# {chat.title}\n\n{began}\n"
        for message in chat.path():
            yield "\n" + "\n\n".join(part for part in _parts(message) if part) + "\n"


def _parts(message: Message) -> Iterator[str]:
    yield "## You" if message.role is Role.USER else _answer_heading(message)
    for file in message.attachments:
        yield f"> **File** {file.name} ({in_words(file.size_bytes)})"
    if message.reasoning:
        yield _quoted("Thinking", message.reasoning)
    yield message.content.strip()
    if message.failure:
        yield _quoted("Failed", message.failure)


def _answer_heading(message: Message) -> str:
    return f"## Assistant ({message.model})" if message.model else "## Assistant"


def _quoted(name: str, text: str) -> str:
    quoted = re.sub(r"^", "> ", text.strip(), flags=re.MULTILINE)
    return f"> **{name}**\n>\n{quoted}"
