"""Writes 837P and NDJSON files of any size: correct claims of the example practice, over and over, for new patients.

Some hundreds of claims of its ordinary weeks are written once by the project's own writers; everything else is putting
numbers and names into them. The lines are 2.25 a claim on average, as in the published statistics of professional
claims, and every fifth claim is a second one of its patient. Nothing in them is a real person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import cycle, islice
from pathlib import Path

import attrs
from examples.practice.identifiers import npi
from examples.practice.ordinary.corpus import ordinary_weeks

from prebill import Claim, Encounter
from prebill.model import Submission, Subscriber
from prebill.writers import ndjson, x12

_SEED = 20260302
_FIRST_DAY = date(2026, 2, 2)
_SOURCE_CLAIMS = 3_000
_MOST_LINES = 4
_LINES_OF_TWENTY_CLAIMS = 45
_CLAIMS_OF_A_CLINICIAN = 4_000

_CLAIM, _LAST_NAME, _MEMBER, _RENDERING, _LEVEL, _PATIENT_LEVEL = (
    f"%({name})s" for name in ("claim", "last_name", "member", "rendering", "level", "patient_level")
)
_SUBMISSION = Submission(
    interchange="000000001",
    group="1",
    transaction="0001",
    batch="B0001",
    created=datetime(2026, 3, 20, 9, 0),
    submitter_id="SUB001",
    submitter_name="SAMPLE VALLEY MULTISPECIALTY GROUP",
    receiver_id="RCV001",
    receiver_name="SAMPLE CLEARINGHOUSE",
)
_LETTERS = "ACDEFGHJKMNPQRTUVWXY"


@attrs.frozen
class Template:
    """A claim with places for the numbers and the name of a patient, as segments and as a line of NDJSON."""

    lines: int
    segments: str
    encounter: str
    levels: int
    member: Callable[[int], str]
    clinician: int


def write_837p(path: Path, claims: int, *, sets: int = 1) -> None:
    """Write an 837P of `claims` claims in `sets` transaction sets of one interchange."""
    head, billing = _beginning()
    per_set = -(-claims // sets)
    numbered = _numbered(claims)
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(head)
        for number in range(1, sets + 1):
            segments = 1
            level = 2
            for piece in _set(number, billing):
                segments += piece.count("~")
                file.write(piece)
            for template, values in islice(numbered, per_set):
                values["level"], values["patient_level"] = level, level + 1
                level += template.levels
                piece = template.segments % values
                segments += piece.count("~")
                file.write(piece)
            file.write(f"SE*{segments}*{number:04}~\n")
        file.write(f"GE*{sets}*1~\nIEA*1*000000001~\n")


def write_ndjson(path: Path, claims: int) -> None:
    """Write the same claims as encounters, one on each line, without registers."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(template.encounter % values for template, values in _numbered(claims))


def _numbered(claims: int) -> Iterator[tuple[Template, dict[str, object]]]:
    """Yield templates with what to put into them, claim by claim."""
    pools, pairs = _templates()
    singles = {lines: cycle(pool) for lines, pool in pools.items()}
    couples = cycle(pairs)
    written = billed = 0
    while written < claims:
        patient = written
        if written % 5 == 3:
            group: Sequence[Template] = next(couples)
        else:
            wanted = (written + 1) * _LINES_OF_TWENTY_CLAIMS // 20 - billed
            group = (next(singles[min(max(wanted, 1), _MOST_LINES)]),)
        for template in group[: claims - written]:
            yield template, _values(template, written, patient)
            written += 1
            billed += template.lines


