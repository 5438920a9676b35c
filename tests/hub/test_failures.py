# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong on the way to the hub ends in one sentence that says what to do."""

import contextlib
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.errors import ErrorCode, NemodeskError, NetworkError, NotFoundError
from nemodesk.hub.connection import Connection
from nemodesk.hub.failures import GatedError, connection_error, retry_after_s
from nemodesk.hub.hub import Hub
from nemodesk.hub.surroundings import DEFAULT_ENDPOINT, Surroundings, read_surroundings
from tests.fakes.hub import FakeHub
from tests.fakes.hub_faults import Answer, Cut, ExtraHeaders, Fault, Stall
from tests.hub.conftest import SMALL

_KEY = "hf_secretsecretsecret"
_PUBLIC = Surroundings()


def _asked(hub: Hub) -> NemodeskError:
    """Search, look at a repository and read a header; return the error of all three."""
    errors: list[NemodeskError] = []
    for ask in (lambda: hub.search("small"), lambda: hub.offer(SMALL)):
        with pytest.raises(NemodeskError) as caught:
            ask()
        errors.append(caught.value)
    assert errors[0].sentence == errors[1].sentence
    assert "\n" not in errors[0].sentence
    assert errors[0].sentence.endswith(".")
    return errors[0]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Answer(500), "has a problem of its own (status 500)"),
        (Answer(503, b"<h1>busy</h1>", {"Content-Type": "text/html"}), "problem of its own"),
        (Answer(429), "Try again in some minutes"),
        (Answer(429, b"", {"Retry-After": "17"}), "Try again in 17 seconds"),
        (Answer(429, b"", {"RateLimit": '"api";r=0;t=240'}), "Try again in 4 minutes"),
        (Answer(403, b"[1, 2]"), "does not give access (status 403)"),
        (Answer(407), "HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT"),
        (Answer(418), "does not answer as a hub does"),
        (Answer(204), "does not answer as a hub does"),
        (Answer(511, b"<html>", {"Content-Type": "text/html"}), "sign in"),
        (Answer(200, b"<!doctype html>", {"Content-Type": "text/html"}), "sign in"),
        (Answer(200, b"<?xml"), "does not answer as a hub does"),
        (Answer(200, b"{"), "does not answer as a hub does"),
        (Answer(200, b'"text"'), "does not answer as a hub does"),
        (Answer(200, b"\xff\xfe\x00"), "does not answer as a hub does"),
        (Answer(200, b"[" * 100_000), "does not answer as a hub does"),
        (Answer(200, b"no gzip", {"Content-Encoding": "gzip"}), "does not answer as a hub does"),
        (Answer(302, b"", {"Location": "/api/models"}), "does not answer as a hub does"),
        (Answer(302, b"", {"Location": "ftp://127.0.0.1/"}), "does not answer as a hub does"),
        (Cut(5), "broke off"),
    ],
    ids=str,
)
def test_odd_answers(fake: FakeHub, hub: Hub, fault: Fault, sentence: str) -> None:
    """Each odd answer has its sentence, and counts as the network's or the hub's fault."""
    fake.fault = lambda _: fault
    error = _asked(hub)
    assert sentence in error.sentence
    assert error.code is ErrorCode.NETWORK


def test_a_sign_in_page_of_another_host(fake: FakeHub, hub: Hub) -> None:
    """A network that sends everyone to its sign-in page is recognised."""
    page = Answer(200, b"<html>Welcome", {"Content-Type": "text/html; charset=utf-8"})
    fake.fault = lambda request: (
        page
        if request.path == "/login"
        else Answer(302, b"", {"Location": f"{fake.cdn_url}/login"})
    )
    assert "sign in" in _asked(hub).sentence


def test_a_hub_that_stalls(fake: FakeHub) -> None:
    """A hub that stops in the middle of an answer is not waited for."""
    fake.fault = lambda _: Stall(5)
    connection = Connection(Surroundings(endpoint=fake.url), silence_timeout_s=0.2)
    with connection.open() as session, pytest.raises(NetworkError, match="in time"):
        session.document("/api/models", list[int])


def test_an_endless_answer_is_left(fake: FakeHub, hub: Hub) -> None:
    """An answer that is larger than any real one is not read to its end."""
    fake.fault = lambda _: Answer(200, b" " * (40 << 20))
    assert "does not answer as a hub does" in _asked(hub).sentence


@pytest.mark.parametrize("status", [401, 404, 405, 501])
def test_a_mirror_that_cannot_search(fake: FakeHub, hub: Hub, status: int) -> None:
    """A hub without a search says what to give it instead."""
    code = {"X-Error-Code": "RepoNotFound"} if status == 401 else {}
    fake.fault = lambda request: Answer(status, b"", code) if request.kind == "search" else None
    with pytest.raises(NetworkError, match="full name of a model"):
        hub.search("small")
    assert hub.offer(SMALL).quants


