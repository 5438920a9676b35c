# SPDX-License-Identifier: Apache-2.0
"""Streams that count: one tells how far it is, one ends what unpacks to absurdly much.

They unpack nothing themselves.
"""

from collections.abc import Callable

from nemodesk.exchange.json_stream import ByteStream

ALWAYS_FINE_BYTES = 1024 * 1024 * 1024
"""Small files of few words pack well, and nobody is hurt by them."""
_MOST_TIMES = 100
"""Chats pack to a fifth or a tenth; a bomb of zeros to a thousandth (measured: deflate, 1,030)."""


class TooMuchError(ValueError):
    """More came out than can be honest."""


class Bounded:
    """A stream of unpacked bytes that ends in an error when it gives absurdly many.

    Args:
        packed_bytes: how long it is packed.
        fine_bytes: so many are never too many.
    """

    def __init__(
        self, stream: ByteStream, *, packed_bytes: int, fine_bytes: int = ALWAYS_FINE_BYTES
    ) -> None:
        self._stream = stream
        self._left_bytes = fine_bytes + packed_bytes * _MOST_TIMES

    def read(self, size: int, /) -> bytes:
        """Read on.

        Raises:
            TooMuchError: that was too much.
        """
        more = self._stream.read(size)
        self._left_bytes -= len(more)
        if self._left_bytes < 0:
            raise TooMuchError
        return more


class Counted:
    """A stream that tells how much of it has been read.

    Args:
        tell: takes how many bytes were read now.
    """

    def __init__(self, stream: ByteStream, tell: Callable[[int], None]) -> None:
        self._stream = stream
        self._tell = tell

    def read(self, size: int, /) -> bytes:
        """Read on."""
        more = self._stream.read(size)
        self._tell(len(more))
        return more
