# SPDX-License-Identifier: Apache-2.0
"""The panel Chat settings: what it shows, what it wishes for, and where it stands."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from nemodesk.answer_settings import AnswerSettings
from nemodesk.conversation.choosing import Origin
from nemodesk.ui.chat_settings.panel import ChatSettingsPanel
from nemodesk.ui.chat_settings.rows import ChatSettingsRow, Scope
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.window import MainWindow

USUAL = AnswerSettings(
    system_prompt="",
    temperature=1.0,
    top_p=1.0,
    min_p=0.0,
    top_k=0,
    seed=3407,
    context_tokens=0,
)
ROW = ChatSettingsRow(
    counts=USUAL,
    below=USUAL,
    recommended=USUAL,
    recommended_by={"temperature": Origin.CATALOG, "top_p": Origin.FILE, "seed": Origin.USUAL},
    own_template="{{ messages }}",
    presets=("Poems", "Short"),
)


@pytest.fixture
def panel(window: MainWindow) -> ChatSettingsPanel:
    """Return the panel, opened in a window."""
    window.chat.settings.show_row(ROW)
    return window.chat.settings.open()


def edit(panel: ChatSettingsPanel, name: str) -> QLineEdit:
    """Return the field for a number."""
    control = panel.fields.by_name[name].control
    assert isinstance(control, QLineEdit)
    return control


def area(panel: ChatSettingsPanel, name: str) -> QPlainTextEdit:
    """Return the field for a text."""
    control = panel.fields.by_name[name].control
    assert isinstance(control, QPlainTextEdit)
    return control


def test_public_names(panel: ChatSettingsPanel) -> None:
    """Screen readers find every choice by the name that it is promised to have."""
    names = {
        QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name): widget
        for widget in panel.findChildren(QWidget)
    }
    for name in ("Temperature", "Top P", "Min P", "Top K", "Seed", "Maximum new tokens"):
        assert isinstance(names[name], QLineEdit)
    assert isinstance(names["Context length"], QLineEdit)
    assert isinstance(names["System prompt"], QPlainTextEdit)
    assert isinstance(names["Chat template"], QPlainTextEdit)
    assert "Preset" in names


def test_it_shows_what_counts(panel: ChatSettingsPanel) -> None:
    """Numbers, the model's own template, and words where nothing is chosen."""
    assert edit(panel, "temperature").text() == "1"
    assert edit(panel, "context_tokens").text() == ""
    assert edit(panel, "context_tokens").placeholderText() == "Automatic"
    assert area(panel, "chat_template").toPlainText() == "{{ messages }}"
    assert not panel.fields.by_name["thinking"].isVisible()


def test_what_is_recommended_is_marked(panel: ChatSettingsPanel) -> None:
    """The maker's and the catalog's values bear a mark; the usual ones bear none."""
    fields = panel.fields.by_name
    assert fields["temperature"]._badge.text() == "Recommended"
    assert fields["top_p"]._badge.isVisible()
    assert not fields["seed"]._badge.isVisible()
    other = AnswerSettings(temperature=0.2)
    panel.show_row(replace(ROW, chosen=other, counts=other.over(USUAL)))
    assert fields["temperature"]._note.text() == "Recommended for this model: 1."
    assert "Recommended for this model: 1." in fields["temperature"].control.accessibleDescription()
    assert fields["temperature"].reset_button.isVisible()
    assert not fields["top_p"].reset_button.isVisible()


