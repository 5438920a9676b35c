# SPDX-License-Identifier: Apache-2.0
"""A backup holds everything, keeps its secrets, and comes back whole or not at all."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.answer_settings import AnswerSettings, Preset
from nemodesk.chats.message import Role
from nemodesk.chats.store import ChatStore
from nemodesk.errors import CancelledError, FileError, StorageError, UsageError
from nemodesk.exchange.backup.manifest import ModelEntry
from nemodesk.exchange.backup.reading import Backup, NoPassphraseError
from nemodesk.exchange.backup.restoring import RestoreReport, RestoreWay, restore
from nemodesk.exchange.backup.sealing import WrongPassphraseError
from nemodesk.exchange.backup.writing import BackupSource, create_backup
from nemodesk.exchange.chat_source import all_chats
from nemodesk.exchange.importing import import_chats
from nemodesk.exchange.progress import Progress
from nemodesk.paths import Paths
from nemodesk.settings.settings import Settings

_PASSPHRASE = "correct horse battery"  # noqa: S105 - made up
_KEY = "hf_SECRETSECRET"
_MODELS = (
    ModelEntry(id="starter", sha256="aa"),
    ModelEntry(id="nano", name="Nano", source="hub:nvidia/Nano@main", quant="Q8_0", sha256="bb"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Give the settings of this computer."""
    with _settings(tmp_path / "here") as opened:
        yield opened


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Settings]:
    """Give the settings of another computer."""
    with _settings(tmp_path / "elsewhere") as opened:
        yield opened


class _settings:  # noqa: N801 - reads as a function
    """Settings in a folder, closed at the end."""

    def __init__(self, folder: Path) -> None:
        paths = Paths(data=folder, models=folder, cache=folder, logs=folder)
        paths.create()
        self._settings = Settings(paths)

    def __enter__(self) -> Settings:
        assert self._settings.open_now(30)
        return self._settings

    def __exit__(self, *_: object) -> None:
        self._settings.close(30)


@pytest.fixture
def here(full: ChatStore, settings: Settings) -> BackupSource:
    """Give a computer with chats, settings, a key and models."""
    settings.set("chat.show_speed", True)
    settings.set("engine.threads", 7)
    settings.set("window.state", {"geometry": "x"})
    settings.set("hub.proxy", "http://name:password@proxy.example:3128")
    settings.set_answer_defaults("nano", AnswerSettings(temperature=0.25))
    settings.set_presets((Preset(name="Calm", settings=AnswerSettings(top_k=1)),))
    settings.set_secret("hf_token", _KEY)
    settings.set_secret("vault_key", "00ff")
    return BackupSource(store=full, settings=settings, models=_MODELS)


@pytest.fixture
def there(other: ChatStore, elsewhere: Settings) -> BackupSource:
    """Give another computer with the starter model."""
    return BackupSource(store=other, settings=elsewhere, models=_MODELS[:1])


def _restore(
    path: Path, there: BackupSource, *, passphrase: str = "", way: RestoreWay = RestoreWay.MERGE
) -> RestoreReport:
    with Backup(path, passphrase) as backup:
        backup.verify(Progress())
        return restore(backup, there, Progress(), way=way)


def test_everything_is_on_the_other_computer(
    here: BackupSource, there: BackupSource, tmp_path: Path
) -> None:
    """Chats with their trees, settings, presets, choices per model; missing models are named."""
    path = tmp_path / "all.nemodesk"
    contents = create_backup(path, here, Progress())
    assert (contents.chats, contents.messages, contents.models, contents.secrets) == (2, 5, 2, 0)
    report = _restore(path, there)
    assert (len(report.chats.added), report.settings_count, report.secrets_count) == (2, 3, 0)
    assert [model.repository for model in report.missing_models] == ["nvidia/Nano:Q8_0"]
    assert len(all_chats(there.store)) == 2
    assert there.settings.value("chat.show_speed") is True
    assert there.settings.answer_defaults("nano").temperature == 0.25
    assert there.settings.presets()[0].name == "Calm"
    # What belongs to one computer or its window does not move.
    assert there.settings.value("engine.threads") == 0
    assert there.settings.value("window.state") == {}
    again = _restore(path, there)
    assert (again.chats.added, again.chats.known_count, again.settings_count) == ([], 2, 0)


def test_without_a_passphrase_no_key_is_in_it(here: BackupSource, tmp_path: Path) -> None:
    """Neither the hub's nor the vault's, nor a password inside an address."""
    path = tmp_path / "all.nemodesk"
    create_backup(path, here, Progress())
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (_KEY, "00ff", "password@"):
        assert secret.encode() not in content
    assert "Wann säen?".encode() in content
    with pytest.raises(UsageError, match="passphrase"):
        create_backup(path, here, Progress(), has_secrets=True)
    with pytest.raises(UsageError, match="8 characters"):
        create_backup(path, here, Progress(), passphrase="short")  # noqa: S106


