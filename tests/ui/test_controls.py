# SPDX-License-Identifier: Apache-2.0
"""Walks the whole window: every control has a name, and can be reached by keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)

from nemodesk.chats.message import Chat
from nemodesk.ui.rows import AttachmentRow, CheckRow, HubRow, StorageRow, TrashRow, WorkRow
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.window import MainWindow

from .conftest import CARDS, DOWNLOADS

_CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView, QComboBox)
_ROOMS = ("chat", "models", "downloads", "settings")


def _controls(window: MainWindow) -> list[QWidget]:
    return [widget for kind in _CONTROLS for widget in window.findChildren(kind)]


def _fill(window: MainWindow) -> None:
    window.begin_first_run()
    window.models.show_cards(CARDS)
    window.models.show_hub(HubRow(state="failed", text="x", sentence="No connection."))
    window.models.show_found("3 models of Ollama are already on this computer.")
    window.downloads.show_downloads(DOWNLOADS)
    trash = (TrashRow("1", "Tiny", "98 MB, removed today"),)
    window.settings.show_storage(
        StorageRow("/models", "2 models, 5.0 GB.", trash_figures="1 model, 98 MB", trash=trash)
    )
    work = WorkRow("Your models are moving.", "1.0 GB of 5.0 GB", 200)
    window.settings.show_move(work)
    window.settings.show_checks([CheckRow("tiny", "Tiny", "checking", "Being checked")], work)


def _open_everything(window: MainWindow, make_chat: Callable[..., Chat]) -> None:
    window.chat.show_listing(Listing(chats=(make_chat(1, "A chat"),), current_chat_id=1))
    window.show_alert("Something happened", "Nothing was lost.", "Mend it", lambda: None)
    window.show_notice("It is here", "It can be used.", "Use it", lambda: None)
    window.chat.offer_undo("A chat was deleted.", 1)
    window.chat.composer.attachments.show_rows(
        [
            AttachmentRow(key=1, name="a.pdf", can_become_text=True),
            AttachmentRow(key=2, name="b.pdf", state="failed", sentence="No.", can_retry=True),
        ]
    )
    _fill(window)
    for room in _ROOMS:
        window.show_room(room)
    window._show_shortcuts()
    window.chat.composer.model_picker.open_list()
    panel = window.chat.settings.open()
    panel.presets.choice.open_list()
    panel.presets.open_actions()
    panel.presets.ask_for_new_name()
    assert window.models.room is not None
    window.models.room.offer_undo("A model was removed.", 1)
    for card in window.models.room.own.cards:
        card.details_button.click()
    assert window.downloads.room is not None
    window.downloads.room.speed_limit.open_choices()
    assert window.settings.room is not None
    window.settings.room.storage.trash.ask_to_empty()
    window.settings.room.connections.key.ask_for_key()
    window.settings.room.connections.key.ask_to_remove()


def test_every_control_has_names(window: MainWindow, make_chat: Callable[..., Chat]) -> None:
    """No control is without object name and accessible name."""
    _open_everything(window, make_chat)
    nameless = [
        f"{type(control).__name__} {control.objectName()!r} in {control.parent()}"
        for control in _controls(window)
        if not control.objectName() or not control.accessibleName()
    ]
    assert len(_controls(window)) > 20
    assert not nameless


def test_every_control_is_reached_by_keyboard(
    window: MainWindow, make_chat: Callable[..., Chat]
) -> None:
    """Tab leads to every control; what stands inside a field has a key of its own."""
    _open_everything(window, make_chat)
    unreachable = [
        control.objectName()
        for control in _controls(window)
        if not control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(control, QToolButton) and isinstance(control.parent(), QLineEdit))
    ]
    assert not unreachable


def test_one_thing_alone_is_called_new_chat(window: MainWindow) -> None:
    """Above an empty chat the title is told apart from the button that begins one."""
    names = [
        QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
    ]
    assert names.count("New chat") == 1
    assert "Chat title: New chat" in names


def test_every_control_has_a_role(window: MainWindow, make_chat: Callable[..., Chat]) -> None:
    """Screen readers know what each control is."""
    _open_everything(window, make_chat)
    unknown = (QAccessible.Role.NoRole, QAccessible.Role.Client)
    for control in _controls(window):
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.role() not in unknown, control.objectName()


@pytest.mark.parametrize(
    ("name", "room"),
    [
        *((name, "chat") for name in ("Chat", "Models", "Downloads", "Settings")),
        *((name, "chat") for name in ("New chat", "Search chats", "Chats", "Model", "Message")),
        *((name, "chat") for name in ("Send", "Stop", "Transcript")),
        *((name, "chat") for name in ("Attach file", "Chat settings")),
        *((name, "models") for name in ("Search models", "Model list", "Use", "Remove")),
        *((name, "models") for name in ("Details", "Download", "Runs great")),
        *((name, "downloads") for name in ("Downloads", "Pause", "Resume", "Cancel", "Retry")),
        ("b-Q8_0.gguf", "downloads"),
        *((name, "chat") for name in ("Welcome", "Download and start", "Choose another model")),
        ("Use the starter model", "chat"),
        *((name, "settings") for name in ("General", "Models and storage", "About")),
        *((name, "settings") for name in ("Performance", "Connections", "Add a key…")),
        *((name, "settings") for name in ("Language", "Threads of the processor", "Proxy")),
        *((name, "settings") for name in ("Move…", "Verify all", "Empty trash…", "Restore")),
    ],
)
def test_public_names(window: MainWindow, name: str, room: str) -> None:
    """The names that people with screen readers rely on are there."""
    _fill(window)
    window.show_room(room)
    names = {
        QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        for widget in window.findChildren(QWidget)
    }
    assert name in names


@pytest.mark.parametrize(
    ("object_name", "role", "room"),
    [
        ("alert", QAccessible.Role.AlertMessage, "chat"),
        ("chats", QAccessible.Role.List, "chat"),
        ("message", QAccessible.Role.EditableText, "chat"),
        ("send_button", QAccessible.Role.Button, "chat"),
        ("model", QAccessible.Role.Button, "chat"),
        ("model_list", QAccessible.Role.List, "models"),
        ("model_card_tiny", QAccessible.Role.ListItem, "models"),
        ("downloads_list", QAccessible.Role.List, "downloads"),
        ("download_item_a/b:Q8_0", QAccessible.Role.ListItem, "downloads"),
        ("progress_a/b:Q8_0", QAccessible.Role.ProgressBar, "downloads"),
        ("trash_list", QAccessible.Role.List, "settings"),
        ("check_list", QAccessible.Role.List, "settings"),
        ("verify_progress", QAccessible.Role.ProgressBar, "settings"),
        ("theme_dark", QAccessible.Role.RadioButton, "settings"),
        ("chat_automatic_titles", QAccessible.Role.CheckBox, "settings"),
        ("engine_threads", QAccessible.Role.EditableText, "settings"),
    ],
)
def test_public_roles(
    window: MainWindow, object_name: str, role: QAccessible.Role, room: str
) -> None:
    """What people and tests look for has the role that they expect."""
    _fill(window)
    window.show_room(room)
    widget = window.findChild(QWidget, object_name)
    assert widget is not None
    assert QAccessible.queryAccessibleInterface(widget).role() == role
