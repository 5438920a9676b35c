# SPDX-License-Identifier: Apache-2.0
"""What is exported as JSON comes back as it was, and is exported again just so."""

import json
from pathlib import Path
from typing import Any

from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from nemodesk.exchange.chat_source import all_chats
from nemodesk.exchange.exporting import ExportFormat, export_to
from nemodesk.exchange.importing import import_chats
from nemodesk.exchange.progress import Progress


def _export(store: ChatStore, path: Path) -> Any:
    export_to(path, store, all_chats(store), ExportFormat.JSON, Progress())
    document = json.loads(path.read_text(encoding="utf-8"))
    for chat in document["chats"]:
        # Only an imported chat has one, and numbers are given anew.
        del chat["origin"], chat["id"]
    return document


def test_the_whole_tree_comes_back(full: ChatStore, other: ChatStore, tmp_path: Path) -> None:
    """Versions, files, choices, folders, summaries, drafts: two exports are the same text."""
    first = _export(full, tmp_path / "first.json")
    report = import_chats(tmp_path / "first.json", other, Progress())
    assert (len(report.added), report.known_count, report.problem_count) == (2, 0, 0)
    assert _export(other, tmp_path / "second.json") == first
    assert [len(chat["messages"]) for chat in first["chats"]] == [4, 1]


def test_what_the_window_shows_comes_back(
    full: ChatStore, other: ChatStore, tmp_path: Path
) -> None:
    """The imported chat reads as the exported one, with its files."""
    _export(full, tmp_path / "chats.json")
    import_chats(tmp_path / "chats.json", other, Progress())
    (chat,) = other.list_chats()
    assert (chat.title, chat.is_pinned, chat.draft) == ("Garten & Gemüse", True, "noch nicht")
    assert chat.answer_settings.system_prompt == "Kurz."
    assert [folder.name for folder in other.folders()] == ["Garten"]
    path = other.path(chat.id)
    assert [message.content for message in path] == [
        "Wann säen? 🌱",
        "**April**",
        "Und <b>ernten</b>?",
    ]
    image, plan = path[0].attachments
    assert other.attachment_content(image.id) == b"\x89PNG\r\n\x00"
    assert (plan.text, plan.has_content) == ("Im April.", False)
    assert (path[1].version, path[1].version_count, path[1].summary) == (
        1,
        2,
        "Es geht um das Säen.",
    )
    assert [found.title for found in other.list_chats(archived=True)] == ["Zweiter"]


def test_importing_twice_does_not_double(full: ChatStore, other: ChatStore, tmp_path: Path) -> None:
    """Neither on another computer nor on the one that it came from."""
    before = _export(full, tmp_path / "chats.json")
    for store in (other, full):
        import_chats(tmp_path / "chats.json", store, Progress())
        report = import_chats(tmp_path / "chats.json", store, Progress())
        assert (report.added, report.known_count) == ([], 2)
        assert _export(store, tmp_path / "again.json") == before


def test_a_chat_that_went_on_is_imported_beside_the_old_one(
    full: ChatStore, other: ChatStore, tmp_path: Path
) -> None:
    """Nothing that was said after the first import is lost."""
    _export(full, tmp_path / "chats.json")
    import_chats(tmp_path / "chats.json", other, Progress())
    (chat,) = full.list_chats()
    full.add_message(chat.id, parent_id=chat.leaf_id, role=Role.ASSISTANT, content="Im Herbst.")
    _export(full, tmp_path / "chats.json")
    for expected in ((1, 1), (0, 2)):
        report = import_chats(tmp_path / "chats.json", other, Progress())
        assert (len(report.added), report.known_count) == expected
    assert len(other.list_chats()) == 2


def test_a_chat_in_the_trash_is_imported_again(
    full: ChatStore, other: ChatStore, tmp_path: Path
) -> None:
    """Whoever imports a chat wants to see it."""
    _export(full, tmp_path / "chats.json")
    import_chats(tmp_path / "chats.json", other, Progress())
    other.delete_chat(other.list_chats()[0].id)
    assert len(import_chats(tmp_path / "chats.json", other, Progress()).added) == 1


def test_json_lines_come_back_as_the_path(
    full: ChatStore, other: ChatStore, tmp_path: Path
) -> None:
    """Roles, contents and instructions; once."""
    path = tmp_path / "chats.jsonl"
    export_to(path, full, full.list_chats(), ExportFormat.JSON_LINES, Progress())
    (line,) = path.read_text(encoding="utf-8").splitlines()
    said = json.loads(line)["messages"]
    assert [message["role"] for message in said] == ["system", "user", "assistant", "user"]
    assert said[1]["content"] == "plan.txt\n\nIm April.\n\nWann säen? 🌱"
    for expected in ((1, 0), (0, 1)):
        report = import_chats(path, other, Progress())
        assert (len(report.added), report.known_count) == expected
    (chat,) = other.list_chats()
    assert chat.answer_settings.system_prompt == "Kurz."
    assert [message.role for message in other.path(chat.id)] == [
        Role.USER,
        Role.ASSISTANT,
        Role.USER,
    ]
