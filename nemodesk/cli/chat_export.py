# SPDX-License-Identifier: Apache-2.0
"""Chats as Markdown, JSON or JSON lines. Pure: chats and messages in, text out.

What is exported is the path that the person sees; other versions of a message are not.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from nemodesk.chats.message import Chat, Message, Role

FORMAT_VERSION = 1


class ExportFormat(StrEnum):
    """The formats, by the ending of their files."""

    MARKDOWN = "md"
    JSON = "json"
    JSON_LINES = "jsonl"


ChatWithMessages = tuple[Chat, Sequence[Message]]


def export_chats(chats: Sequence[ChatWithMessages], export_format: ExportFormat) -> str:
    """Return the chats as one text that ends with a line break.

    Markdown is for reading; JSON keeps everything; JSON lines hold one chat a line as the
    roles and contents that training tools take.
    """
    match export_format:
        case ExportFormat.MARKDOWN:
            return "\n".join(_markdown(chat, messages) for chat, messages in chats)
        case ExportFormat.JSON:
            return _json(chats)
        case ExportFormat.JSON_LINES:
            return "".join(_json_line(messages) for _, messages in chats)


def _markdown(chat: Chat, messages: Sequence[Message]) -> str:
    title = " ".join(chat.title.split()) or f"Chat {chat.id}"
    parts = [f"# {title}", f"{_time(chat.created_at)}"]
    for message in messages:
        parts.append("## You" if message.role is Role.USER else _answer_heading(message))
        if message.reasoning:
            parts.append(_quoted("Thinking", message.reasoning))
        parts.append(message.content.strip())
        if message.failure:
            parts.append(_quoted("Failed", message.failure))
    return "\n\n".join(parts) + "\n"


def _answer_heading(message: Message) -> str:
    return f"## Assistant ({message.model})" if message.model else "## Assistant"


def _quoted(name: str, text: str) -> str:
    quoted = re.sub(r"^", "> ", text.strip(), flags=re.MULTILINE)
    return f"> **{name}**\n>\n{quoted}"


def _json(chats: Sequence[ChatWithMessages]) -> str:
    document = {
        "format": "nemodesk-chats",
        "version": FORMAT_VERSION,
        "chats": [chat_fields(chat) | {"messages": _all(messages)} for chat, messages in chats],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _json_line(messages: Sequence[Message]) -> str:
    turns = [{"role": message.role, "content": message.content} for message in messages]
    return msgspec.json.encode({"messages": turns}).decode() + "\n"


def chat_fields(chat: Chat) -> dict[str, Any]:
    """Return what the command line tells about a chat in JSON."""
    return {
        "id": chat.id,
        "title": chat.title,
        "model": chat.model,
        "created_at": _time(chat.created_at),
        "updated_at": _time(chat.updated_at),
    }


def _all(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [asdict(message) | {"created_at": _time(message.created_at)} for message in messages]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
