# SPDX-License-Identifier: Apache-2.0
"""Reads JSON and plain values into msgspec's structs, from any thread.

msgspec notes what it must know of a struct when the struct is first read, and shows these notes to
other threads before they are complete: two threads that read the same struct for the first time
end the process (msgspec 0.22, `json_decode_struct_map_inner`). Here the notes are made under a
lock, before anything is read with them.
"""

import functools
import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_noting = threading.Lock()


@functools.cache
def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Return what reads JSON of this kind. Thread: any."""
    with _noting:
        return msgspec.json.Decoder(kind)


def decode(content: bytes | bytearray | str, kind: type[T]) -> T:
    """Read JSON as this kind. Thread: any.

    Raises:
        msgspec.DecodeError: it is no JSON, or (ValidationError) of another kind.
    """
    return decoder(kind).decode(content)


def convert(value: Any, kind: type[T]) -> T:  # noqa: ANN401 - as msgspec.convert
    """Return a plain value as this kind. Thread: any.

    Raises:
        msgspec.ValidationError: it is of another kind.
    """
    decoder(kind)
    return msgspec.convert(value, kind)
