# SPDX-License-Identifier: Apache-2.0
"""A transcript to look at, drawn into memory."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nemodesk.ui.theme import Theme, load_theme
from nemodesk.ui.transcript import Transcript
from nemodesk.ui.widgets.accessible import install_roles


@pytest.fixture
def theme(qapp: object) -> Theme:
    """Return the light theme."""
    del qapp
    return load_theme("light")


@pytest.fixture(scope="session")
def _roles(qapp: object) -> None:
    """Give alerts their role, as the main window does."""
    del qapp
    install_roles()


@pytest.fixture
def transcript(qtbot: QtBot, theme: Theme, _roles: None) -> Iterator[Transcript]:
    """Return a transcript on a window of 800 x 600 pixels."""
    widget = Transcript(theme)
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget._lexers.wait()
