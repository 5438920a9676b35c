# SPDX-License-Identifier: Apache-2.0
"""Restores a backup: adds what is not here, or lets everything be as it was. It opens no window.

A restoration that is killed in the middle can be begun again: what is there already stays, and
chats that are to go are put into the trash last.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from nemodesk.chats.imported import ImportedChat
from nemodesk.chats.message import Chat
from nemodesk.exchange.backup.choices import take_secrets, take_settings
from nemodesk.exchange.backup.manifest import CHATS, ModelEntry
from nemodesk.exchange.backup.reading import Backup
from nemodesk.exchange.backup.writing import BackupSource
from nemodesk.exchange.chat_source import Chats, ChatSource, all_chats, sources
from nemodesk.exchange.importing import ImportReport, KnownChats, take_in
from nemodesk.exchange.loose import fields
from nemodesk.exchange.progress import Progress
from nemodesk.exchange.readers import own
from nemodesk.exchange.reading import Found, Problem, read_document
from nemodesk.exchange.tree import FileChat
from nemodesk.exchange.writers.json_document import chat_pieces


class RestoreWay(StrEnum):
    """What becomes of what is here."""

    MERGE = "merge"
    REPLACE = "replace"


@dataclass
class RestoreReport:
    """What came of it.

    Attributes:
        chats: which were added and which were here already.
        trashed_count: chats that are not in the backup and are in the trash now.
        settings_count: settings that are different now.
        secrets_count: keys that were in the backup.
        missing_models: models of the backup that are not on this computer.
    """

    chats: ImportReport = field(default_factory=ImportReport)
    trashed_count: int = 0
    settings_count: int = 0
    secrets_count: int = 0
    missing_models: tuple[ModelEntry, ...] = ()


def restore(
    backup: Backup,
    here: BackupSource,
    progress: Progress,
    *,
    way: RestoreWay,
    clock: Callable[[], float] = time.time,
) -> RestoreReport:
    """Restore a backup. Call `Backup.verify` before: then a damaged one changes nothing.

    Args:
        way: MERGE adds the chats that are not here; REPLACE also puts those into the trash that
            are not in the backup. Settings of the backup count in both; after REPLACE all others
            have their defaults.
        here: the chats, settings and models of this computer.

    Raises:
        FileError: the backup is damaged.
        StorageError: the disk is full or refuses; begin again once there is room.
        CancelledError: the person wants it to end; what was added stays.
    """
    store, settings = here.store, here.settings
    report = RestoreReport()
    progress.begin(backup.contents.chats)
    found = _counted(read_document(CHATS, backup.chats(), tell=_ignore), progress)
    if way is RestoreWay.REPLACE:
        report.trashed_count = _replace(found, store, report.chats, clock)
    else:
        take_in(found, store, report.chats, clock=clock)
    report.settings_count = take_settings(
        settings, backup.settings(), replaces=way is RestoreWay.REPLACE
    )
    report.secrets_count = take_secrets(settings, backup.secrets())
    report.missing_models = missing_models(backup.models(), here.models)
    return report


def missing_models(
    wanted: Iterable[ModelEntry], here: Iterable[ModelEntry]
) -> tuple[ModelEntry, ...]:
    """Return the models that are not here, by content where it is known, else by id."""
    known = list(here)
    sums = {model.sha256 for model in known if model.sha256}
    ids = {model.id for model in known}
    return tuple(model for model in wanted if model.sha256 not in sums and model.id not in ids)


def _replace(
    found: Iterable[Found], store: Chats, report: ImportReport, clock: Callable[[], float]
) -> int:
    """Let the chats be those of the backup; return how many went into the trash."""
    before = {chat.id: chat for chat in all_chats(store)}
    known = KnownChats(store)
    stays: set[int] = set()
    for chat in found:
        if isinstance(chat, Problem):
            report.add_problem(chat)
            continue
        imported = chat.settled(clock())
        same = _same(imported, known, store, stays)
        if same is not None:
            stays.add(same.id)
            report.known_count += 1
        else:
            report.added.append(store.import_chat(imported).id)
    leaving = before.keys() - stays
    for chat_id in leaving:
        store.delete_chat(chat_id)
    return len(leaving)


def _same(imported: ImportedChat, known: KnownChats, store: Chats, taken: set[int]) -> Chat | None:
    """Return the chat here that is in exactly this state and stands for no other one."""
    for chat in known.same_as(imported):
        if chat.id not in taken:
            (source,) = sources(store, [chat])
            if _as_exported(source) == replace(imported, origin=""):
                return chat
    return None


def _as_exported(source: ChatSource) -> ImportedChat:
    """Return a chat of this store as its export would be read."""
    document = json.loads("".join(chat_pieces(source)))
    return replace(own.read(fields(document)).settled(0.0), origin="")


def _counted(found: Iterable[Found], progress: Progress) -> Iterator[Found]:
    for chat in found:
        yield chat
        if isinstance(chat, FileChat):
            progress.step()


def _ignore(_size_bytes: int) -> None:
    return
