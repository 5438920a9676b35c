# SPDX-License-Identifier: Apache-2.0
"""Joins the open chat to what its model can hold: the meter, the marks, and what can be done.

What is left out and what is summarised, `conversation` decides. Nothing here delays the typing: it
is counted when the typing rests, and only what is new.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QLocale, QObject, QTimer

from nemodesk.chats.message import Attachment, Message, NewAttachment
from nemodesk.conversation.context import newest_summary
from nemodesk.conversation.conversation import Conversation
from nemodesk.conversation.events import (
    ContextRead,
    ModelLoading,
    PromptReading,
    SummaryEnded,
    SummaryGrown,
    SummaryStarted,
    TextAdded,
    TurnEnded,
    TurnEvent,
)
from nemodesk.conversation.prompting import question_text
from nemodesk.conversation.reading import ContextReader, Outlook, Reading
from nemodesk.engine.answer import EngineCrashedError
from nemodesk.engine.pool import EnginePool
from nemodesk.errors import NemodeskError, UsageError
from nemodesk.ui.answer_choices import AnswerChoices
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.composer.context_meter import thousands
from nemodesk.ui.composer.context_sheet import show_context_sheet
from nemodesk.ui.model_session import ModelSession
from nemodesk.ui.transcript.marks import ContextMark
from nemodesk.ui.window import MainWindow

_REST_MS = 250
"""The draft is counted when the typing rests for so long. A guess."""

_GROWTH_MS = 500


@dataclass
class _Shown:
    """The chat that is shown, and what is known of it."""

    chat_id: int | None = None
    messages: tuple[Message, ...] = ()
    outlook: Outlook | None = None
    longer_tokens: int = 0
    written_tokens: int = 0


class ContextSession(QObject):
    """How much of its context the open chat takes, as one window shows it.

    Args:
        attach_text: lets a text of this name go with the next message.
    """

    def __init__(
        self,
        window: MainWindow,
        *,
        bridge: Bridge,
        pool: EnginePool,
        reader: ContextReader,
        conversation: Conversation,
        chats: ChatSession,
        models: ModelSession,
        answers: AnswerChoices,
        attach_text: Callable[[str, str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._room = window.chat
        self._bridge = bridge
        self._pool = pool
        self._reader = reader
        self._conversation = conversation
        self._chats = chats
        self._models = models
        self._attach_text = attach_text
        self._files: tuple[Attachment | NewAttachment, ...] = ()
        self._shown = _Shown()
        self._summarised_chat_id: int | None = None
        self._number = 0
        self._rest = self._make_timer(_REST_MS)
        self._rest.timeout.connect(bridge.does(self._measure))
        self._growth = self._make_timer(_GROWTH_MS)
        self._growth.timeout.connect(self._show_growth)
        self._connect()
        answers.changed.connect(self._rest.start)

    def show_files(self, files: Sequence[Attachment | NewAttachment]) -> None:
        """Count these files with the question that is being written."""
        self._files = tuple(files)
        self._rest.start()

    def _make_timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    def _connect(self) -> None:
        bar, does = self._room.context_bar, self._bridge.does
        self._room.composer.message.textChanged.connect(self._rest.start)
        meter = self._room.meter
        meter.clicked.connect(lambda: show_context_sheet(meter))
        self._chats.path_shown.connect(self._on_path)
        self._chats.turn_event.connect(self._on_event)
        self._models.changed.connect(self._rest.start)
        bar.summary_requested.connect(does(self._summarise))
        bar.stop_requested.connect(self._stop)
        bar.longer_requested.connect(does(self._lengthen))
        bar.new_chat_requested.connect(self._begin_anew)

    # What is shown.

    def _on_path(self, chat_id: int | None, messages: Sequence[Message]) -> None:
        if chat_id != self._shown.chat_id:
            self._shown = _Shown(chat_id)
            self._room.context_bar.withdraw()
            self._room.transcript.show_marks(())
        self._shown.messages = tuple(messages)
        if self._is_summarising:
            self._room.context_bar.show_summarising(self._summarising_text())
        self._bridge.start(self._measure())

    @property
    def _is_summarising(self) -> bool:
        """Whether a summary of the chat that is shown is being written."""
        return self._summarised_chat_id is not None and (
            self._summarised_chat_id == self._shown.chat_id
        )

    def _is_writing(self) -> bool:
        chat_id = self._shown.chat_id
        return chat_id is not None and self._conversation.is_writing(chat_id)

    async def _measure(self) -> None:
        """Count what is new, and show what is known then."""
        if self._is_writing():
            return  # at its end
        self._number += 1
        number = self._number
        outlook = await self._look()
        if number != self._number or self._is_writing():
            return  # something else is shown by now, or counted
        self._shown.outlook = outlook
        self._shown.written_tokens = 0
        self._room.meter.show_use(outlook.next.use if outlook else None)
        self._show_marks(outlook.last if outlook else None)
        await self._offer(outlook, number)

    async def _look(self) -> Outlook | None:
        """Return what is read of the chat; None: nobody knows how long the context will be."""
        try:
            model = self._models.chosen()
            settings = self._chats.settings
            limit = await self._pool.context_tokens(model.path, settings.engine)
        except NemodeskError:
            return None
        if not limit:
            return None
        engine = self._pool.idle_engine(model.path, settings.engine)
        words = self._room.composer.message.toPlainText().strip()
        messages, draft = self._shown.messages, question_text(words, self._files)
        for counting in (engine, None):
            try:
                return await self._reader.measure(
                    counting, messages, settings, draft=draft, limit_tokens=limit
                )
            except (EngineCrashedError, UsageError):
                continue  # the turn says what is wrong; until then it is estimated
        return None

    def _show_marks(self, reading: Reading | None) -> None:
        if reading is None or self._is_summarising:
            return
        marks: list[ContextMark] = []
        if reading.summarised_id is not None:
            marks.append(ContextMark(reading.summarised_id, summary=reading.summary))
        # Where exactly is not known before it is counted.
        if reading.left_out_id is not None and reading.use.is_exact:
            after_summary = reading.summarised_id is not None
            marks.append(ContextMark(reading.left_out_id, is_after_summary=after_summary))
        self._room.transcript.show_marks(marks)

    async def _offer(self, outlook: Outlook | None, number: int) -> None:
        """Say what the next message would cost, if it would cost something."""
        bar = self._room.context_bar
        if outlook is None or self._is_summarising:
            return
        last, coming = outlook.last, outlook.next
        if coming.fits and coming.left_out_id == last.left_out_id:
            bar.withdraw()
            return
        longer = await self._longer_context()
        if number != self._number:
            return
        self._shown.longer_tokens = longer
        bar.show_longer(thousands(longer), thousands(coming.use.limit))
        if coming.fits:
            sentence = self.tr(
                "This chat is getting too long for the model. With your next message it will no "
                "longer read the beginning; a line in the chat will mark where."
            )
            bar.offer(
                str(coming.left_out_id), sentence, can_summarise=True, can_lengthen=longer > 0
            )
        else:
            bar.offer(
                "too long", self._too_long(coming), can_summarise=False, can_lengthen=longer > 0
            )

    def _too_long(self, reading: Reading) -> str:
        use = reading.use
        room = max(0, use.limit - use.instructions - use.summary - use.limit // 16)
        text = self.tr(
            "Your message is too long for the model: it has %1 pieces of words (tokens), and there "
            "is room for %2. Shorten it, or let the model use a longer context."
        )
        locale = QLocale()
        text = text.replace("%1", locale.toString(use.question))
        return text.replace("%2", locale.toString(room))

    async def _longer_context(self) -> int:
        try:
            settings = self._chats.settings.engine
            return await self._pool.longer_context(self._models.chosen().path, settings)
        except NemodeskError:
            return 0

    # What happens in a turn.

    def _on_event(self, event: TurnEvent) -> None:
        if event.chat_id != self._shown.chat_id:
            return
        match event:
            case ContextRead():
                self._on_read(event)
            case TextAdded():
                self._shown.written_tokens += 1
                if not self._growth.isActive():
                    self._growth.start()
            case TurnEnded():
                self._growth.stop()
                self._take(event.message)
                self._rest.start()
            case _:
                pass

    def _on_read(self, event: ContextRead) -> None:
        self._room.context_bar.withdraw()
        reading = event.reading
        before = self._shown.outlook.last.left_out_id if self._shown.outlook else None
        self._show_marks(reading)
        if event.goes_on and reading.left_out_id not in {None, before}:
            self._room.transcript.show_notice(
                event.message_id,
                self.tr("To go on, the model no longer reads the beginning of this chat."),
            )

    def _show_growth(self) -> None:
        """Let the meter grow with the answer: each piece that comes is about one token."""
        outlook, meter = self._shown.outlook, self._room.meter
        if outlook is None or not self._is_writing():
            return
        use = outlook.next.use
        meter.show_use(replace(use, begun=use.begun + self._shown.written_tokens))

    def _take(self, answer: Message) -> None:
        """Know an answer as it has ended."""
        self._shown.messages = tuple(
            answer if message.id == answer.id else message for message in self._shown.messages
        )

    # What the person wishes.

    async def _summarise(self) -> None:
        chat_id = self._shown.chat_id
        if chat_id is None:
            return
        self._summarised_chat_id = chat_id
        self._window.set_writing(True)
        try:
            await self._conversation.summarise(
                chat_id,
                model=self._models.chosen(),
                settings=self._chats.settings,
                emit=self._on_summary,
            )
        finally:
            self._summarised_chat_id = None
            self._models.show_status()
            if chat_id == self._shown.chat_id:
                self._room.context_bar.withdraw()
                self._window.set_writing(False)
                self._bridge.start(self._chats.tell_path())

    def _on_summary(self, event: TurnEvent) -> None:
        if isinstance(event, SummaryEnded) and event.error is not None:
            self._bridge.failed.emit(event.error)
        if event.chat_id != self._shown.chat_id:
            return
        bar = self._room.context_bar
        match event:
            case SummaryStarted():
                bar.show_summarising(self._summarising_text())
            case ModelLoading():
                text = self.tr("Loading the model… %1")
                bar.show_summarising(text.replace("%1", f"{event.fraction:.0%}"))
            case PromptReading():
                share = event.processed_tokens / max(1, event.total_tokens)
                text = self.tr("The model is reading the chat… %1")
                bar.show_summarising(text.replace("%1", f"{share:.0%}"))
            case SummaryGrown():
                bar.show_summarising(self._summarising_text())
                mark = ContextMark(event.message_id, event.text, is_being_written=True)
                self._room.transcript.show_marks([mark])
            case _:
                pass

    def _summarising_text(self) -> str:
        return self.tr("The model is writing a summary of the beginning. Your messages stay.")

    def _stop(self) -> None:
        if self._shown.chat_id is not None:
            self._conversation.stop(self._shown.chat_id)

    async def _lengthen(self) -> None:
        self._room.context_bar.withdraw()
        await self._chats.choose_context(self._shown.longer_tokens)
        await self._measure()

    def _begin_anew(self) -> None:
        """Go on in a new chat, with what is already written and the summary, if there is one."""
        composer, summary = self._room.composer, newest_summary(self._shown.messages)
        draft = composer.message.toPlainText()
        composer.message.clear()
        composer.flush_draft()
        self._chats.begin_chat()
        composer.add_text(draft)
        if summary:
            self._attach_text(self.tr("Summary of the earlier chat"), summary)
