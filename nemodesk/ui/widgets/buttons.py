# SPDX-License-Identifier: Apache-2.0
"""Buttons with an accessible name, a kind and an icon by role. They decide nothing."""

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QPushButton, QWidget

from nemodesk.ui.theme import Theme


class Button(QPushButton):
    """A push button of one kind: primary, secondary, quiet, danger, row, icon or round.

    Buttons take the focus from the keyboard only, so that its ring is not left behind by clicks.

    Args:
        name: object name; unique among the visible controls of a room.
        text: what it says; icon buttons say it as accessible name and tool tip.
        icon: name of an icon, or empty.
    """

    def __init__(
        self,
        name: str,
        text: str,
        *,
        kind: str = "secondary",
        icon: str = "",
        icon_role: str = "text_muted",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._icon_role = icon_role
        self.setObjectName(name)
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        if kind in ("icon", "round"):
            self.setToolTip(text)
        else:
            # An ampersand in a name is a letter here, not a mnemonic.
            # The space keeps the icon off the text; styles leave no other way.
            gap = "\u2002" if icon else ""
            self.setText(gap + text.replace("&", "&&"))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in the colours of a theme."""
        if self._icon:
            self.setIconSize(theme.icon_size)
            self.setIcon(theme.icon(self._icon, self._icon_role))

    def sizeHint(self) -> QSize:
        """Return room for the text also where it is bold: then nothing moves or is cut off."""
        hint = super().sizeHint()
        if self.property("kind") in ("chip", "row"):
            bold = QFont(self.font())
            bold.setWeight(QFont.Weight.DemiBold)
            more = QFontMetrics(bold).horizontalAdvance(self.text())
            more -= self.fontMetrics().horizontalAdvance(self.text())
            hint.setWidth(hint.width() + max(0, more))
        return hint

    def set_current(self, *, is_current: bool) -> None:
        """Mark the button as the one that stands for what is shown."""
        self.setProperty("current", is_current)
        # Not self.tr: that looks under the name of the subclass.
        text = QCoreApplication.translate("Button", "Shown now")
        self.setAccessibleDescription(text if is_current else "")
        self.style().unpolish(self)
        self.style().polish(self)


class RowButton(Button):
    """A button as wide as its list, with its icon and text at the leading edge."""

    def __init__(
        self, name: str, text: str, *, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(name, text, kind="row", icon=icon, parent=parent)
