# SPDX-License-Identifier: Apache-2.0
"""The chats as items: grouped by day, renamed only by wish."""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QDate, QDateTime, QModelIndex, Qt, QTime
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Chat
from nemodesk.ui.sentences import LANGUAGE_PROPERTY
from nemodesk.ui.sidebar.items import ChatItems
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.wishes import ChatWishes

MakeChat = Callable[..., Chat]
TODAY = QDate(2026, 5, 20)


def _noon(day: QDate) -> float:
    return float(QDateTime(day, QTime(12, 0)).toSecsSinceEpoch())


def _texts(items: ChatItems) -> list[str]:
    return [items.index(row).data() for row in range(items.rowCount())]


def test_chats_are_grouped_by_day(make_chat: MakeChat) -> None:
    """Today, yesterday, the week before, then months, with the year when it is another."""
    items = ChatItems(ChatWishes())
    days = (0, -1, -2, -7, -30, -200)
    chats = [
        make_chat(i, f"c{i}", updated_at=_noon(TODAY.addDays(days[i]))) for i in range(len(days))
    ]
    items.show_listing(Listing(chats=tuple(chats)), today=TODAY)
    assert _texts(items) == [
        *("Today", "c0", "Yesterday", "c1", "Previous 7 days", "c2", "c3"),
        *("April", "c4", "November 2025", "c5"),
    ]


def test_months_are_named_in_the_language_of_the_window(
    make_chat: MakeChat, qapp: QApplication
) -> None:
    """Also where the system speaks another one."""
    items = ChatItems(ChatWishes())
    qapp.setProperty(LANGUAGE_PROPERTY, "es")
    try:
        chat = make_chat(1, "c", updated_at=_noon(TODAY.addDays(-30)))
        items.show_listing(Listing(chats=(chat,)), today=TODAY)
    finally:
        qapp.setProperty(LANGUAGE_PROPERTY, None)
    assert _texts(items) == ["abril", "c"]


def test_headings_cannot_be_chosen(make_chat: MakeChat) -> None:
    """A heading is neither selectable nor a chat."""
    items = ChatItems(ChatWishes())
    items.show_listing(Listing(chats=(make_chat(1, "One", updated_at=_noon(TODAY)),)), today=TODAY)
    assert items.flags(items.index(0)) == Qt.ItemFlag.NoItemFlags
    assert items.chat_at(items.index(0)) is None
    assert items.index_of(1).row() == 1


def test_a_new_title_is_a_wish(qtbot: QtBot, make_chat: MakeChat) -> None:
    """A typed title is wished for on one line; an empty or equal one is not."""
    items = ChatItems(ChatWishes())
    items.show_listing(Listing(chats=(make_chat(4, "Old", updated_at=_noon(TODAY)),)), today=TODAY)
    index = items.index_of(4)
    with qtbot.waitSignal(items._wishes.renamed) as wished:
        assert items.setData(index, "  New \n title ")
    assert wished.args == [4, "New title"]
    assert index.data() == "Old"
    assert not items.setData(index, "  ")
    assert not items.setData(index, "Old")


def test_rows_stay_when_only_a_title_changes(make_chat: MakeChat) -> None:
    """Selection and scrolling survive a rename: the rows are not laid anew."""
    items = ChatItems(ChatWishes())
    stamp = _noon(TODAY)
    assert items.show_listing(Listing(chats=(make_chat(1, "Old", updated_at=stamp),)), today=TODAY)
    assert not items.show_listing(
        Listing(chats=(make_chat(1, "New", updated_at=stamp),)), today=TODAY
    )
    assert items.index_of(1).data() == "New"


def test_untitled_chats_have_a_name(make_chat: MakeChat) -> None:
    """A chat without a title is listed as New chat."""
    items = ChatItems(ChatWishes())
    items.show_listing(Listing(chats=(make_chat(1, "", updated_at=_noon(TODAY)),)), today=TODAY)
    assert items.index_of(1).data() == "New chat"


def test_thousands_of_chats_are_quick(make_chat: MakeChat) -> None:
    """Ten thousand chats are listed in well under a quarter of a second."""
    items = ChatItems(ChatWishes())
    chats = [make_chat(i, f"Chat {i}", updated_at=_noon(TODAY) - i * 3600) for i in range(10_000)]
    started = perf_counter()
    items.show_listing(Listing(chats=tuple(chats)), today=TODAY)
    assert perf_counter() - started < 0.25


def test_more_rows_are_laid_out_when_they_are_needed(make_chat: MakeChat) -> None:
    """A long list begins with a part; scrolling or opening an old chat brings more."""
    items = ChatItems(ChatWishes())
    stamp = _noon(TODAY)
    chats = tuple(make_chat(i, f"Chat {i}", updated_at=stamp - i) for i in range(3000))
    items.show_listing(Listing(chats=chats), today=TODAY)
    first = items.rowCount()
    assert first < 1000
    assert items.canFetchMore(QModelIndex())
    items.fetchMore(QModelIndex())
    assert items.rowCount() > first
    assert items.index_of(2500).data() == "Chat 2500"
    items.show_listing(Listing(chats=chats[1:]), today=TODAY)
    assert items.rowCount() > 2500
    assert items.index_of(2999).row() == items.rowCount() - 1
    assert not items.canFetchMore(QModelIndex())
