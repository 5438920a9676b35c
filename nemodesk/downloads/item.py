# SPDX-License-Identifier: Apache-2.0
"""One download of the list while the program runs: its value, its child process, its saved form.

It decides nothing; `queue.py` does.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.downloads.child import DownloadChild
from nemodesk.downloads.download import Download, State
from nemodesk.downloads.protocol import Notice, Progress, Settled, WantedFile
from nemodesk.downloads.rate import Rate
from nemodesk.downloads.saved_list import SavedDownload
from nemodesk.errors import error_from_code


@dataclass(kw_only=True, eq=False)
class Item:
    """What is known of one download.

    Attributes:
        child: runs while the task does.
        task: from the start of a child to its end.
        was_stopped: nobody waits for this task or its child, so their end means nothing.
        rest: the network is away; when this call comes, it is tried again.
        rests, crashes: in a row without a new byte.
        anew: fetch also what is there already.
    """

    download: Download
    revision: str
    files: tuple[WantedFile, ...]
    anew: bool = False
    child: DownloadChild | None = None
    task: "asyncio.Task[None] | None" = None
    was_stopped: bool = False
    rest: asyncio.TimerHandle | None = None
    rests: int = 0
    crashes: int = 0
    fetched_before_bytes: int = 0
    rate: Rate = field(default_factory=Rate)

    @classmethod
    def of(cls, offer: Offer, quant: Quant, *, anew: bool) -> "Item":
        """Make what is added to the list."""
        download = Download(
            id=f"{offer.repo_id}:{quant.name}",
            repo_id=offer.repo_id,
            quant=quant.name,
            name=offer.name,
            state="waiting",
            received_bytes=0,
            total_bytes=quant.size_bytes,
            file_name=_first_name(quant.files),
        )
        files = tuple(
            WantedFile(path=file.path, size_bytes=file.size_bytes, sha256=file.sha256)
            for file in quant.files
        )
        # Without the hub's own sizes there is nothing to check against: it is asked first.
        revision = "" if quant.is_approximate else offer.revision
        return cls(download=download, revision=revision, files=files, anew=anew)

    @classmethod
    def restored(cls, saved: SavedDownload, received_bytes: int) -> "Item":
        """Make it from what an earlier program has saved."""
        error = error_from_code(saved.code, saved.sentence) if saved.code else None
        states: dict[str, State] = {"wanted": "waiting", "paused": "paused", "failed": "failed"}
        download = Download(
            id=f"{saved.repo_id}:{saved.quant}",
            repo_id=saved.repo_id,
            quant=saved.quant,
            name=saved.name,
            state=states[saved.state],
            received_bytes=received_bytes,
            total_bytes=sum(file.size_bytes for file in saved.files),
            error=error,
            file_name=_first_name(saved.files),
        )
        return cls(download=download, revision=saved.revision, files=saved.files)

    @property
    def id(self) -> str:
        """The download's name in the list."""
        return self.download.id

    def renew(self, other: "Item") -> None:
        """Take over what the hub offers by now under the same name."""
        self.revision, self.files, self.anew = other.revision, other.files, other.anew
        download = other.download
        self.change(total_bytes=download.total_bytes, file_name=download.file_name)

    def follow(self, old_folder: Path, new_folder: Path) -> None:
        """Name the files where they have moved to."""
        paths = tuple(
            new_folder / path.relative_to(old_folder) if path.is_relative_to(old_folder) else path
            for path in self.download.paths
        )
        self.change(paths=paths, path=paths[0] if paths else None)

    def saved(self) -> SavedDownload | None:
        """Return what the next program has to know; None for what is done."""
        download = self.download
        if download.state == "done":
            return None
        failed = download.state == "failed"
        return SavedDownload(
            repo_id=download.repo_id,
            revision=self.revision,
            quant=download.quant,
            name=download.name,
            files=self.files,
            state="failed" if failed else "paused" if download.state == "paused" else "wanted",
            code=download.error.code if failed and download.error else None,
            sentence=download.error.sentence if failed and download.error else "",
        )

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of Download
        """Replace the value."""
        self.download = replace(self.download, **fields)

    def take(self, event: Progress | Notice | Settled, now_s: float) -> bool:
        """Learn from the child; return whether the next program has to know it too."""
        match event:
            case Progress():
                self._take_progress(event, now_s)
            case Notice():
                self.change(notice=event.sentence)
            case Settled():
                self.revision, self.files = event.revision, event.files
                self.change(
                    total_bytes=sum(file.size_bytes for file in event.files),
                    file_name=_first_name(event.files),
                )
                return True
        return False

    def _take_progress(self, event: Progress, now_s: float) -> None:
        if event.fetched_bytes:
            self.rests = self.crashes = 0
        rate = self.rate.add(now_s, event.fetched_bytes)
        self.change(
            state=event.phase,
            received_bytes=event.received_bytes,
            total_bytes=event.total_bytes,
            verified_bytes=event.verified_bytes,
            fetched_bytes=self.fetched_before_bytes + event.fetched_bytes,
            rate_bytes_per_s=rate if event.phase == "running" else 0.0,
            error=None,
        )


def _first_name(files: Sequence[RemoteFile] | Sequence[WantedFile]) -> str:
    return PurePosixPath(files[0].path).name if files else ""
