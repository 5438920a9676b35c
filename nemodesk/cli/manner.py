# SPDX-License-Identifier: Apache-2.0
"""How a model is asked on the command line: by the flags, else as the person chose for it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.offers.offered import load_catalog
from nemodesk.cli.session import Manner
from nemodesk.conversation.choosing import resolve
from nemodesk.conversation.suited import suited_to
from nemodesk.engine.values import Adapter, EngineSettings
from nemodesk.errors import UsageError
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings

_READ_S = 1.0
"""How long a chat waits for the keyring; what comes later does not count for it. A guess."""


class Wishes:
    """The flags of a command, which win over what is chosen for a model.

    Args:
        flags: what they choose about answers.
        gpu_layers: None leaves it to the settings.
        adapters: files to apply.

    Raises:
        UsageError: an adapter is not there.
    """

    def __init__(
        self, flags: AnswerSettings, *, gpu_layers: int | None, adapters: Sequence[Path]
    ) -> None:
        self._flags = flags
        self._gpu_layers = gpu_layers
        self._adapters = tuple(Adapter(path=str(_existing(path))) for path in adapters)
        self._paths = find_paths()
        self._settings = Settings(self._paths)
        self._settings.open_now(_READ_S)

    def for_model(self, model: ModelFile) -> tuple[EngineSettings, Manner]:
        """Return how this model is loaded and asked. Blocks on the disk."""
        suited = suited_to(model, load_catalog(self._paths.cache))
        turn = resolve(self._flags, model, self._settings, suited)
        engine = msgspec.structs.replace(turn.engine, adapters=self._adapters)
        if self._flags.context_tokens:
            # Whoever writes a number is told when it cannot be; it is not trimmed.
            engine = msgspec.structs.replace(engine, context_tokens=self._flags.context_tokens)
        if self._gpu_layers is not None:
            engine = msgspec.structs.replace(engine, gpu_layers=self._gpu_layers)
        manner = Manner(
            instructions=turn.system_prompt,
            sampling=turn.sampling,
            max_tokens=turn.max_tokens,
            template_options=turn.template_options,
        )
        return engine, manner


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"There is no adapter file {path}. Check its name and try again.")
    return path.absolute()
