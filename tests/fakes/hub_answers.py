# SPDX-License-Identifier: Apache-2.0
"""The right answer of the fake hub to each request. What goes wrong is added elsewhere."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, unquote, urlencode

from tests.fakes import hub_shapes as shapes
from tests.fakes.hub_shapes import HubFile, Repository

if TYPE_CHECKING:
    from tests.fakes.hub import FakeHub

Kind = Literal["search", "info", "tree", "paths", "resolve", "cdn", "unknown"]

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_INFO = re.compile(r"/api/models/([^/]+/[^/]+)(?:/revision/([^/]+))?")
_TREE = re.compile(r"/api/models/([^/]+/[^/]+)/tree/([^/]+)(?:/(.*))?")
_PATHS = re.compile(r"/api/models/([^/]+/[^/]+)/paths-info/([^/]+)")
_RESOLVE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", re.DOTALL)
_CDN = re.compile(r"/cdn/([^/]+/[^/]+)/([0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True)
class SeenRequest:
    """A request as it arrived.

    Attributes:
        number: 1 for the first.
        repo_id, file: which it is about; empty if none.
        headers: with lower-case names.
        range: first and last byte as asked for; None for the whole file.
        form: what was sent along with a POST.
    """

    number: int
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    kind: Kind
    repo_id: str = ""
    file: str = ""
    range: str | None = None
    form: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])


@dataclass(frozen=True)
class Reply:
    """What is sent: a body of bytes, or a part of a file."""

    status: int
    headers: dict[str, str]
    body: bytes | HubFile = b""
    start: int = 0
    length: int = 0


class Answers:
    """Makes the right answer to one request."""

    def __init__(self, hub: "FakeHub", seen: SeenRequest) -> None:
        self._hub = hub
        self._seen = seen

    def reply(self, *, ranges: bool) -> Reply:
        """Answer as the hub and its CDN do."""
        seen = self._seen
        if self._key() in self._hub.rejected_keys:
            return _error(401, "", "Invalid credentials in Authorization header")
        if seen.kind == "search":
            return self._search()
        if seen.kind == "unknown":
            return _json({"error": "Not Found"}, 404)
        return self._in_repository(ranges=ranges)

    def _in_repository(self, *, ranges: bool) -> Reply:
        repository = self._hub.repositories.get(self._seen.repo_id)
        if repository is None:
            return self._no_repository()
        if self._seen.kind in {"info", "tree", "paths"}:
            return self._about(repository)
        return self._file(repository, ranges=ranges)

    def _file(self, repository: Repository, *, ranges: bool) -> Reply:
        file = repository.files.get(self._seen.file)
        if file is None:
            return _error(404, "EntryNotFound", "Entry not found")
        if self._seen.kind == "cdn":
            return self._content(file, ranges=ranges)
        return self._resolve(repository, file)

    def _about(self, repository: Repository) -> Reply:
        if self._seen.kind == "info":
            return _json(self._info(repository))
        if self._seen.kind == "paths":
            files = repository.files
            wanted = [path for path in self._seen.form.get("paths", []) if path in files]
            return _json([shapes.tree_entry(path, files[path]) for path in wanted])
        match = _TREE.fullmatch(self._seen.path)
        folder = unquote(match[3] or "").strip("/") if match else ""
        recursive = self._first("recursive").lower() in {"true", "1"}
        return self._page(shapes.tree(repository, folder, recursive=recursive))

    def _search(self) -> Reply:
        words = self._first("search").lower().split()
        author, tags = self._first("author"), set(self._seen.query.get("filter", []))
        found = [
            repository
            for repository in self._hub.repositories.values()
            if all(word in repository.id.lower() for word in words)
            and (not author or repository.id.startswith(f"{author}/"))
            and tags <= set(repository.tags)
        ]
        found.sort(key=lambda repository: -repository.downloads)
        query = self._seen.query
        properties = [*query.get("expand", []), *query.get("expand[]", [])]
        if properties:
            return self._page([shapes.expanded(one, properties) for one in found])
        return self._page([shapes.listed(one) for one in found])

    def _page(self, entries: list[dict[str, Any]]) -> Reply:
        """Return the part that was asked for, and in `Link` where the next one is."""
        start = int(self._first("cursor") or 0)
        limit = min(int(self._first("limit") or self._hub.page_limit), self._hub.page_limit)
        reply = _json(entries[start : start + limit])
        if start + limit < len(entries):
            query = {**self._seen.query, "cursor": str(start + limit)}
            address = f"{self._hub.url}{self._seen.path}?{urlencode(query, doseq=True)}"
            reply.headers["Link"] = f'<{address}>; rel="next"'
        return reply

    def _info(self, repository: Repository) -> dict[str, Any]:
        properties = [*self._seen.query.get("expand", []), *self._seen.query.get("expand[]", [])]
        if properties:
            return shapes.expanded(repository, properties)
        return shapes.model(repository, blobs=self._first("blobs").lower() in {"true", "1"})

    def _no_repository(self) -> Reply:
        # Without a key the hub does not tell a private repository from a missing one.
        if self._key():
            return _error(404, "RepoNotFound", "Repository not found")
        return _error(401, "RepoNotFound", "Invalid username or password.")

    def _resolve(self, repository: Repository, file: HubFile) -> Reply:
        if repository.gated and self._key() not in self._hub.keys:
            return self._gated(repository)
        common = {"X-Repo-Commit": repository.commit, "Accept-Ranges": "bytes"}
        if not shapes.is_lfs(self._seen.file):
            reply = self._content(file, ranges=True)
            reply.headers.update(common | {"ETag": f'"{shapes.blob_id(file)}"'})
            return reply
        address = f"{self._hub.cdn_url}/cdn/{repository.id}/{file.sha256}?Signature=abc"
        body = f"Found. Redirecting to {address}".encode()
        headers = common | {
            "X-Linked-Etag": f'"{file.sha256}"',
            "X-Linked-Size": str(file.size_bytes),
            "ETag": f'"{file.sha256}"',
            "Location": address,
            "Content-Length": str(len(body)),
        }
        return Reply(302, headers, body, 0, len(body))

    def _gated(self, repository: Repository) -> Reply:
        where = f"Access to model {repository.id} is restricted"
        if self._key():
            return _error(403, "GatedRepo", f"{where} and you are not in the authorized list.")
        return _error(401, "GatedRepo", f"{where}. You must have access to it and be logged in.")

    def _content(self, file: HubFile, *, ranges: bool) -> Reply:
        size, etag = file.size_bytes, f'"{file.sha256}"'
        headers = {"ETag": etag, "Content-Type": "binary/octet-stream", "Accept-Ranges": "bytes"}
        asked = _RANGE.fullmatch(self._seen.range or "")
        if not ranges or asked is None or self._seen.headers.get("if-range", etag) != etag:
            return Reply(200, headers | {"Content-Length": str(size)}, file, 0, size)
        first, last = asked.groups()
        start = int(first) if first else max(size - int(last), 0)
        end = min(int(last), size - 1) if first and last else size - 1
        if start > end:
            return _error(416, "", "Range not satisfiable", {"Content-Range": f"bytes */{size}"})
        headers |= {
            "Content-Length": str(end - start + 1),
            "Content-Range": f"bytes {start}-{end}/{size}",
        }
        return Reply(206, headers, file, start, end - start + 1)

    def _key(self) -> str:
        return self._seen.headers.get("authorization", "").removeprefix("Bearer ")

    def _first(self, name: str) -> str:
        return self._seen.query.get(name, [""])[0]


def route(path: str) -> tuple[Kind, str, str]:
    """Return the kind of a request, its repository, and its file (at the CDN, the hash)."""
    if path == "/api/models":
        return "search", "", ""
    patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("tree", _TREE),
        ("info", _INFO),
        ("paths", _PATHS),
        ("cdn", _CDN),
        ("resolve", _RESOLVE),
    )
    for kind, pattern in patterns:
        if match := pattern.fullmatch(path):
            file = match[match.lastindex or 1] if kind in {"cdn", "resolve"} else ""
            return kind, match[1], unquote(file, errors="surrogateescape")
    return "unknown", "", ""


def _json(document: Any, status: int = 200) -> Reply:
    body = json.dumps(document).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
    }
    return Reply(status, headers, body, 0, len(body))


def _error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    reply = _json({"error": message}, status)
    reply.headers["X-Error-Message"] = quote(message, safe=" .,'/")
    if code:
        reply.headers["X-Error-Code"] = code
    reply.headers.update(headers or {})
    return reply
