# SPDX-License-Identifier: Apache-2.0
"""Reads the catalog: the list that ships with the program, and what the hub said last.

It asks no network; `hub` does, and keeps here what it learns. A kept file that is damaged counts
as none.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from nemodesk.catalog.offers.cache_files import read_cached, write_cached
from nemodesk.catalog.offers.grouping import group_quants
from nemodesk.catalog.offers.hub_facts import HubFacts, is_wanted, offer_from
from nemodesk.catalog.offers.offer import (
    Catalog,
    Hyperparameters,
    NewModels,
    Offer,
    QualityLevel,
    Quant,
    RemoteFile,
    Sampling,
    Starter,
)
from nemodesk.catalog.safe_paths import is_repo_id
from nemodesk.paths import resources
from nemodesk.structs import decode

_log = logging.getLogger(__name__)

_FILE_NAME = "catalog.json"
_LARGEST_FILE_BYTES = 16 << 20
_LAYOUT = 1
"""Kept files of another layout are not read."""
_RECURRENT, _ATTENTION, _FEED_FORWARD, _EXPERTS = "M*-E"


class _Shape(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The numbers of a hybrid model; `layers` has a letter for each."""

    layers: str
    embedding_length: int
    feed_forward_length: int
    head_count: int
    head_count_kv: int
    key_length: int
    value_length: int
    expert_count: int = 0
    expert_used_count: int = 0
    expert_feed_forward_length: int = 0
    expert_shared_feed_forward_length: int = 0
    ssm_conv_kernel: int
    ssm_state_size: int
    ssm_group_count: int
    ssm_inner_size: int
    vocabulary_size: int
    active_parameter_count: int

    def expanded(self, offer: "_Offer") -> Hyperparameters:
        """Return what the header of such a model says."""
        return Hyperparameters(
            architecture=offer.architecture,
            context_length=offer.context_length,
            block_count=len(self.layers),
            embedding_length=self.embedding_length,
            head_count=self.head_count,
            head_count_kv=self._each(_ATTENTION, self.head_count_kv),
            key_length=self.key_length,
            value_length=self.value_length,
            feed_forward_lengths=self._each(_FEED_FORWARD + _EXPERTS, self.feed_forward_length),
            expert_count=self.expert_count,
            expert_used_count=self.expert_used_count,
            expert_feed_forward_length=self.expert_feed_forward_length,
            expert_shared_feed_forward_length=self.expert_shared_feed_forward_length,
            recurrent_layers=tuple(kind == _RECURRENT for kind in self.layers),
            attention_layers=tuple(kind == _ATTENTION for kind in self.layers),
            ssm_conv_kernel=self.ssm_conv_kernel,
            ssm_state_size=self.ssm_state_size,
            ssm_group_count=self.ssm_group_count,
            ssm_inner_size=self.ssm_inner_size,
            vocabulary_size=self.vocabulary_size,
            parameter_count=offer.parameter_count,
            active_parameter_count=self.active_parameter_count,
        )

    def _each(self, kinds: str, number: int) -> tuple[int, ...]:
        return tuple(number if kind in kinds else 0 for kind in self.layers)


class _Quant(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    files: tuple[RemoteFile, ...]


class _Offer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    repo_id: str
    name: str
    family: str
    architecture: str
    parameter_count: int
    context_length: int
    licence: str
    licence_url: str
    summary: str
    sampling: str
    hyperparameters: _Shape
    quants: tuple[_Quant, ...]


class _NewModels(msgspec.Struct, forbid_unknown_fields=True):
    author: str
    search: str
    sampling: str


class _Shipped(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The file in resources/."""

    about: str
    default_context_limit: int
    starter: Starter
    new_models: tuple[_NewModels, ...]
    sampling: dict[str, dict[str, Sampling]]
    quality: tuple[QualityLevel, ...]
    offers: tuple[_Offer, ...]


class _Kept(msgspec.Struct, kw_only=True):
    """The file in the cache folder."""

    layout: int
    facts: tuple[HubFacts, ...]


def load_catalog(cache_folder: Path) -> Catalog:
    """Return the shipped catalog with what the hub said last."""
    return with_facts(shipped_catalog(), kept_facts(cache_folder))


def shipped_catalog() -> Catalog:
    """Return the catalog as it came with the program."""
    content = (resources() / _FILE_NAME).read_bytes()
    shipped = decode(content, _Shipped)
    catalog = Catalog(
        offers=(),
        starter=shipped.starter,
        default_context_limit=shipped.default_context_limit,
        new_models=tuple(
            NewModels(
                author=rule.author, search=rule.search, sampling=shipped.sampling[rule.sampling]
            )
            for rule in shipped.new_models
        ),
        quality_levels=shipped.quality,
    )
    offers = tuple(_offer(offer, shipped.sampling, catalog) for offer in shipped.offers)
    return replace(catalog, offers=offers)


def with_facts(catalog: Catalog, facts: Iterable[HubFacts]) -> Catalog:
    """Return the catalog with what the hub says of its models, new ones at its end.

    Facts of repositories that the catalog neither has nor looks for are passed over.
    """
    offers = {offer.repo_id: offer for offer in catalog.offers}
    for repository in facts:
        if not is_repo_id(repository.repo_id) or not is_wanted(repository, catalog):
            continue
        known = catalog.offer(repository.repo_id)
        offer = offer_from(repository, catalog)
        if offer.quants:
            offers[known.repo_id if known else offer.repo_id] = offer
    return replace(catalog, offers=tuple(offers.values()))


def keep_facts(cache_folder: Path, facts: Iterable[HubFacts]) -> None:
    """Keep what the hub said for the next start, as far as it is about models."""
    kept = _Kept(layout=_LAYOUT, facts=tuple(_without_other_files(one) for one in facts))
    write_cached(cache_folder / _FILE_NAME, msgspec.json.encode(kept))


def _without_other_files(facts: HubFacts) -> HubFacts:
    models = tuple(file for quant in group_quants(facts.files) for file in quant.files)
    return replace(facts, files=models)


def kept_facts(cache_folder: Path) -> tuple[HubFacts, ...]:
    """Return what the hub said last; nothing if that is damaged."""
    content = read_cached(cache_folder / _FILE_NAME, most_bytes=_LARGEST_FILE_BYTES)
    if content is None:
        return ()
    try:
        kept = decode(content, _Kept)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _log.info("the kept catalog is not read: %r", error)
        return ()
    return kept.facts if kept.layout == _LAYOUT else ()


def _offer(offer: _Offer, presets: Mapping[str, Mapping[str, Sampling]], catalog: Catalog) -> Offer:
    return Offer(
        repo_id=offer.repo_id,
        name=offer.name,
        family=offer.family,
        architecture=offer.architecture,
        parameter_count=offer.parameter_count,
        context_length=offer.context_length,
        licence=offer.licence,
        licence_url=offer.licence_url,
        summary=offer.summary,
        sampling=presets[offer.sampling],
        shape=offer.hyperparameters.expanded(offer),
        quants=tuple(
            Quant(
                name=quant.name,
                files=quant.files,
                quality=catalog.quality_of(quant.name),
                is_approximate=True,
            )
            for quant in offer.quants
        ),
    )
