# SPDX-License-Identifier: Apache-2.0
"""How a chat is answered. Values only."""

from dataclasses import dataclass, field
from typing import Any

from nemodesk.engine.values import EngineSettings, Sampling


@dataclass(frozen=True, kw_only=True)
class TurnSettings:
    """What applies to every answer of a chat.

    Attributes:
        system_prompt: instructions that come before the first message; may be empty.
        max_tokens: most tokens to write; None means up to the end of the context.
        template_options: variables for the chat template, such as enable_thinking.
    """

    system_prompt: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    engine: EngineSettings = field(default_factory=EngineSettings)
    max_tokens: int | None = None
    template_options: dict[str, Any] = field(default_factory=dict[str, Any])
