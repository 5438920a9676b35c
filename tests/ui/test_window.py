# SPDX-License-Identifier: Apache-2.0
"""The main window: what it shows, what it wishes for, and its keys."""

from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Chat, Message, Role
from nemodesk.ui.rows import CardRow
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.theme import load_theme
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.window import MainWindow

from .conftest import CARDS

MakeChat = Callable[..., Chat]


def _question(chat_id: int = 1) -> Message:
    return Message(
        id=1, chat_id=chat_id, parent_id=None, role=Role.USER, content="Why?", created_at=0.0
    )


def test_a_message_is_sent(qtbot: QtBot, window: MainWindow) -> None:
    """Enter sends what was typed, empties the field and makes room for the answer."""
    message = window.chat.composer.message
    qtbot.keyClicks(message, "Hello")
    with qtbot.waitSignal(window.message_sent) as sent:
        qtbot.keyClick(message, Qt.Key.Key_Return)
    assert sent.args == ["Hello"]
    assert message.toPlainText() == ""
    assert window.transcript.isVisible()


def test_stop_takes_the_place_of_send(qtbot: QtBot, window: MainWindow) -> None:
    """While an answer is written there is Stop, and Ctrl+. presses it."""
    composer = window.chat.composer
    window.set_writing(True)
    assert composer.stop_button.isVisible()
    assert not composer.send_button.isVisible()
    with qtbot.waitSignal(window.stop_requested):
        qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(window.stop_requested):
        qtbot.keyClick(composer.message, Qt.Key.Key_Escape)
    window.set_writing(False)
    assert composer.send_button.isVisible()


def test_another_chat_brings_its_draft(
    qtbot: QtBot, window: MainWindow, make_chat: MakeChat
) -> None:
    """Opening a chat tells the draft of the old one first and then shows its own."""
    message = window.chat.composer.message
    chats = [make_chat(1, "One"), make_chat(2, "Two", draft="half a thou")]
    window.chat.show_listing(Listing(chats=tuple(chats), current_chat_id=1))
    window.show_chat(chats[0], [_question()])
    message.setPlainText("not sent")
    told: list[object] = []
    window.draft_changed.connect(told.append)
    window.chat_selected.connect(told.append)
    window.chat.sidebar.chats.open_first()
    assert told == []  # it is open already
    index = window.chat.sidebar.chats._items.index_of(2)
    window.chat.sidebar.chats.setCurrentIndex(index)
    qtbot.waitUntil(lambda: told == ["not sent", 2])
    window.show_chat(chats[1], [_question(2)])
    assert message.toPlainText() == "half a thou"


def test_typing_survives_the_birth_of_a_chat(window: MainWindow, make_chat: MakeChat) -> None:
    """What is typed while a new chat gets its first answer stays in the field."""
    composer = window.chat.composer
    composer.message.setPlainText("First")
    composer.send_button.click()
    composer.message.setPlainText("Second, half typed")
    window.show_chat(make_chat(7, "First"), [_question(7)])
    assert composer.message.toPlainText() == "Second, half typed"


def test_showing_the_same_chat_again_keeps_the_draft(
    window: MainWindow, make_chat: MakeChat
) -> None:
    """Another version of an answer does not touch what is being typed."""
    chat = make_chat(1, "One")
    window.show_chat(chat, [_question()])
    window.chat.composer.message.setPlainText("typing")
    window.show_chat(chat, [_question()])
    assert window.chat.composer.message.toPlainText() == "typing"


def test_an_empty_chat_offers_beginnings(
    window: MainWindow, make_chat: MakeChat, qtbot: QtBot
) -> None:
    """A new chat shows three suggestions that write the message but do not send it."""
    window.show_chat(make_chat(1, "One"), [_question()])
    assert not window.chat.welcome.isVisible()
    window.chat.show_new_chat("")
    assert window.chat.welcome.isVisible()
    with qtbot.assertNotEmitted(window.message_sent):
        window.chat.welcome._buttons[0].click()
    assert window.chat.composer.message.toPlainText()
    assert window.chat.composer.send_button.isEnabled()


