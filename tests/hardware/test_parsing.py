# SPDX-License-Identifier: Apache-2.0
"""What systems say of their processor is read from recorded answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware import parsing
from tests.hardware.recordings import recorded
from tests.hardware.unhurried import UNHURRIED


@pytest.mark.parametrize(
    ("recording", "name"),
    [
        ("cpuinfo-core-i7-12700", "12th Gen Intel Core i7-12700"),
        ("cpuinfo-core2", "Intel Core2 Duo CPU E8200 @ 2.66GHz"),
        ("cpuinfo-raspberry-pi-5", "Raspberry Pi 5 Model B Rev 1.0"),
        ("cpuinfo-rk3588", ""),
        ("cpuinfo-snapdragon-x-elite", ""),
    ],
)
def test_the_name_on_linux(recording: str, name: str) -> None:
    """It has no trademark signs; the board's name is better than its maker's chip number."""
    assert parsing.cpu_name_from_cpuinfo(recorded(recording)) == name


def test_a_generic_name_is_none() -> None:
    """What 32-bit ARM calls a model name says nothing."""
    assert parsing.cpu_name_from_cpuinfo("model name\t: ARMv7 Processor rev 4 (v7l)\n") == ""


@pytest.mark.parametrize(
    ("recording", "names"),
    [
        ("cpuinfo-raspberry-pi-5", "Cortex-A76"),
        ("cpuinfo-rk3588", "Cortex-A76, Cortex-A55"),
        ("cpuinfo-snapdragon-x-elite", "Oryon"),
        ("cpuinfo-core2", ""),
    ],
)
def test_arm_cores_have_names(recording: str, names: str) -> None:
    """ARM gives numbers; the fast cores come first."""
    assert parsing.arm_core_names(recorded(recording)) == names


@pytest.mark.parametrize(
    ("recording", "features"),
    [
        (
            "cpuinfo-core-i7-12700",
            ("sse4.2", "avx", "f16c", "fma", "bmi2", "avx2", "avx_vnni"),
        ),
        ("cpuinfo-core2", ()),
        ("cpuinfo-raspberry-pi-5", ("neon", "dotprod")),
        ("cpuinfo-snapdragon-x-elite", ("neon", "dotprod", "i8mm", "bf16")),
    ],
)
def test_instruction_sets_on_linux(recording: str, features: tuple[str, ...]) -> None:
    """Those that llama.cpp has code for, whether x86 says flags or ARM says Features."""
    assert parsing.features_from_cpuinfo(recorded(recording)) == features


@pytest.mark.parametrize(
    ("recording", "features"),
    [
        ("sysctl-macbook-pro-2019", ("sse4.2", "avx", "f16c", "fma", "bmi2", "avx2")),
        ("sysctl-m1-pro", ("neon", "dotprod")),
        ("sysctl-m3-max", ("neon", "dotprod", "i8mm", "bf16")),
    ],
)
def test_instruction_sets_on_macos(recording: str, features: tuple[str, ...]) -> None:
    """Intel has two lists; Apple has a value for each, 1 or 0."""
    values = parsing.sysctl_values(recorded(recording))
    assert parsing.features_from_sysctl(values) == features


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("32768K", 32 * 1024**2), ("6291456\n", 6291456), ("1M", 1024**2), ("", 0), ("big", 0)],
)
def test_cache_sizes(text: str, size_bytes: int) -> None:
    """Linux writes units, macOS does not."""
    assert parsing.cache_bytes_from_text(text) == size_bytes


@UNHURRIED
@given(st.text() | st.from_regex(r"(model name|flags|CPU part|Features)\s*:.*\n", fullmatch=True))
def test_nonsense_is_no_error(text: str) -> None:
    """Whatever a system says, nothing fails."""
    parsing.cpu_name_from_cpuinfo(text)
    parsing.features_from_cpuinfo(text)
    parsing.arm_core_names(text)
    parsing.features_from_sysctl(parsing.sysctl_values(text))
    parsing.cache_bytes_from_text(text)
