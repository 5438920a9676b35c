# SPDX-License-Identifier: Apache-2.0
"""Compares the content of model files with what it must be. It changes no model."""

import logging
import threading
from dataclasses import dataclass
from os import stat_result
from pathlib import Path

from msgspec import structs

from nemodesk.catalog.copying import OnProgress, Work, hash_file, total_bytes
from nemodesk.catalog.foreign import hugging_face, ollama
from nemodesk.catalog.gguf.header import read_header, split_parts
from nemodesk.catalog.listing import status_of
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.records import FileRecord, Records
from nemodesk.errors import ModelFileError, StorageError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A model that is as it should be, as far as that can be told.

    Attributes:
        is_compared: whether the content was compared; otherwise nobody has said what it must
            be, and only its structure and length are known to be right.
        sha256s: of all files in order; none without a comparison.
    """

    is_compared: bool
    sha256s: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the first file; empty without a comparison."""
        return self.sha256s[0] if self.sha256s else ""


def verify(
    model: ModelFile,
    records: Records,
    *,
    now_s: float,
    on_progress: OnProgress | None,
    stop: threading.Event | None,
) -> Verification:
    """Read a model whole and compare it; without anything to compare with, read its header.

    Raises:
        ModelFileError: it is damaged.
        NotFoundError: it is gone.
        StorageError: the disk refuses.
        CancelledError: it was stopped.
    """
    read_header(model.path)
    known = records.all()
    parts = split_parts(model.path)
    expected = {part: _expected(part, known.get(records.key(part))) for part in parts}
    if not all(expected.values()):
        return Verification(is_compared=False)
    work = Work(total_bytes(parts), on_progress=on_progress, stop=stop)
    for part, sha256 in expected.items():
        status = status_of(part)
        is_good = hash_file(part, work) == sha256
        _remember(records, part, sha256, status=status if is_good else None, now_s=now_s)
        if not is_good:
            raise _damaged(model, part)
    return Verification(is_compared=True, sha256s=tuple(expected.values()))


def _expected(path: Path, record: FileRecord | None) -> str:
    remembered = record.sha256 if record else ""
    return remembered or ollama.sha256_by_name(path) or hugging_face.sha256_by_name(path)


def _remember(
    records: Records, path: Path, sha256: str, *, status: stat_result | None, now_s: float
) -> None:
    """Keep what the content must be and, by the file's status, that it was so just now."""

    def change(record: FileRecord) -> FileRecord:
        return structs.replace(
            record,
            sha256=sha256,
            size_bytes=status.st_size if status else 0,
            modified_ns=status.st_mtime_ns if status else 0,
            verified_at=now_s if status else 0.0,
        )

    key = records.key(path)
    # A file that is elsewhere and was not taken in would be taken in by remembering it.
    if Path(key).is_absolute() and key not in records.all():
        return
    try:
        records.update(key, change)
    except StorageError as error:
        # On a disk that may only be read, the answer is as good without being remembered.
        _log.info("%s was verified: %s", path, error.sentence)


def _damaged(model: ModelFile, part: Path) -> ModelFileError:
    if model.source.startswith("hub:"):
        step = "Remove it and download it again."
    elif model.source == "ollama":
        step = "Let Ollama fetch it again, or use another model."
    else:
        step = "Get the file again from where it came, or use another model."
    return ModelFileError(
        f"{model.name} is damaged: the content of {part.name} is not what it must be. {step}",
        detail=str(part),
    )
