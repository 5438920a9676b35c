# SPDX-License-Identifier: Apache-2.0
"""What the command line tells about a chat in JSON. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from nemodesk.chats.message import Chat
from nemodesk.chats.search import SearchHit


def chat_fields(chat: Chat) -> dict[str, Any]:
    """Return the fields of one chat."""
    return {
        "id": chat.id,
        "title": chat.title,
        "model": chat.model,
        "created_at": _time(chat.created_at),
        "updated_at": _time(chat.updated_at),
        "is_pinned": chat.is_pinned,
        "archived_at": None if chat.archived_at is None else _time(chat.archived_at),
        "deleted_at": None if chat.deleted_at is None else _time(chat.deleted_at),
    }


def found_fields(hits: Sequence[SearchHit]) -> dict[str, Any]:
    """Return the fields of one chat in which something was found, and of its best place."""
    best = best_place(hits)
    return chat_fields(best.chat) | _place(best) | {"places": [_place(hit) for hit in hits]}


def best_place(hits: Sequence[SearchHit]) -> SearchHit:
    """Return the newest message, which says more than a title, or else the title."""
    return next((hit for hit in hits if hit.message_id is not None), hits[0])


def _place(hit: SearchHit) -> dict[str, Any]:
    return {"message_id": hit.message_id, "snippet": hit.snippet, "marks": hit.marks}


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
