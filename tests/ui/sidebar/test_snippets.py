# SPDX-License-Identifier: Apache-2.0
"""The line of a search result: where it begins, and that the marked places are drawn."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter

from nemodesk.ui.sidebar.snippets import beginning_near_mark, draw_marked_line, with_mark_in_sight
from nemodesk.ui.theme import Theme


def test_a_mark_far_on_is_brought_near() -> None:
    """The line begins at a word a little before its first mark, and the marks still fit."""
    text = "a long beginning that nobody needs\nuntil the lentils come"
    start = text.index("lentils")
    line, marks = beginning_near_mark(text, ((start, start + 7),))
    assert line == "…until the lentils come"
    assert [line[begin:end] for begin, end in marks] == ["lentils"]


def test_a_mark_near_the_beginning_moves_nothing() -> None:
    """Only line breaks become spaces."""
    assert beginning_near_mark("the\nlentils", ((4, 11),)) == ("the lentils", [(4, 11)])


def test_a_long_title_shows_what_was_found(theme: Theme) -> None:
    """A title stays whole where its mark is in sight, and begins near its mark where it is not."""
    text = "everything about the planning of gardens and lentils"
    marks = [(text.index("lentils"), len(text))]
    metrics = QFontMetrics(theme.font("strong"))
    whole_px = metrics.horizontalAdvance(text + "…")
    assert with_mark_in_sight(text, marks, metrics, whole_px) == (text, marks)
    line, near = with_mark_in_sight(text, marks, metrics, whole_px // 2)
    assert line == "…gardens and lentils"
    assert [line[begin:end] for begin, end in near] == ["lentils"]


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
@pytest.mark.parametrize(
    "text", ["👩‍🍳 lentils", "العدس lentils", "扁豆汤 lentils", "x" * 900 + "lentils"]
)
def test_marks_are_tinted(theme: Theme, text: str, direction: Qt.LayoutDirection) -> None:
    """Whatever the script, a marked place in sight has the tint, and a cut one does no harm."""
    image = QImage(400, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    start = text.index("lentils")
    tint = theme.colour("warning_soft")
    painter = QPainter(image)
    painter.setFont(theme.font("small"))
    room = QRect(0, 0, 400, 30)
    draw_marked_line(painter, room, text, [(start, start + 7)], tint=tint, direction=direction)
    painter.end()
    has_tint = any(image.pixelColor(x, 15) == tint for x in range(400))
    assert has_tint == (start < 20)
