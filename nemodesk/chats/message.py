# SPDX-License-Identifier: Apache-2.0
"""The values of a chat: a tree of messages of which one path is shown. It stores nothing."""

from dataclasses import dataclass
from enum import StrEnum


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
    summary: str = ""
    attachments: tuple[object, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chat:
    """One conversation, without its messages.

    Attributes:
        title: the person's title, or the beginning of the first message; may be empty.
        leaf_id: the last message of the path that is shown; None for an empty chat.
        draft: text in the composer that has not been sent.
        model: id of the model it was last used with; may be empty.
    """

    id: int
    title: str
    created_at: float
    updated_at: float
    leaf_id: int | None = None
    draft: str = ""
    model: str = ""


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
