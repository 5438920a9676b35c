# SPDX-License-Identifier: Apache-2.0
"""The page About: version, licence, promises, libraries. It looks nothing up."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nemodesk.ui.rows import LibraryLicence
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.accessible import set_role
from nemodesk.ui.widgets.labels import make_label


class AboutPage(QWidget):
    """What NemoDesk is, what it never does, and what it is built with."""

    def __init__(
        self,
        theme: Theme,
        version: str,
        libraries: Sequence[LibraryLicence],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("about_page")
        self.setProperty("page", True)
        self.setAccessibleName(self.tr("About"))
        self._pictures: list[QLabel] = []
        self._promise_card = self._make_promises()
        self._library_card = self._make_libraries(libraries)
        self._column = QVBoxLayout(self)
        self._column.addWidget(make_label("NemoDesk", "title"))
        licence = self.tr("Free software under the Apache licence, version 2.0.")
        line = self.tr("Version {0}.").format(version) + " " + licence if version else licence
        self._column.addWidget(make_label(line, "muted", wraps=True))
        self._column.addWidget(self._promise_card)
        self._column.addSpacing(theme.spacing(4))
        self._column.addWidget(make_label(self.tr("Built with"), "title"))
        self._column.addWidget(self._library_card)
        self._column.addStretch(1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.spacing(2))
        for picture in self._pictures:
            picture.setPixmap(theme.pixmap("lock", "accent", theme.spacing(4.5)))
        edge = theme.spacing(4)
        for card in (self._promise_card, self._library_card):
            layout = card.layout()
            if layout is not None:
                layout.setContentsMargins(edge, edge, edge, edge)
                layout.setSpacing(theme.spacing(2))

    def _make_promises(self) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        column = QVBoxLayout(card)
        for sentence in (
            self.tr("Your chats stay on this computer. Nothing you write is sent anywhere."),
            self.tr("NemoDesk counts nothing and reports nothing about you."),
            self.tr("It connects to the internet only when you ask it to."),
        ):
            picture = QLabel()
            self._pictures.append(picture)
            row = QHBoxLayout()
            row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(make_label(sentence, wraps=True), 1)
            column.addLayout(row)
        return card

    def _make_libraries(self, libraries: Sequence[LibraryLicence]) -> QFrame:
        card = QFrame()
        set_role(card, QAccessible.Role.List)
        card.setObjectName("libraries")
        card.setProperty("card", True)
        card.setAccessibleName(self.tr("Licences of the libraries"))
        grid = QGridLayout(card)
        grid.setColumnStretch(2, 1)
        for row, library in enumerate(libraries):
            grid.addWidget(make_label(library.name, "strong"), row, 0)
            grid.addWidget(make_label(library.version, "muted"), row, 1)
            licence = make_label(library.licence, "muted", wraps=True)
            licence.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(licence, row, 2)
        return card
