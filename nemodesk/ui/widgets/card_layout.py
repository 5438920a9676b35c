# SPDX-License-Identifier: Apache-2.0
"""Lays out what every card over the window has: its parts, and its buttons in a row below."""

from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from nemodesk.ui.theme import Theme


def fill_card(
    card: QWidget,
    parts: Iterable[QWidget | QLayout],
    buttons: Iterable[QWidget],
    theme: Theme,
) -> QVBoxLayout:
    """Put the parts below each other and the buttons at the trailing edge; return the column."""
    row = QHBoxLayout()
    row.setSpacing(theme.spacing(2))
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    column = QVBoxLayout(card)
    edge = theme.spacing(6)
    column.setContentsMargins(edge, theme.spacing(5), edge, theme.spacing(5))
    column.setSpacing(theme.spacing(3))
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addLayout(row)
    return column
