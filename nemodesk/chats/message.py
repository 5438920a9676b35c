# SPDX-License-Identifier: Apache-2.0
"""The values of a chat: a tree of messages of which one path is shown. It stores nothing."""

from dataclasses import dataclass
from enum import StrEnum

from nemodesk.answer_settings import AnswerSettings

NOTHING_CHOSEN = AnswerSettings()

TEMPORARY_FROM_ID = 2**30
"""Chats, messages and attachments of a store that is never written have ids from here on.

Nobody has a billion messages, and the window's signals carry ids in 32 bits.
"""


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"


class MessageStatus(StrEnum):
    """How far an answer has come. A user's message is always complete."""

    WRITING = "writing"
    COMPLETE = "complete"
    LENGTH = "length"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class MessageStatistics:
    """What an answer cost: tokens, seconds, tokens per second."""

    prompt_tokens: int
    cached_tokens: int
    predicted_tokens: int
    predicted_per_s: float
    ttft_s: float


@dataclass(frozen=True, kw_only=True)
class NewAttachment:
    """A file, or a pasted text, on its way into a chat.

    Attributes:
        name: the file's name, without its folder.
        media_type: as in HTTP: "text/plain", "application/pdf", "image/png".
        text: what the model reads; empty for an image.
        content: the bytes of the file; None to keep only the text.
        size_bytes: size of the file; None for that of `content`, or else of `text`.
    """

    name: str
    media_type: str
    text: str = ""
    content: bytes | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """What a message or a draft has beside its text; see NewAttachment.

    Attributes:
        has_content: whether the bytes of the file are kept; they are read apart.
    """

    id: int
    name: str
    media_type: str
    size_bytes: int
    text: str = ""
    has_content: bool = False


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message, or one version of it.

    Messages with the same parent are versions of each other.

    Attributes:
        parent_id: the message before it; None for the first.
        reasoning: what the model thought before it answered.
        model: id of the model that wrote it; empty for a user's message.
        created_at: seconds since 1970, UTC.
        failure: the sentence that the person was shown when it failed; else empty.
        statistics: None until an answer has ended.
        version: place among the versions, from 1.
        version_count: number of versions.
        summary: everything up to and including this message, told in short; may be empty.
    """

    id: int
    chat_id: int
    parent_id: int | None
    role: Role
    content: str
    reasoning: str = ""
    status: MessageStatus = MessageStatus.COMPLETE
    model: str = ""
    created_at: float
    failure: str = ""
    statistics: MessageStatistics | None = None
    version: int = 1
    version_count: int = 1
    attachments: tuple[Attachment, ...] = ()
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Chat:
    """One conversation, without its messages.

    Attributes:
        title: the person's title, the model's, or the beginning of the first message; may be
            empty.
        leaf_id: the last message of the path that is shown; None for an empty chat.
        draft: text in the composer that has not been sent.
        model: id of the model it was last used with; may be empty.
        folder_id: None outside of all folders.
        archived_at: seconds since 1970; None unless it is in the archive.
        deleted_at: seconds since 1970; None unless it is in the trash.
        answer_settings: what was chosen for this chat alone.
        has_own_title: whether the person or the model gave it its title.
        origin: what tells the same chat in the files that it was imported from; may be empty.
    """

    id: int
    title: str
    created_at: float
    updated_at: float
    leaf_id: int | None = None
    draft: str = ""
    model: str = ""
    is_pinned: bool = False
    folder_id: int | None = None
    archived_at: float | None = None
    deleted_at: float | None = None
    answer_settings: AnswerSettings = NOTHING_CHOSEN
    has_own_title: bool = False
    origin: str = ""

    @property
    def is_temporary(self) -> bool:
        """Whether it is only in memory and gone when it is left."""
        return self.id >= TEMPORARY_FROM_ID


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A name under which the person has put chats.

    Attributes:
        position: its place among the folders.
    """

    id: int
    name: str
    position: int


TITLE_LENGTH = 60
"""Most characters of a title that is made from a message."""


def title_from(text: str) -> str:
    """Return the beginning of the text as one line, cut at a word if it is too long."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    beginning = line[:TITLE_LENGTH]
    cut = beginning[:-1].rpartition(" ")[0] or beginning[:-1]
    return cut.rstrip(" ,.;:-") + "…"
