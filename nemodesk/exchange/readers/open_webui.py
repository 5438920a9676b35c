# SPDX-License-Identifier: Apache-2.0
"""Reads a chat of Open WebUI's export. It opens no file.

An entry holds who, when, and `chat`; that holds `history.messages`, a tree by id, and
`history.currentId`. Old chats have only the list `messages`.
"""

from collections.abc import Mapping

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.message import MessageStatus, Role
from nemodesk.exchange.loose import (
    Json,
    entries,
    fields,
    is_true,
    key,
    line,
    number,
    objects,
    seconds,
    text,
    whole_number,
)
from nemodesk.exchange.text_parts import named
from nemodesk.exchange.thinking_tags import part_thinking
from nemodesk.exchange.tree import FileChat, Node, chain, grow

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}


def recognises(value: Mapping[str, Json]) -> bool:
    """Tell whether this is a chat of Open WebUI, with or without what surrounds it."""
    chat = _chat(value)
    if isinstance(fields(chat.get("history")).get("messages"), dict):
        return True
    return chat is not value and isinstance(chat.get("messages"), list)


def read(value: Mapping[str, Json]) -> FileChat:
    """Return it as a chat."""
    chat = _chat(value)
    history = fields(chat.get("history"))
    by_id = fields(history.get("messages"))
    if by_id:
        nodes = [_node(key(name), fields(message)) for name, message in by_id.items()]
        tree = grow(nodes, key(history.get("currentId")), joins_turns=True)
    else:
        nodes = chain(_node("", message) for message in objects(chat.get("messages")))
        tree = grow(nodes, "", joins_turns=True)
    name = key(value.get("id")) or key(chat.get("id"))
    title = line(value.get("title")) or line(chat.get("title"))
    models = [node.model for node in tree.nodes if node.model]
    chosen = [line(model) for model in entries(chat.get("models"))]
    created_at = seconds(value.get("created_at")) or seconds(chat.get("timestamp"))
    updated_at = seconds(value.get("updated_at"))
    return FileChat(
        tree=tree,
        title=title,
        has_own_title=bool(title),
        model=(models or [model for model in chosen if model] or [""])[-1],
        created_at=created_at,
        updated_at=updated_at,
        settings=_settings(chat),
        origin=f"open-webui:{name}" if name else "",
        is_pinned=is_true(value.get("pinned")),
        archived_at=(updated_at or created_at or 0.0) if is_true(value.get("archived")) else None,
    )


def _chat(value: Mapping[str, Json]) -> Mapping[str, Json]:
    return fields(value.get("chat")) or value


def _node(name: str, message: Mapping[str, Json]) -> Node:
    role = _ROLES.get(text(message.get("role")))
    files = [
        named("Image" if text(file.get("type")) == "image" else "File", file_name)
        for file in objects(message.get("files"))
        if (file_name := _file_name(file)) or text(file.get("type")) == "image"
    ]
    content, reasoning = part_thinking(_said(message.get("content")))
    failure = _failure(message.get("error"))
    content = "\n\n".join(part for part in (*files, content) if part)
    if not (content or reasoning or failure):
        role = None
    return Node(
        key=name,
        parent=key(message.get("parentId")),
        role=role,
        content=content,
        reasoning=reasoning if role is Role.ASSISTANT else "",
        status=MessageStatus.FAILED if failure else MessageStatus.COMPLETE,
        failure=failure,
        model=line(message.get("model")) if role is Role.ASSISTANT else "",
        created_at=seconds(message.get("timestamp")),
    )


def _said(content: Json) -> str:
    """Return the text; it may also come in parts, as OpenAI's API takes it."""
    if isinstance(content, str):
        return text(content)
    return "\n\n".join(words for part in objects(content) if (words := text(part.get("text"))))


def _file_name(file: Mapping[str, Json]) -> str:
    name = line(file.get("name")) or line(fields(file.get("file")).get("filename"))
    return name[:255]


def _failure(error: Json) -> str:
    return line(fields(error).get("content")) or line(error)


def _settings(chat: Mapping[str, Json]) -> AnswerSettings:
    parameters = fields(chat.get("params"))
    system = text(parameters.get("system")) or text(chat.get("system"))
    return AnswerSettings(
        system_prompt=system or None,
        temperature=_within(number(parameters.get("temperature")), 0, 2),
        top_p=_within(number(parameters.get("top_p")), 0, 1),
        min_p=_within(number(parameters.get("min_p")), 0, 1),
        top_k=_count(parameters.get("top_k"), least=0),
        max_tokens=_count(parameters.get("max_tokens"), least=1),
    )


def _within(value: float | None, least: float, most: float) -> float | None:
    return value if value is not None and least <= value <= most else None


def _count(value: Json, *, least: int) -> int | None:
    found = whole_number(value)
    return found if found is not None and least <= found < 2**31 else None
