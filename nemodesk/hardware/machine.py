# SPDX-License-Identifier: Apache-2.0
"""What a computer is made of, as values. It asks nobody; `probe.py` does."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Processor:
    """The processor.

    Attributes:
        features: instruction sets that matter to llama.cpp, in small letters, such as "avx2".
        cache_bytes: size of the last-level cache; 0 when unknown.
    """

    name: str
    physical_cores: int
    logical_cores: int
    features: tuple[str, ...] = ()
    cache_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The main memory."""

    total_bytes: int
    available_bytes: int


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A graphics card.

    Attributes:
        backend: "cuda", "metal", "vulkan", or empty where nothing of ours can use it.
        driver: the driver's version; may be empty.
        unified: whether it shares the main memory.
    """

    name: str
    backend: str
    total_bytes: int
    free_bytes: int
    driver: str = ""
    unified: bool = False


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A computer, before the engine has been asked what it can use of it."""

    os: str
    processor: Processor
    memory: Memory
    gpus: tuple[Gpu, ...] = ()
