# SPDX-License-Identifier: Apache-2.0
"""Turns the messages of a chat into what the chat template sees. Pure."""

import re
from collections.abc import Iterable, Sequence

from nemodesk.chats.message import Attachment, Message, NewAttachment, Role
from nemodesk.documents.cleaning import clean_name
from nemodesk.documents.document import PICTURES
from nemodesk.documents.pages import split_pages
from nemodesk.engine.values import PromptMessage

_BACKTICKS = re.compile("`+")
_NO_TEXT = "(no text)"


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
    """Return what the model reads of a message: its attachments, then its words."""
    return question_text(message.content, message.attachments)


def question_text(words: str, files: Iterable[Attachment | NewAttachment]) -> str:
    """Return what the model reads of a question with these files."""
    blocks = (file_block(file.name, file.media_type, file.text) for file in files)
    return "\n\n".join(part for part in (*blocks, words) if part)


def file_block(name: str, media_type: str, text: str) -> str:
    """Return a file as the model reads it, so that it sees where it begins and ends.

    The fence is longer than any run of backticks in the text, so that no text can end it.
    """
    title = clean_name(name)
    if media_type in PICTURES:
        return f"Picture {title}: it is attached, but you cannot see it."
    pages = split_pages(media_type, text)
    if len(pages) > 1:
        title = f"{title} ({len(pages):,} pages)"
        text = "\n\n".join(
            f"[Page {number}]\n{page.strip() or _NO_TEXT}"
            for number, page in enumerate(pages, start=1)
        )
    longest_run = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest_run + 1)
    return f"File {title}:\n{fence}\n{text.rstrip()}\n{fence}"


def introduce_summary(summary: str) -> str:
    """Return a summary so that the model knows what it reads."""
    return f"Summary of our conversation so far:\n{summary}"


def answer_so_far(answer: Message) -> PromptMessage | None:
    """Return the part of an answer that is there already; None where there is none."""
    if not _says_something(answer):
        return None
    return PromptMessage(role=Role.ASSISTANT, content=answer.content, reasoning=answer.reasoning)


def _says_something(message: Message) -> bool:
    return bool(message.content or message.reasoning or message.attachments)


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
