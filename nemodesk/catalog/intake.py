# SPDX-License-Identifier: Apache-2.0
"""Takes model files into a library, one after the other: checks, copies where wanted, remembers.

It refuses what the engine cannot run and what the library has already.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nemodesk.catalog.copying import Work
from nemodesk.catalog.foreign.found import FoundModel
from nemodesk.catalog.gguf.header import check_supported, read_header, split_parts
from nemodesk.catalog.importing import Arrived, ImportWay, bring, end_move, take_away
from nemodesk.catalog.listing import Identity, identity, status_of
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.records import FileRecord, Records
from nemodesk.catalog.stock import Stock
from nemodesk.errors import ModelFileError, NemodeskError, NotFoundError, UsageError
from nemodesk.text import well_formed


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import has come to.

    Attributes:
        added: the models that are new in the library.
        known: those that were there before, also under another name.
        refused: the files that are no models for this program, each with the reason.
    """

    added: tuple[ModelFile, ...] = ()
    known: tuple[ModelFile, ...] = ()
    refused: tuple[tuple[Path, NemodeskError], ...] = ()

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            added=self.added + other.added,
            known=self.known + other.known,
            refused=self.refused + other.refused,
        )


@dataclass
class Intake:
    """One import of one or many models.

    Args:
        folder: the models folder.
        stock: what the library had before.
        now_s: seconds since 1970.

    Attributes:
        added: the files that are new; the first one of each model.
        known: files that were there before.
    """

    folder: Path
    records: Records
    stock: Stock
    way: ImportWay
    work: Work
    now_s: float
    added: list[Path] = field(default_factory=list[Path])
    known: list[Path] = field(default_factory=list[Path])
    _new_records: list[FileRecord] = field(default_factory=list[FileRecord])
    _seen: set[Identity] = field(default_factory=set[Identity])

    def take(self, found: FoundModel) -> None:
        """Take in one model.

        Raises:
            NotFoundError: the file is gone.
            ModelFileError: it is damaged, or of a kind that the engine does not know.
            UsageError: the library has the same content, or the file may not be moved.
            StorageError: there is no room, or the disk refuses.
            CancelledError: it was stopped.
        """
        if str(found.path) != well_formed(str(found.path)):
            raise ModelFileError(
                f"The name of {well_formed(found.path.name)} holds signs that are no text. Rename "
                "the file."
            )
        check_supported(read_header(found.path))
        status = status_of(found.path)
        if status is None:
            raise NotFoundError(f"There is no model file {found.path}.")
        key = identity(found.path, status)
        same = self.stock.by_identity.get(key)
        is_here = same is not None and same.path.is_relative_to(self.folder)
        if key in self._seen or is_here or (same and self.way is ImportWay.IN_PLACE):
            self.known.append(found.path)
            return
        if same is None:
            self._check_content(found.sha256, found.size_bytes)
        if self.way is ImportWay.IN_PLACE:
            self._new_records += self._records_in_place(found)
            self.added.append(found.path)
        else:
            self._bring(found, is_new=same is None)
        self._seen.add(key)

    def finish(self) -> None:
        """Remember what was taken in. Raises StorageError."""
        if self._new_records:
            self.records.add(*self._new_records)
            self._new_records.clear()

    def _bring(self, found: FoundModel, *, is_new: bool) -> None:
        arrived = bring(found, self.folder, self.way, self.work)
        try:
            if len(arrived) == 1:
                _check_arrived(found, arrived[0])
            if len(arrived) == 1 and is_new:
                self._check_content(arrived[0].sha256, found.size_bytes)
        except NemodeskError:
            take_away(arrived, self.folder)
            raise
        self._new_records += [self._record_here(file) for file in arrived]
        self.finish()
        # What was used elsewhere until now is in the folder itself from now on.
        self.records.remove(str(part) for part in split_parts(found.path))
        if self.way is ImportWay.MOVE:
            end_move(found)
        self.added.append(arrived[0].path)

    def _check_content(self, sha256: str, size_bytes: int) -> None:
        """Raise UsageError if another file of the library is known to have this content."""
        twins: Iterable[ModelFile] = (
            model
            for model in self.stock.models
            if sha256 and (model.sha256, model.size_bytes) == (sha256, size_bytes)
        )
        for twin in twins:
            raise UsageError(
                f"This is the same model as {twin.name}, which you have in {twin.path}. There is "
                "no need to take it in twice."
            )

    def _records_in_place(self, found: FoundModel) -> list[FileRecord]:
        parts = split_parts(found.path)
        return [
            self._record(
                str(part),
                part,
                sha256=found.sha256 if len(parts) == 1 else "",
                source=found.source,
                alias=found.alias,
            )
            for part in parts
        ]

    def _record_here(self, file: Arrived) -> FileRecord:
        # A copy is nobody else's, wherever it came from.
        return self._record(
            self.records.key(file.path), file.path, sha256=file.sha256, source="file", alias=""
        )

    def _record(self, key: str, path: Path, *, sha256: str, source: str, alias: str) -> FileRecord:
        status = status_of(path)
        return FileRecord(
            path=key,
            source=source,
            sha256=sha256,
            size_bytes=status.st_size if status else 0,
            modified_ns=status.st_mtime_ns if status else 0,
            added_at=self.now_s,
            alias=alias,
        )


def _check_arrived(found: FoundModel, arrived: Arrived) -> None:
    if found.sha256 and arrived.sha256 != found.sha256:
        raise ModelFileError(
            f"{found.name} is damaged: its content is not what {found.path} must be by its name. "
            "Get the file again from where it came."
        )
