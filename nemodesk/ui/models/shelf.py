# SPDX-License-Identifier: Apache-2.0
"""Joins what is on this computer, on offer and on its way into cards. It asks and keeps nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath

from PySide6.QtCore import QCoreApplication

from nemodesk.catalog.library import STARTER_ID, ModelFile
from nemodesk.catalog.offers.offer import Offer, Quant
from nemodesk.sizes import in_words
from nemodesk.ui.outlook import Outlook, Pick
from nemodesk.ui.rows import NO_PROGRESS, CardRow, DownloadRow, Fact, QuantRow
from nemodesk.ui.sentences import say
from nemodesk.ui.wording import joined, percent, speed_in_words

_HUB = "hub:"
_RANKS = {"great": 0, "": 1, "slow": 2, "too_big": 3}
_UNPACKED = ("16", "32")
_USUAL = "Q4_K_M"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why something on offer cannot be had now.

    Attributes:
        link: the page on which it can be mended; may be empty.
        is_final: there is no use in trying.
    """

    sentence: str
    link: str = ""
    is_final: bool = False


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All that cards are made from.

    Attributes:
        models: on this computer.
        removable: ids of those that can be removed.
        offers: of the catalog.
        pick: the best for this computer; None: not known.
        outlooks: by repository and quant.
        file_outlooks: by id of a model on this computer.
        downloads: by "OWNER/REPO:QUANT".
        busy: repositories that the hub is being asked about.
        problems: by repository.
    """

    models: Sequence[ModelFile] = ()
    removable: frozenset[str] = frozenset()
    chosen_id: str = ""
    offers: Sequence[Offer] = ()
    pick: Pick | None = None
    outlooks: Mapping[tuple[str, str], Outlook] = field(
        default_factory=dict[tuple[str, str], Outlook]
    )
    file_outlooks: Mapping[str, Outlook] = field(default_factory=dict[str, Outlook])
    downloads: Mapping[str, DownloadRow] = field(default_factory=dict[str, DownloadRow])
    busy: frozenset[str] = frozenset()
    problems: Mapping[str, Problem] = field(default_factory=dict[str, Problem])

    def cards(self) -> list[CardRow]:
        """Return the cards of the catalog and of this computer, the best for it first."""
        offered = [self.offer_card(offer) for offer in self.offers]
        taken = {model.id for offer in self.offers for model in self._models_of(offer)}
        own = [
            _file_card(
                model,
                self.file_outlooks.get(model.id),
                is_in_use=model.id == self.chosen_id,
                is_removable=model.id in self.removable,
            )
            for model in self.models
            if model.id not in taken
        ]
        cards = [*offered, *own]
        # Sorting keeps the order of the catalog and of the library among equals.
        return sorted(cards, key=self._rank)

    def offer_card(self, offer: Offer) -> CardRow:
        """Return the card of something on offer, and of what of it is on this computer."""
        quant = self.best_quant(offer)
        here = self._models_of(offer)
        used = next((model for model in here if model.id == self.chosen_id), None)
        model = used or max(here, key=lambda model: model.size_bytes, default=None)
        outlook = self._outlook(offer, model.quant if model else quant.name if quant else "")
        problem = self.problems.get(offer.repo_id)
        row = self._coming(offer)
        is_pick = self.pick is not None and self.pick.repo_id == offer.repo_id
        return CardRow(
            id=offer.repo_id,
            name=offer.name,
            summary=say(offer.summary) or self._about(offer),
            badge=outlook.verdict if outlook else "",
            figures=_figures(outlook, model, quant),
            reason=say(self.pick.reason) if self.pick and is_pick else "",
            model_id=model.id if model else "",
            is_in_use=used is not None,
            quant=quant.name if quant else "",
            can_download=not here and row is None and not (problem and problem.is_final),
            removable_id=model.id if model and model.id in self.removable else "",
            removal_question=_removal_question(model.name) if model else "",
            progress=row.progress if row else NO_PROGRESS,
            progress_text=_progress_text(row),
            warning=say(problem.sentence) if problem else "",
            link=problem.link if problem else "",
            is_busy=offer.repo_id in self.busy,
            quants=self._quant_rows(offer, here) if offer.quants else None,
            facts=_offer_facts(offer, here),
            is_on_computer=bool(here),
            search_text=f"{offer.family} {offer.architecture}",
        )

    def best_quant(self, offer: Offer) -> Quant | None:
        """Return the choice that Download fetches: the best that runs well here."""
        if self.pick is not None and self.pick.repo_id == offer.repo_id:
            picked = offer.quant(self.pick.quant)
            if picked is not None:
                return picked
        packed = [quant for quant in offer.quants if not quant.name.endswith(_UNPACKED)]
        for verdict in ("great", "slow"):
            fitting = [
                quant
                for quant in packed
                if (outlook := self._outlook(offer, quant.name)) and outlook.verdict == verdict
            ]
            if fitting:
                chosen = max if verdict == "great" else min
                return chosen(fitting, key=lambda quant: quant.size_bytes)
        usual = offer.quant(_USUAL)
        return usual or min(
            packed or offer.quants, key=lambda quant: quant.size_bytes, default=None
        )

    def model_of(self, offer_id: str, quant_name: str) -> ModelFile | None:
        """Return the model on this computer that this choice has become."""
        source = f"{_HUB}{offer_id}@".casefold()
        return next(
            (
                model
                for model in self.models
                if model.source.casefold().startswith(source)
                and model.quant.casefold() == quant_name.casefold()
            ),
            None,
        )

    def _rank(self, card: CardRow) -> tuple[bool, bool, int, bool]:
        is_starter = card.id == STARTER_ID
        verdict = 0 if card.is_on_computer else _RANKS.get(card.badge, 1)
        return (not card.reason, is_starter and not card.reason, verdict, not card.is_in_use)

    def _models_of(self, offer: Offer) -> list[ModelFile]:
        """Return the models on this computer that are choices of this offer."""
        source = f"{_HUB}{offer.repo_id}@".casefold()
        names = {
            PurePosixPath(quant.files[0].path).name: quant for quant in offer.quants if quant.files
        }
        found: list[ModelFile] = []
        for model in self.models:
            quant = names.get(model.path.name)
            is_same_file = quant is not None and quant.size_bytes == model.size_bytes
            if model.source.casefold().startswith(source) or is_same_file:
                found.append(model)
        return found

    def _outlook(self, offer: Offer, quant_name: str) -> Outlook | None:
        return self.outlooks.get((offer.repo_id, quant_name))

    def _coming(self, offer: Offer) -> DownloadRow | None:
        """Return the download of a choice of this offer that is under way."""
        begin = f"{offer.repo_id}:"
        return next(
            (
                row
                for row_id, row in self.downloads.items()
                if row_id.startswith(begin) and row.state not in {"done", "failed"}
            ),
            None,
        )

    def _quant_rows(self, offer: Offer, here: Iterable[ModelFile]) -> tuple[QuantRow, ...]:
        by_quant = {model.quant.casefold(): model for model in here}
        problem = self.problems.get(offer.repo_id)
        rows: list[QuantRow] = []
        for quant in offer.quants:
            outlook = self._outlook(offer, quant.name)
            model = by_quant.get(quant.name.casefold())
            row = self.downloads.get(f"{offer.repo_id}:{quant.name}")
            is_coming = row is not None and row.state not in {"done", "failed"}
            rows.append(
                QuantRow(
                    name=quant.name,
                    quality=say(quant.quality),
                    size=in_words(quant.size_bytes),
                    memory=in_words(outlook.memory_bytes) if outlook else "",
                    speed=_speed(outlook),
                    badge=outlook.verdict if outlook else "",
                    model_id=model.id if model else "",
                    progress=row.progress if row and is_coming else NO_PROGRESS,
                    state=_progress_text(row) if is_coming else "",
                    is_removable=model is not None and model.id in self.removable,
                    can_download=not (problem and problem.is_final),
                )
            )
        return tuple(rows)

    def _about(self, offer: Offer) -> str:
        downloads = ""
        if offer.downloads:
            downloads = _tr("%1 downloads a month").replace("%1", f"{offer.downloads:,}")
        return joined(offer.repo_id, downloads)


@lru_cache(maxsize=4096)
def _file_card(
    model: ModelFile, outlook: Outlook | None, *, is_in_use: bool, is_removable: bool
) -> CardRow:
    """Return the card of a model that no offer has; kept, as downloads ask for it all the time."""
    return CardRow(
        id=model.id,
        name=model.name,
        badge=outlook.verdict if outlook else "",
        figures=_figures(outlook, model, None),
        model_id=model.id,
        is_in_use=is_in_use,
        removable_id=model.id if is_removable else "",
        removal_question=_removal_question(model.name),
        facts=tuple(_model_facts(model)),
        is_on_computer=True,
        search_text=f"{model.architecture} {model.quant} {model.path}",
    )


def _figures(outlook: Outlook | None, model: ModelFile | None, quant: Quant | None) -> str:
    size = ""
    if model is not None:
        size = in_words(model.size_bytes)
    elif quant is not None:
        size = _tr("%1 to download").replace("%1", in_words(quant.size_bytes))
    return joined(_speed(outlook), size, _memory(outlook))


def source_in_words(source: str) -> str:
    """Return where a model comes from, as people say it."""
    names = {
        "starter": _tr("Came with NemoDesk"),
        "file": _tr("A file that you opened"),
        "lm-studio": _tr("LM Studio"),
        "ollama": _tr("Ollama"),
        "hf-cache": _tr("The Hugging Face cache"),
    }
    if source.startswith(_HUB):
        return _tr("Hugging Face: %1").replace("%1", source.removeprefix(_HUB).partition("@")[0])
    return names.get(source, source)


def _model_facts(model: ModelFile) -> Iterable[Fact]:
    yield Fact(label=_tr("Where"), text=str(model.path))
    yield Fact(label=_tr("From"), text=source_in_words(model.source))
    if model.architecture:
        yield Fact(label=_tr("Kind of model"), text=model.architecture)
    if model.context_length:
        words = _tr("%1 tokens").replace("%1", f"{model.context_length:,}")
        yield Fact(label=_tr("Longest chat"), text=words)
    if model.sha256:
        text = model.sha256
        if model.verified_at:
            day = date.fromtimestamp(model.verified_at).isoformat()  # noqa: DTZ012 - a local day
            text = _tr("Checked on %1: %2").replace("%1", day).replace("%2", model.sha256)
        yield Fact(label=_tr("SHA-256"), text=text)
    yield Fact(label=_tr("Name for the command line"), text=model.id)


def _offer_facts(offer: Offer, here: Iterable[ModelFile]) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if offer.licence or offer.licence_url:
        text = offer.licence or offer.licence_url
        facts.append(Fact(label=_tr("Licence"), text=text, url=offer.licence_url))
    facts.append(Fact(label=_tr("From"), text=source_in_words(f"{_HUB}{offer.repo_id}")))
    if offer.architecture:
        facts.append(Fact(label=_tr("Kind of model"), text=offer.architecture))
    if offer.context_length:
        words = _tr("%1 tokens").replace("%1", f"{offer.context_length:,}")
        facts.append(Fact(label=_tr("Longest chat"), text=words))
    for model in here:
        facts.append(Fact(label=_tr("%1 is at").replace("%1", model.quant), text=str(model.path)))
        facts += [fact for fact in _model_facts(model) if fact.label == _tr("SHA-256")]
    return tuple(facts)


def _speed(outlook: Outlook | None) -> str:
    if outlook is None or outlook.verdict == "too_big":
        return ""
    return speed_in_words(outlook.tokens_per_s)


def _memory(outlook: Outlook | None) -> str:
    if outlook is None or not outlook.memory_bytes:
        return ""
    return _tr("needs %1 of memory").replace("%1", in_words(outlook.memory_bytes))


def _progress_text(row: DownloadRow | None) -> str:
    if row is None:
        return ""
    words = {
        "waiting": _tr("Waiting"),
        "paused": _tr("Paused"),
        "verifying": _tr("Being checked"),
    }
    return words.get(row.state) or percent(row.progress)


def _removal_question(name: str) -> str:
    return _tr("Remove %1 from this computer? Chats with it stay.").replace("%1", name)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shelf", text)
