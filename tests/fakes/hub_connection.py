# SPDX-License-Identifier: Apache-2.0
"""The fake hub's two servers: they send what is right, with whatever a test wants to go wrong."""

import json
import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.hub_answers import Answers, Reply, SeenRequest, route
from tests.fakes.hub_faults import (
    Answer,
    Cut,
    ExtraHeaders,
    Fault,
    NoRanges,
    Stall,
    WrongBytes,
    WrongLength,
)

if TYPE_CHECKING:
    from tests.fakes.hub import FakeHub

_READ_BYTES = 1 << 16


class HubServer(ThreadingHTTPServer):
    """Serves each connection in a thread, and can end them all."""

    daemon_threads = True

    def __init__(self, hub: "FakeHub") -> None:
        self.hub = hub
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection and serve it in a thread."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are part of the tests."""

    def hang_up(self) -> None:
        """End every connection that is still open."""
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server: HubServer

    def do_GET(self) -> None:
        """Answer, with whatever goes wrong."""
        hub = self.server.hub
        seen = self._seen()
        fault = hub.fault(seen)
        if isinstance(fault, Answer):
            headers = {"Content-Length": str(len(fault.body)), **fault.headers}
            self._send(Reply(fault.status, headers, fault.body, 0, len(fault.body)), seen, None)
            return
        self._send(Answers(hub, seen).reply(ranges=not isinstance(fault, NoRanges)), seen, fault)

    def do_HEAD(self) -> None:
        """Answer as to a GET, without the body."""
        self.do_GET()

    def do_POST(self) -> None:
        """Answer a question that comes as a form."""
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Write no log: `hub.requests` has it all."""

    def _seen(self) -> SeenRequest:
        address = urlsplit(self.path)
        kind, repo_id, file = route(address.path)
        hub = self.server.hub
        headers = {name.lower(): value for name, value in self.headers.items()}
        with hub.lock:
            seen = SeenRequest(
                number=len(hub.requests) + 1,
                method=self.command,
                path=address.path,
                query=parse_qs(address.query),
                headers=headers,
                kind=kind,
                repo_id=repo_id,
                file=_named(hub, repo_id, file) if kind == "cdn" else file,
                range=headers.get("range"),
                form=self._form(),
            )
            hub.requests.append(seen)
        return seen

    def _form(self) -> dict[str, list[str]]:
        sent = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        if "json" not in self.headers.get("Content-Type", ""):
            return parse_qs(sent)
        return {
            key: value if isinstance(value, list) else [str(value)]
            for key, value in json.loads(sent).items()
        }

    def _send(self, reply: Reply, seen: SeenRequest, fault: Fault | None) -> None:
        headers = dict(reply.headers)
        if isinstance(fault, ExtraHeaders):
            headers |= fault.headers
        if isinstance(fault, WrongLength):
            headers["Content-Length"] = str(reply.length + fault.extra_bytes)
            self.close_connection = True
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        end = reply.length
        if isinstance(fault, Cut | Stall):
            end = min(end, fault.after_bytes)
        self._send_body(reply, end, seen, fault)
        if isinstance(fault, Stall):
            self._wait_for_the_client_to_go()
        if isinstance(fault, Cut | Stall):
            self.close_connection = True

    def _send_body(self, reply: Reply, length: int, seen: SeenRequest, fault: Fault | None) -> None:
        if isinstance(reply.body, bytes):
            self.wfile.write(reply.body[:length])
            return
        name, position = f"{seen.repo_id}/{seen.file}", reply.start
        for block in reply.body.blocks(reply.start, length):
            if isinstance(fault, WrongBytes):
                self.wfile.write(_replaced(bytes(block), position, fault))
            else:
                self.wfile.write(block)
            position += len(block)
            with self.server.hub.lock:
                self.server.hub.bytes_served[name] += len(block)

    def _wait_for_the_client_to_go(self) -> None:
        self.wfile.flush()
        with suppress(OSError):
            while self.connection.recv(_READ_BYTES):
                pass


def _named(hub: "FakeHub", repo_id: str, sha256: str) -> str:
    """Return the name of the file with this content; empty once it has been replaced."""
    repository = hub.repositories.get(repo_id)
    files = repository.files if repository else {}
    return next((name for name, file in files.items() if file.sha256 == sha256), "")


def _replaced(block: bytes, start: int, fault: WrongBytes) -> bytes:
    """Return the block, which begins at this byte of the file, with the wrong bytes in it."""
    changed = bytearray(block)
    for index, byte in enumerate(fault.content, start=fault.at_byte - start):
        if 0 <= index < len(changed):
            changed[index] = byte
    return bytes(changed)
