# SPDX-License-Identifier: Apache-2.0
"""The sidebar: choosing, renaming, deleting and searching, by keyboard as well."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import TEMPORARY_FROM_ID, Chat, Folder
from nemodesk.chats.search import SearchHit
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.sidebar import Sidebar
from nemodesk.ui.theme import Theme

MakeChat = Callable[..., Chat]
WORK = Folder(id=7, name="Work", position=1)


@pytest.fixture
def sidebar(qtbot: QtBot, theme: Theme, make_chat: MakeChat) -> Sidebar:
    """Return a sidebar with three chats of which the first is open."""
    made = Sidebar(theme)
    qtbot.addWidget(made)
    made.resize(made.width(), theme.spacing(150))
    made.show_listing(_listing([make_chat(i, f"Chat {i}") for i in (1, 2, 3)], 1))
    made.show()
    qtbot.waitExposed(made)
    return made


def _listing(chats: Sequence[Chat], current_chat_id: int | None) -> Listing:
    return Listing(chats=tuple(chats), current_chat_id=current_chat_id)


def _place(sidebar: Sidebar, chat_id: int) -> QPoint:
    chats = sidebar.chats
    return chats.visualRect(chats._items.index_of(chat_id)).center()


def test_a_click_opens_a_chat_at_once(qtbot: QtBot, sidebar: Sidebar) -> None:
    """A click on a chat wishes for it."""
    with qtbot.waitSignal(sidebar.chats.chat_selected) as wished:
        qtbot.mouseClick(
            sidebar.chats.viewport(), Qt.MouseButton.LeftButton, pos=_place(sidebar, 3)
        )
    assert wished.args == [3]


def test_the_arrow_keys_open_where_they_rest(qtbot: QtBot, sidebar: Sidebar) -> None:
    """Chats that the arrow keys pass over are not opened."""
    sidebar.chats.setFocus()
    opened: list[int] = []
    sidebar.chats.chat_selected.connect(opened.append)
    qtbot.keyClick(sidebar.chats, Qt.Key.Key_Down)
    qtbot.keyClick(sidebar.chats, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: bool(opened))
    assert opened == [3]


def test_showing_chats_opens_none(qtbot: QtBot, sidebar: Sidebar, make_chat: MakeChat) -> None:
    """A fact is no wish: marking the open chat does not wish for it again."""
    with qtbot.assertNotEmitted(sidebar.chats.chat_selected, wait=300):
        sidebar.show_listing(_listing([make_chat(i, f"Chat {i}") for i in (9, 2)], 2))


def test_a_chat_is_renamed_in_place(qtbot: QtBot, sidebar: Sidebar, make_chat: MakeChat) -> None:
    """F2 opens the title, Enter wishes for the new one, news from outside wait meanwhile."""
    sidebar.chats.setFocus()
    qtbot.keyClick(sidebar.chats, Qt.Key.Key_F2)
    editor = sidebar.chats.findChild(QLineEdit, "chat_title_editor")
    assert editor is not None
    sidebar.show_listing(_listing([make_chat(5, "Fresh")], 5))
    editor.setText("Better")
    with qtbot.waitSignal(sidebar.wishes.renamed) as wished:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert wished.args == [1, "Better"]
    qtbot.waitUntil(lambda: sidebar.chats.chat_count() == 1)


def test_escape_leaves_the_title(qtbot: QtBot, sidebar: Sidebar) -> None:
    """Esc gives up renaming."""
    sidebar.chats.rename(2)
    editor = sidebar.chats.findChild(QLineEdit, "chat_title_editor")
    assert editor is not None
    editor.setText("Never")
    with qtbot.assertNotEmitted(sidebar.wishes.renamed):
        qtbot.keyClick(editor, Qt.Key.Key_Escape)


def test_delete_wishes_for_a_deletion(qtbot: QtBot, sidebar: Sidebar) -> None:
    """The Delete key wishes to delete the chat under the focus."""
    sidebar.chats.setFocus()
    with qtbot.waitSignal(sidebar.wishes.deleted) as wished:
        qtbot.keyClick(sidebar.chats, Qt.Key.Key_Delete)
    assert wished.args == [(1,)]


def test_the_three_dots_open_the_menu(
    qtbot: QtBot, sidebar: Sidebar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dots of a row offer Rename and Delete without opening the chat."""
    opened: list[QMenu] = []
    # A menu on the screen would wait for the mouse.
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: opened.append(menu))
    row = sidebar.chats.visualRect(sidebar.chats._items.index_of(3))
    dots = sidebar.chats._delegate.menu_rect(row, is_mirrored=False)
    with qtbot.assertNotEmitted(sidebar.chats.chat_selected):
        qtbot.mouseClick(sidebar.chats.viewport(), Qt.MouseButton.LeftButton, pos=dots.center())
    actions = {action.text(): action for action in opened[0].actions()}
    assert list(actions) == ["Rename", "Pin", "Move to folder", "Archive", "Export…", "Delete"]
    with qtbot.waitSignal(sidebar.wishes.exported) as wished:
        actions["Export…"].trigger()
    assert [chat.id for chat in wished.args[0]] == [3]
    with qtbot.waitSignal(sidebar.wishes.deleted) as wished:
        actions["Delete"].trigger()
    assert wished.args == [(3,)]


def test_searching_waits_for_a_rest(qtbot: QtBot, sidebar: Sidebar) -> None:
    """Fast typing searches once."""
    told: list[str] = []
    sidebar.search_changed.connect(told.append)
    qtbot.keyClicks(sidebar.search_field, "zebra")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["zebra"]


