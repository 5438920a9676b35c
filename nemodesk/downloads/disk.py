# SPDX-License-Identifier: Apache-2.0
"""What the disk says while models arrive: how much room there is, and why it refuses.

It writes no files.
"""

import errno
import shutil
from pathlib import Path

from nemodesk.errors import StorageError
from nemodesk.sizes import in_words

_FULL = {errno.ENOSPC, errno.EDQUOT}
_WINDOWS_DISK_FULL = 112  # ERROR_DISK_FULL of winerror.h

_SMALLEST_MARGIN_BYTES = 1 << 20
_MARGIN_SHARE = 0.02
_LARGEST_MARGIN_BYTES = 256 << 20
"""What is left free for everything else: chats, and the system itself (guesses)."""


def margin_bytes(needed_bytes: int) -> int:
    """Return how much must stay free after so many bytes have come."""
    share = int(needed_bytes * _MARGIN_SHARE)
    return min(max(share, _SMALLEST_MARGIN_BYTES), _LARGEST_MARGIN_BYTES)


def check_room(folder: Path, needed_bytes: int) -> None:
    """Make sure that so many bytes fit below a folder, which need not be there yet.

    Raises:
        StorageError: they do not; the sentence says how much is missing.
    """
    if needed_bytes <= 0:
        return
    existing = next((place for place in (folder, *folder.parents) if place.is_dir()), folder)
    try:
        free_bytes = shutil.disk_usage(existing).free
    except OSError as error:
        raise disk_error(error, folder) from error
    missing_bytes = needed_bytes + margin_bytes(needed_bytes) - free_bytes
    if missing_bytes > 0:
        raise StorageError(
            f"There is not enough room on the disk: {in_words(needed_bytes)} are still to come and "
            f"{in_words(free_bytes)} are free. Make {in_words(missing_bytes)} of room in {folder}, "
            "or choose a smaller model.",
            detail=f"missing {missing_bytes} bytes",
        )


def disk_error(error: OSError, folder: Path) -> StorageError:
    """Return what a refusal of the disk means for the person."""
    if error.errno in _FULL or getattr(error, "winerror", None) == _WINDOWS_DISK_FULL:
        sentence = (
            f"The disk is full. What has come of the model is kept in {folder}: make room, then "
            "go on with the download."
        )
    elif error.errno in {errno.ENOENT, errno.ENOTDIR}:
        sentence = (
            f"The folder for models has vanished: {folder}. Connect its disk again, then go on "
            "with the download."
        )
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        sentence = (
            f"NemoDesk may not write to {folder}. Allow writing there, or choose another folder "
            "for models."
        )
    else:
        sentence = (
            f"The disk refuses to keep the model in {folder}. Check the disk, then go on with the "
            "download."
        )
    return StorageError(sentence, detail=repr(error))
