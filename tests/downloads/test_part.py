# SPDX-License-Identifier: Apache-2.0
"""A part knows what has come, whatever happened to the process, the disk and the journal."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nemodesk.downloads.journal import BLOCK_BYTES, FileIdentity
from nemodesk.downloads.part import Part, part_path, received_bytes, remove_part
from nemodesk.downloads.worker.hashing import Hasher
from tests.downloads.content import content

CONTENT = content(5 * BLOCK_BYTES + 1234)
IDENTITY = FileIdentity(
    repo_id="owner/repo",
    path="model-Q8_0.gguf",
    revision="abc",
    size_bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)


def _changed(**fields: Any) -> FileIdentity:
    return msgspec.structs.replace(IDENTITY, **fields)


def _fill(part: Part, *, piece_bytes: int = 100_000) -> None:
    """Give the part everything that it lacks."""
    while missing := part.missing():
        start, end = missing[0]
        part.seek(start)
        for position in range(start, end, piece_bytes):
            part.append(CONTENT[position : min(position + piece_bytes, end)])


def _hashed(part: Part) -> str:
    """Return the hash, giving blocks again that turn out to be damaged."""
    hasher = Hasher(part)
    try:
        while True:
            _fill(part)
            assert hasher.wait(10)
            if not part.missing():
                return hasher.sha256()
    finally:
        hasher.stop()


def _begun(folder: Path, received: int) -> Path:
    """Make a part of so many bytes, as a process leaves it that was killed after writing them."""
    part = Part(folder, IDENTITY)
    part.seek(0)
    part.append(CONTENT[:received])
    part.flush()
    part.close()
    return part.path


def test_what_has_come_is_known_again(tmp_path: Path) -> None:
    """A new process fetches only what the last one had not written down."""
    _begun(tmp_path, 2_500_000)
    assert received_bytes(tmp_path, "owner/repo", "model-Q8_0.gguf") == 2_500_000
    part = Part(tmp_path, IDENTITY)
    assert part.received_bytes == 2_500_000
    assert part.missing() == [(2_500_000, len(CONTENT))]
    assert _hashed(part) == IDENTITY.sha256
    part.close()


def test_a_part_has_no_name_of_a_model(tmp_path: Path) -> None:
    """No program takes a part for a model, and no name of the hub's is on the disk."""
    for path in ("x.gguf", "../../x.gguf", "C:\\x.gguf", "n" * 300 + ".gguf", "\N{GRINNING FACE}"):
        place = part_path(tmp_path, "owner/repo", path, ".part")
        assert place.parent == tmp_path / ".incomplete"
        assert place.name.removesuffix(".part").isalnum()


def test_damage_on_the_disk_is_found_and_only_that_is_fetched(tmp_path: Path) -> None:
    """A block that the disk has not kept is missing; its neighbours are not."""
    path = _begun(tmp_path, len(CONTENT))
    with path.open("r+b") as file:
        file.seek(2 * BLOCK_BYTES + 17)
        file.write(b"\0\0\0\0\0\0\0\0")
    part = Part(tmp_path, IDENTITY)
    hasher = Hasher(part)
    assert hasher.wait(10)
    assert part.missing() == [(2 * BLOCK_BYTES, 3 * BLOCK_BYTES)]
    hasher.stop()
    assert _hashed(part) == IDENTITY.sha256
    part.close()


def test_lost_bytes_are_missing(tmp_path: Path) -> None:
    """What the journal promises but a crash of the computer took from the file comes again."""
    path = _begun(tmp_path, len(CONTENT))
    with path.open("r+b") as file:
        file.truncate(BLOCK_BYTES + 5)
    part = Part(tmp_path, IDENTITY)
    assert part.missing() == [(BLOCK_BYTES, len(CONTENT))]
    assert _hashed(part) == IDENTITY.sha256
    part.close()


