# SPDX-License-Identifier: Apache-2.0
"""The room Chat: sidebar, transcript, composer. It joins them and decides nothing."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from nemodesk.chats.message import Chat, Message
from nemodesk.ui.chat_settings.door import ChatSettingsDoor
from nemodesk.ui.composer.composer import Composer
from nemodesk.ui.composer.context_bar import ContextBar
from nemodesk.ui.composer.context_meter import ContextMeter
from nemodesk.ui.composer.welcome import Welcome
from nemodesk.ui.first_run.welcome_page import WelcomePage
from nemodesk.ui.sidebar.listing import Listing
from nemodesk.ui.sidebar.sidebar import Sidebar
from nemodesk.ui.sidebar.title_card import TitleCard
from nemodesk.ui.temporary_line import TemporaryLine
from nemodesk.ui.theme import Theme
from nemodesk.ui.transcript import Transcript
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.commands import CommandCard
from nemodesk.ui.widgets.file_drop import FileDrop, document_paths
from nemodesk.ui.widgets.labels import ElidedLabel
from nemodesk.ui.widgets.notices import UndoBar
from nemodesk.ui.widgets.overlay import Overlay

# The column of messages in steps of the grid: 720 px, and the room at its sides.
_COLUMN_STEPS = 180
# Below this width of the room, in steps of the grid, the sidebar folds by itself.
_FOLD_BELOW_STEPS = 205


class ChatRoom(QWidget):
    """Sidebar, header, transcript or welcome, composer, and the line that says where it runs.

    Signals:
        new_chat_requested(): begin an empty chat.
        sidebar_folded(): the person has folded or unfolded the sidebar.
    """

    new_chat_requested = Signal()
    sidebar_folded = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat_room")
        self._theme = theme
        self._is_folded_by_person: bool | None = None
        self.chat_id: int | None = None
        self._chat: Chat | None = None
        self._awaits_id = False
        self._is_empty = True
        self._first_run: WelcomePage | None = None
        self._is_first_run = False
        self.sidebar = Sidebar(theme, self)
        self.transcript = Transcript(theme, self)
        self.transcript.setObjectName("transcript")
        self.composer = Composer(theme, self)
        self.welcome = Welcome(theme, self)
        self.undo_bar = UndoBar(theme, self)
        self.context_bar = ContextBar(theme, self)
        self.meter = ContextMeter(theme, self)
        self.temporary_line = TemporaryLine(theme)
        self._make_buttons()
        self.settings = ChatSettingsDoor(self, theme)
        sentence = self.tr("Drop the files here to attach them")
        self.drop = FileDrop(self, theme, sentence, document_paths)
        self._title = ElidedLabel("strong")
        self._status = ElidedLabel("small")
        self._status.setObjectName("engine_status")
        self._speed = ElidedLabel("small")
        self._speed.setObjectName("speed")
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.show_title("")
        self._show_page(is_empty=True)

    def show_listing(self, listing: Listing) -> None:
        """List the chats; the open one may have another title now, or be new."""
        self.sidebar.show_listing(listing)
        if listing.current_chat is not None:
            self._chat = listing.current_chat
            self.show_title(listing.current_chat.title)

    def show_chat(self, chat: Chat, messages: Sequence[Message]) -> None:
        """Show a chat; its draft replaces the text only when it is another chat."""
        if chat.id != self.chat_id:
            is_new_chat = self._awaits_id
            self.forget_new_chat()
            self.chat_id = chat.id
            if not is_new_chat:
                self.show_speed("")
                self.composer.show_draft(chat.draft)
        self.show_title(chat.title)
        self._chat = chat
        self.menu_button.setVisible(True)
        self.temporary_line.setVisible(chat.is_temporary)
        self.transcript.show_messages(messages)
        self._show_page(is_empty=not messages)

    def show_title(self, title: str) -> None:
        """Show the title of the chat above it."""
        self._title.setText(title or self.tr("New chat"))
        # Not by the name of the button that begins a chat: who looks for that finds one.
        what = QCoreApplication.translate("TitleCard", "Chat title")
        self._title.setAccessibleName("" if title else f"{what}: {self._title.text()}")

    def set_writing(self, *, is_writing: bool) -> None:
        """Make room for an answer and offer to stop it."""
        self.composer.set_writing(is_writing=is_writing)
        if is_writing:
            self._show_page(is_empty=False)

    def offer_undo(self, sentence: str, number: int) -> None:
        """Offer for a moment to take back what the sentence says."""
        self.undo_bar.offer(sentence, number)
        self.place_undo_bar()

    def show_engine_status(self, text: str) -> None:
        """Say where the model runs."""
        self._status.setText(text)

    def show_speed(self, text: str) -> None:
        """Say how fast the last answer was; empty says nothing."""
        self._speed.setText(text)

    def open_menu(self) -> Overlay | None:
        """Show what can be done with the chat that is open; None: it is not stored yet."""
        if self._chat is None or self._chat.id != self.chat_id:
            return None
        commands = self.sidebar.chats.commands_for([self._chat], rename=self._ask_title)
        card = CommandCard("chat_commands", self.tr("Chat menu"), commands, self._theme)
        overlay = Overlay(self.window(), card, self._theme, self.menu_button)
        card.chosen.connect(overlay.close_card)
        return overlay

    def _ask_title(self) -> None:
        chat = self._chat
        if chat is None:
            return
        card = TitleCard(chat.title, self._theme)
        overlay = Overlay(self.window(), card, self._theme)
        card.closed.connect(overlay.close_card)
        card.title_chosen.connect(partial(self.sidebar.wishes.renamed.emit, chat.id))

    def set_speed_shown(self, *, is_shown: bool) -> None:
        """Let the speed of answers be seen, or not."""
        self._speed.setVisible(is_shown)

    def begin_first_run(self) -> WelcomePage:
        """Show the first page in place of the beginnings of an empty chat, and return it."""
        if self._first_run is None:
            self._first_run = WelcomePage(self._theme)
            self._pages.addWidget(self._make_welcome_area("first_run", self._first_run))
        self._is_first_run = True
        self._show_page(is_empty=self._is_empty)
        return self._first_run

    def end_first_run(self) -> None:
        """Show the beginnings again where a chat is empty."""
        self._is_first_run = False
        self._show_page(is_empty=self._is_empty)

    def toggle_sidebar(self) -> None:
        """Fold or unfold the sidebar, and keep it so."""
        is_folded = self.sidebar.isVisibleTo(self)
        self._is_folded_by_person = is_folded
        self._fold(is_folded=is_folded)
        if is_folded:
            self.composer.focus_message()
        self.sidebar_folded.emit()

    @property
    def is_folded_by_person(self) -> bool | None:
        """Whether the person has folded the sidebar; None: the width of the window decides."""
        return self._is_folded_by_person

    def restore_sidebar(self, *, is_folded: bool | None) -> None:
        """Fold the sidebar as it was when the window was closed."""
        self._is_folded_by_person = is_folded
        self._fit_sidebar()

    def unfold_sidebar(self) -> None:
        """Show the sidebar, because something in it is asked for."""
        if not self.sidebar.isVisibleTo(self):
            self.toggle_sidebar()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        parts = (self.sidebar, self.transcript, self.composer, self.welcome, self.undo_bar)
        lines = (self.temporary_line, self.context_bar, self.drop, self.meter)
        buttons = (self.menu_button, self.unfold_button, self.header_new_chat)
        for part in (*parts, *lines, *buttons):
            part.set_theme(theme)
        self.settings.set_theme(theme)
        if self._first_run is not None:
            self._first_run.set_theme(theme)
        edge = theme.spacing(2)
        self._row.setContentsMargins(edge, edge, edge, edge)
        self._row.setSpacing(edge)
        self._header_row.setContentsMargins(theme.spacing(4), edge, edge, edge)
        self._header_row.setSpacing(theme.spacing(1))
        self._header.setFixedHeight(theme.spacing(12))
        side = theme.spacing(4)
        self._foot.setContentsMargins(side, theme.spacing(1), side, theme.spacing(2))
        self._column.setSpacing(theme.spacing(1.5))
        self._status_row.setContentsMargins(theme.spacing(3), 0, theme.spacing(3), 0)
        self._column_widget.setMaximumWidth(theme.spacing(_COLUMN_STEPS + 4))
        self._fit_sidebar()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the sidebar where there is no room for it."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            crossed = self._is_narrow(event.oldSize()) != self._is_narrow(event.size())
            # What was restored holds while the room gets its first size.
            if crossed and self.isVisible():
                self._is_folded_by_person = None
            self._fit_sidebar()
        self.place_undo_bar()

    def place_undo_bar(self) -> None:
        """Lay the undo bar above the composer."""
        sheet = self._sheet.geometry()
        width = min(self._theme.spacing(100), sheet.width() - self._theme.spacing(8))
        height = self.undo_bar.sizeHint().height()
        foot = self._foot_widget.mapTo(self, self._foot_widget.rect().topLeft()).y()
        left = sheet.center().x() - width // 2
        self.undo_bar.setGeometry(left, foot - height - self._theme.spacing(1), width, height)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.sidebar)
        self._sheet = QFrame()
        self._sheet.setObjectName("sheet")
        self._row.addWidget(self._sheet, 1)
        self.settings.stand_in(self._row, self._sheet)
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._make_header())
        column.addWidget(self.temporary_line)
        middle = QWidget()
        self._pages = QStackedLayout(middle)
        self._welcome_area = self._make_welcome_area("welcome", self.welcome)
        self._pages.addWidget(self._welcome_area)
        self._pages.addWidget(self.transcript)
        column.addWidget(middle, 1)
        column.addWidget(self._make_foot())

    def _make_welcome_area(self, name: str, page: QWidget) -> QScrollArea:
        # It scrolls where large text leaves little room, and never squeezes the composer.
        area = QScrollArea()
        area.setObjectName(f"{name}_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setProperty("page", True)
        area.setWidget(page)
        return area

    def _make_buttons(self) -> None:
        self.menu_button = Button(
            "chat_menu_button", self.tr("Chat menu"), kind="icon", icon="more"
        )
        self.menu_button.hide()
        self.unfold_button = Button(
            "unfold_sidebar", self.tr("Show chats"), kind="icon", icon="sidebar"
        )
        self.header_new_chat = Button(
            "header_new_chat", self.tr("New chat"), kind="icon", icon="new_chat"
        )

    def _make_header(self) -> QFrame:
        self._header = QFrame()
        self._header.setObjectName("sheet_header")
        self._header_row = QHBoxLayout(self._header)
        self._header_row.addWidget(self.unfold_button)
        self._header_row.addWidget(self.header_new_chat)
        self._header_row.addWidget(self._title, 1)
        self._header_row.addWidget(self.menu_button)
        self._header_row.addWidget(self.settings.button)
        return self._header

    def _make_foot(self) -> QWidget:
        self._foot_widget = QWidget()
        self._foot = QHBoxLayout(self._foot_widget)
        self._column_widget = QWidget()
        self._column = QVBoxLayout(self._column_widget)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.context_bar)
        self._column.addWidget(self.composer)
        self._status_row = QHBoxLayout()
        self._status_row.addWidget(self._status, 1)
        self._speed.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self._status_row.addWidget(self._speed)
        self._status_row.addWidget(self.meter)
        self._column.addLayout(self._status_row)
        self._foot.addStretch(1)
        self._foot.addWidget(self._column_widget, 1000)
        self._foot.addStretch(1)
        return self._foot_widget

    def _connect(self) -> None:
        self.sidebar.fold_requested.connect(self.toggle_sidebar)
        self.unfold_button.clicked.connect(self.toggle_sidebar)
        self.sidebar.new_chat_requested.connect(self.new_chat_requested)
        self.header_new_chat.clicked.connect(self.new_chat_requested)
        self.menu_button.clicked.connect(self.open_menu)
        self.composer.message_sent.connect(self._on_sent)
        self.welcome.suggestion_chosen.connect(self.composer.add_text)

    def show_new_chat(self, draft: str, *, is_temporary: bool = False) -> None:
        """Show an empty chat that is not stored yet, with what was typed into it before."""
        self.forget_new_chat()
        self.chat_id = None
        self.show_speed("")
        self.composer.show_draft(draft)
        self.transcript.show_messages(())
        self.show_title(self.tr("Temporary chat") if is_temporary else "")
        self.menu_button.setVisible(False)
        self.temporary_line.setVisible(is_temporary)
        self._show_page(is_empty=True)

    def forget_new_chat(self) -> None:
        """Let the next chat that is shown bring its own draft."""
        self._awaits_id = False

    def _on_sent(self) -> None:
        # A new chat gets its id with its first message; what is typed meanwhile belongs to it.
        self._awaits_id = self.chat_id is None
        self._show_page(is_empty=False)

    def _show_page(self, *, is_empty: bool) -> None:
        self._is_empty = is_empty
        if not is_empty:
            self._pages.setCurrentWidget(self.transcript)
        elif self._is_first_run and self._first_run is not None:
            # Inside its scroll area, which is the last page.
            self._pages.setCurrentIndex(self._pages.count() - 1)
        else:
            self._pages.setCurrentWidget(self._welcome_area)

    def _is_narrow(self, size: QSize) -> bool:
        return size.width() < self._theme.spacing(_FOLD_BELOW_STEPS)

    def _fit_sidebar(self) -> None:
        is_folded = self._is_folded_by_person
        self._fold(is_folded=self._is_narrow(self.size()) if is_folded is None else is_folded)

    def _fold(self, *, is_folded: bool) -> None:
        self.sidebar.setVisible(not is_folded)
        self.unfold_button.setVisible(is_folded)
        self.header_new_chat.setVisible(is_folded)
