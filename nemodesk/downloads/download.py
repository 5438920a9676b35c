# SPDX-License-Identifier: Apache-2.0
"""One line of the list of downloads, as a value. It changes nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nemodesk.errors import NemodeskError

State = Literal["waiting", "running", "paused", "verifying", "done", "failed"]


@dataclass(frozen=True, kw_only=True)
class Download:
    """A model with all its files, on its way here.

    Attributes:
        id: "OWNER/REPO:QUANT".
        name: plain words for people.
        received_bytes: of all files, also those of earlier times.
        verified_bytes: how much of it is hashed; of interest while verifying.
        rate_bytes_per_s: over the last seconds; 0 while it is not known.
        error: why it has failed, or why it waits for the network.
        notice: what is going on meanwhile, as a sentence; usually empty.
        file_name: of the first file.
        path: the first file, once it is done; `paths` and `sha256s` are those of all files.
        fetched_bytes: what has come over the network since the program started.
        is_listed: False in the last report of a download that was cancelled.
    """

    id: str
    repo_id: str
    quant: str
    name: str
    state: State
    received_bytes: int
    total_bytes: int
    verified_bytes: int = 0
    rate_bytes_per_s: float = 0.0
    error: NemodeskError | None = None
    notice: str = ""
    path: Path | None = None
    paths: tuple[Path, ...] = ()
    file_name: str = ""
    sha256s: tuple[str, ...] = ()
    fetched_bytes: int = 0
    is_listed: bool = True

    @property
    def left_s(self) -> float | None:
        """Seconds until everything has come at the present speed; None while it is not known."""
        if self.state != "running" or self.rate_bytes_per_s <= 0:
            return None
        return (self.total_bytes - self.received_bytes) / self.rate_bytes_per_s
