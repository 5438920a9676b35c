# SPDX-License-Identifier: Apache-2.0
"""Knows which model files there are, and takes in, checks and removes them. It downloads nothing.

Models lie below one folder (models/OWNER/REPO/FILE.gguf after a download), elsewhere when the
person has named a file there (remembered in library.json), or in the starter's package. Files
of other programs are used where they are and never changed. All of it blocks on the disk.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nemodesk.catalog import choosing, moving, verification
from nemodesk.catalog.copying import OnProgress, Work, remove_half_copies
from nemodesk.catalog.foreign import hugging_face
from nemodesk.catalog.foreign.found import FoundModel
from nemodesk.catalog.foreign.places import Places, find_places
from nemodesk.catalog.foreign.search import model_at, models_below, models_elsewhere
from nemodesk.catalog.gguf.architectures import is_supported
from nemodesk.catalog.gguf.header import split_parts
from nemodesk.catalog.importing import ImportWay, check_room_for
from nemodesk.catalog.intake import Imported, Intake
from nemodesk.catalog.listing import identity, status_of
from nemodesk.catalog.model_file import STARTER_ID, ModelFile
from nemodesk.catalog.records import FileRecord, Records
from nemodesk.catalog.space import Space, measure_space
from nemodesk.catalog.starter import find_starter
from nemodesk.catalog.stock import Stock, take_stock
from nemodesk.catalog.summaries import Summaries
from nemodesk.catalog.trash import KEPT_S, Receipt, Trash
from nemodesk.catalog.verification import Verification
from nemodesk.errors import ModelFileError, NemodeskError, NotFoundError, StorageError, UsageError

_LONGEST_COPY_S = 24 * 3600.0
"""What was not written to for so long is not being copied any more (a guess)."""

_log = logging.getLogger(__name__)


class Library:
    """The models of one person.

    Args:
        models_folder: where models are kept; need not be there yet.
        places: finds where other programs keep models.
        clock: gives seconds since 1970.
    """

    def __init__(
        self,
        models_folder: Path,
        *,
        places: Callable[[], Places] = find_places,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._find_places = places
        self._clock = clock
        self._lock = threading.Lock()
        self._open(models_folder)

    @property
    def folder(self) -> Path:
        """The models folder."""
        return self._folder

    def list(self) -> list[ModelFile]:
        """Return all models by name, the starter last. Unreadable files are listed too.

        Raises:
            StorageError: the disk refuses.
        """
        return self._stock().models

    def gone(self) -> tuple[ModelFile, ...]:
        """Return the models that were taken in elsewhere and whose file is not there now."""
        return tuple(self._stock().gone)

    def resolve(self, text: str) -> ModelFile:
        """Return the model that a person means.

        Args:
            text: an id, a file or folder, OWNER/REPO:QUANT or REPO:QUANT, or "starter". The
                Hugging Face cache is looked into for OWNER/REPO:QUANT.

        Raises:
            NotFoundError: there is none, or there are several.
        """
        stock = self._stock()
        return choosing.choose(text.strip(), stock, self._cached)

    def register(self, path: Path) -> ModelFile:
        """Take in a model file where it is, and return it.

        Raises:
            NotFoundError: there is no such file.
            ModelFileError: it is no whole GGUF file, or of a kind that the engine does not know.
            UsageError: the library has a file with the same content.
            StorageError: the disk refuses.
        """
        path = path.expanduser().absolute()
        found = model_at(path, self._find_places())
        if found is None:
            raise NotFoundError(f"There is no model file {path}.")
        return self.adopt(found)

    def adopt(self, found: FoundModel) -> ModelFile:
        """Take in a model that was found, where it is. Raises as `register`."""
        result = self._take_in([found], ImportWay.IN_PLACE, Work(0))
        for model in result.added + result.known:
            return model
        raise NotFoundError(f"The model file {found.path} is gone.")

    def import_models(
        self,
        path: Path,
        *,
        way: ImportWay = ImportWay.IN_PLACE,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Imported:
        """Take in a model file, or all below a folder; also a folder of another program.

        Raises:
            NotFoundError: there is no such file, or no model in the folder.
            ModelFileError, UsageError: as for `register`, if it is not a folder. What a folder
                holds of this kind is refused, and the rest is taken in.
            StorageError: there is no room, or the disk refuses.
            CancelledError: it was stopped; what was taken in until then stays.
        """
        path = path.expanduser().absolute()
        places = self._find_places()
        if path.is_dir():
            found = list(models_below(path, places))
        else:
            found = [model] if (model := model_at(path, places)) else []
        if not found:
            raise NotFoundError(f"There is no model file (.gguf) at {path}.")
        total_bytes = sum(model.size_bytes for model in found)
        work = Work(total_bytes, on_progress=on_progress, stop=stop)
        return self._take_in(found, way, work, goes_on=path.is_dir())

    def found_elsewhere(self) -> tuple[FoundModel, ...]:
        """Return the models of other programs that are not in the library, by name.

        Kinds that the engine does not know are not offered.
        """
        known = set(self._stock().by_identity)
        found: list[FoundModel] = []
        for model in models_elsewhere(self._find_places()):
            status = status_of(model.path)
            if status is None or not is_supported(model.architecture):
                continue
            if (key := identity(model.path, status)) not in known:
                known.add(key)
                found.append(model)
        return tuple(sorted(found, key=lambda model: (model.name.casefold(), model.label)))

    def record(self, path: Path, *, sha256: str, source: str) -> None:
        """Remember what a file that has arrived in the models folder is.

        Args:
            path: one file; each part of a split model is recorded.
            sha256: of the content, which has just been checked.
            source: "hub:OWNER/REPO@REVISION".

        Raises:
            NotFoundError: the file is not there.
            StorageError: the disk refuses.
        """
        status = status_of(path)
        if status is None:
            raise NotFoundError(f"There is no model file {path}.")
        now_s = self._clock()
        self._records.add(
            FileRecord(
                path=self._records.key(path),
                source=source,
                sha256=sha256.lower(),
                size_bytes=status.st_size,
                modified_ns=status.st_mtime_ns,
                added_at=now_s,
                verified_at=now_s,
            )
        )

    def verify(
        self,
        model: ModelFile,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Verification:
        """Read a model whole and compare it with what it must be; remember that it was right.

        Raises:
            ModelFileError: it is damaged.
            NotFoundError: it is gone.
            StorageError: the disk refuses.
            CancelledError: it was stopped.
        """
        return verification.verify(
            model, self._records, now_s=self._clock(), on_progress=on_progress, stop=stop
        )

    def can_forget(self, model: ModelFile) -> bool:
        """Return whether this model was taken in where it is, so that its file stays."""
        return str(model.path) in self._records.all()

    def forget(self, model_id: str) -> None:
        """Leave a model that lies elsewhere out of the list; its file stays.

        Raises:
            NotFoundError: there is no model with this id.
            UsageError: it lies in the models folder, so its file would have to be removed.
        """
        model = self._with_id(model_id)
        if not self.can_forget(model):
            raise UsageError(
                f"{model.name} is kept in {model.path.parent}. Remove the file there if you no "
                "longer want the model."
            )
        self._records.remove(str(part) for part in split_parts(model.path))

    def remove(self, model_id: str) -> Receipt:
        """Put a model into the trash; one that lies elsewhere is only left out of the list.

        Raises:
            NotFoundError: there is no model with this id.
            UsageError: it is the starter.
            StorageError: the disk refuses, or Windows does not let go of a file in use.
        """
        model = self._with_id(model_id)
        known = self._records.all()
        parts = split_parts(model.path)
        is_elsewhere = str(model.path) in known
        if not is_elsewhere and not model.path.is_relative_to(self._folder):
            raise UsageError(f"{model.name} came with NemoDesk, and goes with it.")
        keys = {str(part) if is_elsewhere else self._records.key(part) for part in parts}
        receipt = self._trash.put(
            [] if is_elsewhere else [part for part in parts if part.exists() or part.is_symlink()],
            model_id=model.id,
            name=model.name,
            records=[known[key] for key in sorted(keys) if key in known],
            now_s=self._clock(),
        )
        self._records.remove(keys)
        return receipt

    def restore(self, receipt: Receipt) -> None:
        """Undo a removal.

        Raises:
            NotFoundError: the trash has been emptied meanwhile.
            UsageError: there is a new file in its place.
            StorageError: the disk refuses.
        """
        self._trash.take_back(receipt)
        self._records.add(*receipt.records)

    def trash(self) -> tuple[Receipt, ...]:
        """Return what was removed and can be restored, the last removed first."""
        return tuple(self._trash.receipts())

    def trash_size_bytes(self) -> int:
        """Return how much the trash takes on the disk."""
        return self._trash.size_bytes()

    def space(self) -> Space:
        """Return how much room the models folder takes and has. Raises StorageError."""
        return measure_space(self._folder, trash_bytes=self._trash.size_bytes())

    def empty_trash(self) -> int:
        """Delete everything in the trash for good, and return how much that was in bytes."""
        return self._trash.empty()

    def tidy(self, *, kept_s: float = KEPT_S) -> None:
        """Empty the trash of what is old, and end what was interrupted.

        For the start of the program; what the disk refuses is logged.

        Args:
            kept_s: how long the trash keeps what was removed.
        """
        try:
            moving.finish(self._folder)
            self._trash.empty(removed_before_s=self._clock() - kept_s)
            remove_half_copies(self._folder, older_than_s=self._clock() - _LONGEST_COPY_S)
        except StorageError as error:
            _log.warning("The models folder is not tidy: %s", error.sentence)

    def place_in(self, folder: Path) -> Path:
        """Return where the models move to when a person chooses this folder.

        Where there are other things already, they get a folder of their own in it.

        Raises:
            StorageError: the disk refuses.
        """
        return moving.place_in(folder.expanduser().absolute(), self._folder)

    def move_folder(
        self,
        folder: Path,
        *,
        remember: Callable[[Path], None],
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        """Keep the models in another folder from now on, and move them there.

        No download may run meanwhile. Models that lie elsewhere stay where they are.

        Args:
            folder: empty, or not there yet.
            remember: called with the new folder once everything is there.

        Raises:
            UsageError: the folder is not fit for it.
            StorageError: there is no room, or the disk refuses.
            CancelledError: it was stopped; nothing has changed.
        """
        moving.move_folder(
            self._folder, folder, remember=remember, on_progress=on_progress, stop=stop
        )
        self._open(folder.expanduser().absolute())

    def _open(self, folder: Path) -> None:
        self._folder = folder
        self._records = Records(folder)
        self._summaries = Summaries(folder)
        self._trash = Trash(folder)

    def _stock(self) -> Stock:
        with self._lock:
            stock = take_stock(self._folder, self._records.all(), self._summaries)
            self._summaries.keep({str(model.path) for model in stock.models})
            return stock

    def _take_in(
        self, found: Sequence[FoundModel], way: ImportWay, work: Work, *, goes_on: bool = False
    ) -> Imported:
        """Take in models; `goes_on` after one that is refused."""
        stock = self._stock()
        if way is not ImportWay.IN_PLACE:
            check_room_for((model for model in found if not stock.at(model.path)), self._folder)
        intake = Intake(self._folder, self._records, stock, way, work, self._clock())
        refused: list[tuple[Path, NemodeskError]] = []
        try:
            for model in found:
                work.check()
                try:
                    intake.take(model)
                except (ModelFileError, UsageError, NotFoundError) as error:
                    if not goes_on:
                        raise
                    refused.append((model.path, error))
        finally:
            intake.finish()
        stock = self._stock()
        return Imported(
            added=tuple(model for path in intake.added if (model := stock.at(path))),
            known=tuple(model for path in intake.known if (model := stock.at(path))),
            refused=tuple(refused),
        )

    def _cached(self, repo_id: str) -> Iterator[Path]:
        """Find the model files of a repository that the Hugging Face cache has."""
        for store in self._find_places().hugging_face:
            for found in hugging_face.models_of(store, repo_id):
                yield found.path

    def _with_id(self, model_id: str) -> ModelFile:
        stock = self._stock()
        for model in (*stock.models, *stock.gone):
            if model.id == model_id:
                return model
        raise choosing.not_found(model_id, stock.models)


__all__ = ["STARTER_ID", "ImportWay", "Imported", "Library", "ModelFile", "Receipt", "find_starter"]
