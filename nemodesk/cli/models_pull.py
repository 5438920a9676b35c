# SPDX-License-Identifier: Apache-2.0
"""`nemodesk models pull`: download a model from the hub, or go on where it was stopped."""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from nemodesk.catalog.gguf.header import split_parts
from nemodesk.catalog.library import Library, ModelFile
from nemodesk.catalog.offers.offer import Offer, Quant
from nemodesk.cli.computer import best_here
from nemodesk.cli.kept_settings import open_settings, say_if_unread
from nemodesk.cli.model_choice import open_library
from nemodesk.cli.options import JsonOption
from nemodesk.cli.terminal import ProgressLine, print_json, say
from nemodesk.downloads.check import check_before
from nemodesk.downloads.download import Download
from nemodesk.downloads.queue import DownloadQueue
from nemodesk.errors import CancelledError, NetworkError, NotFoundError
from nemodesk.hub.choices import HubChoices, choices_in
from nemodesk.hub.hub import Hub
from nemodesk.paths import Paths, find_paths
from nemodesk.sizes import in_words
from nemodesk.text import well_formed

_MINUTE_S = 60
_PREFIXES = ("https://huggingface.co/", "huggingface.co/", "hf.co/")

_Files = tuple[tuple[Path, ...], tuple[str, ...]]
"""The files of a model, and the SHA-256 of each."""


def pull(
    model: Annotated[
        str,
        typer.Argument(
            metavar="REPO[:QUANT]",
            help="OWNER/NAME at the hub, and how the weights are packed, as in OWNER/NAME:Q4_K_M. "
            "Left out: the best for this computer.",
        ),
    ],
    *,
    as_json: JsonOption = False,
    force: Annotated[bool, typer.Option("--force", help="Fetch it also if it is there.")] = False,
) -> None:
    """Download a model, or go on with it; what is there already is not fetched again."""
    paths = find_paths()
    paths.create()
    with open_settings() as settings:
        say_if_unread(settings)
        choices, limit = choices_in(settings), settings.value("downloads.rate_bytes_per_s")
    hub = Hub(paths.cache, lambda: choices)
    repo_id, quant_name = _parse(model)
    library = open_library()
    try:
        offer = hub.offer(repo_id)
    except NetworkError:
        if force or (kept := _kept(library, repo_id, quant_name)) is None:
            raise
        say("The hub could not be asked whether there is a newer version.")
        _report(library, kept, 0, as_json=as_json)
        return
    quant = _choose(offer, quant_name)
    if not force and (there := _is_there(library, paths, offer, quant)):
        _report(library, there, 0, as_json=as_json)
        return
    if not _lies_there(paths, offer, quant):
        check_before(hub, offer, quant, paths.models)
    pull_of_it = _Pull(paths, library, choices, rate_limit=limit or None, force=force)
    done = asyncio.run(pull_of_it.run(offer, quant))
    if done.error is not None:
        raise done.error
    _report(library, (done.paths, done.sha256s), done.fetched_bytes, as_json=as_json)


class _Pull:
    """One download, shown on a line."""

    def __init__(
        self,
        paths: Paths,
        library: Library,
        choices: HubChoices,
        *,
        rate_limit: int | None,
        force: bool,
    ) -> None:
        self._models_folder = paths.models
        self._library = library
        self._choices = choices
        self._rate_limit = rate_limit
        self._force = force
        self._line = ProgressLine(sys.stderr)
        self._notice = ""
        self._tenth = 0

    async def run(self, offer: Offer, quant: Quant) -> Download:
        """Download it and return how that ended."""
        queue = DownloadQueue(
            models_folder=self._models_folder,
            on_change=self._show,
            on_arrived=self._record,
            is_kept=False,
            rest_s=None,
            choices=lambda: self._choices,
        )
        queue.limit_rate(self._rate_limit)
        await queue.open()
        try:
            return await queue.wait(queue.add(offer, quant, anew=self._force).id)
        except asyncio.CancelledError:
            raise CancelledError(
                f"The download was stopped. `nemodesk models pull {offer.repo_id}:{quant.name}` "
                "goes on with it; what has come is kept."
            ) from None
        finally:
            self._line.clear()
            await queue.close()

    def _record(self, paths: Sequence[Path], sha256s: Sequence[str], source: str) -> None:
        for path, sha256 in zip(paths, sha256s, strict=True):
            self._library.record(path, sha256=sha256, source=source)

    def _show(self, download: Download) -> None:
        if download.notice and download.notice != self._notice:
            self._line.clear()
            say(download.notice)
        self._notice = download.notice
        text = _in_words(download)
        self._line.show(text)
        tenth = download.received_bytes * 10 // max(download.total_bytes, 1)
        if not sys.stderr.isatty() and tenth > self._tenth:
            # A log is read later: a line for each tenth tells enough.
            self._tenth = tenth
            say(text)


