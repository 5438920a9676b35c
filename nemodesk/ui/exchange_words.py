# SPDX-License-Identifier: Apache-2.0
"""What came of an import or a restoration, and what is in a backup, in words. It does nothing."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Qt

from nemodesk.sizes import in_words
from nemodesk.ui.rows import RestoreRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemodesk.exchange.backup.manifest import ModelEntry
    from nemodesk.exchange.backup.reading import Backup
    from nemodesk.exchange.importing import ImportReport

_SHOWN_PROBLEMS = 5
_LONGEST_NAME = 80
_NOT_IN_NAMES = dict.fromkeys(map(ord, '\\/:*?"<>|'), " ")


def imported_in_words(report: "ImportReport") -> str:
    """Return how many chats came in: "Imported: 12 chats. Here already: 3."."""
    parts = [
        QCoreApplication.translate("Exchange", "Imported chats: %1.").replace(
            "%1", f"{len(report.added):,}"
        )
    ]
    if report.known_count:
        parts.append(
            QCoreApplication.translate("Exchange", "Here already: %1.").replace(
                "%1", f"{report.known_count:,}"
            )
        )
    if report.problem_count:
        parts.append(
            QCoreApplication.translate("Exchange", "Left out: %1.").replace(
                "%1", f"{report.problem_count:,}"
            )
        )
    if report.is_stopped:
        parts.append(QCoreApplication.translate("Exchange", "It was stopped before the end."))
    return " ".join(parts)


def problems_in_words(report: "ImportReport") -> list[str]:
    """Return the first things that were left out, with their places."""
    lines = [f"{problem.place}: {problem.sentence}" for problem in report.problems]
    more = report.problem_count - _SHOWN_PROBLEMS
    if more > 0:
        lines = [
            *lines[:_SHOWN_PROBLEMS],
            QCoreApplication.translate("Exchange", "And %1 more.").replace("%1", f"{more:,}"),
        ]
    return lines


def missing_in_words(models: "Sequence[ModelEntry]") -> list[str]:
    """Return which models of a backup have to be downloaded again."""
    sentence = QCoreApplication.translate(
        "Exchange", "%1 (%2) is not on this computer. Find it in Models."
    )
    return [
        sentence.replace("%1", model.name or model.id).replace("%2", in_words(model.size_bytes))
        for model in models
    ]


def backup_in_words(
    backup: "Backup", missing: "Sequence[ModelEntry]", *, is_kept: bool
) -> RestoreRow:
    """Return what is in a backup.

    Args:
        is_kept: whether what is here is backed up before a backup takes its place.
    """
    contents = backup.contents
    moment = QDateTime.fromString(backup.manifest.created_at, Qt.DateFormat.ISODate).toLocalTime()
    made = QCoreApplication.translate("Exchange", "Made on %1 by %2.")
    made = made.replace("%1", QLocale().toString(moment, QLocale.FormatType.LongFormat))
    counts = QCoreApplication.translate(
        "Exchange", "Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5."
    )
    for place, count in enumerate(
        (
            contents.chats,
            contents.messages,
            contents.settings,
            contents.secrets,
            contents.models,
        ),
        start=1,
    ):
        counts = counts.replace(f"%{place}", f"{count:,}")
    replacing = QCoreApplication.translate(
        "Exchange",
        "Everything becomes as it was in the backup. Other chats go into the trash, and other "
        "settings get their defaults.",
    )
    if is_kept:
        first = QCoreApplication.translate("Exchange", "What is here is backed up first.")
        replacing = f"{replacing} {first}"
    return RestoreRow(
        made=made.replace("%2", backup.manifest.program),
        lines=(counts, *missing_in_words(missing)),
        replacing=replacing,
    )


def file_name(title: str, otherwise: str) -> str:
    """Return a title as a file may be called on every system."""
    name = " ".join(title.translate(_NOT_IN_NAMES).split())[:_LONGEST_NAME].strip(" .")
    # Windows keeps some names for devices, with any ending.
    return name if name and not PurePath(name).is_reserved() else otherwise