def test_an_empty_list_says_why(qtbot: QtBot, sidebar: Sidebar) -> None:
    """No chats and no results are two different things to read."""
    sidebar.show_listing(Listing())
    assert sidebar._empty._title.text() == "No chats yet"
    with qtbot.waitSignal(sidebar.search_changed):
        sidebar.search_field.setText("zebra")
    sidebar.show_listing(Listing())
    assert sidebar._empty._title.text() == "Nothing found"
    assert "zebra" in sidebar._empty._sentence.text()
    assert sidebar.clear_search()
    assert not sidebar.clear_search()


def test_from_the_search_into_the_list(qtbot: QtBot, sidebar: Sidebar) -> None:
    """Down leads into the results; Enter opens the first."""
    sidebar.show_listing(replace(sidebar.chats._items.listing, current_chat_id=None))
    sidebar.focus_search()
    with qtbot.waitSignal(sidebar.chats.chat_selected) as wished:
        qtbot.keyClick(sidebar.search_field, Qt.Key.Key_Return)
    assert wished.args == [1]
    qtbot.keyClick(sidebar.search_field, Qt.Key.Key_Down)
    assert sidebar.window().focusWidget() is sidebar.chats


def test_several_chats_are_chosen(qtbot: QtBot, sidebar: Sidebar) -> None:
    """Shift selects more without opening them; Delete is then about all of them."""
    sidebar.chats.setFocus()
    with qtbot.assertNotEmitted(sidebar.chats.chat_selected, wait=300):
        for _ in range(2):
            qtbot.keyClick(sidebar.chats, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(sidebar.wishes.deleted) as wished:
        qtbot.keyClick(sidebar.chats, Qt.Key.Key_Delete)
    assert wished.args == [(1, 2, 3)]
    qtbot.keyClick(sidebar.chats, Qt.Key.Key_Up)
    assert len(sidebar.chats.selected_chats()) == 1


def test_a_folder_folds(qtbot: QtBot, sidebar: Sidebar, make_chat: MakeChat) -> None:
    """A click and the keyboard hide the chats of a folder, and show them again."""
    chats = (replace(make_chat(1, "Inside"), folder_id=7), make_chat(2, "Outside"))
    sidebar.show_listing(Listing(chats=chats, folders=(WORK,)))
    items = sidebar.chats._items
    assert items.rowCount() == 4
    place = sidebar.chats.visualRect(items.index_of_folder(7)).center()
    qtbot.mouseClick(sidebar.chats.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert items.rowCount() == 3
    spoken = int(Qt.ItemDataRole.AccessibleTextRole)
    assert items.index_of_folder(7).data(spoken) == "Folder Work, folded"
    sidebar.chats.setFocus()
    qtbot.keyClick(sidebar.chats, Qt.Key.Key_Right)
    assert items.rowCount() == 4
    qtbot.keyClick(sidebar.chats, Qt.Key.Key_Left)
    assert items.rowCount() == 3
    with qtbot.waitSignal(sidebar.wishes.folder_deleted):
        qtbot.keyClick(sidebar.chats, Qt.Key.Key_Delete)


def test_chats_are_dragged_into_folders(
    qtbot: QtBot, sidebar: Sidebar, make_chat: MakeChat
) -> None:
    """A drop on a folder wishes to move; one on a chat outside of all moves out; others not."""
    chats = (replace(make_chat(1, "Inside"), folder_id=7), make_chat(2, "Outside"))
    sidebar.show_listing(Listing(chats=chats, folders=(WORK,)))
    items = sidebar.chats._items
    move = Qt.DropAction.MoveAction
    dragged = items.mimeData([items.index_of(2)])
    with qtbot.waitSignal(sidebar.wishes.moved) as wished:
        assert items.dropMimeData(dragged, move, -1, -1, items.index_of_folder(7))
    assert wished.args == [(2,), 7]
    with qtbot.waitSignal(sidebar.wishes.moved) as wished:
        dragged = items.mimeData([items.index_of(1)])
        assert items.dropMimeData(dragged, move, -1, -1, items.index_of(2))
    assert wished.args == [(1,), None]
    assert not items.dropMimeData(QMimeData(), move, -1, -1, items.index_of(2))


def test_a_place_is_two_lines(qtbot: QtBot, sidebar: Sidebar, make_chat: MakeChat) -> None:
    """A result shows where it was found; choosing it wishes for that place."""
    chat = make_chat(4, "Soup")
    hit = SearchHit(chat=chat, message_id=9, snippet="with lentils", marks=((5, 12),))
    before = sidebar.chats.visualRect(sidebar.chats._items.index_of(1)).height()
    sidebar.show_listing(Listing(search="lentils", hits=(hit,)))
    index = sidebar.chats._items.index_of(4)
    assert index.data(int(Qt.ItemDataRole.AccessibleTextRole)) == "Soup. with lentils"
    assert sidebar.chats.visualRect(index).height() > before
    with qtbot.waitSignal(sidebar.wishes.place_opened) as wished:
        sidebar.chats.open_first()
    assert wished.args == [4, 9]


def test_ids_of_temporary_chats_fit_into_signals(
    qtbot: QtBot, sidebar: Sidebar, make_chat: MakeChat
) -> None:
    """Qt carries whole numbers in 32 bits: those of temporary chats are not larger."""
    sidebar.show_listing(Listing(chats=(make_chat(TEMPORARY_FROM_ID + 5, "Whisper"),)))
    with qtbot.waitSignal(sidebar.chats.chat_selected) as wished:
        sidebar.chats.open_first()
    assert wished.args == [TEMPORARY_FROM_ID + 5]
