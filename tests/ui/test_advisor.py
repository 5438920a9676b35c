# SPDX-License-Identifier: Apache-2.0
"""This computer as the window's adviser sees it: measured once, then only arithmetic."""

from pathlib import Path

import pytest

from nemodesk.catalog.library import find_starter
from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.catalog.offers.offered import shipped_catalog
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
