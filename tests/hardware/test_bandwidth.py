# SPDX-License-Identifier: Apache-2.0
"""The memory's speed is measured once per processor."""

from dataclasses import replace
from pathlib import Path

import pytest

from nemodesk.hardware.bandwidth import FILE_NAME, measure_copy, memory_bandwidth
from nemodesk.hardware.machine import Memory, Processor

MIB = 1024 * 1024
PROCESSOR = Processor(name="Test", physical_cores=4, logical_cores=8, cache_bytes=32 * MIB)
MEMORY = Memory(total_bytes=16_000 * MIB, available_bytes=8_000 * MIB)


class Measurement:
    """Gives one figure after the other and keeps what it was asked."""

    def __init__(self, *figures: float) -> None:
        self._figures = list(figures)
        self.asked: list[tuple[int, int]] = []

    def __call__(self, threads: int, block_bytes: int) -> float:
        """Return the next figure."""
        self.asked.append((threads, block_bytes))
        return self._figures.pop(0)


def test_it_is_measured_once(tmp_path: Path) -> None:
    """The second call reads what the first has kept."""
    measure = Measurement(5e9)
    for _ in range(2):
        assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=measure) == 5e9
    assert measure.asked == [(4, 128 * MIB)]


def test_another_processor_is_measured_anew(tmp_path: Path) -> None:
    """A disk that moves to another computer does not carry its figure along."""
    measure = Measurement(5e9, 7e9)
    memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=measure)
    other = replace(PROCESSOR, name="Other")
    assert memory_bandwidth(tmp_path, other, MEMORY, measure=measure) == 7e9


def test_little_memory_is_left_alone(tmp_path: Path) -> None:
    """At most an eighth of the free memory is copied."""
    measure = Measurement(5e9)
    memory = Memory(total_bytes=64 * MIB, available_bytes=64 * MIB)
    memory_bandwidth(tmp_path, PROCESSOR, memory, measure=measure)
    assert measure.asked == [(4, 8 * MIB)]


@pytest.mark.parametrize("content", ["", "[]", '{"key": 1}', "\0"])
def test_a_damaged_file_is_measured_over(tmp_path: Path, content: str) -> None:
    """What cannot be read is measured again."""
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=Measurement(3.0)) == 3.0


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """The figure is simply not kept."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    measure = Measurement(4.0)
    assert memory_bandwidth(tmp_path / "file", PROCESSOR, MEMORY, measure=measure) == 4.0


def test_a_real_measurement_is_plausible() -> None:
    """Memory moves more than 100 MB and less than 10 TB in a second."""
    assert 1e8 < measure_copy(1, 4 * MIB) < 1e13
