# SPDX-License-Identifier: Apache-2.0
"""Models and Downloads in the real window: from the search at the hub to a chat with the model."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nemodesk.catalog.library import find_starter
from tests.end_to_end.accessibility import State
from tests.end_to_end.desktop import Desktop
from tests.end_to_end.program import Program
from tests.fakes.hub import FakeHub
from tests.fakes.hub_answers import SeenRequest
from tests.fakes.hub_faults import Fault, Stall

pytestmark = [pytest.mark.window, pytest.mark.engine, pytest.mark.timeout(300)]

_REPO = "acme/Small-Talk-GGUF"
_FILE = "Small-Talk-Q4_1.gguf"
_SOME_BYTES = 20_000_000


def _stalling(request: SeenRequest) -> Fault | None:
    return Stall(_SOME_BYTES) if request.kind == "cdn" and request.method == "GET" else None


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """Run a hub whose one model is the starter's file under another name."""
    starter = find_starter()
    assert starter is not None
    with FakeHub() as hub:
        hub.add(_REPO, {_FILE: starter.path}, downloads=7)
        yield hub


@pytest.fixture
def start(desktop: Desktop, hub: FakeHub, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    """Start a NemoDesk that knows this hub; each start finds what the one before has left."""
    started: list[Program] = []

    def start() -> Program:
        environment = {"HF_ENDPOINT": hub.url}
        program = Program(desktop, tmp_path / "home", environment=environment)
        started.append(program)
        return program

    yield start
    for program in started:
        program.close()


def _find_and_download(program: Program) -> None:
    program.press("Models")
    program.control("Search models").write("small talk")
    program.press("Search Hugging Face for “small talk”")
    program.wait(lambda: program.frame.all("Small Talk", "list item"), "the model of the hub")
    program.press("Download")
    program.press("Downloads")


def _is_arriving(program: Program) -> bool:
    return any("20 MB of" in one.name for one in program.frame.everything())


def test_from_the_search_to_a_chat(start: Callable[[], Program], hub: FakeHub) -> None:
    """A model is found, paused, resumed, arrives, is used, and answers."""
    hub.fault = _stalling
    program = start()
    _find_and_download(program)
    bar = program.control(_FILE, "progress bar")
    program.wait(lambda: _is_arriving(program), "some of the file")
    program.press("Pause")
    program.control("Resume")
    assert bar.has(State.SHOWING)
    hub.fault = lambda _: None
    program.press("Resume")
    program.press("Use")
    program.send("What is the capital of France? Answer in one sentence.")

    assert "Paris" in program.answer()
    assert not program.frame.all("Downloads", "list")
    served = hub.bytes_served[f"{_REPO}/{_FILE}"]
    size = hub.repositories[_REPO].files[_FILE].size_bytes
    # Beside the file itself: its header, asked for before, and what was on its way at the pause.
    assert served < size + _SOME_BYTES


def test_cancel_leaves_nothing(start: Callable[[], Program], hub: FakeHub, tmp_path: Path) -> None:
    """Cancel takes the download off the list and its bytes off the disk."""
    hub.fault = _stalling
    program = start()
    _find_and_download(program)
    program.wait(lambda: _is_arriving(program), "some of the file")
    program.press("Cancel")

    program.says("No downloads")
    models = tmp_path / "home" / "models"
    program.wait(lambda: not list(models.rglob("*Small-Talk*")), "a tidy models folder")
    program.press("Models")
    program.wait(lambda: program.frame.all("Download"), "Download again")


def test_a_download_goes_on_at_the_next_start(start: Callable[[], Program], hub: FakeHub) -> None:
    """After SIGKILL of the window the download is in the list again and arrives."""
    hub.fault = _stalling
    program = start()
    _find_and_download(program)
    program.wait(lambda: _is_arriving(program), "some of the file")
    program.kill()
    hub.fault = lambda _: None

    again = start()
    again.says("is here")
    again.press("Downloads")
    again.press("Use")
    again.send("Say hello.")
    assert again.answer()


def test_the_first_page_downloads_and_the_starter_answers_meanwhile(
    start: Callable[[], Program],
) -> None:
    """The page names a model; its button queues it, and the starter answers until it is here."""
    program = start()
    assert program.frame.all("Welcome")

    def ready() -> bool:
        return any(one.has(State.ENABLED) for one in program.frame.all("Download and start"))

    program.wait(ready, "recommendation")
    program.press("Download and start")
    program.says("is on its way")
    assert not program.frame.all("Welcome")
    program.send("Say hello.")
    assert program.answer()
    program.close()

    again = start()
    again.control("Message")
    assert not again.frame.all("Welcome")


def test_use_the_starter_model_ends_the_first_run(program: Program) -> None:
    """Use the starter model leads to the usual empty chat."""
    program.press("Use the starter model")
    program.wait(lambda: not program.frame.all("Download and start"), "end of the first run")
    program.control("Message")


def test_models_are_verified_and_removed_for_good(
    start: Callable[[], Program], hub: FakeHub, tmp_path: Path
) -> None:
    """The page Models and storage verifies a download, restores it, and empties the trash."""
    program = start()
    _find_and_download(program)
    program.says("is here")
    program.press("Settings")
    program.press("Models and storage")
    program.press("Verify all")
    program.says("Exactly as it should be")
    for step in ("Restore", "Empty trash…"):
        program.press("Models")
        program.press("Remove")
        program.press("Remove")
        program.press("Settings")
        program.press(step)
    program.press("Delete for good")
    program.says("The trash is empty.")
    models = tmp_path / "home" / "models"
    program.wait(lambda: not list(models.rglob("*.gguf")), "an empty models folder")
    assert not (models / ".trash").exists()
    assert hub.bytes_served
