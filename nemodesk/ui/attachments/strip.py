# SPDX-License-Identifier: Apache-2.0
"""The files of a message in the transcript, as chips. It opens none."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nemodesk.chats.message import Attachment
from nemodesk.ui.attachments.chip import AttachmentChip
from nemodesk.ui.attachments.wording import describe
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.flow import FlowLayout


class AttachmentStrip(QWidget):
    """Chips beside each other.

    Signals:
        opened(Attachment): show this file.
    """

    opened = Signal(object)

    def __init__(
        self, attachments: Sequence[Attachment], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self)
        self._chips: list[AttachmentChip] = []
        for each in attachments:
            row = describe(each.id, each.name, each.media_type, each.text, each.size_bytes)
            chip = AttachmentChip(row, theme, is_draft=False)
            chip.opened.connect(partial(self.opened.emit, each))
            self._chips.append(chip)
            self._flow.addWidget(chip)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._flow.setSpacing(theme.spacing(1.5))
        for chip in self._chips:
            chip.set_theme(theme)

    def fit(self, most_px: int) -> tuple[int, int]:
        """Return the width, up to the most, and the height that the chips need."""
        for chip in self._chips:
            chip.ensurePolished()
        wide = min(most_px, self._flow.sizeHint().width())
        return wide, self._flow.heightForWidth(wide)
