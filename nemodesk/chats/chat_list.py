# SPDX-License-Identifier: Apache-2.0
"""The part of the store that keeps chats and folders: names, places, trash. It reads no message."""

import sqlite3

from nemodesk.answer_settings import AnswerSettings
from nemodesk.chats import rows, search_index
from nemodesk.chats.folded_text import fold
from nemodesk.chats.message import Chat, Folder
from nemodesk.chats.store_part import StorePart
from nemodesk.errors import NotFoundError
from nemodesk.text import well_formed


class ChatList(StorePart):
    """The chats, without their messages, and the folders that they are in."""

    def list_chats(self, *, archived: bool = False) -> list[Chat]:
        """Return the chats that are not in the trash, newest activity first.

        Args:
            archived: those in the archive instead of the others.
        """
        condition = "archived_at IS NOT NULL" if archived else "archived_at IS NULL"
        with self._database.reading() as connection:
            return rows.chats(connection, f"deleted_at IS NULL AND {condition}")

    def list_trash(self) -> list[Chat]:
        """Return the chats that are in the trash, newest activity first."""
        with self._database.reading() as connection:
            return rows.chats(connection, "deleted_at IS NOT NULL")

    def last_models(self) -> list[str]:
        """Return the ids of the models that chats were last used with, the last first."""
        with self._database.reading() as connection:
            chats = rows.chats(connection, "deleted_at IS NULL AND model != ''")
        return list(dict.fromkeys(chat.model for chat in chats))

    def chat(self, chat_id: int) -> Chat:
        """Return one chat. Raises NotFoundError, also for a chat in the trash."""
        with self._database.reading() as connection:
            return rows.chat(connection, chat_id)

    def chat_of_origin(self, origin: str) -> Chat | None:
        """Return the chat that was imported from there, also from the trash."""
        with self._database.reading() as connection:
            found = rows.chats(
                connection, "origin = :origin AND origin != ''", {"origin": well_formed(origin)}
            )
        return found[0] if found else None

    def create_chat(self, *, title: str = "", model: str = "") -> Chat:
        """Begin an empty chat."""
        now = self._clock()
        title = well_formed(title)
        with self._database.changing() as connection:
            cursor = connection.execute(
                "INSERT INTO chat (title, folded_title, has_own_title, model, created_at,"
                " updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                (title, fold(title), bool(title), model, now, now),
            )
            return rows.chat(connection, int(cursor.lastrowid or 0))

    def rename_chat(self, chat_id: int, title: str) -> None:
        """Give a chat the person's title; its place in the list stays."""
        self.set_title(chat_id, title, is_own=True)

    def set_title(self, chat_id: int, title: str, *, is_own: bool, keep_own: bool = False) -> bool:
        """Give a chat another title and return whether it has it now.

        Args:
            is_own: whether the person or the model chose it; False for a mere beginning.
            keep_own: leave the title of a chat that has an own one already.
        """
        title = well_formed(" ".join(title.split()))
        with self._database.changing() as connection:
            if keep_own and rows.chat(connection, chat_id).has_own_title:
                return False
            _update(
                connection,
                chat_id,
                {"title": title, "folded_title": fold(title), "has_own_title": is_own},
            )
            return True

    def set_draft(self, chat_id: int, draft: str) -> None:
        """Remember text that has not been sent."""
        self._set(chat_id, "draft", well_formed(draft))

    def set_model(self, chat_id: int, model: str) -> None:
        """Remember the id of the model that the chat is used with."""
        self._set(chat_id, "model", model)

    def set_answer_settings(self, chat_id: int, settings: AnswerSettings) -> None:
        """Remember what was chosen for this chat alone."""
        self._set(chat_id, "answer_settings", rows.encode_choices(settings))

    def pin_chat(self, chat_id: int, *, is_pinned: bool) -> None:
        """Pin a chat to the top of the list, or let go of it."""
        self._set(chat_id, "is_pinned", is_pinned)

    def archive_chat(self, chat_id: int, *, is_archived: bool) -> None:
        """Put a chat into the archive, or take it out."""
        self._set(chat_id, "archived_at", self._clock() if is_archived else None)

    # The trash

    def delete_chat(self, chat_id: int) -> None:
        """Put a chat into the trash."""
        self._set(chat_id, "deleted_at", self._clock())

    def restore_chat(self, chat_id: int) -> None:
        """Take a chat out of the trash; one that is not in it stays as it is."""
        with self._database.changing() as connection:
            cursor = connection.execute(
                "UPDATE chat SET deleted_at = NULL WHERE id = ?", (chat_id,)
            )
            if cursor.rowcount == 0:
                raise rows.no_chat(chat_id)

    def erase_chat(self, chat_id: int) -> None:
        """Erase a chat for good, in the trash or not."""
        with self._database.changing() as connection:
            if not self._erase(connection, "id = ?", chat_id):
                raise rows.no_chat(chat_id)
        self._database.empty_log()

    def purge(self, older_than_s: float = 0.0) -> int:
        """Erase for good what has been in the trash for longer; return how many chats."""
        with self._database.changing() as connection:
            count = self._erase(connection, "deleted_at <= ?", self._clock() - older_than_s)
        if count:
            self._database.empty_log()
        return count

    def _erase(self, connection: sqlite3.Connection, condition: str, value: float) -> int:
        found = connection.execute(f"SELECT id FROM chat WHERE {condition}", (value,)).fetchall()  # noqa: S608 - our own words
        for row in found:
            if self._has_index:
                search_index.forget_chat(connection, row["id"])
            connection.execute("DELETE FROM chat WHERE id = ?", (row["id"],))
        return len(found)

    # Folders

    def folders(self) -> list[Folder]:
        """Return the folders in their order."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT id, name, position FROM folder ORDER BY position")
            return [Folder(**dict(row)) for row in found]

    def add_folder(self, name: str) -> Folder:
        """Add a folder after the others."""
        name = well_formed(" ".join(name.split()))
        with self._database.changing() as connection:
            row = connection.execute("SELECT coalesce(max(position), 0) + 1 FROM folder").fetchone()
            cursor = connection.execute(
                "INSERT INTO folder (name, position) VALUES (?, ?)", (name, row[0])
            )
            return Folder(id=int(cursor.lastrowid or 0), name=name, position=row[0])

    def rename_folder(self, folder_id: int, name: str) -> None:
        """Give a folder another name."""
        with self._database.changing() as connection:
            cursor = connection.execute(
                "UPDATE folder SET name = ? WHERE id = ?",
                (well_formed(" ".join(name.split())), folder_id),
            )
            if cursor.rowcount == 0:
                raise _no_folder(folder_id)

    def delete_folder(self, folder_id: int) -> None:
        """Remove a folder; its chats stay, outside of all folders."""
        with self._database.changing() as connection:
            cursor = connection.execute("DELETE FROM folder WHERE id = ?", (folder_id,))
            if cursor.rowcount == 0:
                raise _no_folder(folder_id)

    def move_to_folder(self, chat_id: int, folder_id: int | None) -> None:
        """Put a chat into a folder, or outside of all of them."""
        with self._database.changing() as connection:
            known = connection.execute("SELECT 1 FROM folder WHERE id = ?", (folder_id,)).fetchone()
            if folder_id is not None and known is None:
                raise _no_folder(folder_id)
            _update(connection, chat_id, {"folder_id": folder_id})

    def _set(self, chat_id: int, column: str, value: str | float | None) -> None:
        with self._database.changing() as connection:
            _update(connection, chat_id, {column: value})


def _update(
    connection: sqlite3.Connection, chat_id: int, values: dict[str, str | float | None]
) -> None:
    columns = ", ".join(f"{column} = ?" for column in values)
    cursor = connection.execute(
        f"UPDATE chat SET {columns} WHERE id = ? AND deleted_at IS NULL",  # noqa: S608 - our own names
        (*values.values(), chat_id),
    )
    if cursor.rowcount == 0:
        raise rows.no_chat(chat_id)


def _no_folder(folder_id: int) -> NotFoundError:
    return NotFoundError(
        f"There is no folder with the number {folder_id}. It may have been deleted."
    )
