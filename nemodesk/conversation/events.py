# SPDX-License-Identifier: Apache-2.0
"""What happens in a turn, in the order in which it happens. Values only.

A turn begins with TurnStarted and ends with exactly one TurnEnded.
"""

from dataclasses import dataclass

from nemodesk.chats.message import Message
from nemodesk.conversation.context import Reading
from nemodesk.errors import NemodeskError


@dataclass(frozen=True)
class TurnStarted:
    """The question is stored and an empty answer waits for text.

    Attributes:
        question: the user's new message; None when an answer is written again or continued.
        answer: the message that will grow.
    """

    chat_id: int
    question: Message | None
    answer: Message


@dataclass(frozen=True)
class ModelLoading:
    """The share of the model that is in memory, 0 to 1."""

    chat_id: int
    fraction: float


@dataclass(frozen=True)
class ContextRead:
    """It is decided what of the chat the model reads for this answer.

    Attributes:
        message_id: the answer.
        goes_on: whether an answer goes on that was begun before.
    """

    chat_id: int
    message_id: int
    reading: Reading
    goes_on: bool


@dataclass(frozen=True)
class PromptReading:
    """How much of the prompt the model has read."""

    chat_id: int
    processed_tokens: int
    total_tokens: int


@dataclass(frozen=True)
class TextAdded:
    """New text at the end of the answer."""

    chat_id: int
    message_id: int
    content: str
    reasoning: str


@dataclass(frozen=True)
class EngineRestarted:
    """The engine vanished and the same answer goes on in a new one.

    Attributes:
        sentence: what happened and what was changed, for the person.
    """

    chat_id: int
    message_id: int
    sentence: str


@dataclass(frozen=True)
class TurnEnded:
    """The answer is stored as it stands.

    Attributes:
        error: why it failed; None when it is complete, stopped, or at its length limit.
    """

    chat_id: int
    message: Message
    error: NemodeskError | None


@dataclass(frozen=True)
class SummaryStarted:
    """The beginning of the chat is going to be summarised."""

    chat_id: int


@dataclass(frozen=True)
class SummaryGrown:
    """How the summary reads so far.

    Attributes:
        message_id: the last message that it will stand for.
    """

    chat_id: int
    message_id: int
    text: str


@dataclass(frozen=True)
class SummaryEnded:
    """The summary is stored, or nothing has changed.

    Attributes:
        error: why there is none; also None where it was stopped.
    """

    chat_id: int
    error: NemodeskError | None
    was_stopped: bool


SummaryEvent = SummaryStarted | SummaryGrown | SummaryEnded

TurnEvent = (
    TurnStarted
    | ModelLoading
    | ContextRead
    | PromptReading
    | TextAdded
    | EngineRestarted
    | TurnEnded
    | SummaryEvent
)
