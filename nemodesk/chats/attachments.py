# SPDX-License-Identifier: Apache-2.0
"""The part of the store that keeps attachments. It reads no file: it is given text and bytes."""

from nemodesk.chats import attachment_rows, rows
from nemodesk.chats.message import Attachment, NewAttachment
from nemodesk.chats.store_part import StorePart


class Attachments(StorePart):
    """What drafts and messages have beside their text."""

    def draft_attachments(self, chat_id: int) -> tuple[Attachment, ...]:
        """Return what is attached to the text that has not been sent, in its order."""
        with self._database.reading() as connection:
            condition = "chat_id = :id AND message_id IS NULL"
            return rows.attachments_of(connection, condition, {"id": chat_id}).get(None, ())

    def add_draft_attachment(self, chat_id: int, attachment: NewAttachment) -> Attachment:
        """Attach something to the text that has not been sent."""
        with self._database.changing() as connection:
            rows.chat(connection, chat_id)
            attachment_id = attachment_rows.add(connection, chat_id, attachment, message_id=None)
            return attachment_rows.one(connection, attachment_id)

    def remove_draft_attachment(self, attachment_id: int) -> None:
        """Take something away from the text that has not been sent."""
        with self._database.changing() as connection:
            cursor = connection.execute(
                "DELETE FROM attachment WHERE id = ? AND message_id IS NULL", (attachment_id,)
            )
            if cursor.rowcount == 0:
                raise attachment_rows.no_attachment(attachment_id)

    def attachment(self, attachment_id: int) -> Attachment:
        """Return one attachment, of a message or of a draft."""
        with self._database.reading() as connection:
            return attachment_rows.one(connection, attachment_id)

    def attachment_content(self, attachment_id: int) -> bytes | None:
        """Return the bytes of the file; None where only its text was kept."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT content FROM attachment JOIN document ON document.id = document_id"
                " WHERE attachment.id = ?",
                (attachment_id,),
            ).fetchone()
        if row is None:
            raise attachment_rows.no_attachment(attachment_id)
        content: bytes | None = row["content"]
        return content
