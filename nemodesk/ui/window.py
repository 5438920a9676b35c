# SPDX-License-Identifier: Apache-2.0
"""The main window: rooms, navigation, shortcuts, alerts. It shows facts and emits wishes only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nemodesk.chats.message import Chat, Message
from nemodesk.ui.chat_room import ChatRoom
from nemodesk.ui.downloads.door import DownloadsDoor
from nemodesk.ui.first_run.welcome_page import WelcomePage
from nemodesk.ui.models.door import ModelsDoor
from nemodesk.ui.rows import ModelRow
from nemodesk.ui.settings.door import SettingsDoor
from nemodesk.ui.shortcuts import Key, Shortcuts
from nemodesk.ui.theme import Theme, apply_theme
from nemodesk.ui.transcript import Transcript
from nemodesk.ui.widgets.accessible import install_roles
from nemodesk.ui.widgets.file_dialog import choose_model_files, open_page
from nemodesk.ui.widgets.file_drop import FileDrop, model_paths
from nemodesk.ui.widgets.notices import AlertBar
from nemodesk.ui.widgets.rail import NavigationRail, RailEntry

# Width and height in steps of the grid.
_USUAL_STEPS = (295, 200)


@dataclass(frozen=True)
class _Room:
    """A room: how the rail shows it, and what builds it when it is first entered."""

    entry: RailEntry
    make: Callable[[], QWidget]


class MainWindow(QMainWindow):
    """The whole window.

    Signals:
        new_chat_requested(): begin an empty chat.
        chat_selected(int): open this chat.
        message_sent(str): send this text.
        stop_requested(): stop the answer that is being written.
        edit_requested(int, str): send another version of this message.
        regenerate_requested(int): write another version of this answer.
        continue_requested(int): go on with this answer.
        version_requested(int, int): show the version before (-1) or after (+1).
        draft_changed(str): the text in the composer that is not sent yet.
        model_selected(str): use this model.
        model_file_chosen(str): add the model file or folder at this path.
        welcome_requested(): show the first page again.
        theme_selected(str): system, light, dark or high_contrast.
        closing(): the window is about to close.

    Attributes:
        chat, models, downloads, settings: the rooms of these names, with signals of their own.
    """

    new_chat_requested = Signal()
    chat_selected = Signal(int)
    message_sent = Signal(str)
    stop_requested = Signal()
    edit_requested = Signal(int, str)
    regenerate_requested = Signal(int)
    continue_requested = Signal(int)
    version_requested = Signal(int, int)
    draft_changed = Signal(str)
    model_selected = Signal(str)
    model_file_chosen = Signal(str)
    welcome_requested = Signal()
    theme_selected = Signal(str)
    closing = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        install_roles()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme)
        self._theme = theme
        self._is_writing = False
        self.setObjectName("main_window")
        self.setWindowTitle("NemoDesk")
        self.setAccessibleName("NemoDesk")
        self.chat = ChatRoom(theme)
        self.models = ModelsDoor(self)
        self.downloads = DownloadsDoor(self)
        self.settings = SettingsDoor(self)
        self._rooms = {room.entry.name: room for room in self._list_rooms()}
        self._built: dict[str, QWidget] = {}
        self._rail = NavigationRail([room.entry for room in self._rooms.values()], theme)
        self._alert = AlertBar(theme)
        self._notice = AlertBar(theme, name="notice")
        sentence = self.tr("Drop the model here to add it")
        self._drop = FileDrop(self, theme, sentence, model_paths)
        self._lay_out()
        self._connect()
        self._shortcuts = Shortcuts(self, self._list_keys())
        self._set_sizes()
        self.show_room("chat")

    def _list_rooms(self) -> tuple[_Room, ...]:
        # A room of the window is one line here.
        return (
            _Room(RailEntry("chat", self.tr("Chat"), "chat"), self._make_chat),
            _Room(
                RailEntry("models", self.tr("Models"), "models"),
                lambda: self.models.make_room(self._theme),
            ),
            _Room(
                RailEntry("downloads", self.tr("Downloads"), "download"),
                lambda: self.downloads.make_room(self._theme),
            ),
            _Room(
                RailEntry("settings", self.tr("Settings"), "settings", is_last=True),
                lambda: self.settings.make_room(self._theme),
            ),
        )

    def _list_keys(self) -> tuple[Key, ...]:
        composer = self.chat.composer
        return (
            ("Ctrl+N", self.tr("New chat"), self._new_chat),
            (
                "Ctrl+Shift+N",
                self.tr("New chat of which nothing is kept"),
                self._new_temporary_chat,
            ),
            ("Ctrl+K", self.tr("Search chats"), self._search_chats),
            ("Ctrl+L", self.tr("Write a message"), self._write_message),
            ("Return", self.tr("Send the message"), None),
            ("Shift+Return", self.tr("Begin a new line"), None),
            ("Up", self.tr("Edit your last message, when nothing is written"), None),
            ("Ctrl+.", self.tr("Stop the answer"), self._stop),
            ("Esc", self.tr("Stop the answer, or close what is open"), None),
            ("Ctrl+M", self.tr("Choose a model"), composer.model_picker.click),
            ("Ctrl+O", self.tr("Attach files to the message"), self._attach_files),
            ("Ctrl+B", self.tr("Show or hide the chats"), self._toggle_sidebar),
            ("Ctrl+Shift+S", self.tr("Chat settings"), self.chat.settings.toggle),
            ("F2", self.tr("Rename the chat, in the list"), None),
            ("Ctrl+J", self.tr("Downloads"), lambda: self.show_room("downloads")),
            ("Ctrl+,", self.tr("Settings"), lambda: self.show_room("settings")),
            ("Ctrl+Shift+L", self.tr("Lock NemoDesk, when there is a password"), None),
            ("F1", self.tr("Show these keys"), self._show_shortcuts),
            ("Ctrl+Q", self.tr("Close NemoDesk"), self.close),
        )

    # Facts, told by the bridge

    @property
    def transcript(self) -> Transcript:
        """The messages of the chat that is open."""
        return self.chat.transcript

    def show_chat(self, chat: Chat, messages: Sequence[Message]) -> None:
        """Show a chat with its messages and its draft."""
        self.chat.show_chat(chat, messages)

    def give_back(self, text: str) -> None:
        """Put a message that could not be sent back where it was typed."""
        self.chat.composer.add_text(text)

    def show_models(self, models: Sequence[ModelRow], selected_id: str) -> None:
        """List the models to choose from and mark the one in use; an empty id: none is."""
        self.chat.composer.show_models(models, selected_id)

    def set_writing(self, is_writing: bool) -> None:  # noqa: FBT001 - a slot
        """Show Stop in place of Send while an answer is written."""
        self._is_writing = is_writing
        self.chat.set_writing(is_writing=is_writing)

    def show_engine_status(self, text: str) -> None:
        """Say which model runs and where: "SmolLM2 135M · on the processor"."""
        self.chat.show_engine_status(text)

    def show_speed(self, text: str) -> None:
        """Say how fast the last answer was: "about 25 words a second"."""
        self.chat.show_speed(text)

    def show_alert(
        self,
        title: str,
        sentence: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
    ) -> None:
        """Tell in place what happened, with one button that mends it."""
        self._alert.show_alert(title, sentence, action_text, action)

    def show_notice(
        self,
        title: str,
        sentence: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        *,
        is_done: bool = True,
    ) -> None:
        """Tell in place what has come about, or is so, with one button for the next step."""
        self._notice.show_alert(title, sentence, action_text, action, is_done=is_done)

    def end_notice(self) -> None:
        """Take away good news that do not hold any more."""
        self._notice.hide()

    def begin_first_run(self) -> WelcomePage:
        """Show the first page wherever a chat is empty, and return it."""
        return self.chat.begin_first_run()

    def end_first_run(self) -> None:
        """Show the usual beginnings again."""
        self.chat.end_first_run()

    def set_theme(self, theme: Theme) -> None:
        """Dress the application and everything in the window anew."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme)
        self._theme = theme
        bars = (self._alert, self._notice)
        doors = (self.models, self.downloads, self.settings)
        for part in (self._rail, *bars, self._drop, self.chat, *doors):
            part.set_theme(theme)

    def show_room(self, name: str) -> None:
        """Show the room chat, models, downloads or settings."""
        if name not in self._built:
            self._built[name] = self._rooms[name].make()
            self._pages.addWidget(self._built[name])
        self._pages.setCurrentWidget(self._built[name])
        self._rail.show_current(name)
        if name == "chat":
            self.chat.composer.focus_message()
        elif name == "models":
            self.models.entered.emit()

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stop or close with Esc what no focused widget has stopped or closed."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._is_writing:
            self._stop()
        elif bar := next((bar for bar in (self._alert, self._notice) if bar.isVisible()), None):
            bar.hide()
        elif not (self.chat.sidebar.clear_search() or self.chat.sidebar.leave_view()):
            self.show_room("chat")

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: FBT001 - Qt's signature
        """Lead Tab round the window; messages are entered through the transcript."""
        current = QApplication.focusWidget()
        target = current and self.transcript.control_beside(current, is_next=is_next)
        if not target:
            return super().focusNextPrevChild(is_next)
        reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        target.setFocus(reason)
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell the last draft and that the window closes."""
        self.chat.composer.flush_draft()
        self.closing.emit()
        super().closeEvent(event)

    # Building

    def _make_chat(self) -> QWidget:
        return self.chat

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("window_body")
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._alert)
        column.addWidget(self._notice)
        rooms = QWidget()
        self._pages = QStackedLayout(rooms)
        column.addWidget(rooms, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        chat, transcript, composer = self.chat, self.chat.transcript, self.chat.composer
        self._rail.room_requested.connect(self.show_room)
        chat.new_chat_requested.connect(self._new_chat)
        chat.sidebar.chats.chat_selected.connect(self._on_chat_selected)
        composer.message_sent.connect(self.message_sent)
        composer.stop_requested.connect(self.stop_requested)
        composer.draft_changed.connect(self.draft_changed)
        composer.edit_last_requested.connect(transcript.edit_last_question)
        composer.model_selected.connect(self.model_selected)
        composer.model_file_requested.connect(self._choose_file)
        transcript.edit_requested.connect(self.edit_requested)
        transcript.regenerate_requested.connect(self.regenerate_requested)
        transcript.continue_requested.connect(self.continue_requested)
        transcript.version_requested.connect(self.version_requested)
        self._drop.file_dropped.connect(self.model_file_chosen)
        self.models.model_selected.connect(self._on_model_used)
        self.models.file_requested.connect(self._choose_file)
        self.models.link_requested.connect(open_page)
        self.settings.theme_selected.connect(self.theme_selected)
        self.settings.welcome_requested.connect(self._on_welcome_wanted)
        self.downloads.model_selected.connect(self._on_model_used)
        self.downloads.models_requested.connect(lambda: self.show_room("models"))
        self.downloads.progress_changed.connect(self._on_download_progress)

    def _set_sizes(self) -> None:
        usual = QSize(*(self._theme.spacing(steps) for steps in _USUAL_STEPS))
        room = self.screen().availableSize()
        self.setMinimumSize(self._theme.smallest_window.boundedTo(room))
        self.resize(usual.boundedTo(room))

    # Wishes

    def _new_chat(self) -> None:
        self.show_room("chat")
        self.chat.composer.flush_draft()
        self.new_chat_requested.emit()

    def _new_temporary_chat(self) -> None:
        self.show_room("chat")
        self.chat.sidebar.temporary_chat_button.click()

    def _search_chats(self) -> None:
        self.show_room("chat")
        self.chat.unfold_sidebar()
        self.chat.sidebar.focus_search()

    def _write_message(self) -> None:
        self.show_room("chat")

    def _attach_files(self) -> None:
        self.show_room("chat")
        self.chat.composer.attach_button.click()

    def _stop(self) -> None:
        if self._is_writing:
            self.stop_requested.emit()

    def _toggle_sidebar(self) -> None:
        self.show_room("chat")
        self.chat.toggle_sidebar()

    def _show_shortcuts(self) -> None:
        self._shortcuts.show_sheet(self._theme)

    def _choose_file(self) -> None:
        choose_model_files(self, self.model_file_chosen.emit)

    def _on_welcome_wanted(self) -> None:
        self._new_chat()
        self.welcome_requested.emit()

    def _on_download_progress(self, thousandths: int | None) -> None:
        self._rail.show_progress("downloads", thousandths)

    def _on_chat_selected(self, chat_id: int) -> None:
        self.chat.composer.flush_draft()
        self.chat.forget_new_chat()
        self.chat_selected.emit(chat_id)

    def _on_model_used(self, model_id: str) -> None:
        self.show_room("chat")
        self.model_selected.emit(model_id)
