# SPDX-License-Identifier: Apache-2.0
"""What has come of downloads that nobody goes on with is deleted after 30 days, and no sooner."""

import os
import time
from pathlib import Path

import pytest

from nemodesk.downloads.part import part_path
from nemodesk.file_lock import FileLock
from tests.downloads.conftest import REPO, Desk, offered
from tests.fakes.hub import FakeHub

_DAY_S = 24 * 3600


def _leave(desk: Desk, repo_id: str, *, days: float) -> Path:
    """Leave what has come of a file, as a download that was given up does."""
    part = part_path(desk.models, repo_id, "a-Q8_0.gguf", ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    changed_s = time.time() - days * _DAY_S
    for path in (part, part.with_suffix(".journal")):
        path.write_bytes(b"x")
        os.utime(path, (changed_s, changed_s))
    return part


@pytest.mark.parametrize("is_kept", [True, False])
async def test_only_what_is_old_and_unwanted_goes(
    hub: FakeHub, desk: Desk, *, is_kept: bool
) -> None:
    """A paused download stays for ever, one that runs elsewhere is left alone."""
    hub.add(REPO, {"a-Q8_0.gguf": b"x" * 1000})
    async with desk.queue() as queue:
        queue.pause(queue.add(*offered(hub, "a-Q8_0.gguf")).id)
    paused = _leave(desk, REPO, days=31)
    old, busy = _leave(desk, "other/Old", days=31), _leave(desk, "other/Busy", days=31)
    fresh = _leave(desk, "other/Fresh", days=29)
    lock = FileLock.try_lock(busy.with_suffix(".lock"))
    assert lock is not None
    async with desk.queue(is_kept=is_kept):
        pass
    assert set(desk.parts()) == {paused, fresh, busy}
    lock.release()
    async with desk.queue(is_kept=is_kept):
        pass
    assert set(desk.parts()) == {paused, fresh}
    assert not list(old.parent.glob(f"{old.stem}*"))


async def test_without_a_readable_list_everything_stays(desk: Desk) -> None:
    """Nobody knows then what is still wanted; the list is left to who keeps it."""
    old = _leave(desk, "other/Old", days=31)
    saved = old.parent / "queue.json"
    saved.write_text("rubbish", encoding="utf-8")
    async with desk.queue(is_kept=False):
        pass
    assert desk.parts() == [old]
    assert saved.read_text(encoding="utf-8") == "rubbish"
