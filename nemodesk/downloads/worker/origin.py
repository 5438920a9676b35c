# SPDX-License-Identifier: Apache-2.0
"""Where a model's files come from: the hub, one connection at a time. It keeps no bytes.

Files are fetched by plain HTTP, from Xet-backed repositories too: the hub serves these through a
bridge that knows ranges and ETags. hf_xet writes a file as a whole, can neither be told to slow
down nor to fetch a range for a repair, and begins anew after a pause (unslothai/unsloth's
download window says so to its users). It would be faster only where it finds blocks that it has
fetched before.
"""

import contextlib
from collections.abc import Generator, Iterator
from functools import cached_property

import httpx2

from nemodesk.catalog.offers.offer import Offer, RemoteFile
from nemodesk.downloads.protocol import WantedFile
from nemodesk.downloads.worker.http_answer import Answer, Wish, judge
from nemodesk.errors import NetworkError, NotFoundError
from nemodesk.hub.failures import (
    answer_error,
    connection_error,
    retry_after_s,
    web_page_error,
)
from nemodesk.hub.hub import Hub

_CONNECT_S = 10.0
_HTTP_ERRORS = 400
_RANGE_IS_WRONG = 416
_TOO_MANY = 429
_BUSY = frozenset({408, 425, _TOO_MANY, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""What may be over in a moment; 520 and above are those of content delivery networks."""


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

    Attributes:
        revision: the hub's commit.
    """

    def __init__(self, hub: Hub, repo_id: str, revision: str) -> None:
        self.revision = revision
        self._hub = hub
        self._repo_id = repo_id

    def files_of(self, quant_name: str) -> tuple[WantedFile, ...]:
        """Ask what the files of a choice are now, and take the newest revision for it.

        Raises:
            NetworkError: the hub does not say.
            NotFoundError: there is no such model or choice any longer.
        """
        offer = self._offer()
        quant = offer.quant(quant_name)
        if quant is None:
            there = ", ".join(quant.name for quant in offer.quants)
            raise NotFoundError(
                f"{self._repo_id} has no “{quant_name}”. Choose one of these: {there}."
            )
        self.revision = offer.revision
        return tuple(wanted(file) for file in quant.files)

    def ask_again(self, path: str) -> WantedFile:
        """Ask what a file is now. Raises as `files_of`."""
        offer = self._offer()
        for quant in offer.quants:
            for file in quant.files:
                if file.path == path:
                    self.revision = offer.revision
                    return wanted(file)
        raise NotFoundError(
            f"{self._repo_id} no longer has the file {path}. Search for the model again and choose "
            "another file."
        )

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
        offer = Offer(repo_id=self._repo_id, name=self._repo_id, revision=self.revision)
        file = RemoteFile(path=path, size_bytes=wish.size_bytes, sha256=wish.sha256)
        source = self._hub.source(offer, file)
        headers = {**source.headers, **wish.headers()}
        timeout = httpx2.Timeout(stall_s, connect=min(_CONNECT_S, stall_s))
        try:
            with self._client.stream(
                "GET", source.url, headers=headers, timeout=timeout
            ) as response:
                self._raise_for_status(response, path)
                earlier = [redirect.headers for redirect in response.history]
                answer = judge(response.status_code, response.headers, earlier, wish)
                yield answer, response.iter_raw()
        except (httpx2.TransportError, httpx2.TooManyRedirects, httpx2.InvalidURL) as error:
            trouble = connection_error(error, self._hub.surroundings)
            raise PassingTroubleError(
                UnreachableError(trouble.sentence, detail=trouble.detail)
            ) from error

    def _offer(self) -> Offer:
        try:
            return self._hub.offer(self._repo_id)
        except NetworkError as error:
            if isinstance(error.__cause__, httpx2.TransportError):
                raise UnreachableError(error.sentence, detail=error.detail) from error
            raise

    @cached_property
    def _client(self) -> httpx2.Client:
        # One for all connections; it ends with the process.
        return self._hub.client()

    def _raise_for_status(self, response: httpx2.Response, path: str) -> None:
        status, surroundings = response.status_code, self._hub.surroundings
        if status < _HTTP_ERRORS:
            if response.headers.get("content-type", "").lower().startswith("text/html"):
                page = web_page_error(surroundings, from_host=response.url.host)
                raise PassingTroubleError(page)
            return
        if status == _RANGE_IS_WRONG:
            return
        error = answer_error(response, surroundings, repo_id=self._repo_id, path=path)
        if status in _BUSY and isinstance(error, NetworkError):
            happening = (
                "The hub has had too many requests from here."
                if status == _TOO_MANY
                else "The hub has a problem of its own."
            )
            raise PassingTroubleError(error, happening, retry_after_s(response.headers) or 0.0)
        raise error
