# SPDX-License-Identifier: Apache-2.0
"""What can be downloaded, as values: repositories, their quants and files. It asks no network."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file at the hub.

    Attributes:
        path: inside the repository, as the hub says: "BF16/x-00001-of-00002.gguf".
        sha256: lower-case hex; empty where the hub does not say it.
    """

    path: str
    size_bytes: int
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Quant:
    """One choice of a model: one file, or the parts of a split one in order.

    Attributes:
        name: how the weights are packed: "Q4_K_M", "UD-Q4_K_XL".
        quality: plain words: "nearly as good as the original".
        is_approximate: the sizes are those of our own list; the hub has not been asked yet.
    """

    name: str
    files: tuple[RemoteFile, ...]
    quality: str = ""
    is_approximate: bool = False

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """What decides over the memory of a model before its file is here. Absent parts are 0.

    The names are those of `GgufHeader`, so that both can be asked what fits.

    Attributes:
        tensor_bytes: size of the weights; the size of a quant's files (see `Offer.described`).
        context_length: the longest context in tokens that the model was made for.
        head_count_kv: key-value heads of each layer; 0 for a layer without attention.
        expert_count: experts of each layer that has any, of which `expert_used_count` compute.
        parameter_count: all numbers of the model; `active_parameter_count`: used for one token.
    """

    tensor_bytes: int = 0
    architecture: str = ""
    context_length: int = 0
    block_count: int = 0
    embedding_length: int = 0
    head_count: int = 0
    head_count_kv: tuple[int, ...] = ()
    key_length: int = 0
    value_length: int = 0
    feed_forward_lengths: tuple[int, ...] = ()
    expert_count: int = 0
    expert_used_count: int = 0
    expert_feed_forward_length: int = 0
    expert_shared_feed_forward_length: int = 0
    recurrent_layers: tuple[bool, ...] = ()
    attention_layers: tuple[bool, ...] = ()
    ssm_conv_kernel: int = 0
    ssm_state_size: int = 0
    ssm_group_count: int = 0
    ssm_inner_size: int = 0
    vocabulary_size: int = 0
    parameter_count: int = 0
    active_parameter_count: int = 0


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How a model's makers want its words chosen."""

    temperature: float
    top_p: float
    top_k: int
    min_p: float


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A repository of the hub with GGUF files.

    Attributes:
        repo_id: "OWNER/REPO".
        name: plain words: "Nemotron 3 Nano 4B".
        family: "4B", "30B"; empty outside the catalog.
        context_length: the longest context in tokens; 0 if nobody said it.
        revision: commit of the hub; empty if it has not been asked yet.
        gated: the licence must be accepted at the hub first.
        downloads: in the last 30 days.
        quants: smallest first; empty in the results of a search.
        summary: one plain sentence.
        shape: None if only the file's header can tell.
        sampling: by task: "chat", "tools".
    """

    repo_id: str
    name: str
    family: str = ""
    architecture: str = ""
    parameter_count: int = 0
    context_length: int = 0
    licence: str = ""
    licence_url: str = ""
    revision: str = ""
    gated: bool = False
    downloads: int = 0
    quants: tuple[Quant, ...] = ()
    summary: str = ""
    shape: Hyperparameters | None = None
    sampling: Mapping[str, Sampling] = field(default_factory=dict[str, Sampling])

    def quant(self, name: str) -> Quant | None:
        """Return the choice of this name, written in any case."""
        wanted = name.casefold()
        return next((quant for quant in self.quants if quant.name.casefold() == wanted), None)

    def described(self, quant: Quant) -> Hyperparameters | None:
        """Return what decides over the memory of this choice; None if only its header can tell.

        The size of the files stands for that of the weights: the header between them is some
        megabytes at most.
        """
        if self.shape is None:
            return None
        return replace(self.shape, tensor_bytes=quant.size_bytes)


@dataclass(frozen=True, kw_only=True)
class Starter:
    """What is said of the model that comes with the program."""

    name: str
    summary: str
    licence: str
    licence_url: str


@dataclass(frozen=True, kw_only=True)
class NewModels:
    """How models are found that came out after this version of the program.

    Attributes:
        author: the owner of their repositories.
        search: a part of their names.
        sampling: as for `Offer`.
    """

    author: str
    search: str
    sampling: Mapping[str, Sampling] = field(default_factory=dict[str, Sampling])


@dataclass(frozen=True, kw_only=True)
class QualityLevel:
    """Plain words for weights whose packing has a name of this pattern."""

    pattern: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """The models that NemoDesk offers by itself.

    Attributes:
        default_context_limit: in tokens; longer contexts may exhaust a graphics card (NVIDIA's
            guide to Nemotron 3 Nano), so only who asks for one gets it.
        quality_levels: the first that fits counts.
    """

    offers: tuple[Offer, ...]
    starter: Starter
    default_context_limit: int
    new_models: tuple[NewModels, ...] = ()
    quality_levels: tuple[QualityLevel, ...] = ()

    def offer(self, repo_id: str) -> Offer | None:
        """Return the offer of this repository, written in any case."""
        wanted = repo_id.casefold()
        return next((offer for offer in self.offers if offer.repo_id.casefold() == wanted), None)

    def quality_of(self, quant_name: str) -> str:
        """Say how good weights packed like this are; empty if nobody knows."""
        for level in self.quality_levels:
            if re.fullmatch(level.pattern, quant_name, re.IGNORECASE):
                return level.words
        return ""
