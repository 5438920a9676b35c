# SPDX-License-Identifier: Apache-2.0
"""Writes chats as one HTML page that stands alone: no script, nothing from the network.

A policy in the page forbids both as well, so that not even a mistake here would let a message do
more than be read. It follows the reader's light or dark.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape

from nemodesk.chats.message import Attachment, Chat, Message, Role
from nemodesk.exchange.chat_source import ChatSource
from nemodesk.exchange.writers.html_text import HtmlText
from nemodesk.paths import resources
from nemodesk.sizes import in_words

_SHOWN_IMAGES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""Not SVG: it is a document of its own."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(chats: Iterable[ChatSource], listed: Sequence[Chat]) -> Iterator[str]:
    """Return the page in pieces.

    Args:
        chats: what to write.
        listed: the same chats, known beforehand, for the list at the top.
    """
    style = (resources() / "export" / "chats.css").read_text(encoding="utf-8")
    title = _title(listed[0]) if len(listed) == 1 else "Chats"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="generator" content="NemoDesk">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
    )
    if len(listed) > 1:
        yield '<nav aria-label="Chats">\n<h1>Chats</h1>\n<ul>\n'
        for chat in listed:
            yield f'<li><a href="#chat-{chat.id}" dir="auto">{escape(_title(chat))}</a></li>\n'
        yield "</ul>\n</nav>\n"
    yield "<main>\n"
    text = HtmlText()
    for chat in chats:
        yield from _chat(chat, text)
    yield "</main>\n</body>\n</html>\n"


def _chat(source: ChatSource, text: HtmlText) -> Iterator[str]:
    chat = source.chat
    yield f'<article id="chat-{chat.id}">\n<header>\n'
    yield f'<h1 dir="auto">{escape(_title(chat))}</h1>\n'
    yield f"<p>{_moment(chat.created_at)}</p>\n</header>\n"
    for message in source.path():
        yield from _message(source, message, text)
    yield "</article>\n"


def _message(source: ChatSource, message: Message, text: HtmlText) -> Iterator[str]:
    is_user = message.role is Role.USER
    name = "You" if is_user else "Assistant"
    yield f'<section class="{"user" if is_user else "assistant"}">\n<h2>{name}'
    if message.model:
        yield f" <small>{escape(message.model)}</small>"
    yield "</h2>\n"
    for file in message.attachments:
        yield _attachment(source, file)
    if message.reasoning:
        thoughts = text.plain(message.reasoning)
        yield f"<details>\n<summary>Thinking</summary>\n{thoughts}</details>\n"
    yield '<div class="text" dir="auto">\n'
    yield text.plain(message.content) if is_user else text.markdown(message.content)
    yield "</div>\n"
    if message.failure:
        yield f'<p class="failure">{escape(message.failure)}</p>\n'
    yield "</section>\n"


def _attachment(source: ChatSource, file: Attachment) -> str:
    name = escape(file.name)
    content = source.content(file) if file.media_type in _SHOWN_IMAGES else None
    if content is not None:
        data = base64.b64encode(content).decode("ascii")
        return (
            f'<figure><img alt="{name}" src="data:{file.media_type};base64,{data}">'
            f"<figcaption>{name}</figcaption></figure>\n"
        )
    words = f'<p class="file">{name} <small>{in_words(file.size_bytes)}</small></p>\n'
    if not file.text:
        return words
    return f"<details>\n<summary>{words}</summary>\n<pre>{escape(file.text)}</pre>\n</details>\n"


def _title(chat: Chat) -> str:
    return " ".join(chat.title.split()) or f"Chat {chat.id}"


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f'<time datetime="{moment.isoformat()}">{moment:%Y-%m-%d %H:%M} UTC</time>'
