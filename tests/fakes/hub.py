# SPDX-License-Identifier: Apache-2.0
"""A real HTTP server on this computer that answers as the hub does, and misbehaves on demand.

It has the hub's API (search, model info, tree), its addresses of files, and a second server in
the place of the CDN to which it sends clients for large files. `HF_ENDPOINT` leads to it.

`python -m tests.fakes.hub FOLDER` serves FOLDER/OWNER/REPO/… for trying the program by hand.
"""

import argparse
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.fakes.hub_answers import Kind, SeenRequest
from tests.fakes.hub_connection import HubServer
from tests.fakes.hub_faults import Fault
from tests.fakes.hub_shapes import HubFile, Repository

_LIST_LIMIT = 1000


class FakeHub:
    """A hub with the repositories that a test gives it.

    Attributes:
        repositories: by id; may change while it runs.
        keys: the tokens that open gated repositories.
        rejected_keys: tokens that have expired.
        fault: asked for each request; returns what goes wrong, or None.
        requests: all that arrived, in order.
        bytes_served: bodies of files as they were handed to the network, by "OWNER/REPO/path".
        page_limit: the most entries of one page of a list.
    """

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.keys: set[str] = set()
        self.rejected_keys: set[str] = set()
        self.fault: Callable[[SeenRequest], Fault | None] = lambda _: None
        self.requests: list[SeenRequest] = []
        self.bytes_served: Counter[str] = Counter()
        self.page_limit = _LIST_LIMIT
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self._servers = [HubServer(self), HubServer(self)]
        self._threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            for server in self._servers
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.hang_up()
            server.server_close()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        """The address for HF_ENDPOINT."""
        return f"http://127.0.0.1:{self._servers[0].server_port}"

    @property
    def cdn_url(self) -> str:
        """Where clients are sent for large files: another origin, which must see no token."""
        return f"http://127.0.0.1:{self._servers[1].server_port}"

    def add(self, repo_id: str, files: Mapping[str, bytes | Path], **properties: Any) -> Repository:
        """Add a repository; the properties are those of `Repository`."""
        contents = {name: HubFile(content) for name, content in files.items()}
        repository = Repository(repo_id, contents, **properties)
        self.repositories[repo_id] = repository
        return repository

    def change(self, repo_id: str, name: str, content: bytes | Path) -> None:
        """Replace a file: its ETag and the repository's commit change with it."""
        self.repositories[repo_id].files[name] = HubFile(content)

    def seen(self, kind: Kind) -> list[SeenRequest]:
        """Return the requests of one kind."""
        with self.lock:
            return [request for request in self.requests if request.kind == kind]


def main() -> None:
    """Serve a folder of repositories until the program is stopped."""
    parser = argparse.ArgumentParser(description="A hub on this computer.")
    parser.add_argument("folder", type=Path, help="holds OWNER/REPO/… ")
    folder: Path = parser.parse_args().folder
    with FakeHub() as hub:
        for repository in sorted(folder.glob("*/*/")):
            files = {
                file.relative_to(repository).as_posix(): file
                for file in sorted(repository.rglob("*"))
                if file.is_file()
            }
            hub.add(repository.relative_to(folder).as_posix(), files)
        print(f"HF_ENDPOINT={hub.url}", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            hub.closing.wait()


if __name__ == "__main__":
    main()
