# SPDX-License-Identifier: Apache-2.0
"""What of a computer decides over what fits and how fast it is: measured here, or described.

Pure: it measures nothing. `fit.py` says what a model needs and `speed.py` how fast it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nemodesk.hardware.mac import usable_by_gpu_bytes
from nemodesk.hardware.machine import Gpu, Machine
from nemodesk.hardware.placement import Budget

_GIB = 1024**3

_LEAST_FOR_SYSTEM_BYTES = 2 * _GIB
_MOST_FOR_SYSTEM_BYTES = 4 * _GIB
_SHARE_FOR_SYSTEM = 4
"""A quarter of the memory, at least 2 and at most 4 GiB, is left to the system and to other
programs. A guess: a desktop with a browser takes about that."""

VRAM_MARGIN_BYTES = _GIB
"""Left free on each card, for its driver and the screen: what llama.cpp's --fit leaves
(common/common.h, fit_params_target)."""

_DESCRIBED_CORES = 6
_DESCRIBED_FEATURES = ("sse4.2", "avx", "f16c", "fma", "avx2")
_DESCRIBED_MEMORY_BYTES_PER_S = 40e9
_DESCRIBED_UNIFIED_BYTES_PER_S = 100e9
# Typical cards of that size or larger: 8 and 12 GB 360 GB/s (RTX 3060), 16 GB 450 GB/s
# (RTX 4060 Ti to 5070), 24 GB 936 GB/s (RTX 3090).
_CARD_BYTES_PER_S = ((20 * _GIB, 900e9), (14 * _GIB, 450e9), (0, 300e9))


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """A computer, as far as it matters for a model.

    Attributes:
        os: "Linux", "macOS 15.1", "Windows 11".
        memory_bytes, available_bytes: main memory in all, and what is free of it.
        vram_bytes: memory that the engine may use of all cards together; 0 without one.
        unified: whether the cards' memory is part of the main memory.
        memory_bytes_per_s, vram_bytes_per_s: what can be read in a second.
        cores: physical ones.
        threads: how many of them compute; 0 where only the cores are known.
        features: the processor's instruction sets, such as "avx2".
        gpu_count: usable cards.
        unused_gpu_name: a card that is there and that the engine cannot use; usually empty.
    """

    os: str
    memory_bytes: int
    available_bytes: int
    vram_bytes: int
    unified: bool
    memory_bytes_per_s: float
    vram_bytes_per_s: float
    cores: int
    features: tuple[str, ...]
    gpu_name: str = ""
    cpu_name: str = ""
    gpu_count: int = 1
    unused_gpu_name: str = ""
    threads: int = 0

    @property
    def budget(self) -> Budget:
        """What a model may take when nothing large runs beside it."""
        return self._budget(self.memory_bytes)

    @property
    def budget_now(self) -> Budget:
        """What a model may take with the memory that is free at the moment."""
        whole = self.budget.memory_bytes
        return self._budget(self.memory_bytes, most=min(whole, self.available_bytes))

    def _budget(self, memory_bytes: int, *, most: int | None = None) -> Budget:
        room = max(memory_bytes - left_for_system(memory_bytes), 0) if most is None else most
        margin = VRAM_MARGIN_BYTES * self.gpu_count
        return Budget(
            memory_bytes=room,
            vram_bytes=max(self.vram_bytes - margin, 0),
            unified=self.unified,
        )


def left_for_system(memory_bytes: int) -> int:
    """Return the memory that a model must not take."""
    share = memory_bytes // _SHARE_FOR_SYSTEM
    return min(max(share, _LEAST_FOR_SYSTEM_BYTES), _MOST_FOR_SYSTEM_BYTES)


def capacity_of(machine: Machine, memory_bytes_per_s: float) -> Capacity:
    """Return what a computer can do.

    Args:
        machine: its cards are those that the engine can use; others have no back end.
        memory_bytes_per_s: as `bandwidth.py` measures it.
    """
    gpus = [gpu for gpu in machine.gpus if gpu.backend]
    own = [gpu for gpu in gpus if not gpu.unified]
    # A card with memory of its own counts, and integrated graphics beside it do not.
    used = own or gpus
    unified = bool(used) and not own
    vram_bytes = _vram_bytes(machine, used, unified=unified)
    return Capacity(
        os=machine.os,
        memory_bytes=machine.memory.total_bytes,
        available_bytes=machine.memory.available_bytes,
        vram_bytes=vram_bytes,
        unified=unified,
        memory_bytes_per_s=memory_bytes_per_s,
        vram_bytes_per_s=_vram_speed(used, vram_bytes, memory_bytes_per_s, unified=unified),
        cores=machine.processor.physical_cores,
        threads=machine.processor.threads,
        features=machine.processor.features,
        gpu_name=used[0].name if used else "",
        cpu_name=machine.processor.name,
        gpu_count=max(len(used), 1),
        unused_gpu_name=next((gpu.name for gpu in machine.gpus if not gpu.backend), ""),
    )


def described(
    *,
    ram_bytes: int,
    vram_bytes: int = 0,
    unified: bool = False,
    bandwidth_bytes_per_s: float = 0.0,
    vram_bytes_per_s: float = 0.0,
    os: str = "",
    cores: int = _DESCRIBED_CORES,
) -> Capacity:
    """Return a computer that is described in a few words; what is not said is typical.

    Args:
        bandwidth_bytes_per_s: of the main memory, and of all memory where it is unified.
    """
    is_mac = os.casefold().startswith(("mac", "darwin"))
    usual = _DESCRIBED_UNIFIED_BYTES_PER_S if unified else _DESCRIBED_MEMORY_BYTES_PER_S
    memory_speed = bandwidth_bytes_per_s or usual
    if unified:
        shared = vram_bytes or ram_bytes
        vram_bytes = min(shared, usable_by_gpu_bytes(ram_bytes)) if is_mac else shared
    card_speed = memory_speed if unified else vram_bytes_per_s or _card_speed(vram_bytes)
    return Capacity(
        os=os,
        memory_bytes=ram_bytes,
        available_bytes=max(ram_bytes - left_for_system(ram_bytes), 0),
        vram_bytes=vram_bytes,
        unified=unified,
        memory_bytes_per_s=memory_speed,
        vram_bytes_per_s=card_speed if vram_bytes else 0.0,
        cores=cores,
        features=("neon", "dotprod", "i8mm") if is_mac and unified else _DESCRIBED_FEATURES,
    )


def _vram_bytes(machine: Machine, gpus: Sequence[Gpu], *, unified: bool) -> int:
    if not unified:
        return sum(gpu.total_bytes for gpu in gpus)
    memory_bytes = machine.memory.total_bytes
    # Some cards that share the memory say no size of their own.
    shared = min(max(gpu.total_bytes for gpu in gpus) or memory_bytes, memory_bytes)
    is_metal = any(gpu.backend == "metal" for gpu in gpus)
    return min(shared, usable_by_gpu_bytes(memory_bytes)) if is_metal else shared


def _vram_speed(
    gpus: Sequence[Gpu], vram_bytes: int, memory_bytes_per_s: float, *, unified: bool
) -> float:
    if not gpus:
        return 0.0
    known = [speed for gpu in gpus if (speed := gpu.bandwidth_bytes_per_s) > 0]
    if known:
        # The layers of several cards are computed one after the other.
        return min(known)
    return memory_bytes_per_s if unified else _card_speed(vram_bytes // len(gpus))


def _card_speed(vram_bytes: int) -> float:
    return next(speed for least, speed in _CARD_BYTES_PER_S if vram_bytes >= least)
