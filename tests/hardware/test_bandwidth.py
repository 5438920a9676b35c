# SPDX-License-Identifier: Apache-2.0
"""The memory's speed is measured once per processor."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from nemodesk.hardware.bandwidth import (
    FILE_NAME,
    Measured,
    best_rate,
    measure_reading,
    memory_bandwidth,
)
from nemodesk.hardware.machine import Memory, Processor

MIB = 1024 * 1024
PROCESSOR = Processor(name="Test", physical_cores=4, logical_cores=8, cache_bytes=32 * MIB)
MEMORY = Memory(total_bytes=16_000 * MIB, available_bytes=8_000 * MIB)


class Measurement:
    """Gives one figure after the other and keeps what it was asked."""

    def __init__(self, *figures: float, calm: bool = True) -> None:
        self._figures = list(figures)
        self._calm = calm
        self.asked: list[tuple[int, int]] = []

    def __call__(self, threads: int, block_bytes: int) -> Measured:
        """Return the next figure."""
        self.asked.append((threads, block_bytes))
        return Measured(bytes_per_s=self._figures.pop(0), calm=self._calm)


def test_it_is_measured_once(tmp_path: Path) -> None:
    """The second call reads what the first has kept."""
    measure = Measurement(5e9)
    for _ in range(2):
        assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=measure) == 5e9
    assert measure.asked == [(4, 128 * MIB)]


def test_a_busy_computer_is_measured_again(tmp_path: Path) -> None:
    """The best of five measurements counts while other programs take the cores."""
    measure = Measurement(5e9, 7e9, 6e9, 6e9, 8e9, 9e9, calm=False)
    figures = [memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=measure) for _ in range(7)]
    assert figures == [5e9, 7e9, 7e9, 7e9, 8e9, 8e9, 8e9]


def test_a_busy_computer_has_another_chance_the_next_day(tmp_path: Path) -> None:
    """A slow figure from a busy day does not stay for ever; a better one stays."""
    busy = Measurement(5e9, 5e9, 5e9, 5e9, 5e9, calm=False)
    for _ in range(5):
        memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=busy)
    os.utime(tmp_path / FILE_NAME, (0, 0))
    assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=Measurement(4e9)) == 5e9
    os.utime(tmp_path / FILE_NAME, (0, 0))
    assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=Measurement()) == 5e9


def test_the_first_calm_measurement_ends_it(tmp_path: Path) -> None:
    """A busy figure does not keep the computer from being measured in peace."""
    memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=Measurement(5e9, calm=False))
    assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=Measurement(9e9)) == 9e9
    assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=Measurement()) == 9e9


def test_another_processor_is_measured_anew(tmp_path: Path) -> None:
    """A disk that moves to another computer does not carry its figure along."""
    measure = Measurement(5e9, 7e9)
    memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=measure)
    other = replace(PROCESSOR, name="Other")
    assert memory_bandwidth(tmp_path, other, MEMORY, measure=measure) == 7e9


def test_little_memory_is_left_alone(tmp_path: Path) -> None:
    """At most an eighth of the free memory is filled."""
    measure = Measurement(5e9)
    memory = Memory(total_bytes=64 * MIB, available_bytes=64 * MIB)
    memory_bandwidth(tmp_path, PROCESSOR, memory, measure=measure)
    assert measure.asked == [(4, 8 * MIB)]


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", '{"key": 1}', "\0", "[" * 100_000),
        '{"key": "3 Test 4", "bytes_per_s": Infinity, "measurements": 9}',
        '{"key": "3 Test 4", "bytes_per_s": NaN, "measurements": 9}',
        '{"key": "3 Test 4", "bytes_per_s": 5, "measurements": "many"}',
    ],
)
def test_a_damaged_file_is_measured_over(tmp_path: Path, content: str) -> None:
    """What cannot be read is measured again."""
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    assert memory_bandwidth(tmp_path, PROCESSOR, MEMORY, measure=Measurement(3.0)) == 3.0


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """The figure is simply not kept."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    measure = Measurement(4.0)
    assert memory_bandwidth(tmp_path / "file", PROCESSOR, MEMORY, measure=measure) == 4.0


def test_the_best_moment_counts() -> None:
    """Two threads read a slice a millisecond each; what comes before and after is slower."""
    alone = [(0.1 * n, 0.1 * n + 0.05) for n in range(5)]
    together = [(1 + 0.001 * n, 1 + 0.001 * (n + 1)) for n in range(20) for _ in range(2)]
    later = [(2 + 0.1 * n, 2 + 0.1 * n + 0.05) for n in range(5)]
    rate = best_rate([*later, *alone, *together], MIB)
    assert rate == pytest.approx(2000 * MIB, rel=0.2)
    assert rate <= 2000 * MIB


def test_slices_that_are_longer_than_a_moment_still_count() -> None:
    """A very slow memory gets the rate of the whole measurement."""
    assert best_rate([(0.0, 0.1), (0.1, 0.2)], MIB) == pytest.approx(10 * MIB)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_real_measurement_is_plausible(threads: int) -> None:
    """Memory gives more than 100 MB and less than 10 TB in a second."""
    assert 1e8 < measure_reading(threads, 8 * MIB).bytes_per_s < 1e13
