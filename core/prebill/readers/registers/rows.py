"""Reads the files of a register into rows: plain data by field, and what a row is to be joined by."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
import msgspec

from prebill.errors import InputError, did_you_mean
from prebill.readers.encounter import place_in, syntax_fault
from prebill.readers.faults import is_plain_name, unknown_keys
from prebill.readers.registers.cells import clean, value_of
from prebill.readers.registers.columns import CLAIM, JOIN, MEMBER, PATIENT, Column, columns_of, csv_template
from prebill.readers.registers.words import other_titles, say_what_is_meant
from prebill.readers.twins import twin_of
from prebill.reading import Place, Problem


@attrs.define
class Row:
    """A record before it has its type.

    `keys` are its join columns that are filled, `faults` what is wrong so far. `parts` are the places from which
    the items of its lists of records come, by field.
    """

    place: Place
    keys: Mapping[str, str]
    plain: dict[str, Any]
    faults: list[Problem] = attrs.field(factory=list)
    parts: dict[str, list[Place]] = attrs.field(factory=dict)

    def place_of(self, pointer: str) -> Place:
        """Return the place of the value under a JSON pointer."""
        _, name, position, *_ = *pointer.split("/"), "", ""
        return self.parts[name][int(position)] if name in self.parts and position else self.place


def rows_of(content: bytes, name: str, record: type, problems: list[Problem]) -> Iterator[Row]:
    """Yield the rows of a file; what is wrong with the file itself is added to `problems`.

    Raises `InputError` when a header lacks what every row needs.
    """
    if content.lstrip()[:1] == b"{":
        return _json_rows(content, name, record, problems)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        problems.append(Problem(place=Place(source=name), message="not UTF-8; it is read as Windows-1252"))
    return _merged(_csv_rows(text, name, record, problems), record)


def _json_rows(content: bytes, name: str, record: type, problems: list[Problem]) -> Iterator[Row]:
    twin = twin_of(record)
    own = {*attrs.fields_dict(record)}
    reported = set()
    for line, text in enumerate(content.splitlines(), 1):
        if not text or text.isspace():
            continue
        place = Place(source=name, line=line)
        fault = syntax_fault(text)
        plain = None if fault else msgspec.json.decode(text)
        if not isinstance(plain, dict):
            where = place_in(text, fault[0])[1] if fault else None
            message = f"not JSON: {fault[1]}" if fault else "expected an object"
            problems.append(Problem(place=attrs.evolve(place, element=where), message=message))
            continue
        keys = {key: str(plain[key]).strip() for key in JOIN if plain.get(key) is not None}
        plain = {key: value for key, value in plain.items() if key in own or key not in JOIN}
        for unknown in unknown_keys(plain, twin):
            if unknown not in reported:
                reported.add(unknown)
                problems.append(Problem(place=place, message=unknown.message(" is passed over")))
        yield Row(place, keys, plain)


def _csv_rows(text: str, name: str, record: type, problems: list[Problem]) -> Iterator[Row]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",")
    header = [clean(cell).lower().replace(" ", "_") for cell in next(reader, [])]
    columns = _bind(header, name, record, problems)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            place = Place(source=name, line=reader.line_num)
            problems.append(Problem(place=place, message="the row is not CSV: a cell is too long or badly quoted"))
            continue
        if not any(map(str.strip, cells)):
            continue
        place = Place(source=name, line=reader.line_num)
        row = {title: clean(cell) for title, cell in zip(header, cells, strict=False)}
        plain = _tree((column, row[title]) for title, column in columns.items() if row.get(title))
        say_what_is_meant(record, row, plain)
        made = Row(place, {key: row[key] for key in JOIN if row.get(key)}, plain)
        if len(cells) > len(header):
            made.faults.append(Problem(place=place, message="the row has more cells than the header"))
        yield made


def _bind(header: list[str], name: str, record: type, problems: list[Problem]) -> dict[str, Column]:
    """Return the column of each title of a header that has one."""
    columns = columns_of(record)
    known = {".".join(column.path): column for column in columns} | {column.name: column for column in columns}
    known |= {title: known[usual] for title, usual in other_titles(record).items()}
    given = {known[title].path[0] for title in header if title in known}
    needed = {field.name for field in attrs.fields(record) if field.default is attrs.NOTHING}
    missing = sorted(needed - given)
    if not {CLAIM, MEMBER, PATIENT} & set(header):
        missing.append(f"{CLAIM}, {MEMBER} or {PATIENT}")
    counted = Counter(_subject(title, known) for title in header)
    twice = sorted(title for title in {*header} & {*known, *JOIN} if counted[_subject(title, known)] > 1)
    if missing or twice:
        what = f"does not have {' and '.join(missing)}" if missing else f"has {twice[0]} twice"
        message = f"{name}: the header {what}; the columns are {csv_template(record)}"
        raise InputError(message)
    for position, title in enumerate(header, 1):
        if title and title not in known and title not in JOIN:
            place = Place(source=name, line=1, element=title if is_plain_name(title) else f"column {position}")
            message = f"unknown column; it is passed over.{did_you_mean(title, [*known, *JOIN])}"
            problems.append(Problem(place=place, message=message))
    return {title: known[title] for title in header if title in known}


def _subject(title: str, known: Mapping[str, Column]) -> object:
    """Return what a title stands for: the path of its column, or itself."""
    return known[title].path if title in known else title


def _tree(cells: Iterable[tuple[Column, str]]) -> dict[str, Any]:
    """Return the plain data of a row: nested records as objects, or as lists of one."""
    plain: dict[str, Any] = {}
    for column, text in cells:
        value = value_of(text, column)
        if len(column.path) == 1:
            plain[column.path[0]] = value
        elif column.rows:
            plain.setdefault(column.path[0], [{}])[0][column.path[1]] = value
        else:
            plain.setdefault(column.path[0], {})[column.path[1]] = value
    return plain


def _merged(rows: Iterator[Row], record: type) -> Iterator[Row]:
    """Bring rows together that are equal but for the lists of records in them."""
    lists = {column.path[0] for column in columns_of(record) if column.rows}
    merged: dict[object, Row] = {}
    for row in rows:
        own = {name: value for name, value in row.plain.items() if name not in lists}
        same = msgspec.json.encode([row.keys, own]) if lists else len(merged)
        whole = merged.setdefault(same, row)
        if whole is not row:
            whole.faults += row.faults
            for name in lists & row.plain.keys():
                whole.plain.setdefault(name, []).extend(row.plain[name])
        for name in lists & row.plain.keys():
            whole.parts.setdefault(name, []).append(row.place)
    yield from merged.values()
