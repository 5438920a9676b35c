# SPDX-License-Identifier: Apache-2.0
"""What a card says when it is opened: every choice of the model, and facts. It asks nobody."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nemodesk.ui.models.quant_line import ACTION_STEPS, COLUMN_STEPS, NARROW_STEPS, QuantLine
from nemodesk.ui.rows import CardRow, Fact
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import make_label
from nemodesk.ui.widgets.progress import Skeleton


class Details(QWidget):
    """The table of choices and the facts of one model.

    Signals:
        use_requested(str): chat with this model of the library.
        download_requested(str): fetch the choice of this name.
        removal_requested(str): remove this model of the library.
        link_requested(str): show this page.
    """

    use_requested = Signal(str)
    download_requested = Signal(str)
    removal_requested = Signal(str)
    link_requested = Signal(str)

    def __init__(self, row: CardRow, theme: Theme) -> None:
        super().__init__()
        self.setObjectName(f"details_of_{row.id}")
        self._theme = theme
        self._row = row
        self._lines: dict[str, QuantLine] = {}
        self._facts_widget = QWidget()
        self._shown_facts: tuple[Fact, ...] | None = None
        self._skeleton = Skeleton(
            f"details_skeleton_{row.id}", self.tr("The choices are being looked up"), theme
        )
        self._table = QWidget()
        set_role(self._table, QAccessible.Role.Table)
        self._table.setObjectName(f"quants_{row.id}")
        self._table.setAccessibleName(self.tr("Choices of %1").replace("%1", row.name))
        self._table_column = QVBoxLayout(self._table)
        self._table_column.setContentsMargins(0, 0, 0, 0)
        self._table_column.setSpacing(0)
        self._head = self._make_head()
        self._table_column.addWidget(self._head)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(3))
        self._column.addWidget(self._table)
        self._column.addWidget(self._skeleton)
        self._column.addWidget(self._facts_widget)
        self._skeleton.hide()
        self.show_row(row)

    def show_row(self, row: CardRow) -> None:
        """Say what is known of the model now; a line with the keyboard keeps it."""
        self._row = row
        quants = row.quants or ()
        self._table.setVisible(bool(quants))
        if row.quants is None and row.is_busy:
            if self._skeleton.isHidden():
                self._skeleton.begin()
        else:
            self._skeleton.end()
        names = [quant.name for quant in quants]
        if list(self._lines) != names:
            self._build_lines(row)
        else:
            for quant in quants:
                self._lines[quant.name].show_row(quant)
        if row.facts != self._shown_facts:
            self._show_facts(row.facts)

    def resizeEvent(self, event: object) -> None:
        """Name the columns only where there are any."""
        self._head.setVisible(self.width() >= self._theme.spacing(NARROW_STEPS))
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType]

    def _build_lines(self, row: CardRow) -> None:
        for line in self._lines.values():
            self._table_column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = {}
        for quant in row.quants or ():
            line = QuantLine(row.id, quant, self._theme)
            line.use_requested.connect(self.use_requested)
            line.download_requested.connect(self.download_requested)
            line.removal_requested.connect(self.removal_requested)
            self._table_column.addWidget(line)
            self._lines[quant.name] = line

    def _make_head(self) -> QWidget:
        head = QWidget()
        head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, self._theme.spacing(1))
        line.setSpacing(self._theme.spacing(3))
        line.addWidget(make_label(self.tr("Choice"), "small"), 1)
        titles = (self.tr("Size"), self.tr("Memory"), self.tr("Speed"))
        for title, steps in zip(titles, COLUMN_STEPS, strict=True):
            label = make_label(title, "small")
            label.setFixedWidth(self._theme.spacing(steps))
            line.addWidget(label)
        # The actions, and the gap before them, which a layout leaves out before a space.
        line.addSpacing(self._theme.spacing(ACTION_STEPS + 3))
        return head

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        self._shown_facts = facts
        old = self._facts_widget
        self._facts_widget = QWidget()
        self._column.replaceWidget(old, self._facts_widget)
        old.hide()
        old.deleteLater()
        grid = QGridLayout(self._facts_widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._theme.spacing(4))
        grid.setVerticalSpacing(self._theme.spacing(1))
        grid.setColumnStretch(1, 1)
        for line, fact in enumerate(facts):
            label = make_label(fact.label, "muted")
            is_link = bool(fact.url)
            place = Qt.AlignmentFlag.AlignVCenter if is_link else Qt.AlignmentFlag.AlignTop
            grid.addWidget(label, line, 0, place)
            grid.addWidget(self._make_value(fact, line), line, 1)
        self._facts_widget.setVisible(bool(facts))

    def _make_value(self, fact: Fact, line: int) -> QWidget:
        if fact.url:
            link = Button(f"link_{line}_{self._row.id}", fact.text, kind="link", icon="link")
            link.setAccessibleDescription(fact.label)
            link.setToolTip(fact.url)
            link.set_theme(self._theme)
            link.clicked.connect(lambda: self.link_requested.emit(fact.url))
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(link)
            row.addStretch(1)
            return holder
        value = make_label(fact.text, wraps=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return value
