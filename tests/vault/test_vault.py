# SPDX-License-Identifier: Apache-2.0
"""Turning the vault on and off, and every way to the key of encrypted chats."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from nemodesk.chats.database import DamagedDatabaseError
from nemodesk.chats.migrations import MIGRATIONS
from nemodesk.chats.store import ChatStore
from nemodesk.errors import CancelledError, StorageError, UsageError
from nemodesk.vault.cipher import MARK, driver, kind_of, opens
from nemodesk.vault.conversion import convert
from nemodesk.vault.errors import LockedError, WrongKeyError
from nemodesk.vault.key import VaultKey, new_key, recovery_key
from nemodesk.vault.vault import KEY_NAME, Vault
from tests.fakes.keeper import FakeKeeper
from tests.vault.conftest import CHEAP, SENTENCE, fill, plain_words

_ROOT = Path(__file__).parent.parent.parent


def _texts(store: ChatStore) -> list[list[str]]:
    with contextlib.closing(store):
        return [[message.content for message in store.path(chat.id)] for chat in store.list_chats()]


def test_nothing_plain_is_left(
    database: Path, encrypted: Vault, make_vault: Callable[[], Vault]
) -> None:
    """With the vault on no sentence of a chat is in any file, also while chats are written."""
    store = make_vault().open_store(database)
    fill(store, chats=20)
    assert plain_words(database.parent) == []
    assert database.with_name(database.name + "-wal").stat().st_size
    assert len({hit.chat.id for hit in store.search(SENTENCE)}) == 23
    store.close()
    assert plain_words(database.parent) == []
    assert database.read_bytes().startswith(MARK)
    assert encrypted.is_on


def test_off_gives_back_what_on_took(
    database: Path, encrypted: Vault, keeper: FakeKeeper, make_vault: Callable[[], Vault]
) -> None:
    """Chats are the same with the vault on and off again, and no way to a key stays."""
    inside = _texts(encrypted.open_store(database))
    assert len(inside) == 3
    encrypted.turn_off()
    assert kind_of(database) == "plain"
    assert _texts(ChatStore(database)) == inside
    assert keeper.secrets == {}
    assert [file.name for file in database.parent.iterdir()] == [database.name]
    assert make_vault().look()


def test_chats_that_do_not_exist_yet_can_be_encrypted(
    database: Path, make_vault: Callable[[], Vault]
) -> None:
    """The vault can be turned on before the first chat."""
    make_vault().turn_on(new_key())
    store = make_vault().open_store(database)
    fill(store)
    store.close()
    assert plain_words(database.parent) == []


def test_copies_and_damaged_files_are_closed_up_too(
    database: Path, make_vault: Callable[[], Vault]
) -> None:
    """Copies of older schemas and damaged files are encrypted, and come back as they were."""
    store = ChatStore(database)
    fill(store)
    store.close()
    copies = {
        "chats.schema-1.sqlite3": database.read_bytes(),
        "chats.damaged-2026-01-01-000000.sqlite3": b"rubbish " + SENTENCE.encode() + b"\0" * 99,
        "chats.damaged-2026-01-01-000000.sqlite3-wal": SENTENCE.encode() * 70_000,
        "chats.schema-1.sqlite3.part": b"",
    }
    for name, content in copies.items():
        database.with_name(name).write_bytes(content)
    vault = make_vault()
    vault.turn_on(new_key())
    assert plain_words(database.parent) == []
    assert sorted(file.name for file in database.parent.glob("*.vault")) == sorted(
        f"{name}.vault" for name in copies
    )
    vault.turn_off()
    for name, content in copies.items():
        assert database.with_name(name).read_bytes() == content
        assert os.name != "posix" or not database.with_name(name).stat().st_mode & 0o077
    assert not list(database.parent.glob("*.vault"))


def test_it_can_be_stopped(database: Path, make_vault: Callable[[], Vault]) -> None:
    """Stopping leaves chats, key and folder as they were, and tells how far it had come."""
    store = ChatStore(database)
    fill(store, chats=200, filler="x" * 5000)
    store.close()
    stop, seen = threading.Event(), list[tuple[int, int]]()

    def look(done_bytes: int, total_bytes: int) -> None:
        seen.append((done_bytes, total_bytes))
        if done_bytes > total_bytes // 2:
            stop.set()

    vault = make_vault()
    with pytest.raises(CancelledError):
        vault.turn_on(new_key(), on_progress=look, stop=stop)
    assert 0 < seen[-1][0] < seen[-1][1]
    assert not vault.is_on
    assert len(_texts(vault.open_store(database))) == 200
    assert [file.name for file in database.parent.iterdir()] == [database.name]


def test_no_room_is_said_before(
    database: Path, encrypted: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for a second file nothing is begun, and the sentence says how much is needed."""
    usage = shutil.disk_usage(database.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1000))
    with pytest.raises(StorageError, match=r"needs .* of free disk space"):
        encrypted.turn_off()
    assert kind_of(database) == "vault"
    assert len(_texts(encrypted.open_store(database))) == 3


