# SPDX-License-Identifier: Apache-2.0
"""Writes chats in OpenAI's message format, one chat a line, as training tools take it.

It holds the shown path only: roles, contents and the instructions. Nothing else has a place there.
"""

from collections.abc import Iterable, Iterator

import msgspec

from nemodesk.chats.message import Message
from nemodesk.exchange.chat_source import ChatSource


def lines(chats: Iterable[ChatSource]) -> Iterator[str]:
    """Return one line for each chat that has messages."""
    for chat in chats:
        turns = [{"role": str(message.role), "content": _said(message)} for message in chat.path()]
        if not turns:
            continue
        if system := chat.chat.answer_settings.system_prompt:
            turns.insert(0, {"role": "system", "content": system})
        yield msgspec.json.encode({"messages": turns}).decode() + "\n"


def _said(message: Message) -> str:
    """Return the message with the texts of its files, as the model was given them."""
    files = [f"{file.name}\n\n{file.text}" for file in message.attachments if file.text]
    return "\n\n".join([*files, message.content])
