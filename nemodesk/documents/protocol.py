# SPDX-License-Identifier: Apache-2.0
"""The messages between whoever wants a document read and the process that reads it.

One JSON object per line. The only request is followed by the bytes of the file.
"""

import msgspec

from nemodesk.documents.document import Problem
from nemodesk.structs import decoder


class Read(msgspec.Struct, frozen=True, kw_only=True, tag="read", tag_field="kind"):
    """Read the file whose bytes follow."""

    name: str
    size_bytes: int


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """A message from the process."""


class Opened(Event, tag="opened", frozen=True):
    """What the file is. Nothing of its text has been read yet."""

    media_type: str
    page_count: int


class Text(Event, tag="text", frozen=True):
    """A piece of the text of a page; pages come in order, counted from 0."""

    page: int
    text: str


class Unreadable(Event, tag="unreadable", frozen=True):
    """A page could not be read; the others may."""

    page: int
    detail: str


class Done(Event, tag="done", frozen=True):
    """The whole text has been sent. The last event."""


class Refused(Event, tag="refused", frozen=True):
    """The file cannot be read. The last event."""

    problem: Problem
    detail: str = ""


AnyEvent = Opened | Text | Unreadable | Done | Refused

_encoder = msgspec.json.Encoder()
_read_decoder = decoder(Read)
_event_decoder: msgspec.json.Decoder[AnyEvent] = decoder(AnyEvent)


def encode(message: Read | AnyEvent) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_read(line: bytes) -> Read:
    """Read the request. Raises msgspec.DecodeError for anything else."""
    return _read_decoder.decode(line)


def decode_event(line: bytes) -> AnyEvent:
    """Read an event. Raises msgspec.DecodeError for anything else."""
    return _event_decoder.decode(line)
