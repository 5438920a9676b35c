# SPDX-License-Identifier: Apache-2.0
"""What was measured here corrects what is forecast here, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from nemodesk.advice.experience import FILE_NAME, Experience, Run, computer_key
from nemodesk.hardware.capacity import described


def _run(model: str, measured: float, computer: str = "here") -> Run:
    return Run(computer=computer, model=model, forecast_per_s=10, measured_per_s=measured)


def test_nothing_is_known_at_first(tmp_path: Path) -> None:
    """Then forecasts stand as they are."""
    assert Experience(tmp_path).factor("here", "a") == 1


def test_the_same_model_counts_alone(tmp_path: Path) -> None:
    """Its last run on this computer is the best forecast of its next one."""
    experience = Experience(tmp_path / "new" / "folder")
    experience.add(_run("a", 5))
    experience.add(_run("a", 8))
    experience.add(_run("b", 30))
    assert experience.factor("here", "a") == 0.8
    assert Experience(tmp_path / "new" / "folder").factor("here", "a") == 0.8


def test_other_models_count_once_there_are_several(tmp_path: Path) -> None:
    """One run may have been disturbed; the median of three is not."""
    experience = Experience(tmp_path)
    experience.add(_run("a", 8))
    experience.add(_run("b", 12))
    assert experience.factor("here", "new") == 1
    experience.add(_run("c", 7))
    assert experience.factor("here", "new") == 0.8
    assert experience.factor("elsewhere", "new") == 1


def test_absurd_figures_are_bounded(tmp_path: Path) -> None:
    """A computer that slept in the middle does not make everything impossible."""
    experience = Experience(tmp_path)
    experience.add(_run("a", 0.001))
    experience.add(_run("b", 1e9))
    assert (experience.factor("here", "a"), experience.factor("here", "b")) == (0.2, 5)
    experience.add(_run("c", 0))
    assert experience.factor("here", "c") == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        b"\xff\xfe",
        b"[]",
        b'{"version":9,"runs":[]}',
        b'{"version":1,"runs":[{"computer":"here","model":"a"}]}',
        (
            b'{"version":1,"runs":[{"computer":"here","model":"a","forecast_per_s":0,'
            b'"measured_per_s":1}]}'
        ),
    ],
)
def test_a_damaged_file_is_no_experience(tmp_path: Path, content: bytes) -> None:
    """It is only a cache: it is forgotten, and written anew."""
    (tmp_path / FILE_NAME).write_bytes(content)
    experience = Experience(tmp_path)
    assert experience.factor("here", "a") == 1
    experience.add(_run("a", 9))
    assert experience.factor("here", "a") == 0.9


def test_only_so_much_is_kept(tmp_path: Path) -> None:
    """The file stays small."""
    experience = Experience(tmp_path)
    for number in range(80):
        experience.add(_run(f"model {number}", 9))
    assert (tmp_path / FILE_NAME).stat().st_size < 10_000
    assert experience.factor("here", "model 79") == 0.9


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    """It is measured again another time."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    experience = Experience(blocked)
    experience.add(_run("a", 9))
    assert experience.factor("here", "a") == 1


def test_another_card_is_another_computer() -> None:
    """What was measured without it says nothing about it."""
    capacity = described(ram_bytes=2**34)
    assert computer_key(capacity) == computer_key(replace(capacity, available_bytes=1))
    assert computer_key(capacity) != computer_key(replace(capacity, gpu_name="RTX 3060"))
    assert computer_key(capacity) != computer_key(replace(capacity, cores=2))
