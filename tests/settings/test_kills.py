# SPDX-License-Identifier: Apache-2.0
"""A program that is killed while it stores settings loses none that it had stored."""

import random
import subprocess
import sys

import pytest

from tests.settings.conftest import OpenSettings

_COUNT = """
from nemodesk.answer_settings import AnswerSettings
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
settings = Settings(find_paths())
settings.open_now(20)
number = settings.answer_defaults("a").seed or 0
while True:
    number += 1
    settings.set_answer_defaults("a", AnswerSettings(seed=number, system_prompt="x" * 9000))
    settings.flush(20)
    print(number, flush=True)
"""


@pytest.mark.parametrize("has_keyring", [True, False])
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_kill_loses_nothing_that_was_stored(
    request: pytest.FixtureRequest, open_settings: OpenSettings, *, has_keyring: bool
) -> None:
    """Whoever reads next finds the last value that was stored, or the one after it."""
    if has_keyring:
        request.getfixturevalue("keyring_session")
    chance = random.Random(5)  # noqa: S311 - no secret
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", _COUNT], stdout=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout is not None
            stored = 0
            for _ in range(chance.randrange(1, 12)):
                stored = int(program.stdout.readline())
            program.kill()
            rest = program.stdout.read().split()
        last = int(rest[-1]) if rest and rest[-1].isdecimal() else stored
        found = open_settings().answer_defaults("a")
        assert found.system_prompt == "x" * 9000
        assert found.seed in {last, last + 1}
