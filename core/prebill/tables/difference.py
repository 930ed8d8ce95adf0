"""What changed from one edition of a table to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

import attrs
import msgspec

from prebill.lookup import Edition
from prebill.tables.stored_rows import Key, StoredRows

Cells = Mapping[str, Any]
Group = tuple[Key, Any, Callable[[], tuple[Any, ...]]]


@attrs.frozen
class Change:
    """A row that is only in the later edition, only in the earlier one, or differs; cells as plain values."""

    kind: Literal["added", "removed", "changed"]
    key: Key
    before: Cells | None
    after: Cells | None


def changes(earlier: Edition[Any], later: Edition[Any]) -> Iterator[Change]:
    """Yield what changed, in the order of the keys; of several rows of a key, those that are in both are no change."""
    for key, before, after in _side_by_side(_groups(earlier), _groups(later)):
        if before is not None and after is not None and before[1] == after[1]:
            continue
        yield from _of_key(key, _cells(before), _cells(after))


def cells_of(row: Any) -> dict[str, Any]:
    """Return a row as plain values by column, in the order in which its type declares them."""
    plain = msgspec.to_builtins(row)
    return {field.name: plain[field.name] for field in attrs.fields(type(row))}


def _of_key(key: Key, before: list[Cells], after: list[Cells]) -> Iterator[Change]:
    gone = [each for each in before if each not in after]
    new = [each for each in after if each not in before]
    paired = min(len(gone), len(new))
    for one, other in zip(gone, new, strict=False):
        yield Change("changed", key, one, other)
    for each in gone[paired:]:
        yield Change("removed", key, each, None)
    for each in new[paired:]:
        yield Change("added", key, None, each)


def _cells(group: Group | None) -> list[Cells]:
    return [] if group is None else [cells_of(row) for row in group[2]()]


def _groups(edition: Edition[Any]) -> Iterator[Group]:
    """Yield each key with something that is equal for equal rows, and a way to its rows."""
    rows = edition.rows
    if isinstance(rows, StoredRows):
        for key, content in rows.encoded():
            yield key, (rows.columns, content), partial(rows.decoded, key, content)
    else:
        for key in sorted(rows):
            yield key, rows[key], partial(rows.__getitem__, key)


def _side_by_side(earlier: Iterator[Group], later: Iterator[Group]) -> Iterator[tuple[Key, Group | None, Group | None]]:
    one, other = next(earlier, None), next(later, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            yield one[0], one, None  # type: ignore[index]
            one = next(earlier, None)
        elif one is None or other[0] < one[0]:
            yield other[0], None, other
            other = next(later, None)
        else:
            yield one[0], one, other
            one, other = next(earlier, None), next(later, None)
