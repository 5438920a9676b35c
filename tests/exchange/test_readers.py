# SPDX-License-Identifier: Apache-2.0
"""Chats of other programs become chats of ours, with what they said and who said it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.chats.message import MessageStatus, Role
from nemodesk.exchange.reading import recognise
from nemodesk.exchange.tree import FileChat
from tests.exchange.documents import CHATGPT, LM_STUDIO, OPEN_WEBUI

_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def _read(document: object) -> FileChat:
    chat = recognise(document)
    assert chat is not None
    return chat


def _said(chat: FileChat) -> list[tuple[Role | None, str]]:
    return [(node.role, node.content) for node in chat.tree.nodes]


def test_chatgpt() -> None:
    """Branches, tools, thoughts, names of pictures, model, times; hidden nodes are not shown."""
    chat = _read(CHATGPT)
    assert chat.title == "Garden plan"
    assert chat.origin == "chatgpt:0f-1"
    assert (chat.created_at, chat.updated_at) == (1_700_000_000.25, 1_700_000_100.0)
    assert chat.archived_at == 1_700_000_100.0
    assert _said(chat) == [
        (Role.USER, "[File: cat.png]\n\n[Image: file-A]\n\nWhat is this?"),
        (Role.ASSISTANT, "```python\nlook()\n```\n\n```\ncat\n```\n\nA cat."),
        (Role.ASSISTANT, "A **dog**."),
        (Role.USER, "Nobody's child"),
    ]
    question, answer, version, _ = chat.tree.nodes
    assert answer.parent == version.parent == question.key
    assert (answer.reasoning, answer.model, version.model) == ("Ears.", "gpt-x", "gpt-y")
    assert chat.tree.leaf == answer.key


def test_chatgpt_without_a_title_and_current_node() -> None:
    """What is null is not there; the newest version is shown."""
    chat = _read({**CHATGPT, "title": None, "current_node": None, "create_time": None})
    assert (chat.title, chat.has_own_title, chat.created_at) == ("", False, None)
    assert chat.tree.leaf


def test_open_webui() -> None:
    """The tree by id, thoughts in details, files by name, choices about answers, failures."""
    chat = _read(OPEN_WEBUI)
    assert (chat.title, chat.origin, chat.is_pinned) == ("Soup", "open-webui:w-1", True)
    assert chat.model == "llama3:8b"
    assert (chat.settings.system_prompt, chat.settings.temperature) == ("Be brief.", 0.3)
    assert chat.settings.top_p is None
    assert [node.content for node in chat.tree.nodes] == [
        "Recipe?",
        "Boil water.",
        "[Image]\n\n[File: list.pdf]\n\nAnd this?",
        "",
    ]
    assert chat.tree.nodes[1].reasoning == "Salt & water"
    assert chat.tree.nodes[3].status is MessageStatus.FAILED
    assert chat.tree.nodes[3].failure == "Out of memory"
    assert chat.tree.leaf == "2"


def test_open_webui_as_a_list_and_as_a_bare_chat() -> None:
    """Old exports hold a list; a single chat may come without what surrounds it."""
    said = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    old = _read({"id": "x", "title": "T", "chat": {"messages": said}})
    assert _said(old) == [(Role.USER, "Hi"), (Role.ASSISTANT, "Hello")]
    bare = _read(OPEN_WEBUI["chat"])
    assert len(bare.tree.nodes) == 4


def test_lm_studio() -> None:
    """Versions, steps, thoughts, tools, files; debug information is left out."""
    chat = _read(LM_STUDIO)
    assert (chat.title, chat.model, chat.draft) == ("Compare", "nemotron-nano", "not sent")
    assert chat.origin == "lm-studio:1700000000123"
    assert chat.settings.system_prompt == "You are kind."
    question, first, second, thanks = chat.tree.nodes
    assert question.content == "[Image: 17.png]\n\nWhich is faster?"
    assert (first.content, first.model) == ("Neither.", "old-model")
    assert second.content.startswith("```\nmeasure(times: 3, of: a, deep: ")
    assert second.content.endswith("\n```\n\n```\n9\n```\n\nThe first.")
    assert (second.reasoning, second.model) == ("Hm.", "nemotron-nano")
    assert first.parent == second.parent == question.key
    assert thanks.parent == second.key
    assert chat.tree.leaf == thanks.key


def test_messages_as_openai_writes_them() -> None:
    """Instructions, parts, tools and thoughts; also a bare list."""
    said = [
        {"role": "system", "content": "Be kind."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {}}],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"function": {"name": "now", "arguments": "{}"}}],
        },
        {"role": "tool", "content": "12:00"},
        {"role": "assistant", "content": "<think>Noon.</think>It is noon."},
    ]
    for document in ({"messages": said}, said):
        chat = _read(document)
        assert chat.settings.system_prompt == "Be kind."
        assert _said(chat) == [
            (Role.USER, "Hi\n\n[Image]"),
            (Role.ASSISTANT, "```\nnow({})\n```\n\n```\n12:00\n```\n\nIt is noon."),
        ]
        assert chat.tree.nodes[1].reasoning == "Noon."
    assert _read({"messages": said}).origin != _read({"messages": said[:3]}).origin


def test_our_first_format() -> None:
    """The export of version 0.1 held the shown path."""
    chat = _read(
        {
            "id": 3,
            "title": "Garden",
            "model": "m",
            "created_at": "2023-11-14T22:13:20+00:00",
            "updated_at": "2023-11-14T22:14:20+00:00",
            "messages": [
                {"id": 8, "chat_id": 3, "parent_id": None, "role": "user", "content": "When?"},
                {
                    "id": 9,
                    "chat_id": 3,
                    "parent_id": 8,
                    "role": "assistant",
                    "content": "Now",
                    "status": "writing",
                    "statistics": {"prompt_tokens": "many"},
                },
            ],
        }
    )
    assert (chat.title, chat.has_own_title, chat.created_at) == ("Garden", True, 1_700_000_000.0)
    assert _said(chat) == [(Role.USER, "When?"), (Role.ASSISTANT, "Now")]
    assert chat.tree.nodes[1].status is MessageStatus.INTERRUPTED
    assert chat.tree.nodes[1].statistics is None


def test_names_of_files_lose_their_folders() -> None:
    """A file of a chat cannot be saved outside the folder that the person chooses."""
    chat = _read(
        {
            "title": "T",
            "updated_at": "2023-11-14T22:13:20+00:00",
            "messages": [
                {
                    "id": 1,
                    "parent_id": None,
                    "role": "user",
                    "content": "",
                    "attachments": [
                        {"name": "../../etc/passwd", "content": "!!"},
                        {"name": "C:\\x\\y.txt", "content": "aGk=", "size_bytes": -1},
                    ],
                }
            ],
        }
    )
    names = [(file.name, file.content) for file in chat.tree.nodes[0].attachments]
    assert names == [("passwd", None), ("y.txt", b"hi")]


@pytest.mark.parametrize("document", [None, 3, "x", [], {}, {"messages": 1}, [1], {"a": {}}])
def test_what_is_no_chat_is_not_taken_for_one(document: object) -> None:
    """The report can name it."""
    assert recognise(document) is None


@pytest.mark.parametrize("document", [CHATGPT, OPEN_WEBUI, LM_STUDIO])
@given(data=st.data())
def test_wrong_kinds_of_values_cost_no_more_than_themselves(
    document: dict[str, Any], data: st.DataObject
) -> None:
    """With anything in any place the chat is read or refused, and nothing breaks."""
    spoilt = _spoilt(document, data)
    chat = recognise(spoilt)
    if chat is not None:
        chat.settled(1.0)


def _spoilt(value: Any, data: st.DataObject) -> Any:
    """Put anything in the place of one value somewhere below."""
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    if not inner:
        return value
    place, chosen = data.draw(st.sampled_from(inner))
    is_deep = isinstance(chosen, dict | list) and data.draw(st.booleans())
    new = _spoilt(chosen, data) if is_deep else data.draw(_ANYTHING)
    copy = value.copy()
    copy[place] = new
    return copy
