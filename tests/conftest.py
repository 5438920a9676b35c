# SPDX-License-Identifier: Apache-2.0
"""What every test gets without asking: data of its own, and a check of what it leaves behind."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

# Before the first QApplication: widget tests draw into memory, never onto a person's screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

# A shell that starts the tests in the background makes them, and all their children, deaf to
# Ctrl-C; with a handler of our own, children begin with the usual one (execve(2)).
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine fails no test: how fast things are is measured in benchmarks/.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_FOREIGN_SETTINGS = (
    "DBUS_SESSION_BUS_ADDRESS",  # a person's keyring lives there
    "DISPLAY",
    "HF_ENDPOINT",
    "HF_HUB_OFFLINE",
    "HF_TOKEN",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "https_proxy",
    "http_proxy",
    "all_proxy",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TRANSFORMERS_OFFLINE",
    "NEMODESK_LOG",
    "PYTHON_KEYRING_BACKEND",
    "WAYLAND_DISPLAY",
)
_GRACE_S = 3.0
"""How long an ended child may take to vanish (a guess)."""


@pytest.fixture(autouse=True)
def nemodesk_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep each test's data in a folder of its own, away from the person's settings."""
    for name in _FOREIGN_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "nemodesk-home"
    monkeypatch.setenv("NEMODESK_HOME", str(home))
    # No test touches a person's keyring, wherever that may be found.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return home


@pytest.fixture(autouse=True)
def _no_stray_children(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a child process running."""
    before = set(psutil.Process().children())
    yield
    started = set(psutil.Process().children()) - before
    _, stray = psutil.wait_procs(started, timeout=_GRACE_S)
    commands = [" ".join(child.cmdline()) for child in stray if child.is_running()]
    for child in stray:
        child.kill()
    if commands:
        pytest.fail(f"{request.node.name} left running: {'; '.join(commands)}")


class _Warnings(logging.Handler):
    """Collects warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning which its marker `logs("part of it")` does not name."""
    expected = [text for mark in request.node.iter_markers("logs") for text in mark.args]
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    warnings = _Warnings()
    root.addHandler(warnings)
    yield
    root.setLevel(level)
    for handler in [*root.handlers]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    unexpected = [text for text in warnings.records if not any(part in text for part in expected)]
    if unexpected:
        pytest.fail("unexpected warnings in the log:\n" + "\n".join(unexpected))
