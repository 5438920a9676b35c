# SPDX-License-Identifier: Apache-2.0
"""Reads what the operating systems say about the processor. Pure: text in, values out.

Graphics cards are read elsewhere: `nvidia.py`, `linux_gpus.py`, `mac.py`, `windows.py`.
"""

import re
from collections.abc import Iterable, Mapping

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
    "bmi2": 60,
    "neon": 19,
    "dotprod": 43,
    "sve": 46,
    "sve2": 47,
    "i8mm": 66,
    "bf16": 68,
    "sme": 70,
}
"""PF_… numbers of IsProcessorFeaturePresent (Windows SDK, winnt.h). An older Windows does not
know the higher ones and says no."""

# "CPU implementer" and "CPU part" of /proc/cpuinfo (util-linux, sys-utils/lscpu-arm.c).
_ARM_CORES = {
    (0x41, 0xD03): "Cortex-A53",
    (0x41, 0xD05): "Cortex-A55",
    (0x41, 0xD07): "Cortex-A57",
    (0x41, 0xD08): "Cortex-A72",
    (0x41, 0xD09): "Cortex-A73",
    (0x41, 0xD0A): "Cortex-A75",
    (0x41, 0xD0B): "Cortex-A76",
    (0x41, 0xD0C): "Neoverse-N1",
    (0x41, 0xD0D): "Cortex-A77",
    (0x41, 0xD40): "Neoverse-V1",
    (0x41, 0xD41): "Cortex-A78",
    (0x41, 0xD42): "Cortex-A78AE",
    (0x41, 0xD44): "Cortex-X1",
    (0x41, 0xD46): "Cortex-A510",
    (0x41, 0xD47): "Cortex-A710",
    (0x41, 0xD48): "Cortex-X2",
    (0x41, 0xD49): "Neoverse-N2",
    (0x41, 0xD4B): "Cortex-A78C",
    (0x41, 0xD4C): "Cortex-X1C",
    (0x41, 0xD4D): "Cortex-A715",
    (0x41, 0xD4E): "Cortex-X3",
    (0x41, 0xD4F): "Neoverse-V2",
    (0x41, 0xD80): "Cortex-A520",
    (0x41, 0xD81): "Cortex-A720",
    (0x41, 0xD82): "Cortex-X4",
    (0x41, 0xD85): "Cortex-X925",
    (0x41, 0xD87): "Cortex-A725",
    (0x51, 0x001): "Oryon",
    (0x61, 0x022): "Icestorm-M1",
    (0x61, 0x023): "Firestorm-M1",
    (0x61, 0x032): "Blizzard-M2",
    (0x61, 0x033): "Avalanche-M2",
    (0xC0, 0xAC3): "Ampere-1",
}

_MIB = 1024 * 1024


def cpu_name_from_cpuinfo(text: str) -> str:
    """Return the processor's name from /proc/cpuinfo; empty on machines that do not say it."""
    for word in ("model name", "Model", "Hardware"):
        match = re.search(rf"^{word}[ \t]*:[ \t]*(\S.*)$", text, re.MULTILINE)
        # 32-bit ARM calls every processor "ARMv7 Processor rev 4 (v7l)".
        if match and not match.group(1).startswith("ARMv"):
            return tidy(match.group(1))
    return ""


def arm_core_names(text: str) -> str:
    """Return the kinds of cores that an ARM /proc/cpuinfo names by numbers, the last one first.

    Linux counts the slow cores first, so the fast ones come first here: "Cortex-A76, Cortex-A55".
    """
    makers = re.findall(r"^CPU implementer\s*:\s*(0x[0-9a-fA-F]{1,8})\s*$", text, re.MULTILINE)
    parts = re.findall(r"^CPU part\s*:\s*(0x[0-9a-fA-F]{1,8})\s*$", text, re.MULTILINE)
    names = [
        _ARM_CORES.get((int(maker, 16), int(part, 16)), "")
        for maker, part in zip(makers, parts, strict=False)
    ]
    return ", ".join(dict.fromkeys(name for name in reversed(names) if name))


def features_from_cpuinfo(text: str) -> tuple[str, ...]:
    """Return the instruction sets from /proc/cpuinfo (x86 says flags, ARM says Features)."""
    match = re.search(r"^(?:flags|Features)[ \t]*:(.+)$", text, re.MULTILINE)
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


def cache_bytes_from_text(text: str) -> int:
    """Return the bytes in a cache size as Linux writes it, such as 32768K; 0 for anything else."""
    match = re.fullmatch(r"([0-9]{1,15})([KMG]?)", text.strip())
    if match is None:
        return 0
    return int(match.group(1)) * {"": 1, "K": 1024, "M": _MIB, "G": 1024 * _MIB}[match.group(2)]


def _known(said: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Keep what we know, in our order."""
    present = set(said)
    return tuple(feature for word, feature in names.items() if word in present)


def tidy(name: str) -> str:
    """Return a name without trademark signs and double spaces."""
    return " ".join(re.sub(r"\((?:R|TM|tm|r)\)", "", name).split())
