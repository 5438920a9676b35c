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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from nemodesk.chats import rows, search_index
from nemodesk.chats.folded_text import composed, fold, places_of
from nemodesk.chats.message import Chat
from nemodesk.chats.store_part import StorePart
from nemodesk.text import well_formed

_MOST_OF_ONE_CHAT = 3
"""So that one long chat does not hide the others. A guess."""

_SNIPPET_LENGTH = 160
_SNIPPET_BEFORE = 40
_ELLIPSIS = "…"

_SPACE = re.compile(r"\s")
_PHRASE = re.compile(r'"([^"]+)"|(\S+)')

_TITLED = """
    SELECT id, title AS content FROM chat
    WHERE deleted_at IS NULL AND {condition} ORDER BY updated_at DESC, id DESC LIMIT {limit:d}
"""
_PROPOSED = "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid DESC"
_WAITING = "SELECT message_id FROM to_index ORDER BY message_id DESC"
_TEXTS = """
    SELECT id, content FROM message WHERE id IN ({holes}) AND status != 'writing' ORDER BY id DESC
"""
_AT_ONCE = 500
_TEXTS_AT_ONCE = 20


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
            chats: dict[int, Chat] = {}
            for message_id, chat_id, content in self._places(connection, terms):
                if len(hits) >= limit:
                    break
                if chat_id not in chats:
                    chats[chat_id] = rows.chat(connection, chat_id)
                hits.append(_hit(chats[chat_id], message_id, content, terms))
        return hits

    def do_idle_work(self, limit_s: float = 0.05) -> bool:
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

    def _places(
        self, connection: sqlite3.Connection, terms: Sequence[str]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield the messages that hold the terms, the newest first, a few of each chat.

        They come as the id of the message, that of its chat, and the text.
        """
        trash = connection.execute("SELECT id FROM chat WHERE deleted_at IS NOT NULL")
        full = {row["id"] for row in trash}
        found = Counter[int]()
        for candidates in self._candidates(connection, terms):
            message_ids = candidates
            # Again after each few, since what has been found meanwhile makes chats full.
            while message_ids := self._chats_of_messages.outside_of(full, message_ids):
                some, message_ids = message_ids[:_TEXTS_AT_ONCE], message_ids[_TEXTS_AT_ONCE:]
                for message_id, content in _texts(connection, some):
                    chat_id = self._chats_of_messages.chat_id(message_id)
                    folded = fold(content)
                    if chat_id not in full and all(term in folded for term in terms):
                        yield message_id, chat_id, content
                        found[chat_id] += 1
                        if found[chat_id] == _MOST_OF_ONE_CHAT:
                            full.add(chat_id)

    def _candidates(
        self, connection: sqlite3.Connection, terms: Sequence[str]
    ) -> Iterator[Sequence[int]]:
        """Yield messages that may hold the terms, the newest first, many at once."""
        self._chats_of_messages.update(connection)
        question = search_index.question_for(connection, terms) if self._has_index else None
        if question is None:
            yield from self._chats_of_messages.newest_first(_AT_ONCE)
            return
        proposed = _batches(connection.execute(_PROPOSED, (question,)))
        waiting = list(chain.from_iterable(_batches(connection.execute(_WAITING))))
        if not waiting:
            yield from proposed
            return
        merged = heapq.merge(waiting, chain.from_iterable(proposed), reverse=True)
        while some := list(islice(merged, _AT_ONCE)):
            yield some


def terms_of(text: str) -> list[str]:
    """Return what is looked for, folded: each word, and what stands between quotation marks."""
    found = (phrase or word for phrase, word in _PHRASE.findall(well_formed(text)))
    folded = (" ".join(fold(term).split()) for term in found)
    return list(dict.fromkeys(term for term in folded if term))


def _titled(connection: sqlite3.Connection, terms: Sequence[str], limit: int) -> list[sqlite3.Row]:
    condition = " AND ".join("instr(folded_title, ?)" for _ in terms)
    return connection.execute(_TITLED.format(condition=condition, limit=limit), terms).fetchall()


def _batches(found: sqlite3.Cursor) -> Iterator[list[int]]:
    """Yield the answers to a query for ids; a list at a time is three times as fast as each."""
    while some := found.fetchmany(_AT_ONCE):
        yield [row[0] for row in some]


def _texts(connection: sqlite3.Connection, message_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Return the messages that are still there and have ended, in their order."""
    query = _TEXTS.format(holes=", ".join("?" * len(message_ids)))
    return connection.execute(query, message_ids).fetchall()


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
    line = _SPACE.sub(" ", text[start:end])
    snippet = (_ELLIPSIS if start else "") + line + (_ELLIPSIS if end < len(text) else "")
    return SearchHit(chat=chat, message_id=message_id, snippet=snippet, marks=tuple(marks))
