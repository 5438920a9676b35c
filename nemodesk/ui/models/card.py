# SPDX-License-Identifier: Apache-2.0
"""One model on a card: what it is, and what can be done with it. It does none of it."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nemodesk.ui.models.details import Details
from nemodesk.ui.rows import NO_PROGRESS, CardRow
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label, set_badge
from nemodesk.ui.widgets.progress import Progress
from nemodesk.ui.wording import badge_text

# In steps of the grid.
_NARROW_STEPS = 175


class ModelCard(QFrame):
    """A model with Download or Use, Details and Remove; removing asks once more, in place.

    Signals:
        use_requested(str): chat with this model of the library.
        download_requested(str, str): fetch from this card the choice of this name; empty: the
            best one.
        details_requested(str): the choices of this card are wanted and not known yet.
        removal_requested(str): remove this model of the library.
        link_requested(str): show this page.
    """

    use_requested = Signal(str)
    download_requested = Signal(str, str)
    details_requested = Signal(str)
    removal_requested = Signal(str)
    link_requested = Signal(str)

    def __init__(self, row: CardRow, theme: Theme) -> None:
        super().__init__()
        set_role(self, QAccessible.Role.ListItem)
        self.row = row
        self._theme = theme
        self._details: Details | None = None
        self._asked_id = ""
        self._is_shown = False
        self.setObjectName(f"model_card_{row.id}")
        self._make_labels()
        self._make_buttons()
        self._confirm = self._make_confirmation()
        self._column = QVBoxLayout(self)
        edge = theme.spacing(4)
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._column.setSpacing(theme.spacing(2))
        self._top = self._make_top()
        self._column.addLayout(self._top)
        self._column.addWidget(self._progress_line)
        self._column.addWidget(self._confirm)
        self._confirm.hide()
        self.show_row(row)

    def show_row(self, row: CardRow) -> None:
        """Say what is known of the model now; nothing that has the keyboard is made anew."""
        before, self.row = self.row, row
        if self._is_shown and _differ_in_progress_only(before, row):
            self._show_progress()
            return
        self._is_shown = True
        self._set_property(self, "card", "offer" if row.reason else True)
        self._set_property(self, "current", row.is_in_use)
        said = (badge_text(row.badge), row.figures, row.summary, row.reason, row.warning)
        self.setAccessibleName(row.name)
        self.setAccessibleDescription(" ".join(f"{part}." for part in said if part))
        self._name.setText(row.name)
        self._summary.setText(row.reason or row.summary)
        self._figures.setText(row.figures)
        self._warning.setText(row.warning)
        set_badge(self._badge, badge_text(row.badge), row.badge)
        for label in (self._summary, self._figures, self._warning):
            label.setVisible(bool(label.text()))
        self._recommended.setVisible(bool(row.reason))
        self._in_use.setVisible(row.is_in_use)
        self._link.setVisible(bool(row.link))
        self._progress_line.setVisible(row.progress != NO_PROGRESS)
        self._show_buttons()
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress.show_share(self.row.progress)
        self._progress_text.setText(self.row.progress_text)
        if self._details is not None:
            self._details.show_row(self.row)

    def _show_buttons(self) -> None:
        row = self.row
        is_coming = row.progress != NO_PROGRESS
        buttons = (self.use_button, self.download_button, self.remove_button)
        had_focus = any(button.hasFocus() for button in buttons)
        self.use_button.setVisible(bool(row.model_id))
        self._set_property(self.use_button, "kind", "secondary" if row.is_in_use else "primary")
        self.download_button.setVisible(row.can_download and not is_coming)
        self.download_button.setEnabled(not row.is_busy)
        is_first_step = row.can_download and not row.model_id and row.fits
        self._set_property(
            self.download_button, "kind", "primary" if is_first_step else "secondary"
        )
        self.remove_button.setVisible(bool(row.removable_id) and self._confirm.isHidden())
        if not row.removable_id and not self._asked_id:
            self._confirm.hide()
        for button in (self.use_button, self.details_button, self.remove_button):
            button.setAccessibleDescription(row.name)
        self.download_button.setAccessibleDescription(f"{row.name} {row.quant}".strip())
        if had_focus and not any(button.hasFocus() for button in buttons):
            # The pressed button has gone; Qt would send the keyboard across the window.
            self.details_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put badges and buttons below the name where large text leaves no room beside it."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        for line in (self._top, self._name_row):
            line.setDirection(down if is_narrow else across)

    def toggle_details(self) -> None:
        """Open or close the details; the hub is asked for what is not known."""
        if self._details is None:
            self._details = Details(self.row, self._theme)
            self._details.use_requested.connect(self.use_requested)
            self._details.download_requested.connect(self._on_quant_wanted)
            self._details.removal_requested.connect(self._ask)
            self._details.link_requested.connect(self.link_requested)
            edge = self._theme.spacing(11), self._theme.spacing(2)
            self._details.setContentsMargins(*edge, 0, 0)
            self._column.addWidget(self._details)
            self._details.show()
        else:
            self._details.setVisible(not self._details.isVisibleTo(self))
        is_open = self._details.isVisibleTo(self)
        if is_open and self.row.quants is None:
            self.details_requested.emit(self.row.id)

    def _make_labels(self) -> None:
        self._name = ElidedLabel("strong")
        self._summary = make_label("", "muted", wraps=True)
        self._figures = make_label("", "body", wraps=True)
        self._warning = make_label("", "danger", wraps=True)
        self._badge = make_label("", "badge")
        self._recommended = make_label(self.tr("Recommended"), "badge")
        self._in_use = make_label(self.tr("In use"), "badge")

    def _make_buttons(self) -> None:
        row_id = self.row.id
        self.use_button = Button(f"use_{row_id}", self.tr("Use"), kind="primary")
        self.download_button = Button(f"download_{row_id}", self.tr("Download"), kind="primary")
        self.details_button = Button(f"details_{row_id}", self.tr("Details"), kind="quiet")
        self.remove_button = Button(f"remove_{row_id}", self.tr("Remove"), kind="quiet")
        self._link = Button(
            f"page_{row_id}", self.tr("Open its page at Hugging Face"), kind="link", icon="link"
        )
        self._link.set_theme(self._theme)
        self._progress = Progress(f"card_progress_{row_id}", self.row.name)
        self._progress_text = make_label("", "small")
        self._progress_line = QWidget()
        line = QHBoxLayout(self._progress_line)
        line.setContentsMargins(self._theme.spacing(11), 0, 0, 0)
        line.setSpacing(self._theme.spacing(3))
        line.addWidget(self._progress, 1)
        line.addWidget(self._progress_text)
        self.use_button.clicked.connect(lambda: self.use_requested.emit(self.row.model_id))
        self.download_button.clicked.connect(self._on_download)
        self.details_button.clicked.connect(self.toggle_details)
        self.remove_button.clicked.connect(lambda: self._ask(self.row.removable_id))
        self._link.clicked.connect(lambda: self.link_requested.emit(self.row.link))

    def _make_top(self) -> QBoxLayout:
        theme = self._theme
        picture = QLabel()
        picture.setPixmap(theme.pixmap("models", "accent", theme.spacing(7)))
        badges = QHBoxLayout()
        badges.setSpacing(theme.spacing(2))
        for badge in (self._badge, self._recommended, self._in_use):
            badges.addWidget(badge)
        badges.addStretch(1)
        self._name_row = name_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        name_row.setSpacing(theme.spacing(2))
        name_row.addWidget(self._name)
        name_row.addLayout(badges, 1)
        text = QVBoxLayout()
        text.setSpacing(theme.spacing(1))
        text.addLayout(name_row)
        for label in (self._figures, self._summary, self._warning):
            text.addWidget(label)
        text.addWidget(self._link, 0, Qt.AlignmentFlag.AlignLeading)
        about = QHBoxLayout()
        about.setSpacing(theme.spacing(4))
        about.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        about.addLayout(text, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.spacing(1))
        buttons.addStretch(1)
        for button in (
            self.details_button,
            self.remove_button,
            self.download_button,
            self.use_button,
        ):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        top.setSpacing(theme.spacing(2))
        top.addLayout(about, 1)
        top.addLayout(buttons)
        return top

    def _make_confirmation(self) -> QWidget:
        theme = self._theme
        panel = QWidget()
        self._question = make_label("", wraps=True)
        keep = Button(f"keep_{self.row.id}", self.tr("Keep"), kind="secondary")
        remove = Button(f"confirm_{self.row.id}", self.tr("Remove"), kind="danger")
        keep.clicked.connect(self._keep)
        remove.clicked.connect(self._remove)
        line = QHBoxLayout(panel)
        line.setContentsMargins(theme.spacing(11), 0, 0, 0)
        line.setSpacing(theme.spacing(2))
        line.addWidget(self._question, 1)
        line.addWidget(keep)
        line.addWidget(remove)
        self._keep_button = keep
        return panel

    def _ask(self, model_id: str) -> None:
        """Ask in place of the button, so that there is one Remove at a time."""
        self._asked_id = model_id
        name = next(
            (quant.name for quant in self.row.quants or () if quant.model_id == model_id), ""
        )
        question = self.row.removal_question
        if model_id != self.row.removable_id or not question:
            question = self.tr("Remove {0} from this computer? Chats with it stay.").format(
                f"{self.row.name} {name}".strip()
            )
        self._question.setText(question)
        self._confirm.show()
        self.remove_button.hide()
        self._keep_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        self._asked_id = ""
        self._confirm.hide()
        self.remove_button.setVisible(bool(self.row.removable_id))
        target = self.remove_button if self.row.removable_id else self.details_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self) -> None:
        model_id, self._asked_id = self._asked_id, ""
        self._confirm.hide()
        self.removal_requested.emit(model_id)

    def _on_download(self) -> None:
        self.download_requested.emit(self.row.id, self.row.quant)

    def _on_quant_wanted(self, quant: str) -> None:
        self.download_requested.emit(self.row.id, quant)

    def _set_property(self, widget: QWidget, name: str, value: object) -> None:
        if widget.property(name) != value:
            widget.setProperty(name, value)
            widget.style().unpolish(widget)
            widget.style().polish(widget)


def _differ_in_progress_only(before: CardRow, row: CardRow) -> bool:
    """Return whether a download went on and nothing else has changed: that comes often."""
    if (before.progress == NO_PROGRESS) != (row.progress == NO_PROGRESS):
        return False
    same = replace(
        row, progress=before.progress, progress_text=before.progress_text, quants=before.quants
    )
    return same == before
