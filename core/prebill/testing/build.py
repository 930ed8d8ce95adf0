"""Builds the encounters of a case: what the case states, over a realistic synthetic practice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import msgspec

from prebill.errors import PackError, did_you_mean
from prebill.model import Claim, Encounter
from prebill.testing.shorthand import line_from

DAY = date(2026, 3, 16)
_TIME = re.compile(r"T(\d{2}:\d{2})(?:([+-]\d+))?")

_CLAIM = {field.name for field in attrs.fields(Claim)}
_ENCOUNTER = {field.name for field in attrs.fields(Encounter)} - {"claim"}
_WORDS = {"id", "lines", "diagnoses", "date", "payer", "npi", "taxonomy", "place", "age", "sex"}

_BILLING = {
    "npi": "1234567893",
    "name": "ACME MEDICAL GROUP",
    "entity_type": "2",
    "taxonomy": "207R00000X",
    "tax_id": "741234567",
    "tax_id_kind": "EI",
    "address": {"line1": "100 MAIN ST", "city": "AUSTIN", "state": "TX", "postal_code": "733010001"},
}
_RENDERING = {
    "npi": "1456789019",
    "name": "ADAMS",
    "first_name": "ALEX",
    "entity_type": "1",
    "taxonomy": "207RC0000X",
}
_PATIENT = {
    "last_name": "SAMPLE",
    "first_name": "PAT",
    "birth_date": date(1961, 7, 4),
    "sex": "M",
    "relationship": "18",
    "address": {"line1": "1 ELM ST", "city": "AUSTIN", "state": "TX", "postal_code": "733010002"},
}
_COVERAGES: Mapping[str, Mapping[str, str]] = {
    "ACM01": {"payer_id": "ACM01", "payer_name": "ACME COMMERCIAL", "filing_indicator": "CI"},
    "medicare": {"payer_id": "MCR01", "payer_name": "MEDICARE", "filing_indicator": "MB"},
    "medicare_advantage": {"payer_id": "MAP01", "payer_name": "ADVANTAGE PLAN", "filing_indicator": "16"},
    "medicaid": {"payer_id": "MCD01", "payer_name": "STATE MEDICAID", "filing_indicator": "MC"},
    "tricare": {"payer_id": "TRI01", "payer_name": "TRICARE", "filing_indicator": "CH"},
    "workers_comp": {"payer_id": "WCP01", "payer_name": "STATE COMP", "filing_indicator": "WC"},
}
_MEMBER = {"medicare": "1EG4TE5MK73"}


def encounter_from(content: Mapping[str, Any], number: int = 1) -> Encounter:
    """Build an encounter of a case's words and of any field of `Claim` or `Encounter`.

    Words: `id` claim number; `lines` in the notation of `line_from`, or mappings of `ServiceLine` fields with an
    optional `line` in that notation; `diagnoses` of the claim (default: all that lines point to); `date` of
    every line without one; `payer`, an id or one of `medicare`, `medicare_advantage`, `medicaid`, `tricare`,
    `workers_comp`; `npi` and `taxonomy` of the rendering provider; `place`; `age` and `sex` of the patient.
    In `documentation`, `T07:30` is a time on the day of the case, and `T01:15+1` one on the day after it. Nested
    mappings complete the defaults. Raises `PackError` for an unknown word or a value that does not fit.
    """
    unknown = [word for word in content if word not in _CLAIM | _ENCOUNTER | _WORDS]
    if unknown:
        message = f"{unknown[0]!r} is not a word of cases.{did_you_mean(unknown[0], _CLAIM | _ENCOUNTER | _WORDS)}"
        raise PackError(message)
    day = content.get("date", DAY)
    raw = content.get("lines", ())
    lines = [_line(each) for each in ([raw] if isinstance(raw, str) else raw)]
    pointed = [code for line in lines for code in line.get("diagnoses", ())]
    diagnoses = _diagnoses(content.get("diagnoses", dict.fromkeys(pointed)))
    order = [each["code"] for each in diagnoses]
    claim: dict[str, Any] = {
        "control_number": content.get("id", f"C-{number}"),
        "billing": _BILLING,
        "rendering": _RENDERING,
        "patient": _PATIENT,
        "coverage": _coverage(content.get("payer", "ACM01")),
        "place_of_service": str(content.get("place", "11")),
        "diagnoses": diagnoses,
        "signature_on_file": True,
        "assignment": "A",
        "benefits_assigned": "Y",
        "release": "Y",
        "lines": [_placed(line, position, order, day, content) for position, line in enumerate(lines, 1)],
    }
    _apply_words(claim, content, day)
    claim = _merge(claim, {name: content[name] for name in _CLAIM & set(content) - {"lines", "diagnoses"}})
    if "total_charge" not in content:
        claim["total_charge"] = sum((Decimal(str(line["charge"])) for line in claim["lines"]), Decimal(0))
    record = {"claim": claim, **{name: content[name] for name in _ENCOUNTER & set(content)}}
    if "documentation" in record:
        record["documentation"] = _with_times(record["documentation"], _as_date(day))
    try:
        return msgspec.convert(plain(record), Encounter, strict=False)
    except msgspec.ValidationError as error:
        message = f"the case does not fit the model: {error}"
        raise PackError(message) from error


def _apply_words(claim: dict[str, Any], content: Mapping[str, Any], day: Any) -> None:
    rendering = {name: str(content[name]) for name in ("npi", "taxonomy") if name in content}
    claim["rendering"] = {**claim["rendering"], **rendering}
    if "sex" in content:
        claim["patient"] = {**claim["patient"], "sex": content["sex"]}
    if "age" in content:
        first = _as_date(day)
        birth_date = first.replace(year=first.year - int(content["age"]))
        claim["patient"] = {**claim["patient"], "birth_date": birth_date}


def _line(content: str | int | Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(content, Mapping):
        return line_from(str(content))
    own = {name: value for name, value in content.items() if name != "line"}
    return {**(line_from(str(content["line"])) if "line" in content else {}), **own}


def _placed(
    line: dict[str, Any], position: int, order: list[str], day: Any, content: Mapping[str, Any]
) -> dict[str, Any]:
    pointed = [str(code).replace(".", "") for code in line.pop("diagnoses", ())]
    absent = [code for code in pointed if code not in order]
    if absent:
        message = f"a line points to {absent[0]}, which is not among the diagnoses of the claim"
        raise PackError(message)
    rendering = line.get("rendering")
    if rendering and "taxonomy" not in rendering:
        line["rendering"] = {"taxonomy": str(content.get("taxonomy", _RENDERING["taxonomy"])), **rendering}
    return {
        "number": position,
        "from_date": day,
        "charge": "100",
        "pointers": [order.index(code) + 1 for code in pointed] or ([1] if order else []),
        **line,
    }


def _diagnoses(content: Any) -> list[dict[str, Any]]:
    found = []
    for position, each in enumerate(content):
        fields = {"code": each} if isinstance(each, str) else dict(each)
        fields["code"] = fields["code"].replace(".", "").upper()
        found.append({"qualifier": "ABF" if position else "ABK", **fields})
    return found


def _coverage(payer: Any) -> dict[str, Any]:
    known = _COVERAGES.get(payer, {"payer_id": payer, "payer_name": payer, "filing_indicator": "CI"})
    return {"member_id": _MEMBER.get(payer, "W123456789"), "sequence": "P", "relationship": "18", **known}


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merge(merged[name], value) if both else value
    return merged


def _as_date(day: Any) -> date:
    return msgspec.convert(day, date)


def _with_times(value: Any, day: date) -> Any:
    """Return documentation with its times of day as full times of the case's day."""
    if isinstance(value, Mapping):
        return {name: _with_times(each, day) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_times(each, day) for each in value]
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    clock, later = found.groups()
    return f"{day + timedelta(days=int(later or 0))}T{clock}:00"


def plain(value: Any) -> Any:
    """Return scalars as text, which the model reads, so that `place: 11` and `npi: 1456789019` need no quotes."""
    if isinstance(value, Mapping):
        return {str(name): each if name == "documentation" else plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool) else str(value)
