# SPDX-License-Identifier: Apache-2.0
"""Says which layers of a model go onto the graphics card and which stay in main memory.

Pure arithmetic with the rules of llama.cpp: it puts the last layers and the output onto the card,
keeps a layer's cache and state beside it, and leaves the embedding in main memory. The experts
of the first layers can stay there too, which costs little speed because few of them work on a
token. Several cards count as one, so that a layer more may be said to fit than does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from nemodesk.hardware.fit import CacheType, MemoryNeeded, ModelShape, memory_needed
from nemodesk.hardware.weights import WeightGroup

_FLOAT_BYTES = 4
_BATCH_TOKENS = 512


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The memory that a model may take.

    Attributes:
        memory_bytes: main memory.
        vram_bytes: memory of all usable graphics cards together; 0 without one.
        unified: whether the cards' memory is part of the main memory.
    """

    memory_bytes: int
    vram_bytes: int = 0
    unified: bool = False


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where the parts of a model are put.

    Attributes:
        gpu_layers: layers on the card, as llama.cpp counts them: the output is one of them.
        cpu_expert_layers: the first layers whose experts stay in main memory.
        memory_bytes: main memory that it takes; the program is a part of it.
        vram_bytes: memory of the cards that it takes.
    """

    gpu_layers: int
    cpu_expert_layers: int
    memory_bytes: int
    vram_bytes: int

    def fits(self, budget: Budget) -> bool:
        """Tell whether there is room for it."""
        if self.vram_bytes > budget.vram_bytes:
            return False
        shared_bytes = self.vram_bytes if budget.unified else 0
        return self.memory_bytes + shared_bytes <= budget.memory_bytes


class Layout:
    """A model with a context, to be divided between main memory and cards."""

    def __init__(self, shape: ModelShape, *, context_tokens: int, cache_type: CacheType) -> None:
        self.shape = shape
        self.layer_count = len(shape.head_counts_kv)
        self._context_tokens = context_tokens
        self._needed = memory_needed(shape, context_tokens=context_tokens, cache_type=cache_type)

    @property
    def needed(self) -> MemoryNeeded:
        """What all of it takes."""
        return self._needed

    def is_on_gpu(self, group: WeightGroup, placement: Placement) -> bool:
        """Tell where a group of weights is."""
        if group.part == "embedding":
            return False
        if group.part == "experts" and group.layer < placement.cpu_expert_layers:
            return False
        return self.is_layer_on_gpu(group.layer, placement.gpu_layers)

    def is_layer_on_gpu(self, layer: int, gpu_layers: int) -> bool:
        """Tell where a layer is; -1 stands for the output."""
        # llama-model.cpp: i_gpu_start = n_layer + 1 - n_gpu_layers, the output being the last one.
        number = self.layer_count if layer < 0 else layer
        return number >= self.layer_count + 1 - gpu_layers

    def fitting(self, budget: Budget) -> Iterator[Placement]:
        """Yield what there is room for: the one with the most on the card first, if any.

        All layers on the card, with as few experts in main memory as needed; else as many layers
        as fit; and everything in main memory.
        """
        if budget.vram_bytes:
            everything = self.layer_count + 1
            experts = self._fewest_expert_layers(budget)
            if experts is not None:
                yield self.place(everything, experts)
            else:
                most = self._most_layers(budget)
                if most:
                    yield self.place(most, 0)
        nothing = self.place(0, 0)
        if nothing.fits(budget):
            yield nothing

    def place(self, gpu_layers: int, cpu_expert_layers: int) -> Placement:
        """Return what such a division takes."""
        needed = self._needed
        if gpu_layers <= 0:
            return Placement(
                gpu_layers=0,
                cpu_expert_layers=0,
                memory_bytes=needed.total_bytes,
                vram_bytes=0,
            )
        first = max(self.layer_count + 1 - gpu_layers, 0)
        on_gpu = self._after[first]
        kept = max(cpu_expert_layers - first, 0)
        experts = self._experts_before[first + kept] - self._experts_before[first]
        moved = on_gpu - experts
        is_split = bool(experts) or first > 0
        vram_bytes = moved + needed.compute_bytes + (self._streamed_bytes if is_split else 0)
        whole = needed.weights_bytes + needed.kv_bytes + needed.state_bytes
        # A tied output matrix is there twice: llama.cpp copies it onto the card.
        in_memory = whole - moved + (self._tied_bytes if not self._output_bytes else 0)
        host_compute = needed.compute_bytes if first > 0 else self._input_bytes
        return Placement(
            gpu_layers=gpu_layers,
            cpu_expert_layers=kept + first if experts else 0,
            memory_bytes=in_memory + host_compute + needed.program_bytes,
            vram_bytes=vram_bytes,
        )

    def _fewest_expert_layers(self, budget: Budget) -> int | None:
        everything = self.layer_count + 1
        if self.place(everything, 0).fits(budget):
            return 0
        if not self._experts_before[-1]:
            return None
        for count in range(1, self.layer_count + 1):
            if self._experts_before[count] == self._experts_before[count - 1]:
                continue  # a layer without experts: nothing is gained
            if self.place(everything, count).fits(budget):
                return count
        return None

    def _most_layers(self, budget: Budget) -> int:
        for count in range(self.layer_count, 0, -1):
            if self.place(count, 0).fits(budget):
                return count
        return 0

    @cached_property
    def _layer_bytes(self) -> list[int]:
        """Weights, cache and state of each layer."""
        shape, needed = self.shape, self._needed
        heads = sum(shape.head_counts_kv)
        states = shape.recurrent_layers or (True,) * self.layer_count
        state_count = sum(states)
        weights = self._weights_by_layer
        return [
            weights[layer]
            + (needed.kv_bytes * shape.head_counts_kv[layer] // heads if heads else 0)
            + (needed.state_bytes // state_count if states[layer] and state_count else 0)
            for layer in range(self.layer_count)
        ]

    @cached_property
    def _weights_by_layer(self) -> list[int]:
        weights = [0] * self.layer_count
        if not self.shape.weight_groups:
            # Only the size is known: every layer counts the same.
            return [self.shape.weights_bytes // max(self.layer_count, 1)] * self.layer_count
        for group in self.shape.weight_groups:
            if 0 <= group.layer < self.layer_count:
                weights[group.layer] += group.size_bytes
        return weights

    @cached_property
    def _after(self) -> list[int]:
        """For each layer: the bytes of it and of all that follow, the output included."""
        output = self._output_bytes or self._tied_bytes
        sums = list(accumulate([output, *reversed(self._layer_bytes)]))
        return sums[::-1]

    @cached_property
    def _experts_before(self) -> list[int]:
        """For each layer: the bytes of the experts of all layers before it."""
        experts = [0] * self.layer_count
        for group in self.shape.weight_groups:
            if group.part == "experts" and 0 <= group.layer < self.layer_count:
                experts[group.layer] += group.size_bytes
        return [0, *accumulate(experts)]

    @cached_property
    def _output_bytes(self) -> int:
        return sum(g.size_bytes for g in self.shape.weight_groups if g.part == "output")

    @cached_property
    def _tied_bytes(self) -> int:
        embeddings = (g for g in self.shape.weight_groups if g.part == "embedding")
        return sum(group.size_bytes for group in embeddings)

    @cached_property
    def _streamed_bytes(self) -> int:
        """Room on the card for weights that are brought there for each batch of a prompt.

        llama.cpp computes long prompts on the card even where the weights are in main memory
        (ggml-backend.cpp, op_offload): one matrix at a time. That two are there at once, one
        being computed and one arriving, is a guess.
        """
        matrices = (g for g in self.shape.weight_groups if g.part in {"matrix", "experts"})
        return 2 * max((group.largest_bytes for group in matrices), default=0)

    @property
    def _input_bytes(self) -> int:
        """What main memory holds of a batch that the card computes: embeddings and the mask."""
        tokens = min(_BATCH_TOKENS, self._context_tokens)
        return tokens * (_FLOAT_BYTES * self.shape.embedding_length + 2 * self._context_tokens)
