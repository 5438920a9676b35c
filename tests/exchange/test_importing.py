# SPDX-License-Identifier: Apache-2.0
"""Files, folders and archives are imported; hostile ones end in a sentence."""

import json
import zipfile
from pathlib import Path

import pytest

from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from nemodesk.errors import FileError, UsageError
from nemodesk.exchange.importing import ImportReport, import_chats
from nemodesk.exchange.progress import Progress
from tests.exchange.documents import CHATGPT, LM_STUDIO, OPEN_WEBUI

_HI = {"messages": [{"role": "user", "content": "Hi"}]}


def _import(path: Path, store: ChatStore, *, largest_bytes: int = 2**20) -> ImportReport:
    return import_chats(path, store, Progress(), largest_bytes=largest_bytes)


def _written(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_an_archive_of_chatgpt(store: ChatStore, tmp_path: Path) -> None:
    """Its conversations are found, also in several files; its other files are passed over."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("user.json", json.dumps({"id": "user-1", "email": "a@b.c"}))
        archive.writestr("message_feedback.json", json.dumps([{"id": "1", "rating": "up"}]))
        archive.writestr("chat.html", "<html>")
        archive.writestr("conversations-000.json", json.dumps([CHATGPT, {"odd": 1}]))
        archive.writestr(
            "../conversations-001.json", json.dumps([{**CHATGPT, "conversation_id": "0f-2"}])
        )
    report = _import(path, store)
    assert report.sentence == "2 chats were imported, 1 was left out."
    assert report.problems[0].place == "export.zip, conversations-000.json, chat 2"
    assert _import(path, store).known_count == 2
    archived, _ = store.list_chats(archived=True)
    assert store.path(archived.id)[-1].content.endswith("A cat.")


def test_a_folder_of_lm_studio(store: ChatStore, tmp_path: Path) -> None:
    """One file a chat, in folders of their own; what is no chat is passed over."""
    folder = tmp_path / "conversations"
    (folder / "inner").mkdir(parents=True)
    _written(folder / "1.conversation.json", LM_STUDIO)
    _written(
        folder / "inner" / "2.conversation.json", {**LM_STUDIO, "createdAt": 1_800_000_000_000}
    )
    _written(folder / "settings.json", {"theme": "dark"})
    (folder / "notes.txt").write_text("no chat", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    report = _import(folder, store)
    assert (len(report.added), report.problems) == (2, [])


def test_a_list_of_open_webui_under_any_name(store: ChatStore, tmp_path: Path) -> None:
    """What a file is, its shape tells."""
    report = _import(_written(tmp_path / "photo.png", [OPEN_WEBUI]), store)
    (chat,) = store.list_chats()
    assert report.added == [chat.id]
    assert (chat.title, chat.is_pinned, chat.model) == ("Soup", True, "llama3:8b")


def test_one_bad_chat_does_not_cost_the_others(store: ChatStore, tmp_path: Path) -> None:
    """Each is named with its place."""
    good = json.dumps(_HI)
    deep = "[" * 100_000 + "]" * 100_000
    large = json.dumps({"messages": [{"role": "user", "content": "x" * 2_000_000}]})
    empty = json.dumps({"messages": [{"role": "user", "content": ""}]})
    path = tmp_path / "mixed.json"
    path.write_text(f"[{good}, {deep}, {large}, {empty}, 7, {{,}}]", encoding="utf-8")
    report = _import(path, store)
    assert len(report.added) == 1
    assert report.problem_count == 5
    assert {problem.place for problem in report.problems} >= {
        "mixed.json, chat 2",
        "mixed.json, chat 3",
        "mixed.json, chat 5",
    }
    assert "larger than 1.0 MB" in " ".join(problem.sentence for problem in report.problems)


def test_a_file_that_was_cut_off_gives_what_it_has(store: ChatStore, tmp_path: Path) -> None:
    """And the report says that there was more."""
    whole = json.dumps([CHATGPT, {**CHATGPT, "conversation_id": "2"}])
    path = tmp_path / "conversations.json"
    path.write_text(whole[:-50], encoding="utf-8")
    report = _import(path, store)
    assert len(report.added) == 1
    assert report.problems[0].sentence == "The file is damaged or ends in the middle."


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"<html>", b"\x00" * 1000, b"[1, 2, 3]", b'{"messages": {}}', b"[" * 9999],
)
def test_a_file_without_chats_is_a_sentence(
    store: ChatStore, tmp_path: Path, content: bytes
) -> None:
    """It has the exit code of a file that cannot be read."""
    path = tmp_path / "what.json"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"what\.json"):
        _import(path, store)
    assert store.list_chats() == []


def test_a_file_that_is_not_there_is_wrong_usage(store: ChatStore, tmp_path: Path) -> None:
    """The sentence names it."""
    with pytest.raises(UsageError, match=r"nowhere\.json"):
        _import(tmp_path / "nowhere.json", store)


def test_a_file_of_a_newer_program_is_refused(store: ChatStore, tmp_path: Path) -> None:
    """Half understood would be half lost."""
    document = {"format": "nemodesk-chats", "version": 99, "chats": [_HI]}
    with pytest.raises(FileError, match="newer version"):
        _import(_written(tmp_path / "new.json", document), store)


def test_a_damaged_archive_is_a_sentence(store: ChatStore, tmp_path: Path) -> None:
    """Cut off at the end, changed inside, or locked with a password."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", json.dumps([_HI] * 50))
    content = path.read_bytes()
    for spoilt in (content[:-40], content.replace(b'"Hi"', b'"Ho"'), _locked(content)):
        path.write_bytes(spoilt)
        try:
            report = _import(path, store)
        except FileError as error:
            assert "damaged" in error.sentence  # noqa: PT017 - either may be told
        else:
            assert "damaged" in report.problems[0].sentence


def _locked(content: bytes) -> bytes:
    """Set the bit that says that an entry is encrypted, in both places where it stands."""
    spoilt = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        spoilt[content.index(mark) + place] |= 1
    return bytes(spoilt)


def test_scripts_and_odd_characters_are_only_text(store: ChatStore, tmp_path: Path) -> None:
    """They are kept as what was written, without what would steer a terminal."""
    said = "<script>alert(1)</script>\0\x1b[2J\ud800 &lt;"
    _import(_written(tmp_path / "a.json", {"messages": [{"role": "user", "content": said}]}), store)
    (chat,) = store.list_chats()
    (message,) = store.path(chat.id)
    assert message.content == "<script>alert(1)</script>[2J\N{REPLACEMENT CHARACTER} &lt;"
    assert message.role is Role.USER


def test_it_can_be_stopped(store: ChatStore, tmp_path: Path) -> None:
    """What was imported before stays, and the report says so."""
    path = tmp_path / "many.jsonl"
    lines = [
        json.dumps({"messages": [{"role": "user", "content": f"{n} " * 40_000}]}) for n in range(60)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    progress = Progress()

    def stop_soon(done: int, total: int) -> None:
        if done > total / 2:
            progress.stop.set()

    progress.on_progress = stop_soon
    report = import_chats(path, store, progress)
    assert report.is_stopped
    assert 0 < len(report.added) < 60
    assert len(store.list_chats()) == len(report.added)
