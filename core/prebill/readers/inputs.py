"""The front door of the readers: files of any kind that prebill knows become one source."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

import attrs

from prebill.readers.chain import Chain, Part, Refusal
from prebill.readers.document import JsonDocument
from prebill.readers.encounter import syntax_fault
from prebill.readers.files import NamedFile, Unpacked, find, opened
from prebill.readers.ndjson import BOM, JsonLines
from prebill.readers.registers import Joined, Register, load_register
from prebill.readers.x12 import Kind, ProfessionalClaims, kind_of
from prebill.reading import Item, Place, Refused, Source

Paths = Sequence[str | os.PathLike[str]]

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@attrs.frozen
class Inputs:
    """A source of files, some of which may be temporary: they go when this object does."""

    source: Source
    _unpacked: Unpacked = attrs.field(repr=False, eq=False)

    def read(self) -> Iterator[Item]:
        """Yield what the files hold, in the order in which they were named."""
        yield from self.source.read()

    def shares(self, count: int) -> tuple[Source, ...]:
        """Divide the files, large ones at record boundaries, into at most `count` shares that can be pickled."""
        return self.source.shares(count)


def open_inputs(
    paths: Paths,
    *,
    registers: Mapping[str, Sequence[str]] = {},
    record_types: Mapping[str, type] = {},
    strict: bool = False,
) -> Source:
    """Open files as one source of encounters. Nothing is read before all of them could be opened.

    What a file is, its content decides: an 837P, NDJSON, or JSON with one encounter or an array of them; each may
    be compressed with gzip. Anything else is refused when its turn comes, and costs the other files nothing.

    Args:
        paths: Files, globs, or `-` for the standard input; no directories.
        registers: The companion files of each register or kind of record; see `prebill.readers.registers`.
        record_types: The record types of the packs in use, by name.
        strict: Whether a JSON record with unknown keys is unreadable; otherwise each key is reported once a file.

    Raises:
        InputError: A file cannot be opened, or a register cannot be used at all.
    """
    unpacked = Unpacked()
    files = list(find(paths, unpacked))
    parts = tuple(Part(_source(file, strict=strict), file.path.stat().st_size) for file in files)
    source: Source = Chain(parts) if len(parts) != 1 else parts[0].source
    loaded = _load(registers, record_types, unpacked)
    return Inputs(Joined(source, loaded) if loaded else source, unpacked)


def _load(
    registers: Mapping[str, Sequence[str]], record_types: Mapping[str, type], unpacked: Unpacked
) -> tuple[Register, ...]:
    return tuple(load_register(name, find(paths, unpacked), record_types) for name, paths in registers.items())


def _source(file: NamedFile, *, strict: bool) -> Source:
    """Return the reader for what a file holds."""
    head = file.head()
    text = head.removeprefix(BOM).lstrip()
    if text[:1] == b"[":
        return JsonDocument(file.path, file.name, strict=strict)
    if text[:1] == b"{":
        reader = JsonDocument if _goes_over_lines(file) else JsonLines
        return reader(file.path, file.name, strict=strict)
    if kind_of(head) in (Kind.NOT_X12, Kind.EMPTY):
        return Refusal(Refused(place=Place(source=file.name), reason=_what_else(head)))
    return ProfessionalClaims(file.path, file.name)


def _goes_over_lines(file: NamedFile) -> bool:
    """Tell whether the first object goes on after its line: that is not JSON, nor does the next begin another."""
    with opened(file.path, file.name) as stream:
        lines = (line for line in (each.removeprefix(BOM).strip() for each in stream) if line)
        first, second = next(lines, b""), next(lines, b"")
    return second[:1] not in (b"{", b"") and syntax_fault(first) is not None


def _what_else(head: bytes) -> str:
    """Return why a file is refused that is neither X12 nor JSON."""
    if not head.removeprefix(BOM).strip():
        return "this holds nothing; prebill checks claims in 837P or JSON"
    if head.startswith(_UTF16):
        return "this is UTF-16 text; save it as UTF-8"
    return "this is neither an 837P nor JSON"
