# SPDX-License-Identifier: Apache-2.0
"""The hub as the rest of the program sees it: search, offers, headers, a fresh catalog.

Its calls wait, so they belong into threads. It never connects by itself.
"""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nemodesk.catalog.gguf.header import GgufHeader
from nemodesk.catalog.offers.hub_facts import (
    HubFacts,
    hyperparameters_of,
    is_new,
    is_wanted,
    offer_from,
)
from nemodesk.catalog.offers.offer import Catalog, NewModels, Offer, Quant, RemoteFile
from nemodesk.catalog.offers.offered import keep_facts, kept_facts, load_catalog, with_facts
from nemodesk.catalog.safe_paths import is_repo_id
from nemodesk.errors import NemodeskError, NetworkError, NotFoundError
from nemodesk.hub.answers import Model, TreeEntry, facts_from, files_in_tree
from nemodesk.hub.choices import HubChoices
from nemodesk.hub.connection import Connection, Range, Session
from nemodesk.hub.remote_header import HeaderCache, read_remote_header
from nemodesk.hub.surroundings import Surroundings, read_surroundings

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

_log = logging.getLogger(__name__)

_LONGEST_SEARCH = 200
_PAGE_LIMIT = 100
_MOST_NEW_MODELS = 12
_AT_ONCE = 4
_SUGGESTIONS = 2
_SHOWN_LENGTH = 120
_LISTED = ("cardData", "downloads", "gated", "gguf", "sha", "tags")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a file is had.

    Attributes:
        url: at the hub, which may send on to another place; the headers must not go along there.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)


