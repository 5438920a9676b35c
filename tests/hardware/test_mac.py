# SPDX-License-Identifier: Apache-2.0
"""A Mac is read from recorded answers of sysctl and system_profiler."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemodesk.hardware import mac
from nemodesk.hardware.machine import Gpu, Memory
from nemodesk.hardware.parsing import sysctl_values
from tests.hardware.recordings import recorded
from tests.hardware.unhurried import UNHURRIED

GIB = 1024**3
MIB = 1024**2


def _memory(total_gib: int, free_gib: int) -> Memory:
    return Memory(total_bytes=total_gib * GIB, available_bytes=free_gib * GIB)


def test_fast_and_slow_cores_of_an_apple_chip() -> None:
    """The fast ones have a cache of their own."""
    processor = mac.processor_from(
        sysctl_values(recorded("sysctl-m1-pro")), logical_cores=10, physical_cores=10, emulated=True
    )
    assert (processor.name, processor.performance_cores) == ("Apple M1 Pro", 8)
    assert processor.cache_bytes == 12 * MIB
    assert processor.emulated


def test_cores_of_an_intel_mac_are_alike() -> None:
    """Its answer has no levels; the name has no trademark signs."""
    values = sysctl_values(recorded("sysctl-macbook-pro-2019"))
    processor = mac.processor_from(values, logical_cores=16, physical_cores=8, emulated=False)
    assert processor.name == "Intel Core i9-9980HK CPU @ 2.40GHz"
    assert (processor.performance_cores, processor.cache_bytes) == (0, 16 * MIB)


@pytest.mark.parametrize(
    ("profile", "sysctl", "memory", "gpu"),
    [
        (
            "system-profiler-m1",
            "sysctl-m1-pro",
            _memory(16, 6),
            Gpu(
                name="Apple M1",
                backend="",
                total_bytes=11453246122,
                free_bytes=6 * GIB,
                unified=True,
                vendor="apple",
                bandwidth_bytes_per_s=68.3e9,
            ),
        ),
        (
            "system-profiler-m3-max",
            "sysctl-m3-max",
            _memory(64, 60),
            Gpu(
                name="Apple M3 Max",
                backend="",
                total_bytes=48 * GIB,
                free_bytes=48 * GIB,
                unified=True,
                vendor="apple",
                bandwidth_bytes_per_s=400e9,
            ),
        ),
    ],
)
def test_an_apple_chips_graphics(profile: str, sysctl: str, memory: Memory, gpu: Gpu) -> None:
    """They share the memory, of which the system lets them have a part."""
    values = sysctl_values(recorded(sysctl))
    assert mac.gpus_from_profile(recorded(profile), values, memory) == (gpu,)


def test_cards_of_an_intel_mac() -> None:
    """One shares the main memory, one has its own."""
    values = sysctl_values(recorded("sysctl-macbook-pro-2019"))
    text = recorded("system-profiler-macbook-pro-2019")
    inside, card = mac.gpus_from_profile(text, values, _memory(32, 20))
    assert (inside.vendor, inside.unified, inside.total_bytes) == ("intel", True, 1536 * MIB)
    assert (card.name, card.vendor) == ("AMD Radeon Pro 5500M", "amd")
    assert (card.unified, card.total_bytes) == (False, 8 * GIB)


@pytest.mark.parametrize(
    ("memory_gib", "limit_mib", "usable_mb"),
    [
        (16, 0, 11453),
        (24, 0, 17180),
        (36, 0, 28991),
        (64, 0, 51540),
        (64, 60_000, 62915),
        (16, 99_999, 17180),
    ],
)
def test_what_graphics_may_use(memory_gib: int, limit_mib: int, usable_mb: int) -> None:
    """As Metal reported it on such Macs, or as the person has set it."""
    usable = mac.usable_by_gpu_bytes(memory_gib * GIB, limit_mib)
    assert round(usable / 1e6) == usable_mb


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"SPDisplaysDataType": 3}', '{"SPDisplaysDataType": [3, {}]}', "[" * 99999],
)
def test_another_answer_names_no_cards(text: str) -> None:
    """Nothing is made up."""
    assert mac.gpus_from_profile(text, {}, _memory(16, 8)) == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
_ENTRY = st.dictionaries(
    st.sampled_from(
        ["_name", "sppci_model", "sppci_cores", "spdisplays_vram", "spdisplays_vendor"]
    ),
    _JSON | st.just("Apple M3 Max"),
)


@UNHURRIED
@given(st.lists(_ENTRY | _JSON), st.dictionaries(st.just("iogpu.wired_limit_mb"), st.text()))
def test_nonsense_is_no_error(entries: list[object], values: dict[str, str]) -> None:
    """Whatever stands in the answer, nothing fails."""
    text = json.dumps({"SPDisplaysDataType": entries})
    for gpu in mac.gpus_from_profile(text, values, _memory(16, 8)):
        assert 0 <= gpu.free_bytes <= gpu.total_bytes
