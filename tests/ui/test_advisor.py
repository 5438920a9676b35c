# SPDX-License-Identifier: Apache-2.0
"""This computer as the window's adviser sees it: measured once, then only arithmetic."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from nemodesk.advice.lessons import Lesson
from nemodesk.catalog.library import ModelFile, find_starter
from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.engine.preparation import prepare
from nemodesk.engine.values import EngineSettings
from nemodesk.ui.advisor import ComputerAdvisor

pytestmark = pytest.mark.engine


async def test_a_measured_computer_has_an_answer_for_everything(tmp_path: Path) -> None:
    """It names itself, forecasts the catalog, a file here, and what only sizes are known of."""
    advisor = ComputerAdvisor(tmp_path)
    catalog = shipped_catalog()
    assert advisor.pick(catalog) is None
    await advisor.measure()
    assert advisor.computer().startswith("Your computer: ")
    nano = catalog.offers[0]
    outlooks = advisor.outlooks(nano, None)
    assert set(outlooks) == {quant.name for quant in nano.quants}
    assert all(one.verdict in {"great", "slow", "too_big"} for one in outlooks.values())
    starter = find_starter()
    assert starter is not None
    known = advisor.outlook_of(starter)
    assert known is not None
    assert known.memory_bytes > starter.size_bytes
    file = RemoteFile(path="x-Q4_K_M.gguf", size_bytes=10**15)
    vast = Offer(repo_id="o/x", name="X", quants=(Quant(name="Q4_K_M", files=(file,)),))
    assert advisor.outlooks(vast, None)["Q4_K_M"].verdict == "too_big"


async def test_chats_correct_the_forecasts(tmp_path: Path) -> None:
    """What was heard before the computer was measured counts too; what is gone does no harm."""
    starter = find_starter()
    assert starter is not None
    plain = ComputerAdvisor(tmp_path / "without")
    await plain.measure()
    before = plain.outlook_of(starter)
    assert before is not None
    advisor = ComputerAdvisor(tmp_path / "with")
    settings = prepare(starter.path, EngineSettings(context_tokens=2048, gpu_layers=0))
    lesson = Lesson(path=starter.path, settings=settings, filled_tokens=300, tokens_per_s=1.0)
    await advisor.learn(replace(lesson, path=tmp_path / "gone.gguf"))
    await advisor.learn(lesson)
    await advisor.measure()
    after = advisor.outlook_of(starter)
    assert after is not None
    assert after.tokens_per_s < before.tokens_per_s / 2
    await advisor.learn(replace(lesson, tokens_per_s=1e9))
    assert (await _speed(advisor, starter)) > after.tokens_per_s


async def _speed(advisor: ComputerAdvisor, model: ModelFile) -> float:
    outlook = await asyncio.to_thread(advisor.outlook_of, model)
    return outlook.tokens_per_s if outlook else 0.0
