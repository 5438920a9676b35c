# SPDX-License-Identifier: Apache-2.0
"""What a hub can do wrong with one request, as values. A test returns them from `hub.fault`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """Send this instead of the right answer: a 429, a captive portal, rubbish.

    The Content-Length is that of the body unless the headers say another one.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Cut:
    """Close the connection after so many bytes of the body."""

    after_bytes: int


@dataclass(frozen=True)
class Stall:
    """Send so many bytes of the body, then nothing until the client hangs up."""

    after_bytes: int


@dataclass(frozen=True)
class WrongBytes:
    """Send these bytes in place of those that stand there in the file; a range may miss them."""

    at_byte: int
    content: bytes


@dataclass(frozen=True)
class WrongLength:
    """Say a Content-Length that is so many bytes too large or too small, and send the rest."""

    extra_bytes: int


@dataclass(frozen=True)
class NoRanges:
    """Send the whole file with 200, whatever range was asked for."""


@dataclass(frozen=True)
class ExtraHeaders:
    """Send the right answer with these headers added or replaced."""

    headers: Mapping[str, str]


Fault = Answer | Cut | Stall | WrongBytes | WrongLength | NoRanges | ExtraHeaders