def test_a_number_is_chosen(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """What is written becomes a wish."""
    with qtbot.waitSignal(panel.choice_made) as made:
        edit(panel, "temperature").setText("0.3")
        panel.flush()
    assert made.args == ["temperature", 0.3]


def test_nonsense_is_said_in_place(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """A wrong number stays there with a sentence below it; the way back clears both."""
    with qtbot.assertNotEmitted(panel.choice_made):
        edit(panel, "temperature").setText("hot")
        panel.flush()
    field = panel.fields.by_name["temperature"]
    assert field.problem == "Write a number between 0 and 2."
    assert field._problem.isVisible()
    assert not field._badge.isVisible()
    panel.show_row(ROW)
    assert field.reset_button.isVisible()
    with qtbot.waitSignal(panel.choice_made) as made:
        field.reset_button.click()
    assert made.args == ["temperature", None]
    panel.show_row(ROW)
    assert (field.problem, edit(panel, "temperature").text()) == ("", "1")


def test_instructions_are_chosen(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """The text counts when the typing rests; without any nothing is chosen."""
    with qtbot.waitSignal(panel.choice_made, timeout=5000) as made:
        area(panel, "system_prompt").setPlainText(" Be brief. ")
    assert made.args == ["system_prompt", "Be brief."]
    with qtbot.waitSignal(panel.choice_made) as made:
        area(panel, "system_prompt").setPlainText("")
        panel.flush()
    assert made.args == ["system_prompt", None]


def test_no_instructions_are_a_choice_too(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """Where the model has instructions, an emptied field means that this chat has none."""
    spoken = AnswerSettings(system_prompt="Be brief.").over(USUAL)
    origins = {"system_prompt": Origin.MODEL}
    panel.show_row(replace(ROW, counts=spoken, below=spoken, origins=origins))
    note = panel.fields.by_name["system_prompt"]._note
    assert note.text() == "Your choice for every chat with this model."
    with qtbot.waitSignal(panel.choice_made) as made:
        area(panel, "system_prompt").setPlainText("")
        panel.flush()
    assert made.args == ["system_prompt", ""]


def test_the_models_own_template_is_no_choice(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """Another template is a choice; the model's own, or none, takes it back."""
    template = area(panel, "chat_template")
    for text, value in (("{{ other }}", "{{ other }}"), ("{{ messages }}", None)):
        with qtbot.waitSignal(panel.choice_made) as made:
            template.setPlainText(text)
            panel.flush()
        assert made.args == ["chat_template", value]


def test_thinking_is_offered_where_the_model_can(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """Three chips: as the model likes, think first, answer at once."""
    panel.show_row(replace(ROW, can_think=True))
    assert panel.fields.by_name["thinking"].isVisible()
    chip = panel.findChild(QWidget, "chat_thinking_False")
    assert chip is not None
    action = QAccessible.queryAccessibleInterface(chip).actionInterface()
    with qtbot.waitSignal(panel.choice_made) as made:
        action.doAction(action.actionNames()[0])
    assert made.args == ["thinking", False]


def test_what_was_written_belongs_to_the_scope(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """A half-written number counts for this chat before the other scope is shown."""
    told: list[tuple[object, ...]] = []
    panel.choice_made.connect(lambda *values: told.append(values))
    panel.scope_chosen.connect(lambda scope: told.append((scope,)))
    edit(panel, "top_k").setText("7")
    chip = panel.findChild(QWidget, "chat_settings_scope_model")
    assert chip is not None
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert told == [("top_k", 7), (str(Scope.MODEL),)]


def test_presets(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """One is chosen from the list, saved under a name, renamed, and deleted after a question."""
    bar = panel.presets
    overlay = bar.choice.open_list()
    chosen = overlay.findChild(QWidget, "preset_Short")
    assert chosen is not None
    with qtbot.waitSignal(bar.preset_chosen) as wish:
        qtbot.keyClick(chosen, Qt.Key.Key_Space)
    assert wish.args == ["Short"]
    sheet = bar.ask_for_new_name()
    assert not sheet.save_button.isEnabled()
    sheet.field.setText("  Very   short ")
    with qtbot.waitSignal(bar.preset_saved) as wish:
        qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
    assert wish.args == ["Very short"]
    panel.show_row(replace(ROW, preset="Short", is_preset_changed=True))
    assert bar.choice.text() == "Short, changed"
    sheet = bar.ask_for_other_name()
    sheet.field.setText("Poems")
    assert "replaces it" in sheet._hint.text()
    with qtbot.waitSignal(bar.preset_renamed) as wish:
        sheet.save_button.click()
    assert wish.args == ["Short", "Poems"]
    with qtbot.waitSignal(bar.preset_deleted) as wish:
        bar.ask_to_delete().yes_button.click()
    assert wish.args == ["Short"]


def test_actions_of_presets(qtbot: QtBot, panel: ChatSettingsPanel) -> None:
    """The card offers what can be done: without a preset only to save one."""
    overlay = panel.presets.open_actions()
    assert overlay._card.height() > panel.presets.more_button.height()
    assert [button.objectName() for button in _buttons(overlay)] == ["preset_save"]
    overlay.close_card()
    panel.show_row(replace(ROW, preset="Short", is_preset_changed=True))
    overlay = panel.presets.open_actions()
    update = next(button for button in _buttons(overlay) if button.objectName() == "preset_update")
    with qtbot.waitSignal(panel.presets.preset_updated) as wish:
        qtbot.keyClick(update, Qt.Key.Key_Space)
    assert wish.args == ["Short"]


def _buttons(overlay: Overlay) -> list[QWidget]:
    names = ("preset_save", "preset_update", "preset_rename", "preset_delete")
    found = [overlay.findChild(QWidget, name) for name in names]
    return [button for button in found if button is not None]


def test_esc_folds_it_away(qtbot: QtBot, window: MainWindow, panel: ChatSettingsPanel) -> None:
    """The keyboard goes back to the button; what was written counts."""
    window.activateWindow()
    field = edit(panel, "top_p")
    field.setFocus()
    field.setText("0.5")
    told: list[object] = []
    panel.choice_made.connect(lambda name, value: told.append((name, value)))
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert told == [("top_p", 0.5)]
    assert window.chat.settings.button.hasFocus()
    window.chat.settings.toggle()
    assert panel.isVisible()


def test_it_stands_beside_the_chat_where_there_is_room(
    qtbot: QtBot, window: MainWindow, panel: ChatSettingsPanel, theme: Theme
) -> None:
    """In a narrow window it lies over the trailing edge of the chat."""
    sheet = window.chat._sheet
    window.resize(theme.spacing(350), theme.spacing(200))
    qtbot.waitUntil(lambda: panel.geometry().left() > sheet.geometry().right())
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: panel.geometry().right() == sheet.geometry().right())
    assert panel.geometry().left() > sheet.geometry().left()
    window.resize(theme.spacing(350), theme.spacing(200))
    qtbot.waitUntil(lambda: panel.geometry().left() > sheet.geometry().right())


def test_every_field_is_as_wide_as_there_is_room(
    qtbot: QtBot, window: MainWindow, panel: ChatSettingsPanel
) -> None:
    """In the smallest window nothing sticks out of the panel."""
    window.resize(window.minimumSize())
    fields = [field for field in panel.fields.by_name.values() if field.isVisible()]

    def all_fit() -> bool:
        return all(
            field.mapTo(panel, field.rect().topRight()).x() < panel.width() for field in fields
        )

    qtbot.waitUntil(all_fit)
    assert len(fields) > 8
