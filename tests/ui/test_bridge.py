# SPDX-License-Identifier: Apache-2.0
"""Work of the window is done in the background, and none begins once the window is closing."""

import asyncio
import warnings

import pytest

from nemodesk.errors import NemodeskError, NotFoundError
from nemodesk.ui.bridge import Bridge


@pytest.mark.logs("It is gone.")
async def test_what_goes_wrong_becomes_a_signal() -> None:
    """An error for the person and a mistake of the program are told apart."""
    bridge = Bridge()
    failed: list[NemodeskError] = []
    broken: list[Exception] = []
    bridge.failed.connect(failed.append)
    bridge.broken.connect(broken.append)

    async def fail(error: Exception) -> None:
        raise error

    bridge.does(fail)(NotFoundError("It is gone."))
    await bridge.finish(5.0)
    assert [error.sentence for error in failed] == ["It is gone."]
    assert broken == []


async def test_work_that_is_under_way_is_finished_and_none_begins_after_it() -> None:
    """What a closing service still tells starts nothing that nobody would wait for."""
    bridge = Bridge()
    done: list[str] = []
    gate = asyncio.Event()

    async def work(name: str) -> None:
        await gate.wait()
        done.append(name)

    bridge.start(work("first"))
    gate.set()
    await bridge.finish(5.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bridge.start(work("late"))
        await asyncio.sleep(0)
    assert done == ["first"]
