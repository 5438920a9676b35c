# SPDX-License-Identifier: Apache-2.0
"""What older versions kept in files of their own is taken over once."""

import pytest

from nemodesk.paths import find_paths
from tests.settings.conftest import TIMEOUT_S, OpenSettings


def test_the_old_memory_of_the_first_page_is_taken_over(open_settings: OpenSettings) -> None:
    """The page does not come again, and the old file goes once that is stored."""
    old = find_paths().data / "first_run.json"
    old.parent.mkdir(parents=True)
    old.write_text('{"finished": true}\n', encoding="utf-8")
    settings = open_settings()
    assert settings.value("first_run.finished") is True
    assert settings.flush(TIMEOUT_S)
    assert not old.exists()
    assert open_settings().value("first_run.finished") is True


@pytest.mark.parametrize("content", ["", "[]", '{"finished": false}', "[" * 9999])
def test_an_old_file_without_sense_says_nothing(open_settings: OpenSettings, content: str) -> None:
    """The page comes then, as it does the first time."""
    old = find_paths().data / "first_run.json"
    old.parent.mkdir(parents=True)
    old.write_text(content, encoding="utf-8")
    assert open_settings().value("first_run.finished") is False
