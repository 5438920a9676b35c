# SPDX-License-Identifier: Apache-2.0
"""Documents as other programs export them. They are made up; their shapes are not."""

from typing import Any


def _gpt_node(parent: str | None, role: str, content: dict[str, Any], **metadata: Any) -> Any:
    return {
        "parent": parent,
        "children": [],
        "message": {
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": 1_700_000_001.5,
            "content": content,
            "metadata": metadata,
            "recipient": "all",
        },
    }


def _text(*parts: object) -> dict[str, Any]:
    return {"content_type": "text", "parts": list(parts)}


CHATGPT = {
    "title": "Garden\nplan",
    "create_time": 1_700_000_000.25,
    "update_time": 1_700_000_100.0,
    "conversation_id": "0f-1",
    "current_node": "a1",
    "is_archived": True,
    "mapping": {
        "root": {"id": "root", "message": None, "parent": None, "children": ["sys"]},
        "sys": _gpt_node("root", "system", _text(""), is_visually_hidden_from_conversation=True),
        "u": _gpt_node(
            "sys",
            "user",
            {
                "content_type": "multimodal_text",
                "parts": [
                    {
                        "content_type": "image_asset_pointer",
                        "asset_pointer": "file-service://file-A",
                    },
                    "What is this?",
                ],
            },
            attachments=[{"name": "cat.png", "id": "file-A"}],
        ),
        "t1": _gpt_node(
            "u", "assistant", {"content_type": "thoughts", "thoughts": [{"content": "Ears."}]}
        ),
        "c1": _gpt_node(
            "t1", "assistant", {"content_type": "code", "language": "python", "text": "look()"}
        ),
        "o1": _gpt_node("c1", "tool", {"content_type": "execution_output", "text": "cat"}),
        "a1": _gpt_node("o1", "assistant", _text("A cat."), model_slug="gpt-x"),
        "a2": _gpt_node("u", "assistant", _text("A **dog**."), model_slug="gpt-y"),
        "lost": _gpt_node("gone", "user", _text("Nobody's child")),
    },
}


OPEN_WEBUI = {
    "id": "w-1",
    "user_id": "u",
    "title": "Soup",
    "updated_at": 1_700_000_050,
    "created_at": 1_700_000_000,
    "pinned": True,
    "archived": False,
    "chat": {
        "title": "Soup",
        "models": ["llama3:8b"],
        "params": {"system": "Be brief.", "temperature": 0.3, "top_p": "high"},
        "history": {
            "currentId": "2",
            "messages": {
                "1": {"id": "1", "parentId": None, "role": "user", "content": "Recipe?"},
                "2": {
                    "id": "2",
                    "parentId": "1",
                    "role": "assistant",
                    "content": '<details type="reasoning" done="true" duration="3">\n'
                    "<summary>Thought for 3 seconds</summary>\n&gt; Salt &amp; water\n</details>\n"
                    "Boil water.",
                    "model": "llama3:8b",
                    "timestamp": 1_700_000_010,
                },
                "3": {
                    "id": "3",
                    "parentId": "1",
                    "role": "assistant",
                    "content": "",
                    "error": {"content": "Out of memory"},
                },
                "4": {
                    "id": "4",
                    "parentId": "2",
                    "role": "user",
                    "content": "And this?",
                    "files": [{"type": "image", "url": "data:"}, {"name": "list.pdf"}],
                },
            },
        },
        "messages": [],
    },
}


LM_STUDIO = {
    "name": "Compare",
    "pinned": False,
    "createdAt": 1_700_000_000_123,
    "systemPrompt": "You are kind.",
    "clientInput": "not sent",
    "lastUsedModel": {"identifier": "nemotron-nano"},
    "messages": [
        {
            "currentlySelected": 0,
            "versions": [
                {
                    "type": "singleStep",
                    "role": "user",
                    "content": [
                        {"type": "file", "fileIdentifier": "17.png", "fileType": "image"},
                        {"type": "text", "text": "Which is faster?"},
                    ],
                }
            ],
        },
        {
            "currentlySelected": 1,
            "versions": [
                {
                    "type": "multiStep",
                    "role": "assistant",
                    "senderInfo": {"senderName": "old-model"},
                    "steps": [
                        {"type": "contentBlock", "content": [{"type": "text", "text": "Neither."}]}
                    ],
                },
                {
                    "type": "multiStep",
                    "role": "assistant",
                    "steps": [
                        {
                            "type": "contentBlock",
                            "style": {"type": "thinking"},
                            "content": [{"type": "text", "text": "Hm."}],
                        },
                        {
                            "type": "contentBlock",
                            "content": [
                                {
                                    "type": "toolCallRequest",
                                    "name": "measure",
                                    "parameters": {
                                        "times": 3,
                                        "of": ["a", {"deep": [[[[[[1]]]]]]}],
                                    },
                                }
                            ],
                        },
                        {
                            "type": "contentBlock",
                            "roleOverride": "tool",
                            "content": [
                                {
                                    "type": "toolCallResult",
                                    "content": '[{"type":"text","text":"9"}]',
                                }
                            ],
                        },
                        {
                            "type": "contentBlock",
                            "genInfo": {"identifier": "nemotron-nano"},
                            "content": [{"type": "text", "text": "The first."}],
                        },
                        {"type": "debugInfoBlock", "debugInfo": "secret", "content": "secret"},
                    ],
                },
            ],
        },
        {
            "currentlySelected": 0,
            "versions": [
                {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "OK"}]}
            ],
        },
    ],
}
