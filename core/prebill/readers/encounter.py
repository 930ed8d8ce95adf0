"""Reads one encounter from its JSON text: the encounter, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from prebill.model import Encounter
from prebill.readers.faults import Fault, UnknownKey, faults_in, reason, unknown_keys
from prebill.readers.pointers import JsonOrigin, pointer_of
from prebill.readers.structure import faults_of, why_unreadable
from prebill.readers.twins import record_from, twin_of
from prebill.readers.x12.numbers import SeenNumbers
from prebill.reading import Item, Place, Problem, Sourced, Unreadable

_TWIN = twin_of(Encounter)
_decode = msgspec.json.Decoder(_TWIN).decode
_decode_open = msgspec.json.Decoder(twin_of(Encounter, open_to_more=True)).decode
_decode_plain = msgspec.json.Decoder().decode

_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_BYTE = re.compile(r"(?:JSON is malformed: )?(.*?) \(byte ([0-9]+)\)")


class _ClaimNumber(msgspec.Struct, gc=False):
    control_number: str


class _Numbered(msgspec.Struct, gc=False):
    claim: _ClaimNumber


_decode_number = msgspec.json.Decoder(_Numbered).decode


def encounter_from(content: bytes) -> Encounter:
    """Return the encounter of a JSON text; raises `msgspec.DecodeError` where it is not exactly one."""
    encounter: Encounter = record_from(_decode(content), Encounter)
    return encounter


def number_in(content: bytes) -> str | None:
    """Return the number of the claim in a JSON text, or None where it cannot be told; looks at nothing else."""
    try:
        return _decode_number(content).claim.control_number
    except _NOT_JSON:
        return None


def syntax_fault(content: bytes) -> tuple[int, str] | None:
    """Return the offset of what makes a text not JSON, and what it is, or None where it is JSON."""
    try:
        content.decode()
        _decode_plain(content)
    except UnicodeDecodeError as error:
        return error.start, "not UTF-8"
    except RecursionError:
        return 0, "nested too deeply"
    except msgspec.DecodeError as error:
        found = _BYTE.fullmatch(str(error))
        return (int(found[2]), found[1]) if found else (len(content.rstrip()), str(error).lower())
    return None


def place_in(content: bytes, offset: int) -> tuple[int, str]:
    """Return how many lines of a text end before an offset, and the column there in words."""
    start = content.rfind(b"\n", 0, offset) + 1
    column = len(content[start:offset].decode(errors="replace")) + 1
    return content.count(b"\n", 0, offset), f"column {column}"


class EncounterReader:
    """Reads the encounters of one input, and remembers the claim numbers and the unknown keys that it has met.

    Args:
        source: The name of the input.
        strict: Whether a record with unknown keys is unreadable, instead of a problem once per key.
        reported: Tells whether an unknown key was reported in an earlier share of the input.
    """

    def __init__(
        self,
        source: str,
        *,
        strict: bool = False,
        reported: Callable[[UnknownKey], bool] = lambda _: False,
    ) -> None:
        self._source = source
        self._strict = strict
        self._reported = reported
        self._numbers = SeenNumbers()
        self._unknown: set[UnknownKey] = set()

    def pass_over(self, content: bytes) -> str | None:
        """Remember the claim number of a text that is not read here, and return it."""
        number = number_in(content) or None
        if number:
            self._numbers.add(number)
        return number

    def read(self, content: bytes, line: int, inside: str = "") -> list[Item]:
        """Return the encounter of a JSON text that starts on a line, after its problems; or why there is none."""
        try:
            encounter: Encounter = record_from(_decode(content), Encounter)
        except _NOT_JSON:
            return self._read_closely(content, line, inside)
        return self._hand_over(encounter, JsonOrigin(self._source, line, content, inside))

    def _hand_over(self, encounter: Encounter, origin: JsonOrigin) -> list[Item]:
        claim = encounter.claim
        number = claim.control_number
        items: list[Item] = []
        if number and not self._numbers.add(number):
            place = origin.locate("control_number")
            message = "an earlier claim of the file has this number"
            items.append(Problem(place=place, message=message, claim_id=number))
        fatal = why_unreadable(claim)
        if fatal:
            faults = [Fault(f"{origin.inside}{pointer_of(path)}", message) for path, message in fatal]
            return [*items, self._unreadable(faults, origin.line, number or None)]
        for path, message in faults_of(claim):
            items.append(Problem(place=origin.locate(path), message=message, claim_id=number))
        items.append(Sourced(encounter, origin))
        return items

    def _read_closely(self, content: bytes, line: int, inside: str) -> list[Item]:
        """Read a text that is not exactly an encounter: one with unknown keys, or one to explain the faults of."""
        syntax = syntax_fault(content)
        if syntax:
            offset, what = syntax
            lines, column = place_in(content, offset)
            place = Place(source=self._source, line=line + lines, element=column)
            return [Unreadable(place=place, reason=f"not JSON: {what}", claim_id=self.pass_over(content))]
        plain = _decode_plain(content)
        if not self._strict:
            try:
                encounter: Encounter = record_from(_decode_open(content), Encounter)
            except _NOT_JSON:
                pass
            else:
                origin = JsonOrigin(self._source, line, content, inside)
                return [*self._unknown_keys(plain, line, inside), *self._hand_over(encounter, origin)]
        if isinstance(plain, dict) and "resourceType" in plain:
            faults = [Fault(inside, "a FHIR resource, not an encounter of prebill's own format")]
        else:
            faults = list(faults_in(plain, _TWIN, inside))
        return [self._unreadable(faults, line, self.pass_over(content))]

    def _unknown_keys(self, plain: object, line: int, inside: str) -> Iterator[Problem]:
        for unknown in unknown_keys(plain, _TWIN):
            if unknown not in self._unknown:
                self._unknown.add(unknown)
                if not self._reported(unknown):
                    place = Place(source=self._source, line=line, element=f"{inside}{unknown.where}" or None)
                    yield Problem(place=place, message=unknown.message(" is passed over wherever it stands"))

    def _unreadable(self, faults: list[Fault], line: int, number: str | None) -> Unreadable:
        place = Place(source=self._source, line=line, element=faults[0].pointer or None)
        return Unreadable(place=place, reason=reason(faults), claim_id=number)


def reports(unknown: UnknownKey, content: bytes) -> bool:
    """Tell whether reading a text reports an unknown key."""
    try:
        _decode_open(content)
        return unknown in unknown_keys(_decode_plain(content), _TWIN)
    except _NOT_JSON:
        return False
