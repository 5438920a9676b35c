# SPDX-License-Identifier: Apache-2.0
"""Speed of a download from a server on this computer, against curl and then sha256sum.

Both sides fetch the same file through the same redirect, write it to the same disk and check its
hash. Ours includes the start of its process, the journal, fsync and the move into place.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Row
from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.downloads.queue import DownloadQueue
from tests.fakes.hub import FakeHub

_AIM = 0.95
_FILE_BYTES = 1_000_000_000
_PIECE_BYTES = 1 << 24
_REPO = "bench/Model-GGUF"
_NAME = "Model-Q8_0.gguf"
_MB = 1_000_000


def measure_downloads(*, pairs: int, say: Callable[[str], None]) -> list[Row]:
    """Measure in pairs; every other pair begins with curl."""
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory(prefix="nemodesk-bench-") as folder, _hub(Path(folder)) as hub:
        offer, quant = _offered(hub)
        url = f"{hub.url}/{_REPO}/resolve/{offer.revision}/{_NAME}"
        target = Path(folder) / "curl.gguf"
        command = f"curl -sSLf -o {target} {url} && sha256sum {target}"
        for number in range(pairs):
            say(f"Downloads, pair {number + 1} of {pairs}")
            before = _curl(command) if number % 2 else 0.0
            ours.append(asyncio.run(_download(Path(folder) / "models", offer, quant)))
            theirs.append(before or _curl(command))
    return [
        Row(
            name=f"download {_FILE_BYTES // _MB} MB from loopback and check it",
            unit="MB/s",
            ours=ours,
            yardstick=theirs,
            at_least=_AIM,
            command="curl -sSLf -o FILE URL && sha256sum FILE",
        )
    ]


@contextmanager
def _hub(folder: Path) -> Iterator[FakeHub]:
    path = folder / _NAME
    with path.open("wb") as file:
        for _ in range(0, _FILE_BYTES, _PIECE_BYTES):
            file.write(os.urandom(_PIECE_BYTES))
        file.truncate(_FILE_BYTES)
    before = os.environ.get("HF_ENDPOINT")
    with FakeHub() as hub:
        hub.add(_REPO, {_NAME: path})
        os.environ["HF_ENDPOINT"] = hub.url
        try:
            yield hub
        finally:
            os.environ.pop("HF_ENDPOINT")
            if before is not None:
                os.environ["HF_ENDPOINT"] = before


def _offered(hub: FakeHub) -> tuple[Offer, Quant]:
    repository = hub.repositories[_REPO]
    file = repository.files[_NAME]
    remote = RemoteFile(path=_NAME, size_bytes=file.size_bytes, sha256=file.sha256)
    quant = Quant(name="Q8_0", files=(remote,))
    return Offer(repo_id=_REPO, name="Model", revision=repository.commit), quant


async def _download(models: Path, offer: Offer, quant: Quant) -> float:
    """Return megabytes a second, from the wish to the model in its place."""
    shutil.rmtree(models, ignore_errors=True)
    queue = DownloadQueue(models_folder=models, on_change=lambda _: None)
    await queue.open()
    started_s = time.perf_counter()
    done = await queue.wait(queue.add(offer, quant).id)
    span_s = time.perf_counter() - started_s
    await queue.close()
    if done.state != "done":
        raise SystemExit(f"{done.error} {done.error.detail if done.error else ''}")
    return quant.size_bytes / _MB / span_s


def _curl(command: str) -> float:
    started_s = time.perf_counter()
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
    return _FILE_BYTES / _MB / (time.perf_counter() - started_s)
