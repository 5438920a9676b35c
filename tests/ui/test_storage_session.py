# SPDX-License-Identifier: Apache-2.0
"""The page Models and storage joined to a real library and real downloads."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from nemodesk.catalog.foreign.places import Places
from nemodesk.ui.settings.storage_page import StoragePage
from nemodesk.ui.window import MainWindow
from tests.catalog.model_files import write_llama
from tests.catalog.stores import sha256_of
from tests.fakes.hub import FakeHub
from tests.fakes.hub_answers import SeenRequest
from tests.fakes.hub_faults import Stall
from tests.ui.desk import Desk

REPO = "acme/Small-GGUF"
_SOURCE = "hub:owner/Mine-1B-GGUF@" + "a" * 40


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """Run a hub with a model whose download stalls in its middle the first time."""
    with FakeHub() as hub:
        file = write_llama(tmp_path / "Small-Q8_0.gguf")
        hub.add(REPO, {"Small-Q8_0.gguf": file})
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest_asyncio.fixture
async def desk(window: MainWindow, hub: FakeHub, tmp_path: Path) -> AsyncIterator[Desk]:
    """Open a window with two models of one's own."""
    assert hub.url
    for name in ("Mine-1B", "Other-1B"):
        path = tmp_path / "home" / "models" / "owner" / "Mine-1B-GGUF" / f"{name}.gguf"
        write_llama(path, texts={"general.name": name})
    made = Desk(window, tmp_path / "home", places=Places())
    made.library.record(path, sha256=sha256_of(path), source=_SOURCE)
    await made.open()
    yield made
    await made.close()
    assert not made.broken


async def _enter(desk: Desk) -> StoragePage:
    desk.window.show_room("settings")
    assert desk.window.settings.room is not None
    desk.window.settings.room._buttons[1].click()
    page = desk.window.settings.room.storage
    await desk.until(page.folder._folder.text, "folder")
    return page


async def test_the_page_says_where_and_how_much(desk: Desk) -> None:
    """Folder, number of models and free room are there once the page is looked at."""
    page = await _enter(desk)
    assert page.folder._folder.text() == str(desk.home / "models")
    assert page.folder._figures.text().startswith("2 models, ")


async def test_models_move_and_downloads_go_on(desk: Desk, hub: FakeHub, tmp_path: Path) -> None:
    """A download that is under way rests, moves along and arrives at the new place."""
    stalls = [Stall(after_bytes=100)]

    def stall_once(seen: SeenRequest) -> Stall | None:
        return stalls.pop() if seen.kind == "cdn" and seen.range is None and stalls else None

    await desk.hub.describe(REPO)
    hub.fault = stall_once
    desk.bridge.start(desk.shelf.download(REPO, ""))
    await desk.until(lambda: not stalls, "download")
    await _enter(desk)
    chosen = min(desk.models.removable)
    desk.models.choose(chosen)
    target = tmp_path / "disk"
    target.mkdir()
    (target / "holiday.jpg").write_bytes(b"x")
    desk.window.settings.move_requested.emit(str(target))
    await desk.until(lambda: desk.remembered, "move")
    (folder,) = desk.remembered
    assert folder.parent == target
    await desk.until(desk.window._notice.isVisible, "notice")
    await desk.until(
        lambda: all(row.model_id for row in desk.downloads.rows.values()), "arrival of the download"
    )
    assert list(folder.glob(f"{REPO}/*.gguf"))
    assert not (desk.home / "models").exists()
    assert desk.models.chosen_id == chosen
    assert desk.models.chosen().path.is_relative_to(folder)
    assert not desk.failures


@pytest.mark.logs("lies inside the models folder")
async def test_a_folder_that_is_not_fit_changes_nothing(desk: Desk) -> None:
    """The error is said, and Move… is there again."""
    page = await _enter(desk)
    desk.window.settings.move_requested.emit(str(desk.home / "models" / "owner"))
    await desk.until(lambda: desk.failures, "error")
    await desk.until(page.folder.move_button.isVisible, "Move…")
    assert not desk.remembered
    assert len(desk.models.removable) == 2


async def test_a_cancelled_move_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """Cancel right after the start leaves the models where they are."""
    page = await _enter(desk)
    desk.window.settings.move_requested.emit(str(tmp_path / "disk"))
    # It may be quicker than the hand: so few small files are moved within a look.
    await desk.until(lambda: page.folder.cancel_button.isVisible() or desk.remembered, "Cancel")
    page.folder.cancel_button.click()
    await desk.until(page.folder.move_button.isVisible, "Move…")
    assert not desk.failures
    if not desk.remembered:
        assert len(list((desk.home / "models").rglob("*.gguf"))) == 2


async def test_every_model_is_verified(desk: Desk) -> None:
    """A damaged model is named; the others say how they stand."""
    model = next(model for model in desk.models.models if model.sha256)
    content = bytearray(model.path.read_bytes())
    content[-1] ^= 1
    model.path.write_bytes(content)
    page = await _enter(desk)
    page.check.verify_button.click()
    await desk.until(lambda: page.check.stop_button.isVisible() or page.check._lines, "start")
    await desk.until(page.check.verify_button.isVisible, "end")
    states = {line.row.name: line.row.state for line in page.check._lines.values()}
    assert states.pop(model.name) == "damaged"
    assert set(states.values()) <= {"good", "unknown"}
    assert len(states) == len(desk.models.models) - 1


async def test_removed_models_come_back_or_go_for_good(desk: Desk) -> None:
    """The trash lists what was removed, restores one and deletes the rest."""
    page = await _enter(desk)
    for model_id in sorted(desk.models.removable):
        desk.window.models.removal_requested.emit(model_id)
    await desk.until(lambda: len(page.trash._lines) == 2, "two removed models")
    assert page.trash._figures.text().startswith("2 models")
    next(iter(page.trash._lines.values())).restore_button.click()
    await desk.until(lambda: len(desk.models.removable) == 1, "restored model")
    await desk.until(lambda: len(page.trash._lines) == 1, "one removed model")
    page.trash.ask_to_empty().yes_button.click()
    await desk.until(lambda: not page.trash._lines, "empty trash")
    assert desk.library.trash() == ()
    assert len(desk.models.removable) == 1
    assert not desk.failures
