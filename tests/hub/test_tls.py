# SPDX-License-Identifier: Apache-2.0
"""Secure connections: whom the program trusts, and what it says if it trusts nobody."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nemodesk.errors import NetworkError
from nemodesk.hub.hub import Hub

x509 = pytest.importorskip("cryptography.x509", reason="keyring brings it on Linux only")

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"

Certificate = Callable[..., Path]


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """Return a function that makes a certificate with its key in one file."""
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    def make(name: str, *, address: str = "127.0.0.1", days: int = 30) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        made = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(who)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=60))
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(alternative, critical=False)
            .sign(key, hashes.SHA256())
        )
        path = tmp_path / f"{name}.pem"
        path.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return path

    return make


@contextlib.contextmanager
def _server(certificate: Path) -> Iterator[str]:
    """Answer every search with an empty list, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    plain, _ = server.accept()
                    _answer(context, plain)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _answer(context: ssl.SSLContext, plain: socket.socket) -> None:
    with (
        plain,
        contextlib.suppress(OSError),
        context.wrap_socket(plain, server_side=True) as connection,
    ):
        connection.recv(4096)
        connection.sendall(_ANSWER)


def _sentence(hub: Hub) -> str:
    with pytest.raises(NetworkError) as caught:
        hub.search("small")
    return caught.value.sentence


def test_an_authority_of_ones_own(
    hub: Hub, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that nobody vouches for is refused until SSL_CERT_FILE names its authority."""
    own, other = certificate("own"), certificate("other")
    with _server(own) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert "set SSL_CERT_FILE to the file" in _sentence(hub)
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
        assert f"No authority in {other} (SSL_CERT_FILE) vouches" in _sentence(hub)
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        assert hub.search("small") == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": "127.0.0.2"}, "belongs to another computer"),
        ({"days": -1}, "Check date and time of this computer"),
    ],
)
def test_a_certificate_that_does_not_fit(
    hub: Hub,
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    wrong: dict[str, object],
    sentence: str,
) -> None:
    """A trusted certificate of another computer or another time is refused, and said to be so."""
    path = certificate("wrong", **wrong)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with _server(path) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert sentence in _sentence(hub)
