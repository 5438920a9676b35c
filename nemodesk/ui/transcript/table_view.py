# SPDX-License-Identifier: Apache-2.0
"""Shows a table that scrolls on its own when it is wider than the column. It sorts nothing."""

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QTextBlockFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nemodesk.ui.markdown.pieces import Spans, Style, Table
from nemodesk.ui.transcript.formats import TextFormats
from nemodesk.ui.transcript.prose_view import RichText, insert_spans

_WIDEST_CELL_EM = 22
_ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class TableView(RichText):
    """One table; new rows are added below those already shown."""

    def __init__(self, formats: TextFormats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Table"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._table: Table | None = None
        self._grid: QTextTable | None = None
        self._columns_px: list[float] = []
        self.set_formats(formats)

    def set_formats(self, formats: TextFormats) -> None:
        """Show the same table in another theme or size."""
        self._formats = formats
        self.document().setDefaultFont(formats.font)
        self._metrics = QFontMetricsF(formats.font)
        self._padding_px = formats.theme.spacing(2.5)
        table, self._table = self._table, None
        if table is not None:
            self.set_table(table)

    def set_table(self, table: Table) -> None:
        """Show a table; rows equal to those shown are not touched."""
        old, self._table = self._table, table
        if old == table:
            return
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        rows = (table.head, *table.rows)
        if self._grid is None or old is None or old.head != table.head:
            self.document().clear()
            self._columns_px = [0.0] * len(table.head)
            self._grid = cursor.insertTable(len(rows), len(table.head), self._grid_format())
            same = 0
        else:
            shown = (old.head, *old.rows)
            same = 0
            while same < min(len(shown), len(rows)) and shown[same] == rows[same]:
                same += 1
            _set_row_count(self._grid, len(rows))
        for number in range(same, len(rows)):
            self._write_row(self._grid, number, rows[number])
        self._grid.setFormat(self._grid_format())
        cursor.endEditBlock()

    def fit(self, width_px: int) -> int:
        """Lay the table out and return its height; it scrolls if the width is too small."""
        natural = round(sum(self._columns_px) + 2)
        if natural != self.lineWrapColumnOrWidth():
            self.setLineWrapColumnOrWidth(natural)
        height = round(self.document().size().height() + 0.5)
        if natural > width_px:
            height += self.horizontalScrollBar().sizeHint().height()
        return height

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways; leave the rest to the transcript."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super(RichText, self).wheelEvent(event)
        else:
            event.ignore()

    def _grid_format(self) -> QTextTableFormat:
        made = QTextTableFormat()
        made.setBorder(0)
        made.setBorderCollapse(True)
        made.setCellPadding(0)
        made.setCellSpacing(0)
        made.setHeaderRowCount(1)
        fixed = QTextLength.Type.FixedLength
        made.setColumnWidthConstraints([QTextLength(fixed, px) for px in self._columns_px])
        return made

    def _write_row(self, grid: QTextTable, number: int, row: tuple[Spans, ...]) -> None:
        for column, spans in enumerate(row):
            cell = grid.cellAt(number, column)
            cell.setFormat(self._cell_format(is_head=number == 0))
            cursor = cell.firstCursorPosition()
            cursor.setPosition(
                cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor
            )
            cursor.removeSelectedText()
            block = QTextBlockFormat()
            alignments = self._table.alignments if self._table else ()
            block.setAlignment(_ALIGNMENTS.get(alignments[column], Qt.AlignmentFlag.AlignLeading))
            cursor.setBlockFormat(block)
            insert_spans(cursor, spans, self._formats, heading=4 if number == 0 else 0)
            self._widen(column, spans, is_head=number == 0)

    def _widen(self, column: int, spans: Spans, *, is_head: bool) -> None:
        text_px = 0.0
        for span in spans:
            form = self._formats.span(span, 4 if is_head or span.style & Style.BOLD else 0)
            lines = span.text.split("\n")
            text_px += max(QFontMetricsF(form.font()).horizontalAdvance(line) for line in lines)
        most = self._metrics.horizontalAdvance("M") * _WIDEST_CELL_EM
        needed = min(text_px, most) + 2 * self._padding_px + 2
        self._columns_px[column] = max(self._columns_px[column], needed)

    def _cell_format(self, *, is_head: bool) -> QTextTableCellFormat:
        theme = self._formats.theme
        made = QTextTableCellFormat()
        made.setPadding(self._padding_px)
        made.setTopPadding(self._padding_px * 0.6)
        made.setBottomPadding(self._padding_px * 0.6)
        made.setBottomBorder(1)
        made.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        made.setBottomBorderBrush(theme.colour("border_strong" if is_head else "border"))
        return made


def _set_row_count(grid: QTextTable, count: int) -> None:
    if grid.rows() < count:
        grid.appendRows(count - grid.rows())
    elif grid.rows() > count:
        grid.removeRows(count, grid.rows() - count)
