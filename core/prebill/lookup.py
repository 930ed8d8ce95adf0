"""Dated reference data as rules see it: a table of typed rows, looked up by key for a date of service."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, runtime_checkable

import attrs

_REMEMBERED = 16_384
TABLE_SPEC = "__prebill_table__"

Row = TypeVar("Row")
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
RowClass = TypeVar("RowClass", bound=type[Any])


class NotKnown(Exception):  # noqa: N818 - it is an answer, not an error
    """Raised where a value is needed that the encounter or a table does not have; ends as *not checked*.

    `of_run` tells that the remedy lies in the run and not in the claim: a register to give, a table to load. Such
    answers are counted once for the run.
    """

    def __init__(self, what: str, *, of_run: bool = False) -> None:
        super().__init__(what)
        self.of_run = of_run


@attrs.frozen(kw_only=True)
class TableSpec:
    """What a row type declares about its table: name, key columns, size, and the edition that ships with it."""

    name: str
    key: tuple[str, ...]
    package: str
    file: str | None
    large: bool = False


def table(
    name: str, *, key: tuple[str, ...], file: str | None = None, large: bool = False
) -> Callable[[RowClass], RowClass]:
    """Declare an attrs class as the row type of a reference table.

    Args:
        name: The name of the table in the configuration and in reports.
        key: The columns that rules look rows up by. Several rows may share a key.
        file: The shipped edition, a CSV beside the declaring module: lines `# name: value` for `edition`,
            `source`, `complete`, `effective_from`, `effective_to`, and where they apply `verified: no` and
            `carried_forward: yes`, then a header, then the rows.
        large: Whether a file has so many rows that they are read at the first look-up and made one by one; see
            `SortedRows` for what it may hold.
    """

    def declare(cls: RowClass) -> RowClass:
        package = cls.__module__.rpartition(".")[0]
        setattr(cls, TABLE_SPEC, TableSpec(name=name, key=key, package=package, file=file, large=large))
        return cls

    return declare


def table_spec(cls: object) -> TableSpec | None:
    """Return what a row type declares about its table, or None for any other type."""
    return getattr(cls, TABLE_SPEC, None)


@runtime_checkable
class OrderedRows(Protocol):
    """Rows that are kept in the order of their keys, and can be found by how these begin."""

    @property
    def row_count(self) -> int:
        """The number of rows."""
        ...

    def starting_with(self, prefix: str) -> Iterable[Any]:
        """Return the rows whose key, or its first column, starts with a prefix, in order."""
        ...


@attrs.frozen(kw_only=True, eq=False)
class Edition(Generic[Row]):
    """One published state of a table, in force on the days from `effective_from` to `effective_to` (inclusive).

    `complete` tells whether a key that is absent is an answer, or only absent from this excerpt. `verified` is
    False where rows were not confirmed against the published table. `carried_forward` lets the edition speak for
    days after its last one as long as no later edition is loaded. What rests on unverified or carried rows is
    worth a look, never a stop.
    """

    name: str
    source: str
    complete: bool
    checksum: str
    rows: Mapping[tuple[Any, ...], tuple[Row, ...]] = attrs.field(repr=False)
    effective_from: date | None = None
    effective_to: date | None = None
    verified: bool = True
    carried_forward: bool = False

    def covers(self, day: date) -> bool:
        """Tell whether the edition is in force on a day."""
        return in_force(self, day)


def in_force(dated: Any, day: date) -> bool:
    """Tell whether `effective_from <= day <= effective_to`, where None is open."""
    return (dated.effective_from is None or dated.effective_from <= day) and (
        dated.effective_to is None or day <= dated.effective_to
    )


@attrs.frozen(eq=False)
class Table(Generic[Row]):
    """A reference table; rules receive it narrowed to the date of service of what they judge.

    `in_use` is the edition in force, and `further` are others in force, where all that there is are excerpts: what
    one leaves out another may have. `alike` is the table of an earlier asked day with the same rows in force.
    """

    name: str
    editions: tuple[Edition[Row], ...] = attrs.field(repr=False)
    dated_rows: bool = False
    day: date | None = None
    in_use: Edition[Row] | None = attrs.field(default=None, repr=False)
    further: tuple[Edition[Row], ...] = attrs.field(default=(), repr=False)
    alike: Table[Row] | None = attrs.field(default=None, repr=False)
    _functions: dict[Any, Any] = attrs.field(factory=dict, init=False, repr=False)
    _periods: dict[Any, Table[Row]] = attrs.field(factory=dict, init=False, repr=False)

    def on(self, day: date) -> Table[Row]:
        """Return the table as it stands on a day, with the edition in force, or the last one carried forward.

        Raises `NotKnown` when there is neither.
        """
        return self if day == self.day else self.remembered(_narrowed)(day)

    def remembered(self, function: Callable[Concatenate[Table[Row], Arguments], Answer]) -> Callable[Arguments, Answer]:
        """Return a function of this table that remembers its last answers, as long as the table itself is kept.

        The other arguments are few different values, such as codes.
        """
        try:
            known: Callable[Arguments, Answer] = self._functions[function]
        except KeyError:
            remembering: Any = lru_cache(_REMEMBERED)(partial(function, self))
            known = self._functions[function] = remembering
        return known

    def of_rows(self, function: Callable[Concatenate[Table[Row], Arguments], Answer]) -> Callable[Arguments, Answer]:
        """Return a function of the rows in force that remembers its answers as `remembered` does.

        Days with the same rows in force share what is remembered, so the function must not look at the day.
        """
        table = self.alike or self
        known: Callable[Arguments, Answer] | None = table._functions.get(function)
        return known or table.remembered(function)

    @property
    def edition(self) -> Edition[Row]:
        """The edition in force, once the table is narrowed to a day."""
        if self.in_use is None:
            message = f"look up the table {self.name} through .on(day)"
            raise ValueError(message)
        return self.in_use

    @property
    def tentative(self) -> bool:
        """Tell whether rows are unverified or carried forward; what rests on them is never a stop."""
        return self.day is not None and not (self.edition.verified and self.edition.covers(self.day))

    def find(self, *key: Any) -> tuple[Row, ...] | None:
        """Return every row of a key in force on the day, or None where the key is absent from an excerpt."""
        edition = self.in_use or self.edition
        rows = edition.rows.get(key)
        if not rows:
            if edition.complete:
                return ()
            rows = next(filter(None, [each.rows.get(key) for each in self.further]), None) if self.further else None
            if rows is None:
                return None
        return self._in_force(rows) if self.dated_rows else rows

    def all(self, *key: Any) -> tuple[Row, ...]:
        """Return every row of a key in force on the day.

        An empty answer comes only from a complete edition; raises `NotKnown` for a key absent from an excerpt.
        """
        rows = self.find(*key)
        if rows is None:
            raise self.left_out()
        return rows

    def get(self, *key: Any) -> Row | None:
        """Return the row of a key in force on the day, the first of several, or None; see `all`."""
        rows = self.find(*key)
        if rows is None:
            raise self.left_out()
        return rows[0] if rows else None

    def left_out(self) -> NotKnown:
        """Return what `all` raises for a key that is absent from an excerpt, the same for every key."""
        message = f"what the excerpt {self.edition.name} of the table {self.name} leaves out; load all of it"
        return NotKnown(message, of_run=True)

    def starting_with(self, prefix: str) -> tuple[Row, ...]:
        """Return the rows in force on the day whose key, a single column, starts with a prefix, in order."""
        editions = (self.edition, *self.further)
        found = tuple(row for edition in editions for row in _starting_with(edition.rows, prefix))
        return self._in_force(found) if self.dated_rows else found

    def _in_force(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        day = self.day
        return rows if day is None else tuple([row for row in rows if in_force(row, day)])


def _starting_with(rows: Mapping[tuple[Any, ...], tuple[Row, ...]], prefix: str) -> Iterable[Row]:
    if isinstance(rows, OrderedRows):
        return rows.starting_with(prefix)
    return (row for key in sorted(rows) if key[0].startswith(prefix) for row in rows[key])


def _narrowed(table: Table[Row], day: date) -> Table[Row]:
    in_use, further = _editions_on(table, day)
    period = _period(table, (in_use, *further), day) if table.dated_rows else None
    alike = table._periods.get((in_use, further, period))
    narrowed = attrs.evolve(table, day=day, in_use=in_use, further=further, alike=alike)
    table._periods.setdefault((in_use, further, period), narrowed)
    return narrowed


def _period(table: Table[Any], editions: tuple[Edition[Any], ...], day: date) -> date | tuple[int, int]:
    """Return what tells a day from days with other rows in force; the day itself where rows are not all at hand."""
    turns = table.remembered(_turns)(editions)
    return day if turns is None else (bisect_right(turns[0], day), bisect_left(turns[1], day))


def _turns(_: Table[Any], editions: tuple[Edition[Any], ...]) -> tuple[list[date], list[date]] | None:
    """Return the days on which rows begin to be in force, and those on which they end."""
    if not all(isinstance(edition.rows, dict) for edition in editions):
        return None
    rows = [row for edition in editions for of_key in edition.rows.values() for row in of_key]
    begins = {row.effective_from for row in rows} - {None}
    ends = {row.effective_to for row in rows} - {None}
    return sorted(begins), sorted(ends)


def _editions_on(table: Table[Row], day: date) -> tuple[Edition[Row], tuple[Edition[Row], ...]]:
    """Return the edition of a table in force on a day, or the last one carried forward, and further ones in force."""
    covering = [edition for edition in table.editions if edition.covers(day)]
    if covering:
        best = max(covering, key=lambda edition: (edition.complete, edition.effective_from or date.min))
        further = tuple(each for each in covering if each is not best and each.verified == best.verified)
        return best, () if best.complete else further
    carried = [each for each in table.editions if each.carried_forward and (each.effective_to or day) < day]
    if not carried:
        message = f"no edition of the table {table.name} covers {day.year}"
        raise NotKnown(message, of_run=True)
    return max(carried, key=lambda edition: (edition.effective_to or date.min, edition.complete)), ()


def build_edition(
    row_type: type[Row],
    rows: Iterable[Row],
    *,
    name: str,
    source: str,
    complete: bool,
    checksum: str = "",
    effective_from: date | None = None,
    effective_to: date | None = None,
    verified: bool = True,
    carried_forward: bool = False,
) -> Edition[Row]:
    """Index rows by the key that their type declares."""
    spec = table_spec(row_type)
    if spec is None:
        message = f"{row_type.__qualname__} is not declared with @table"
        raise TypeError(message)
    index: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        index.setdefault(tuple(getattr(row, column) for column in spec.key), []).append(row)
    return Edition(
        name=name,
        source=source,
        complete=complete,
        checksum=checksum,
        rows={key: tuple(group) for key, group in index.items()},
        effective_from=effective_from,
        effective_to=effective_to,
        verified=verified,
        carried_forward=carried_forward,
    )
