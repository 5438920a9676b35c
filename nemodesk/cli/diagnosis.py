# SPDX-License-Identifier: Apache-2.0
"""What is wrong or slow on a computer, and the one step that mends it. Pure: facts in, checks out.

`doctor.py` gathers the facts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nemodesk.catalog.offers.offer import Catalog
from nemodesk.hardware.fit import memory_needed, shape_of
from nemodesk.hardware.machine import Gpu, Machine, Obstacle, Processor
from nemodesk.settings.keyring_store import Trouble
from nemodesk.settings.whereabouts import reason_for
from nemodesk.sizes import free_memory_in_words, in_words, memory_in_words

Status = Literal["ok", "slow", "wrong"]

_SHORT_CONTEXT_TOKENS = 4096
"""A chat of some pages: with less a model is of little use."""

_SYSTEM_BYTES = 2_000_000_000
"""What the system and the other programs keep (a guess)."""

_DISK_MARGIN_BYTES = 1_000_000_000
"""What should stay free on a disk (a guess)."""

_SLOW_MEMORY_BYTES_PER_S = 12e9
"""Two modules of memory of 2015 give more (a guess): a 3 GB model writes four tokens a second."""

_FIXES = {
    Obstacle.NO_CUDA: "Get the edition of NemoDesk for NVIDIA cards (CUDA).",
    Obstacle.NO_METAL: "Get the edition of NemoDesk for Macs with Apple chips.",
    Obstacle.NO_VULKAN: "Get the edition of NemoDesk with Vulkan.",
    Obstacle.NO_DRIVER: "Install the driver of the card's maker and restart the computer.",
    Obstacle.OLD_DRIVER: "Install the newest driver of the card's maker.",
    Obstacle.STALE_DRIVER: "Restart the computer.",
    Obstacle.OLD_CARD: "Let models run on the processor: only a newer card would help.",
    Obstacle.NO_ACCESS: (
        "Let your account use the card (on Linux: sudo usermod -aG render $USER) and log in again."
    ),
    Obstacle.UNSEEN: "Restart the computer; if that does not help, install the newest driver.",
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """What was looked at, and what came of it.

    Attributes:
        id: a stable word for programs.
        fix: the one step that mends it; empty where nothing is to be mended.
    """

    id: str
    status: Status
    summary: str
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelsFolder:
    """The folder for models.

    Attributes:
        refusal: why nothing can be written there; empty if it can.
    """

    path: str
    free_bytes: int
    refusal: str = ""


def check_processor(processor: Processor) -> Check:
    """Look at what slows computing down."""
    if processor.emulated:
        summary = "This edition was made for another kind of processor and is translated."
        return Check(
            id="processor",
            status="slow",
            summary=summary,
            fix="Install the edition of NemoDesk that was made for ARM processors.",
        )
    if processor.physical_cores == 1:
        summary = f"{processor.name}: there is one core for models and everything else."
        fix = "Give this computer or container more cores, or choose the smallest model."
        return Check(id="processor", status="slow", summary=summary, fix=fix)
    if not {"avx2", "neon"} & set(processor.features):
        summary = f"{processor.name} lacks the instructions (AVX2) that make models quick."
        fix = "Choose the smallest model: its answers come slowly, but they come."
        return Check(id="processor", status="slow", summary=summary, fix=fix)
    summary = f"{processor.name}, {processor.physical_cores} cores."
    return Check(id="processor", status="ok", summary=summary)


def check_memory_speed(machine: Machine, bytes_per_s: float) -> Check:
    """Look at what bounds the speed of writing on the processor."""
    speed = f"Memory reads {in_words(bytes_per_s)} a second"
    if bytes_per_s >= _SLOW_MEMORY_BYTES_PER_S:
        return Check(id="memory_speed", status="ok", summary=f"{speed}.")
    if machine.battery is not None and not machine.battery.plugged_in:
        fix = "Plug the computer in: on battery its memory may be slower."
    elif machine.virtual:
        fix = "Choose a small model: this virtual machine shares its memory's speed with others."
    else:
        fix = "Choose a small model, or add a second memory module where only one is fitted."
    summary = f"{speed}, which is slow: models read all of themselves for each word."
    return Check(id="memory_speed", status="slow", summary=summary, fix=fix)


def check_memory(machine: Machine, catalog: Catalog) -> Check:
    """Look at whether any model of the catalog fits, at all and now."""
    memory = machine.memory
    needed = _smallest_bytes(catalog)
    total = memory_in_words(memory.total_bytes)
    free = free_memory_in_words(memory.available_bytes)
    if memory.total_bytes < needed + _SYSTEM_BYTES and not _fits_a_card(machine.gpus, needed):
        summary = (
            f"{total} of memory are too little for the smallest Nemotron, which needs "
            f"{in_words(needed)} beside the system."
        )
        fix = "Use the starter model, or another small one."
        if memory.limited:
            fix = "Allow this container more memory."
        return Check(id="memory", status="wrong", summary=summary, fix=fix)
    if memory.available_bytes < needed and not _fits_a_card(machine.gpus, needed):
        summary = f"{free} of {total} are free, and the smallest Nemotron needs {in_words(needed)}."
        fix = "Close other programs before you load a model."
        return Check(id="memory", status="wrong", summary=summary, fix=fix)
    return Check(id="memory", status="ok", summary=f"{free} of {total} are free.")


def check_cards(gpus: Sequence[Gpu]) -> Iterator[Check]:
    """Look at each graphics card.

    One inside the processor that reads the main memory no faster than the processor does costs
    little when it is left out: a word takes as long as reading the model.
    """
    is_any_used = any(gpu.backend for gpu in gpus)
    for number, gpu in enumerate(gpus, start=1):
        name = "graphics_card" if number == 1 else f"graphics_card_{number}"
        reason = gpu.unusable_because
        if reason is None:
            summary = f"{gpu.name} is used through {gpu.backend}."
            yield Check(id=name, status="ok", summary=summary)
        elif gpu.unified and (is_any_used or not gpu.bandwidth_bytes_per_s):
            summary = f"{gpu.name} is not used, which costs little: it shares the main memory."
            yield Check(id=name, status="ok", summary=summary)
        else:
            summary = f"{gpu.name} is not used: {reason}."
            yield Check(id=name, status="slow", summary=summary, fix=_FIXES[reason])
    if not gpus:
        summary = "There is no graphics card; models run on the processor."
        yield Check(id="graphics_card", status="ok", summary=summary)


def check_folder(folder: ModelsFolder, catalog: Catalog) -> Iterator[Check]:
    """Look at whether a model can be kept."""
    if folder.refusal:
        yield Check(
            id="models_folder",
            status="wrong",
            summary=f"Models cannot be kept in {folder.path}: {folder.refusal}.",
            fix="Allow writing there, or move the models: nemodesk models move-folder FOLDER.",
        )
    else:
        yield Check(id="models_folder", status="ok", summary=f"Models are kept in {folder.path}.")
    needed = _smallest_file_bytes(catalog) + _DISK_MARGIN_BYTES
    free = in_words(folder.free_bytes)
    if folder.free_bytes < needed:
        summary = f"{free} are free there; the smallest Nemotron needs {in_words(needed)}."
        fix = "Make room on that disk, or move the models: nemodesk models move-folder FOLDER."
        yield Check(id="disk", status="wrong", summary=summary, fix=fix)
    else:
        yield Check(id="disk", status="ok", summary=f"{free} are free for models.")


def check_keyring(name: str, trouble: Trouble | None) -> Check:
    """Look at where settings and keys are kept.

    Args:
        name: of the keyring, if it can be used.
        trouble: why it cannot.
    """
    if trouble is None:
        return Check(id="keyring", status="ok", summary=f"Settings and keys are kept in {name}.")
    summary = (
        f"{reason_for(trouble)} Settings are kept in a file meanwhile, and keys until NemoDesk "
        "ends."
    )
    if trouble in {Trouble.ABSENT, Trouble.SWITCHED_OFF}:
        # A server may well have none, and nothing is wrong with it.
        return Check(id="keyring", status="ok", summary=summary)
    fix = "Unlock the keyring of your desktop, or log in again."
    return Check(id="keyring", status="wrong", summary=summary, fix=fix)


def _fits_a_card(gpus: Sequence[Gpu], needed_bytes: int) -> bool:
    return any(gpu.backend and not gpu.unified and gpu.free_bytes >= needed_bytes for gpu in gpus)


def _smallest_bytes(catalog: Catalog) -> int:
    """Return the memory that the least demanding choice of the catalog takes."""
    described = (offer.described(quant) for offer in catalog.offers for quant in offer.quants)
    needs = (
        memory_needed(
            shape_of(model), context_tokens=_SHORT_CONTEXT_TOKENS, cache_type="f16"
        ).total_bytes
        for model in described
        if model is not None
    )
    return min(needs, default=0)


def _smallest_file_bytes(catalog: Catalog) -> int:
    sizes = (quant.size_bytes for offer in catalog.offers for quant in offer.quants)
    return min(sizes, default=0)
