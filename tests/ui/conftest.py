# SPDX-License-Identifier: Apache-2.0
"""A window, a theme and chats to show. No engine and no database."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Chat
from nemodesk.ui.rows import ModelRow
from nemodesk.ui.theme import Theme, load_theme
from nemodesk.ui.window import MainWindow

NOON = 1_700_000_000.0

MODELS = (
    ModelRow("starter", "SmolLM2 135M (starter)", "98 MB, came with NemoDesk"),
    ModelRow("nano", "Nemotron 3 Nano 4B", "4.2 GB", removable=True, location="/models/nano.gguf"),
)


@pytest.fixture
def theme(qapp: object) -> Theme:
    """Return the light theme; its fonts need an application."""
    assert qapp is not None
    return load_theme("light")


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> MainWindow:
    """Return a window on the screen, with two models and no chats."""
    made = MainWindow(theme)
    qtbot.addWidget(made)
    made.show_models(MODELS, "starter")
    made.resize(theme.spacing(295), theme.spacing(200))
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def make_chat() -> Callable[..., Chat]:
    """Return a maker of chats."""

    def make(chat_id: int, title: str = "", *, updated_at: float = NOON, draft: str = "") -> Chat:
        return Chat(
            id=chat_id, title=title, created_at=updated_at, updated_at=updated_at, draft=draft
        )

    return make
