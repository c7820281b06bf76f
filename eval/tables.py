"""A table of figures, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; a column that it has no value for stays empty."""

    name: str
    values: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the same columns; whole numbers are shown as such, all others by three digits."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def to_dict(self) -> dict[str, Any]:
        """The title, and every row with its values by column."""
        rows = [{"name": row.name, **row.values, **({"note": row.note} if row.note else {})} for row in self.rows]
        return {"title": self.title, "rows": rows}

    def text(self) -> str:
        """The table as aligned lines."""
        first = max([len(row.name) for row in self.rows], default=0)
        cells = [[_cell(row.values, column) for column in self.columns] for row in self.rows]
        widths = [max([len(column), *(len(line[at]) for line in cells)]) for at, column in enumerate(self.columns)]
        lines = [_line(" " * first, self.columns, widths)]
        for row, line in zip(self.rows, cells, strict=True):
            lines.append(f"{_line(f'{row.name:<{first}}', line, widths)}  {row.note}".rstrip())
        return "\n".join([self.title, *lines])


def _cell(values: Mapping[str, float], column: str) -> str:
    if column not in values:
        return ""
    value = values[column]
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _line(name: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    return name + "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def share(count: int, total: int) -> float:
    """A part of a whole, to four digits; 0 of nothing."""
    return round(count / total, 4) if total else 0.0
