# SPDX-License-Identifier: Apache-2.0
"""The page Models and storage: what it says, what it wishes for, and where the keyboard is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nemodesk.ui.rows import CheckRow, StorageRow, TrashRow, WorkRow
from nemodesk.ui.settings.storage_page import StoragePage
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.overlay import Overlay

ROW = StorageRow(
    folder="/home/me/models",
    figures="2 models, 5.0 GB. 12 GB are free on this disk.",
    trash_figures="2 models · 98 MB",
    trash=(TrashRow("1", "Tiny", "98 MB"), TrashRow("2", "Small", "removed today")),
)
WORK = WorkRow("Your models are moving.", "1.0 GB of 5.0 GB", 200)


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> StoragePage:
    """Return the page with two models in the trash."""
    made = StoragePage(theme)
    qtbot.addWidget(made)
    made.show_row(ROW)
    made.resize(theme.spacing(160), theme.spacing(160))
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def test_a_move_can_be_cancelled(qtbot: QtBot, page: StoragePage) -> None:
    """While models move there is a bar with Cancel in place of Move…; the keyboard goes along."""
    card = page.folder
    with qtbot.waitSignal(card.move_wanted):
        card.move_button.click()
    card.move_button.setFocus(Qt.FocusReason.TabFocusReason)
    card.show_work(WORK)
    assert not card.move_button.isVisible()
    assert card.bar.value() == 200
    assert card.cancel_button.hasFocus()
    with qtbot.waitSignal(card.cancel_requested):
        card.cancel_button.click()
    card.show_work(None)
    assert card.move_button.hasFocus()
    assert not card.bar.isVisible()


def test_a_folder_that_is_away_is_said(page: StoragePage) -> None:
    """The problem stands beside the folder."""
    page.show_row(StorageRow(folder="/media/away", problem="This folder cannot be reached."))
    assert page.folder._problem.isVisible()
    assert not page.folder._figures.isVisible()


def test_the_trash_is_emptied_after_a_question_only(qtbot: QtBot, page: StoragePage) -> None:
    """The keyboard is on Keep, which changes nothing; Delete for good wishes for it."""
    card = page.trash
    card.empty_button.click()
    overlay = page.findChild(Overlay)
    assert overlay is not None
    with qtbot.assertNotEmitted(card.emptying_requested):
        focused = QApplication.focusWidget()
        assert focused is not None
        assert focused.accessibleName() == "Keep"
        qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert not overlay.isVisible()
    question = card.ask_to_empty()
    assert "2 models · 98 MB" in question.accessibleDescription()
    with qtbot.waitSignal(card.emptying_requested):
        question.yes_button.click()


@pytest.mark.parametrize(("days", "words"), [(7, "for 7 days"), (1, "for a day")])
def test_the_trash_says_how_long_it_keeps(page: StoragePage, days: int, words: str) -> None:
    """It is as long as the person has chosen."""
    page.trash.show_days(days)
    assert words in page.trash._sentence.text()


def test_an_empty_trash_cannot_be_emptied(page: StoragePage) -> None:
    """It says that it is empty."""
    page.show_row(StorageRow(folder="/models"))
    assert not page.trash.empty_button.isEnabled()
    assert page.trash._figures.text() == "The trash is empty."
    assert not page.trash._list.isVisible()


def test_a_removed_model_is_restored(qtbot: QtBot, page: StoragePage) -> None:
    """Restore wishes for its model, and leaves the list when that has come about."""
    line = page.trash._lines["2"]
    line.restore_button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(page.trash.restore_requested) as wished:
        line.restore_button.click()
    assert wished.args == ["2"]
    page.show_row(StorageRow(trash_figures="1 model", trash=ROW.trash[:1]))
    assert set(page.trash._lines) == {"1"}
    assert page.trash.empty_button.hasFocus()


def test_models_are_verified(qtbot: QtBot, page: StoragePage) -> None:
    """Stop takes the place of Verify all, and each model says how it stands."""
    card = page.check
    with qtbot.waitSignal(card.verify_requested):
        card.verify_button.click()
    card.show_checks([CheckRow("a", "A", "checking", "Being checked")])
    card.show_work(WORK)
    assert card.stop_button.isVisible()
    assert not card.verify_button.isVisible()
    with qtbot.waitSignal(card.stop_requested):
        card.stop_button.click()
    card.show_work(None)
    card.show_checks([CheckRow("a", "A", "damaged", "A is damaged.")])
    line = card._lines["a"]
    assert line.accessibleName() == "A: A is damaged."
    assert line._text.property("type") == "danger"
    assert not line._picture.pixmap().isNull()


def test_only_what_has_changed_is_shown_anew(page: StoragePage) -> None:
    """With hundreds of models verified, one more costs one line."""
    rows = [CheckRow(str(number), f"Model {number}", "good", "Fine") for number in range(300)]
    page.check.show_checks(rows)
    before = dict(page.check._lines)
    for line in before.values():
        line.setAccessibleName("untouched")
    page.check.show_checks([*rows[1:], CheckRow("300", "One more", "checking", "Being checked")])
    names = {line.accessibleName() for line in page.check._lines.values()}
    assert names == {"untouched", "One more: Being checked"}
    assert all(page.check._lines[row.id] is before[row.id] for row in rows[1:])
