# SPDX-License-Identifier: Apache-2.0
"""A hub that other people wrote: olah, a mirror server from PyPI.

It has a virtual environment of its own, because it wants an older psutil; `make test` makes it
(tools/bootstrap.sh).
"""

import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nemodesk.catalog.gguf.header import read_header
from nemodesk.errors import NetworkError, NotFoundError
from nemodesk.hub.failures import GatedError
from nemodesk.hub.hub import Hub
from tests.fakes.hub import FakeHub
from tests.hub.conftest import FILE, SMALL

_OLAH = Path(sys.prefix) / "olah" / "bin" / "olah-cli"
_START_S = 60.0

pytestmark = pytest.mark.skipif(
    not _OLAH.exists(), reason="olah is not installed; `make setup` does it"
)

Start = Callable[..., str]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts olah with some options and returns its address."""
    with contextlib.ExitStack() as started:

        def run(*options: str) -> str:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            address = f"127.0.0.1:{port}"
            folders = ("--repos-path", tmp_path / "olah", "--log-path", tmp_path / "logs")
            mirror = ("--mirror-netloc", address, "--mirror-lfs-netloc", address)
            kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
            process = subprocess.Popen(
                [_OLAH, "--host", "127.0.0.1", "--port", str(port), *folders, *mirror, *options],
                cwd=tmp_path,
                env=kept,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            started.callback(_end, process)
            _wait_for(port, process)
            return f"http://{address}"

        yield run


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        assert process.poll() is None
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    pytest.fail("olah does not answer")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(20)


def own_hub(tmp_path: Path, model: Path) -> None:
    """Make the folders and the settings of a server with one repository of its own."""
    repository = tmp_path / "mirrors" / "models" / SMALL
    repository.mkdir(parents=True)
    (repository / FILE).write_bytes(model.read_bytes())
    (repository / "README.md").write_text("---\nlicense: mit\n---\n# Small")
    name = ("-c", "user.name=a", "-c", "user.email=a@b")
    for command in (("init", "-q", "-b", "main"), ("add", "."), (*name, "commit", "-qm", "all")):
        subprocess.run(["git", *command], cwd=repository, check=True)
    (tmp_path / "olah.toml").write_text(
        f"[basic]\nmirrors-path = ['{tmp_path / 'mirrors'}']\n[accessibility]\noffline = true\n"
    )


def _pulled(model: str) -> str:
    """Download with the real program and return the SHA-256 of what has arrived."""
    done = subprocess.run(
        [sys.executable, "-m", "nemodesk", "models", "pull", model, "--json"],
        capture_output=True,
        check=True,
    )
    path = Path(json.loads(done.stdout)["path"])
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_mirror_of_the_hub(
    fake: FakeHub,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    nemotron_file: Path,
) -> None:
    """Through a mirror: sizes, hashes, header, download, what is missing and what is gated."""
    direct = Hub(tmp_path / "direct").offer(SMALL)
    fake.add("maker/Gated", {"x-Q4_0.gguf": b"GGUF"}, gated="manual")
    upstream = fake.url.removeprefix("http://")
    address = start("--hf-scheme", "http", "--hf-netloc", upstream, "--mirror-scheme", "http")
    monkeypatch.setenv("HF_ENDPOINT", address)
    hub = Hub(tmp_path / "cache")
    offer = hub.offer(SMALL)
    assert offer.quants == direct.quants
    assert offer.revision == direct.revision
    assert hub.header(offer, offer.quants[0]) == read_header(nemotron_file)
    assert _pulled(f"{SMALL}:Q8_0") == offer.quants[0].files[0].sha256
    with pytest.raises(NetworkError, match="full name of a model"):
        hub.search("small")
    with pytest.raises(NotFoundError, match="There is no model"):
        hub.offer("maker/nothing")
    gated = hub.offer("maker/Gated")
    with pytest.raises(GatedError):
        hub.header(gated, gated.quants[0])


def test_a_hub_of_ones_own(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nemotron_file: Path
) -> None:
    """A server with repositories of its own, which says no hashes and serves no ranges."""
    own_hub(tmp_path, nemotron_file)
    monkeypatch.setenv("HF_ENDPOINT", start("--config", str(tmp_path / "olah.toml")))
    hub = Hub(tmp_path / "cache")
    offer = hub.offer(SMALL)
    (quant,) = offer.quants
    assert (quant.name, quant.size_bytes) == ("Q8_0", nemotron_file.stat().st_size)
    assert offer.licence == "mit"
    assert hub.header(offer, quant) == read_header(nemotron_file)
    assert _pulled(f"{SMALL}:Q8_0") == hashlib.sha256(nemotron_file.read_bytes()).hexdigest()
