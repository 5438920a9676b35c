# SPDX-License-Identifier: Apache-2.0
"""Colours, sizes, fonts and icons of the window, by role. It builds and shows no widgets.

Colours come from resources/themes/*.toml, where a palette names colours and roles name palette
entries. Sizes follow the system font, so that a person who enlarges it enlarges everything.
"""

import functools
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
    QStyleHints,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from nemodesk.paths import resources

GRID_PX = 4
RADIUS_PX = 8
# Height in pixels of the system font for which the grid is drawn (about 13 px text).
_NOMINAL_FONT_HEIGHT_PX = 17.0
_ICON_CACHE_SIZE = 512

# Sizes as a share of the system font, and weights.
_FONTS: Mapping[str, tuple[float, QFont.Weight]] = {
    "small": (0.9, QFont.Weight.Normal),
    "body": (1.0, QFont.Weight.Normal),
    "strong": (1.0, QFont.Weight.DemiBold),
    "reading": (1.1, QFont.Weight.Normal),
    "code": (1.0, QFont.Weight.Normal),
    "title": (1.2, QFont.Weight.DemiBold),
    "heading": (1.7, QFont.Weight.DemiBold),
}


class ThemeChoice(StrEnum):
    """What the person can choose under Appearance."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"


@dataclass(frozen=True)
class Theme:
    """One set of colours, and the sizes that go with the system font.

    Attributes:
        colours: role → "#rrggbb" or "#rrggbbaa".
    """

    name: str
    is_dark: bool
    colours: Mapping[str, str] = field(hash=False)

    def colour(self, role: str) -> QColor:
        """Return the colour of a role; KeyError if there is no such role."""
        return _colour(self.colours[role])

    def spacing(self, steps: float) -> int:
        """Return that many steps of the 4 px grid, larger when the system font is."""
        return round(steps * GRID_PX * _scale())

    @property
    def radius(self) -> int:
        """The radius of corners in pixels."""
        return RADIUS_PX

    @property
    def smallest_window(self) -> QSize:
        """The least size of the window; it does not grow with the text, screens do not either."""
        return QSize(190, 140) * GRID_PX

    @property
    def icon_size(self) -> QSize:
        """The size of an icon beside text."""
        return QSize(self.spacing(4.5), self.spacing(4.5))

    def font(self, role: str = "body") -> QFont:
        """Return the font of small, body, strong, reading, code, title or heading."""
        share, weight = _FONTS[role]
        system = QGuiApplication.font()
        font = QFont(system)
        if role == "code":
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        if system.pointSizeF() > 0:
            font.setPointSizeF(system.pointSizeF() * share)
        else:
            font.setPixelSize(max(1, round(system.pixelSize() * share)))
        font.setWeight(weight)
        return font

    def icon(self, name: str, role: str = "text") -> QIcon:
        """Return resources/icons/<name>.svg in the colour of a role, grey when disabled."""
        icon = QIcon()
        size_px = self.icon_size.width()
        modes = (
            (QIcon.Mode.Normal, self.colours[role]),
            (QIcon.Mode.Disabled, self.colours["text_disabled"]),
        )
        for mode, colour in modes:
            for ratio in (1, 2, 3):
                icon.addPixmap(_icon_pixmap(name, colour, size_px, ratio), mode)
        return icon

    def pixmap(self, name: str, role: str, size_px: int) -> QPixmap:
        """Return an icon as a picture, sharp on the screen of the application."""
        ratio = _screen_ratio()
        return _icon_pixmap(name, self.colours[role], size_px, ratio)

    def palette(self) -> QPalette:
        """Return the colours for widgets that no style sheet reaches."""
        palette = QPalette()
        for role, name in _PALETTE_ROLES.items():
            palette.setColor(role, self.colour(name))
        for role in (
            QPalette.ColorRole.Text,
            QPalette.ColorRole.WindowText,
            QPalette.ColorRole.ButtonText,
        ):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("text_disabled"))
        return palette

    def style_sheet(self) -> str:
        """Return the application's style sheet: resources/themes/window.qss with its holes filled.

        The holes are $<role> for a colour, $s<n> for n steps of the grid, $radius, and
        $font_<role> for a font size.
        """
        template = string.Template((resources() / "themes" / "window.qss").read_text("utf-8"))
        holes = {role: _css(value) for role, value in self.colours.items()}
        holes |= {f"s{n}": f"{self.spacing(n)}px" for n in range(1, 65)}
        holes |= {
            "radius": f"{self.radius}px",
            "radius_small": f"{self.radius * 3 // 4}px",
            "radius_large": f"{self.radius * 3 // 2}px",
            # Half of a round button: eight steps and the ring on both sides.
            "round": f"{self.spacing(8) // 2 + 2}px",
            # Half of a chip: six steps and the ring on both sides.
            "round_small": f"{self.spacing(6) // 2 + 2}px",
            # Half of a choice's mark, and of one that is chosen.
            "round_choice": f"{self.spacing(3) // 2 + 2}px",
            "round_chosen": f"{self.spacing(2) // 2 + self.spacing(1)}px",
            # One more pixel where the edge is a hairline instead of the focus ring.
            "secondary_padding": f"{self.spacing(1) + 1}px {self.spacing(3) + 1}px",
            "starter_padding": f"{self.spacing(3) + 1}px {self.spacing(4) + 1}px",
            "hairline": "1px",
            "ring": "2px",
        }
        holes |= {f"font_{role}": _font_size(self.font(role)) for role in _FONTS}
        return template.substitute(holes)


class ThemeFollower(QObject):
    """Knows which theme is in force: the system's, or the one that the person chose.

    Signals:
        theme_changed(Theme): another theme is in force.
    """

    theme_changed = Signal(object)

    def __init__(
        self,
        choice: str = ThemeChoice.SYSTEM,
        *,
        hints: QStyleHints | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._hints = hints or QGuiApplication.styleHints()
        self._choice = ThemeChoice(choice)
        self._tell_system()
        self.theme = load_theme(self._theme_name())
        self._hints.colorSchemeChanged.connect(self._on_scheme_changed)

    @property
    def choice(self) -> ThemeChoice:
        """What the person chose."""
        return self._choice

    @Slot(str)
    def choose(self, choice: str) -> None:
        """Follow the system, or keep to one theme."""
        self._choice = ThemeChoice(choice)
        self._tell_system()
        self._update()

    def _tell_system(self) -> None:
        # Title bars and native dialogs follow this, where the platform can.
        match self._choice:
            case ThemeChoice.SYSTEM:
                self._hints.unsetColorScheme()
            case ThemeChoice.LIGHT:
                self._hints.setColorScheme(Qt.ColorScheme.Light)
            case _:
                self._hints.setColorScheme(Qt.ColorScheme.Dark)

    def _theme_name(self) -> str:
        if self._choice is not ThemeChoice.SYSTEM:
            return self._choice
        if _wants_high_contrast(self._hints):
            return ThemeChoice.HIGH_CONTRAST
        is_dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        return ThemeChoice.DARK if is_dark else ThemeChoice.LIGHT

    def _on_scheme_changed(self) -> None:
        self._update()

    def _update(self) -> None:
        name = self._theme_name()
        if name != self.theme.name:
            self.theme = load_theme(name)
            self.theme_changed.emit(self.theme)


def load_theme(name: str, folder: Path | None = None) -> Theme:
    """Read a theme by name: light, dark or high_contrast."""
    path = (folder or resources() / "themes") / f"{name}.toml"
    with path.open("rb") as file:
        content = tomllib.load(file)
    palette: dict[str, str] = content["palette"]
    roles: dict[str, str] = content["roles"]
    return Theme(
        name=content["name"],
        is_dark=content["is_dark"],
        colours={role: palette[name] for role, name in roles.items()},
    )


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the application: style, palette and style sheet."""
    if not app.styleSheet():
        # The one style that follows a palette completely on every system. Once only: a style sheet
        # hides its name, and changing it under living widgets has ended in a segmentation fault.
        app.setStyle("Fusion")
    app.setPalette(theme.palette())
    sheet = theme.style_sheet()
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)


