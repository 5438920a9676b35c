# SPDX-License-Identifier: Apache-2.0
"""The recorded answers are honest about where they came from."""

from tests.hardware.recordings import FOLDER


def test_each_recording_names_its_origin() -> None:
    """The first line of each says whether it is real or written after a format."""
    recordings = sorted(FOLDER.iterdir())
    assert recordings
    beginnings = ("# After ", "# Written after ", "# Shortened from ")
    assert not [
        path.name
        for path in recordings
        if not path.read_text(encoding="utf-8").startswith(beginnings)
    ]
