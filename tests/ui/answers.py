# SPDX-License-Identifier: Apache-2.0
"""What is chosen about answers, for sessions in tests: real settings in a folder of the test."""

from nemodesk.answer_settings import AnswerSettings
from nemodesk.catalog.offers.offered import shipped_catalog
from nemodesk.chats.archive import ChatArchive
from nemodesk.paths import find_paths
from nemodesk.settings.settings import Settings
from nemodesk.ui.answer_choices import AnswerChoices
from nemodesk.ui.bridge import Bridge
from nemodesk.ui.model_session import ModelSession


def make_answers(
    bridge: Bridge,
    archive: ChatArchive,
    models: ModelSession,
    *,
    settings: Settings | None = None,
    for_starter: AnswerSettings | None = None,
) -> AnswerChoices:
    """Return choices that are for the starter's chats; close their settings afterwards."""
    settings = settings or Settings(find_paths())
    if for_starter is not None:
        settings.set_answer_defaults("starter", for_starter)
    return AnswerChoices(
        bridge=bridge,
        archive=archive,
        settings=settings,
        models=models,
        load_catalog=shipped_catalog,
    )
