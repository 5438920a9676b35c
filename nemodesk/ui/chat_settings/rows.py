# SPDX-License-Identifier: Apache-2.0
"""What the panel Chat settings shows, as values. No behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nemodesk.answer_settings import AnswerSettings
from nemodesk.conversation.choosing import Origin


class Scope(StrEnum):
    """What a choice in the panel is for."""

    CHAT = "chat"
    MODEL = "model"


@dataclass(frozen=True, kw_only=True)
class ChatSettingsRow:
    """Everything that the panel shows.

    Attributes:
        about: which chat or model it is; what was written about another one is given up.
        scope: what choices are for.
        chosen: what the person has chosen for that.
        counts: what counts because of it.
        below: what would count if nothing were chosen for the scope.
        origins: where each thing that counts comes from.
        recommended: what would count if the person had chosen nothing anywhere.
        recommended_by: where that comes from.
        own_template: the model's own chat template; empty if it is not known.
        can_think: whether the model can be told to think first or not.
        context_note: what the context costs, and how long it can be.
        foot: from when choices count.
        presets: their names.
        preset: the one in use; empty if none is.
        is_preset_changed: whether the person has chosen otherwise since.
    """

    about: str = ""
    scope: Scope = Scope.CHAT
    chosen: AnswerSettings = field(default_factory=AnswerSettings)
    counts: AnswerSettings = field(default_factory=AnswerSettings)
    below: AnswerSettings = field(default_factory=AnswerSettings)
    origins: Mapping[str, Origin] = field(default_factory=dict[str, Origin])
    recommended: AnswerSettings = field(default_factory=AnswerSettings)
    recommended_by: Mapping[str, Origin] = field(default_factory=dict[str, Origin])
    own_template: str = ""
    can_think: bool = False
    context_note: str = ""
    foot: str = ""
    presets: tuple[str, ...] = ()
    preset: str = ""
    is_preset_changed: bool = False
