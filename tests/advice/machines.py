# SPDX-License-Identifier: Apache-2.0
"""Computers as people have them, each with the model that it should get."""

from dataclasses import dataclass, replace

from nemodesk.hardware.capacity import Capacity, described

GIB = 2**30
_OLD_CORES = ("sse4.2", "avx")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A computer and its model; `bits` is 0 where it gets none."""

    name: str
    capacity: Capacity
    family: str
    bits: int


def _plain(name: str, ram: int, family: str, bits: int, **more: float) -> Machine:
    speed, cores = more.get("speed", 40e9), int(more.get("cores", 6))
    capacity = described(ram_bytes=ram * GIB, bandwidth_bytes_per_s=speed, cores=cores)
    return Machine(name=name, capacity=capacity, family=family, bits=bits)


def _card(name: str, ram: int, vram: int, family: str, bits: int) -> Machine:
    capacity = described(ram_bytes=ram * GIB, vram_bytes=vram * GIB)
    return Machine(name=name, capacity=capacity, family=family, bits=bits)


def _mac(name: str, ram: int, speed: float, family: str, bits: int) -> Machine:
    capacity = described(
        ram_bytes=ram * GIB, unified=True, os="macOS 15", bandwidth_bytes_per_s=speed
    )
    return Machine(name=name, capacity=capacity, family=family, bits=bits)


_TWO = _card("two 24 GB cards, 64 GB", 64, 48, "30B", 8)
_OLD = _plain("old processor without AVX2, 32 GB", 32, "30B", 4, speed=18e9, cores=4)

MACHINES = (
    _plain("netbook, 4 GB", 4, "", 0, speed=10e9, cores=2),
    _plain("laptop, 8 GB", 8, "4B", 4),
    _plain("slow laptop, 8 GB", 8, "4B", 4, speed=15e9, cores=4),
    _plain("laptop, 12 GB", 12, "4B", 8),
    _plain("laptop, 16 GB", 16, "4B", 8),
    _plain("fast laptop, 16 GB", 16, "4B", 8, speed=60e9, cores=8),
    _plain("slow laptop, 16 GB", 16, "4B", 4, speed=18e9, cores=4),
    _plain("office computer, 24 GB", 24, "4B", 8),
    _plain("desktop, 32 GB", 32, "30B", 4),
    _plain("fast desktop, 32 GB", 32, "30B", 4, speed=80e9, cores=8),
    # Slow either way; the larger one has less to compute for a token and is the quicker.
    replace(_OLD, capacity=replace(_OLD.capacity, features=_OLD_CORES)),
    _plain("workstation, 64 GB", 64, "30B", 8, speed=80e9, cores=12),
    _plain("server, 128 GB", 128, "30B", 8, speed=200e9, cores=32),
    _card("4 GB card, 16 GB", 16, 4, "4B", 4),
    _card("6 GB card, 16 GB", 16, 6, "4B", 8),
    _card("8 GB card, 16 GB", 16, 8, "4B", 8),
    _card("8 GB card, 32 GB", 32, 8, "30B", 4),
    _card("8 GB card, 64 GB", 64, 8, "30B", 8),
    _card("12 GB card, 16 GB", 16, 12, "30B", 4),
    _card("12 GB card, 32 GB", 32, 12, "30B", 4),
    _card("16 GB card, 32 GB", 32, 16, "30B", 4),
    _card("24 GB card, 16 GB", 16, 24, "30B", 4),
    _card("24 GB card, 64 GB", 64, 24, "30B", 4),
    replace(_TWO, capacity=replace(_TWO.capacity, gpu_count=2)),
    _card("80 GB card, 128 GB", 128, 80, "30B", 8),
    _mac("Mac M1, 8 GB", 8, 60e9, "4B", 4),
    _mac("Mac M2, 16 GB", 16, 90e9, "4B", 8),
    _mac("Mac M3, 24 GB", 24, 90e9, "4B", 8),
    _mac("Mac M4, 32 GB", 32, 110e9, "30B", 4),
    _mac("Mac M3 Pro, 36 GB", 36, 140e9, "30B", 4),
    _mac("Mac M4 Max, 64 GB", 64, 380e9, "30B", 8),
    _mac("Mac M3 Ultra, 128 GB", 128, 750e9, "30B", 8),
    Machine(
        name="DGX Spark, 128 GB",
        capacity=described(ram_bytes=128 * GIB, unified=True, bandwidth_bytes_per_s=273e9),
        family="30B",
        bits=8,
    ),
)
