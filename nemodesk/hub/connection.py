# SPDX-License-Identifier: Apache-2.0
"""Asks the hub one thing after the other over HTTP, within limits of time and size.

It knows no documents; `answers` does. Certificates are those that the system trusts (on Windows
and macOS through `truststore`) unless SSL_CERT_FILE names others; proxies are the system's or the
environment's. The key goes to the hub's own address only, never along with a redirect elsewhere.
"""

import logging
import ssl
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from nemodesk import __version__
from nemodesk.errors import NetworkError
from nemodesk.hub.failures import (
    answer_error,
    connection_error,
    no_hub_error,
    offline_error,
    web_page_error,
)
from nemodesk.hub.surroundings import Surroundings
from nemodesk.structs import decode

if TYPE_CHECKING:
    import httpx2

Query = Mapping[str, str | int | Sequence[str]]
T = TypeVar("T")

_CONNECT_TIMEOUT_S = 10.0
_SILENCE_TIMEOUT_S = 20.0
_LONGEST_ANSWER_S = 60.0
"""A guess: for a whole document, however slowly it trickles."""
_LARGEST_ANSWER_BYTES = 32 << 20
"""A guess; the description of a repository with 10,000 files has some 3 MB."""
_PIECE_BYTES = 1 << 16
_SUCCESS = range(200, 300)
_PARTIAL = 206
_BEYOND_THE_END = 416


class Connection:
    """Makes sessions with the hub. It can be shared between threads."""

    def __init__(
        self, surroundings: Surroundings, *, silence_timeout_s: float = _SILENCE_TIMEOUT_S
    ) -> None:
        self.surroundings = surroundings
        self._silence_timeout_s = silence_timeout_s

    @contextmanager
    def open(self) -> Generator["Session"]:
        """Give a session, whose connections are closed at its end."""
        with self.client() as client:
            yield Session(client, self.surroundings)

    def client(self) -> "httpx2.Client":
        """Return an HTTP client for the hub; the caller closes it.

        Raises:
            NetworkError: offline mode is on, or the environment makes no sense.
        """
        if self.surroundings.is_offline:
            raise offline_error()
        import httpx2  # noqa: PLC0415 - 70 ms that most starts do without

        # They would write down what people search for, and signed addresses.
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        try:
            return httpx2.Client(
                # Not huggingface_hub's headers: to make them it asks the hub a question of its own.
                headers={"User-Agent": f"nemodesk/{__version__}"},
                follow_redirects=True,
                proxy=self.surroundings.proxy or None,
                timeout=httpx2.Timeout(self._silence_timeout_s, connect=_CONNECT_TIMEOUT_S),
            )
        except (OSError, ssl.SSLError) as error:
            raise NetworkError(
                f"The certificate authorities in {self.surroundings.certificates} cannot be read. "
                "Check SSL_CERT_FILE, or remove it.",
                detail=repr(error),
            ) from error
        except (ValueError, ImportError, httpx2.InvalidURL) as error:
            # Its text may hold the proxy's password.
            name = "The setting hub.proxy" if self.surroundings.proxy else "HTTPS_PROXY"
            raise NetworkError(
                f"{name} does not hold the address of a proxy. Write it as http://HOST:PORT, or "
                "remove it.",
                detail=type(error).__name__,
            ) from None


