# SPDX-License-Identifier: Apache-2.0
"""Themes: complete, readable in every pair of colours, following the system."""

import re
import tomllib
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from nemodesk.paths import resources
from nemodesk.ui.theme import Theme, ThemeChoice, ThemeFollower, load_theme

THEMES = ("light", "dark", "high_contrast")
_READABLE = 4.5
_PLACES = ("window", "surface", "surface_raised", "surface_sunken", "hover", "user_bubble")
_PAIRS = (
    *((text, place) for text in ("text", "text_muted") for place in _PLACES),
    ("text", "pressed"),
    ("text", "accent_soft"),
    ("accent", "surface"),
    ("accent", "accent_soft"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("selection_text", "selection"),
    ("text_selection_text", "text_selection"),
    ("link", "surface"),
    ("link", "user_bubble"),
    ("code_text", "code_background"),
    ("danger", "surface"),
    ("danger", "danger_soft"),
    ("text", "danger_soft"),
    ("warning", "surface"),
    ("warning", "warning_soft"),
    ("text", "warning_soft"),
    ("success", "surface"),
    ("success", "success_soft"),
    ("text", "success_soft"),
    ("notice_text", "notice"),
    ("notice_accent", "notice"),
)


def _luminance(colour: QColor) -> float:
    # WCAG 2.2, "relative luminance".
    def channel(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (
        channel(value) for value in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_text_is_readable_on_its_background(name: str) -> None:
    """Every colour of text reaches a contrast of 4.5 to 1 on what it stands on."""
    theme = load_theme(name)
    pairs = list(_PAIRS)
    pairs += [(role, "code_background") for role in theme.colours if role.startswith("syntax_")]
    weak = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := _contrast(theme.colour(pair[0]), theme.colour(pair[1]))) < _READABLE
    }
    assert not weak


@pytest.mark.parametrize("name", THEMES)
def test_focus_stands_out(name: str) -> None:
    """The focus ring reaches a contrast of 3 to 1 on everything that it can lie on."""
    theme = load_theme(name)
    for place in ("window", "surface", "surface_raised"):
        assert _contrast(theme.colour("focus"), theme.colour(place)) >= 3


def test_themes_have_the_same_roles() -> None:
    """No theme lacks a role that another has."""
    first, *others = (set(load_theme(name).colours) for name in THEMES)
    assert all(roles == first for roles in others)


@pytest.mark.parametrize("name", THEMES)
def test_palettes_name_no_colour_in_vain(name: str) -> None:
    """Each colour of a palette is used by a role."""
    content = tomllib.loads((resources() / "themes" / f"{name}.toml").read_text("utf-8"))
    assert set(content["palette"]) == set(content["roles"].values())


def test_style_sheet_has_no_holes_left(theme: Theme) -> None:
    """Every hole of the style sheet is filled."""
    assert "$" not in theme.style_sheet()


def test_icons_are_tinted(theme: Theme) -> None:
    """An icon is drawn in the colour of its role."""
    picture = theme.pixmap("stop", "accent", 24).toImage()
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    assert middle.name() == theme.colour("accent").name()


@pytest.mark.parametrize(
    "path", sorted((resources() / "icons").glob("*.svg")), ids=lambda p: p.stem
)
def test_icons_are_of_one_set(path: Path) -> None:
    """All icons share one grid, one stroke and one colour to be tinted."""
    svg = path.read_text("utf-8")
    assert 'viewBox="0 0 24 24"' in svg
    assert 'stroke-width="1.75"' in svg
    assert 'stroke="currentColor"' in svg
    assert not re.search("#[0-9a-fA-F]{3,8}", svg)


def test_sizes_follow_the_system_font(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who doubles the system's text gets twice the room around it."""
    small = theme.spacing(4)
    font = QGuiApplication.font()
    font.setPointSizeF(font.pointSizeF() * 3)
    monkeypatch.setattr(QGuiApplication, "font", lambda: font)
    assert theme.spacing(4) > small
    assert theme.font("title").pointSizeF() > font.pointSizeF()


@pytest.mark.parametrize("choice", ["light", "dark", "high_contrast"])
def test_the_person_chooses(qtbot: QtBot, choice: str) -> None:
    """A chosen theme is in force at once and says so."""
    start = "dark" if choice == "light" else "light"
    follower = ThemeFollower(start)
    with qtbot.waitSignal(follower.theme_changed) as told:
        follower.choose(choice)
    assert told.args == [follower.theme]
    assert follower.theme.name == choice
    follower.choose(ThemeChoice.SYSTEM)


def test_no_colours_or_pixels_outside_the_theme() -> None:
    """Widgets name roles: no hex colour and no pixel size stands in their code."""
    folder = Path(__file__).parents[2] / "nemodesk" / "ui"
    found = [
        f"{path.name}: {line.strip()}"
        for path in folder.rglob("*.py")
        if path.name != "theme.py"
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"[\"']#[0-9a-fA-F]{3,8}[\"']|\d+px\b", line)
    ]
    assert not found