def _values(template: Template, number: int, patient: int) -> dict[str, object]:
    return {
        "claim": f"C{number:08}",
        "last_name": f"SAMPLE{_letters(patient)}",
        "member": template.member(patient),
        "rendering": _npi(template.clinician, number // _CLAIMS_OF_A_CLINICIAN),
    }


@cache
def _templates() -> tuple[Mapping[int, Sequence[Template]], Sequence[tuple[Template, Template]]]:
    """Return templates by their number of lines, and pairs of two claims of one patient."""
    weeks = ordinary_weeks(_SOURCE_CLAIMS, seed=_SEED, start=_FIRST_DAY)
    of_patients: dict[str, list[Encounter]] = {}
    for encounter in weeks.encounters:
        of_patients.setdefault(encounter.claim.patient.record_number or "", []).append(encounter)
    clinicians: dict[str, int] = {}
    pools: dict[int, list[Template]] = {lines: [] for lines in range(1, _MOST_LINES + 1)}
    pairs = []
    for encounters in of_patients.values():
        if not all(map(_is_ordinary, encounters)):
            continue
        made = [_template(each.claim, clinicians) for each in encounters]
        if len(made) == 1:
            pools[made[0].lines].append(made[0])
        elif len(made) == 2 and encounters[0].claim.coverage == encounters[1].claim.coverage:
            pairs.append((made[0], made[1]))
    return pools, pairs


def _is_ordinary(encounter: Encounter) -> bool:
    """Tell whether a claim is a first one to its first payer, with lines of single days, for a patient with a card."""
    claim = encounter.claim
    return (
        encounter.status is None
        and claim.frequency_code == "1"
        and claim.coverage.sequence == "P"
        and claim.coverage.filing_indicator not in {"WC", "AM"}
        and claim.patient.first_name != "BABYBOY"
        and claim.patient.address is not None
        and claim.patient.address.country is None
        and len(claim.lines) <= _MOST_LINES
        and all(line.to_date is None for line in claim.lines)
        and all(line.rendering is None for line in claim.lines)
    )


def _template(claim: Claim, clinicians: dict[str, int]) -> Template:
    rendering = claim.rendering
    clinician = clinicians.setdefault(rendering.npi if rendering and rendering.npi else "", len(clinicians))
    marked = attrs.evolve(
        claim,
        control_number=_CLAIM,
        patient=attrs.evolve(claim.patient, last_name=_LAST_NAME, record_number=None),
        coverage=attrs.evolve(
            claim.coverage,
            member_id=_MEMBER,
            subscriber=attrs.evolve(claim.coverage.subscriber or Subscriber(), last_name=_LAST_NAME),
        ),
        rendering=None if rendering is None else attrs.evolve(rendering, npi=_RENDERING),
        authorization_numbers=tuple(f"A{_CLAIM}" for _ in claim.authorization_numbers),
        referral_number=None if claim.referral_number is None else f"R{_CLAIM}",
        lines=tuple(attrs.evolve(each, control_number=f"{_CLAIM}-{each.number}") for each in claim.lines),
    )
    whole = "".join(x12.write_837p([marked], submission=_SUBMISSION))
    segments = whole[whole.index("HL*2*1*22") : whole.index("\nSE*") + 1]
    levels = segments.count("\nHL*") + 1
    segments = re.sub(r"HL\*\d+\*1\*22", f"HL*{_LEVEL}*1*22", segments)
    segments = re.sub(r"HL\*\d+\*\d+\*23", f"HL*{_PATIENT_LEVEL}*{_LEVEL}*23", segments)
    return Template(
        lines=len(claim.lines),
        segments=segments,
        encounter=ndjson.encounter_line(Encounter(claim=marked)).decode(),
        levels=levels,
        member=_MEMBERS.get(claim.coverage.filing_indicator or "", "W{:08}".format),
        clinician=clinician,
    )


@cache
def _beginning() -> tuple[str, str]:
    """Return the head of the interchange, and of a transaction set up to the billing provider."""
    weeks = ordinary_weeks(1, seed=_SEED, start=_FIRST_DAY)
    text = "".join(x12.write_837p(weeks.claims[:1], submission=_SUBMISSION))
    start, first_patient = text.index("ST*"), text.index("HL*2*")
    return text[:start], text[start:first_patient]


def _set(number: int, billing: str) -> Iterator[str]:
    yield re.sub(r"^ST\*837\*\d+", f"ST*837*{number:04}", billing)


def _letters(number: int) -> str:
    return "".join(chr(65 + number // 26**power % 26) for power in range(4))


def _medicare_number(number: int) -> str:
    rest, digits = divmod(number, 100)
    rest, second = divmod(rest, len(_LETTERS))
    rest, first = divmod(rest, len(_LETTERS))
    return f"1EG{rest // 10 % 10}TE{rest % 10}{_LETTERS[first]}{_LETTERS[second]}{digits:02}"


_MEMBERS: Mapping[str, Callable[[int], str]] = {"MB": _medicare_number, "BL": "SMP{:09}".format}
"""The member numbers of patients by the kind of payer; those of all others are W and eight digits."""


@cache
def _npi(clinician: int, block: int) -> str:
    return npi(40_000_000 + 1_000 * block + clinician)
