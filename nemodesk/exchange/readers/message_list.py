# SPDX-License-Identifier: Apache-2.0
"""Reads chats as lists of roles and contents: OpenAI's message format, one chat a line.

It opens no file. Our JSON lines are of this kind, and so is much training data.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats.message import Role
from nemodesk.exchange.loose import Json, fields, line, objects, seconds, text
from nemodesk.exchange.text_parts import fenced, named
from nemodesk.exchange.thinking_tags import part_thinking
from nemodesk.exchange.tree import FileChat, Node, chain, grow

_ROLES = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "gpt": Role.ASSISTANT,
    "tool": Role.ASSISTANT,
    "function": Role.ASSISTANT,
}
_INSTRUCTIONS = frozenset({"system", "developer"})


def recognises(value: Mapping[str, Json]) -> bool:
    """Tell whether this is a list of roles and contents."""
    messages = objects(value.get("messages"))
    return bool(messages) and all("role" in message for message in messages)


def read(value: Mapping[str, Json]) -> FileChat:
    """Return the list as a chat."""
    messages = objects(value.get("messages"))
    is_first = text(messages[0].get("role")) in _INSTRUCTIONS
    system = _said(messages[0]) if is_first else ""
    tree = grow(chain(_node(message) for message in messages), "", joins_turns=True)
    models = [node.model for node in tree.nodes if node.model]
    title = line(value.get("title"))
    return FileChat(
        tree=tree,
        title=title,
        has_own_title=bool(title),
        model=(models or [line(value.get("model"))])[-1],
        created_at=seconds(value.get("created_at")),
        settings=AnswerSettings(system_prompt=system or None),
        # Nothing names these chats, so two are the same if they say the same.
        origin=f"messages:{_digest(messages)}",
    )


def _node(message: Mapping[str, Json]) -> Node:
    role = _ROLES.get(text(message.get("role")))
    content = _said(message)
    if text(message.get("role")) in {"tool", "function"} and content:
        content = fenced(content)
    calls = [_call(call) for call in objects(message.get("tool_calls"))]
    reasoning = text(message.get("reasoning_content")) or text(message.get("reasoning"))
    if role is Role.ASSISTANT and not reasoning:
        content, reasoning = part_thinking(content)
    content = "\n\n".join(part for part in (content, *calls) if part)
    return Node(
        key="",
        role=role if content or reasoning else None,
        content=content,
        reasoning=reasoning if role is Role.ASSISTANT else "",
        model=line(message.get("model")) if role is Role.ASSISTANT else "",
        created_at=seconds(message.get("created_at")),
    )


def _said(message: Mapping[str, Json]) -> str:
    content = message.get("content")
    return text(content) if isinstance(content, str) else "\n\n".join(_parts(content))


def _parts(content: Json) -> Iterator[str]:
    for part in objects(content):
        if "image" in text(part.get("type")):
            yield named("Image", "")
        elif words := text(part.get("text")):
            yield words


def _call(call: Mapping[str, Json]) -> str:
    function = fields(call.get("function"))
    return fenced(f"{line(function.get('name'))}({text(function.get('arguments'))})")


def _digest(messages: list[Mapping[str, Json]]) -> str:
    digest = sha256()
    for message in messages:
        said = f"{text(message.get('role'))}\0{_said(message)}\0"
        digest.update(said.encode())
    return digest.hexdigest()[:32]
