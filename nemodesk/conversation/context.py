# SPDX-License-Identifier: Apache-2.0
"""Decides what of a chat the model reads when not all of it fits the context. Pure.

The instructions are never cut, no message is read by half, and what is left out is named, so that
it can be marked. Nothing of this is stored: the same messages, costs and space always give the
same reading.

Where messages must go, some more of the oldest go than need be, down to three quarters of the
room. Otherwise every further turn would begin with another message, and the engine, whose cache
holds beginnings, would read the whole context again each time: at 50 tokens a second that is
more than two minutes for 8,192 tokens.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nemodesk.chats.message import Message, Role
from nemodesk.conversation.prompting import introduce_summary, prompt_text

_USUAL_ROOM_TOKENS = 1024
_ROOM_SHARE = 4
_LEAST_ROOM_SHARE = 16
_KEPT_SHARE = 0.75


class Costs(Protocol):
    """What things cost in tokens, counted or estimated."""

    @property
    def is_exact(self) -> bool:
        """Whether it was counted with the model's own vocabulary."""
        ...

    @property
    def instructions_tokens(self) -> int:
        """What comes before the first message: instructions and the template's own words."""
        ...

    @property
    def form_tokens(self) -> int:
        """What the template puts around each message."""
        ...

    @property
    def reads_thinking(self) -> bool:
        """Whether the template shows the model what it thought in earlier turns."""
        ...

    def text_tokens(self, text: str) -> int:
        """Return what a text costs."""
        ...


