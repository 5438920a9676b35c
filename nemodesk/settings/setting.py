# SPDX-License-Identifier: Apache-2.0
"""What is said of one setting, and which values it takes. It keeps no value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import urlsplit

import msgspec

from nemodesk.errors import UsageError
from nemodesk.structs import decode

T = TypeVar("T")

Kind = Literal["switch", "number", "choice", "address", "record"]
"""What a value is: bool, int, one of a few words, a URL or nothing, a JSON object."""

_YES = frozenset({"on", "yes", "true", "1"})
_NO = frozenset({"off", "no", "false", "0"})

_LONGEST_ADDRESS = 2000
_LARGEST_RECORD_BYTES = 4096


class Page(StrEnum):
    """The page of the settings that shows it; its name in the window."""

    GENERAL = "General"
    STORAGE = "Models and storage"
    PERFORMANCE = "Performance"
    PRIVACY = "Privacy and security"
    CONNECTIONS = "Connections"


class Effect(StrEnum):
    """When a change is felt."""

    AT_ONCE = "at once"
    NEXT_MESSAGE = "with the next message"
    NEXT_LOAD = "when a model is loaded the next time"
    NEXT_REQUEST = "with the next request to the hub"
    NEXT_START = "when NemoDesk is started the next time"


@dataclass(frozen=True, kw_only=True)
class Setting(Generic[T]):
    """One setting.

    Attributes:
        key: its stable name, such as `trash.keep_days`.
        default: what counts until the person chooses.
        sentence: what it does, in plain words.
        minimum, maximum: of a number; both are allowed.
        choices: the words that a choice takes.
        unit: of a number, in plain words.
        schemes: what an address may begin with.
        is_hidden: kept for the program's own use, and not shown in a list.
        environment: variables that win over it.
    """

    key: str
    kind: Kind
    default: T
    sentence: str
    takes_effect: Effect = Effect.AT_ONCE
    page: Page = Page.GENERAL
    minimum: int = 0
    maximum: int = 0
    choices: tuple[str, ...] = ()
    unit: str = ""
    schemes: tuple[str, ...] = ("https", "http")
    is_hidden: bool = False
    environment: tuple[str, ...] = ()

    def check(self, value: object) -> T:
        """Return the value if the setting takes it.

        Raises:
            UsageError: it does not; the sentence says what it takes.
        """
        if not self._takes(value):
            raise UsageError(f"{self.key} takes {self.range_in_words}.")
        return cast("T", value)

    def parse(self, text: str) -> T:
        """Return the value that a person has written as text.

        Raises:
            UsageError: it is none; the sentence says what the setting takes.
        """
        return self.check(self._value_of(text.strip()))

    @property
    def range_in_words(self) -> str:
        """What it takes, to stand after "takes"."""
        match self.kind:
            case "switch":
                return "on or off"
            case "number":
                unit = f" ({self.unit})" if self.unit else ""
                return f"a whole number from {self.minimum} to {self.maximum}{unit}"
            case "choice":
                return f"one of {', '.join(self.choices)}"
            case "address":
                return f"an address that begins with {'://, '.join(self.schemes)}://, or nothing"
            case "record":
                return "a JSON object"

    def _takes(self, value: object) -> bool:
        match self.kind:
            case "switch":
                return isinstance(value, bool)
            case "number":
                is_number = isinstance(value, int) and not isinstance(value, bool)
                return is_number and self.minimum <= cast("int", value) <= self.maximum
            case "choice":
                return isinstance(value, str) and value in self.choices
            case "address":
                return isinstance(value, str) and (not value or _is_address(value, self.schemes))
            case "record":
                return isinstance(value, dict) and _is_small_json(cast("object", value))

    def _value_of(self, text: str) -> object:
        match self.kind:
            case "switch":
                word = text.lower()
                return True if word in _YES else False if word in _NO else None
            case "number":
                return _number(text)
            case "choice":
                by_lower = {choice.lower(): choice for choice in self.choices}
                return by_lower.get(text.lower())
            case "address":
                return text
            case "record":
                return _json(text)


def _number(text: str) -> int | None:
    # A person may well write 1,000 or 1 000.
    plain = text.replace(",", "").replace(" ", "").replace("_", "")
    digits = plain.removeprefix("-")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 20  # noqa: PLR2004
    return int(plain) if is_number else None


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    if len(text) > _LONGEST_ADDRESS or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError for a port that is none
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def _is_small_json(value: object) -> bool:
    try:
        return len(msgspec.json.encode(value)) <= _LARGEST_RECORD_BYTES
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        return False


def _json(text: str) -> Mapping[str, Any] | None:
    try:
        return decode(text, dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
