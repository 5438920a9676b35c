# SPDX-License-Identifier: Apache-2.0
"""Joins the open chat to the window's chat room and to the conversation.

Wishes of the window become calls, events of a turn become what the window shows. It draws nothing,
decides nothing about answers, and leaves the list of chats to `chat_list_session.py`.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from nemodesk.catalog.model_file import ModelFile
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Message, MessageStatus
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.conversation.events import (
    EngineRestarted,
    ModelLoading,
    PromptReading,
    TextAdded,
    TurnEnded,
    TurnEvent,
    TurnStarted,
)
from nemodesk.conversation.files import Files
from nemodesk.conversation.settings import TurnSettings
from nemodesk.errors import NemodeskError, NotFoundError
from nemodesk.ui.answer_choices import AnswerChoices
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.window import MainWindow
from nemodesk.ui.wording import speed_in_words


class ChatSession(QObject):
    """The chat that one window shows.

    Signals:
        turn_ended(Message): an answer has ended, in whichever chat.
        turn_event(TurnEvent): something has happened in a turn, in whichever chat.
        chats_changed(): another chat is open, or a chat is new or has new messages.
        path_shown(int | None, Sequence[Message]): these messages of this chat are shown now.
        files_refused(int | None, Files): these files were not sent, with the message of this chat.

    Attributes:
        has_temporary: whether there are chats of which nothing is kept.

    Args:
        take_files: returns the files that go with the message that is sent now.
    """

    turn_ended = Signal(object)
    turn_event = Signal(object)
    chats_changed = Signal()
    path_shown = Signal(object, object)
    files_refused = Signal(object, object)

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        archive: ChatArchive,
        conversation: Conversation,
        models: ModelSession,
        answers: AnswerChoices,
        take_files: Callable[[], Files] = Files,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._archive = archive
        self._conversation = conversation
        self._models = models
        self._take_files = take_files
        self._answers = answers
        self._chat_id: int | None = None
        # Whether the chat that is not stored yet will be a temporary one.
        self._is_temporary = False
        self.has_temporary = False
        # What was typed into the chat that is not stored yet, whichever of the two kinds it is.
        self._new_drafts = {False: "", True: ""}
        # The answers that are being written, with the text that is not stored yet.
        self._writing: dict[int, Message] = {}
        self._connect()

    @property
    def chat_id(self) -> int | None:
        """The chat that is open; None for a new one that is not stored yet."""
        return self._chat_id

    @property
    def begins_temporary(self) -> bool:
        """Whether the chat that is not stored yet will be one of which nothing is kept."""
        return self._is_temporary

    @property
    def settings(self) -> TurnSettings:
        """How the open chat is answered."""
        return self._answers.turn

    async def choose_context(self, tokens: int) -> None:
        """Answer the open chat with a context of this length from the next message on."""
        self._answers.choose_for_chat("context_tokens", tokens)

    async def tell_path(self) -> None:
        """Tell the messages of the open chat as they are stored now; the view stays."""
        chat_id = self._chat_id
        if chat_id is not None:
            self.path_shown.emit(chat_id, await self._archive(ChatStore.path, chat_id))

    def _connect(self) -> None:
        window, does = self._window, self._bridge.does
        window.new_chat_requested.connect(self.begin_chat)
        sidebar = window.chat.sidebar
        sidebar.temporary_chat_requested.connect(self._begin_temporary_chat)
        sidebar.wishes.place_opened.connect(self._open_place)
        window.transcript.branch_requested.connect(does(self._branch))
        window.chat_selected.connect(self.open_chat)
        window.message_sent.connect(self._on_sent)
        window.stop_requested.connect(self._stop)
        window.edit_requested.connect(does(self._edit))
        window.regenerate_requested.connect(does(self._regenerate))
        window.continue_requested.connect(does(self._resume))
        window.version_requested.connect(does(self._turn_to_version))
        window.draft_changed.connect(self._on_draft)

    # What the person wishes.

    def begin_chat(self) -> None:
        """Show an empty chat, which is stored with its first message."""
        self._begin(is_temporary=False)

    def open_chat(self, chat_id: int) -> None:
        """Show this chat."""
        # At once, so that what else the person does now is meant for this chat.
        self._chat_id = chat_id
        self._bridge.start(self._open_chat(chat_id))

    def leave_chat(self, chat_id: int) -> None:
        """Go out of a chat that was deleted; its answer ends."""
        self._conversation.stop(chat_id)
        if chat_id == self._chat_id:
            self.begin_chat()

    def _begin_temporary_chat(self) -> None:
        self._window.chat.composer.flush_draft()
        self._begin(is_temporary=True)
        self._window.chat.composer.focus_message()

    def _begin(self, *, is_temporary: bool) -> None:
        self._chat_id = None
        self._is_temporary = is_temporary
        self._answers.show_new()
        self._show_new_chat()
        self._window.set_writing(False)
        self.path_shown.emit(None, ())
        self.chats_changed.emit()

    def _show_new_chat(self) -> None:
        self._window.chat.show_new_chat(
            self._new_drafts[self._is_temporary], is_temporary=self._is_temporary
        )

    def _open_place(self, chat_id: int, message_id: int) -> None:
        if chat_id != self._chat_id:
            self._window.chat.composer.flush_draft()
            self._window.chat.forget_new_chat()
        self._chat_id = chat_id
        self._bridge.start(self._open_chat(chat_id, message_id))

    async def _open_chat(self, chat_id: int, message_id: int | None = None) -> None:
        chat = await self._archive(ChatStore.chat, chat_id)
        if chat_id == self._chat_id:
            self._answers.show_chat(chat)
        if message_id is not None:
            path = await self._archive(ChatStore.path, chat_id)
            if all(message.id != message_id for message in path):
                await self._archive(ChatStore.show_version, message_id)
        await self._show_path()
        if message_id is not None and chat_id == self._chat_id:
            self._window.transcript.reveal(message_id)
        if chat.model and chat_id == self._chat_id:
            self._models.prefer(chat.model)
        self.chats_changed.emit()

    def _on_sent(self, text: str) -> None:
        # At once, so that a second Return does not send to a second new chat.
        self._window.set_writing(True)
        self._bridge.start(self._send(self._chat_id, text, self._take_files()))

    async def _send(self, shown_chat_id: int | None, text: str, files: Files) -> None:
        chat_id = shown_chat_id
        try:
            model = self._models.chosen()
            if chat_id is None:
                make = self._archive.in_memory if self._is_temporary else self._archive
                self.has_temporary |= self._is_temporary
                chat_id = (await make(ChatStore.create_chat, model=model.id)).id
                if self._chat_id is None:
                    self._chat_id = chat_id
                await self._answers.keep_new(chat_id)
            settings = await self._answers.settings_for(chat_id, model)
            await self._conversation.send(
                chat_id, text, model=model, settings=settings, emit=self._on_event, files=files
            )
        except NemodeskError:
            self._take_back(chat_id, text)
            self.files_refused.emit(chat_id, files)
            raise

    def _take_back(self, chat_id: int | None, text: str) -> None:
        """Let the person try again with a message that was not stored."""
        if self._chat_id is None:
            self._show_new_chat()
        if self._chat_id in {None, chat_id}:
            self._window.set_writing(False)
            self._window.give_back(text)

    def _stop(self) -> None:
        if self._chat_id is not None:
            self._conversation.stop(self._chat_id)

    async def _edit(self, message_id: int, text: str) -> None:
        model = self._models.chosen()
        await self._conversation.edit(
            message_id,
            text,
            model=model,
            settings=await self._settings_for(model),
            emit=self._on_event,
        )

    async def _regenerate(self, message_id: int) -> None:
        model = self._models.chosen()
        await self._conversation.regenerate(
            message_id,
            model=model,
            settings=await self._settings_for(model),
            emit=self._on_event,
        )

    async def _resume(self, message_id: int) -> None:
        model = self._models.chosen()
        await self._conversation.resume(
            message_id,
            model=model,
            settings=await self._settings_for(model),
            emit=self._on_event,
        )

    async def _settings_for(self, model: ModelFile) -> TurnSettings:
        """Return how the open chat is answered."""
        if self._chat_id is None:
            return self._answers.turn
        return await self._answers.settings_for(self._chat_id, model)

    async def _turn_to_version(self, message_id: int, step: int) -> None:
        """Show the version before or after this one."""
        versions = await self._archive(ChatStore.versions, message_id)
        place = versions.index(message_id) + step
        if 0 <= place < len(versions):
            await self._archive(ChatStore.show_version, versions[place])
            await self._show_path()

    async def _branch(self, message_id: int) -> None:
        """Go on in a new chat that has this one's messages up to this one."""
        self._window.chat.composer.flush_draft()
        chat = await self._archive(ChatStore.branch, message_id)
        self.open_chat(chat.id)

    def _on_draft(self, text: str) -> None:
        # It belongs to the chat that is open now, not when the store has time for it.
        if self._chat_id is None:
            self._new_drafts[self._is_temporary] = text
        else:
            self._bridge.start(self._keep_draft(self._chat_id, text))

    async def _keep_draft(self, chat_id: int, text: str) -> None:
        try:
            await self._archive(ChatStore.set_draft, chat_id, text)
        except NotFoundError:
            # The chat was deleted while the draft was on its way.
            return

    # What happens in a turn.

    def _on_event(self, event: TurnEvent) -> None:
        is_shown = event.chat_id == self._chat_id
        match event:
            case TurnStarted():
                self._on_start(event, is_shown=is_shown)
            case TextAdded():
                self._on_text(event, is_shown=is_shown)
            case TurnEnded():
                self._on_end(event, is_shown=is_shown)
            case ModelLoading() | PromptReading() | EngineRestarted():
                if is_shown:
                    self._show_progress(event)
            case _:
                pass
        self.turn_event.emit(event)

    def _on_start(self, event: TurnStarted, *, is_shown: bool) -> None:
        self._writing[event.answer.id] = event.answer
        self.chats_changed.emit()
        if not is_shown:
            return
        self._bridge.start(self._show_path())

    def _on_text(self, event: TextAdded, *, is_shown: bool) -> None:
        so_far = self._writing[event.message_id]
        self._writing[event.message_id] = replace(
            so_far,
            content=so_far.content + event.content,
            reasoning=so_far.reasoning + event.reasoning,
        )
        if is_shown:
            self._window.transcript.append_text(event.message_id, event.content, event.reasoning)

    def _on_end(self, event: TurnEnded, *, is_shown: bool) -> None:
        del self._writing[event.message.id]
        self._models.show_status()
        self.chats_changed.emit()
        self.turn_ended.emit(event.message)
        if not is_shown:
            return
        self._window.set_writing(False)
        failure = event.error.sentence if event.error else ""
        self._window.transcript.end_answer(event.message, failure)
        statistics = event.message.statistics
        self._window.show_speed(speed_in_words(statistics.predicted_per_s) if statistics else "")

    def _show_progress(self, event: ModelLoading | PromptReading | EngineRestarted) -> None:
        transcript = self._window.transcript
        match event:
            case ModelLoading():
                percent = f"{event.fraction:.0%}"
                text = self.tr("Loading the model… %1").replace("%1", percent)
                self._show_in_answer(text)
            case PromptReading():
                self._models.show_status()
                is_done = event.processed_tokens == event.total_tokens
                text = self.tr("Reading… %1 of %2 tokens")
                text = text.replace("%1", f"{event.processed_tokens:,}")
                self._show_in_answer(
                    "" if is_done else text.replace("%2", f"{event.total_tokens:,}")
                )
            case EngineRestarted():
                transcript.show_notice(event.message_id, event.sentence)

    def _show_in_answer(self, text: str) -> None:
        for message in self._writing.values():
            if message.chat_id == self._chat_id:
                self._window.transcript.show_progress(message.id, text)

    # What is shown.

    async def _show_path(self) -> None:
        if self._chat_id is None:
            return
        chat_id = self._chat_id
        chat = await self._archive(ChatStore.chat, chat_id)
        messages = await self._archive(ChatStore.path, chat_id)
        if any(self._has_just_ended(message) for message in messages):
            messages = await self._archive(ChatStore.path, chat_id)
        if chat_id == self._chat_id:
            shown = [self._writing.get(message.id, message) for message in messages]
            self._window.show_chat(chat, shown)
            self._window.set_writing(self._conversation.is_writing(chat_id))
            self.path_shown.emit(chat_id, shown)

    def _has_just_ended(self, message: Message) -> bool:
        """Return whether an answer has ended since it was read from the store."""
        return message.status is MessageStatus.WRITING and message.id not in self._writing
