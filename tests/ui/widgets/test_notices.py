# SPDX-License-Identifier: Apache-2.0
"""Bars that tell something in place: the picture says whether something was done."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.notices import AlertBar


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("notice", ("check", "accent", True)),
        ("notice", ("info", "accent", False)),
        ("alert", ("error", "danger", True)),
    ],
)
def test_the_picture_fits_what_is_told(
    qtbot: QtBot, theme: Theme, name: str, picture: tuple[str, str, bool]
) -> None:
    """A check mark stands only beside what was done; the next notice has its own picture."""
    icon, role, is_done = picture
    bar = AlertBar(theme, name=name)
    qtbot.addWidget(bar)
    bar.show_alert("It is so", "", is_done=not is_done)
    bar.show_alert("It is so", "", is_done=is_done)
    shown = bar.findChildren(QLabel)[0].pixmap().toImage()
    assert shown == theme.pixmap(icon, role, theme.spacing(5)).toImage()