_PALETTE_ROLES: Mapping[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "surface_sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text_muted",
    QPalette.ColorRole.Button: "surface_raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.Highlight: "text_selection",
    QPalette.ColorRole.HighlightedText: "text_selection_text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "link",
    QPalette.ColorRole.LinkVisited: "link",
    QPalette.ColorRole.ToolTipBase: "notice",
    QPalette.ColorRole.ToolTipText: "notice_text",
    QPalette.ColorRole.Light: "surface_raised",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border_strong",
    QPalette.ColorRole.Shadow: "shadow",
}


def _wants_high_contrast(hints: QStyleHints) -> bool:
    # QStyleHints.accessibility() came with Qt 6.10; NemoDesk runs on 6.9 too.
    accessibility = getattr(hints, "accessibility", None)
    if accessibility is None:
        return False
    return accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def _scale() -> float:
    height_px = QFontMetricsF(QGuiApplication.font()).height()
    # Steps of a quarter keep the grid even; never below the nominal size.
    return max(1.0, round(4 * height_px / _NOMINAL_FONT_HEIGHT_PX) / 4)


def _screen_ratio() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


def _colour(text: str) -> QColor:
    # TOML has #rrggbbaa as in CSS; QColor reads #aarrggbb.
    if len(text) == len("#rrggbbaa"):
        return QColor(f"#{text[7:]}{text[1:7]}")
    return QColor(text)


def _css(text: str) -> str:
    colour = _colour(text)
    if colour.alpha() == 255:  # noqa: PLR2004 - opaque
        return text
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alpha()})"


def _font_size(font: QFont) -> str:
    if font.pointSizeF() > 0:
        return f"{font.pointSizeF():.2f}pt"
    return f"{font.pixelSize()}px"


@functools.lru_cache(maxsize=_ICON_CACHE_SIZE)
def _icon_pixmap(name: str, colour: str, size_px: int, ratio: float) -> QPixmap:
    svg = (resources() / "icons" / f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour[:7]).encode()))
    side_px = round(size_px * ratio)
    pixmap = QPixmap(side_px, side_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side_px, side_px))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
