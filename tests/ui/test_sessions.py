# SPDX-License-Identifier: Apache-2.0
"""The rooms joined to real models, real downloads and a hub on this computer."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from PySide6.QtWidgets import QApplication, QLabel

from nemodesk.catalog.foreign.places import Places
from nemodesk.downloads.download import Download
from nemodesk.errors import ModelFileError, NetworkError
from nemodesk.ui.window import MainWindow
from tests.catalog.model_files import write_llama, write_nemotron
from tests.fakes.hub import FakeHub
from tests.fakes.hub_faults import Answer
from tests.ui.desk import Desk

REPO = "acme/Small-GGUF"
FILE = "Small-Q8_0.gguf"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """Run a hub with one good model and one that the engine does not know."""
    good = write_nemotron(tmp_path / FILE)
    odd = write_llama(tmp_path / "Odd-Q8_0.gguf", architecture="not_known_yet")
    with FakeHub() as hub:
        hub.add(REPO, {FILE: good, "README.md": b"hello"}, downloads=12)
        hub.add("acme/Odd-GGUF", {"Odd-Q8_0.gguf": odd})
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest_asyncio.fixture
async def desk(window: MainWindow, hub: FakeHub, tmp_path: Path) -> AsyncIterator[Desk]:
    """Open a window with nothing but the starter."""
    assert hub.url
    made = Desk(window, tmp_path / "home", places=Places())
    await made.open()
    yield made
    await made.close()
    assert not made.broken


async def _search(desk: Desk, text: str) -> None:
    desk.room.search_field.setText(text)
    desk.room.hub.search_button.click()
    await desk.until(lambda: desk.hub.row.state in {"found", "failed"}, "answer of the hub")


async def test_a_search_a_download_and_a_model(desk: Desk) -> None:
    """What is found at the hub is fetched, checked, offered, and then a model like any other."""
    await _search(desk, "small")
    await desk.until(lambda: desk.room.hub.cards.cards, "results")
    card = desk.room.hub.cards.cards[0]
    assert card.row.id == REPO
    card.download_button.click()
    await desk.until(lambda: f"{REPO}:Q8_0" in desk.downloads.rows, "download")
    await desk.until(lambda: desk.downloads.rows[f"{REPO}:Q8_0"].model_id, "arrival")
    await desk.until(desk.window._notice.isVisible, "notice")
    row = desk.downloads.rows[f"{REPO}:Q8_0"]
    assert (row.file_name, row.progress) == (FILE, 1000)
    before = desk.models.chosen_id
    desk.window._notice._action.click()
    assert desk.models.chosen_id == row.model_id != before
    model = desk.models.chosen()
    assert model.sha256
    assert model.source.startswith(f"hub:{REPO}@")
    await desk.until(
        lambda: any(card.row.model_id == row.model_id for card in desk.room.hub.cards.cards),
        "Use on the card",
    )
    assert not desk.failures


async def test_nobody_is_asked_before_a_search(desk: Desk, hub: FakeHub) -> None:
    """Opening the window, the rooms and typing make no connection."""
    desk.window.show_room("downloads")
    desk.room.search_field.setText("small")
    await desk.until(lambda: desk.advisor.measured, "measurement")
    assert not hub.requests


async def test_an_unknown_kind_is_said_before_the_download(desk: Desk) -> None:
    """What the engine cannot run is said on the card, and nothing is fetched."""
    await _search(desk, "odd")
    await desk.until(lambda: desk.room.hub.cards.cards, "results")
    card = desk.room.hub.cards.cards[0]
    card.download_button.click()
    await desk.until(lambda: card.row.warning, "warning")
    assert "not_known_yet" in card.row.warning
    assert not card.download_button.isVisible()
    assert not desk.downloads.rows


async def test_a_choice_that_is_cut_at_the_hub_does_not_spoil_the_others(
    desk: Desk, hub: FakeHub, tmp_path: Path
) -> None:
    """It is refused before the download with a sentence, and another choice arrives."""
    whole = (tmp_path / FILE).read_bytes()
    hub.add("acme/Cut-GGUF", {"Cut-Q4_0.gguf": whole[:-1000], "Cut-Q8_0.gguf": whole})
    await desk.hub.describe("acme/Cut-GGUF")
    with pytest.raises(ModelFileError, match=r"Cut-Q4_0\.gguf"):
        await desk.shelf.download("acme/Cut-GGUF", "Q4_0")
    assert not desk.downloads.rows
    await desk.shelf.download("acme/Cut-GGUF", "Q8_0")
    await desk.until(lambda: desk.downloads.rows["acme/Cut-GGUF:Q8_0"].model_id, "arrival")


async def test_details_bring_forecasts(desk: Desk) -> None:
    """Details of a search result show its choices with badges, by the header of a file."""
    await _search(desk, "small")
    await desk.until(lambda: desk.room.hub.cards.cards, "results")
    card = desk.room.hub.cards.cards[0]
    card.details_button.click()
    await desk.until(lambda: card.row.quants and card.row.badge, "choices")
    assert card._details is not None
    assert card._details._lines["Q8_0"]._badge.text() == "Runs great"


async def test_a_hub_that_fails_is_asked_again(desk: Desk, hub: FakeHub) -> None:
    """A failure is a sentence in the room; Try again asks again."""
    hub.fault = lambda _: Answer(500)
    await _search(desk, "small")
    await desk.until(desk.room.hub._failure.isVisible, "sentence")
    assert not desk.window._alert.isVisible()
    hub.fault = lambda _: None
    desk.room.hub.retry_button.click()
    await desk.until(lambda: desk.room.hub.cards.cards, "results")


async def test_the_catalog_is_recommended_for_this_computer(desk: Desk) -> None:
    """Entering the room measures the computer once and marks the best model for it."""
    room = desk.room
    await desk.until(lambda: room.own.cards and room.own.cards[0].row.badge, "forecast")
    assert room.own.cards[0].row.badge == "great"
    assert room.own.cards[0].row.reason == "There is room for it."
    desk.window.show_room("chat")
    desk.window.show_room("models")
    QApplication.processEvents()
    assert desk.advisor.measured == 1


async def test_the_model_of_the_last_chat_answers(desk: Desk, tmp_path: Path) -> None:
    """What was used last goes on; without it the best that can be loaded here answers."""
    folder = desk.home / "models" / "acme" / "Other-GGUF"
    folder.mkdir(parents=True)
    shutil.copy(write_nemotron(tmp_path / "x.gguf"), folder / "Other-Q8_0.gguf")
    with (folder / "Damaged-Q8_0.gguf").open("wb") as damaged:
        damaged.write(b"GGUF")
        damaged.truncate(10**9)
    await desk.models.refresh()
    assert desk.models.chosen_id == "starter"
    for last_used, chosen in (([], "other"), (["gone", "starter"], "starter")):
        desk.last_used = last_used
        desk.models._chosen_id = "removed"
        await desk.models.refresh()
        assert chosen in desk.models.chosen_id.casefold()


async def test_a_removed_model_comes_back(desk: Desk, tmp_path: Path) -> None:
    """Remove puts a model into the trash, Undo brings it back."""
    folder = desk.home / "models" / "acme" / "Other-GGUF"
    folder.mkdir(parents=True)
    shutil.copy(write_nemotron(tmp_path / "x.gguf"), folder / "Other-Q8_0.gguf")
    await desk.models.refresh()
    model = next(model for model in desk.models.models if model.id != "starter")
    desk.room.removal_requested.emit(model.id)
    await desk.until(lambda: not desk.models.removable, "removal")
    assert not model.path.exists()
    await desk.until(desk.room.undo_bar.isVisible, "bar")
    desk.room.undo_bar._undo.click()
    await desk.until(lambda: desk.models.removable, "return")
    assert model.path.exists()


async def test_a_file_is_taken_in_where_it_is(desk: Desk, tmp_path: Path) -> None:
    """A dropped file is registered, chosen and said to be ready."""
    path = write_nemotron(tmp_path / "Dropped-Q8_0.gguf", name="Dropped")
    desk.window.model_file_chosen.emit(str(path))
    await desk.until(lambda: desk.models.removable, "model")
    assert desk.models.chosen().path == path
    await desk.until(desk.window._notice.isVisible, "notice")


@pytest.mark.logs("is not a GGUF model file")
async def test_a_damaged_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    """What is no model is refused with a sentence."""
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"not a model")
    desk.window.model_file_chosen.emit(str(path))
    await desk.until(lambda: desk.failures, "sentence")
    assert not desk.models.removable


async def test_pause_resume_cancel(desk: Desk, hub: FakeHub, tmp_path: Path) -> None:
    """The buttons of a download do what they say; a cancelled one leaves nothing."""
    big = tmp_path / "Big-Q8_0.gguf"
    shutil.copy(write_nemotron(tmp_path / "y.gguf"), big)
    with big.open("ab") as file:
        file.write(bytes(8 << 20))
    hub.add("acme/Big-GGUF", {"Big-Q8_0.gguf": big})
    desk.queue.limit_rate(500_000)
    desk.window.show_room("downloads")
    await desk.shelf.download("acme/Big-GGUF", "")
    room = desk.window.downloads.room
    assert room is not None
    download_id = "acme/Big-GGUF:Q8_0"
    await desk.until(lambda: desk.downloads.rows[download_id].progress > 0, "first bytes")
    assert desk.window._rail._buttons["downloads"].progress is not None
    item = room.item(download_id)
    item.pause_button.click()
    await desk.until(lambda: item.row.state == "paused", "pause")
    item.resume_button.click()
    await desk.until(lambda: item.row.state == "running", "resumption")
    item.cancel_button.click()
    await desk.until(lambda: not desk.downloads.rows, "cancellation")
    await desk.until(lambda: not list((desk.home / "models").rglob("*Big*")), "tidy models folder")
    assert desk.window._rail._buttons["downloads"].progress is None


async def test_the_first_run_downloads_and_lets_chat(desk: Desk) -> None:
    """The first page names the best model; its button queues it for good."""
    page = desk.window.chat._first_run
    assert page is not None
    await desk.until(page.download_button.isEnabled, "recommendation")
    texts = {label.text() for label in page.findChildren(QLabel)}
    assert "Your computer: a test." in texts
    assert "Runs great" in texts
    page.download_button.click()
    await desk.until(lambda: desk.downloads.rows, "download")
    assert not page.isVisible()
    assert desk.window._notice.isVisible()
    assert desk.settings.value("first_run.finished") is True


async def test_the_starter_ends_the_first_run(desk: Desk) -> None:
    """Use the starter model shows the empty chat at once and for good."""
    page = desk.window.chat._first_run
    assert page is not None
    assert page.isVisible()
    page.starter_button.click()
    assert desk.window.chat.welcome.isVisible()
    assert desk.settings.value("first_run.finished") is True


async def test_another_model_can_be_chosen(desk: Desk) -> None:
    """Choose another model shows the room Models."""
    page = desk.window.chat._first_run
    assert page is not None
    page.choose_button.click()
    assert desk.window.models.room is not None
    assert desk.window.models.room.isVisible()


async def test_the_catalog_is_refreshed_when_asked(
    desk: Desk, hub: FakeHub, tmp_path: Path
) -> None:
    """Look for new models asks the hub, and lists what has come out since this version."""
    new = write_nemotron(tmp_path / "Nemotron-3-Next-Q8_0.gguf", name="Nemotron 3 Next")
    hub.add("unsloth/Nemotron-3-Next-GGUF", {"Nemotron-3-Next-Q8_0.gguf": new})
    desk.room.refresh_button.click()
    await desk.until(lambda: desk.card("Nemotron 3 Next"), "new model")
    await desk.until(desk.window._notice.isVisible, "notice")
    assert not desk.failures


async def test_a_gated_model_says_where_to_go(desk: Desk, hub: FakeHub) -> None:
    """What needs its makers' consent says so on the card, with the way to its page."""
    hub.repositories[REPO].gated = "auto"
    await _search(desk, "small")
    await desk.until(lambda: desk.room.hub.cards.cards, "results")
    card = desk.room.hub.cards.cards[0]
    card.download_button.click()
    await desk.until(lambda: card.row.warning, "sentence")
    assert card.row.link.endswith(REPO)
    assert card._link.isVisible()
    assert not desk.downloads.rows
    assert not desk.failures


