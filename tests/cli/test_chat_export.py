# SPDX-License-Identifier: Apache-2.0
"""Chats come out as Markdown to read, JSON to keep and JSON lines to train."""

import json

from nemodesk.chats.message import Chat, Message, MessageStatus, Role
from nemodesk.cli.chat_export import ExportFormat, export_chats

CHAT = Chat(id=3, title="Garden", created_at=0.0, updated_at=60.0, leaf_id=2, model="m")
MESSAGES = [
    Message(
        id=1, chat_id=3, parent_id=None, role=Role.USER, content="When to sow?", created_at=0.0
    ),
    Message(
        id=2,
        chat_id=3,
        parent_id=1,
        role=Role.ASSISTANT,
        content="In April.",
        reasoning="Frost\nends.",
        model="starter",
        status=MessageStatus.STOPPED,
        created_at=30.0,
    ),
]


def test_markdown_is_for_reading() -> None:
    """Title, time, who said what, and the thoughts as a quotation."""
    assert export_chats([(CHAT, MESSAGES)], ExportFormat.MARKDOWN) == (
        "# Garden\n\n1970-01-01T00:00:00+00:00\n\n## You\n\nWhen to sow?\n\n"
        "## Assistant (starter)\n\n> **Thinking**\n>\n> Frost\n> ends.\n\nIn April.\n"
    )


def test_json_keeps_everything() -> None:
    """One document names its format and holds all fields of each message."""
    document = json.loads(export_chats([(CHAT, MESSAGES)], ExportFormat.JSON))
    assert (document["format"], document["version"]) == ("nemodesk-chats", 1)
    (chat,) = document["chats"]
    assert chat["title"] == "Garden"
    assert chat["messages"][1]["reasoning"] == "Frost\nends."
    assert chat["messages"][1]["status"] == "stopped"


def test_json_lines_hold_one_chat_each() -> None:
    """Training tools read roles and contents."""
    lines = export_chats([(CHAT, MESSAGES)] * 2, ExportFormat.JSON_LINES).splitlines()
    assert [json.loads(line) for line in lines] == 2 * [
        {
            "messages": [
                {"role": "user", "content": "When to sow?"},
                {"role": "assistant", "content": "In April."},
            ]
        }
    ]


def test_a_chat_without_a_title_is_named_by_its_number() -> None:
    """A heading is never empty."""
    chat = Chat(id=9, title="", created_at=0.0, updated_at=0.0)
    assert export_chats([(chat, [])], ExportFormat.MARKDOWN).startswith("# Chat 9\n")
