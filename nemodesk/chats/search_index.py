# SPDX-License-Identifier: Apache-2.0
"""The index of the search: which messages hold which three letters, in SQLite's FTS5.

It only proposes: the search compares the texts themselves. So it holds no positions, which
would make it four times as large (164 MB instead of 37 MB for 55 MB of text, measured), and it
may be lacking, where SQLite was built without FTS5.

Messages are indexed when there is time: the table `to_index` holds those that are not in it.
A second index holds the pairs of the letters of Chinese, Japanese and Korean, whose words have
often only two.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence

from nemodesk.chats.folded_text import fold

_TABLES = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS trigram_index
    USING fts5 (text, content='', columnsize=0, detail=none, tokenize='trigram')
    """,
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS pair_index
    USING fts5 (pairs, content='', columnsize=0, detail=none, tokenize='unicode61')
    """,
)

_TRIGRAM = 3
_PAIRED = (
    (0x3041, 0x30FF),  # hiragana and katakana
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # hangul
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
_PAIR = 2
_MOST_TRIGRAMS = 30
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
        "SELECT count(*) FROM sqlite_master WHERE name IN ('trigram_index', 'pair_index')"
    )
    return bool(found.fetchone()[0] == len(_TABLES))


def make(connection: sqlite3.Connection) -> None:
    """Make the index, empty, where it is missing."""
    for statement in _TABLES:
        connection.execute(statement)


def question_for(folded_terms: Sequence[str]) -> tuple[str, str] | None:
    """Return an index and what to ask it for the messages that may hold all the terms.

    None when the index knows nothing about terms as short as these.
    """
    trigrams = [gram for term in folded_terms for gram in _grams(term, _TRIGRAM)]
    if trigrams:
        chosen = list(dict.fromkeys(trigrams))[:_MOST_TRIGRAMS]
        return "trigram_index", " AND ".join(_quoted(gram) for gram in chosen)
    pairs = [term for term in folded_terms if all(map(_is_paired, term))]
    if pairs:
        asked = (_quoted(term) + ("" if len(term) == _PAIR else "*") for term in pairs)
        return "pair_index", " AND ".join(asked)
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
            _write(connection, row["id"], row["content"])
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
        _write(connection, message_id, row["content"], command="delete")


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
        _write(connection, row["id"], row["content"], command="delete")
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
    is_done = True
    for table in ("trigram_index", "pair_index"):
        before = connection.total_changes
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608 - our own names
        is_done = is_done and connection.total_changes - before < _CHANGES_OF_WORK
    connection.execute("UPDATE index_state SET erasing = ?", (0 if is_done else 2,))
    return not is_done


def _write(
    connection: sqlite3.Connection, message_id: int, content: str, *, command: str = ""
) -> None:
    folded = fold(content)
    columns, values = ("rowid", "?") if not command else ("{0}, rowid", "'delete', ?")
    for table, column, text in (
        ("trigram_index", "text", folded),
        ("pair_index", "pairs", " ".join(_pairs(folded))),
    ):
        if text:
            connection.execute(
                f"INSERT INTO {table} ({columns.format(table)}, {column}) VALUES ({values}, ?)",  # noqa: S608 - our own names
                (message_id, text),
            )


def _pairs(folded: str) -> Iterator[str]:
    """Yield each paired letter with the one behind it, if that is paired too."""
    if folded.isascii():
        return
    for first, second in zip(folded, folded[1:] + " ", strict=True):
        if _is_paired(first):
            yield first + second if _is_paired(second) else first


def _is_paired(character: str) -> bool:
    code = ord(character)
    return code >= _PAIRED[0][0] and any(first <= code <= last for first, last in _PAIRED)


def _grams(term: str, length: int) -> list[str]:
    return [term[start : start + length] for start in range(len(term) - length + 1)]


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
