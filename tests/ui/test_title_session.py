# SPDX-License-Identifier: Apache-2.0
"""Chats that name themselves in the window, with the starter model where an answer is needed."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from nemodesk.catalog.library import ModelFile
from nemodesk.chats.message import Chat, Message
from nemodesk.chats.store import ChatStore
from nemodesk.conversation.settings import TurnSettings
from nemodesk.conversation.titles import TitleWriter
from nemodesk.ui.title_session import TitleSession
from nemodesk.ui.window import MainWindow
from tests.ui.test_context_session import Desk

pytestmark = pytest.mark.engine


class Titles(TitleWriter):
    """Knows one good title, as a larger model than the starter would write it."""

    def __init__(self, desk: Desk, title: str = "Pruning Tomato Plants") -> None:
        super().__init__(desk.pool)
        self._title = title
        self.asked = 0
        self.gave_way = 0

    def give_way(self) -> None:
        """Note that somebody wants the engine."""
        self.gave_way += 1

    async def write(
        self, history: Sequence[Message], model: ModelFile, settings: TurnSettings
    ) -> str:
        """Return the title."""
        assert history
        assert model
        assert settings
        self.asked += 1
        return self._title


class Naming:
    """A window whose chats name themselves."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.titles = Titles(desk)
        self.is_wanted = True
        self.session = TitleSession(
            desk.chats,
            bridge=desk.bridge,
            archive=desk.archive,
            titles=self.titles,
            models=desk.models,
            is_wanted=lambda: self.is_wanted,
        )

    async def chat(self) -> Chat:
        """Return the one chat as it is stored when all is done."""
        await self.desk.until(lambda: not self.desk.bridge._tasks, "rest")
        (chat,) = await self.desk.archive(ChatStore.list_chats)
        return chat


@pytest_asyncio.fixture
async def naming(window: MainWindow, tmp_path: Path) -> AsyncIterator[Naming]:
    """Open a window with nothing but the starter, whose answers may end by themselves."""
    desk = Desk(window, tmp_path / "home", max_tokens=None)
    await desk.models.open()
    yield Naming(desk)
    await desk.close()
    assert not desk.broken


async def test_a_chat_is_named_after_its_first_answer(naming: Naming) -> None:
    """Its title was the beginning of the question; later answers change it no more."""
    await naming.desk.send("Say only the word yes.")
    assert (await naming.chat()).title == "Pruning Tomato Plants"
    assert (await naming.chat()).has_own_title
    await naming.desk.send("And now only the word no.")
    await naming.chat()
    assert naming.titles.asked == 1
    assert naming.titles.gave_way == 2


async def test_the_persons_own_name_stays(naming: Naming) -> None:
    """What the person has called a chat while it was answered is what it is called."""
    desk = naming.desk
    chat = await desk.archive(ChatStore.create_chat)
    await desk.archive(ChatStore.rename_chat, chat.id, "My garden")
    desk.chats.open_chat(chat.id)
    await desk.until(lambda: desk.room.chat_id == chat.id, "chat")
    await desk.send("Say only the word yes.")
    assert (await naming.chat()).title == "My garden"
    assert naming.titles.asked == 0


async def test_nothing_is_named_where_nobody_wants_it(naming: Naming) -> None:
    """The setting is looked at each time."""
    naming.is_wanted = False
    await naming.desk.send("Say only the word yes.")
    assert (await naming.chat()).title == "Say only the word yes."
    assert naming.titles.asked == 0


async def test_no_good_name_leaves_the_title(naming: Naming) -> None:
    """Where the model writes rubbish, the beginning of the question stays."""
    naming.titles._title = ""
    await naming.desk.send("Say only the word yes.")
    assert (await naming.chat()).title == "Say only the word yes."
    assert not (await naming.chat()).has_own_title
