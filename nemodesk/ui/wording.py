# SPDX-License-Identifier: Apache-2.0
"""Numbers as people say them: words a second, minutes left, a verdict. It measures nothing."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from nemodesk.sizes import in_words
from nemodesk.speeds import WORDS_PER_TOKEN

_CONTEXT = "Wording"

_MINUTE_S = 60
_HOUR_S = 3600
_LONG_S = 48 * _HOUR_S
_MOST_SECONDS = 10

_BADGES = {
    "great": str(QT_TRANSLATE_NOOP("Wording", "Runs great")),
    "slow": str(QT_TRANSLATE_NOOP("Wording", "Runs, but slowly")),
    "too_big": str(QT_TRANSLATE_NOOP("Wording", "Too big for this computer")),
}


def badge_text(verdict: str) -> str:
    """Return what a badge says; empty where there is no verdict."""
    return _tr(_BADGES[verdict]) if verdict in _BADGES else ""


def speed_in_words(tokens_per_s: float) -> str:
    """Return how fast a model writes: "about 12 words a second"; empty for 0."""
    words = tokens_per_s * WORDS_PER_TOKEN
    if words <= 0:
        return ""
    if words < 1:
        return _tr("less than 1 word a second")
    # Predictions are not exact enough for more digits.
    amount = f"{words:.0f}"
    if amount == "1":
        return _tr("about 1 word a second")
    return _tr("about %1 words a second").replace("%1", amount)


def time_left(seconds: float) -> str:
    """Return how long something still takes: "4 minutes left"; empty where nobody can say."""
    if not 0 <= seconds < _LONG_S:
        return ""
    if seconds < _MOST_SECONDS:
        return _tr("a few seconds left")
    if seconds < _MINUTE_S:
        return _tr("less than a minute left")
    if seconds < _HOUR_S:
        minutes = round(seconds / _MINUTE_S)
        return _one_or_more(minutes, _tr("1 minute left"), _tr("%1 minutes left"))
    hours = round(seconds / _HOUR_S)
    return _one_or_more(hours, _tr("about 1 hour left"), _tr("about %1 hours left"))


def rate_in_words(bytes_per_s: float) -> str:
    """Return the speed of a download: "12 MB a second"."""
    return _tr("%1 a second").replace("%1", in_words(bytes_per_s))


def percent(thousandths: int) -> str:
    """Return a share as people read it: "42 %"; 100 only for all of it."""
    return f"{thousandths // 10} %"


def joined(*parts: str) -> str:
    """Return the parts that say something in one line."""
    return " · ".join(part for part in parts if part)


def share(part: float, whole: float) -> int:
    """Return a part in thousandths of the whole, between 0 and 1000."""
    return max(0, min(1000, int(part * 1000 // whole))) if whole > 0 else 0


def _one_or_more(number: int, one: str, more: str) -> str:
    return one if number == 1 else more.replace("%1", str(number))


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
