# SPDX-License-Identifier: Apache-2.0
"""A Linux computer's processor is read from recorded parts of /proc and /sys."""

import os
from pathlib import Path

import pytest

from nemodesk.hardware.linux import describe_processor, is_virtual, usable_processors
from tests.hardware.recordings import lay_out, recorded

HYBRID = frozenset({0, 1, 2, 3, 16, 17, 18, 19})


@pytest.fixture
def hybrid(tmp_path: Path) -> Path:
    """Return a computer with two fast cores of two threads each and four slow ones."""
    lay_out("linux-cores-core-i7-12700", tmp_path)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(recorded("cpuinfo-core-i7-12700"), encoding="utf-8")
    return tmp_path


def test_threads_of_a_core_count_once(hybrid: Path) -> None:
    """Eight logical processors are six cores, two of them fast."""
    processor = describe_processor(hybrid, usable=HYBRID)
    assert processor.name == "12th Gen Intel Core i7-12700"
    assert (processor.logical_cores, processor.physical_cores) == (8, 6)
    assert processor.performance_cores == 2
    assert processor.cache_bytes == 25600 * 1024


def test_only_the_processors_that_may_be_used_count(hybrid: Path) -> None:
    """A process that is bound to one core has one, which is then not of two kinds."""
    processor = describe_processor(hybrid, usable=frozenset({0, 1}))
    assert (processor.logical_cores, processor.physical_cores) == (2, 1)
    assert processor.performance_cores == 0


@pytest.mark.parametrize(("limit", "cores"), [(0.5, 1), (1.5, 2), (4.0, 4), (64.0, 6)])
def test_a_containers_share_limits_the_cores(hybrid: Path, limit: float, cores: int) -> None:
    """Half a core is one core, for it takes one thread to use it."""
    processor = describe_processor(hybrid, usable=HYBRID, cores_limit=limit)
    assert processor.physical_cores == cores


def test_fast_and_slow_cores_of_arm(tmp_path: Path) -> None:
    """ARM tells them apart by their capacity; a fast one may be clocked a little lower."""
    lay_out("linux-cores-rk3588", tmp_path)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(recorded("cpuinfo-rk3588"), encoding="utf-8")
    processor = describe_processor(tmp_path, usable=frozenset({0, 1, 4, 6}))
    assert (processor.physical_cores, processor.performance_cores) == (4, 2)
    assert processor.name == "Cortex-A76, Cortex-A55"


def test_a_board_may_have_its_name_elsewhere(tmp_path: Path) -> None:
    """Laptops with ARM processors name themselves in the device tree."""
    (tmp_path / "proc/device-tree").mkdir(parents=True)
    (tmp_path / "proc/device-tree/model").write_bytes(b"Lenovo ThinkPad T14s Gen 6\0")
    (tmp_path / "proc/cpuinfo").write_text(recorded("cpuinfo-snapdragon-x-elite"), encoding="utf-8")
    processor = describe_processor(tmp_path, usable=frozenset({0}))
    assert processor.name == "Lenovo ThinkPad T14s Gen 6"


def test_an_empty_system_still_has_a_core(tmp_path: Path) -> None:
    """Where nothing is said, there is one core and the architecture's name."""
    processor = describe_processor(tmp_path, usable=frozenset(), architecture="riscv64")
    assert (processor.name, processor.physical_cores, processor.logical_cores) == ("riscv64", 1, 1)


def test_without_a_topology_every_processor_is_a_core(tmp_path: Path) -> None:
    """Some containers hide it."""
    processor = describe_processor(tmp_path, usable=frozenset({0, 1, 2}))
    assert processor.physical_cores == 3


@pytest.mark.parametrize(
    ("flags", "maker", "virtual"),
    [("fpu hypervisor lm", "", True), ("fpu lm", "QEMU", True), ("fpu lm", "LENOVO", False)],
)
def test_a_virtual_machine_says_so(
    tmp_path: Path, flags: str, maker: str, *, virtual: bool
) -> None:
    """x86 has a flag for it, others the maker's name."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(f"flags\t\t: {flags}\n", encoding="utf-8")
    (tmp_path / "sys/class/dmi/id").mkdir(parents=True)
    (tmp_path / "sys/class/dmi/id/sys_vendor").write_text(f"{maker}\n", encoding="utf-8")
    assert is_virtual(tmp_path) is virtual


def test_this_process_knows_its_processors() -> None:
    """They are those that the system lets it run on."""
    assert usable_processors() == os.sched_getaffinity(0)