@pytest.mark.parametrize(
    ("key", "signal"), [(Qt.Key.Key_N, "new_chat_requested")], ids=["new chat"]
)
def test_keys_wish(qtbot: QtBot, window: MainWindow, key: Qt.Key, signal: str) -> None:
    """A shortcut works from any room."""
    window.show_room("settings")
    with qtbot.waitSignal(getattr(window, signal)):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert window.chat.isVisible()


def test_keys_move_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+K leads to the search, Ctrl+L to the message, Ctrl+comma to the settings."""
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window, Qt.Key.Key_K, control)
    assert window.focusWidget() is window.chat.sidebar.search_field
    qtbot.keyClick(window, Qt.Key.Key_L, control)
    assert window.focusWidget() is window.chat.composer.message
    qtbot.keyClick(window, Qt.Key.Key_Comma, control)
    assert window.settings.room is not None
    assert window.settings.room.isVisible()


def test_f1_shows_the_keys_and_escape_closes_them(qtbot: QtBot, window: MainWindow) -> None:
    """F1 opens one sheet; Esc closes it and gives the focus back."""
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheets = window.findChildren(Overlay)
    assert len(sheets) == 1
    with qtbot.waitSignal(sheets[0].destroyed):
        qtbot.keyClick(sheets[0], Qt.Key.Key_Escape)
    assert window.focusWidget() is window.chat.composer.message


def test_a_narrow_window_folds_the_sidebar(window: MainWindow) -> None:
    """The sidebar gives way in a narrow window and can be called back."""
    window.resize(window.minimumSize())
    assert not window.chat.sidebar.isVisible()
    window._search_chats()
    assert window.chat.sidebar.isVisible()
    window.resize(window._theme.spacing(300), window.height())
    assert window.chat.sidebar.isVisible()


def test_an_alert_says_it_and_mends_it(window: MainWindow) -> None:
    """An alert shows its sentence, runs its action once and goes."""
    done: list[str] = []
    window.show_alert("It stopped", "Nothing was lost.", "Try again", lambda: done.append("again"))
    alert = window._alert
    assert alert.isVisible()
    assert alert.accessibleName() == "It stopped. Nothing was lost."
    alert._action.click()
    assert done == ["again"]
    assert not alert.isVisible()


def test_deletion_can_be_undone(qtbot: QtBot, window: MainWindow) -> None:
    """The undo bar wishes for the chat that was deleted."""
    window.chat.offer_undo("“One” was deleted.", 5)
    assert window.chat.undo_bar.isVisible()
    with qtbot.waitSignal(window.chat.undo_bar.undo_requested) as wished:
        window.chat.undo_bar._undo.click()
    assert wished.args == [5]
    assert not window.chat.undo_bar.isVisible()


def test_model_files_are_dropped(qtbot: QtBot, window: MainWindow) -> None:
    """A dropped .gguf is added, anything else is not."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile("/m/a.GGUF"), QUrl.fromLocalFile("/m/b.txt")])
    about = (Qt.DropAction.CopyAction, content, Qt.MouseButton.LeftButton)
    drop = QDropEvent(QPointF(9, 9), *about, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(window.model_file_chosen) as chosen:
        # Straight to the filter: Qt takes a drop only from a drag that the system began.
        assert window._drop.eventFilter(window, drop)
    assert chosen.args == ["/m/a.GGUF"]
    assert not window._drop._veil.isVisible()


def test_other_files_are_dropped_onto_the_chat(qtbot: QtBot, window: MainWindow) -> None:
    """They are attached; with a model among them all of it goes to the window around the chat."""
    drop = window.chat.drop
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile("/m/a.pdf"), QUrl.fromLocalFile("/m/b.txt")])
    about = (Qt.DropAction.CopyAction, content, Qt.MouseButton.LeftButton)
    dropped = QDropEvent(QPointF(9, 9), *about, Qt.KeyboardModifier.NoModifier)
    paths: list[str] = []
    drop.file_dropped.connect(paths.append)
    with qtbot.waitSignal(drop.file_dropped):
        assert drop.eventFilter(window.chat, dropped)
    assert paths == ["/m/a.pdf", "/m/b.txt"]
    content.setUrls([*content.urls(), QUrl.fromLocalFile("/m/c.gguf")])
    entered = QDragEnterEvent(QPoint(9, 9), *about, Qt.KeyboardModifier.NoModifier)
    assert not drop.eventFilter(window.chat, entered)
    assert window._drop.eventFilter(window, entered)


