# SPDX-License-Identifier: Apache-2.0
"""What the weights of a model are: in which layer, how packed, and how much of them a token reads.

Pure arithmetic on what a header says. It does not know where the weights are put.
"""

# ruff: noqa: D102 - the members of DescribedGroup are described in WeightGroup

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Part = Literal["embedding", "output", "matrix", "experts", "small"]


class DescribedGroup(Protocol):
    """What a model file says about tensors of one kind."""

    @property
    def layer(self) -> int: ...
    @property
    def part(self) -> Part: ...
    @property
    def type_name(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def largest_bytes(self) -> int: ...


@dataclass(frozen=True)
class WeightGroup:
    """Tensors of one layer that do the same kind of work and are packed alike.

    Attributes:
        layer: 0 and up; -1 outside the layers.
        part: embedding (a row is read for each token), output, matrix (all of it is multiplied
            for each token), experts (a share is), or small (vectors).
        type_name: how the numbers are packed, as llama.cpp calls it: "Q4_K".
        largest_bytes: of the largest tensor among them.
    """

    layer: int
    part: Part
    type_name: str
    size_bytes: int
    largest_bytes: int = 0


def groups_of(described: Sequence[DescribedGroup]) -> tuple[WeightGroup, ...]:
    """Return the groups of a header as values of this package."""
    return tuple(
        WeightGroup(
            layer=group.layer,
            part=group.part,
            type_name=group.type_name,
            size_bytes=group.size_bytes,
            largest_bytes=group.largest_bytes,
        )
        for group in described
    )


# llama.cpp, ggml/src/ggml-cpu/repack.cpp: ggml_repack_get_optimal_repack_type, for matrices whose
# rows come in eights, as those of language models do.
_REPACKED_WITH: dict[str, tuple[frozenset[str], ...]] = {
    "Q4_0": (frozenset({"avx2"}), frozenset({"dotprod"}), frozenset({"i8mm"})),
    "Q4_K": (frozenset({"avx2"}), frozenset({"dotprod"}), frozenset({"i8mm"})),
    "IQ4_NL": (frozenset({"avx2"}), frozenset({"dotprod"})),
    "MXFP4": (frozenset({"avx2"}), frozenset({"dotprod"})),
    "Q2_K": (frozenset({"avx512f"}),),
    "Q5_K": (frozenset({"dotprod"}), frozenset({"i8mm"})),
    "Q6_K": (frozenset({"dotprod"}), frozenset({"i8mm"})),
    "Q8_0": (frozenset({"dotprod"}), frozenset({"i8mm"})),
    "Q1_0": (frozenset({"dotprod"}), frozenset({"i8mm"})),
}
_MULTIPLIED = frozenset({"output", "matrix", "experts"})


def is_repacked(group: WeightGroup, features: Collection[str]) -> bool:
    """Tell whether llama.cpp arranges these weights anew for a processor with these features.

    Weights that lie in pages of the file are then in memory twice.
    """
    return group.part in _MULTIPLIED and any(
        needed.issubset(features) for needed in _REPACKED_WITH.get(group.type_name, ())
    )


def repacked_bytes(groups: Iterable[WeightGroup], features: Collection[str]) -> int:
    """Return the size of all weights that are arranged anew."""
    return sum(group.size_bytes for group in groups if is_repacked(group, features))


def read_for_a_token(group: WeightGroup, *, expert_share: float, is_tied: bool) -> float:
    """Return the bytes of a group that computing one token reads.

    Args:
        expert_share: experts that work on a token, of all experts of a layer.
        is_tied: whether the embedding is the output matrix too.
    """
    if group.part == "experts":
        return group.size_bytes * expert_share
    if group.part == "embedding":
        return group.size_bytes if is_tied else 0.0
    return float(group.size_bytes)
