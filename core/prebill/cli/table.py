"""Plain tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str], width: int) -> Iterator[str]:
    """Yield a heading and the rows; the last column is cut where the line would be wider than `width`."""
    cells = [[column.upper() for column in columns], *([str(row[column]) for column in columns] for row in rows)]
    widths = [max(len(row[number]) for row in cells) for number in range(len(columns) - 1)]
    for row in cells:
        line = "  ".join([*(f"{cell:<{size}}" for cell, size in zip(row, widths, strict=False)), row[-1]]).rstrip()
        yield line if len(line) <= width else f"{line[: width - 1]}…"
