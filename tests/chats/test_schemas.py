# SPDX-License-Identifier: Apache-2.0
"""Databases of older programs, opened by this one."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from nemodesk.chats.message import MessageStatus
from nemodesk.chats.migrations import MIGRATIONS
from nemodesk.chats.store import ChatStore
from tests.chats import schemas
from tests.fakes.clock import FakeClock

_NEWEST = len(MIGRATIONS)


def _layout(path: Path) -> list[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT type, name, tbl_name FROM sqlite_master ORDER BY type, name"
        ).fetchall()


def test_every_older_schema_is_here() -> None:
    """A new migration comes with a database of the schema before it."""
    assert schemas.known() == list(range(1, _NEWEST))


@pytest.mark.parametrize("schema", schemas.known())
def test_an_older_schema_becomes_the_newest(
    schema: int, database: Path, tmp_path: Path, clock: FakeClock
) -> None:
    """What an older program has stored is all there, in the same tables as in a new file."""
    schemas.load(schema, database)
    store = ChatStore(database, clock=clock)

    garden, named, empty = sorted(store.list_chats(), key=lambda chat: chat.id)
    (thrown,) = store.list_trash()
    assert (named.title, thrown.title, empty.title) == ("Named by hand", "thrown away", "")
    assert all(chat.has_own_title == bool(chat.title) for chat in (garden, named, thrown, empty))
    assert (garden.draft, garden.model) == ("not sent yet", "nemotron-4b")
    assert [message.content for message in store.path(garden.id)] == [
        "Wann säe ich Tomaten?",
        "Im März. ",
    ]
    whole = store.whole(garden.id)
    assert len(whole) == 7
    assert (whole[1].reasoning, whole[1].version, whole[1].version_count) == ("hmhm", 1, 2)
    assert whole[1].statistics is not None
    assert whole[1].statistics.ttft_s == 0.25
    assert {message.status for message in whole} == {
        MessageStatus.COMPLETE,
        MessageStatus.STOPPED,
        MessageStatus.FAILED,
    }
    assert store.mark_interrupted() == 1
    assert store.path(named.id)[-1].content == "half an answer "
    for _ in range(2):  # before and after the index is filled
        assert [hit.chat.id for hit in store.search("花园")] == [garden.id]
        assert [hit.chat.id for hit in store.search("TOMATEN")] == [garden.id, garden.id]
        assert store.search("thrown") == []
        while store.do_idle_work():
            pass
    store.erase_chat(garden.id)
    store.close()

    fresh = tmp_path / "fresh.sqlite3"
    ChatStore(fresh).close()
    assert _layout(database) == _layout(fresh)
    backup = database.with_name(f"chats.schema-{schema}.sqlite3")
    with contextlib.closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema,)
        assert connection.execute("SELECT count(*) FROM chat").fetchone() == (4,)
