# SPDX-License-Identifier: Apache-2.0
"""Turns the messages of a chat into what the chat template sees. Pure."""

from collections.abc import Iterable, Sequence

from nemodesk.chats.message import Message, Role
from nemodesk.engine.protocol import PromptMessage


def prompt_messages(history: Sequence[Message], system_prompt: str) -> list[PromptMessage]:
    """Return the conversation for the template, oldest first.

    Answers that hold nothing are left out. Questions that then follow each other become one,
    because many templates refuse two messages of the same role in a row.
    """
    system = [PromptMessage(role="system", content=system_prompt)] if system_prompt else []
    return [*system, *_merged(message for message in history if _says_something(message))]


def answer_so_far(answer: Message) -> PromptMessage | None:
    """Return the part of an answer that is there already; None where there is none."""
    if not _says_something(answer):
        return None
    return PromptMessage(role=Role.ASSISTANT, content=answer.content, reasoning=answer.reasoning)


def _says_something(message: Message) -> bool:
    return bool(message.content or message.reasoning)


def _merged(messages: Iterable[Message]) -> list[PromptMessage]:
    merged: list[PromptMessage] = []
    for message in messages:
        content = message.content
        if merged and merged[-1].role == message.role:
            content = f"{merged.pop().content}\n\n{content}"
        merged.append(
            PromptMessage(role=message.role, content=content, reasoning=message.reasoning)
        )
    return merged
