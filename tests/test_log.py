# SPDX-License-Identifier: Apache-2.0
"""The log is a file in the logs folder, and never a reason not to start."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from nemodesk.log import FILE_NAME, set_up_log


@pytest.fixture(autouse=True)
def _root_logger() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers, root.level = handlers, level


def test_messages_go_to_the_file_once(tmp_path: Path) -> None:
    """Setting it up twice does not write twice."""
    path = set_up_log(tmp_path / "logs")
    assert set_up_log(tmp_path / "logs") == path == tmp_path / "logs" / FILE_NAME
    logging.getLogger("test").info("hello")
    assert path.read_text(encoding="utf-8").count("hello") == 1


def test_debug_messages_are_wished_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NEMODESK_LOG=debug is obeyed."""
    for wish, count in (("", 0), ("debug", 1)):
        monkeypatch.setenv("NEMODESK_LOG", wish)
        path = set_up_log(tmp_path)
        assert path is not None
        logging.getLogger("test").debug("small print")
        assert path.read_text(encoding="utf-8").count("small print") == count


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """The program runs without a log file."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert set_up_log(tmp_path / "file") is None
