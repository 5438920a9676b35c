# SPDX-License-Identifier: Apache-2.0
"""The index of the search: which messages hold which three letters, in SQLite's FTS5.

It only proposes: the search compares the texts themselves. So it holds no positions, which
would make it four times as large (164 MB instead of 37 MB for 55 MB of text, measured), and it
may be lacking, where SQLite was built without FTS5. One and two letters are looked up as the
beginnings of three; Chinese words seldom have more.

Messages are indexed when there is time: the table `to_index` holds those that are not in it.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence

from nemodesk.chats.folded_text import fold

_TABLES = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS search_index
    USING fts5 (text, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')
    """,
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_trigram USING fts5vocab (search_index, row)",
)

_LENGTH = 3
_MOST_TRIGRAMS = 30
"""Enough to be sure; more of them would only cost time. A guess."""

_MOST_ENDINGS = {1: 60, 2: 250}
"""With more, a beginning is so common that looking into the newest messages is faster: about
4 ms for 1,000 messages, and listing 232 endings of "e" took 65 ms (measured)."""

_END = " " * (_LENGTH - 1)
"""Behind each text, so that its last letters begin something too."""

_LAST_CHARACTER = "\U0010ffff"

_SINCE_VERSION = (3, 34)
"""The first SQLite with the tokenizer for trigrams; see sqlite.org/changes.html."""

_STEP_PAGES = 200
_STEP_MESSAGES = 50
_CHANGES_OF_WORK = 2
"""A merge that had nothing to do has changed fewer rows; see the same page."""


def is_possible(connection: sqlite3.Connection) -> bool:
    """Tell whether this SQLite can have the index."""
    modules = {row["name"] for row in connection.execute("PRAGMA module_list")}
    version: str = connection.execute("SELECT sqlite_version()").fetchone()[0]
    return "fts5" in modules and tuple(map(int, version.split(".")[:2])) >= _SINCE_VERSION


def exists(connection: sqlite3.Connection) -> bool:
    """Tell whether the index has been made."""
    found = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('search_index', 'search_trigram')"
    )
    return bool(found.fetchone()[0] == len(_TABLES))


def make(connection: sqlite3.Connection) -> None:
    """Make the index, empty, where it is missing."""
    for statement in _TABLES:
        connection.execute(statement)


def question_for(connection: sqlite3.Connection, folded_terms: Sequence[str]) -> str | None:
    """Return what to ask the index for the messages that may hold all the terms.

    None when terms as short as these are in too many messages.
    """
    long = [term for term in folded_terms if len(term) >= _LENGTH]
    if long:
        trigrams = dict.fromkeys(trigram for term in long for trigram in _trigrams(term))
        return " AND ".join(map(_quoted, list(trigrams)[:_MOST_TRIGRAMS]))
    for term in sorted(folded_terms, key=len, reverse=True):
        most = _MOST_ENDINGS[len(term)]
        found = connection.execute(
            "SELECT term FROM search_trigram WHERE term BETWEEN ? AND ? LIMIT ?",
            (term, term + _LAST_CHARACTER, most + 1),
        ).fetchall()
        if len(found) <= most:
            # Something that is asked for even if nothing begins so.
            return " OR ".join(_quoted(row["term"]) for row in found) or _quoted(
                term.ljust(_LENGTH)
            )
    return None


def is_behind(connection: sqlite3.Connection) -> bool:
    """Tell whether messages wait to be indexed or to be cut out."""
    row = connection.execute(
        "SELECT erasing OR EXISTS (SELECT 1 FROM to_index JOIN message ON id = message_id"
        " WHERE status != 'writing') FROM index_state"
    ).fetchone()
    return bool(row[0])


def add_waiting(connection: sqlite3.Connection, *, until: float) -> bool:
    """Index messages that have ended until a time of `time.monotonic`; return whether any wait."""
    while True:
        found = connection.execute(
            "SELECT id, content FROM to_index JOIN message ON id = message_id"
            " WHERE status != 'writing' ORDER BY message_id DESC LIMIT ?",
            (_STEP_MESSAGES,),
        ).fetchall()
        for place, row in enumerate(found):
            connection.execute(
                "INSERT INTO search_index (rowid, text) VALUES (?, ?)",
                (row["id"], fold(row["content"]) + _END),
            )
            connection.execute("DELETE FROM to_index WHERE message_id = ?", (row["id"],))
            if time.monotonic() > until:
                return place + 1 < len(found) or len(found) == _STEP_MESSAGES
        if len(found) < _STEP_MESSAGES:
            return False


def forget(connection: sqlite3.Connection, message_id: int) -> None:
    """Take a message out of the index before its text changes; it waits to be indexed again."""
    cursor = connection.execute("INSERT OR IGNORE INTO to_index VALUES (?)", (message_id,))
    if cursor.rowcount:
        (row,) = connection.execute("SELECT content FROM message WHERE id = ?", (message_id,))
        _delete(connection, message_id, row["content"])


def forget_chat(connection: sqlite3.Connection, chat_id: int) -> None:
    """Take the messages of a chat out of the index before they are erased.

    What they said is still in the index until `erase_forgotten` has ended.
    """
    found = connection.execute(
        "SELECT id, content FROM message WHERE chat_id = ?"
        " AND id NOT IN (SELECT message_id FROM to_index)",
        (chat_id,),
    )
    for row in found:
        _delete(connection, row["id"], row["content"])
    connection.execute("UPDATE index_state SET erasing = 1")


def erase_forgotten(connection: sqlite3.Connection) -> bool:
    """Do a step of writing the index anew without what was forgotten; return whether more is left.

    FTS5 only notes what is deleted; it leaves it out when it merges its parts. A negative number
    of pages begins to merge all of them, see sqlite.org/fts5.html, "The merge command".
    """
    (state,) = connection.execute("SELECT erasing FROM index_state").fetchone()
    if not state:
        return False
    pages = -_STEP_PAGES if state == 1 else _STEP_PAGES
    before = connection.total_changes
    connection.execute(
        "INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)", (pages,)
    )
    is_done = connection.total_changes - before < _CHANGES_OF_WORK
    connection.execute("UPDATE index_state SET erasing = ?", (0 if is_done else 2,))
    return not is_done


def _delete(connection: sqlite3.Connection, message_id: int, content: str) -> None:
    connection.execute(
        "INSERT INTO search_index (search_index, rowid, text) VALUES ('delete', ?, ?)",
        (message_id, fold(content) + _END),
    )


def _trigrams(term: str) -> Iterator[str]:
    for start in range(len(term) - _LENGTH + 1):
        yield term[start : start + _LENGTH]


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