@dataclass(frozen=True, kw_only=True)
class Space:
    """The room that there is.

    Attributes:
        limit_tokens: the length of the context.
        max_tokens: most tokens of the answer; None: nobody chose it.
    """

    limit_tokens: int
    max_tokens: int | None = None

    @property
    def room_tokens(self) -> int:
        """What is kept free for an answer: 1,024 tokens, or less where it may not be as long."""
        usual = min(self.max_tokens or _USUAL_ROOM_TOKENS, _USUAL_ROOM_TOKENS)
        return min(usual, self.limit_tokens // _ROOM_SHARE)

    @property
    def least_room_tokens(self) -> int:
        """With less than this, it is not worth while to begin an answer."""
        return min(self.room_tokens, self.limit_tokens // _LEAST_ROOM_SHARE)


@dataclass(frozen=True)
class Piece:
    """A message as it takes room.

    Attributes:
        is_question: whether what the model reads may begin with it.
    """

    is_question: bool
    tokens: int


@dataclass(frozen=True, kw_only=True)
class ContextUse:
    """What takes how much of the context, in tokens.

    Attributes:
        instructions: with what the template adds to them.
        summary: of the beginning of the chat.
        attachments: their text in the messages that are read.
        chat: the messages that are read, without the newest question.
        question: the newest question, with its attachments.
        begun: the beginning of an answer that goes on.
        room: kept free for the answer.
        is_exact: whether it was counted; otherwise it is an estimate.
    """

    limit: int
    room: int
    instructions: int = 0
    summary: int = 0
    attachments: int = 0
    chat: int = 0
    question: int = 0
    begun: int = 0
    is_exact: bool = True

    @property
    def used(self) -> int:
        """All that the model reads."""
        parts = (self.instructions, self.summary, self.attachments, self.chat)
        return sum(parts) + self.question + self.begun


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What of a chat the model reads.

    Attributes:
        messages: those that it reads word by word, oldest first.
        summary: what it reads in place of the beginning; may be empty.
        summarised_id: the last message that the summary stands for.
        left_out_id: the last message that it knows nothing of, but for the summary.
        fits: whether the newest question, or the begun answer, fits at all.
    """

    messages: tuple[Message, ...]
    use: ContextUse
    summary: str = ""
    summarised_id: int | None = None
    left_out_id: int | None = None
    fits: bool = True


def read(
    history: Sequence[Message],
    costs: Costs,
    space: Space,
    *,
    begun: Message | None = None,
    draft_tokens: int | None = None,
) -> Reading:
    """Return what the model reads of a chat.

    Args:
        history: the messages that are shown, oldest first.
        begun: an answer to the last of them that goes on.
        draft_tokens: what a question that is still being written costs; None: the last message is
            the question.
    """
    first = summarised_count(history)
    summary = newest_summary(history)
    begun_tokens = 0
    if begun is not None:
        begun_tokens = costs.text_tokens(begun.content) + costs.text_tokens(begun.reasoning)
    summary_tokens = costs.text_tokens(introduce_summary(summary)) if summary else 0
    fixed = costs.instructions_tokens + summary_tokens + begun_tokens
    pieces = [piece_of(message, costs) for message in history[first:]]
    if draft_tokens is not None:
        pieces.append(Piece(is_question=True, tokens=draft_tokens))
    start = first_read(pieces, space.limit_tokens - space.room_tokens - fixed)
    read_pieces = pieces[start:]
    read_messages = tuple(history[first + start :])
    question_tokens = read_pieces[-1].tokens if read_pieces else 0
    attachments = sum(
        costs.text_tokens(prompt_text(message)) - costs.text_tokens(message.content)
        for message in (read_messages if draft_tokens is not None else read_messages[:-1])
        if message.attachments
    )
    use = ContextUse(
        limit=space.limit_tokens,
        room=space.room_tokens,
        instructions=costs.instructions_tokens,
        summary=summary_tokens,
        attachments=attachments,
        chat=sum(piece.tokens for piece in read_pieces[:-1]) - attachments,
        question=question_tokens,
        begun=begun_tokens,
        is_exact=costs.is_exact,
    )
    return Reading(
        messages=read_messages,
        use=use,
        summary=summary,
        summarised_id=history[first - 1].id if summary else None,
        left_out_id=history[first + start - 1].id if start else None,
        fits=use.used + space.least_room_tokens <= space.limit_tokens,
    )


def summarised_count(history: Sequence[Message]) -> int:
    """Return how many messages the newest summary stands for; 0: there is none."""
    return 1 + max((n for n, message in enumerate(history) if message.summary), default=-1)


def newest_summary(history: Sequence[Message]) -> str:
    """Return what the model reads in place of the beginning; may be empty."""
    count = summarised_count(history)
    return history[count - 1].summary if count else ""


def first_read(pieces: Sequence[Piece], capacity_tokens: int) -> int:
    """Return the number of the first piece that is read; those before it are left out.

    The chat is gone through as it was written: whenever a question found no room, the oldest
    turns went, until the rest took three quarters of the room at most. The newest question is
    never left out.
    """
    first = total = 0
    for number, piece in enumerate(pieces):
        total += piece.tokens
        if not piece.is_question or total <= capacity_tokens:
            continue
        while first < number and total > capacity_tokens * _KEPT_SHARE:
            # A whole turn goes: up to the next question.
            total -= pieces[first].tokens
            first += 1
            while not pieces[first].is_question:
                total -= pieces[first].tokens
                first += 1
    return first


def texts_of(history: Iterable[Message]) -> list[str]:
    """Return all texts whose costs `read` may ask for."""
    texts: list[str] = []
    for message in history:
        texts += [message.content, message.reasoning]
        if message.attachments:
            texts.append(prompt_text(message))
        if message.summary:
            texts.append(introduce_summary(message.summary))
    return [text for text in texts if text]


def piece_of(message: Message, costs: Costs) -> Piece:
    """Return a message as it takes room."""
    is_question = message.role is Role.USER
    # Asked for thousands of messages while the person types.
    text = prompt_text(message) if message.attachments else message.content
    tokens = costs.text_tokens(text)
    if costs.reads_thinking:
        tokens += costs.text_tokens(message.reasoning)
    # What says nothing is not shown to the model: see `prompting`.
    return Piece(is_question, tokens + costs.form_tokens if tokens else 0)
