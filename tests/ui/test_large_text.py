# SPDX-License-Identifier: Apache-2.0
"""Text of twice the size in a window of 1024 by 700, and a window that reads from the right."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from nemodesk.ui.rows import StorageRow, TrashRow
from nemodesk.ui.theme import Theme, load_theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel, make_label
from nemodesk.ui.window import MainWindow

from .conftest import CARDS, DOWNLOADS, MODELS

_ROOMS = ("models", "downloads", "settings")


@pytest.fixture
def large_window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """Return a window with text of 200 % and something in every room."""
    font, sheet = qapp.font(), qapp.styleSheet()
    large = qapp.font()
    large.setPointSizeF(font.pointSizeF() * 2)
    qapp.setFont(large)
    made = MainWindow(load_theme("light"))
    qtbot.addWidget(made)
    made.show_models(MODELS, "starter")
    made.models.show_cards(CARDS)
    made.models.show_found("3 models of Ollama and LM Studio are already on this computer.")
    made.downloads.show_downloads(DOWNLOADS)
    made.settings.show_storage(
        StorageRow(
            "/home/somebody/a long way down/models",
            "6 models, 24 GB. 120 GB are free on this disk.",
            trash_figures="1 model · 98 MB",
            trash=(TrashRow("1", "Tiny", "98 MB · removed today"),),
        )
    )
    made.resize(1024, 700)
    made.show()
    qtbot.waitExposed(made)
    yield made
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)


def _pages(window: MainWindow) -> Iterator[str]:
    for room in _ROOMS:
        window.show_room(room)
        if room != "settings":
            yield room
            continue
        assert window.settings.room is not None
        for button in window.settings.room._buttons:
            button.click()
            yield button.accessibleName()


def _cut_off(window: MainWindow) -> Iterator[str]:
    """Yield the buttons that have no room for their text, or stand outside of what is seen."""
    for button in window.findChildren(Button):
        if not button.isVisible():
            continue
        if button.width() < button.sizeHint().width():
            yield f"{button.objectName()} is too narrow"
        frame: QWidget = button.parentWidget()
        while not isinstance(frame, QScrollArea) and frame.parentWidget():
            frame = frame.parentWidget()
        left = button.mapTo(frame, QPoint(0, 0)).x()
        if left < 0 or left + button.width() > frame.width():
            yield f"{button.objectName()} sticks out"


def test_no_button_is_cut_off(large_window: MainWindow) -> None:
    """At 200 % and 1024 by 700 every button shows its whole text, in every room."""
    for page in _pages(large_window):
        for _ in range(5):
            QApplication.processEvents()
        assert not list(_cut_off(large_window)), page


def test_a_chosen_filter_is_not_cut_off(window: MainWindow, theme: Theme) -> None:
    """There is room for bold letters before a filter is chosen, so that nothing moves."""
    window.show_room("models")
    room = window.models.room
    assert room is not None
    for chip in room._filters.buttons():
        width = chip.width()
        chip.setChecked(True)
        QApplication.processEvents()
        assert chip.width() == width
        bold = QFontMetrics(theme.font("strong")).horizontalAdvance(chip.text())
        assert width >= bold + theme.spacing(6)


def test_labels_follow_the_window_that_reads_from_the_right(qapp: QApplication) -> None:
    """A name in Latin letters stands at the right edge, as everything else then."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert make_label("98 MB").alignment() & Qt.AlignmentFlag.AlignRight
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert make_label("98 MB").alignment() & Qt.AlignmentFlag.AlignLeft
    assert ElidedLabel().alignment() & Qt.AlignmentFlag.AlignLeft
