# SPDX-License-Identifier: Apache-2.0
"""The keys that work everywhere in the window, and the sheet that lists them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.overlay import Overlay
from nemodesk.ui.widgets.shortcut_sheet import ShortcutSheet

Key = tuple[str, str, Callable[[], object] | None]
"""Keys, what they do, and what runs: nothing where the widget with the focus knows the key."""


class Shortcuts(QObject):
    """Gives a window its keys.

    Args:
        keys: in the order of the sheet.
    """

    def __init__(self, window: QWidget, keys: Sequence[Key]) -> None:
        super().__init__(window)
        self._window = window
        self._keys = tuple(keys)
        self._overlay: Overlay | None = None
        for sequence, _meaning, run in self._keys:
            if run is not None:
                QShortcut(QKeySequence(sequence), window).activated.connect(run)

    def show_sheet(self, theme: Theme) -> None:
        """Show all keys; once."""
        if self._overlay is not None:
            return
        keys = [(sequence, meaning) for sequence, meaning, _run in self._keys]
        sheet = ShortcutSheet(keys, theme)
        self._overlay = Overlay(self._window, sheet, theme)
        sheet.close_button.clicked.connect(self._overlay.close_card)
        self._overlay.closed.connect(self._on_closed)

    def _on_closed(self) -> None:
        self._overlay = None
