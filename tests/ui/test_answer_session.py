# SPDX-License-Identifier: Apache-2.0
"""The panel Chat settings joined to real chats, real settings and the starter model."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.foreign.places import Places
from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.message import Chat
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.conversation import Conversation
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.answer_session import AnswerSession
from nemodesk.ui.chat_session import ChatSession
from nemodesk.ui.chat_settings.panel import ChatSettingsPanel
from nemodesk.ui.window import MainWindow
from tests.ui.answers import make_answers
from tests.ui.desk import Desk


class Room:
    """The open chat and the panel beside it."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.archive = ChatArchive(folder / "chats.sqlite3")
        self.answers = make_answers(desk.bridge, self.archive, desk.models, settings=desk.settings)
        self.chats = ChatSession(
            desk.window,
            bridge=desk.bridge,
            archive=self.archive,
            conversation=Conversation(self.archive, desk.pool),
            models=desk.models,
            answers=self.answers,
        )
        self.session = AnswerSession(
            desk.window, bridge=desk.bridge, answers=self.answers, pool=desk.pool
        )

    @property
    def panel(self) -> ChatSettingsPanel:
        """The panel, opened."""
        door = self.desk.window.chat.settings
        return door.panel if door.is_open and door.panel else door.open()

    def write(self, name: str, text: str) -> None:
        """Write into a field and let it count."""
        control = self.panel.fields.by_name[name].control
        if isinstance(control, QPlainTextEdit):
            control.setPlainText(text)
        else:
            assert isinstance(control, QLineEdit)
            control.setText(text)
        self.panel.flush()

    def text(self, name: str) -> str:
        """Return what stands in a field."""
        control = self.panel.fields.by_name[name].control
        if isinstance(control, QPlainTextEdit):
            return control.toPlainText()
        assert isinstance(control, QLineEdit)
        return control.text()

    def choose_scope(self, scope: str) -> None:
        """Let choices be for the chat, or for the model."""
        chip = self.panel.findChild(QWidget, f"chat_settings_scope_{scope}")
        assert chip is not None
        chip.click()  # pyright: ignore[reportAttributeAccessIssue]

    async def add_chat(self, chosen: AnswerSettings) -> Chat:
        """Store a chat with these choices."""
        chat = await self.archive(ChatStore.create_chat, model="starter")
        await self.archive(ChatStore.set_answer_settings, chat.id, chosen)
        return chat

    async def open_chat(self, chat: Chat) -> None:
        """Show a stored chat."""
        self.chats.open_chat(chat.id)
        await self.desk.until(lambda: self.answers.chat_id == chat.id, "chat")

    async def stored(self, chat_id: int) -> AnswerSettings:
        """Return the choices that are stored with a chat."""
        await self.desk.bridge.finish(10)
        return (await self.archive(ChatStore.chat, chat_id)).answer_settings


@pytest_asyncio.fixture
async def room(window: MainWindow, tmp_path: Path) -> AsyncIterator[Room]:
    """Open the room Chat with the starter model."""
    desk = Desk(window, tmp_path / "home", places=Places())
    await desk.models.open()
    made = Room(desk, tmp_path)
    yield made
    await desk.close()
    await made.archive.close()
    assert not desk.broken


async def test_choices_are_stored_with_their_chat(room: Room) -> None:
    """Each chat shows its own, and what is half written counts for the chat it was written in."""
    first = await room.add_chat(AnswerSettings(temperature=0.1))
    second = await room.add_chat(AnswerSettings(system_prompt="Be brief."))
    await room.open_chat(first)
    assert room.text("temperature") == "0.1"
    control = room.panel.fields.by_name["top_k"].control
    assert isinstance(control, QLineEdit)
    control.setText("7")
    await room.open_chat(second)
    assert (room.text("temperature"), room.text("top_k")) == ("0.7", "40")
    assert room.text("system_prompt") == "Be brief."
    assert await room.stored(first.id) == AnswerSettings(temperature=0.1, top_k=7)
    assert await room.stored(second.id) == AnswerSettings(system_prompt="Be brief.")


async def test_choices_for_the_model_count_in_every_chat(room: Room) -> None:
    """They are kept with the settings; a chat's own come first."""
    chat = await room.add_chat(AnswerSettings(temperature=0.1))
    room.choose_scope("model")
    room.write("temperature", "0.9")
    room.write("seed", "5")
    model = room.desk.models.chosen()
    kept = room.desk.settings.answer_defaults(model.id)
    assert kept == AnswerSettings(temperature=0.9, seed=5)
    turn = await room.answers.settings_for(chat.id, model)
    assert (turn.sampling.temperature, turn.sampling.seed) == (0.1, 5)
    await room.open_chat(chat)
    room.choose_scope("chat")
    assert (room.text("temperature"), room.text("seed")) == ("0.1", "5")
    assert room.panel.fields.by_name["seed"]._note.text().startswith("Your choice for every")
    room.panel.fields.by_name["temperature"].reset_button.click()
    assert room.text("temperature") == "0.9"


