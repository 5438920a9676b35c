# SPDX-License-Identifier: Apache-2.0
"""Says in one sentence why the hub could not be asked or did not answer. It makes no request.

No key and no address with a password in it gets into a sentence or a detail.
"""

import errno
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Protocol

from nemodesk.errors import NemodeskError, NetworkError, NotFoundError
from nemodesk.hub.surroundings import Surroundings

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}
_NO_SEARCH = {404, 405, 501}
"""Mirrors such as olah have files but no list of them."""
# OpenSSL: x509_vfy.h, X509_V_ERR_...
_NOT_VALID_TODAY = {9, 10}  # CERT_NOT_YET_VALID, CERT_HAS_EXPIRED
_OTHER_COMPUTER = {62, 64}  # HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH
_MINUTE_S = 60
_LONGEST_WAIT_S = 24 * 3600
_RATE_LIMIT = re.compile(r"\br=0;.*?\bt=(?P<seconds>\d+)")
_LONGEST_DETAIL = 500
_QUERY = re.compile(r"\?[^\s'\">]*")
_PASSWORD = re.compile(r"//[^/\s@]+@")


class GatedError(NetworkError):
    """The licence of a repository must be accepted first.

    Attributes:
        page_url: where that is done.
    """

    def __init__(self, sentence: str, *, page_url: str, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.page_url = page_url


class Answer(Protocol):
    """What is needed of an answer that is no success."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, whose names may be written in any case."""
        ...


def offline_error() -> NetworkError:
    """Return the error for a question in offline mode."""
    return NetworkError(
        "Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to "
        "search for models or to download them."
    )


def connection_error(error: Exception, surroundings: Surroundings) -> NetworkError:
    """Return the error for an exception of the HTTP client or of the system below it."""
    sentence = _connection_sentence(error, surroundings)
    return NetworkError(sentence, detail=bare_detail(error, surroundings))


def answer_error(
    answer: Answer, surroundings: Surroundings, *, repo_id: str = "", path: str = ""
) -> NemodeskError:
    """Return the error for an answer that is no success.

    Args:
        answer: what came.
        surroundings: whose answer it is.
        repo_id: the repository that was asked for; empty for a search.
        path: the file that was asked for.
    """
    status, code = answer.status_code, answer.headers.get("X-Error-Code", "")
    detail = f"HTTP {status} {code}".strip()
    if code == "GatedRepo":
        return _gated(surroundings, repo_id, detail)
    if code in {"EntryNotFound", "RevisionNotFound"}:
        return NotFoundError(
            f"{repo_id} no longer has the file {path}. Search for the model again and choose "
            "another file.",
            detail=detail,
        )
    if _is_key_refused(answer, surroundings):
        return NetworkError(
            f"{surroundings.host} does not accept the key in HF_TOKEN. Make a new one at "
            f"{surroundings.page('settings', 'tokens')}, or remove HF_TOKEN.",
            detail=detail,
        )
    if not repo_id and (status in _NO_SEARCH or code == "RepoNotFound"):
        return NetworkError(
            f"{surroundings.host} cannot search. Give the full name of a model instead, as in "
            "OWNER/NAME.",
            detail=detail,
        )
    if repo_id and (status in {401, 404} or code == "RepoNotFound"):
        return NotFoundError(
            f"There is no model {repo_id} at {surroundings.host}, or it is private. Check its "
            "name.",
            detail=detail,
        )
    return NetworkError(_status_sentence(answer, surroundings), detail=detail)


def web_page_error(surroundings: Surroundings, *, from_host: str) -> NetworkError:
    """Return the error for a web page in the place of an answer, such as a hotel's sign-in."""
    return NetworkError(
        f"Instead of {surroundings.host} a web page answered. If this network wants you to sign "
        "in, do that in a browser and try again.",
        detail=f"HTML from {from_host}",
    )


def no_hub_error(surroundings: Surroundings, detail: str) -> NetworkError:
    """Return the error for an answer that no hub gives."""
    return NetworkError(
        f"{surroundings.host} does not answer as a hub does. Try again later, or check "
        "HF_ENDPOINT if you have set it.",
        detail=detail,
    )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long the hub asks to wait; None if it does not say.

    It says so in Retry-After, or in RateLimit as the hub does: `"api";r=0;t=55`.
    """
    text = headers.get("Retry-After", "").strip()
    limit = _RATE_LIMIT.search(headers.get("RateLimit", ""))
    if not text.isdecimal() and limit:
        text = limit["seconds"]
    return min(float(text), _LONGEST_WAIT_S) if text.isascii() and text.isdecimal() else None


def bare_detail(error: Exception, surroundings: Surroundings) -> str:
    """Return the exception for the log, without keys, passwords and signatures of addresses."""
    text = f"{type(error).__name__}: {error}"
    if surroundings.key:
        text = text.replace(surroundings.key, "KEY")
    return _PASSWORD.sub("//", _QUERY.sub("", text))[:_LONGEST_DETAIL]


def _connection_sentence(error: Exception, surroundings: Surroundings) -> str:
    import httpx2  # noqa: PLC0415 - 70 ms that most starts do without

    host = surroundings.host
    if isinstance(error, httpx2.ProxyError):
        return _proxy_sentence(error)
    if isinstance(error, httpx2.TimeoutException | TimeoutError):
        return f"{host} does not answer in time. Check the network and try again."
    for cause in _causes(error):
        if sentence := _cause_sentence(cause, surroundings):
            return sentence
    if isinstance(error, httpx2.ConnectError):
        return (
            f"{host} cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if "
            "you have set them, and try again."
        )
    if isinstance(
        error,
        httpx2.TooManyRedirects
        | httpx2.UnsupportedProtocol
        | httpx2.InvalidURL
        | httpx2.DecodingError,
    ):
        return no_hub_error(surroundings, "").sentence
    return f"The connection to {host} broke off. Try again."


def _cause_sentence(cause: BaseException, surroundings: Surroundings) -> str:
    """Say what the system below the client said; empty if that tells nothing."""
    host = surroundings.host
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate_sentence(cause, surroundings)
    if isinstance(cause, ssl.SSLError):
        return (
            f"No secure connection to {host} can be made. Check HTTPS_PROXY and HF_ENDPOINT if "
            "you have set them, and try again."
        )
    if isinstance(cause, socket.gaierror):
        return (
            f"The name {host} cannot be found. Check that this computer is connected to the "
            "internet, and try again."
        )
    if isinstance(cause, OSError) and cause.errno in _UNREACHABLE:
        return "This computer is not connected to the internet. Connect it and try again."
    return ""


def _certificate_sentence(error: ssl.SSLCertVerificationError, surroundings: Surroundings) -> str:
    host = surroundings.host
    if error.verify_code in _NOT_VALID_TODAY:
        return (
            f"The certificate of {host} is not valid today. Check date and time of this computer."
        )
    if error.verify_code in _OTHER_COMPUTER:
        return f"The certificate shown belongs to another computer than {host}. Check HF_ENDPOINT."
    if surroundings.certificates:
        return (
            f"No authority in {surroundings.certificates} (SSL_CERT_FILE) vouches for {host}. Add "
            "the one of this network, or remove SSL_CERT_FILE to trust the system's."
        )
    return (
        f"No authority that this computer trusts vouches for {host}. If the network inspects "
        "connections, set SSL_CERT_FILE to the file with its certificate authority."
    )


def _proxy_sentence(error: Exception) -> str:
    # WORKAROUND the client has no other sign of what the proxy said (httpcore2 2.16,
    # http_proxy.py: "407 Proxy Authentication Required") - remove when it has.
    if str(error).startswith("407") or "username" in str(error):
        return _PROXY_KEY
    return "The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY."


_PROXY_KEY = (
    "The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as "
    "http://NAME:PASSWORD@HOST:PORT."
)


def _gated(surroundings: Surroundings, repo_id: str, detail: str) -> GatedError:
    page = surroundings.page(repo_id)
    if surroundings.key:
        sentence = (
            f"The account of your HF_TOKEN may not use {repo_id} yet. Accept its licence at "
            f"{page}, and try again once access is granted."
        )
    else:
        sentence = (
            f"The makers of {repo_id} want you to accept its licence first. Do that at {page}, "
            "then set HF_TOKEN to a key of your account."
        )
    return GatedError(sentence, page_url=page, detail=detail)


def _is_key_refused(answer: Answer, surroundings: Surroundings) -> bool:
    # The hub says 401 for a key that it does not know; for a repository that a known key may
    # not see, it says 404 (huggingface_hub: hf_raise_for_status).
    return bool(surroundings.key) and answer.status_code == 401  # noqa: PLR2004


def _status_sentence(answer: Answer, surroundings: Surroundings) -> str:
    status, host = answer.status_code, surroundings.host
    if status == 407:  # noqa: PLR2004
        return _PROXY_KEY
    if status == 511:  # noqa: PLR2004
        return web_page_error(surroundings, from_host=host).sentence
    if status == 429:  # noqa: PLR2004
        return f"{host} has had too many questions from here. Try again {_later(answer)}."
    if status >= 500:  # noqa: PLR2004
        return f"{host} has a problem of its own (status {status}). Try again in some minutes."
    if status in {401, 403}:
        return (
            f"{host} does not give access (status {status}). Check HF_TOKEN if you have set it, or "
            "choose another model."
        )
    return no_hub_error(surroundings, "").sentence


def _later(answer: Answer) -> str:
    seconds = retry_after_s(answer.headers)
    if seconds is None:
        return "in some minutes"
    if seconds <= _MINUTE_S:
        return f"in {max(seconds, 1):.0f} seconds"
    return f"in {seconds / _MINUTE_S:.0f} minutes"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what led to it, first the outermost."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