class Hub:
    """Answers questions about models that are not on this computer.

    Args:
        cache_folder: keeps what was learnt.
        choices: asked for the person's choices again for each question, as the environment is;
            what the environment says wins.
    """

    def __init__(self, cache_folder: Path, choices: Callable[[], HubChoices] | None = None) -> None:
        self._cache_folder = cache_folder
        self._choices = choices or HubChoices
        self._headers = HeaderCache(cache_folder)

    @property
    def surroundings(self) -> Surroundings:
        """How the hub is reached. Raises NetworkError if the environment makes no sense."""
        return read_surroundings(os.environ, self._choices())

    def search(self, text: str, *, limit: int = 20) -> list[Offer]:
        """Return GGUF repositories for these words, most downloaded first, without their files.

        Raises:
            NetworkError: the hub cannot be reached or does not answer as one.
        """
        connection = Connection(self.surroundings)
        with connection.open() as session:
            models = _listed(session, search=text.strip()[:_LONGEST_SEARCH], limit=limit)
        return [self._offer_from(facts_from(model, connection.surroundings)) for model in models]

    def offer(self, repo_id: str) -> Offer:
        """Return what a repository offers: choices with sizes and hashes, licence, access.

        Raises:
            NetworkError: the hub cannot be reached, or keeps the repository closed.
            NotFoundError: there is no such repository, or no GGUF model in it.
        """
        if not is_repo_id(repo_id):
            raise NotFoundError(
                f"“{repo_id[:_SHOWN_LENGTH]}” names no model at the hub. Write OWNER/NAME, as in "
                "unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF."
            )
        connection = Connection(self.surroundings)
        with connection.open() as session:
            try:
                facts = _facts(session, connection.surroundings, repo_id)
            except NotFoundError as error:
                raise _with_suggestions(error, session, repo_id) from error
        offer = self._offer_from(facts)
        if not offer.quants:
            raise NotFoundError(
                f"{repo_id} has no GGUF model. Search for “{offer.name} GGUF” instead."
            )
        self._remember([facts])
        return offer

    def details(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return the offers of a search with their files, in the same order.

        One whose files cannot be had stays as it is.
        """
        found = list(offers)
        connection = Connection(self.surroundings)
        with connection.open() as session:

            def facts_of(offer: Offer) -> HubFacts:
                return _facts(session, connection.surroundings, offer.repo_id)

            answers = _all(facts_of, found)
        self._remember([facts for facts in answers if not isinstance(facts, NemodeskError)])
        return [
            offer if isinstance(facts, NemodeskError) else self._offer_from(facts)
            for offer, facts in zip(found, answers, strict=True)
        ]

    def header(self, offer: Offer, quant: Quant) -> GgufHeader:
        """Return what the file of a choice says about itself, without downloading it.

        Raises:
            NetworkError, NotFoundError: as for `offer`.
            ModelFileError: it is no GGUF file, or damaged.
        """
        known = self._headers.find(offer, quant)
        if known is not None:
            return known
        with Connection(self.surroundings).open() as session:
            header = self._header(session, offer, quant)
        self._headers.keep(offer, quant, header)
        return header

    def refresh(self, catalog: Catalog) -> Catalog:
        """Ask for the catalog's repositories and for new models, and keep what is said.

        What cannot be had stays as it was. Raises NetworkError if nothing can.
        """
        connection = Connection(self.surroundings)
        with connection.open() as session:
            facts, errors = self._refreshed(session, connection.surroundings, catalog)
        if not facts and errors:
            raise errors[0]
        self._remember(facts)
        return with_facts(catalog, facts)

    def source(self, offer: Offer, file: RemoteFile) -> Source:
        """Return where a file is downloaded from. It asks nobody."""
        surroundings = self.surroundings
        key = surroundings.key
        return Source(
            url=_address(surroundings, offer, file),
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )

    def client(self) -> "httpx2.Client":
        """Return an HTTP client with the right certificates, proxy and time limits.

        The caller closes it. Raises NetworkError in offline mode.
        """
        return Connection(self.surroundings).client()

    def _remember(self, facts: Iterable[HubFacts]) -> None:
        """Keep what was said of the catalog's models; the shape of a new one is not said again."""
        catalog = load_catalog(self._cache_folder)
        fresh = {one.repo_id: one for one in facts if one.files and is_wanted(one, catalog)}
        if not fresh:
            return
        older = {one.repo_id: one for one in kept_facts(self._cache_folder)}
        for repo_id, one in fresh.items():
            known = older.get(repo_id)
            if known is not None and one.shape is None:
                fresh[repo_id] = replace(one, shape=known.shape)
        keep_facts(self._cache_folder, (older | fresh).values())

    def _offer_from(self, facts: HubFacts) -> Offer:
        offer = offer_from(facts, load_catalog(self._cache_folder))
        if facts.files:
            return offer
        # A list of repositories without their files: nobody knows the choices.
        return replace(offer, quants=())

    def _header(self, session: Session, offer: Offer, quant: Quant) -> GgufHeader:
        surroundings = self.surroundings

        def read(file: RemoteFile, start: int, length: int) -> Range:
            return session.bytes_of(
                _address(surroundings, offer, file),
                start=start,
                length=length,
                repo_id=offer.repo_id,
                path=file.path,
            )

        return read_remote_header(read, quant)

    def _refreshed(
        self, session: Session, surroundings: Surroundings, catalog: Catalog
    ) -> tuple[list[HubFacts], list[NemodeskError]]:
        """Return what could be learnt, and why other things could not."""
        facts: list[HubFacts] = []
        errors: list[NemodeskError] = []

        def take(answers: Iterable[HubFacts | NemodeskError]) -> None:
            for answer in answers:
                if isinstance(answer, NemodeskError):
                    _log.info("not refreshed: %s %s", answer.sentence, answer.detail)
                    errors.append(answer)
                elif answer.files:
                    facts.append(answer)

        def ask(repo_id: str) -> HubFacts:
            answer = _facts(session, surroundings, repo_id)
            return self._with_shape(session, answer, catalog)

        known = [offer.repo_id for offer in catalog.offers]
        take(_all(ask, known))
        for rule in catalog.new_models:
            try:
                take(_all(ask, _new_models(session, surroundings, rule, known=set(known))))
            except NemodeskError as error:
                take([error])
        return facts, errors

    def _with_shape(self, session: Session, facts: HubFacts, catalog: Catalog) -> HubFacts:
        """Add what a header says if the catalog does not know the model's shape."""
        offer = offer_from(facts, catalog)
        if offer.shape is not None or not offer.quants:
            return facts
        quant = offer.quants[0]
        header = self._headers.find(offer, quant) or self._header(session, offer, quant)
        self._headers.keep(offer, quant, header)
        return replace(facts, shape=hyperparameters_of(header))


def _listed(session: Session, *, search: str, limit: int, author: str = "") -> list[Model]:
    """Return what the hub's list says of GGUF repositories."""
    query: dict[str, str | int | list[str]] = {
        "filter": "gguf",
        "sort": "downloads",
        "limit": min(limit, _PAGE_LIMIT),
        "expand": list(_LISTED),
    }
    if search:
        query["search"] = search
    if author:
        query["author"] = author
    models = (
        model
        for page in session.pages("/api/models", list[Model], query=query)
        for model in page
        if is_repo_id(model.repo_id)
    )
    return list(islice(models, limit))


def _new_models(
    session: Session, surroundings: Surroundings, rule: NewModels, *, known: set[str]
) -> list[str]:
    models = _listed(session, search=rule.search, limit=_PAGE_LIMIT, author=rule.author)
    found = (facts_from(model, surroundings) for model in models)
    fresh = (one.repo_id for one in found if is_new(one, rule) and one.repo_id not in known)
    return list(islice(fresh, _MOST_NEW_MODELS))


def _facts(session: Session, surroundings: Surroundings, repo_id: str) -> HubFacts:
    """Return what the hub says of a repository, with its files."""
    model = _description(session, repo_id)
    facts = replace(facts_from(model, surroundings), repo_id=repo_id)
    if all(file.size_bytes for file in facts.files if file.path.casefold().endswith(".gguf")):
        return facts
    # Some mirrors leave the sizes out of the description.
    tree = f"/api/models/{repo_id}/tree/{facts.revision or 'main'}"
    pages = session.pages(tree, list[TreeEntry], query={"recursive": "true"}, repo_id=repo_id)
    files = files_in_tree(entry for page in pages for entry in page)
    return replace(facts, files=files)


def _description(session: Session, repo_id: str) -> Model:
    path, query = f"/api/models/{repo_id}", {"blobs": "true"}
    try:
        return session.document(path, Model, query=query, repo_id=repo_id)
    except NotFoundError as error:
        # olah has its own repositories only under the name of a branch.
        try:
            branch = f"{path}/revision/main"
            return session.document(branch, Model, query=query, repo_id=repo_id)
        except NemodeskError:
            raise error from None


def _address(surroundings: Surroundings, offer: Offer, file: RemoteFile) -> str:
    revision = offer.revision or "main"
    return surroundings.file_address(offer.repo_id, file.path, revision=revision)


def _with_suggestions(error: NotFoundError, session: Session, repo_id: str) -> NotFoundError:
    """Return the error with the most similar names that there are."""
    owner, _, name = repo_id.partition("/")
    try:
        models = [
            model.repo_id
            for search, author in ((name, ""), ("", owner))
            for model in _listed(session, search=search, author=author, limit=_PAGE_LIMIT)
        ]
    except NetworkError:
        return error
    similar = get_close_matches(repo_id, dict.fromkeys(models), n=_SUGGESTIONS)
    if not similar:
        return error
    sentence = f"{error.sentence} Did you mean {' or '.join(similar)}?"
    return NotFoundError(sentence, detail=error.detail)


def _all(ask: Callable[[T], HubFacts], things: Iterable[T]) -> list[HubFacts | NemodeskError]:
    """Ask for several things at a time; what fails is an error in its place."""

    def answer(thing: T) -> HubFacts | NemodeskError:
        try:
            return ask(thing)
        except NemodeskError as error:
            return error

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="hub") as threads:
        return list(threads.map(answer, things))
