# SPDX-License-Identifier: Apache-2.0
"""Says what suits a model by itself: what the catalog recommends, and what its file says.

It knows nothing of what a person chose; `choosing` puts the two together.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.gguf.description import GgufHeader
from nemodesk.catalog.gguf.header import read_header
from nemodesk.catalog.gguf.values import Scalar
from nemodesk.catalog.model_file import ModelFile
from nemodesk.catalog.offers.offer import Catalog, Sampling
from nemodesk.engine.values import SAMPLING_KEYS
from nemodesk.errors import NemodeskError, UsageError
from nemodesk.structs import convert

if TYPE_CHECKING:
    from nemodesk.hardware.fit import ModelShape

_TASK = "chat"
_HUB = "hub:"
_WHOLE_NUMBERS = {"top_k"}


@dataclass(frozen=True, kw_only=True)
class Suited:
    """What suits a model by itself. What nobody knows is left open.

    Attributes:
        catalog: what our list recommends for its family.
        file: what its maker wrote into the file.
        chat_template: the Jinja text of the file; empty if it has none or was not read.
        longest_context_tokens: what the model was made for; 0 if nobody said it.
        can_pack_cache: whether its KV cache may be q8_0.
        shape: what decides over its memory; None if the file was not read.
    """

    catalog: AnswerSettings = field(default_factory=AnswerSettings)
    file: AnswerSettings = field(default_factory=AnswerSettings)
    chat_template: str = ""
    longest_context_tokens: int = 0
    can_pack_cache: bool = True
    shape: "ModelShape | None" = field(default=None, repr=False)

    @property
    def can_think(self) -> bool:
        """Whether the template asks if the model is to think."""
        return "enable_thinking" in self.chat_template


def suited_to(model: ModelFile, catalog: Catalog | None) -> Suited:
    """Return what suits this model. Blocks on the disk; a damaged file says nothing."""
    # Imported in the thread that needs it: the window does not need it to open.
    from nemodesk.hardware.fit import shape_of  # noqa: PLC0415

    recommended = by_catalog(model, catalog) if catalog else AnswerSettings()
    try:
        header = read_header(model.path)
    except NemodeskError:
        return Suited(catalog=recommended, longest_context_tokens=model.context_length)
    return Suited(
        catalog=recommended,
        file=by_file(header.metadata),
        chat_template=header.chat_template,
        longest_context_tokens=header.context_length,
        can_pack_cache=_can_pack_cache(header),
        shape=shape_of(header, header.tensor_groups),
    )


def by_catalog(model: ModelFile, catalog: Catalog) -> AnswerSettings:
    """Return what our list recommends for a model.

    Its repository decides. A file from elsewhere is known by its name, because people also bring
    Nemotrons that other programs have downloaded.
    """
    repo_id = model.source.removeprefix(_HUB).partition("@")[0]
    offer = catalog.offer(repo_id) if model.source.startswith(_HUB) else None
    if offer is not None:
        return _as_choices(offer.sampling)
    names = [_plain(name) for name in (repo_id, model.path.name, model.name)]
    for rule in catalog.new_models:
        if any(_plain(rule.search) in name for name in names):
            return _as_choices(rule.sampling)
    return AnswerSettings()


def by_file(metadata: Mapping[str, Scalar]) -> AnswerSettings:
    """Return what the file's maker recommends in it."""
    found: dict[str, float | int] = {}
    for name, key in SAMPLING_KEYS.items():
        value = metadata.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = int(value) if name in _WHOLE_NUMBERS else _as_written(value)
    return convert(found, AnswerSettings)


def _as_choices(presets: Mapping[str, Sampling]) -> AnswerSettings:
    preset = presets.get(_TASK)
    if preset is None:
        return AnswerSettings()
    return AnswerSettings(
        temperature=preset.temperature,
        top_p=preset.top_p,
        min_p=preset.min_p,
        top_k=preset.top_k,
    )


def _as_written(number: float) -> float:
    """Return a 32-bit number as its maker wrote it: 0.95, not 0.949999988."""
    return float(f"{number:.6g}")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _can_pack_cache(header: GgufHeader) -> bool:
    from nemodesk.hardware.fit import check_cache_type  # noqa: PLC0415 - as above

    try:
        check_cache_type(header, "q8_0")
    except UsageError:
        return False
    return True
