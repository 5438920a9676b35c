# SPDX-License-Identifier: Apache-2.0
"""Fetches all files of one model and puts them in their place together. It speaks to no pipe."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from nemodesk.catalog.safe_paths import safe_relative_path
from nemodesk.downloads.disk import check_room, disk_error
from nemodesk.downloads.journal import FileIdentity
from nemodesk.downloads.part import Part, part_path, received_bytes, remove_part
from nemodesk.downloads.protocol import (
    AnyEvent,
    Arrived,
    Fetch,
    Notice,
    Progress,
    Settled,
    WantedFile,
)
from nemodesk.downloads.worker.arrival import put_in_place
from nemodesk.downloads.worker.fetching import FileFetch
from nemodesk.downloads.worker.origin import Origin
from nemodesk.downloads.worker.repair import make_right
from nemodesk.downloads.worker.throttle import Throttle
from nemodesk.errors import ModelFileError, NetworkError
from nemodesk.file_lock import FileLock

_READ_BYTES = 1 << 20
_LOCK_LOOK_S = 0.5


class Job:
    """Does what one Fetch asks for.

    Args:
        emit: takes the events.
        origin: where the files come from.
    """

    def __init__(self, wish: Fetch, emit: Callable[[AnyEvent], None], origin: Origin) -> None:
        self._wish = wish
        self._emit = emit
        self._origin = origin
        self._models_folder = Path(wish.models_folder)
        self._throttle = Throttle(wish.rate_limit)
        self._files = wish.files
        self._sizes = [file.size_bytes for file in wish.files]
        self._before_bytes = 0
        self._fetched_before_bytes = 0
        self._looked_at_bytes = 0
        self._current: FileFetch | None = None
        self._notice = ""
        self._never = threading.Event()

    def limit_rate(self, bytes_per_s: float | None) -> None:
        """Change the speed. Thread: any."""
        self._throttle.limit(bytes_per_s)

    def flush(self) -> None:
        """Write down what has come. Thread: any."""
        current = self._current
        if current is not None:
            current.part.flush()

    def progress(self) -> Progress:
        """Say how far it is. Thread: any."""
        current = self._current
        received, verified = 0, self._looked_at_bytes
        fetched = self._fetched_before_bytes
        is_fetching = True
        if current is not None:
            received = current.part.received_bytes
            verified = current.hasher.hashed_bytes if current.hasher else 0
            fetched += current.fetched_bytes
            is_fetching = received < current.part.identity.size_bytes
        elif verified:
            is_fetching = False
        return Progress(
            received_bytes=self._before_bytes + received,
            total_bytes=sum(self._sizes),
            verified_bytes=self._before_bytes + verified,
            fetched_bytes=fetched,
            phase="running" if is_fetching else "verifying",
        )

    def run(self) -> Arrived:
        """Fetch everything.

        Raises:
            NemodeskError: what went wrong, in a sentence.
        """
        try:
            with ExitStack() as held:
                return self._fetch_all(held)
        except OSError as error:
            raise disk_error(error, self._models_folder) from error

    def _fetch_all(self, held: ExitStack) -> Arrived:
        wish = self._wish
        if not wish.revision:
            self._files = self._origin.files_of(wish.quant)
            self._sizes = [file.size_bytes for file in self._files]
            self._emit(Settled(revision=self._origin.revision, files=self._files))
        targets = [_target(self._models_folder, wish.repo_id, file) for file in self._files]
        for file in self._files:
            self._lock(file, held)
        sums = [
            "" if wish.anew else self._sum_if_there(file, target)
            for file, target in zip(self._files, targets, strict=True)
        ]
        self._check_room(sums)
        arrivals: list[tuple[Part, Path]] = []
        for index, (file, target) in enumerate(zip(self._files, targets, strict=True)):
            if not sums[index]:
                part, sums[index] = self._fetch_file(index, file)
                held.callback(part.close)
                arrivals.append((part, target))
            self._before_bytes += self._sizes[index]
        put_in_place(self._models_folder, arrivals)
        return Arrived(
            paths=tuple(str(target) for target in targets),
            sha256s=tuple(sums),
            revision=self._origin.revision,
            fetched_bytes=self._fetched_before_bytes,
        )

    def _lock(self, file: WantedFile, held: ExitStack) -> None:
        """Keep other processes from the file, or wait until they have done with it."""
        path = part_path(self._models_folder, self._wish.repo_id, file.path, ".lock")
        while (lock := FileLock.try_lock(path)) is None:
            self._say("Another NemoDesk is fetching this model. This one waits for it.")
            self._never.wait(_LOCK_LOOK_S)
        self._say("")
        held.callback(lock.release)

    def _sum_if_there(self, file: WantedFile, target: Path) -> str:
        """Return the hash of a file that is in its place and right; otherwise nothing."""
        if not target.is_file() or target.stat().st_size != file.size_bytes:
            return ""
        digest = hashlib.sha256()
        with target.open("rb", buffering=0) as opened:
            while data := opened.read(_READ_BYTES):
                digest.update(data)
                self._looked_at_bytes += len(data)
        self._looked_at_bytes = 0
        found = digest.hexdigest()
        return found if not file.sha256 or found == file.sha256 else ""

    def _check_room(self, sums: list[str]) -> None:
        """Look for room for all files together, before the first of them."""
        needed_bytes = 0
        for file, found in zip(self._files, sums, strict=True):
            if not found:
                came = received_bytes(self._models_folder, self._wish.repo_id, file.path)
                needed_bytes += max(file.size_bytes - came, 0)
        check_room(self._models_folder, needed_bytes)

    def _fetch_file(self, index: int, file: WantedFile) -> tuple[Part, str]:
        wish = self._wish
        identity = FileIdentity(
            repo_id=wish.repo_id,
            path=file.path,
            revision=self._origin.revision,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
        )
        part = Part(self._models_folder, identity)
        fetch = FileFetch(
            part,
            self._origin,
            patience=wish.patience,
            throttle=self._throttle,
            say=self._say,
        )
        self._current = fetch
        try:
            found = make_right(fetch, fetch.fetch(), self._say)
        except BaseException as error:
            part.close()
            if isinstance(error, ModelFileError):
                remove_part(self._models_folder, wish.repo_id, file.path)
            raise
        finally:
            self._sizes[index] = part.identity.size_bytes
            self._tell_changes(index, part.identity)
            self._fetched_before_bytes += fetch.fetched_bytes
            self._current = None
        return part, found

    def _tell_changes(self, index: int, identity: FileIdentity) -> None:
        """Let the owner know if the hub has changed the file meanwhile."""
        now = WantedFile(path=identity.path, size_bytes=identity.size_bytes, sha256=identity.sha256)
        if now != self._files[index]:
            self._files = (*self._files[:index], now, *self._files[index + 1 :])
            self._emit(Settled(revision=self._origin.revision, files=self._files))

    def _say(self, sentence: str) -> None:
        if sentence != self._notice:
            self._notice = sentence
            self._emit(Notice(sentence=sentence))


def _target(models_folder: Path, repo_id: str, file: WantedFile) -> Path:
    relative = safe_relative_path(f"{repo_id}/{file.path}")
    if relative is None:
        raise ModelFileError(
            "The hub gives this file a name that would lie outside the folder for models, or that "
            "no disk can hold. Choose another model.",
            detail=repr(file.path),
        )
    if file.size_bytes <= 0:
        raise NetworkError(
            f"The hub does not say how large {relative.name} is, so it cannot be checked. Choose "
            "another file.",
            detail=repr(file),
        )
    return models_folder.joinpath(*relative.parts)
