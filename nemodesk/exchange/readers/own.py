# SPDX-License-Identifier: Apache-2.0
"""Reads chats of our own JSON export; docs/chat-export.md describes it. It opens no file.

Version 1 holds the shown path only; version 2 holds the whole tree.
"""

import base64
import binascii
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

import msgspec

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.message import MessageStatistics, MessageStatus, NewAttachment, Role
from nemodesk.errors import FileError
from nemodesk.exchange.loose import (
    Json,
    is_true,
    key,
    line,
    objects,
    seconds,
    text,
    whole_number,
)
from nemodesk.exchange.tree import FileChat, Node, Tree, grow
from nemodesk.structs import convert

FORMAT = "nemodesk-chats"
VERSION = 2
BEGUN_HERE = "nemodesk:"
"""The origin of a chat that was not imported begins so."""

T = TypeVar("T")

_STATUSES = {status.value: status for status in MessageStatus}
_ROLES = {role.value: role for role in Role}


def check_head(head: Mapping[str, Json]) -> None:
    """Refuse a file that a newer program wrote.

    Raises:
        FileError: its version is higher than ours.
    """
    version = whole_number(head.get("version"))
    if head.get("format") == FORMAT and version is not None and version > VERSION:
        raise FileError(
            "This file was written by a newer version of NemoDesk. Update NemoDesk to read it.",
            detail=f"version {version}, known up to {VERSION}",
        )


def recognises(value: Mapping[str, Json]) -> bool:
    """Tell whether this is a chat of our export."""
    messages = objects(value.get("messages"))
    if not messages:
        return "messages" in value and "title" in value and "updated_at" in value
    return all("role" in message and "parent_id" in message for message in messages)


def read(value: Mapping[str, Json]) -> FileChat:
    """Return the chat."""
    nodes = [_node(message) for message in objects(value.get("messages"))]
    tree = grow(nodes, key(value.get("shown_id")), joins_turns=False)
    created_at = seconds(value.get("created_at"))
    title = line(value.get("title"))
    return FileChat(
        tree=tree,
        title=title,
        # Version 1 does not say; what is written in a file is better than what is made up.
        has_own_title=is_true(value.get("has_own_title", bool(title))),
        model=text(value.get("model")),
        created_at=created_at,
        updated_at=seconds(value.get("updated_at")),
        settings=_converted(value.get("settings"), AnswerSettings) or AnswerSettings(),
        origin=line(value.get("origin")) or origin_of(created_at, tree),
        folder=line(value.get("folder")),
        draft=text(value.get("draft")),
        draft_attachments=_attachments(value.get("draft_attachments")),
        is_pinned=is_true(value.get("is_pinned")),
        archived_at=seconds(value.get("archived_at")),
        deleted_at=seconds(value.get("deleted_at")),
    )


def origin_of(created_at: float | None, tree: Tree) -> str:
    """Return what tells this chat from all others: when it began, and with which words.

    Not its title, its end or its number: they change, and numbers are given again elsewhere.
    """
    first = next((node for node in tree.nodes if not node.parent), None)
    words = first.content if first else ""
    began = f"{created_at or 0:.6f}\0{words}"
    return f"{BEGUN_HERE}{sha256(began.encode()).hexdigest()[:32]}"


def _node(message: Mapping[str, Json]) -> Node:
    status = _STATUSES.get(text(message.get("status")), MessageStatus.COMPLETE)
    # Nobody goes on writing an answer that was exported half-way.
    if status is MessageStatus.WRITING:
        status = MessageStatus.INTERRUPTED
    return Node(
        key=key(message.get("id")),
        parent=key(message.get("parent_id")),
        role=_ROLES.get(text(message.get("role"))),
        content=text(message.get("content")),
        reasoning=text(message.get("reasoning")),
        status=status,
        model=text(message.get("model")),
        created_at=seconds(message.get("created_at")),
        failure=text(message.get("failure")),
        statistics=_converted(message.get("statistics"), MessageStatistics),
        summary=text(message.get("summary")),
        attachments=_attachments(message.get("attachments")),
    )


def _attachments(value: Json) -> tuple[NewAttachment, ...]:
    return tuple(_attachment(found) for found in objects(value))


def _attachment(found: Mapping[str, Json]) -> NewAttachment:
    size_bytes = whole_number(found.get("size_bytes"))
    return NewAttachment(
        # Only the name: a path would end up outside of the folder that it is saved in.
        name=line(found.get("name")).replace("\\", "/").rpartition("/")[2][:255] or "file",
        media_type=line(found.get("media_type"))[:100] or "application/octet-stream",
        text=text(found.get("text")),
        content=_content(found.get("content")),
        size_bytes=size_bytes if size_bytes is not None and size_bytes >= 0 else None,
    )


def _content(value: Json) -> bytes | None:
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def _converted(value: Json, kind: type[T]) -> T | None:
    try:
        return convert(value, kind) if isinstance(value, dict) else None
    except msgspec.ValidationError:
        return None