def test_a_disk_that_fills_up_changes_nothing(
    database: Path, make_vault: Callable[[], Vault]
) -> None:
    """When the new file cannot be finished the chats stay as they are, and so does their key."""
    resource = pytest.importorskip("resource", reason="needs limits as Unix has them")
    store = ChatStore(database)
    fill(store, chats=200, filler="x" * 5000)
    store.close()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    vault = make_vault()
    resource.setrlimit(resource.RLIMIT_FSIZE, (database.stat().st_size // 2, before[1]))
    try:
        with pytest.raises(StorageError):
            vault.turn_on(new_key())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [file.name for file in database.parent.iterdir()] == [database.name]
    assert len(_texts(make_vault().open_store(database))) == 200


def test_another_process_keeps_its_chats(database: Path, make_vault: Callable[[], Vault]) -> None:
    """While another process has the chats open nothing is converted, and a sentence says so."""
    store = ChatStore(database)
    fill(store)
    store.close()
    code = "import sys; from pathlib import Path; from nemodesk.chats.store import ChatStore\n"
    code += "s = ChatStore(Path(sys.argv[1])); print(len(s.list_chats()), flush=True)\n"
    code += "sys.stdin.read(); s.create_chat(title='late'); s.close()"
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(database)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout
    assert other.stdout.readline() == "3\n"
    with pytest.raises(StorageError, match="Another program"):
        convert(database, new_key(), "vault", wait_s=0.2)
    other.communicate()
    assert other.returncode == 0
    vault = make_vault()
    vault.turn_on(new_key())
    with contextlib.closing(vault.open_store(database)) as store:
        assert store.list_chats()[0].title == "late"


def test_a_lost_keyring_needs_the_recovery_key(
    database: Path, encrypted: Vault, keeper: FakeKeeper, make_vault: Callable[[], Vault]
) -> None:
    """Without the keyring the chats stay closed; the recovery key opens them and is kept again."""
    text = encrypted.recovery_key()
    keeper.secrets.clear()
    vault = make_vault()
    with pytest.raises(LockedError, match="recovery key"):
        vault.open_store(database)
    with pytest.raises(WrongKeyError, match="of other chats"):
        vault.recover(recovery_key(new_key()))
    vault.recover(text.lower())
    assert len(_texts(vault.open_store(database))) == 3
    assert len(_texts(make_vault().open_store(database))) == 3
    assert KEY_NAME in keeper.secrets


def test_a_wrong_key_in_the_keyring_is_none(
    database: Path, encrypted: Vault, keeper: FakeKeeper, make_vault: Callable[[], Vault]
) -> None:
    """A keyring with another key, or rubbish, never makes the chats seem damaged."""
    assert encrypted.is_on
    for kept in (new_key().secret.hex(), "rubbish", ""):
        keeper.secrets[KEY_NAME] = kept
        with pytest.raises(LockedError):
            make_vault().open_store(database)
    assert not list(database.parent.glob("*damaged*"))


def test_a_password_takes_the_place_of_the_keyring(
    database: Path, encrypted: Vault, keeper: FakeKeeper, make_vault: Callable[[], Vault]
) -> None:
    """With a password the keyring holds no key; the password opens, and can be taken away."""
    encrypted.set_password("four quiet words")
    assert keeper.secrets == {}
    vault = make_vault()
    assert not vault.look()
    assert vault.has_password
    with pytest.raises(LockedError, match="Type the password"):
        vault.open_store(database)
    with pytest.raises(WrongKeyError):
        vault.unlock("four quiet word")
    vault.unlock("four quiet words")
    assert len(_texts(vault.open_store(database))) == 3
    vault.set_password("")
    assert not vault.has_password
    assert make_vault().look()


def test_a_forgotten_password_is_replaced_by_the_recovery_key(
    database: Path, encrypted: Vault, keeper: FakeKeeper, make_vault: Callable[[], Vault]
) -> None:
    """The recovery key opens chats with a password, which then can be another one."""
    text = encrypted.recovery_key()
    encrypted.set_password("forgotten words")
    vault = make_vault()
    vault.look()
    vault.recover(text)
    assert keeper.secrets == {}
    vault.set_password("remembered words")
    other = make_vault()
    other.look()
    other.unlock("remembered words")
    assert len(_texts(other.open_store(database))) == 3


def test_guesses_are_slowed_down(
    encrypted: Vault, keeper: FakeKeeper, make_vault: Callable[[], Vault]
) -> None:
    """After three wrong passwords even the right one has to wait."""
    encrypted.set_password("four quiet words")
    assert keeper.secrets == {}
    vault = make_vault()
    vault.look()
    for _ in range(3):
        with pytest.raises(WrongKeyError):
            vault.unlock("no")
    with pytest.raises(WrongKeyError, match="Wait") as caught:
        vault.unlock("four quiet words")
    assert caught.value.wait_s > 0
    assert vault.wait_s > 0


def test_a_lost_record_is_made_again(
    database: Path, encrypted: Vault, make_vault: Callable[[], Vault]
) -> None:
    """Without vault.json the key is tried on the file itself."""
    text = encrypted.recovery_key()
    for content in (None, b"rubbish", b"[" * 100_000):
        record = database.with_name("vault.json")
        record.unlink() if content is None else record.write_bytes(content)
        vault = make_vault()
        with pytest.raises(WrongKeyError, match="of other chats"):
            vault.recover(recovery_key(new_key()))
        vault.recover(text)
        assert len(_texts(vault.open_store(database))) == 3


def test_a_damaged_encrypted_file_is_set_aside(
    database: Path, encrypted: Vault, make_vault: Callable[[], Vault]
) -> None:
    """A damaged page of encrypted chats is found, and what comes after it is encrypted too."""
    content = bytearray(database.read_bytes())
    content[100:200] = bytes(100)
    database.write_bytes(content)
    assert encrypted.is_on
    with pytest.raises(DamagedDatabaseError) as caught:
        make_vault().open_store(database)
    assert caught.value.set_aside
    store = make_vault().open_store(database)
    fill(store)
    store.close()
    assert plain_words(database.parent) == []
    assert kind_of(database) == "vault"


def test_chats_without_any_key_are_kept(
    database: Path, encrypted: Vault, keeper: FakeKeeper, make_vault: Callable[[], Vault]
) -> None:
    """Whoever has lost every key can begin anew; a recovery key that turns up opens the old."""
    text = encrypted.recovery_key()
    keeper.secrets.clear()
    vault = make_vault()
    assert not vault.look()
    kept = vault.begin_anew()
    with contextlib.closing(vault.open_store(database)) as store:
        assert store.list_chats() == []
    database.unlink()
    kept.rename(database)
    vault = make_vault()
    vault.recover(text)
    assert len(_texts(vault.open_store(database))) == 3


def test_what_is_on_cannot_be_turned_on(encrypted: Vault) -> None:
    """Turning on twice, or off twice, is refused with a sentence."""
    with pytest.raises(UsageError, match="already"):
        encrypted.turn_on(new_key())
    encrypted.turn_off()
    with pytest.raises(UsageError, match="not encrypted"):
        encrypted.turn_off()


def test_a_short_password_changes_nothing(
    database: Path, make_vault: Callable[[], Vault], keeper: FakeKeeper
) -> None:
    """A password that is too short is refused before anything is begun."""
    store = ChatStore(database)
    fill(store)
    store.close()
    vault = make_vault()
    with pytest.raises(UsageError, match="8 letters"):
        vault.turn_on(new_key(), password="short")  # noqa: S106
    assert keeper.secrets == {}
    assert kind_of(database) == "plain"


def test_opening_does_not_read_all_pages(
    database: Path, encrypted: Vault, make_vault: Callable[[], Vault]
) -> None:
    """A damaged page is not looked for when the chats were closed in order; after a crash it is."""
    store = encrypted.open_store(database)
    fill(store, chats=50, filler="word " * 1000)
    store.close()
    content = bytearray(database.read_bytes())
    content[-2000:-1000] = bytes(1000)
    database.write_bytes(content)
    make_vault().open_store(database).close()
    database.with_name(database.name + "-suspect").touch()
    with pytest.raises(DamagedDatabaseError):
        make_vault().open_store(database)


def test_whether_the_key_is_kept_is_told(database: Path) -> None:
    """Turning on says whether the next start finds the key: not without a keyring."""
    vault = Vault(database, FakeKeeper(is_lasting=False), cost=CHEAP)
    assert not vault.turn_on(new_key())
    vault.turn_off()
    assert vault.turn_on(new_key(), password="four quiet words")  # noqa: S106


def test_a_migration_of_encrypted_chats_keeps_an_encrypted_copy(
    database: Path, encrypted: Vault, keeper: FakeKeeper
) -> None:
    """The copy that is made before a new schema is encrypted with the same key."""
    assert encrypted.is_on
    key = VaultKey(bytes.fromhex(keeper.secrets[KEY_NAME]))

    def step(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE chat ADD COLUMN colour TEXT")

    ChatStore(database, migrations=[*MIGRATIONS, step], driver=driver(key)).close()
    [copy] = database.parent.glob("chats.schema-*")
    assert opens(copy, key)
    assert plain_words(database.parent) == []
