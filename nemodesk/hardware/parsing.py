# SPDX-License-Identifier: Apache-2.0
"""Reads what the operating systems' own tools say about the hardware. Pure: text in, values out."""

import re
from collections.abc import Iterable, Mapping

from nemodesk.hardware.machine import Gpu

# What ggml-cpu has code paths for (llama.cpp, ggml/src/ggml-cpu/CMakeLists.txt).
_X86_FEATURES = {
    "sse4_2": "sse4.2",
    "avx": "avx",
    "f16c": "f16c",
    "fma": "fma",
    "bmi2": "bmi2",
    "avx2": "avx2",
    "avx_vnni": "avx_vnni",
    "avx512f": "avx512f",
    "avx512_vnni": "avx512_vnni",
    "avx512_bf16": "avx512_bf16",
    "amx_int8": "amx_int8",
}
_ARM_FEATURES = {
    "asimd": "neon",
    "asimddp": "dotprod",
    "i8mm": "i8mm",
    "sve": "sve",
    "sve2": "sve2",
    "sme": "sme",
    "bf16": "bf16",
}
_LINUX_FEATURES = _X86_FEATURES | _ARM_FEATURES

_MACOS_X86_FEATURES = {
    "SSE4.2": "sse4.2",
    "AVX1.0": "avx",
    "F16C": "f16c",
    "FMA": "fma",
    "BMI2": "bmi2",
    "AVX2": "avx2",
    "AVX512F": "avx512f",
    "AVX512VNNI": "avx512_vnni",
}
_MACOS_ARM_FEATURES = {
    "hw.optional.neon": "neon",
    "hw.optional.arm.FEAT_DotProd": "dotprod",
    "hw.optional.arm.FEAT_I8MM": "i8mm",
    "hw.optional.arm.FEAT_BF16": "bf16",
    "hw.optional.arm.FEAT_SME": "sme",
}

WINDOWS_FEATURE_NUMBERS = {
    "sse4.2": 38,
    "avx": 39,
    "avx2": 40,
    "avx512f": 41,
    "neon": 19,
    "dotprod": 43,
    "sve": 46,
}
"""PF_… numbers of IsProcessorFeaturePresent (Windows SDK, winnt.h)."""

_MIB = 1024 * 1024
_NVIDIA_FIELDS = 4


def cpu_name_from_cpuinfo(text: str) -> str:
    """Return the processor's name from /proc/cpuinfo; empty on machines that do not say it."""
    match = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", text, re.MULTILINE)
    return _tidy(match.group(1)) if match else ""


def features_from_cpuinfo(text: str) -> tuple[str, ...]:
    """Return the instruction sets from /proc/cpuinfo (x86 says flags, ARM says Features)."""
    match = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)
    return _known(match.group(1).split(), _LINUX_FEATURES) if match else ()


def sysctl_values(text: str) -> dict[str, str]:
    """Return the lines of `sysctl` (name: value) as a mapping."""
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def features_from_sysctl(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the instruction sets of a Mac."""
    said = (
        f"{values.get('machdep.cpu.features', '')} {values.get('machdep.cpu.leaf7_features', '')}"
    )
    if said.strip():
        return _known(said.split(), _MACOS_X86_FEATURES)
    return tuple(
        feature for name, feature in _MACOS_ARM_FEATURES.items() if values.get(name) == "1"
    )


def gpus_from_nvidia_smi(text: str) -> tuple[Gpu, ...]:
    """Return the cards that nvidia-smi lists; a line that says something else is left out.

    Args:
        text: name, memory.total, memory.free (MiB), driver_version as csv,noheader,nounits.
    """
    gpus: list[Gpu] = []
    for line in text.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != _NVIDIA_FIELDS:
            continue
        name, total, free, driver = fields
        # Cards that share the main memory (such as GB10) answer "[N/A]".
        unified = not total.isdigit()
        gpus.append(
            Gpu(
                name=name,
                backend="cuda",
                total_bytes=0 if unified else int(total) * _MIB,
                free_bytes=int(free) * _MIB if free.isdigit() else 0,
                driver=driver,
                unified=unified,
            )
        )
    return tuple(gpus)


def cache_bytes_from_text(text: str) -> int:
    """Return the bytes in a cache size as Linux writes it, such as 32768K; 0 for anything else."""
    match = re.fullmatch(r"(\d+)([KMG]?)", text.strip())
    if match is None:
        return 0
    return int(match.group(1)) * {"": 1, "K": 1024, "M": _MIB, "G": 1024 * _MIB}[match.group(2)]


def _known(said: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Keep what we know, in our order."""
    present = set(said)
    return tuple(feature for word, feature in names.items() if word in present)


def _tidy(name: str) -> str:
    return " ".join(re.sub(r"\((?:R|TM|tm|r)\)", "", name).split())
