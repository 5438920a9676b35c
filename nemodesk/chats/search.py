# SPDX-License-Identifier: Apache-2.0
"""The part of the store that finds chats and messages by their text.

What is looked for are words, or "whole phrases", anywhere in a text, also within longer words;
all of them have to be there. Case, accents and the width of letters do not matter.
"""

import heapq
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nemodesk.chats import rows, search_index
from nemodesk.chats.folded_text import composed, fold, places_of
from nemodesk.chats.message import Chat
from nemodesk.chats.store_part import StorePart
from nemodesk.text import well_formed

_MOST_OF_ONE_CHAT = 3
"""So that one long chat does not hide the others. A guess."""

_MOST_PASSED_OVER = 20_000
"""After so many further places in such chats, which takes some 30 ms, older chats are let be."""

_SNIPPET_LENGTH = 160
_SNIPPET_BEFORE = 40
_ELLIPSIS = "…"

_PHRASE = re.compile(r'"([^"]+)"|(\S+)')

_TITLED = """
    SELECT id, title AS content FROM chat
    WHERE deleted_at IS NULL AND {condition} ORDER BY updated_at DESC, id DESC LIMIT {limit:d}
"""
_PROPOSED = """
    SELECT message.id, message.chat_id FROM {index} CROSS JOIN message ON message.id = {index}.rowid
    WHERE {index} MATCH :question AND {listed} ORDER BY {index}.rowid DESC
"""
_WAITING = """
    SELECT message.id, message.chat_id FROM to_index CROSS JOIN message ON message.id = message_id
    WHERE message.status != 'writing' AND {listed} ORDER BY to_index.message_id DESC
"""
_ALL = """
    SELECT message.id, message.chat_id FROM message
    WHERE message.status != 'writing' AND {listed} ORDER BY message.id DESC
"""
_LISTED = "message.chat_id NOT IN (SELECT id FROM chat WHERE deleted_at IS NOT NULL)"

Place = tuple[int, int]
"""The ids of a message and of its chat."""


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """A place at which a text was found.

    Attributes:
        message_id: None where it is the title; maybe of a version that is not shown now.
        snippet: what stands there, in one line.
        marks: the ranges of the snippet that were looked for, in order, without overlaps.
    """

    chat: Chat
    message_id: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]


class Search(StorePart):
    """What can be found in the chats that are not in the trash."""

    def search(self, text: str, *, limit: int = 100) -> list[SearchHit]:
        """Return the places that hold all words of the text, titles first, then new ones first.

        An answer counts once it has ended. Of one chat at most three messages are returned.
        """
        terms = terms_of(text)
        if not terms:
            return []
        with self._database.reading() as connection:
            hits = [
                _hit(rows.chat(connection, row["id"]), None, row["content"], terms)
                for row in _titled(connection, terms, limit)
            ]
            found = _holding(connection, self._candidates(connection, terms), terms)
            for (message_id, chat_id), content in found:
                if len(hits) >= limit:
                    break
                hits.append(_hit(rows.chat(connection, chat_id), message_id, content, terms))
        return hits

    def search_chats(self, text: str, *, limit: int = 1000) -> list[Chat]:
        """Return the chats in which a search finds something; without words, all of them."""
        if not terms_of(text):
            with self._database.reading() as connection:
                return rows.chats(connection, "deleted_at IS NULL")
        found = {hit.chat.id: hit.chat for hit in self.search(text, limit=limit)}
        return sorted(found.values(), key=lambda chat: (chat.updated_at, chat.id), reverse=True)

    def do_idle_work(self, limit_s: float = 0.02) -> bool:
        """Keep the index of the search up to date for some time; return whether more is left."""
        if not self._has_index:
            return False
        until = time.monotonic() + limit_s
        with self._database.reading() as connection:
            if not search_index.is_behind(connection):
                return False
        with self._database.changing() as connection:
            is_behind = search_index.add_waiting(connection, until=until)
            return search_index.erase_forgotten(connection) or is_behind

    def _candidates(self, connection: sqlite3.Connection, terms: Sequence[str]) -> Iterable[Place]:
        """Return messages that may hold the terms, the newest first."""
        asked = search_index.question_for(terms) if self._has_index else None
        if asked is None:
            return connection.execute(_ALL.format(listed=_LISTED))
        index, question = asked
        proposed = connection.execute(
            _PROPOSED.format(index=index, listed=_LISTED), {"question": question}
        )
        waiting = connection.execute(_WAITING.format(listed=_LISTED))
        return heapq.merge(proposed, waiting, key=lambda row: row[0], reverse=True)


def terms_of(text: str) -> list[str]:
    """Return what is looked for, folded: each word, and what stands between quotation marks."""
    found = (phrase or word for phrase, word in _PHRASE.findall(well_formed(text)))
    folded = (" ".join(fold(term).split()) for term in found)
    return list(dict.fromkeys(term for term in folded if term))


def _titled(connection: sqlite3.Connection, terms: Sequence[str], limit: int) -> list[sqlite3.Row]:
    condition = " AND ".join("instr(folded_title, ?)" for _ in terms)
    return connection.execute(_TITLED.format(condition=condition, limit=limit), terms).fetchall()


def _holding(
    connection: sqlite3.Connection, candidates: Iterable[Place], terms: Sequence[str]
) -> Iterator[tuple[Place, str]]:
    """Yield those that do hold the terms, with their text, a few of each chat."""
    found = Counter[int]()
    passed_over = 0
    for message_id, chat_id in candidates:
        if found[chat_id] >= _MOST_OF_ONE_CHAT:
            passed_over += 1
            if passed_over > _MOST_PASSED_OVER:
                return
            continue
        row = connection.execute(
            "SELECT content FROM message WHERE id = ?", (message_id,)
        ).fetchone()
        folded = fold(row["content"])
        if all(term in folded for term in terms):
            found[chat_id] += 1
            yield (message_id, chat_id), row["content"]


def _hit(chat: Chat, message_id: int | None, text: str, terms: Sequence[str]) -> SearchHit:
    text = composed(text)
    places = sorted(places_of(text, terms))
    start = max(0, places[0][0] - _SNIPPET_BEFORE)
    if start:
        # Not in the middle of a word, where there are words.
        space = text.find(" ", start, places[0][0])
        start = start if space == -1 else space + 1
    end = min(len(text), max(start + _SNIPPET_LENGTH, places[0][1]))
    shift = start - len(_ELLIPSIS) if start else 0
    marks: list[tuple[int, int]] = []
    for first, last in places:
        if first >= (marks[-1][1] + shift if marks else start) and last <= end:
            marks.append((first - shift, last - shift))
    line = "".join(" " if character.isspace() else character for character in text[start:end])
    snippet = (_ELLIPSIS if start else "") + line + (_ELLIPSIS if end < len(text) else "")
    return SearchHit(chat=chat, message_id=message_id, snippet=snippet, marks=tuple(marks))
