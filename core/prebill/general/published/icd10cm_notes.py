"""The tabular list of ICD-10-CM: which codes exclude each other, and which disease is coded first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from prebill.errors import TableError
from prebill.general.published.editions import only
from prebill.general.published.icd10cm import fiscal_year_heading
from prebill.general.tables.icd10cm_notes import CODE_FIRST, EXCLUDES1, DiagnosisNote
from prebill.published import Heading, Importer, PublishedFile, Rejected, parsed

_ROOT = "<ICD10CM.tabular>"
_NOTES = {"excludes1": EXCLUDES1, "codeFirst": CODE_FIRST}
_LEVELS = ("chapter", "section", "diag")

_CODE = r"[A-Z](?:\d[0-9A-Z]|[A-Z]\d)(?:\.[0-9A-Z]{1,4})?"
_NAME = re.compile(_CODE)
_BETWEEN = r"(?:\.?-?\s*(?:-|\bto\b)\s*)"
_TARGET = re.compile(rf"\b(?P<first>{_CODE})(?:{_BETWEEN}(?P<last>{_CODE})\b|(?![0-9A-Z.]*[0-9A-Z]))")
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_QUALIFIED = re.compile(r"\bwith\b")


def _recognises(file: PublishedFile) -> bool:
    return _ROOT in file.beginning()


def _heading(files: Sequence[PublishedFile]) -> Heading:
    return fiscal_year_heading(files, source="ICD-10-CM tabular list", example="icd10cm-tabular-2026.xml")


def _rows(files: Sequence[PublishedFile]) -> Iterator[DiagnosisNote | Rejected]:
    file = only(files)
    names, seen = set[str](), set[DiagnosisNote]()

    def notes(level: Element) -> tuple[DiagnosisNote, ...]:
        if level.tag == "diag":
            _check_name(level.findtext("name", ""), names)
        return _notes_of(level)

    for each in parsed(file, _levels(file), notes):
        if isinstance(each, Rejected):
            yield each
        else:
            # A category may repeat what its section says.
            yield from (note for note in each if note not in seen)
            seen.update(each)


def _levels(file: PublishedFile) -> Iterator[tuple[int, Element]]:
    """Yield chapters, sections and codes when they end, those within before those around, with the line."""
    parser: XMLPullParser[Element] = XMLPullParser(["end"])
    number = 0
    try:
        for number, line in file.lines("utf-8"):
            parser.feed(f"{line}\n")
            for event in parser.read_events():
                element = event[-1]
                if isinstance(element, Element) and element.tag in _LEVELS:
                    yield number, element
        parser.close()
    except ParseError as error:
        message = f"{file.name}, line {number}: {error}; fetch the file again"
        raise TableError(message) from error


def _check_name(name: str, known: set[str]) -> None:
    if not _NAME.fullmatch(name):
        message = f"name: {name!r} is not a code of ICD-10-CM"
        raise ValueError(message)
    if name in known:
        message = f"name: {name} stands here twice"
        raise ValueError(message)
    known.add(name)


def _notes_of(level: Element) -> tuple[DiagnosisNote, ...]:
    """Return the notes of a code, or those of a chapter or section, once for each of its categories."""
    categories = {"diag": ".", "section": "diag", "chapter": "section/diag"}[level.tag]
    owners = [diag.findtext("name", "").replace(".", "") for diag in level.iterfind(categories)]
    found = dict.fromkeys(
        (kind, target)
        for tag, kind in _NOTES.items()
        for note in level.iterfind(f"{tag}/note")
        for target in targets_in("".join(note.itertext()), kind)
    )
    return tuple(DiagnosisNote(code=code, note=kind, target=target) for code in owners for kind, target in found)


def targets_in(text: str, kind: str) -> Iterator[str]:
    """Yield the codes and ranges that a note names in parentheses, else anywhere, without dots.

    An Excludes1 target that holds only for some of its codes ("with fifth character 1-4") is left out: taken
    whole it would exclude what may stand together.
    """
    within = [each for each in _IN_PARENTHESES.findall(text) if _TARGET.search(each)]
    for part in within or [text]:
        if kind == EXCLUDES1 and _is_qualified(part):
            continue
        for found in _TARGET.finditer(part):
            target = found["first"] + (f"-{found['last']}" if found["last"] else "")
            yield target.replace(".", "")


def _is_qualified(part: str) -> bool:
    last = max((found.end() for found in _TARGET.finditer(part)), default=len(part))
    return _QUALIFIED.search(part, last) is not None


NOTES = Importer(
    name="icd10cm-notes",
    publisher="CMS and NCHS, ICD-10-CM, tabular list as XML: every October, and April",
    row_type=DiagnosisNote,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
    unique=("code", "note", "target"),
)
