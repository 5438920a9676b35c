# SPDX-License-Identifier: Apache-2.0
"""Benchmarks judge ratios pair by pair, and times one by one."""

import json
from pathlib import Path

from benchmarks.figures import Row, write_json


def test_the_median_ratio_is_judged() -> None:
    """One bad pair on a busy machine does not decide."""
    row = Row(name="x", unit="t/s", ours=[9, 5, 10], yardstick=[10, 10, 10], at_least=0.9)
    assert row.judged == [0.9, 0.5, 1.0]
    assert row.holds
    assert not Row(name="x", unit="t/s", ours=[8], yardstick=[10], at_least=0.9).holds


def test_the_longest_time_is_judged() -> None:
    """A stop must be quick each time."""
    assert Row(name="x", unit="ms", ours=[1, 50], at_most=50).holds
    assert not Row(name="x", unit="ms", ours=[1, 51], at_most=50).holds


def test_raw_figures_are_kept(tmp_path: Path) -> None:
    """The file holds every figure and the command."""
    row = Row(name="x", unit="t/s", ours=[1, 3], yardstick=[2, 2], command="llama-bench -t 1")
    document = json.loads(write_json(tmp_path, "a", {"cpu": "c"}, [row]).read_text())
    assert document["cpu"] == "c"
    assert document["rows"][0]["ours"] == [1, 3]
    assert document["rows"][0]["median"] == 1.0
    assert document["rows"][0]["command"] == "llama-bench -t 1"
