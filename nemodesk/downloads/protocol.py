# SPDX-License-Identifier: Apache-2.0
"""The messages between a download's owner and its child process: one JSON object per line.

It holds values and their encoding only. The end of the child's input ends the download: that is
how it is paused and cancelled.
"""

from typing import Literal

import msgspec

from nemodesk.errors import ErrorCode
from nemodesk.hub.choices import HubChoices
from nemodesk.structs import decoder

PROTOCOL_VERSION = 1


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a message."""


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A message to the child process."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A message from the child process."""


class WantedFile(Value, frozen=True):
    """A file of the hub, as `catalog.offers.offer.RemoteFile` has it."""

    path: str
    size_bytes: int
    sha256: str = ""


class Patience(Value, frozen=True):
    """How long to wait, and how often to try again.

    Attributes:
        stall_s: a connection that brings nothing for so long is given up.
        first_wait_s: before the second try; each further one doubles it.
        longest_wait_s: more is waited only if the hub asks for it.
        longest_asked_s: a hub that asks for more has failed. Its limits are counted over five
            minutes (huggingface_hub: parse_ratelimit_headers).
        tries: in a row without a new byte.
    """

    stall_s: float = 30.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    longest_asked_s: float = 600.0
    tries: int = 5


class Fetch(Request, tag="fetch", frozen=True):
    """Fetch all files of one model. The first request, and sent once.

    Attributes:
        revision: the hub's commit; empty means the newest, and the hub is asked for the files
            of the quant first.
        anew: also what is there already and right.
        rate_limit: bytes a second; None is unlimited.
        choices: what the person has chosen about the hub, with its key.
    """

    models_folder: str
    repo_id: str
    quant: str
    revision: str
    files: tuple[WantedFile, ...]
    rate_limit: float | None = None
    anew: bool = False
    patience: Patience = Patience()
    choices: HubChoices = HubChoices()


class LimitRate(Request, tag="limit_rate", frozen=True):
    """Receive so many bytes a second at most; None is unlimited."""

    bytes_per_s: float | None


class Hello(Event, tag="hello", frozen=True):
    """The child lives and speaks this protocol."""

    protocol: int


class Settled(Event, tag="settled", frozen=True):
    """What the hub says the files are, where the request did not know or it has changed."""

    revision: str
    files: tuple[WantedFile, ...]


class Progress(Event, tag="progress", frozen=True):
    """How far it is. At most ten of them come a second.

    Attributes:
        received_bytes: of all files, also those of earlier times.
        verified_bytes: of these, how much is hashed.
        fetched_bytes: what has come over the network this time.
        phase: verifying once nothing more has to come.
    """

    received_bytes: int
    total_bytes: int
    verified_bytes: int
    fetched_bytes: int
    phase: Literal["running", "verifying"]


class Notice(Event, tag="notice", frozen=True):
    """Something that the person may want to know meanwhile; empty: it is over."""

    sentence: str


class Arrived(Event, tag="arrived", frozen=True):
    """All files are whole and in their place, in the order of the request. The last event."""

    paths: tuple[str, ...]
    sha256s: tuple[str, ...]
    revision: str
    fetched_bytes: int


class Failed(Event, tag="failed", frozen=True):
    """It could not be done; what has come is kept. The last event.

    Attributes:
        is_passing: the network is away, so that it may go on by itself later.
    """

    code: ErrorCode
    sentence: str
    detail: str = ""
    is_passing: bool = False


AnyRequest = Fetch | LimitRate
AnyEvent = Hello | Settled | Progress | Notice | Arrived | Failed

_encoder = msgspec.json.Encoder()
_request_decoder: msgspec.json.Decoder[AnyRequest] = decoder(AnyRequest)
_event_decoder: msgspec.json.Decoder[AnyEvent] = decoder(AnyEvent)


def encode(message: AnyRequest | AnyEvent) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_request(line: bytes) -> AnyRequest:
    """Read a request. Raises msgspec.DecodeError (or ValidationError) for anything else."""
    return _request_decoder.decode(line)


def decode_event(line: bytes) -> AnyEvent:
    """Read an event. Raises msgspec.DecodeError (or ValidationError) for anything else."""
    return _event_decoder.decode(line)
