# SPDX-License-Identifier: Apache-2.0
"""Brings one file to its part, whatever the network and the server do meanwhile.

A connection that ends is begun again where it ended; the wait before that grows. It judges no
hash: `repair.py` does.
"""

import itertools
import random
import threading
from collections.abc import Callable, Iterator

from nemodesk.downloads.disk import check_room
from nemodesk.downloads.journal import BLOCK_BYTES, FileIdentity
from nemodesk.downloads.part import Part
from nemodesk.downloads.protocol import Patience
from nemodesk.downloads.worker.hashing import Hasher
from nemodesk.downloads.worker.http_answer import ChangedFileError, Wish, WrongAnswerError
from nemodesk.downloads.worker.origin import Origin, PassingTroubleError
from nemodesk.downloads.worker.throttle import Throttle
from nemodesk.errors import NetworkError

_LARGEST_ANSWER_BYTES = 8 << 30
"""Larger files are asked for in parts: the hub gives no more than 50 GB in one answer
(huggingface_hub: constants.MAX_HTTP_DOWNLOAD_SIZE)."""
_MOST_CHANGES = 2
_JITTER = 0.25
_HASHER_LOOK_S = 1.0


class FileFetch:
    """Fetches one file.

    Args:
        say: takes a sentence about what is going on; an empty one takes it back.

    Attributes:
        fetched_bytes: what has come over the network.
        hasher: None before the first byte is wanted.
        refuses_ranges: the server sends whole files only.
    """

    def __init__(
        self,
        part: Part,
        origin: Origin,
        *,
        patience: Patience,
        throttle: Throttle,
        say: Callable[[str], None],
    ) -> None:
        self.part = part
        self.fetched_bytes = 0
        self.hasher: Hasher | None = None
        self.refuses_ranges = False
        self._origin = origin
        self._patience = patience
        self._throttle = throttle
        self._say = say
        # Nothing sets it: the process ends while it waits, if nobody wants the file any longer.
        self._never = threading.Event()

    def fetch(self) -> Hasher:
        """Fetch what is missing; return the hasher, which has seen the whole file.

        Raises:
            NetworkError, NotFoundError: the hub does not give the file.
            StorageError, OSError: the disk refuses.
        """
        for change in itertools.count(1):
            self.hasher = Hasher(self.part)
            try:
                self._fetch_until_hashed(self.hasher)
            except ChangedFileError as error:
                self._start_over(error, change)
            else:
                return self.hasher
            finally:
                self.hasher.stop()
        raise AssertionError

    def fetch_missing(self) -> None:
        """Fetch everything that is missing at the moment. Raises as `fetch`."""
        part = self.part
        while missing := part.missing():
            start, end = missing[0]
            part.seek(start)
            self.receive(start, end, part.append, on_cut=part.mark_cut)

    def receive(
        self,
        start: int,
        end: int,
        take: Callable[[bytes], None],
        on_cut: Callable[[], None] = lambda: None,
    ) -> None:
        """Fetch bytes, in as many connections as it takes, and give them on in order."""
        position, tries = start, 0
        while position < end:
            before = position
            try:
                for data in self._receive_once(
                    position, min(end, position + _LARGEST_ANSWER_BYTES)
                ):
                    take(data)
                    position += len(data)
                continue
            except WrongAnswerError as error:
                trouble = PassingTroubleError(_senseless(error))
            except PassingTroubleError as error:
                trouble = error
            on_cut()
            if position - before >= BLOCK_BYTES:
                # It went well for a while: nothing speaks for waiting.
                tries = 0
                continue
            tries = 1 if position > before else tries + 1
            if tries >= self._patience.tries:
                raise trouble.error from trouble
            self._wait(tries, trouble)

    def _fetch_until_hashed(self, hasher: Hasher) -> None:
        while True:
            self.fetch_missing()
            if hasher.wait(_HASHER_LOOK_S) and not self.part.missing():
                return

    def _receive_once(self, start: int, end: int) -> Iterator[bytes]:
        """Yield what one connection brings of the bytes that were asked for.

        Raises:
            PassingTroubleError, WrongAnswerError: try again.
            ChangedFileError: it is another file.
            NetworkError, NotFoundError: trying again is of no use.
        """
        part = self.part
        identity = part.identity
        wish = Wish(
            start=start,
            end=end,
            size_bytes=identity.size_bytes,
            sha256=identity.sha256,
            etag=part.etag,
        )
        with self._origin.open(identity.path, wish, stall_s=self._patience.stall_s) as opened:
            answer, chunks = opened
            has_new_name = bool(wish.etag) and answer.etag != wish.etag and start > answer.start
            part.learn_etag(answer.etag)
            if has_new_name and not self.refuses_ranges:
                # The server calls the same file by another name now; by this one it may give
                # the bytes that are missing, without the ones before.
                self.refuses_ranges = True
                return
            self.refuses_ranges = start > answer.start
            position = answer.start
            self._say("")
            for chunk in chunks:
                self.fetched_bytes += len(chunk)
                self._throttle.take(len(chunk))
                useful = chunk[max(start - position, 0) : end - position]
                position += len(chunk)
                if useful:
                    yield useful
                if position >= end:
                    return
            if position < answer.end:
                raise WrongAnswerError(f"the answer ended after byte {position} of {answer.end}")

    def _start_over(self, error: ChangedFileError, change: int) -> None:
        """Take the hub's new file for the old one."""
        before = self.part.identity
        name = before.path.rpartition("/")[2]
        if change > _MOST_CHANGES:
            raise NetworkError(
                f"The hub keeps changing the file {name} while it is fetched. Try again later.",
                detail=str(error),
            ) from error
        found = self._origin.ask_again(before.path)
        identity = FileIdentity(
            repo_id=before.repo_id,
            path=before.path,
            revision=self._origin.revision,
            size_bytes=found.size_bytes,
            sha256=found.sha256,
        )
        check_room(self.part.path.parent, identity.size_bytes - self.part.received_bytes)
        self.part.restart(identity)
        self._say(f"The file {name} has changed at the hub. It is fetched from the beginning.")

    def _wait(self, tries: int, trouble: PassingTroubleError) -> None:
        patience = self._patience
        if trouble.retry_after_s > patience.longest_asked_s:
            raise trouble.error from trouble
        wait_s = min(patience.first_wait_s * 2 ** (tries - 1), patience.longest_wait_s)
        # Many programs that lost the same server must not come back at the same moment.
        wait_s *= 1 + random.uniform(-_JITTER, _JITTER)  # noqa: S311 - no secret
        wait_s = max(wait_s, trouble.retry_after_s)
        self._say(f"{trouble.happening} Trying again in {max(round(wait_s), 1)} s.")
        self._never.wait(wait_s)


def _senseless(error: WrongAnswerError) -> NetworkError:
    return NetworkError(
        "The hub's answers make no sense: another program may stand between, such as the sign-in "
        "page of a wireless network. Open a web page to see, then try again.",
        detail=str(error),
    )
