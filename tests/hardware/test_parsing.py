# SPDX-License-Identifier: Apache-2.0
"""What systems say of their hardware is read from recorded answers."""

import pytest

from nemodesk.hardware import parsing
from nemodesk.hardware.machine import Gpu

CPUINFO_X86 = """\
processor\t: 0
vendor_id\t: GenuineIntel
model name\t: Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz
flags\t\t: fpu sse4_2 avx f16c fma bmi2 avx2 avx512f_not
"""

CPUINFO_ARM = """\
processor\t: 0
BogoMIPS\t: 108.00
Features\t: fp asimd evtstrm aes asimddp sve i8mm bf16
CPU implementer\t: 0x41
"""

SYSCTL_INTEL = """\
machdep.cpu.brand_string: Intel(R) Core(TM) i5-1038NG7 CPU @ 2.00GHz
machdep.cpu.features: FPU VME SSE4.2 AVX1.0 F16C FMA
machdep.cpu.leaf7_features: RDWRFSGS BMI2 AVX2 AVX512F AVX512VNNI
hw.l3cachesize: 6291456
"""

SYSCTL_APPLE = """\
machdep.cpu.brand_string: Apple M2 Pro
hw.optional.neon: 1
hw.optional.arm.FEAT_DotProd: 1
hw.optional.arm.FEAT_I8MM: 1
hw.optional.arm.FEAT_BF16: 1
hw.optional.arm.FEAT_SME: 0
"""

NVIDIA_SMI = """\
NVIDIA GeForce RTX 3060, 12288, 11020, 550.54.14
NVIDIA GB10, [N/A], [N/A], 580.95.05
No devices were found
"""


def test_linux_on_x86() -> None:
    """Name and instruction sets come from /proc/cpuinfo, without trademark signs."""
    assert parsing.cpu_name_from_cpuinfo(CPUINFO_X86) == "Intel Core i7-8550U CPU @ 1.80GHz"
    assert parsing.features_from_cpuinfo(CPUINFO_X86) == (
        *("sse4.2", "avx", "f16c", "fma", "bmi2", "avx2"),
    )


def test_linux_on_arm() -> None:
    """ARM says Features, and no name."""
    assert parsing.cpu_name_from_cpuinfo(CPUINFO_ARM) == ""
    assert set(parsing.features_from_cpuinfo(CPUINFO_ARM)) == {
        *("neon", "dotprod", "i8mm", "sve", "bf16"),
    }


def test_macos_on_intel() -> None:
    """Instruction sets come from two lists."""
    values = parsing.sysctl_values(SYSCTL_INTEL)
    assert values["hw.l3cachesize"] == "6291456"
    assert parsing.features_from_sysctl(values) == (
        *("sse4.2", "avx", "f16c", "fma", "bmi2", "avx2", "avx512f", "avx512_vnni"),
    )


def test_macos_on_apple_silicon() -> None:
    """Instruction sets are values of their own, 1 or 0."""
    values = parsing.sysctl_values(SYSCTL_APPLE)
    assert parsing.features_from_sysctl(values) == ("neon", "dotprod", "i8mm", "bf16")


def test_nvidia_cards() -> None:
    """A card that shares the main memory says no size; other lines are left out."""
    assert parsing.gpus_from_nvidia_smi(NVIDIA_SMI) == (
        Gpu(
            name="NVIDIA GeForce RTX 3060",
            backend="cuda",
            total_bytes=12288 * 1024 * 1024,
            free_bytes=11020 * 1024 * 1024,
            driver="550.54.14",
        ),
        Gpu(
            name="NVIDIA GB10",
            backend="cuda",
            total_bytes=0,
            free_bytes=0,
            driver="580.95.05",
            unified=True,
        ),
    )


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("32768K", 32 * 1024**2), ("6291456\n", 6291456), ("1M", 1024**2), ("", 0), ("big", 0)],
)
def test_cache_sizes(text: str, size_bytes: int) -> None:
    """Linux writes units, macOS does not."""
    assert parsing.cache_bytes_from_text(text) == size_bytes


def test_nothing_said_is_nothing_known() -> None:
    """An empty answer is no error."""
    assert parsing.features_from_cpuinfo("") == ()
    assert parsing.cpu_name_from_cpuinfo("") == ""
    assert parsing.features_from_sysctl({}) == ()
    assert parsing.gpus_from_nvidia_smi("") == ()
