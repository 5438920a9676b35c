# SPDX-License-Identifier: Apache-2.0
"""A container's limits are read from recorded control groups of both versions."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware.limits import Limits, read_limits
from nemodesk.hardware.machine import Memory
from nemodesk.hardware.probe import limited_memory
from tests.hardware.recordings import lay_out
from tests.hardware.unhurried import UNHURRIED_ON_DISK

GIB = 1024**3


@pytest.mark.parametrize(
    ("recording", "limits"),
    [
        (
            "cgroup-docker-v2",
            Limits(memory_bytes=4 * GIB, free_bytes=4 * GIB - 500_000_000, cores=1.5),
        ),
        ("cgroup-systemd-v2", Limits(memory_bytes=8 * GIB, free_bytes=6_000_000_000)),
        (
            "cgroup-docker-v1",
            Limits(memory_bytes=2 * GIB, free_bytes=2 * GIB - 647_483_648, cores=0.5),
        ),
        ("cgroup-v1-without-limits", Limits()),
    ],
)
def test_the_tightest_limit_counts(tmp_path: Path, recording: str, limits: Limits) -> None:
    """Of this group and those around it; files that were only read count as free."""
    assert read_limits(lay_out(recording, tmp_path)) == limits


def test_a_system_without_groups_has_no_limits(tmp_path: Path) -> None:
    """Nothing is said, so nothing is limited."""
    assert read_limits(tmp_path) == Limits()


def test_a_path_cannot_lead_out_of_the_groups(tmp_path: Path) -> None:
    """Linux writes /../x for a group outside of what can be seen; then the base counts."""
    lay_out("cgroup-docker-v2", tmp_path)
    (tmp_path / "proc/self/cgroup").write_text("0::/../../etc\n", encoding="utf-8")
    assert read_limits(tmp_path).memory_bytes == 4 * GIB


MEMORY = Memory(total_bytes=16 * GIB, available_bytes=9 * GIB)


@pytest.mark.parametrize(
    ("limits", "memory"),
    [
        (Limits(), MEMORY),
        (Limits(memory_bytes=32 * GIB, free_bytes=30 * GIB), MEMORY),
        (
            Limits(memory_bytes=4 * GIB, free_bytes=3 * GIB),
            Memory(total_bytes=4 * GIB, available_bytes=3 * GIB, limited=True),
        ),
        (
            Limits(memory_bytes=12 * GIB, free_bytes=11 * GIB),
            Memory(total_bytes=12 * GIB, available_bytes=9 * GIB, limited=True),
        ),
    ],
)
def test_memory_is_what_the_process_may_use(limits: Limits, memory: Memory) -> None:
    """A limit above what the computer has is none; what is not there cannot be used."""
    assert limited_memory(MEMORY, limits) == memory


@UNHURRIED_ON_DISK
@given(st.text(), st.text(), st.text(), st.text())
def test_nonsense_is_no_error(
    tmp_path_factory: pytest.TempPathFactory, groups: str, limit: str, counts: str, share: str
) -> None:
    """Whatever the files hold, nothing fails and no limit is below zero."""
    root = tmp_path_factory.mktemp("root")
    (root / "proc/self").mkdir(parents=True)
    (root / "sys/fs/cgroup").mkdir(parents=True)
    for place, text in (
        ("proc/self/cgroup", f"0::/\n{groups}"),
        ("sys/fs/cgroup/memory.max", limit),
        ("sys/fs/cgroup/memory.stat", counts),
        ("sys/fs/cgroup/cpu.max", share),
    ):
        (root / place).write_text(text, encoding="utf-8", errors="surrogatepass")
    limits = read_limits(root)
    assert (limits.memory_bytes or 0) >= 0
    assert (limits.free_bytes or 0) >= 0
    assert (limits.cores or 1) > 0
