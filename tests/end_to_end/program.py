# SPDX-License-Identifier: Apache-2.0
"""The real NemoDesk in a process of its own, used as a person with a screen reader would.

Everything is found by its accessible name, which is said in English and looked up in the
window's own language. Nothing here looks inside the program.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import psutil

from tests.end_to_end.accessibility import AccessibilityBus, Control, GoneError, State
from tests.end_to_end.desktop import Desktop
from tests.end_to_end.names import Names
from tests.end_to_end.x_windows import focus_window

T = TypeVar("T")

START_TIMEOUT_S = 60.0
ANSWER_TIMEOUT_S = 90.0
CONTROL_TIMEOUT_S = 20.0
CLOSE_TIMEOUT_S = 15.0
"""Far longer than needed, for busy machines with two cores."""

RETURN_KEYSYM = 0xFF0D
DELETE_KEYSYM = 0xFFFF
_LOOK_AGAIN_S = 0.05
_SETTLED_S = 0.5
_SOURCE_FOLDER = Path(__file__).parent.parent.parent


class Program:
    """A started NemoDesk.

    Attributes:
        process: the window's process.
    """

    def __init__(
        self,
        desktop: Desktop,
        home: Path,
        *,
        command: tuple[str, ...] = (),
        theme: str = "light",
        environment: Mapping[str, str] | None = None,
        names: Names | None = None,
    ) -> None:
        self.names = names or Names()
        self._desktop = desktop
        home.mkdir(parents=True, exist_ok=True)
        self._output = home / "output.txt"
        self._bus = AccessibilityBus(desktop.bus_address)
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                [*(command or (sys.executable, "-m", "nemodesk")), "--theme", theme],
                env={
                    **desktop.environment,
                    **self.names.environment,
                    **(environment or {}),
                    "NEMODESK_HOME": str(home),
                    # Its children too run this source, whatever else is installed.
                    "PYTHONPATH": str(_SOURCE_FOLDER),
                },
                cwd=_SOURCE_FOLDER,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            self.frame = self.wait(self._find_frame, "the window", timeout_s=START_TIMEOUT_S)
            width, height = self.frame.area[2:]
            focus_window(desktop.environment["DISPLAY"], (width, height))
        except GoneError as gone:
            last_words = self._last_words()
            self.close()
            raise AssertionError(f"the window is gone\n{last_words}") from gone

    def _find_frame(self) -> Control | None:
        program = self._bus.program(self.process.pid)
        frames = program.all("NemoDesk", "frame") if program else []
        return frames[0] if frames else None

    def wait(self, look: Callable[[], T], what: str, *, timeout_s: float = ANSWER_TIMEOUT_S) -> T:
        """Look until the result is true and return it; fail when the time is up."""
        deadline = time.monotonic() + timeout_s
        pause = threading.Event()
        while True:
            try:
                result = look()
            except GoneError:
                result = None
            if result:
                return result
            if self.process.poll() is not None:
                raise AssertionError(f"no {what}: the program ended\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"no {what} after {timeout_s} s\n{self._last_words()}")
            pause.wait(_LOOK_AGAIN_S)

    def settle(self, look: Callable[[], T]) -> T:
        """Wait until two looks half a second apart give the same and return it."""
        pause = threading.Event()
        seen = [look()]

        def same() -> bool:
            pause.wait(_SETTLED_S)
            seen.append(look())
            return seen[-1] == seen[-2]

        self.wait(same, "rest")
        return seen[-1]

    def all(self, name: str, role: str = "") -> list[Control]:
        """Return the controls of this name (and role) that a person can see."""
        return self.frame.all(self.names(name), role)

    def control(self, name: str, role: str = "") -> Control:
        """Wait for the control of this name and return the last one, the one nearest the end."""
        found = self.wait(
            lambda: self.all(name, role), f"control {name}", timeout_s=CONTROL_TIMEOUT_S
        )
        return found[-1]

    def dialog_control(self, name: str, role: str) -> Control:
        """Wait for a control in any window of the program and return it."""

        def look() -> list[Control]:
            program = self._bus.program(self.process.pid)
            return program.all(name, role) if program else []

        return self.wait(look, f"control {name}", timeout_s=CONTROL_TIMEOUT_S)[-1]

    def press(self, name: str) -> None:
        """Press the last button of this name as soon as it can be pressed."""

        def ready() -> Control | None:
            found = [one for one in self.all(name) if one.has(State.ENABLED)]
            return found[-1] if found else None

        self.wait(ready, f"button {name} to press", timeout_s=CONTROL_TIMEOUT_S).press()

    def send(self, text: str) -> None:
        """Write the message and press Send."""
        self.control("Message").write(text)
        self.press("Send")

    def chats(self) -> list[Control]:
        """Return the chats of the list, newest first."""
        lists = self.all("Chats")  # an empty one is not shown
        return [one for shown in lists for one in shown.everything() if one.role == "list item"]

    def open_chat(self, words: str) -> None:
        """Open the chat whose title has these words, as a click in the list would."""

        def look() -> Control | None:
            return next((chat for chat in self.chats() if words in chat.name), None)

        self.wait(look, f"chat {words}", timeout_s=CONTROL_TIMEOUT_S).press()

    def type_text(self, text: str) -> None:
        """Press the keys for a Latin-1 text, on whatever has the keyboard."""
        for character in text:
            # Latin-1 keysyms equal their characters (X11/keysymdef.h).
            self._bus.press_key(ord(character))

    def press_quit(self) -> None:
        """Press Ctrl+Q, which closes the window."""
        self._bus.press_key(ord("q"), with_control=True)

    def press_key(self, keysym: int) -> None:
        """Press a key by its X11 keysym."""
        self._bus.press_key(keysym)

    def press_return(self) -> None:
        """Press the Return key."""
        self._bus.press_key(RETURN_KEYSYM)

    def messages(self, name: str) -> list[str]:
        """Return the texts of all messages by "You" or "Assistant", oldest first."""
        found = []
        for transcript in self.all("Transcript"):
            items = transcript.children()
            found += [item.text for item in items if item.name == self.names(name)]
        return found

    def answer(self, *, number: int = 1) -> str:
        """Wait until answer `number`, from 1, is complete and return it."""
        self.wait(lambda: len(self.messages("Assistant")) >= number, f"answer {number}")
        self.wait(lambda: self.all("Send"), "end of the answer")
        return self.messages("Assistant")[number - 1]

    def half_answer(self, least_characters: int = 40) -> str:
        """Wait until the answer has some text but goes on, and return that text."""

        def look() -> str:
            texts = self.messages("Assistant")
            assert self.all("Stop"), f"the answer ended too early: {texts}"
            return texts[-1] if texts and len(texts[-1]) >= least_characters else ""

        self.wait(lambda: self.all("Stop"), "beginning of an answer")
        return self.wait(look, "half an answer")

    def says(self, words: str) -> str:
        """Wait until a control shows these words and return all it says."""

        def look() -> str:
            shown = [one.name for one in self.frame.everything() if words in one.name]
            return shown[0] if shown else ""

        return self.wait(look, f"text '{words}'")

    def workers(self) -> list[psutil.Process]:
        """Return the engine processes of this window."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if "--engine-worker" in child.cmdline()]

    def kill(self) -> None:
        """End the window's process at once, as SIGKILL does."""
        self.process.kill()
        self.process.wait(CLOSE_TIMEOUT_S)

    def close(self) -> int:
        """Ask the program to end, as logging out does, and return its exit code."""
        self._bus.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the program did not end\n{self._last_words()}") from None

    def _last_words(self) -> str:
        output = self._output.read_text(encoding="utf-8", errors="replace")[-3000:]
        try:
            outline = self.frame.outline()
        except (AttributeError, GoneError):
            outline = "no window"
        return f"--- output\n{output}\n--- window\n{outline}"
