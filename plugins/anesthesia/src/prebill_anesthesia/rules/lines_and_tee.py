"""Invasive lines and echocardiography beside an anesthetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from prebill import Claim, Encounter, Outcomes, Payer, ServiceLine, codes, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord, Echocardiogram, PlacedLine
from prebill_anesthesia.vocabulary import (
    INPATIENT_OR_OUTPATIENT_FACILITY,
    TIMED,
    is_medicare,
    is_separate,
    lines_in,
    named,
)

_PLACED = codes("36555 36556 36620 93503")
_CENTRAL = codes("36555 36556")
_ULTRASOUND = codes("76937")
_TEE = codes("93312-93317")
_PROBE_ONLY = codes("93313 93316")
_MONITORING_TEE, _GUIDANCE_TEE, _CATHETER = "93318", "93355", "93503"


@rule(
    "ANE122",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M15", "CO-236", "CO-4"),
    sources=("NCCI Policy Manual ch. II §B", "CPT codes of central lines by age and of transesophageal echo"),
    procedures=codes("36555 36556 36620 93503 76937 93312-93318 93355"),
    fails=[{"lines": ["00562-AA 180min @21", "93318 @21"]}],
    passes=[
        {
            "lines": ["00567-AA 312min @21", "36620 @21", "93503 @21"],
            "documentation": {
                "anesthesia": {
                    "lines_placed": [
                        {
                            "cpt": "36620",
                            "placed_by_npi": "1456789019",
                            "site": "left radial",
                            "separate_note": True,
                        },
                        {
                            "cpt": "93503",
                            "placed_by_npi": "1456789019",
                            "site": "right neck",
                            "separate_note": True,
                        },
                    ]
                }
            },
        }
    ],
)
def invasive_lines_and_tee(
    encounter: Encounter,
    payer: Payer,
    records: tuple[AnesthesiaRecord, ...] | None,
    *,
    allow_93355: bool = False,
) -> Outcomes:
    """A line or an echocardiogram beside the anesthetic is not payable as billed.

    Lines are paid to whoever placed them, by the code for the age, once a site; echo only when diagnostic, with
    a signed report, 59 and (in a facility) 26. Monitoring echo is part of the anesthetic.
    """
    claim = encounter.claim
    lines = [
        line
        for line in claim.lines
        if line.procedure in _PLACED or line.procedure in _ULTRASOUND or line.procedure in codes("93312-93318 93355")
    ]
    days = {line.from_date for line in lines_in(claim, TIMED)}
    lines = [line for line in lines if line.from_date in days]
    notes = [each for record in records or () for each in record.lines_placed or ()]
    tee = next((record.tee for record in records or () if record.tee is not None), None)
    for line in lines:
        if line.unit_type == "MJ":
            yield _wrong(line, "is sent with minutes; it is paid once", "Send one unit with qualifier UN.", "minutes")
        if line.procedure in _CENTRAL:
            yield from _age(claim, line)
        if line.procedure in _PLACED:
            yield from _who_and_note(claim, line, notes)
        elif line.procedure in _ULTRASOUND:
            yield from _vascular_ultrasound(claim, line, notes)
        elif line.procedure == _MONITORING_TEE:
            yield _wrong(line, "is monitoring, which is part of the anesthetic", "Drop the line.", "monitoring")
        elif line.procedure == _GUIDANCE_TEE and not allow_93355:
            yield _wrong(
                line,
                "by the anesthesia provider is part of the anesthetic",
                "Drop the line.",
                "guidance",
                "stop" if is_medicare(payer) else "review",
            )
        elif line.procedure in _TEE:
            yield from _diagnostic_tee(claim, line, tee)
    yield from _one_site(lines, notes)
    yield from _whole_and_parts(lines)


def _wrong(line: ServiceLine, what: str, fix: str, subject: str, severity: str | None = None) -> Any:
    return hit(line, f"{named(line)} {what}.", fix=fix, at="procedure", severity=severity, subject=subject)


def _age(claim: Claim, line: ServiceLine) -> Iterator[Any]:
    age = claim.patient.age_on(line.from_date)
    if age is None:
        yield not_checked("the patient's birth date", line)
    elif (age < 5) != (line.procedure == "36555"):
        right = "36555" if age < 5 else "36556"
        yield _wrong(line, f"at age {age}; under 5 years it is 36555, from 5 on 36556", f"Bill {right}.", "age")


def _who_and_note(claim: Claim, line: ServiceLine, notes: Sequence[PlacedLine]) -> Iterator[Any]:
    note = _note(line, notes)
    who = None if note is None else note.placed_by_npi
    rendering = claim.rendering_of(line).npi
    if note is None or who is None:
        yield not_checked(f"who placed {line.procedure}", line)
    elif who != rendering:
        yield _wrong(
            line,
            f"was placed by NPI {who}, billed by {rendering}",
            "Bill it under the provider who placed it.",
            "who",
        )
    if note is not None and note.separate_note is False:
        yield _wrong(line, "has no note of its own", "Add the procedure note.", "note", "review")


def _vascular_ultrasound(claim: Claim, line: ServiceLine, notes: Sequence[PlacedLine]) -> Iterator[Any]:
    if claim.place_of(line) in INPATIENT_OR_OUTPATIENT_FACILITY and not line.has("26"):
        yield _wrong(line, "in a facility lacks 26", "Add 26.", "26")
    saved = [note.us_image_saved for note in notes if note.cpt in _PLACED or note.cpt in _ULTRASOUND]
    if True in saved:
        return
    if False in saved:
        yield _wrong(line, "has no saved image", "Drop the line, or file the image.", "image")
    else:
        yield not_checked("whether an image of the vessel is on file", line)


def _diagnostic_tee(claim: Claim, line: ServiceLine, tee: Echocardiogram | None) -> Iterator[Any]:
    facility = claim.place_of(line) in INPATIENT_OR_OUTPATIENT_FACILITY
    lacking = []
    if facility and line.procedure not in _PROBE_ONLY and not line.has("26"):
        lacking.append("26")
    if not is_separate(line):
        lacking.append("59")
    if lacking:
        yield _wrong(
            line,
            f"lacks {' and '.join(lacking)}",
            "Report it with 26 and 59 only if diagnostic with a signed report.",
            "modifiers",
        )
    if tee is None or tee.purpose is None:
        yield not_checked("the purpose of the echocardiogram", line)
    elif tee.purpose != "diagnostic":
        yield _wrong(line, f"was for {tee.purpose}, which is part of the anesthetic", "Drop the line.", "purpose")
    elif tee.report_signed is False:
        yield _wrong(line, "has no signed report", "Have the report signed before billing.", "report")
    elif tee.report_signed is None:
        yield not_checked("whether the report of the echocardiogram is signed", line)


def _one_site(lines: Sequence[ServiceLine], notes: Sequence[PlacedLine]) -> Outcomes:
    floating = [line for line in lines if line.procedure == _CATHETER]
    for central in (line for line in lines if line.procedure in _CENTRAL):
        for catheter in floating:
            sites = [note.site if note else None for note in (_note(central, notes), _note(catheter, notes))]
            known_sites = None not in sites
            if known_sites and sites[0] == sites[1]:
                yield _wrong(
                    central,
                    f"and {catheter.procedure} were placed at one site ({sites[0]})",
                    f"Drop {central.procedure}; the catheter includes it.",
                    "site",
                )
            elif not is_separate(central) and not is_separate(catheter):
                yield _wrong(
                    central,
                    f"beside {catheter.procedure} lacks 59 for a separate site",
                    "Add 59 if the site was another; otherwise drop the line.",
                    "site",
                )
            elif not known_sites:
                yield not_checked("the sites of the two central lines", central)


def _whole_and_parts(lines: Sequence[ServiceLine]) -> Outcomes:
    whole = [line for line in lines if line.procedure == "93312"]
    for part in (line for line in lines if line.procedure in {"93313", "93314"} and whole):
        yield _wrong(part, "is a part of 93312 on the same claim", "Bill the whole or the parts.", "parts")


def _note(line: ServiceLine, notes: Sequence[PlacedLine]) -> PlacedLine | None:
    return next((note for note in notes if note.cpt == line.procedure), None)