@pytest.mark.parametrize(
    "other",
    [
        {"sha256": "0" * 64},
        {"size_bytes": len(CONTENT) + 1},
        {"sha256": ""},
    ],
)
def test_bytes_of_another_file_are_not_gone_on_with(
    tmp_path: Path, other: dict[str, object]
) -> None:
    """Another hash or length under the same name begins from nothing."""
    _begun(tmp_path, BLOCK_BYTES)
    part = Part(tmp_path, _changed(**other))
    assert part.received_bytes == 0
    assert part.path.stat().st_size == 0
    part.close()


def test_another_commit_with_the_same_file_is_gone_on_with(tmp_path: Path) -> None:
    """A new commit of the repository does not cost what has come of an unchanged file."""
    _begun(tmp_path, BLOCK_BYTES)
    part = Part(tmp_path, _changed(revision="new"))
    assert part.received_bytes == BLOCK_BYTES
    part.close()


def test_a_removed_part_leaves_nothing(tmp_path: Path) -> None:
    """Cancelling gives the room back."""
    _begun(tmp_path, BLOCK_BYTES)
    remove_part(tmp_path, "owner/repo", "model-Q8_0.gguf")
    assert list((tmp_path / ".incomplete").iterdir()) == []


def test_a_restart_forgets_everything(tmp_path: Path) -> None:
    """After a restart nothing of the old file is left, in this process and in the next."""
    _begun(tmp_path, BLOCK_BYTES)
    part = Part(tmp_path, IDENTITY)
    part.restart()
    assert part.missing() == [(0, len(CONTENT))]
    part.close()
    part = Part(tmp_path, IDENTITY)
    assert part.missing() == [(0, len(CONTENT))]
    assert _hashed(part) == IDENTITY.sha256
    part.close()


def test_only_what_follows_a_repair_is_hashed_again(tmp_path: Path) -> None:
    """The hash after a replaced block is that of the new bytes."""
    part = Part(tmp_path, IDENTITY)
    part.seek(0)
    part.append(CONTENT[: 4 * BLOCK_BYTES] + bytes(BLOCK_BYTES) + CONTENT[5 * BLOCK_BYTES :])
    hasher = Hasher(part)
    assert hasher.wait(10)
    hasher.stop()
    assert hasher.sha256() != IDENTITY.sha256
    block = CONTENT[4 * BLOCK_BYTES : 5 * BLOCK_BYTES]
    assert part.replace(4, block)
    assert not part.replace(4, block)
    assert hasher.sha256_from(4) == IDENTITY.sha256
    part.close()


@dataclass(frozen=True)
class _Damage:
    """What happened to a part: the journal cut and written over, bytes flipped, the file cut."""

    torn_bytes: int
    rubbish: bytes
    wounds: list[int]
    length: int | None


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    received=st.integers(0, len(CONTENT)),
    damage=st.builds(
        _Damage,
        st.integers(0, 400),
        st.binary(max_size=60),
        st.lists(st.integers(0, len(CONTENT) - 1), max_size=3),
        st.none() | st.integers(0, len(CONTENT)),
    ),
)
def test_any_damage_ends_in_the_right_hash(tmp_path: Path, received: int, damage: _Damage) -> None:
    """A torn journal, rubbish in it, flipped bytes and a short file: all is found and made good."""
    remove_part(tmp_path, "owner/repo", "model-Q8_0.gguf")
    path = _begun(tmp_path, received)
    journal = path.with_suffix(".journal")
    text = journal.read_bytes()
    journal.write_bytes(text[: max(len(text) - damage.torn_bytes, 0)] + damage.rubbish)
    with path.open("r+b") as file:
        for wound in damage.wounds:
            if wound < received:
                file.seek(wound)
                file.write(bytes([CONTENT[wound] ^ 0xFF]))
        if damage.length is not None and damage.length < received:
            file.truncate(damage.length)
    part = Part(tmp_path, IDENTITY)
    assert _hashed(part) == IDENTITY.sha256
    part.close()
