# SPDX-License-Identifier: Apache-2.0
"""What the hub says of a repository, as a value, and what an offer becomes by it. No network."""

import re
from dataclasses import dataclass, replace

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.naming import plain_name
from nemodesk.catalog.offers.grouping import group_quants
from nemodesk.catalog.offers.offer import Catalog, Hyperparameters, NewModels, Offer, RemoteFile

_SIZE = re.compile(r"\b(\d+(?:\.\d+)?[BM])\b")


@dataclass(frozen=True, kw_only=True)
class HubFacts:
    """What the hub knows of a repository. What it does not say is empty or 0.

    Attributes:
        repo_id: "OWNER/REPO".
        revision: the commit.
        downloads: in the last 30 days.
        files: all of them, whatever they are and whatever they are called.
        shape: from a file's header; None if none was read.
    """

    repo_id: str
    revision: str = ""
    gated: bool = False
    downloads: int = 0
    licence: str = ""
    licence_url: str = ""
    architecture: str = ""
    parameter_count: int = 0
    context_length: int = 0
    files: tuple[RemoteFile, ...] = ()
    shape: Hyperparameters | None = None


def offer_from(facts: HubFacts, catalog: Catalog) -> Offer:
    """Return the offer that a repository makes, with what the catalog says of it.

    The hub knows best about files, licence and access; the catalog about names and shape.
    """
    known = catalog.offer(facts.repo_id) or _new_offer(facts, catalog)
    quants = group_quants(facts.files, quality=catalog.quality_of)
    is_same_licence = not facts.licence or _slug(facts.licence) == _slug(known.licence)
    return replace(
        known,
        repo_id=facts.repo_id,
        revision=facts.revision,
        gated=facts.gated,
        downloads=facts.downloads,
        licence=known.licence if is_same_licence else facts.licence,
        licence_url=facts.licence_url if facts.licence else known.licence_url or facts.licence_url,
        architecture=facts.architecture or known.architecture,
        parameter_count=facts.parameter_count or known.parameter_count,
        context_length=facts.context_length or known.context_length,
        quants=quants if facts.files else known.quants,
        shape=facts.shape or known.shape,
    )


def is_new(facts: HubFacts, rule: NewModels) -> bool:
    """Tell whether the repository is of the kind that the rule looks for."""
    owner, _, name = facts.repo_id.partition("/")
    return owner == rule.author and rule.search.casefold() in name.casefold()


def is_wanted(facts: HubFacts, catalog: Catalog) -> bool:
    """Tell whether the repository is one of the catalog's, or of those that it looks for."""
    if catalog.offer(facts.repo_id) is not None:
        return True
    return any(is_new(facts, rule) for rule in catalog.new_models)


def hyperparameters_of(header: GgufHeader) -> Hyperparameters:
    """Return what decides over the memory of a model whose header has been read."""
    return Hyperparameters(
        tensor_bytes=header.tensor_bytes,
        architecture=header.architecture,
        context_length=header.context_length,
        block_count=header.block_count,
        embedding_length=header.embedding_length,
        head_count=header.head_count,
        head_count_kv=header.head_count_kv,
        key_length=header.key_length,
        value_length=header.value_length,
        feed_forward_lengths=header.feed_forward_lengths,
        expert_count=header.expert_count,
        expert_used_count=header.expert_used_count,
        expert_feed_forward_length=header.expert_feed_forward_length,
        expert_shared_feed_forward_length=_number(header, "expert_shared_feed_forward_length"),
        recurrent_layers=header.recurrent_layers,
        attention_layers=header.attention_layers,
        ssm_conv_kernel=header.ssm_conv_kernel,
        ssm_state_size=header.ssm_state_size,
        ssm_group_count=header.ssm_group_count,
        ssm_inner_size=header.ssm_inner_size,
        vocabulary_size=header.vocabulary_size,
        parameter_count=header.parameter_count,
    )


def _new_offer(facts: HubFacts, catalog: Catalog) -> Offer:
    name = plain_name(facts.repo_id.partition("/")[2], {})
    rule = next((rule for rule in catalog.new_models if is_new(facts, rule)), None)
    if rule is None:
        return Offer(repo_id=facts.repo_id, name=name)
    size = _SIZE.search(name)
    family = size[1] if size else ""
    return Offer(repo_id=facts.repo_id, name=name, family=family, sampling=rule.sampling)


def _slug(name: str) -> str:
    """Return the name as the hub writes it: "nvidia-open-model-license"."""
    return "-".join(re.findall(r"[a-z0-9.]+", name.casefold()))


def _number(header: GgufHeader, key: str) -> int:
    value = header.metadata.get(f"{header.architecture}.{key}", 0)
    return value if isinstance(value, int) else 0
