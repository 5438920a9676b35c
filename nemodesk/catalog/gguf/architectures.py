# SPDX-License-Identifier: Apache-2.0
"""Says which kinds of models the engine of this version runs. It reads no model."""

import json

from nemodesk.paths import resources


def is_supported(architecture: str) -> bool:
    """Tell whether the engine knows models of this kind (`general.architecture`)."""
    document = json.loads((resources() / "architectures.json").read_text("utf-8"))
    return architecture in document["architectures"]
