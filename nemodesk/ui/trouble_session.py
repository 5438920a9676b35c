# SPDX-License-Identifier: Apache-2.0
"""Says in the window what went wrong: errors for the person, and mistakes of the program."""

import logging
import platform
from types import TracebackType

from PySide6.QtCore import QObject, qVersion
from PySide6.QtWidgets import QApplication

from nemodesk import __version__
from nemodesk.errors import NemodeskError
from nemodesk.paths import find_paths
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.error_text import error_title
from nemodesk.ui.window import MainWindow

_log = logging.getLogger(__name__)


class TroubleSession(QObject):
    """Shows what the bridge reports, and what nobody caught."""

    def __init__(self, window: MainWindow, *, bridge: Bridge) -> None:
        super().__init__(window)
        self._window = window
        bridge.failed.connect(self._show_error)
        bridge.broken.connect(self._show_mistake)

    def report(
        self,
        kind: type[BaseException],
        mistake: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log and show a mistake of the program; stands in for `sys.excepthook`."""
        _log.error("A mistake in the program", exc_info=(kind, mistake, trace))
        self._show_mistake(mistake)

    def _show_error(self, error: NemodeskError) -> None:
        self._window.show_alert(error_title(error.code), error.sentence)

    def _show_mistake(self, mistake: BaseException) -> None:
        report = (
            f"NemoDesk {__version__}, {platform.platform()}, Python {platform.python_version()}, "
            f"Qt {qVersion()}\n{mistake!r}\nThe log: {find_paths().logs}"
        )
        self._window.show_alert(
            self.tr("NemoDesk made a mistake"),
            self.tr(
                "Nothing that was stored is lost. Copy the report and send it to us, if you like."
            ),
            self.tr("Copy the report"),
            lambda: QApplication.clipboard().setText(report),
        )
