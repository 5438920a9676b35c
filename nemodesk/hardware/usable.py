# SPDX-License-Identifier: Apache-2.0
"""Joins the graphics cards that the system names with those that the engine can use.

Pure: it asks neither. The engine's figures win, for they are what it can really have; the system
adds what the engine does not know: driver, speed, and the cards that are left out, with the reason.
"""

# ruff: noqa: D102 - the members of EngineDevice are described in engine/protocol.py

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from nemodesk.hardware.edition import Edition
from nemodesk.hardware.machine import Gpu, Obstacle
from nemodesk.hardware.memory_speeds import card_bandwidth, words_of

_GRAPHICS = {"gpu", "integrated_gpu"}
_BACKEND_NAMES = {"mtl": "metal", "hip": "rocm"}

# Which back ends could use a maker's cards, the usual one first, and what to say without it.
_BACKENDS_OF = {
    "nvidia": ({"cuda", "vulkan"}, Obstacle.NO_CUDA),
    "amd": ({"vulkan", "rocm", "metal"}, Obstacle.NO_VULKAN),
    "intel": ({"vulkan", "sycl", "metal"}, Obstacle.NO_VULKAN),
    "apple": ({"metal"}, Obstacle.NO_METAL),
}
_MAKER_WORDS = {
    "nvidia": {"nvidia", "geforce", "quadro", "tesla", "rtx", "gtx"},
    "amd": {"amd", "radeon", "instinct"},
    "intel": {"intel", "arc", "iris", "uhd"},
    "apple": {"apple"},
}
_OLDEST_GENERATION = 5
"""What llama.cpp's CUDA back end is compiled for at least (ggml-cuda/CMakeLists.txt: 50)."""


class EngineDevice(Protocol):
    """A device that the engine reports; engine.protocol.Device is one."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def total_bytes(self) -> int: ...
    @property
    def free_bytes(self) -> int: ...
    @property
    def pci(self) -> str: ...


def backend_name(device: EngineDevice) -> str:
    """Return llama.cpp's back end of a device: CUDA0 belongs to cuda, MTL0 to metal."""
    name = device.name.rstrip("0123456789").lower()
    return _BACKEND_NAMES.get(name, name)


def join(
    found: Sequence[Gpu], devices: Sequence[EngineDevice], edition: Edition
) -> tuple[Gpu, ...]:
    """Return every card once: first those that the engine can use, in its order.

    Args:
        found: the cards that the system names.
        devices: what the engine can compute on.
        edition: what lies beside the engine, which explains why a card is left out.
    """
    usable = _distinct([device for device in devices if device.kind in _GRAPHICS])
    matches = _matches(found, usable)
    joined = [
        _joined(found[matches[index]] if index in matches else _unknown(device), device)
        for index, device in enumerate(usable)
    ]
    known = replace(edition, backends=edition.backends | {gpu.backend for gpu in joined})
    taken = set(matches.values())
    left = [gpu for index, gpu in enumerate(found) if index not in taken]
    return (*joined, *(replace(gpu, unusable_because=_reason(gpu, known)) for gpu in left))


def _distinct(devices: Sequence[EngineDevice]) -> list[EngineDevice]:
    """Leave out a card that a second back end reports again; the first one's word counts."""
    kept: list[tuple[EngineDevice, int]] = []
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for device in devices:
        key = (backend_name(device), _bare_words(device.description))
        counts[key] += 1
        if not any(
            key[0] != backend_name(other) and _is_same(device, counts[key], other, count)
            for other, count in kept
        ):
            kept.append((device, counts[key]))
    return [device for device, _ in kept]


def _is_same(device: EngineDevice, count: int, other: EngineDevice, other_count: int) -> bool:
    """Compare places, or else count: the second "RTX 3060" of Vulkan is the second of CUDA."""
    if device.pci and other.pci:
        return device.pci == other.pci
    names = _bare_words(device.description), _bare_words(other.description)
    return names[0] == names[1] and count == other_count


