# SPDX-License-Identifier: Apache-2.0
"""Reads a conversation file of LM Studio. It opens no file.

Each message has `versions`, of which `currentlySelected` is shown; an answer's version is made of
`steps`. What follows a message follows all its versions there; here it follows the one that is
shown, and the others stay beside it.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.message import Role
from nemodesk.exchange.loose import (
    Json,
    UnreadableError,
    decode,
    fields,
    is_list,
    is_object,
    is_true,
    line,
    objects,
    seconds,
    text,
    whole_number,
)
from nemodesk.exchange.text_parts import fenced, named
from nemodesk.exchange.thinking_tags import part_thinking
from nemodesk.exchange.tree import FileChat, Node, grow

_DEEPEST = 5
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}


def recognises(value: Mapping[str, Json]) -> bool:
    """Tell whether this is a conversation of LM Studio."""
    messages = objects(value.get("messages"))
    if not messages:
        # Of a chat without messages only these fields tell.
        return "messages" in value and "systemPrompt" in value and "createdAt" in value
    return any(isinstance(message.get("versions"), list) for message in messages)


def read(value: Mapping[str, Json]) -> FileChat:
    """Return the conversation as a chat."""
    nodes: list[Node] = []
    above = ""
    for place, message in enumerate(objects(value.get("messages"))):
        versions = [_version(version) for version in objects(message.get("versions"))]
        shown = whole_number(message.get("currentlySelected")) or 0
        shown = max(0, min(shown, len(versions) - 1))
        nodes += [
            replace(version, key=f"{place}.{number}", parent=above)
            for number, version in enumerate(versions)
        ]
        if versions:
            above = f"{place}.{shown}"
    tree = grow(nodes, above, joins_turns=True)
    created_at = seconds(value.get("createdAt"))
    title = line(value.get("name"))
    models = [node.model for node in tree.nodes if node.model]
    last_used = fields(value.get("lastUsedModel"))
    return FileChat(
        tree=tree,
        title=title,
        has_own_title=bool(title),
        model=line(last_used.get("identifier")) or (models or [""])[-1],
        created_at=created_at,
        updated_at=seconds(value.get("assistantLastMessagedAt"))
        or seconds(value.get("userLastMessagedAt")),
        settings=AnswerSettings(system_prompt=text(value.get("systemPrompt")) or None),
        # The file's name is its time of birth in milliseconds, and so is this field.
        origin=f"lm-studio:{round(created_at * 1000)}" if created_at else "",
        draft=text(value.get("clientInput")),
        is_pinned=is_true(value.get("pinned")),
    )


def _version(version: Mapping[str, Json]) -> Node:
    role = _ROLES.get(text(version.get("role")))
    steps = objects(version.get("steps"))
    parts = steps or [version]
    said = [_said(part) for part in parts if text(part.get("type")) != "debugInfoBlock"]
    content = "\n\n".join(words for words, _ in said if words)
    reasoning = "\n\n".join(thoughts for _, thoughts in said if thoughts)
    if role is Role.ASSISTANT and not reasoning:
        content, reasoning = part_thinking(content)
    names = [name for step in steps if (name := _model(step))]
    sender = line(fields(version.get("senderInfo")).get("senderName"))
    return Node(
        key="",
        role=role if content or reasoning else None,
        content=content,
        reasoning=reasoning,
        model=(names or [sender])[-1] if role is Role.ASSISTANT else "",
    )


def _said(part: Mapping[str, Json]) -> tuple[str, str]:
    """Return what a step says, and what was only thought in it."""
    words = "\n\n".join(_words(part.get("content")))
    style = fields(part.get("style"))
    return ("", words) if text(style.get("type")) == "thinking" else (words, "")


def _words(content: Json) -> Iterator[str]:
    if isinstance(content, str):
        yield text(content)
    for part in objects(content):
        kind = text(part.get("type"))
        if kind == "file":
            name = line(part.get("name")) or line(part.get("fileIdentifier"))
            yield named("Image" if text(part.get("fileType")) == "image" else "File", name)
        elif kind == "toolCallRequest":
            yield fenced(f"{line(part.get('name'))}({_written(part.get('parameters'))})")
        elif kind == "toolCallResult":
            yield fenced(_answer(part.get("content")))
        elif words := text(part.get("text")):
            yield words


def _answer(value: Json) -> str:
    """Return what a tool has answered; its parts are JSON inside a text."""
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        with suppress(UnreadableError):
            value = decode(value.encode("utf-8", "replace"))
    parts = [words for part in objects(value) if (words := text(part.get("text")))]
    return "\n".join(parts) or _written(value)


def _written(value: Json, depth: int = 0) -> str:
    """Return what a tool was given or has answered as text."""
    if isinstance(value, str):
        return text(value)
    if depth > _DEEPEST:
        return "…"
    if is_object(value):
        return ", ".join(f"{line(name)}: {_written(of, depth + 1)}" for name, of in value.items())
    if is_list(value):
        return ", ".join(_written(of, depth + 1) for of in value)
    return "" if value is None else str(value)[:100]


def _model(step: Mapping[str, Json]) -> str:
    made = fields(step.get("genInfo"))
    return line(made.get("identifier")) or line(made.get("indexedModelIdentifier"))
