# SPDX-License-Identifier: Apache-2.0
"""`nemodesk recommend`: the model and its packing for this computer, or for one that is described.

For a described computer the answer depends on the flags and the catalog alone.
"""

from typing import Annotated, Any

import typer
from rich.table import Table

from nemodesk.advice.experience import Experience, computer_key
from nemodesk.advice.recommend import Choice, Recommendation, recommend
from nemodesk.catalog.offers.offered import load_catalog, shipped_catalog
from nemodesk.cli.computer import this_computer
from nemodesk.cli.options import JsonOption
from nemodesk.cli.quantities import read_memory, read_rate
from nemodesk.cli.terminal import console, print_json
from nemodesk.errors import UsageError
from nemodesk.hardware.capacity import Capacity, described
from nemodesk.paths import find_paths
from nemodesk.sizes import in_words
from nemodesk.speeds import words_a_second


def recommend_model(
    *,
    ram: Annotated[str | None, typer.Option(help="Another computer's memory: 16GiB.")] = None,
    vram: Annotated[str | None, typer.Option(help="Memory of its graphics card: 8GiB.")] = None,
    unified: Annotated[
        bool, typer.Option("--unified", help="Its graphics card uses the main memory.")
    ] = False,
    bandwidth: Annotated[str | None, typer.Option(help="Speed of its memory: 60GB/s.")] = None,
    system: Annotated[str | None, typer.Option("--os", help="Its system: macos.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say which model is best for this computer."""
    if ram is None:
        if vram is not None or unified or bandwidth is not None or system is not None:
            raise UsageError("Say how much memory the other computer has: --ram 16GiB.")
        cache = find_paths().cache
        capacity = this_computer()
        factor = Experience(cache).factor(computer_key(capacity))
        answer = recommend(load_catalog(cache), capacity, speed_factor=factor)
    else:
        other = _described(ram, vram, bandwidth, system or "", unified=unified)
        answer = recommend(shipped_catalog(), other)
    if as_json:
        print_json(_document(answer))
    else:
        _show(answer)


def _described(
    ram: str, vram: str | None, bandwidth: str | None, system: str, *, unified: bool
) -> Capacity:
    memory_bytes = read_memory(ram, option="--ram")
    if memory_bytes <= 0:
        raise UsageError("A computer needs some memory. Write it like --ram 16GiB.")
    return described(
        ram_bytes=memory_bytes,
        vram_bytes=read_memory(vram, option="--vram") if vram else 0,
        unified=unified,
        bandwidth_bytes_per_s=read_rate(bandwidth, option="--bandwidth") if bandwidth else 0.0,
        os=system,
    )


def _document(answer: Recommendation) -> dict[str, Any]:
    best = Choice(offer=answer.offer, quant=answer.quant, forecast=answer.forecast)
    return {
        **_fields(best),
        "reason": answer.reason,
        "alternatives": [_fields(choice) for choice in answer.alternatives],
    }


def _fields(choice: Choice) -> dict[str, Any]:
    expected = choice.forecast
    return {
        "repo_id": choice.offer.repo_id,
        "filename": choice.quant.files[0].path,
        "name": choice.offer.name,
        "family": choice.offer.family,
        "quant": choice.quant.name,
        "size_bytes": choice.quant.size_bytes,
        "context": expected.context_tokens,
        "gpu_layers": expected.gpu_layers,
        "cpu_expert_layers": expected.cpu_expert_layers,
        "fits": expected.fits,
        "verdict": expected.verdict,
        "predicted": {
            "memory_bytes": expected.memory_bytes,
            "vram_bytes": expected.vram_bytes,
            "tokens_per_s": expected.tokens_per_s,
            "prompt_tokens_per_s": expected.prompt_tokens_per_s,
        },
    }


def _show(answer: Recommendation) -> None:
    out = console()
    out.print(answer.reason)
    out.print(f"Get it with: nemodesk models pull {answer.offer.repo_id}:{answer.quant.name}")
    if not answer.alternatives:
        return
    table = Table("", "Download", "Memory", "Speed", title="Others", title_justify="left", box=None)
    for choice in answer.alternatives:
        table.add_row(
            f"{choice.offer.name} {choice.quant.name}",
            in_words(choice.quant.size_bytes),
            in_words(choice.forecast.total_bytes),
            words_a_second(choice.forecast.tokens_per_s),
        )
    out.print()
    out.print(table)
