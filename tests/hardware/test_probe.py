# SPDX-License-Identifier: Apache-2.0
"""The machine that runs the tests is described truthfully."""

import psutil

from nemodesk.hardware.probe import probe_machine


def test_this_machine_has_a_processor_and_memory() -> None:
    """The figures agree with what psutil says."""
    machine = probe_machine()
    assert machine.os
    assert machine.processor.name
    assert machine.processor.features
    assert machine.processor.logical_cores == psutil.cpu_count()
    assert 1 <= machine.processor.physical_cores <= machine.processor.logical_cores
    assert machine.memory.total_bytes == psutil.virtual_memory().total
    assert 0 < machine.memory.available_bytes <= machine.memory.total_bytes
