# SPDX-License-Identifier: Apache-2.0
"""Gives our own widgets the accessible role that Qt cannot guess. It changes no looks."""

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

# A widget carries the number of its role in this dynamic property.
_ROLE_PROPERTY = "accessibleRole"


def install_roles() -> None:
    """Let Qt ask for the roles that set_role() gives; call once per process."""
    QAccessible.installFactory(_make_interface)


def set_role(widget: QWidget, role: QAccessible.Role) -> None:
    """Give a plain widget a role; call before anything else: a name makes Qt ask for it."""
    widget.setProperty(_ROLE_PROPERTY, role.value)


def announce_alert(widget: QWidget) -> None:
    """Tell screen readers to read this widget now."""
    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))


def _make_interface(_class_name: str, made_for: QObject) -> QAccessibleInterface | None:
    if not isinstance(made_for, QWidget):
        return None
    number: Any = made_for.property(_ROLE_PROPERTY)
    if number is None:
        return None
    return QAccessibleWidget(made_for, QAccessible.Role(number))
