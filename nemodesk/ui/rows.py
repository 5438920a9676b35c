# SPDX-License-Identifier: Apache-2.0
"""Values that the window shows and that no lower level has. No behaviour.

Words in them are finished sentences in the person's language.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QImage

NO_PROGRESS = -1
"""In place of a share in thousandths where nothing is under way."""


@dataclass(frozen=True)
class ModelRow:
    """A model on this computer, as the picker shows it.

    Attributes:
        id: what the library calls it.
        name: plain words, "SmolLM2 135M (starter)".
        detail: one line below the name, "98 MB, already on this computer".
    """

    id: str
    name: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A line of a model's details.

    Attributes:
        url: where more about it can be read; may be empty.
    """

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class QuantRow:
    """One choice of a model in the table of its details.

    Attributes:
        name: how the weights are packed, "Q4_K_M".
        badge: great, slow or too_big; empty: not known.
        model_id: what the library calls it; empty: not on this computer.
        progress: thousandths of its download that are here, or NO_PROGRESS.
        state: what is said instead of a button, "Waiting"; may be empty.
        can_download: whether there is any use in fetching it.
    """

    name: str
    quality: str = ""
    size: str = ""
    memory: str = ""
    speed: str = ""
    badge: str = ""
    model_id: str = ""
    progress: int = NO_PROGRESS
    state: str = ""
    is_removable: bool = False
    can_download: bool = True


@dataclass(frozen=True, kw_only=True)
class CardRow:
    """A model on its card: on this computer, on offer, or both.

    Attributes:
        id: of the model in the library, or OWNER/REPO of what is on offer.
        summary: one plain sentence.
        badge: great, slow or too_big; empty: not known.
        figures: one line, "about 12 words a second · 4.2 GB · needs 5.0 GB of memory".
        reason: why it is the recommended one; empty: it is not.
        model_id: what Use chats with; empty: nothing of it is on this computer.
        quant: what Download fetches; empty: ask the hub what there is.
        can_download: whether Download is offered.
        removable_id: what Remove removes; empty: nothing.
        removal_question: what is asked before.
        progress: thousandths of a download that are here, or NO_PROGRESS.
        progress_text: "42 %, 4 minutes left".
        warning: why it cannot be used here, or what must be done before; may be empty.
        link: address of the page on which that can be done.
        is_busy: the hub is being asked about it.
        quants: choices for the details; None: the hub has not been asked yet.
        search_text: what a search looks in, beside the name.
    """

    id: str
    name: str
    summary: str = ""
    badge: str = ""
    figures: str = ""
    reason: str = ""
    model_id: str = ""
    is_in_use: bool = False
    quant: str = ""
    can_download: bool = False
    removable_id: str = ""
    removal_question: str = ""
    progress: int = NO_PROGRESS
    progress_text: str = ""
    warning: str = ""
    link: str = ""
    is_busy: bool = False
    quants: tuple[QuantRow, ...] | None = ()
    facts: tuple[Fact, ...] = ()
    is_on_computer: bool = False
    search_text: str = ""

    @property
    def fits(self) -> bool:
        """Whether it is not known to be too big for this computer."""
        return self.badge != "too_big"


@dataclass(frozen=True, kw_only=True)
class HubRow:
    """What a search of the hub has brought.

    Attributes:
        text: what was looked for.
        sentence: what went wrong, and what to do; for failed only.
    """

    state: Literal["idle", "searching", "found", "failed"] = "idle"
    text: str = ""
    cards: tuple[CardRow, ...] = ()
    sentence: str = ""


DownloadState = Literal["waiting", "running", "paused", "verifying", "done", "failed"]


@dataclass(frozen=True, kw_only=True)
class DownloadRow:
    """A line of the list of downloads.

    Attributes:
        name: of the model, "Nemotron 3 Nano 4B".
        file_name: what the progress bar is called.
        detail: "Q8_0, from OWNER/REPO".
        progress: thousandths that are here.
        state_text: "Downloading, 1.2 of 4.2 GB, 12 MB a second, 4 minutes left".
        sentence: what went wrong, and what to do; may be empty.
        model_id: what Use chats with, once it is in the library.
    """

    id: str
    name: str
    file_name: str
    state: DownloadState
    detail: str = ""
    progress: int = 0
    state_text: str = ""
    sentence: str = ""
    model_id: str = ""