def test_closing_tells_the_draft_first(qtbot: QtBot, window: MainWindow) -> None:
    """A window that closes loses nothing that was typed."""
    told: list[str] = []
    window.draft_changed.connect(told.append)
    window.closing.connect(lambda: told.append("closing"))
    window.chat.composer.message.setPlainText("almost")
    window.close()
    qtbot.waitUntil(lambda: told == ["almost", "closing"])


def test_every_theme_dresses_every_room(window: MainWindow) -> None:
    """The window changes its theme with all rooms open."""
    for room in ("models", "downloads", "settings", "chat"):
        window.show_room(room)
    for name in ("dark", "high_contrast", "light"):
        window.set_theme(load_theme(name))
        surface = window._theme.colour("window").name()
        assert window.grab().toImage().pixelColor(1, window.height() - 1).name() == surface


def test_tab_goes_round_the_whole_window(
    qtbot: QtBot, window: MainWindow, make_chat: MakeChat
) -> None:
    """In a chat with messages Tab still reaches navigation, chats and composer, and comes back."""
    chats = [make_chat(1, "One")]
    window.chat.show_listing(Listing(chats=tuple(chats), current_chat_id=1))
    window.show_chat(chats[0], [_question()])
    window.chat.composer.focus_message()
    start = QApplication.focusWidget()
    assert start is not None
    visited: list[str] = []
    while len(visited) < 60:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        visited.append(focused.accessibleName())
        if focused is start:
            break
    assert {"Chat", "Models", "Settings", "New chat", "Search chats", "Copy"} <= set(visited)
    assert visited[-1] == "Message"


def test_a_message_that_was_not_sent_comes_back(window: MainWindow) -> None:
    """What could not be stored stands in the composer again."""
    window.chat.show_new_chat("")
    window.give_back("Hello")
    assert window.chat.composer.message.toPlainText() == "Hello"


def test_a_control_that_goes_leaves_the_others_usable(window: MainWindow) -> None:
    """When the control with the keyboard is deleted, nothing else of the window is lost."""
    window.models.show_cards(CARDS)
    window.show_room("models")
    room = window.models.room
    assert room is not None
    room.own.cards[0].details_button.setFocus(Qt.FocusReason.TabFocusReason)
    room.search_field.setText("zebra")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert shiboken6.isValid(window)
    assert shiboken6.isValid(window.transcript._bar)
    window.show_room("chat")
    window.chat.composer.message.setPlainText("Hello")
    window.chat.composer.send_button.click()
    assert window.transcript.isVisible()


def test_tab_goes_through_cards_as_they_are_seen(qtbot: QtBot, window: MainWindow) -> None:
    """A card that was made later but stands above another one is reached before it."""
    window.models.show_cards(CARDS[1:])
    window.show_room("models")
    window.models.show_cards(CARDS)
    room = window.models.room
    assert room is not None
    room._filters.button(2).setFocus(Qt.FocusReason.TabFocusReason)
    visited: list[str] = []
    for _ in range(6):
        focused = window.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        visited.append(window.focusWidget().objectName())
    assert visited.index(f"details_{CARDS[0].id}") < visited.index(f"details_{CARDS[1].id}")


def test_tab_reaches_cards_that_are_still_to_come(qtbot: QtBot, window: MainWindow) -> None:
    """Of many cards Tab goes from one to the next, in whatever order they were made."""
    rows = [CardRow(id=f"m{n}", name=f"Model {n}", quants=None) for n in range(12)]
    window.models.show_cards(rows[8:])
    window.show_room("models")
    room = window.models.room
    assert room is not None
    with qtbot.waitSignal(room.own.completed):
        window.models.show_cards(rows)
    room.own.cards[0].details_button.setFocus(Qt.FocusReason.TabFocusReason)
    for row in rows[1:]:
        focused = window.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        assert window.focusWidget().objectName() == f"details_{row.id}"
