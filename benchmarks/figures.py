# SPDX-License-Identifier: Apache-2.0
"""Measured figures, what they should reach, and the table and the file that show them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that was measured several times.

    Attributes:
        unit: of the raw figures, such as "tokens/s" or "ms".
        yardstick: the other program's figures, pair by pair; empty where there is none. Then the
            figures are judged themselves, otherwise the ratios are.
        at_least, at_most: the aim; None where there is none.
        command: what ran the yardstick.
    """

    name: str
    unit: str
    ours: Sequence[float]
    yardstick: Sequence[float] = ()
    at_least: float | None = None
    at_most: float | None = None
    command: str = ""
    judged: list[float] = field(init=False)

    def __post_init__(self) -> None:
        ratios = [ours / theirs for ours, theirs in zip(self.ours, self.yardstick, strict=False)]
        object.__setattr__(self, "judged", ratios if self.yardstick else list(self.ours))

    @property
    def holds(self) -> bool:
        """Whether the aim is reached: by the median of ratios, by each of the figures."""
        if self.at_least is not None:
            return median(self.judged) >= self.at_least
        if self.at_most is not None:
            return max(self.judged) <= self.at_most
        return True


def print_table(rows: Sequence[Row], console: Console) -> None:
    """Print one line a row: medians, ratio with its range, aim."""
    table = Table("What", "NemoDesk", "Yardstick", "Ratio (range)", "Aim", "", box=None)
    for row in rows:
        table.add_row(
            row.name,
            f"{_median_and_range(row)} {row.unit}",
            f"{median(row.yardstick):.1f} {row.unit}" if row.yardstick else "",
            _ratio(row),
            _aim(row),
            _verdict(row),
        )
    console.print(table)


def write_json(folder: Path, name: str, facts: dict[str, object], rows: Sequence[Row]) -> Path:
    """Write all raw figures to a file and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    document = facts | {"rows": [_as_json(row) for row in rows]}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return path


def _as_json(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "unit": row.unit,
        "ours": list(row.ours),
        "yardstick": list(row.yardstick),
        "median": median(row.judged),
        "range": [min(row.judged), max(row.judged)],
        "is_ratio": bool(row.yardstick),
        "at_least": row.at_least,
        "at_most": row.at_most,
        "holds": row.holds,
        "command": row.command,
    }


def _median_and_range(row: Row) -> str:
    if row.yardstick or len(row.ours) == 1:
        return f"{median(row.ours):.1f}"
    return f"{median(row.ours):.1f} ({min(row.ours):.1f} to {max(row.ours):.1f})"


def _ratio(row: Row) -> str:
    if not row.yardstick:
        return ""
    return f"{median(row.judged):.3f} ({min(row.judged):.3f} to {max(row.judged):.3f})"


def _verdict(row: Row) -> str:
    if row.at_least is None and row.at_most is None:
        return ""
    return "ok" if row.holds else "short"


def _aim(row: Row) -> str:
    if row.at_least is not None:
        return f"≥ {row.at_least:g}"
    return "" if row.at_most is None else f"≤ {row.at_most:g} {row.unit}"