@dataclass(frozen=True, kw_only=True)
class WelcomeRow:
    """What the first page says once the computer is known.

    Attributes:
        computer: "Your computer: Intel i7, 16 GB, no graphics card."
        name: of the best model for it; empty: there is none.
        figures: "4.2 GB to download, needs 5.0 GB of memory, about 12 words a second."
        sentence: why, or what else to do where no model fits.
    """

    computer: str
    name: str = ""
    figures: str = ""
    sentence: str = ""
    badge: str = ""


@dataclass(frozen=True)
class TrashRow:
    """A removed model.

    Attributes:
        id: of the receipt.
        detail: "4.2 GB, removed 3 days ago".
    """

    id: str
    name: str
    detail: str


@dataclass(frozen=True)
class StorageRow:
    """Where the models are and what they take.

    Attributes:
        folder: the models folder.
        figures: "6 models, 24 GB. 120 GB are free on this disk."
        problem: why the folder cannot be used now; usually empty.
        trash_figures: "2 models, 5.0 GB"; empty for an empty trash.
    """

    folder: str = ""
    figures: str = ""
    problem: str = ""
    trash_figures: str = ""
    trash: tuple[TrashRow, ...] = ()


CheckState = Literal["checking", "good", "unknown", "damaged", "stopped"]


@dataclass(frozen=True)
class CheckRow:
    """A model that is read whole and compared.

    Attributes:
        text: how it stands, in words: "Being checked", or what is wrong.
    """

    id: str
    name: str
    state: CheckState
    text: str


@dataclass(frozen=True)
class RestoreRow:
    """What is in a backup, before it is restored.

    Attributes:
        made: when, by which program.
        lines: how much is in it, and which models would be missing.
        replacing: what becomes of what is here if it is not kept.
    """

    made: str
    lines: tuple[str, ...]
    replacing: str


@dataclass(frozen=True)
class WorkRow:
    """Something that takes long.

    Attributes:
        title: what is done.
        text: how far it is, in words.
        progress: in thousandths.
    """

    title: str
    text: str
    progress: int = 0


@dataclass(frozen=True)
class LibraryLicence:
    """A library that NemoDesk is built with."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class AttachmentRow:
    """A file that is attached, or is to be.

    Attributes:
        key: tells it from the others; no id of the store.
        figures: "12 pages · 4,300 words"; how far it is while it is read.
        icon: file or picture.
        picture: what is shown in place of the icon; None for none.
        sentence: what is wrong with it, or what the model will not get of it; may be empty.
        can_retry: whether it may go better another time.
        can_become_text: whether it is a pasted text, which can be put back into the message.
    """

    key: int
    name: str
    figures: str = ""
    icon: Literal["file", "picture"] = "file"
    picture: QImage | None = None
    state: Literal["reading", "ready", "failed"] = "ready"
    sentence: str = ""
    can_retry: bool = False
    can_become_text: bool = False


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """Something that NemoDesk keeps.

    Attributes:
        what: in plain words, "Your chats, encrypted".
        place: its path, or the keyring's name.
        size: "12 MB"; may be empty.
    """

    what: str
    place: str
    size: str = ""


@dataclass(frozen=True, kw_only=True)
class PrivacyRow:
    """How the person's privacy stands, as the page Privacy and security shows it.

    Attributes:
        encryption, encryption_detail: whether chats are encrypted, and what opens them.
        needs_password: there is no keyring that could keep the key, so a password must.
        password, password_detail: whether a password is asked for, and what that means.
        lock_minutes: after how long without use it is asked for again; 0: only at the start.
        offline_note: why the switch cannot be moved; empty if it can.
    """

    is_encrypted: bool = False
    encryption: str = ""
    encryption_detail: str = ""
    needs_password: bool = False
    has_password: bool = False
    password: str = ""
    password_detail: str = ""
    lock_minutes: int = 0
    is_offline: bool = False
    offline_note: str = ""
    files: tuple[FileRow, ...] = ()
