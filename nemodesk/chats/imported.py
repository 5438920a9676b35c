# SPDX-License-Identifier: Apache-2.0
"""A chat from elsewhere, as values: what a file said, before the store gives it ids.

Pure: nothing is read, and nothing but the shape of the tree is checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.message import (
    NOTHING_CHOSEN,
    MessageStatistics,
    MessageStatus,
    NewAttachment,
    Role,
)


@dataclass(frozen=True, kw_only=True)
class ImportedMessage:
    """One message. `key` names it within its chat, and `parent_key` the message before it."""

    key: str
    parent_key: str | None
    role: Role
    content: str
    reasoning: str = ""
    status: MessageStatus = MessageStatus.COMPLETE
    model: str = ""
    created_at: float
    failure: str = ""
    statistics: MessageStatistics | None = None
    attachments: Sequence[NewAttachment] = ()
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportedChat:
    """A chat with its whole tree.

    Attributes:
        title: may be empty; the first message then gives one.
        messages: in the order in which they are to be versions of each other.
        shown_key: the last message of the path that is shown; None for that of the last message.
        folder: name of its folder, made when it is not there; empty for none.
        origin: what tells the same chat at the next import; empty to import it again.
    """

    title: str
    created_at: float
    updated_at: float
    messages: Sequence[ImportedMessage]
    shown_key: str | None = None
    draft: str = ""
    draft_attachments: Sequence[NewAttachment] = ()
    model: str = ""
    is_pinned: bool = False
    folder: str = ""
    archived_at: float | None = None
    deleted_at: float | None = None
    answer_settings: AnswerSettings = NOTHING_CHOSEN
    has_own_title: bool = False
    origin: str = ""


def parents_first(messages: Sequence[ImportedMessage]) -> list[ImportedMessage]:
    """Return the messages with each one after its parent, otherwise in their order.

    A message whose parent is not there begins a path of its own, and so does one of a circle.
    Of two messages with one key the first counts.
    """
    by_key: dict[str, ImportedMessage] = {}
    for message in messages:
        by_key.setdefault(message.key, message)
    ordered: dict[str, ImportedMessage] = {}
    for message in by_key.values():
        for found in _not_yet_placed(message, by_key, ordered):
            ordered[found.key] = found
    return list(ordered.values())


def _not_yet_placed(
    message: ImportedMessage,
    by_key: Mapping[str, ImportedMessage],
    ordered: Mapping[str, ImportedMessage],
) -> list[ImportedMessage]:
    """Return the message and those before it that have no place yet, the first one first."""
    way: dict[str, ImportedMessage] = {}
    current: ImportedMessage | None = message
    while current is not None and current.key not in ordered and current.key not in way:
        way[current.key] = current
        current = None if current.parent_key is None else by_key.get(current.parent_key)
    return list(reversed(way.values()))
