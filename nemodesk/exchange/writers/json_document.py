# SPDX-License-Identifier: Apache-2.0
"""Writes chats as our JSON, which loses nothing; docs/chat-export.md describes it.

Messages are numbered within their chat: numbers of the store mean nothing elsewhere, and two
exports of one chat are the same.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from nemodesk.chats.message import Attachment, Message
from nemodesk.exchange.chat_source import ChatSource
from nemodesk.exchange.readers.own import FORMAT, VERSION


def document(chats: Iterable[ChatSource]) -> Iterator[str]:
    """Return the whole document in pieces."""
    yield f'{{"format":"{FORMAT}","version":{VERSION},"chats":['
    for place, chat in enumerate(chats):
        yield ",\n" if place else "\n"
        yield from chat_pieces(chat)
    yield "\n]}\n"


def chat_pieces(source: ChatSource) -> Iterator[str]:
    """Return one chat in pieces, a message a line."""
    messages = source.tree
    numbers = {message.id: place for place, message in enumerate(messages, start=1)}
    yield _text(_chat_fields(source, numbers)).removesuffix("}")
    yield ',"messages":['
    for place, message in enumerate(messages):
        yield ",\n  " if place else "\n  "
        yield _text(_message_fields(source, message, numbers))
    yield "]}"


def _chat_fields(source: ChatSource, numbers: dict[int, int]) -> dict[str, Any]:
    chat = source.chat
    drafts = source.store.draft_attachments(chat.id) if chat.deleted_at is None else ()
    return {
        "id": chat.id,
        "title": chat.title,
        "has_own_title": chat.has_own_title,
        "origin": chat.origin,
        "model": chat.model,
        "created_at": _time(chat.created_at),
        "updated_at": _time(chat.updated_at),
        "archived_at": _time(chat.archived_at),
        "deleted_at": _time(chat.deleted_at),
        "is_pinned": chat.is_pinned,
        "folder": source.folder,
        "settings": chat.answer_settings,
        "draft": chat.draft,
        "draft_attachments": [_attachment_fields(source, draft) for draft in drafts],
        "shown_id": numbers.get(chat.leaf_id) if chat.leaf_id is not None else None,
    }


def _message_fields(
    source: ChatSource, message: Message, numbers: dict[int, int]
) -> dict[str, Any]:
    return {
        "id": numbers[message.id],
        "parent_id": numbers.get(message.parent_id) if message.parent_id is not None else None,
        "role": message.role,
        "content": message.content,
        "reasoning": message.reasoning,
        "status": message.status,
        "model": message.model,
        "created_at": _time(message.created_at),
        "failure": message.failure,
        "statistics": message.statistics,
        "summary": message.summary,
        "attachments": [
            _attachment_fields(source, attachment) for attachment in message.attachments
        ],
    }


def _attachment_fields(source: ChatSource, attachment: Attachment) -> dict[str, Any]:
    content = source.content(attachment)
    return {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size_bytes": attachment.size_bytes,
        "text": attachment.text,
        "content": None if content is None else base64.b64encode(content).decode("ascii"),
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _text(values: dict[str, Any]) -> str:
    return msgspec.json.encode(values).decode()
