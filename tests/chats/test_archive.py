# SPDX-License-Identifier: Apache-2.0
"""The store behind the event loop: order, errors, cancelling and closing."""

import asyncio
import threading
from pathlib import Path

import pytest

from nemodesk.chats.archive import ChatArchive
from nemodesk.chats.database import DamagedDatabaseError
from nemodesk.chats.message import MessageStatus, Role
from nemodesk.chats.store import ChatStore
from nemodesk.errors import NotFoundError, StorageError


def _exists(path: Path) -> bool:
    return path.exists()


def _damage(path: Path) -> None:
    path.write_bytes(b"garbage" * 2000)


async def test_results_and_errors_pass_through(database: Path) -> None:
    """A call returns what the store returns and raises what the store raises."""
    archive = ChatArchive(database)
    chat = await archive(ChatStore.create_chat, title="Garden")
    await archive(ChatStore.rename_chat, chat.id, "House")
    assert (await archive(ChatStore.chat, chat.id)).title == "House"
    with pytest.raises(NotFoundError):
        await archive(ChatStore.chat, 99)
    await archive.close()


async def test_the_loop_goes_on_while_the_disk_is_slow(database: Path) -> None:
    """Opening and working happen in one other thread, so that the loop stays free."""
    may_open = threading.Event()
    threads: list[str] = []

    def open_slowly(path: Path) -> ChatStore:
        threads.append(threading.current_thread().name)
        assert may_open.wait(10)
        return ChatStore(path)

    archive = ChatArchive(database, open_store=open_slowly)
    call = asyncio.ensure_future(archive(ChatStore.list_chats))
    await asyncio.sleep(0)
    assert not call.done()
    may_open.set()
    assert await call == []
    assert threads == ["chats_0"]
    await archive.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("chats")]


async def test_calls_are_done_in_order_even_if_nobody_waits(database: Path) -> None:
    """Text that was handed over is stored although the task that did it was cancelled."""
    archive = ChatArchive(database)
    chat = await archive(ChatStore.create_chat)
    answer = await archive(
        ChatStore.add_message,
        chat.id,
        parent_id=None,
        role=Role.ASSISTANT,
        content="",
        status=MessageStatus.WRITING,
    )
    numbers = range(100)
    tasks = [
        asyncio.ensure_future(archive(ChatStore.append_text, answer.id, content=f"{number} "))
        for number in numbers
    ]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await archive(ChatStore.message, answer.id)).content.split() == [
        str(number) for number in numbers
    ]
    await archive.close()


async def test_closing_finishes_what_was_handed_over(database: Path) -> None:
    """Calls that wait when the archive is closed are still done; later ones are refused."""
    archive = ChatArchive(database)
    tasks = [asyncio.ensure_future(archive(ChatStore.create_chat)) for _ in range(20)]
    await asyncio.sleep(0)
    await archive.close()
    assert len(await asyncio.gather(*tasks)) == 20
    with pytest.raises(StorageError, match="closed"):
        await archive(ChatStore.list_chats)
    await archive.close()
    store = ChatStore(database)
    assert len(store.list_chats()) == 20
    store.close()


async def test_an_unused_archive_can_be_closed(database: Path) -> None:
    """Closing an archive that nobody used makes no file."""
    await ChatArchive(database).close()
    assert not _exists(database)


async def test_a_damaged_file_is_told_once(database: Path) -> None:
    """The first call after damage says what happened; the next one works on a new file."""
    _damage(database)
    archive = ChatArchive(database)
    with pytest.raises(DamagedDatabaseError):
        await archive(ChatStore.list_chats)
    assert await archive(ChatStore.list_chats) == []
    await archive.close()


async def test_messages_are_indexed_when_nothing_else_is_to_do(database: Path) -> None:
    """Without being asked the archive fills the index of the search, between the calls."""
    archive = ChatArchive(database)
    chat = await archive(ChatStore.create_chat)
    for number in range(5):
        await archive(
            ChatStore.add_message,
            chat.id,
            parent_id=None,
            role=Role.USER,
            content=f"the garden {number}",
        )

    def waiting(store: ChatStore) -> int:
        with store._database.reading() as connection:
            count: int = connection.execute("SELECT count(*) FROM to_index").fetchone()[0]
        return count

    async with asyncio.timeout(20):
        while await archive(waiting):
            pass
    await archive.close()


async def test_idle_work_that_fails_disturbs_nobody(database: Path) -> None:
    """When the index cannot be written, calls go on and the index is tried again later."""

    class _Failing(ChatStore):
        tries = 0

        def do_idle_work(self, limit_s: float = 0.05) -> bool:
            del limit_s
            _Failing.tries += 1
            raise StorageError("There is no room left on the disk.")

    archive = ChatArchive(database, open_store=_Failing)
    async with asyncio.timeout(20):
        while _Failing.tries < 3:
            assert await archive(ChatStore.list_chats) == []
    await archive.close()