class Session:
    """Some questions in a row. Its methods may be called from several threads."""

    def __init__(self, client: "httpx2.Client", surroundings: Surroundings) -> None:
        self._client = client
        self._surroundings = surroundings

    def document(
        self, path: str, kind: type[T], *, query: Query | None = None, repo_id: str = ""
    ) -> T:
        """Return the JSON document at this path of the API.

        Raises:
            NetworkError: the hub cannot be reached, refuses, or answers with something else.
            NotFoundError: the repository does not exist.
        """
        address = f"{self._surroundings.endpoint}{path}"
        return self._page(address, kind, query=query, repo_id=repo_id)[0]

    def pages(
        self, path: str, kind: type[T], *, query: Query | None = None, repo_id: str = ""
    ) -> Iterator[T]:
        """Yield the pages of a list; the next one is asked for when it is wanted."""
        address = f"{self._surroundings.endpoint}{path}"
        seen: set[str] = set()
        while address and address not in seen:
            seen.add(address)
            page, address = self._page(address, kind, query=query, repo_id=repo_id)
            query = None
            yield page

    def bytes_of(
        self, address: str, *, start: int, length: int, repo_id: str, path: str
    ) -> "Range":
        """Return some bytes of a file. Where ranges are not served, it begins at its beginning.

        Raises:
            NetworkError, NotFoundError: as for `document`.
        """
        headers = {
            "Range": f"bytes={start}-{start + length - 1}",
            "Accept-Encoding": "identity",
        }
        with self._answer(address, headers=headers) as answer:
            status = answer.status_code
            if status == _BEYOND_THE_END:
                return Range(b"", is_partial=True, etag="")
            if status not in _SUCCESS:
                raise answer_error(answer, self._surroundings, repo_id=repo_id, path=path)
            self._refuse_web_page(answer)
            is_partial = status == _PARTIAL
            most_bytes = length if is_partial else start + length
            content = b"".join(_pieces(answer, most_bytes=most_bytes))[:most_bytes]
            first = answer.history[0] if answer.history else answer
            etag = first.headers.get("X-Linked-Etag") or first.headers.get("ETag", "")
            return Range(content, is_partial=is_partial, etag=etag.removeprefix("W/").strip('"'))

    def _page(
        self, address: str, kind: type[T], *, query: Query | None, repo_id: str
    ) -> tuple[T, str]:
        """Return a document, and the address of the next page or nothing."""
        with self._answer(address, query=query) as answer:
            if answer.status_code not in _SUCCESS:
                raise answer_error(answer, self._surroundings, repo_id=repo_id)
            self._refuse_web_page(answer)
            content = b"".join(_pieces(answer, most_bytes=_LARGEST_ANSWER_BYTES + 1))
            next_address = self._next(answer)
        if len(content) > _LARGEST_ANSWER_BYTES:
            raise no_hub_error(self._surroundings, f"more than {_LARGEST_ANSWER_BYTES} bytes")
        try:
            return decode(content, kind), next_address
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise no_hub_error(self._surroundings, repr(error)) from error

    @contextmanager
    def _answer(
        self,
        address: str,
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Generator["httpx2.Response"]:
        """Ask, and give the answer before its body has come."""
        import httpx2  # noqa: PLC0415 - see Connection.client

        key = self._surroundings.key
        all_headers = dict(headers or {})
        if key:
            all_headers["Authorization"] = f"Bearer {key}"
        params = None if query is None else httpx2.QueryParams(dict(query))
        try:
            request = self._client.build_request("GET", address, params=params, headers=all_headers)
            answer = self._send(request)
            try:
                yield answer
            finally:
                answer.close()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise connection_error(error, self._surroundings) from error

    def _send(self, request: "httpx2.Request") -> "httpx2.Response":
        import httpx2  # noqa: PLC0415 - see Connection.client

        try:
            return self._client.send(request, stream=True)
        except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
            # Servers close idle connections at any time; a fresh one decides.
            return self._client.send(request, stream=True)

    def _next(self, answer: "httpx2.Response") -> str:
        """Return the address of the next page if it is the same hub's."""
        address = str(answer.links.get("next", {}).get("url", ""))
        try:
            here, there = urlsplit(self._surroundings.endpoint), urlsplit(address)
        except ValueError:
            return ""
        return address if (here.scheme, here.netloc) == (there.scheme, there.netloc) else ""

    def _refuse_web_page(self, answer: "httpx2.Response") -> None:
        if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
            raise web_page_error(self._surroundings, from_host=answer.url.host)


class Range(msgspec.Struct, frozen=True):
    """Some bytes of a file.

    Attributes:
        content: fewer bytes than asked for mean that the file ends there.
        is_partial: they begin where they were asked for; else at the beginning of the file.
        etag: which content the whole file has; for large files its SHA-256.
    """

    content: bytes
    is_partial: bool
    etag: str


def _pieces(answer: "httpx2.Response", *, most_bytes: int) -> Iterator[bytes]:
    """Yield what comes until it is enough."""
    deadline = time.monotonic() + _LONGEST_ANSWER_S
    received = 0
    for piece in answer.iter_bytes(_PIECE_BYTES):
        yield piece
        received += len(piece)
        if received >= most_bytes:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{received} bytes in {_LONGEST_ANSWER_S} s")
