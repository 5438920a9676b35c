# SPDX-License-Identifier: Apache-2.0
"""The room Settings: its pages and the way between them. It reads and writes no settings."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nemodesk import __version__
from nemodesk.ui.settings.about_page import AboutPage
from nemodesk.ui.settings.connections_page import ConnectionsPage
from nemodesk.ui.settings.general_page import GeneralPage
from nemodesk.ui.settings.licences import installed_licences
from nemodesk.ui.settings.performance_page import PerformancePage
from nemodesk.ui.settings.privacy_page import PrivacyPage
from nemodesk.ui.settings.setting_card import SettingCard, SettingRow
from nemodesk.ui.settings.storage_page import StoragePage
from nemodesk.ui.settings.transfer_page import TransferPage
from nemodesk.ui.theme import Theme
from nemodesk.ui.widgets.buttons import Button
from nemodesk.ui.widgets.flow import FlowLayout
from nemodesk.ui.widgets.labels import make_label

_NO_LIMIT = 16_777_215
"""QWIDGETSIZE_MAX of Qt."""
_NARROW_STEPS = 190
"""In steps of the grid."""


class SettingsRoom(QWidget):
    """Pages of settings.

    Signals:
        theme_selected(str): system, light, dark or high_contrast.
        welcome_requested(): show the first page again.
        storage_entered(): the person looks at the page Models and storage.
        privacy_entered(): the person looks at the page Privacy and security.
        setting_chosen(str, object): the person wants this value for this setting.
        setting_reset(str): the person wants the setting's default again.

    Attributes:
        general, storage, performance, privacy, connections, transfer, about: the pages.
    """

    theme_selected = Signal(str)
    welcome_requested = Signal()
    storage_entered = Signal()
    setting_chosen = Signal(str, object)
    setting_reset = Signal(str)
    privacy_entered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings_room")
        self.general = GeneralPage(theme)
        self.storage = StoragePage(theme)
        self.performance = PerformancePage(theme)
        self.connections = ConnectionsPage(theme)
        self.privacy = PrivacyPage(theme)
        self.transfer = TransferPage(theme)
        self.about = AboutPage(theme, __version__, installed_licences())
        self._buttons: list[Button] = []
        self._names: list[str] = []
        self._columns: list[QHBoxLayout] = []
        self._theme = theme
        self._lay_out()
        self.general.theme_selected.connect(self.theme_selected)
        self.general.welcome_requested.connect(self.welcome_requested)
        for card in self._cards():
            card.setting_chosen.connect(self.setting_chosen)
            card.setting_reset.connect(self.setting_reset)
        self.set_theme(theme)
        self._show_page(0)

    def _lay_out(self) -> None:
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._side = QVBoxLayout()
        self._outer.addLayout(self._side)
        self._heading = make_label(self.tr("Settings"), "title")
        self._side.addWidget(self._heading)
        self._list_widget = QWidget()
        self._list = FlowLayout(self._list_widget)
        self._side.addWidget(self._list_widget)
        sheet = QFrame()
        sheet.setObjectName("sheet")
        self._outer.addWidget(sheet, 1)
        self._pages = QStackedLayout(sheet)
        # A page is one line here: name, title, icon, widget.
        self._add_page("general", self.tr("General"), "settings", self.general)
        self._add_page("storage", self.tr("Models and storage"), "folder", self.storage)
        self._add_page("performance", self.tr("Performance"), "speed", self.performance)
        self._add_page("privacy", self.tr("Privacy and security"), "lock", self.privacy)
        self._add_page("connections", self.tr("Connections"), "link", self.connections)
        self._add_page("transfer", self.tr("Backup and transfer"), "archive", self.transfer)
        self._add_page("about", self.tr("About"), "info", self.about)
        self._side.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from a theme."""
        edge = theme.spacing(2)
        self._outer.setContentsMargins(edge, edge, edge, edge)
        self._outer.setSpacing(edge)
        self._side.setSpacing(theme.spacing(1))
        self._list.setSpacing(theme.spacing(1))
        self._side.setContentsMargins(theme.spacing(1), 0, 0, 0)
        self._heading.setContentsMargins(theme.spacing(2), edge, 0, edge)
        for button in self._buttons:
            button.set_theme(theme)
        self._theme = theme
        self._fit()
        pages = (self.general, self.storage, self.performance, self.privacy)
        for page in (*pages, self.connections, self.transfer, self.about):
            page.set_theme(theme)
            page.setMaximumWidth(theme.spacing(160))

    def show_setting(self, key: str, row: SettingRow) -> None:
        """Show what counts, on whichever page it is."""
        for card in self._cards():
            card.show_setting(key, row)
        if key == "trash.keep_days":
            self.storage.trash.show_days(row.value)

    def _cards(self) -> tuple[SettingCard, ...]:
        pages = (self.general, self.storage, self.performance, self.connections)
        return sum((page.cards for page in pages), ())

    def _add_page(self, name: str, title: str, icon: str, page: QWidget) -> None:
        index = self._pages.count()
        self._names.append(name)
        button = Button(f"settings_{name}", title, kind="row", icon=icon)
        button.clicked.connect(lambda: self._show_page(index))
        self._buttons.append(button)
        self._list.addWidget(button)
        inside = QWidget()
        inside.setProperty("page", True)
        centre = QHBoxLayout(inside)
        centre.addStretch(1)
        centre.addWidget(page, 1000)
        centre.addStretch(1)
        self._columns.append(centre)
        area = QScrollArea()
        area.setObjectName(f"{name}_scroll_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        area.setAccessibleName(title)
        area.setWidget(inside)
        self._pages.addWidget(area)

    def _show_page(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        for place, button in enumerate(self._buttons):
            button.set_current(is_current=place == index)
        self._tell_entered()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list of pages above the page where there is little room beside it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        theme = self._theme
        is_narrow = self.width() < theme.spacing(_NARROW_STEPS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._outer.setDirection(down if is_narrow else across)
        self._heading.setVisible(not is_narrow)
        widest = max(theme.spacing(44), *(button.sizeHint().width() for button in self._buttons))
        for button in self._buttons:
            button.setMinimumWidth(0 if is_narrow else widest)
        self._list_widget.setMaximumWidth(_NO_LIMIT if is_narrow else widest)
        side = theme.spacing(4 if is_narrow else 8)
        for column in self._columns:
            column.setContentsMargins(side, theme.spacing(7), side, theme.spacing(6))

    def showEvent(self, event: QShowEvent) -> None:
        """Tell which page is looked at."""
        super().showEvent(event)
        self._tell_entered()

    def _tell_entered(self) -> None:
        if not self.isVisible():
            return
        entered = self._names[self._pages.currentIndex()]
        if entered == "storage":
            self.storage_entered.emit()
        elif entered == "privacy":
            self.privacy_entered.emit()
