# SPDX-License-Identifier: Apache-2.0
"""Turns the messages of a chat into what the chat template sees. Pure."""

from collections.abc import Iterable, Sequence

from nemodesk.chats.message import Message, Role
from nemodesk.engine.protocol import PromptMessage


def prompt_messages(
    history: Sequence[Message], system_prompt: str, summary: str = ""
) -> list[PromptMessage]:
    """Return the conversation for the template, oldest first.

    Answers that hold nothing are left out. Questions that then follow each other become one,
    because many templates refuse two messages of the same role in a row. A summary stands at the
    beginning of the first question, because many templates know no system prompt.
    """
    system = [PromptMessage(role="system", content=system_prompt)] if system_prompt else []
    said = [PromptMessage(role=Role.USER, content=introduce_summary(summary))] if summary else []
    said += [_as_said(message) for message in history if _says_something(message)]
    return [*system, *_merged(said)]


def prompt_text(message: Message) -> str:
    """Return what the model reads of a message."""
    return message.content


def introduce_summary(summary: str) -> str:
    """Return a summary so that the model knows what it reads."""
    return f"Summary of our conversation so far:\n{summary}"


def answer_so_far(answer: Message) -> PromptMessage | None:
    """Return the part of an answer that is there already; None where there is none."""
    if not _says_something(answer):
        return None
    return PromptMessage(role=Role.ASSISTANT, content=answer.content, reasoning=answer.reasoning)


def _says_something(message: Message) -> bool:
    return bool(message.content or message.reasoning)


def _as_said(message: Message) -> PromptMessage:
    return PromptMessage(
        role=message.role, content=prompt_text(message), reasoning=message.reasoning
    )


def _merged(messages: Iterable[PromptMessage]) -> list[PromptMessage]:
    merged: list[PromptMessage] = []
    for message in messages:
        content = message.content
        if merged and merged[-1].role == message.role:
            content = f"{merged.pop().content}\n\n{content}"
        merged.append(
            PromptMessage(role=message.role, content=content, reasoning=message.reasoning)
        )
    return merged
