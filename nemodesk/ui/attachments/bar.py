# SPDX-License-Identifier: Apache-2.0
"""The files that go with the message that is being written. It reads none."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nemodesk.ui.attachments.chip import AttachmentChip
from nemodesk.ui.attachments.failure_line import FailureLine
from nemodesk.ui.rows import AttachmentRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import make_label

_MOST_STEPS = 40
"""Its greatest height in steps of the grid: more scrolls, and the message keeps its room."""


class AttachmentBar(QScrollArea):
    """What went wrong, chips beside each other, and what the model will not get of them.

    Signals:
        opened(int), removed(int), retried(int), unpacked(int): with the key of a row.
        changed(): other files, or they are further now.
    """

    opened = Signal(int)
    removed = Signal(int)
    retried = Signal(int)
    unpacked = Signal(int)
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[AttachmentRow, ...] = ()
        self._chips: dict[int, AttachmentChip] = {}
        self._failures: dict[int, FailureLine] = {}
        self.setObjectName("attachments")
        self.setAccessibleName(self.tr("Attached files"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidgetResizable(True)
        self._content = QWidget()
        self._content.setProperty("page", True)
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._flow_widget = QWidget()
        self._flow_widget.setProperty("page", True)
        self._flow = FlowLayout(self._flow_widget)
        self._column.addWidget(self._flow_widget)
        self._note = make_label("", "small", wraps=True)
        self._note.setObjectName("attachment_note")
        self._column.addWidget(self._note)
        self.setWidget(self._content)
        self.set_theme(theme)
        self.show_rows(())

    @property
    def theme(self) -> Theme:
        """In which it is drawn."""
        return self._theme

    @property
    def is_reading(self) -> bool:
        """Whether a file is still being read."""
        return any(row.state == "reading" for row in self._rows)

    @property
    def has_files(self) -> bool:
        """Whether a message could consist of files alone."""
        return any(row.state == "ready" for row in self._rows)

    def show_rows(self, rows: Sequence[AttachmentRow]) -> None:
        """Show these files; what is there already stays where it is."""
        was_ready = {row.key for row in self._rows if row.state == "ready"}
        self._rows = tuple(rows)
        for row in rows:
            if row.state == "ready" and row.key not in was_ready:
                self._announce(self.tr("%1 is attached.").replace("%1", row.name))
        failed = {row.key: row for row in rows if row.state == "failed"}
        self._drop_all_but({row.key for row in rows} - failed.keys(), set(failed))
        for row in rows:
            if row.key in failed:
                self._show_failure(row)
            elif row.key in self._chips:
                self._chips[row.key].show_row(row)
            else:
                self._add_chip(row)
        sentences = dict.fromkeys(row.sentence for row in rows if row.state == "ready")
        self._note.setText("\n".join(sentence for sentence in sentences if sentence))
        self._note.setVisible(bool(self._note.text()))
        self._flow_widget.setVisible(bool(self._chips))
        self.setVisible(bool(rows))
        self._fit()
        self.changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._flow.setSpacing(theme.spacing(1.5))
        self._column.setSpacing(theme.spacing(1.5))
        for part in (*self._chips.values(), *self._failures.values()):
            part.set_theme(theme)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the height of the files, up to a limit."""
        return QSize(super().sizeHint().width(), self._wanted_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the lines of chips."""
        super().resizeEvent(event)
        self._fit()

    def _wanted_height(self) -> int:
        width = max(1, self.viewport().width())
        wanted = self._content.heightForWidth(width)
        return min(max(0, wanted), self._theme.spacing(_MOST_STEPS))

    def _fit(self) -> None:
        self._column.invalidate()
        height = self._wanted_height()
        if self.height() != height:
            self.setFixedHeight(height)

    def _announce(self, sentence: str) -> None:
        """Let screen readers say it: the keyboard stays in the message."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def _drop_all_but(self, chips: set[int], failures: set[int]) -> None:
        gone = [self._chips.pop(key) for key in self._chips.keys() - chips]
        lost = [self._failures.pop(key) for key in self._failures.keys() - failures]
        for part in gone:
            self._flow.removeWidget(part)
        for part in (*gone, *lost):
            part.hide()
            part.deleteLater()

    def _add_chip(self, row: AttachmentRow) -> None:
        chip = AttachmentChip(row, self._theme, is_draft=True)
        self._chips[row.key] = chip
        chip.opened.connect(lambda: self.opened.emit(row.key))
        chip.removed.connect(lambda: self.removed.emit(row.key))
        chip.unpacked.connect(lambda: self.unpacked.emit(row.key))
        self._flow.addWidget(chip)

    def _show_failure(self, row: AttachmentRow) -> None:
        if row.key in self._failures:
            return
        line = FailureLine(row, self._theme)
        self._failures[row.key] = line
        line.retried.connect(lambda: self.retried.emit(row.key))
        line.removed.connect(lambda: self.removed.emit(row.key))
        # At the top: it must not scroll out of sight.
        self._column.insertWidget(len(self._failures) - 1, line)
        announce_alert(line)