def test_offline_mode(fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """In offline mode nobody is asked anything."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "Offline mode is on (HF_HUB_OFFLINE)" in _asked(hub).sentence
    with pytest.raises(NetworkError):
        hub.client()
    assert fake.requests == []


def test_nobody_listens(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address at which nothing answers is named, with what to check."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://name:secret@127.0.0.1:{port}")
    error = _asked(hub)
    assert f"127.0.0.1:{port} cannot be reached" in error.sentence
    assert "secret" not in error.sentence + error.detail


@contextlib.contextmanager
def _server(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a port and give each connection to the function."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, contextlib.suppress(OSError):
                        answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_proxy_that_wants_a_password(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that asks for a password is told from one that refuses; no password is shown."""

    def refuse(status: bytes) -> Callable[[socket.socket], None]:
        def answer(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")

        return answer

    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    for status, sentence in (
        (b"407 Proxy Authentication Required", "asks for a name and a password"),
        (b"403 Forbidden", "does not let NemoDesk through"),
    ):
        with _server(refuse(status)) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
            error = _asked(hub)
        assert sentence in error.sentence
        assert "secret" not in error.sentence + error.detail


@pytest.mark.parametrize("proxy", ["ftp://me:secret@127.0.0.1:1", "nonsense:secret"])
def test_a_proxy_that_is_none(hub: Hub, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """A proxy's address that makes no sense is said to, without its password."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = _asked(hub)
    assert "HTTPS_PROXY" in error.sentence
    assert "secret" not in error.sentence + error.detail


def test_a_server_without_tls(fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secure address at which an insecure server answers is named."""
    monkeypatch.setenv("HF_ENDPOINT", fake.url.replace("http:", "https:"))
    assert "No secure connection" in _asked(hub).sentence


def test_certificates_that_cannot_be_read(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file of authorities that is missing or holds none is named."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for path in (tmp_path / "missing.pem", empty):
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert f"{path} cannot be read" in _asked(hub).sentence


def _certificate_error(code: int) -> httpx2.ConnectError:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_code = code
    error = httpx2.ConnectError("failed")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("code", "certificates", "sentence"),
    [
        (10, "", "Check date and time of this computer"),
        (62, "", "belongs to another computer than huggingface.co"),
        (20, "", "set SSL_CERT_FILE to the file with its certificate authority"),
        (19, "/etc/own.pem", "No authority in /etc/own.pem (SSL_CERT_FILE) vouches"),
    ],
)
def test_certificates(code: int, certificates: str, sentence: str) -> None:
    """What is wrong with a certificate is said with the way out."""
    surroundings = Surroundings(certificates=certificates)
    assert sentence in connection_error(_certificate_error(code), surroundings).sentence


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (socket.gaierror(-2, "Name or service not known"), "connected to the internet"),
        (OSError(101, "Network is unreachable"), "not connected to the internet"),
        (OSError(104, "Connection reset by peer"), "cannot be reached"),
    ],
)
def test_the_network_is_away(cause: OSError, sentence: str) -> None:
    """Without a network the person is told so, not which call failed."""
    error = httpx2.ConnectError(str(cause))
    error.__context__ = cause
    assert sentence in connection_error(error, _PUBLIC).sentence


def test_a_gated_repository(fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gated model says where its licence is accepted, and opens with the right key."""
    fake.repositories[SMALL].gated = "manual"
    fake.keys.add(_KEY)
    offer = hub.offer(SMALL)
    assert offer.gated
    with pytest.raises(GatedError, match="accept its licence first") as without_key:
        hub.header(offer, offer.quants[0])
    monkeypatch.setenv("HF_TOKEN", "hf_another")
    with pytest.raises(GatedError, match="may not use") as wrong_key:
        hub.header(offer, offer.quants[0])
    for caught in (without_key, wrong_key):
        assert caught.value.page_url == f"{fake.url}/{SMALL}"
        assert f"{fake.url}/{SMALL}" in caught.value.sentence
        assert caught.value.code is ErrorCode.NETWORK
    monkeypatch.setenv("HF_TOKEN", f" {_KEY}\n")
    assert hub.header(offer, offer.quants[0]).architecture == "nemotron_h"


def test_the_key_goes_to_the_hub_only(
    fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The key is sent to the hub, not to the CDN that it sends on to, and is never logged."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HF_TOKEN", _KEY)
    offer = hub.offer(SMALL)
    hub.header(offer, offer.quants[0])
    hub.search("a secret wish")
    assert all(
        ("authorization" in request.headers) == (request.kind != "cdn") for request in fake.requests
    )
    assert fake.seen("cdn")
    for secret in (_KEY, "Signature", "secret wish"):
        assert secret not in caplog.text


def test_a_key_that_has_expired(fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that the hub does not accept is not taken for a missing model."""
    fake.rejected_keys.add(_KEY)
    monkeypatch.setenv("HF_TOKEN", _KEY)
    error = _asked(hub)
    assert "does not accept the key in HF_TOKEN" in error.sentence
    assert f"{fake.url}/settings/tokens" in error.sentence
    assert _KEY not in error.sentence + error.detail


@pytest.mark.parametrize("key", ["hf_a b", "hf_secret\nX-Other: 1", "schlüssel", "k" * 2000])
def test_a_key_that_is_none(
    fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """A text that can be no key is not sent, and not shown."""
    monkeypatch.setenv("HF_TOKEN", key)
    error = _asked(hub)
    assert "HF_TOKEN does not hold a key" in error.sentence
    assert key not in error.sentence + error.detail
    assert fake.requests == []


@pytest.mark.parametrize("address", ["huggingface.co", "ftp://host", "http://", "http://h:x", "h"])
def test_an_endpoint_that_is_none(hub: Hub, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An HF_ENDPOINT that is no address is said to be none."""
    monkeypatch.setenv("HF_ENDPOINT", address)
    assert "HF_ENDPOINT does not hold the address" in _asked(hub).sentence


def test_the_environment_is_read() -> None:
    """Without variables the public hub is asked without a key; a slash at the end is taken off."""
    plain = read_surroundings({"HF_ENDPOINT": "", "HF_HUB_OFFLINE": "0"})
    assert (plain.endpoint, plain.key, plain.is_offline) == (DEFAULT_ENDPOINT, "", False)
    own = read_surroundings({"HF_ENDPOINT": "https://u:p@host:8/hub/", "HF_HUB_OFFLINE": "yes"})
    assert (own.endpoint, own.host, own.is_offline) == ("https://u:p@host:8/hub", "host:8", True)
    assert own.page("a/b") == "https://host:8/hub/a/b"
    assert plain.page("a/b") == "https://huggingface.co/a/b"


def test_private_and_missing_are_one(
    fake: FakeHub, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository that the hub does not show is missing or private, with a key or without."""
    for key in ("", _KEY):
        monkeypatch.setenv("HF_TOKEN", key)
        with pytest.raises(NotFoundError, match="or it is private"):
            hub.offer("maker/secret")
    assert fake.requests


def test_the_next_page_is_not_fetched_elsewhere(fake: FakeHub, hub: Hub) -> None:
    """A list that leads on to another host ends there: the key must not go along."""
    elsewhere = f'<{fake.cdn_url}/api/models?cursor=0>; rel="next"'
    fake.fault = lambda _: ExtraHeaders({"Link": elsewhere})
    assert len(hub.search("", limit=50)) == 1
    assert len(fake.requests) == 1
    for odd in ("<http://[>; rel=next", "<>; rel=next", "rubbish"):
        fake.fault = lambda _, link=odd: ExtraHeaders({"Link": link})
        assert len(hub.search("", limit=50)) == 1


def test_a_list_that_leads_in_a_circle_ends(fake: FakeHub, hub: Hub) -> None:
    """A page that names itself as the next one is not read for ever."""
    fake.fault = lambda _: ExtraHeaders({"Link": f'<{fake.url}/api/models?cursor=0>; rel="next"'})
    assert {offer.repo_id for offer in hub.search("", limit=50)} == {SMALL}
    assert len(fake.requests) == 2


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_FIELDS = ["id", "sha", "gated", "downloads", "tags", "cardData", "gguf", "siblings", "modelId"]
_SIBLING = st.dictionaries(st.sampled_from(["rfilename", "size", "lfs", "x"]), _json)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    st.dictionaries(st.sampled_from(_FIELDS), _json | st.lists(_SIBLING, max_size=3)),
)
def test_any_document_is_an_offer_or_an_error(
    fake: FakeHub, hub: Hub, document: dict[str, object]
) -> None:
    """Whatever the description of a repository says, it is an offer or one of our errors."""
    body = json.dumps(document).encode()
    fake.fault = lambda request: Answer(200, body) if request.kind == "info" else None
    with contextlib.suppress(NotFoundError, NetworkError):
        assert hub.offer(SMALL).quants
    fake.fault = lambda _: Answer(200, b"[" + body + b"]")
    with contextlib.suppress(NetworkError):
        assert isinstance(hub.search("x"), list)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "5"}, 5),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "9" * 30}, 86400),
        ({"RateLimit": '"api";r=0;t=55'}, 55),
        ({"RateLimit": '"api";r=3;t=55'}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    """The wait that the hub asks for is read from either header, and bounded."""
    assert retry_after_s(headers) == seconds
