# SPDX-License-Identifier: Apache-2.0
"""Puts chats under headings: pinned, by folder, by day. It draws nothing and knows no list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from nemodesk.chats.message import Chat, Folder
from nemodesk.chats.search import SearchHit
from nemodesk.ui.sentences import LANGUAGE_PROPERTY
from nemodesk.ui.sidebar.listing import Listing

_DAYS_IN_A_WEEK = 7
_NEVER_S = float("inf")


@dataclass(frozen=True)
class Heading:
    """A line above chats.

    Attributes:
        folder: None above chats of a day.
        is_folded: whether the chats of the folder are hidden.
        chat_count: number of chats in the folder.
    """

    title: str
    folder: Folder | None = None
    is_folded: bool = False
    chat_count: int = 0


Row: TypeAlias = Heading | Chat | SearchHit


def rows_of(listing: Listing, folded: Collection[int], today: QDate) -> list[Row]:
    """Return the rows of a listing.

    Args:
        folded: ids of the folders whose chats are hidden.
    """
    if listing.search:
        return list(listing.hits)
    if listing.view != "chats":
        return _by_day(listing.chats, today)
    temporary = [chat for chat in listing.chats if chat.is_temporary]
    pinned = [chat for chat in listing.chats if chat.is_pinned and not chat.is_temporary]
    others = [chat for chat in listing.chats if not (chat.is_pinned or chat.is_temporary)]
    rows: list[Row] = [
        *_below(QCoreApplication.translate("ChatGroups", "Temporary"), temporary),
        *_below(QCoreApplication.translate("ChatGroups", "Pinned"), pinned),
    ]
    by_folder: dict[int | None, list[Chat]] = {folder.id: [] for folder in listing.folders}
    loose: list[Chat] = []
    for chat in others:
        by_folder.get(chat.folder_id, loose).append(chat)
    for folder in listing.folders:
        inside = by_folder[folder.id]
        is_folded = folder.id in folded
        rows.append(Heading(folder.name, folder, is_folded, len(inside)))
        rows += [] if is_folded else inside
    return rows + _by_day(loose, today)


def day_name(moment_s: float, today: QDate) -> str:
    """Return the heading under which a moment stands."""
    return _Days(today).name(moment_s)


class _Days:
    """Names the days of moments; quick for moments that come in order.

    Args:
        today: in the computer's time zone.
    """

    def __init__(self, today: QDate) -> None:
        self._today = today
        self._today_s = _begin_s(today)
        self._yesterday_s = _begin_s(today.addDays(-1))
        self._week_s = _begin_s(today.addDays(-_DAYS_IN_A_WEEK))
        self._known = (_NEVER_S, _NEVER_S, "")

    def name(self, moment_s: float) -> str:
        """Return what the day of a moment is called."""
        since_s, until_s, name = self._known
        if not since_s <= moment_s < until_s:
            self._known = self._name(moment_s)
            name = self._known[2]
        return name

    def _name(self, moment_s: float) -> tuple[float, float, str]:
        if moment_s >= self._today_s:
            return self._today_s, _NEVER_S, QCoreApplication.translate("ChatGroups", "Today")
        if moment_s >= self._yesterday_s:
            return (
                self._yesterday_s,
                self._today_s,
                QCoreApplication.translate("ChatGroups", "Yesterday"),
            )
        if moment_s >= self._week_s:
            return (
                self._week_s,
                self._yesterday_s,
                QCoreApplication.translate("ChatGroups", "Previous 7 days"),
            )
        day = QDateTime.fromSecsSinceEpoch(int(moment_s)).date()
        first = QDate(day.year(), day.month(), 1)
        month = _language().standaloneMonthName(day.month())
        name = month if day.year() == self._today.year() else f"{month} {day.year()}"
        return _begin_s(first), min(_begin_s(first.addMonths(1)), self._week_s), name


def _by_day(chats: Iterable[Chat], today: QDate) -> list[Row]:
    days = _Days(today)
    rows: list[Row] = []
    heading = ""
    for chat in chats:
        name = days.name(chat.updated_at)
        if name != heading:
            heading = name
            rows.append(Heading(name))
        rows.append(chat)
    return rows


def _below(title: str, chats: list[Chat]) -> list[Row]:
    return [Heading(title), *chats] if chats else []


def _begin_s(day: QDate) -> float:
    return float(day.startOfDay().toSecsSinceEpoch())


def _language() -> QLocale:
    """Return the language of the window, which need not be that of the system."""
    application = QCoreApplication.instance()
    code = application.property(LANGUAGE_PROPERTY) if application else None
    # Not the system's, even of this language: it names months as LC_TIME says.
    return QLocale(code) if isinstance(code, str) else QLocale()
