# SPDX-License-Identifier: Apache-2.0
"""Draws one line of text in which some places are marked. It searches nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from nemodesk.ui.widgets.labels import is_right_to_left

Marks = Sequence[tuple[int, int]]

_BEFORE_MARK = 14
"""Characters before the first mark that are kept, so that it is in sight in a narrow list."""


def beginning_near_mark(text: str, marks: Marks) -> tuple[str, list[tuple[int, int]]]:
    """Return the text as one line that begins a little before its first mark, and its marks."""
    line = "".join(" " if letter.isspace() else letter for letter in text)
    first = marks[0][0] if marks else 0
    if first <= _BEFORE_MARK:
        return line, list(marks)
    start = first - _BEFORE_MARK
    word = line.find(" ", start, first)
    start = word + 1 if word >= 0 else start
    return "…" + line[start:], [(begin - start + 1, end - start + 1) for begin, end in marks]


def with_mark_in_sight(
    text: str, marks: Marks, metrics: QFontMetrics, width_px: int
) -> tuple[str, list[tuple[int, int]]]:
    """Return the text whole when its first mark can be seen in this room, else nearer to it."""
    if not marks or metrics.horizontalAdvance(text[: marks[0][1]] + "…") <= width_px:
        return text, list(marks)
    return beginning_near_mark(text, marks)


def draw_marked_line(
    painter: QPainter,
    room: QRect,
    text: str,
    marks: Marks,
    *,
    tint: QColor,
    direction: Qt.LayoutDirection,
) -> None:
    """Draw a line at the leading edge, marked places bold and tinted, … where it is cut."""
    font = painter.font()
    bold = QFont(font)
    bold.setWeight(QFont.Weight.Bold)
    text = _cut(text, marks, room.width(), QFontMetrics(font), QFontMetrics(bold))
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    reads_right_to_left = is_right_to_left(text)
    option.setTextDirection(
        Qt.LayoutDirection.RightToLeft if reads_right_to_left else Qt.LayoutDirection.LeftToRight
    )
    option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    layout.setTextOption(option)
    layout.setFormats([_format(text, mark, bold, tint) for mark in marks if mark[0] < len(text)])
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(room.width())
    layout.endLayout()
    left = float(room.left())
    if direction == Qt.LayoutDirection.RightToLeft:
        left += room.width() - line.naturalTextWidth()
    top = room.top() + (room.height() - line.height()) / 2
    layout.draw(painter, QPointF(left, top))


def _cut(text: str, marks: Marks, width_px: int, plain: QFontMetrics, bold: QFontMetrics) -> str:
    # Bold letters are wider; the line is cut as if they were not, in a room smaller by that.
    for begin, end in marks:
        width_px -= bold.horizontalAdvance(text[begin:end])
        width_px += plain.horizontalAdvance(text[begin:end])
    return plain.elidedText(text, Qt.TextElideMode.ElideRight, width_px)


def _format(text: str, mark: tuple[int, int], bold: QFont, tint: QColor) -> QTextLayout.FormatRange:
    look = QTextCharFormat()
    look.setFont(bold)
    look.setBackground(tint)
    found = QTextLayout.FormatRange()
    # Qt counts in UTF-16.
    found.start = _units(text[: mark[0]])  # pyright: ignore[reportAttributeAccessIssue]
    found.length = _units(text[mark[0] : mark[1]])  # pyright: ignore[reportAttributeAccessIssue]
    found.format = look  # pyright: ignore[reportAttributeAccessIssue]
    return found


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
