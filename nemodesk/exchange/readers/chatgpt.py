# SPDX-License-Identifier: Apache-2.0
"""Reads a conversation of ChatGPT's data export. It opens no file.

A conversation is a `mapping` from node ids to nodes with a parent, and `current_node` is where the
person last was. Its tools are nodes of their own: what a tool was given and what it answered become
text of the assistant's message. Pictures are not in the JSON, only their names.
"""

from collections.abc import Iterator, Mapping

from nemodesk.chats.message import Role
from nemodesk.exchange.loose import (
    Json,
    entries,
    fields,
    is_true,
    key,
    line,
    objects,
    seconds,
    text,
)
from nemodesk.exchange.text_parts import fenced, named
from nemodesk.exchange.tree import FileChat, Node, grow

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "tool": Role.ASSISTANT}
_NOT_SAID = frozenset(
    {"user_editable_context", "model_editable_context", "app_pairing_content", "system_error"}
)
"""Kinds of content that the program tells the model, not the person."""
_THOUGHTS = frozenset({"thoughts", "reasoning_recap"})


def recognises(value: Mapping[str, Json]) -> bool:
    """Tell whether this is a conversation of ChatGPT."""
    return isinstance(value.get("mapping"), dict)


def read(value: Mapping[str, Json]) -> FileChat:
    """Return the conversation as a chat."""
    nodes = [_node(key(name), fields(node)) for name, node in fields(value.get("mapping")).items()]
    tree = grow(nodes, key(value.get("current_node")), joins_turns=True)
    name = key(value.get("conversation_id")) or key(value.get("id"))
    models = [node.model for node in tree.nodes if node.model]
    title = line(value.get("title"))
    created_at = seconds(value.get("create_time"))
    updated_at = seconds(value.get("update_time"))
    return FileChat(
        tree=tree,
        title=title,
        has_own_title=bool(title),
        model=models[-1] if models else text(value.get("default_model_slug")),
        created_at=created_at,
        updated_at=updated_at,
        origin=f"chatgpt:{name}" if name else "",
        is_pinned=is_true(value.get("is_starred")),
        archived_at=(updated_at or created_at or 0.0)
        if is_true(value.get("is_archived"))
        else None,
    )


def _node(name: str, node: Mapping[str, Json]) -> Node:
    message = fields(node.get("message"))
    metadata = fields(message.get("metadata"))
    content = fields(message.get("content"))
    role = _ROLES.get(text(fields(message.get("author")).get("role")))
    kind = text(content.get("content_type"))
    is_thought = kind in _THOUGHTS
    words = _thoughts(content) if is_thought else "\n\n".join(_words(message, content))
    if (
        not words
        or kind in _NOT_SAID
        or is_true(metadata.get("is_visually_hidden_from_conversation"))
    ):
        role = None
    return Node(
        key=name,
        parent=key(node.get("parent")),
        role=role,
        content="" if is_thought else words,
        reasoning=words if is_thought else "",
        model=text(metadata.get("model_slug")) if role is Role.ASSISTANT else "",
        created_at=seconds(message.get("create_time")),
    )


def _words(message: Mapping[str, Json], content: Mapping[str, Json]) -> Iterator[str]:
    for file in objects(fields(message.get("metadata")).get("attachments")):
        if name := line(file.get("name")):
            yield named("File", name)
    author = fields(message.get("author"))
    is_tool = text(author.get("role")) == "tool"
    kind = text(content.get("content_type"))
    parts = [words for part in entries(content.get("parts")) if (words := _part(part))]
    said = text(content.get("text")) or text(content.get("result"))
    if kind == "code":
        language = line(content.get("language"))
        yield from (fenced(words, language) for words in (said or "\n".join(parts),) if words)
    elif kind in {"execution_output", "tether_browsing_display"} or (is_tool and said):
        yield from (fenced(words) for words in (said,) if words)
    elif is_tool and parts and all(isinstance(part, str) for part in entries(content.get("parts"))):
        yield fenced("\n".join(parts))
    else:
        yield from (words for words in (*parts, said) if words.strip())


def _part(part: Json) -> str:
    """Return what one part says; of a picture or a recording its name."""
    if isinstance(part, str):
        return text(part)
    found = fields(part)
    kind = text(found.get("content_type"))
    if kind == "image_asset_pointer":
        return named("Image", _pointed_at(found))
    if kind.endswith("asset_pointer") and kind != "audio_transcription":
        return named("Recording", _pointed_at(found))
    return text(found.get("text"))


def _pointed_at(part: Mapping[str, Json]) -> str:
    """Return the file's name without the scheme in front of it, as in "file-service://file-A"."""
    pointer = line(part.get("asset_pointer"))
    if not pointer:
        pointer = line(fields(part.get("audio_asset_pointer")).get("asset_pointer"))
    return pointer.rpartition("://")[2]


def _thoughts(content: Mapping[str, Json]) -> str:
    said = [
        "\n".join(words for words in (text(t.get("summary")), text(t.get("content"))) if words)
        for t in objects(content.get("thoughts"))
    ]
    return "\n\n".join(words for words in said if words)
