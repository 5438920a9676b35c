# SPDX-License-Identifier: Apache-2.0
"""What a computer is made of, as values. It asks nobody; `probe.py` does."""

from dataclasses import dataclass
from enum import StrEnum


class Obstacle(StrEnum):
    """Why the engine does not use a graphics card, in plain words."""

    NO_CUDA = "this edition has no CUDA"
    NO_METAL = "this edition has no Metal"
    NO_VULKAN = "this edition has no Vulkan"
    NO_DRIVER = "no driver"
    OLD_DRIVER = "driver too old"
    STALE_DRIVER = "driver was updated: restart the computer"
    OLD_CARD = "card too old"
    NO_ACCESS = "no permission to use it"
    UNSEEN = "the engine does not see it"


@dataclass(frozen=True, kw_only=True)
class Processor:
    """The processor, as far as this program may use it.

    Attributes:
        physical_cores: a container's limits and a chosen set of cores are taken into account.
        features: instruction sets that matter to llama.cpp, in small letters, such as "avx2".
        cache_bytes: size of the last-level cache; 0 when unknown.
        performance_cores: the fast ones among the physical cores, where there are two kinds;
            0 where all are alike or nobody says.
        emulated: whether this program was made for another kind of processor (Rosetta, Prism),
            which costs much of its speed.
    """

    name: str
    physical_cores: int
    logical_cores: int
    features: tuple[str, ...] = ()
    cache_bytes: int = 0
    performance_cores: int = 0
    emulated: bool = False

    @property
    def threads(self) -> int:
        """How many threads a model computes with, so that the window keeps a core.

        They wait for each other: a slow core among them makes all of them slow.
        """
        rest = self.physical_cores - 1
        return max(1, min(self.performance_cores or rest, rest))


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The main memory, as far as this program may use it.

    Attributes:
        limited: whether a container allows less than the computer has.
    """

    total_bytes: int
    available_bytes: int
    limited: bool = False


@dataclass(frozen=True, kw_only=True)
class Battery:
    """A laptop's battery.

    Attributes:
        charge: 0 is empty, 1 is full.
    """

    charge: float
    plugged_in: bool


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A graphics card.

    Attributes:
        backend: "cuda", "metal", "vulkan", … through which the engine uses it; empty where it
            does not, or as long as the engine has not been asked.
        total_bytes: memory that programs can have there; 0 when unknown.
        driver: the driver's version; may be empty.
        unified: whether it shares the main memory.
        vendor: "nvidia", "amd", "intel", "apple", or empty.
        pci: its place, such as "0000:01:00.0"; may be empty.
        bandwidth_bytes_per_s: how fast its memory can be read; 0 where that is unknown or where
            it is the main memory's own speed.
        cuda_version: the newest CUDA that the driver speaks, such as "12.4"; may be empty.
        compute_capability: NVIDIA's number for the generation, such as "8.6"; may be empty.
        unusable_because: why the engine does not use it, or, as long as it has not been asked,
            why it could not; None where nothing stands in the way.
    """

    name: str
    backend: str
    total_bytes: int
    free_bytes: int
    driver: str = ""
    unified: bool = False
    vendor: str = ""
    pci: str = ""
    bandwidth_bytes_per_s: float = 0.0
    cuda_version: str = ""
    compute_capability: str = ""
    unusable_because: Obstacle | None = None


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A computer.

    Attributes:
        gpus: what the system names; joined with what the engine can use if that was asked.
        battery: None where there is none.
        virtual: whether it is a virtual machine.
    """

    os: str
    processor: Processor
    memory: Memory
    gpus: tuple[Gpu, ...] = ()
    battery: Battery | None = None
    virtual: bool = False