def _matches(found: Sequence[Gpu], devices: Sequence[EngineDevice]) -> dict[int, int]:
    """Return which card each device is, the likeliest pairs first."""
    pairs = sorted(
        (
            (-_likeness(gpu, device), device_index, gpu_index)
            for device_index, device in enumerate(devices)
            for gpu_index, gpu in enumerate(found)
            if _likeness(gpu, device)
        ),
    )
    matches: dict[int, int] = {}
    for _, device_index, gpu_index in pairs:
        if device_index not in matches and gpu_index not in matches.values():
            matches[device_index] = gpu_index
    return matches


def _likeness(gpu: Gpu, device: EngineDevice) -> int:
    """Return how surely the two are one card; 0 means that they are not."""
    if gpu.pci and device.pci:
        return 4 if gpu.pci == device.pci else 0
    said, known = _bare_words(device.description), _bare_words(gpu.name)
    if said == known:
        return 3
    if gpu.vendor not in ("", _vendor(device.description)):
        return 0
    # One list says "Radeon RX 6800/6800 XT", the other "AMD Radeon RX 6800 XT (RADV NAVI21)".
    if any(word.isdigit() and word in known for word in said):
        return 2
    return 1 if gpu.vendor and gpu.unified == (device.kind == "integrated_gpu") else 0


def _joined(gpu: Gpu, device: EngineDevice) -> Gpu:
    # Metal calls every card a "gpu"; Vulkan knows what shares the main memory.
    is_integrated = device.kind == "integrated_gpu"
    backend = backend_name(device)
    unified = is_integrated if backend == "vulkan" else is_integrated or gpu.unified
    total_bytes = device.total_bytes or gpu.total_bytes
    speed = card_bandwidth(device.description, total_bytes, unified=unified)
    return replace(
        gpu,
        name=device.description,
        backend=backend,
        total_bytes=total_bytes,
        free_bytes=device.free_bytes if device.total_bytes else gpu.free_bytes,
        unified=unified,
        pci=device.pci or gpu.pci,
        bandwidth_bytes_per_s=gpu.bandwidth_bytes_per_s or speed,
        unusable_because=None,
    )


def _unknown(device: EngineDevice) -> Gpu:
    return Gpu(
        name=device.description,
        backend="",
        total_bytes=0,
        free_bytes=0,
        vendor=_vendor(device.description),
    )


def _reason(gpu: Gpu, edition: Edition) -> Obstacle:
    """Return why the engine does not use a card: first of all what the edition lacks."""
    possible, without = _BACKENDS_OF.get(gpu.vendor, ({"vulkan"}, Obstacle.NO_VULKAN))
    if not possible & edition.backends:
        return without
    if gpu.unusable_because is not None:
        return gpu.unusable_because
    if "cuda" in edition.backends and gpu.vendor == "nvidia":
        return _cuda_reason(gpu, edition)
    return Obstacle.UNSEEN


def _cuda_reason(gpu: Gpu, edition: Edition) -> Obstacle:
    if not gpu.driver:
        return Obstacle.NO_DRIVER
    major = gpu.cuda_version.partition(".")[0]
    if major.isdigit() and int(major) < edition.cuda_major:
        return Obstacle.OLD_DRIVER
    generation = gpu.compute_capability.partition(".")[0]
    if generation.isdigit() and int(generation) < _OLDEST_GENERATION:
        return Obstacle.OLD_CARD
    return Obstacle.UNSEEN


def _vendor(name: str) -> str:
    words = set(words_of(name))
    return next((maker for maker, known in _MAKER_WORDS.items() if words & known), "")


def _bare_words(name: str) -> tuple[str, ...]:
    """Return the words of a name without what a driver adds in brackets."""
    return tuple(words_of(re.sub(r"\([^)]*\)", " ", name)))