async def test_a_wrong_template_is_said_and_not_kept(room: Room) -> None:
    """The sentence names the line; a right one is kept, and the model loads anew for it."""
    chat = await room.add_chat(AnswerSettings())
    await room.open_chat(chat)
    await room.desk.until(lambda: room.text("chat_template"), "the model's own template")
    field = room.panel.fields.by_name["chat_template"]
    room.write("chat_template", "{% for %}")
    await room.desk.until(lambda: field.problem, "sentence")
    assert "line 1" in field.problem
    assert room.answers.chat == AnswerSettings()
    room.write("chat_template", "{{ messages[0].content }}")
    await room.desk.until(lambda: not field.problem, "no sentence")
    await room.desk.until(lambda: not room.answers.chat.is_empty, "choice")
    assert room.answers.turn.engine.chat_template == "{{ messages[0].content }}"
    assert await room.stored(chat.id) == AnswerSettings(chat_template="{{ messages[0].content }}")


async def test_the_context_says_what_it_costs(room: Room) -> None:
    """How many words it holds, how much memory it takes, and how long it can be."""
    note = room.panel.fields.by_name["context_tokens"]._note

    def said() -> str:
        # How digits are grouped is the country's business.
        return note.text().replace(",", "")

    await room.desk.until(lambda: "8192 tokens hold about 6100 words" in said(), "note")
    assert "Up to 8192 fit this computer now." in said()
    room.write("context_tokens", "1024")
    await room.desk.until(lambda: "1024 tokens hold" in said(), "another note")
    assert room.answers.turn.engine.context_tokens == 1024


async def test_presets_are_kept_and_used(room: Room) -> None:
    """Saved, changed, updated, used for another chat, renamed, deleted."""
    first, second = await room.add_chat(AnswerSettings()), await room.add_chat(AnswerSettings())
    await room.open_chat(first)
    bar = room.panel.presets
    room.write("temperature", "0.2")
    assert bar.choice.text() == "Your own choices"
    bar.preset_saved.emit("Exact")
    assert bar.choice.text() == "Exact"
    room.write("top_k", "3")
    assert bar.choice.text() == "Exact, changed"
    bar.preset_updated.emit("Exact")
    (preset,) = room.desk.settings.presets()
    assert preset.settings == AnswerSettings(temperature=0.2, top_k=3)
    await room.open_chat(second)
    assert bar.choice.text() == "No preset"
    bar.preset_chosen.emit("Exact")
    assert await room.stored(second.id) == preset.settings
    bar.preset_renamed.emit("Exact", "Very exact")
    assert bar.choice.text() == "Very exact"
    bar.preset_deleted.emit("Very exact")
    assert room.desk.settings.presets() == ()
    assert room.answers.chat == preset.settings
    room.panel.reset_button.click()
    assert room.answers.chat.is_empty


async def test_what_a_preset_replaces_can_be_taken_back(room: Room) -> None:
    """Whoever has written much and saved nothing loses nothing; in another chat it is over."""
    first, second = await room.add_chat(AnswerSettings()), await room.add_chat(AnswerSettings())
    await room.open_chat(first)
    room.write("system_prompt", "A long text.")
    notice = room.desk.window._notice
    room.panel.reset_button.click()
    assert (room.text("system_prompt"), notice.isVisible()) == ("", True)
    assert notice._action is not None
    notice._action.click()
    assert (room.text("system_prompt"), notice.isVisible()) == ("A long text.", False)
    room.panel.reset_button.click()
    await room.open_chat(second)
    assert not notice.isVisible()
    assert room.answers.chat.is_empty


async def test_settings_of_the_program_count_at_once(room: Room) -> None:
    """What another page or another process sets reaches the next load."""
    changed: list[bool] = []
    room.answers.changed.connect(lambda: changed.append(True))
    room.desk.settings.set("engine.threads", 1)
    await room.desk.until(lambda: changed, "change")
    assert room.answers.turn.engine.threads == 1


@pytest.mark.engine
async def test_a_new_chat_keeps_its_choices(room: Room) -> None:
    """They count for its first answer, are stored with it, and count after a restart."""
    window, archive = room.desk.window, room.archive
    room.write("max_tokens", "3")
    room.write("system_prompt", "You are a pirate.")
    ended: list[object] = []
    room.chats.turn_ended.connect(ended.append)
    window.message_sent.emit("Count to one hundred.")
    await room.desk.until(lambda: ended, "answer")
    (chat,) = await archive(ChatStore.list_chats)
    chosen = AnswerSettings(system_prompt="You are a pirate.", max_tokens=3)
    assert chat.answer_settings == chosen
    answer = (await archive(ChatStore.path, chat.id))[-1]
    assert answer.statistics is not None
    assert answer.statistics.predicted_tokens == 3
    assert (room.text("max_tokens"), room.answers.chat_id) == ("3", chat.id)
    room.chats.begin_chat()
    assert room.text("max_tokens") == ""
    again = make_answers(
        room.desk.bridge, archive, room.desk.models, settings=Settings(find_paths())
    )
    turn = await again.settings_for(chat.id, room.desk.models.chosen())
    assert (turn.max_tokens, turn.system_prompt) == (3, "You are a pirate.")
