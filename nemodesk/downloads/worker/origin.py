# SPDX-License-Identifier: Apache-2.0
"""Where a model's files come from: the hub, one connection at a time. It keeps no bytes.

Files are fetched by plain HTTP, from Xet-backed repositories too: the hub serves these through a
bridge that knows ranges and ETags. hf_xet writes a file as a whole, can neither be told to slow
down nor to fetch a range for a repair, and begins anew after a pause (unslothai/unsloth's
download window says so to its users). It would be faster only where it finds blocks that it has
fetched before.
"""

import contextlib
from collections.abc import Callable, Generator, Iterator

import httpx2
from huggingface_hub import hf_hub_url
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import (
    build_hf_headers,  # pyright: ignore[reportUnknownVariableType]
    get_session,
)

from nemodesk.catalog.offers import Offer, RemoteFile
from nemodesk.downloads.protocol import WantedFile
from nemodesk.downloads.worker.http_answer import Answer, Wish, judge
from nemodesk.downloads.worker.refusal import BUSY, busy, refusal
from nemodesk.errors import NetworkError, NotFoundError

_CONNECT_S = 10.0
_HTTP_ERRORS = 400
_RANGE_IS_WRONG = 416


def wanted(file: RemoteFile) -> WantedFile:
    """Return a file of an offer as the protocol has it."""
    return WantedFile(path=file.path, size_bytes=file.size_bytes, sha256=file.sha256)


class UnreachableError(NetworkError):
    """The hub cannot be reached at all; it may go on by itself when the network is back."""


class PassingTroubleError(Exception):
    """Trying again may help.

    Attributes:
        error: what it is called when it did not help.
        happening: what has happened, as a sentence.
        retry_after_s: how long the server wants to be left alone.
    """

    def __init__(self, error: NetworkError, happening: str = "", retry_after_s: float = 0) -> None:
        super().__init__(error.sentence)
        self.error = error
        self.happening = happening or "The connection to the hub was interrupted."
        self.retry_after_s = retry_after_s


class Origin:
    """The files of one repository of the hub.

    Args:
        ask: says what a repository has now; raises as `Hub.offer`.

    Attributes:
        revision: the hub's commit.
    """

    def __init__(self, repo_id: str, revision: str, ask: Callable[[str], Offer]) -> None:
        self.revision = revision
        self._repo_id = repo_id
        self._ask = ask

    def files_of(self, quant_name: str) -> tuple[WantedFile, ...]:
        """Ask what the files of a choice are now, and take the newest revision for it.

        Raises:
            NetworkError: the hub does not say.
            NotFoundError: there is no such model or choice any longer.
        """
        offer = self._ask(self._repo_id)
        quant = offer.quant(quant_name)
        if quant is None:
            there = ", ".join(quant.name for quant in offer.quants) or "none"
            raise NotFoundError(
                f"The hub has no {quant_name} of {self._repo_id}. It has: {there}.",
            )
        self.revision = offer.revision
        return tuple(wanted(file) for file in quant.files)

    def ask_again(self, path: str) -> WantedFile:
        """Ask what a file is now. Raises as `files_of`."""
        offer = self._ask(self._repo_id)
        for quant in offer.quants:
            for file in quant.files:
                if file.path == path:
                    self.revision = offer.revision
                    return wanted(file)
        raise refusal(404, {}, repo_id=self._repo_id, path=path)

    @contextlib.contextmanager
    def open(
        self, path: str, wish: Wish, *, stall_s: float
    ) -> Generator[tuple[Answer, Iterator[bytes]]]:
        """Ask for a part of a file; give what the answer is, and its bytes as they come.

        Raises:
            PassingTroubleError: also while the bytes are read.
            NetworkError, NotFoundError: trying again is of no use.
            ChangedFileError, WrongAnswerError: as `judge`.
        """
        url = hf_hub_url(self._repo_id, path, revision=self.revision or "main")
        headers = build_hf_headers() | wish.headers()
        timeout = httpx2.Timeout(stall_s, connect=min(_CONNECT_S, stall_s))
        has_answered = False
        try:
            with get_session().stream("GET", url, headers=headers, timeout=timeout) as response:
                has_answered = True
                self._raise_for_status(response, path)
                earlier = [redirect.headers for redirect in response.history]
                answer = judge(response.status_code, response.headers, earlier, wish)
                yield answer, response.iter_raw()
        except OfflineModeIsEnabled as error:
            raise _offline() from error
        except httpx2.TransportError as error:
            raise PassingTroubleError(_gone(error, has_answered=has_answered)) from error

    def _raise_for_status(self, response: httpx2.Response, path: str) -> None:
        status = response.status_code
        if status in BUSY:
            after = response.headers.get("retry-after", "")
            raise PassingTroubleError(*busy(status), float(after) if after.isdigit() else 0.0)
        if status >= _HTTP_ERRORS and status != _RANGE_IS_WRONG:
            raise refusal(status, response.headers, repo_id=self._repo_id, path=path)


def _gone(error: Exception, *, has_answered: bool) -> NetworkError:
    if has_answered:
        return UnreachableError(
            "The connection to the hub breaks off again and again. What has come is kept; go on "
            "when the network is better.",
            detail=repr(error),
        )
    return UnreachableError(
        "The hub cannot be reached. Check the connection to the internet; what has come is kept.",
        detail=repr(error),
    )


def _offline() -> NetworkError:
    return NetworkError(
        "NemoDesk is in offline mode (HF_HUB_OFFLINE) and fetches nothing. Switch it off to "
        "download."
    )
