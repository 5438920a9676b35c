# SPDX-License-Identifier: Apache-2.0
"""An engine process says what it can compute on."""

import pytest

from nemodesk.engine.client import EngineClient


@pytest.mark.engine
async def test_the_processor_is_a_device_without_a_place() -> None:
    """Only cards are somewhere on the PCI bus."""
    devices = await EngineClient.list_devices()
    (processor,) = [device for device in devices if device.kind == "cpu"]
    assert processor.name == "CPU"
    assert processor.description
    assert processor.total_bytes > 0
    assert processor.pci == ""
