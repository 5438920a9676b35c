# SPDX-License-Identifier: Apache-2.0
"""The person's settings as commands use them: read at the start, stored before the end."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from nemodesk.cli.terminal import say
from nemodesk.errors import StorageError
from nemodesk.hub.choices import HubChoices, choices_in
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings

_READ_S = 6.0
"""A little more than a keyring is given to answer; then the file in its place has been read."""
_STORE_S = 15.0
"""Another process may be waiting for a keyring meanwhile."""


@contextmanager
def open_settings(on_problem: Callable[[str], None] | None = None) -> Generator[Settings]:
    """Give the settings; what was set is stored at the end.

    Args:
        on_problem: takes a sentence about where they are kept; None leaves it to the log.

    Raises:
        StorageError: what was set cannot be stored anywhere.
    """
    settings = Settings(find_paths(), on_problem=on_problem)
    settings.open_now(_READ_S)
    try:
        yield settings
    finally:
        is_stored = settings.close(_STORE_S)
    if not is_stored:
        raise StorageError(
            f"The settings cannot be kept in {find_paths().data}. Make room there or allow "
            "writing, then set them again."
        )


def say_if_unread(settings: Settings) -> None:
    """Say it where defaults stand in for what a keyring holds and does not give now."""
    place = settings.where()
    if place is not None and place.is_passing:
        say(f"{place.reason} What is kept in it does not count meanwhile.")


def hub_choices() -> HubChoices:
    """Return what the person has chosen about the hub; say it if that cannot be read now."""
    with open_settings() as settings:
        say_if_unread(settings)
        return choices_in(settings)
