# SPDX-License-Identifier: Apache-2.0
"""Makes of a model's file or of an offer the shape that forecasts need. It reads no file.

A file's header lists its tensors. Of an offer only the sizes of its layers and of its file are
known: what each layer weighs then follows from the numbers in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.gguf.ggml_types import TENSOR_TYPES
from nemodesk.catalog.offers.offer import Hyperparameters, Offer, Quant
from nemodesk.hardware.fit import ModelShape, shape_of
from nemodesk.hardware.weights import Part, WeightGroup

_SUPER_BLOCK = 256
# llama.cpp, src/llama-quant.cpp, tensor_type_fallback: for rows that are no multiple of 256.
_FALLBACK = {
    "Q2_K": "Q4_0",
    "Q3_K": "IQ4_NL",
    "IQ4_XS": "IQ4_NL",
    "Q4_K": "Q5_0",
    "Q5_K": "Q5_1",
    "Q6_K": "Q8_0",
}
_BITS = {kind.name: 8 * kind.block_bytes / kind.block_length for kind in TENSOR_TYPES.values()}
_USUAL_TYPE = "Q4_K"
_USUAL_LAYERS = 32
_ACTIVE = re.compile(r"(?P<all>\d+(?:\.\d+)?)B-A(?P<active>\d+(?:\.\d+)?)B", re.IGNORECASE)


def shape_of_header(header: GgufHeader) -> ModelShape:
    """Return the shape of a model whose header has been read."""
    return shape_of(header, header.tensor_groups)


def shape_of_offer(offer: Offer, quant: Quant) -> ModelShape | None:
    """Return the shape of a choice that is not here yet; None if only its header can tell."""
    model = offer.described(quant)
    if model is None:
        return None
    main_type = _main_type(quant.name)
    weights = [(matrix, matrix.type_name(main_type)) for matrix in _matrices(model)]
    bits = sum(matrix.numbers * _BITS[type_name] for matrix, type_name in weights)
    if not bits:
        return shape_of(model)
    scale = model.tensor_bytes / bits
    return shape_of(model, [matrix.group(name, _BITS[name] * scale) for matrix, name in weights])


def rough_shape(offer: Offer, quant: Quant) -> ModelShape:
    """Return a shape guessed from the size of the files, for a first impression of a search.

    What the size does not tell is that of a usual model of some 8 thousand million weights. How
    many of a mixture's weights work on a token is read out of its name: 3 of 30 in "30B-A3B".
    """
    layers = range(_USUAL_LAYERS)
    share = _active_share(offer)
    part: Part = "matrix" if share == 1 else "experts"
    type_name = _main_type(quant.name)
    size_bytes = quant.size_bytes // _USUAL_LAYERS
    return ModelShape(
        weights_bytes=quant.size_bytes,
        trained_context_tokens=offer.context_length,
        embedding_length=4096,
        feed_forward_length=14_336,
        head_count=32,
        head_counts_kv=(8,) * _USUAL_LAYERS,
        key_length=128,
        value_length=128,
        expert_count=1000 if share < 1 else 0,
        expert_used_count=round(1000 * share) if share < 1 else 0,
        expert_feed_forward_length=1024 if share < 1 else 0,
        vocabulary_size=131_072,
        weight_groups=tuple(
            WeightGroup(layer, part, type_name, size_bytes, size_bytes // 3) for layer in layers
        ),
    )


def _active_share(offer: Offer) -> float:
    match = _ACTIVE.search(offer.repo_id)
    if match is None:
        return 1.0
    return min(float(match["active"]) / max(float(match["all"]), 1.0), 1.0)


@dataclass(frozen=True)
class _Matrix:
    """One matrix of a model, or the same one of each expert.

    Attributes:
        row_length: numbers that are packed in a row.
        numbers: in all rows, of all experts.
    """

    layer: int
    part: Part
    row_length: int
    numbers: int

    def type_name(self, main_type: str) -> str:
        """Return how llama.cpp packs it in a file of that type."""
        if self.part == "output" and main_type.endswith("_K"):
            main_type = "Q6_K"  # llama-quant.cpp keeps more of the output
        is_whole = self.row_length % _SUPER_BLOCK == 0
        return main_type if is_whole else _FALLBACK.get(main_type, main_type)

    def group(self, type_name: str, bytes_per_number: float) -> WeightGroup:
        """Return it with its size."""
        size_bytes = int(self.numbers * bytes_per_number)
        return WeightGroup(self.layer, self.part, type_name, size_bytes, size_bytes)


def _matrices(model: Hyperparameters) -> Iterator[_Matrix]:
    width = model.embedding_length
    for part in ("embedding", "output"):
        yield _Matrix(-1, part, width, model.vocabulary_size * width)
    for layer, length in enumerate(model.feed_forward_lengths):
        if model.recurrent_layers[layer]:
            inner = model.ssm_inner_size
            state = 2 * model.ssm_group_count * model.ssm_state_size
            yield _Matrix(layer, "matrix", width, width * (2 * inner + state))
            yield _Matrix(layer, "matrix", inner, width * inner)
        if model.attention_layers[layer]:
            kv = model.head_count_kv[layer] * (model.key_length + model.value_length)
            query = model.head_count * model.key_length
            output = model.head_count * model.value_length
            yield _Matrix(layer, "matrix", width, width * (query + kv))
            yield _Matrix(layer, "matrix", output, width * output)
        if length and model.expert_count:
            yield from _experts(model, layer)
        elif length:
            yield _Matrix(layer, "matrix", width, width * length)
            yield _Matrix(layer, "matrix", length, width * length)


def _experts(model: Hyperparameters, layer: int) -> Iterator[_Matrix]:
    width = model.embedding_length
    lengths: tuple[tuple[Part, int, int], ...] = (
        ("experts", model.expert_count, model.expert_feed_forward_length),
        ("matrix", 1, model.expert_shared_feed_forward_length),
    )
    for part, count, length in lengths:
        yield _Matrix(layer, part, width, count * width * length)
        yield _Matrix(layer, part, length, count * width * length)


def _main_type(quant_name: str) -> str:
    """Return how most weights of a quant are packed: Q4_K of "UD-Q4_K_XL"."""
    match = re.search(r"I?Q\d_(?:K|\d|NL|XS|XXS|S|M)|BF16|F16|MXFP4", quant_name.upper())
    found = match.group() if match else ""
    return found if found in _BITS else _USUAL_TYPE
