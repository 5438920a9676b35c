# SPDX-License-Identifier: Apache-2.0
"""A window, a theme and chats to show. No engine and no database."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from nemodesk.chats.message import Chat
from nemodesk.ui.rows import CardRow, DownloadRow, Fact, ModelRow, QuantRow
from nemodesk.ui.theme import Theme, load_theme
from nemodesk.ui.window import MainWindow

NOON = 1_700_000_000.0

MODELS = (
    ModelRow("starter", "SmolLM2 135M (starter)", "98 MB, came with NemoDesk"),
    ModelRow("nano", "Nemotron 3 Nano 4B", "4.2 GB"),
)

CARDS = (
    CardRow(
        id="unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF",
        name="Nemotron 3 Nano 4B",
        summary="A small model with a long memory.",
        badge="great",
        figures="about 12 words a second · 4.2 GB · needs 5.0 GB of memory",
        reason="Fits well in 16 GB of memory and writes about 12 words a second.",
        quant="Q8_0",
        can_download=True,
        quants=(
            QuantRow(name="Q4_K_M", quality="good", size="2.8 GB", badge="great"),
            QuantRow(name="Q8_0", quality="nearly as good as the original", size="4.2 GB"),
        ),
        facts=(
            Fact(label="Licence", text="NVIDIA Open", url="https://example.org/licence"),
            Fact(label="Kind of model", text="nemotron_h"),
        ),
        search_text="unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF",
    ),
    CardRow(
        id="unsloth/Nemotron-3-Nano-30B-A3B-GGUF",
        name="Nemotron 3 Nano 30B",
        badge="too_big",
        quant="Q4_K_M",
        can_download=True,
    ),
    CardRow(
        id="tiny",
        name="Tiny",
        model_id="tiny",
        removable_id="tiny",
        is_on_computer=True,
        figures="98 MB",
        facts=(Fact(label="Where", text="/models/tiny.gguf"),),
    ),
    CardRow(
        id="starter",
        name="SmolLM2 135M (starter)",
        model_id="starter",
        is_on_computer=True,
        is_in_use=True,
    ),
)

DOWNLOADS = (
    DownloadRow(
        id="a/b:Q8_0",
        name="Nemotron 3 Nano 4B",
        file_name="b-Q8_0.gguf",
        state="running",
        progress=420,
        state_text="1.8 of 4.2 GB, 4 minutes left",
    ),
    DownloadRow(
        id="c/d:Q4_K_M",
        name="Other",
        file_name="d-Q4_K_M.gguf",
        state="waiting",
        state_text="Waiting",
    ),
    DownloadRow(
        id="e/f:Q4_0",
        name="Failed",
        file_name="f-Q4_0.gguf",
        state="failed",
        sentence="The hub did not answer. Try again later.",
    ),
    DownloadRow(id="g/h:Q4_0", name="Here", file_name="h-Q4_0.gguf", state="done", model_id="h"),
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
