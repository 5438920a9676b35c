# SPDX-License-Identifier: Apache-2.0
"""The files that go with a question, wherever they are now. It moves none."""

from collections.abc import Iterator
from dataclasses import dataclass

from nemodesk.chats.message import Attachment, NewAttachment


@dataclass(frozen=True, kw_only=True)
class Files:
    """What is attached to a question that is about to be asked.

    Attributes:
        drafted: they are stored with the chat's draft and move to the question.
        kept: another message has them too, of which the question is a new version.
        new: they are not stored yet.
    """

    drafted: tuple[Attachment, ...] = ()
    kept: tuple[Attachment, ...] = ()
    new: tuple[NewAttachment, ...] = ()

    def __iter__(self) -> Iterator[Attachment | NewAttachment]:
        """Yield all of them, in the order in which the model reads them."""
        yield from (*self.kept, *self.drafted, *self.new)
