# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of docs/screenshots: the real window, the real starter model, real answers.

It needs Xvfb and D-Bus like the tests, and reads and writes no chats of yours.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.accessibility import State
from tests.end_to_end.desktop import Desktop, start_desktop
from tests.end_to_end.program import Program
from tests.end_to_end.x_windows import resize_window

_FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"

_WIDE = (1280, 800)
_SMALL = (1024, 700)

_OTHER_CHATS = (
    "What is photosynthesis, in one sentence?",
    "What is the capital of France?",
)
_QUESTION = "Write a Python function that returns the largest number in a list, and explain it."


def main() -> None:
    """Write welcome.png, light.png, dark.png, small.png and models.png."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, start_desktop(*_WIDE) as desktop:
        home = Path(folder)
        with _open(desktop, home, theme="light") as program:
            program.wait(lambda: _can_press(program, "Download and start"), "recommendation")
            _save(desktop, program, "welcome", _WIDE)
            program.press("Use the starter model")
            _hold_chats(program)
        for name, theme, size in (
            ("light", "light", _WIDE),
            ("dark", "dark", _WIDE),
            ("small", "light", _SMALL),
        ):
            with _open(desktop, home, theme=theme) as program:
                _take(desktop, program, name, size)
        with _open(desktop, home, theme="light") as program:
            program.press("Models")
            program.wait(lambda: program.frame.all("Recommended"), "recommendation")
            _save(desktop, program, "models", _WIDE)


def _hold_chats(program: Program) -> None:
    for question in _OTHER_CHATS:
        program.send(question)
        program.answer()
        program.press("New chat")
        program.wait(lambda: not program.messages("You"), "empty chat")
    program.send(_QUESTION)
    program.answer()


def _can_press(program: Program, name: str) -> bool:
    return any(button.has(State.ENABLED) for button in program.frame.all(name))


def _take(desktop: Desktop, program: Program, name: str, size: tuple[int, int]) -> None:
    program.open_chat(_QUESTION[:30])
    program.wait(lambda: program.messages("Assistant"), "last chat")
    _save(desktop, program, name, size)


def _save(desktop: Desktop, program: Program, name: str, size: tuple[int, int]) -> None:
    def has_size() -> bool:
        return tuple(program.frame.area[2:]) == size

    width, height = program.frame.area[2:]
    if not has_size():
        resize_window(desktop.environment["DISPLAY"], (width, height), size)
    program.wait(has_size, f"a window of {size[0]} by {size[1]} pixels")
    program.settle(desktop.screenshot)
    path = _FOLDER / f"{name}.png"
    desktop.screenshot((0, 0, *size)).save(str(path))
    print(path)


@contextmanager
def _open(desktop: Desktop, home: Path, *, theme: str) -> Iterator[Program]:
    program = Program(desktop, home, theme=theme)
    try:
        yield program
    finally:
        program.close()


if __name__ == "__main__":
    main()
