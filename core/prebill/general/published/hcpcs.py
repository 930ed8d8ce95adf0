"""The codes of HCPCS Level II (ANWEB) and its modifiers, as text and as spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import attrs

from prebill.general.published.editions import of_length, only, quarter, quarter_from, told
from prebill.general.published.layouts import Record, Sheet
from prebill.general.published.values import code as procedure_code
from prebill.general.published.values import day, in_order, one_of, wrong
from prebill.general.tables.modifier_catalog import ModifierEntry
from prebill.general.tables.procedure_code import ProcedureCode
from prebill.published import Heading, Importer, PublishedFile, Rejected

_SHEET = Sheet(("HCPC", "RECID", "LONG DESCRIPTION", "ADD DT", "TERM DT", "ACTION CD"))
_RECORD = Record(((1, 5), (11, 11), (12, 91), (269, 276), (285, 292), (293, 293)), shortest=320)
_FIRST_RECORD = re.compile(r"[ 0-9A-Z]{5}[ 0-9]{5}[3478]")
_NAME = re.compile(r"(?i)hcpc(?P<year>20\d\d)[-_ ](?P<month>jan|apr|jul|oct)[-_ ]\w*?anweb[-_ ]?(?:v\d+)?")
_FIRST_LINE, _CONTINUED, _MODIFIER, _MODIFIER_CONTINUED = "3478"
_KINDS = frozenset({_FIRST_LINE, _CONTINUED, _MODIFIER, _MODIFIER_CONTINUED})
_TWO_CHARACTERS = re.compile(r"[0-9A-Z]{2}")
_ACTIONS = frozenset("ABCDFNPRST")
_LEAST, _FEWEST_MODIFIERS = 6_000, 200

# Pub. 100-04 ch. 26 §10.4: the words by which a code says that it stands for what has none of its own.
_UNLISTED = re.compile(
    r"(?i)\bnot otherwise (classified|specified)\b|\bunlisted\b|\bunclassified\b|\bmiscellaneous\b|\bno[cs]\b"
)


def _recognises(file: PublishedFile) -> bool:
    return _is_text(file) or _SHEET.recognises(file)


def _is_text(file: PublishedFile) -> bool:
    lines = file.beginning().splitlines()
    return bool(lines) and _RECORD.fits(lines[0]) and _FIRST_RECORD.match(lines[0]) is not None


def _heading(files: Sequence[PublishedFile]) -> Heading:
    file = only(files)
    named = told(files, _NAME, "the quarter", "HCPC2024_JUL_ANWEB_v3.txt")
    window = quarter(int(named["year"]), quarter_from(named["month"]))
    return Heading(
        edition=named.group(),
        source=f"CMS HCPCS Level II quarterly update {file.name}",
        # It has no CPT codes and modifiers, so that one it lacks may well exist.
        complete=False,
        effective_from=window[0],
        effective_to=window[1],
        carried_forward=True,
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[ProcedureCode | Rejected]:
    file = only(files)
    return of_length(files, _joined(_layout(file).rows(file, _line)), _LEAST)


def _modifiers(files: Sequence[PublishedFile]) -> Iterator[ModifierEntry | Rejected]:
    file = only(files)
    return of_length(files, _layout(file).rows(file, _modifier), _FEWEST_MODIFIERS)


def _layout(file: PublishedFile) -> Record | Sheet:
    return _RECORD if _is_text(file) else _SHEET


@attrs.frozen
class _Line:
    """A line of the file: one of a code's, or of a modifier's."""

    kind: str
    row: ProcedureCode
    description: str


def _line(code: str, kind: str, description: str, added: str, ended: str, action: str) -> _Line | None:
    if one_of(kind, "RECID", _KINDS) in {_MODIFIER, _MODIFIER_CONTINUED}:
        return None
    first, last = _window(added, ended)
    if kind == _FIRST_LINE:
        one_of(action, "ACTION CD", _ACTIONS)
    row = ProcedureCode(procedure=procedure_code(code, "HCPC"), effective_from=first, effective_to=last)
    return _Line(kind, row, description)


def _modifier(modifier: str, kind: str, _description: str, added: str, ended: str, action: str) -> ModifierEntry | None:
    if one_of(kind, "RECID", _KINDS) != _MODIFIER:
        return None
    if not _TWO_CHARACTERS.fullmatch(modifier):
        raise wrong(modifier, "HCPC", "a modifier of two characters")
    one_of(action, "ACTION CD", _ACTIONS)
    first, last = _window(added, ended)
    return ModifierEntry(modifier=modifier, effective_from=first, effective_to=last)


def _joined(lines: Iterator[_Line | Rejected]) -> Iterator[ProcedureCode | Rejected]:
    """Yield the codes; those whose description, which may run over several lines, says so are unlisted ones."""
    code: _Line | None = None
    for line in lines:
        if isinstance(line, Rejected):
            yield line
        elif code is not None and line.kind == _CONTINUED and line.row.procedure == code.row.procedure:
            code = attrs.evolve(code, description=f"{code.description} {line.description}")
        else:
            if code is not None:
                yield _described(code)
            code = line
    if code is not None:
        yield _described(code)


def _described(code: _Line) -> ProcedureCode:
    return attrs.evolve(code.row, unlisted=_UNLISTED.search(code.description) is not None)


def _window(added: str, ended: str) -> tuple[date | None, date | None]:
    first, last = _day(added, "ADD DT"), _day(ended, "TERM DT")
    in_order(first, last, "TERM DT")
    return first, last


def _day(text: str, column: str) -> date | None:
    return day(text, column) if text else None


LEVEL_TWO = Importer(
    name="hcpcs",
    publisher="CMS, HCPCS Level II alpha-numeric file (ANWEB): a text file, or its spreadsheet as CSV, every quarter",
    row_type=ProcedureCode,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
)
MODIFIERS = Importer(
    name="hcpcs-modifiers",
    publisher="CMS, HCPCS Level II alpha-numeric file (ANWEB), its modifiers: the same file, into modifier-catalog",
    row_type=ModifierEntry,
    recognises=_recognises,
    heading=_heading,
    rows=_modifiers,
)
