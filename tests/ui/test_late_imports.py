# SPDX-License-Identifier: Apache-2.0
"""What the window does not need to open is imported when it is needed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "package",
    [
        "nemodesk.hardware",
        "nemodesk.advice",
        "nemodesk.engine.preparation",
        "nemodesk.hub.hub",
        "httpx2",
        "huggingface_hub",
    ],
)
def test_the_window_opens_without(package: str) -> None:
    """Each of them would make its start longer."""
    program = f"import sys, nemodesk.app; print({package!r} in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
