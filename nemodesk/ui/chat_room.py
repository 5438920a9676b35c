# SPDX-License-Identifier: Apache-2.0
"""The room Chat: sidebar, transcript, composer. It joins them and decides nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from nemodesk.chats.message import Chat, Message
from nemodesk.ui.chat_settings.door import ChatSettingsDoor
from nemodesk.ui.composer.composer import Composer
from nemodesk.ui.composer.context_bar import ContextBar
from nemodesk.ui.composer.context_meter import ContextMeter
from nemodesk.ui.composer.welcome import Welcome
from nemodesk.ui.first_run.welcome_page import WelcomePage
from nemodesk.ui.sidebar.sidebar import Sidebar
from nemodesk.ui.theme import Theme
from nemodesk.ui.transcript import Transcript
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.labels import ElidedLabel
from nemodesk.ui.widgets.notices import UndoBar

# The column of messages in steps of the grid: 720 px, and the room at its sides.
_COLUMN_STEPS = 180
# Below this width of the room, in steps of the grid, the sidebar folds by itself.
_FOLD_BELOW_STEPS = 205


class ChatRoom(QWidget):
    """Sidebar, header, transcript or welcome, composer, and the line that says where it runs.

    Signals:
        new_chat_requested(): begin an empty chat.
    """

    new_chat_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat_room")
        self._theme = theme
        self._is_folded_by_person: bool | None = None
        self.chat_id: int | None = None
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
        self.unfold_button = Button(
            "unfold_sidebar", self.tr("Show chats"), kind="icon", icon="sidebar"
        )
        self.header_new_chat = Button(
            "header_new_chat", self.tr("New chat"), kind="icon", icon="new_chat"
        )
        self.settings = ChatSettingsDoor(self, theme)
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

    def show_chats(self, chats: Sequence[Chat], current_chat_id: int | None) -> None:
        """List the chats, newest first; the open one may have another title now, or be new."""
        self.sidebar.show_chats(chats, current_chat_id)
        title = next((chat.title for chat in chats if chat.id == current_chat_id), None)
        if title is not None:
            self.show_title(title)

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
        self.transcript.show_messages(messages)
        self._show_page(is_empty=not messages)

    def show_title(self, title: str) -> None:
        """Show the title of the chat above it."""
        self._title.setText(title or self.tr("New chat"))

    def set_writing(self, *, is_writing: bool) -> None:
        """Make room for an answer and offer to stop it."""
        self.composer.set_writing(is_writing=is_writing)
        if is_writing:
            self._show_page(is_empty=False)

    def offer_undo(self, sentence: str, chat_id: int) -> None:
        """Offer for a moment to bring a deleted chat back."""
        self.undo_bar.offer(sentence, chat_id)
        self.place_undo_bar()

    def show_engine_status(self, text: str) -> None:
        """Say where the model runs."""
        self._status.setText(text)

    def show_speed(self, text: str) -> None:
        """Say how fast the last answer was; empty says nothing."""
        self._speed.setText(text)

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

    def unfold_sidebar(self) -> None:
        """Show the sidebar, because something in it is asked for."""
        if not self.sidebar.isVisibleTo(self):
            self.toggle_sidebar()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._theme = theme
        parts = (self.sidebar, self.transcript, self.composer, self.welcome, self.undo_bar)
        for part in (
            *parts,
            self.context_bar,
            self.meter,
            self.unfold_button,
            self.header_new_chat,
        ):
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
            if crossed:
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

    def _make_header(self) -> QFrame:
        self._header = QFrame()
        self._header.setObjectName("sheet_header")
        self._header_row = QHBoxLayout(self._header)
        self._header_row.addWidget(self.unfold_button)
        self._header_row.addWidget(self.header_new_chat)
        self._header_row.addWidget(self._title, 1)
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
        self.composer.message_sent.connect(self._on_sent)
        self.welcome.suggestion_chosen.connect(self.composer.add_text)

    def show_new_chat(self, draft: str) -> None:
        """Show an empty chat that is not stored yet, with what was typed into it before."""
        self.forget_new_chat()
        self.chat_id = None
        self.show_speed("")
        self.composer.show_draft(draft)
        self.transcript.show_messages(())
        self.show_title("")
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
