# SPDX-License-Identifier: Apache-2.0
"""What the command line tells about a chat in JSON. Pure."""

from datetime import UTC, datetime
from typing import Any

from nemodesk.chats.message import Chat


def chat_fields(chat: Chat) -> dict[str, Any]:
    """Return the fields of one chat."""
    return {
        "id": chat.id,
        "title": chat.title,
        "model": chat.model,
        "created_at": _time(chat.created_at),
        "updated_at": _time(chat.updated_at),
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
