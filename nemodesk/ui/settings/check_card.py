# SPDX-License-Identifier: Apache-2.0
"""Shows how the models stand that are being compared with what they must be. It reads none."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nemodesk.ui.rows import CheckRow, CheckState, WorkRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import announce_alert, set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label
from nemodesk.ui.widgets.progress import Progress

_PICTURES: dict[CheckState, tuple[str, str]] = {
    "good": ("check", "success"),
    "unknown": ("info", "text_muted"),
    "damaged": ("error", "danger"),
}


# In steps of the grid.
_NARROW_STEPS = 110


class CheckCard(QFrame):
    """Verify all, a bar with Stop while it works, and a line for each model.

    Signals:
        verify_requested(): read and compare all models.
        stop_requested(): that is enough.
    """

    verify_requested = Signal()
    stop_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("check_models")
        self.setProperty("card", True)
        self._theme = theme
        self._lines: dict[str, _CheckLine] = {}
        self.verify_button = Button("verify_models", self.tr("Verify all"), icon="check")
        self.stop_button = Button("stop_verifying", self.tr("Stop"), icon="stop")
        self._sentence = make_label(self._idle_text(), "muted", wraps=True)
        self.bar = Progress("verify_progress", self.tr("Verifying your models"))
        self._list = QWidget()
        set_role(self._list, QAccessible.Role.List)
        self._list.setObjectName("check_list")
        self._list.setAccessibleName(self.tr("Verified models"))
        self._list_column = QVBoxLayout(self._list)
        self._column = QVBoxLayout(self)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addWidget(self._sentence, 1)
        self._row.addWidget(self.verify_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._row.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addLayout(self._row)
        self._column.addWidget(self.bar)
        self._column.addWidget(self._list)
        self.verify_button.clicked.connect(self.verify_requested)
        self.stop_button.clicked.connect(self.stop_requested)
        self.show_checks(())
        self.show_work(None)
        self.set_theme(theme)

    def show_checks(self, rows: Sequence[CheckRow]) -> None:
        """Show these models and how each stands."""
        wanted = {row.id for row in rows}
        for gone in [row_id for row_id in self._lines if row_id not in wanted]:
            line = self._lines.pop(gone)
            line.hide()
            line.deleteLater()
        for row in rows:
            if row.id not in self._lines:
                line = self._lines[row.id] = _CheckLine(row, self._theme)
                self._list_column.addWidget(line)
            self._lines[row.id].show_row(row)
        self._list.setVisible(bool(rows))

    def show_work(self, row: WorkRow | None) -> None:
        """Say how far it is; None: nothing is being read."""
        had_focus = self.verify_button.hasFocus() or self.stop_button.hasFocus()
        self.verify_button.setVisible(row is None)
        self.stop_button.setVisible(row is not None)
        self.bar.setVisible(row is not None)
        self._sentence.setText(row.text if row else self._idle_text())
        if row is not None:
            self.bar.show_share(row.progress)
            self.bar.setAccessibleDescription(row.text)
        if had_focus:
            (self.verify_button if row is None else self.stop_button).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the button below the words where there is no room beside them."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(down if is_narrow else across)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, theme.spacing(3), edge, theme.spacing(3))
        self._column.setSpacing(theme.spacing(2))
        self._row.setSpacing(theme.spacing(3))
        self._list_column.setContentsMargins(0, theme.spacing(1), 0, 0)
        self._list_column.setSpacing(0)
        for part in (self.verify_button, self.stop_button, *self._lines.values()):
            part.set_theme(theme)

    def _idle_text(self) -> str:
        return self.tr(
            "Reads every model file whole and compares it with what it must be. "
            "Large models take some minutes."
        )


class _CheckLine(QFrame):
    """One model and how it stands."""

    def __init__(self, row: CheckRow, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.ListItem)
        self.setObjectName(f"check_{row.id}")
        self.setProperty("line", True)
        self._row = row
        self._picture = QLabel()
        self._name = ElidedLabel()
        self._text = make_label("", "small", wraps=True)
        self._layout = QHBoxLayout(self)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._text)
        self._layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addLayout(words, 1)
        self.set_theme(theme)
        self.show_row(row)

    def show_row(self, row: CheckRow) -> None:
        """Say how it stands now."""
        is_news = row.state == "damaged" and self._row.state != "damaged"
        is_other = row.state != self._row.state
        self._row = row
        self.setAccessibleName(f"{row.name}: {row.text}")
        self._name.setText(row.name)
        self._text.setText(row.text)
        role = "danger" if row.state == "damaged" else "small"
        if self._text.property("type") != role:
            self._text.setProperty("type", role)
            self._text.style().unpolish(self._text)
            self._text.style().polish(self._text)
        if is_other:
            self._draw()
        if is_news:
            announce_alert(self)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        self._layout.setContentsMargins(0, theme.spacing(2), 0, theme.spacing(2))
        self._layout.setSpacing(theme.spacing(3))
        self._picture.setFixedWidth(theme.spacing(4.5))
        self._draw()

    def _draw(self) -> None:
        picture = _PICTURES.get(self._row.state)
        self._picture.clear()
        if picture is not None:
            self._picture.setPixmap(self._theme.pixmap(*picture, self._theme.spacing(4.5)))