async def test_a_download_that_fails_is_told_where_the_person_is(desk: Desk, hub: FakeHub) -> None:
    """In another room an alert says why a model did not arrive, and leads to the list."""
    await desk.hub.describe(REPO)
    hub.fault = lambda seen: Answer(403) if seen.kind in {"resolve", "cdn"} else None
    desk.window.show_notice("Small is on its way", "The starter model answers until then.")
    desk.bridge.start(desk.shelf.download(REPO, ""))
    await desk.until(desk.window._alert.isVisible, "alert")
    assert not desk.window._notice.isVisible()
    (row,) = desk.downloads.rows.values()
    assert row.state == "failed"
    assert row.sentence in desk.window._alert.accessibleName()
    desk.window._alert._action.click()
    assert desk.window.downloads.room is not None
    assert desk.window.downloads.room.isVisible()
    assert not desk.window._alert.isVisible()
    desk.window.downloads.retry_requested.emit(row.id)
    await desk.until(lambda: desk.downloads.rows[row.id].state != "failed", "another try")
    await desk.until(lambda: desk.downloads.rows[row.id].state == "failed", "another failure")
    assert not desk.window._alert.isVisible()


async def test_waiting_for_the_network_is_told_once(desk: Desk) -> None:
    """What is on its way without a network says so, and not again for each try."""
    waiting = Download(
        id="a/b:Q8_0",
        repo_id="a/b",
        quant="Q8_0",
        name="Small",
        state="waiting",
        received_bytes=0,
        total_bytes=10,
        error=NetworkError("The hub cannot be reached. Check the network."),
    )
    notice = desk.window._notice
    desk.downloads.take(waiting)
    assert notice.accessibleName().startswith("Small waits for the network")
    notice.hide()
    desk.downloads.take(replace(waiting, state="running", error=None))
    desk.downloads.take(waiting)
    assert not notice.isVisible()
    desk.downloads.take(replace(waiting, state="running", error=None, rate_bytes_per_s=5.0))
    desk.downloads.take(waiting)
    assert notice.isVisible()


async def test_without_a_starter_nobody_is_promised_answers(desk: Desk) -> None:
    """Until the first model is here there is none, and the window says so."""
    page = desk.window.chat._first_run
    assert page is not None
    await desk.until(page.download_button.isEnabled, "recommendation")
    desk.models._models.clear()
    page.download_button.click()
    await desk.until(desk.window._notice.isVisible, "notice")
    assert "as soon as it is here" in desk.window._notice.accessibleName()