def _in_words(download: Download) -> str:
    """Say how far a download is."""
    name = f"{download.name} {download.quant}"
    total = in_words(download.total_bytes)
    if download.state == "verifying":
        share = download.verified_bytes / max(download.total_bytes, 1)
        return f"Checking {name}… {share:.0%} of {total}"
    share = download.received_bytes / max(download.total_bytes, 1)
    text = f"Downloading {name}… {share:.0%} of {total}"
    if download.rate_bytes_per_s:
        text += f", {in_words(download.rate_bytes_per_s)}/s"
    if download.left_s is not None:
        text += f", {_duration(download.left_s)} left"
    return text


def _duration(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    minutes = seconds / _MINUTE_S
    return f"{minutes:.0f} min" if minutes < _MINUTE_S else f"{minutes / _MINUTE_S:.1f} h"


def _parse(text: str) -> tuple[str, str]:
    """Return the repository and the quant, which may be empty."""
    text = text.strip()
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    repo_id, _, quant_name = text.partition(":")
    return repo_id.rstrip("/"), quant_name


def _choose(offer: Offer, name: str) -> Quant:
    """Return the named choice, or the best for this computer.

    Raises:
        NotFoundError: there is no such choice; the sentence lists those there are.
    """
    if not name:
        return _best(offer)
    quant = offer.quant(name)
    if quant is None:
        there = ", ".join(quant.name for quant in offer.quants)
        raise NotFoundError(f"{offer.repo_id} has no “{name}”. Choose one of these: {there}.")
    return quant


def _best(offer: Offer) -> Quant:
    best = best_here()(offer)
    if best is None:  # the hub's own check: an offer without a model is none
        raise NotFoundError(f"{offer.repo_id} has no GGUF model.")
    name = best.quant.name
    if best.forecast.fits == "no":
        say(f"Every choice of this model is too big for this computer; {name} is the smallest.")
    elif len(offer.quants) > 1:
        say(f"Of its {len(offer.quants)} choices, {name} is the best for this computer.")
    return best.quant


def _targets(paths: Paths, offer: Offer, quant: Quant) -> tuple[Path, ...]:
    return tuple(paths.models / offer.repo_id / file.path for file in quant.files)


def _lies_there(paths: Paths, offer: Offer, quant: Quant) -> bool:
    return all(target.exists() for target in _targets(paths, offer, quant))


def _kept(library: Library, repo_id: str, quant_name: str) -> _Files | None:
    """Return what has come from a repository before and is unchanged; of several, the largest."""
    prefix = f"hub:{repo_id}@".casefold()
    models = [model for model in library.list() if model.source.casefold().startswith(prefix)]
    if quant_name:
        with contextlib.suppress(NotFoundError):
            named = library.resolve(f"{repo_id}:{quant_name}")
            models = [model for model in models if model.path == named.path]
            return _sums(library, models[0]) if models else None
        return None
    whole = (_sums(library, model) for model in sorted(models, key=_size_bytes, reverse=True))
    return next((files for files in whole if files is not None), None)


def _size_bytes(model: ModelFile) -> int:
    return model.size_bytes


def _sums(library: Library, model: ModelFile) -> _Files | None:
    """Return the files of a model with their hashes, if these are known to be right."""
    parts = tuple(split_parts(model.path))
    if len(parts) == 1:
        return (parts, (model.sha256,)) if model.sha256 else None
    checked = library.verify(model)
    return (parts, checked.sha256s) if checked.is_compared else None


def _is_there(library: Library, paths: Paths, offer: Offer, quant: Quant) -> _Files | None:
    """Return files and hashes if the library knows that they are the hub's, unchanged since.

    It knows no hashes of later parts: those of a split model are computed again.
    """
    targets = _targets(paths, offer, quant)
    first = quant.files[0]
    if len(quant.files) > 1 or not first.sha256:
        return None
    for model in library.list():
        if model.path == targets[0] and model.sha256 == first.sha256:
            return targets, (first.sha256,)
    return None


def _report(
    library: Library,
    files: _Files,
    received_bytes: int,
    *,
    as_json: bool,
) -> None:
    paths, sums = files
    found = library.resolve(str(paths[0]))
    if as_json:
        fields: dict[str, Any] = {
            "id": found.id,
            "path": well_formed(str(found.path)),
            "size_bytes": found.size_bytes,
            "sha256": sums[0],
            "files": [
                {"path": well_formed(str(path)), "sha256": sha256}
                for path, sha256 in zip(paths, sums, strict=True)
            ],
            "received_bytes": received_bytes,
        }
        print_json(fields)
    elif received_bytes:
        say(f"{found.name} is here and right. Its id is {found.id}.")
    else:
        say(f"{found.name} was here already, and right. Its id is {found.id}.")
