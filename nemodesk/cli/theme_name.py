# SPDX-License-Identifier: Apache-2.0
"""The names of the window's themes, as the command line takes them."""

from enum import StrEnum


class ThemeName(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"