def test_with_a_passphrase_nothing_can_be_read_of_it(
    here: BackupSource, there: BackupSource, tmp_path: Path
) -> None:
    """And with it everything comes back, with the keys that make sense elsewhere."""
    path = tmp_path / "all.nemodesk"
    create_backup(path, here, Progress(), passphrase=_PASSPHRASE, has_secrets=True)
    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    for words in (_KEY, "Garten", "Wann", "nvidia", "show_speed"):
        assert words.encode() not in content
    with pytest.raises(NoPassphraseError):
        Backup(path)
    with pytest.raises(WrongPassphraseError):
        Backup(path, "wrong horse battery")
    report = _restore(path, there, passphrase=_PASSPHRASE)
    assert (len(report.chats.added), report.secrets_count) == (2, 2)
    assert there.settings.secret("hf_token") == _KEY
    assert there.settings.secret("vault_key") is None
    assert there.settings.value("hub.proxy") == "http://name:password@proxy.example:3128"


def test_its_chats_can_be_imported_like_any_others(
    here: BackupSource, other: ChatStore, tmp_path: Path
) -> None:
    """A backup without a passphrase is an archive with an export in it."""
    path = tmp_path / "all.nemodesk"
    create_backup(path, here, Progress())
    assert len(import_chats(path, other, Progress()).added) == 2


def test_replacing_puts_other_chats_into_the_trash(
    here: BackupSource, there: BackupSource, tmp_path: Path
) -> None:
    """What is the same stays, what went on is as it was, and nothing is gone for good."""
    path = tmp_path / "all.nemodesk"
    create_backup(path, here, Progress())
    _restore(path, there)
    store = there.store
    same, grown = (
        store.list_chats(archived=True)[0],
        store.list_chats()[0],
    )
    store.add_message(grown.id, parent_id=grown.leaf_id, role=Role.ASSISTANT, content="Later")
    alien = store.create_chat(title="Alien")
    there.settings.set("chat.automatic_titles", False)
    there.settings.set("engine.threads", 3)
    report = _restore(path, there, way=RestoreWay.REPLACE)
    assert (len(report.chats.added), report.chats.known_count, report.trashed_count) == (1, 1, 2)
    assert {chat.id for chat in store.list_trash()} == {grown.id, alien.id}
    assert store.list_chats(archived=True)[0].id == same.id
    assert store.list_chats()[0].title == "Garten & Gemüse"
    assert there.settings.value("chat.automatic_titles") is True
    assert there.settings.value("engine.threads") == 3
    again = _restore(path, there, way=RestoreWay.REPLACE)
    assert (again.chats.added, again.trashed_count, again.settings_count) == ([], 0, 0)


@pytest.mark.parametrize("passphrase", ["", _PASSPHRASE])
def test_a_damaged_backup_changes_nothing(
    here: BackupSource, there: BackupSource, tmp_path: Path, passphrase: str
) -> None:
    """Cut off anywhere, or with any byte changed, it is told before anything is done."""
    path = tmp_path / "all.nemodesk"
    create_backup(path, here, Progress(), passphrase=passphrase)
    content = path.read_bytes()
    # Making a key takes long on purpose.
    step = len(content) // (8 if passphrase else 40)
    for place in range(0, len(content), step):
        for spoilt in (content[:place], _changed(content, place)):
            path.write_bytes(spoilt)
            try:
                with Backup(path, passphrase) as backup:
                    backup.verify(Progress())
            except (FileError, UsageError):
                continue
            # A byte that means nothing, such as the time of an entry.
            assert len(spoilt) == len(content)
            path.write_bytes(spoilt)
            assert len(_restore(path, there, passphrase=passphrase).chats.problems) == 0


def _changed(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def test_parts_of_a_sealed_backup_cannot_be_exchanged(here: BackupSource, tmp_path: Path) -> None:
    """Each part has a key of its own, and its last piece says that it is the last."""
    path = tmp_path / "all.nemodesk"
    create_backup(path, here, Progress(), passphrase=_PASSPHRASE)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["settings.json"] = parts["models.json"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with Backup(path, _PASSPHRASE) as backup, pytest.raises(WrongPassphraseError):
        backup.settings()


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ({"format": "other", "version": 1}, "no backup"),
        ({"format": "nemodesk-backup", "version": 2}, "newer version"),
        ({"format": "nemodesk-backup", "version": 1}, "damaged"),
        ([], "damaged"),
        ("x" * 2_000_000, "damaged"),
    ],
)
def test_what_is_no_backup_of_ours_is_told(tmp_path: Path, manifest: object, sentence: str) -> None:
    """Other programs, newer ones, and rubbish."""
    path = tmp_path / "odd.nemodesk"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(FileError, match=sentence):
        Backup(path)


def test_files_that_are_no_archives_are_told(tmp_path: Path) -> None:
    """Also archives without a manifest, and files that are not there."""
    path = tmp_path / "odd.nemodesk"
    with pytest.raises(UsageError):
        Backup(path)
    path.write_bytes(b"only words")
    with pytest.raises(FileError, match="no backup"):
        Backup(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", "[]")
    with pytest.raises(FileError, match="no backup"):
        Backup(path)


def test_a_backup_that_is_stopped_or_has_no_room_leaves_the_old_one(
    here: BackupSource, tmp_path: Path
) -> None:
    """The new file takes its place once it is whole."""
    path = tmp_path / "all.nemodesk"
    path.write_bytes(b"the old one")
    progress = Progress()
    progress.stop.set()
    with pytest.raises(CancelledError):
        create_backup(path, here, progress)
    with pytest.raises(StorageError):
        create_backup(tmp_path / "no folder" / "x.nemodesk", here, Progress())
    assert path.read_bytes() == b"the old one"
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".part"] == []
