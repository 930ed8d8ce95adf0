"""Slips to plant in correct encounters: which encounters each suits, what it does, and the rules that must say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs

from prebill import Encounter, ServiceLine

Spoil = Callable[[Encounter], Encounter]
Suits = Callable[[Encounter], bool]


@attrs.frozen
class Defect:
    """A slip; `codes` are the rules that stop a claim with it, and no others do."""

    name: str
    codes: frozenset[str]
    suits: Suits
    spoil: Spoil


DEFECTS: list[Defect] = []


def defect(name: str, codes: str, suits: Suits) -> Callable[[Spoil], Spoil]:
    def declare(spoil: Spoil) -> Spoil:
        DEFECTS.append(Defect(name, frozenset(codes.split()), suits, spoil))
        return spoil

    return declare


def with_claim(encounter: Encounter, **fields: Any) -> Encounter:
    return attrs.evolve(encounter, claim=attrs.evolve(encounter.claim, **fields))


def with_line(encounter: Encounter, number: int, **fields: Any) -> Encounter:
    """Return an encounter with one of its lines changed, and the total with it."""
    lines = tuple(attrs.evolve(line, **fields) if line.number == number else line for line in encounter.claim.lines)
    return with_claim(encounter, lines=lines, total_charge=sum((each.charge for each in lines), Decimal(0)))


def without_modifiers(line: ServiceLine, *modifiers: str) -> tuple[str, ...]:
    return tuple(each for each in line.modifiers if each not in modifiers)


def bills(*procedures: str, modifier: str | None = None) -> Suits:
    """Return a test for encounters with exactly these procedures, the first of them with a modifier."""

    def suits(encounter: Encounter) -> bool:
        lines = encounter.claim.lines
        fits = tuple(line.procedure for line in lines) == procedures
        return fits and encounter.claim.frequency_code == "1" and (modifier is None or lines[0].has(modifier))

    return suits


def pays(*filing_indicators: str) -> Suits:
    return lambda encounter: encounter.claim.coverage.filing_indicator in filing_indicators


def every(*tests: Suits) -> Suits:
    return lambda encounter: all(test(encounter) for test in tests)


def _holder(encounter: Encounter) -> bool:
    """Tell whether an ordinary first claim is billed for the member themselves, nothing else being special."""
    claim = encounter.claim
    return (
        claim.coverage.sequence == "P"
        and claim.patient.relationship == "18"
        and claim.frequency_code == "1"
        and encounter.status is None
    )


def _one_visit(encounter: Encounter) -> bool:
    lines = encounter.claim.lines
    return _holder(encounter) and len(lines) == 1 and lines[0].procedure in {"99213", "99214"}


_OTHERS = {
    "29881": "29880",
    "29827": "29828",
    "29888": "29889",
    "27447": "27446",
    "27130": "27132",
    "93458": "93454",
    "78452": "78451",
}
"""Operations and studies that payers of the group want authorized, each with another of its kind."""


def _with_authorization(encounter: Encounter) -> bool:
    return encounter.claim.authorization_numbers != () and encounter.claim.lines[0].procedure in _OTHERS


@defect("a digit of the rendering provider's number", "INF104 TFL105", _one_visit)
def _(encounter: Encounter) -> Encounter:
    rendering = encounter.claim.rendering
    assert rendering is not None
    assert rendering.npi is not None
    wrong = rendering.npi[:-1] + str((int(rendering.npi[-1]) + 1) % 10)
    return with_claim(encounter, rendering=attrs.evolve(rendering, npi=wrong))


_injected = bills("99213", "20610", "J3301", modifier="25")


@defect("25 missing beside an injection", "MOD101", every(_injected, lambda each: not each.claim.lines[0].has("24")))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, modifiers=without_modifiers(encounter.claim.lines[0], "25"))


def _within_a_range(encounter: Encounter) -> bool:
    """Tell whether the payer wants the other operation authorized as well."""
    return encounter.claim.lines[0].procedure not in {"27447", "27130"}


def _with_add_on(encounter: Encounter) -> bool:
    return "17003" in {line.procedure for line in encounter.claim.lines}


def _by_nurse_alone(encounter: Encounter) -> bool:
    (line, *others) = encounter.claim.lines
    return not others and line.has("QZ") and line.procedure in {"00790", "00840", "00830", "00320", "00812"}


def _referred(encounter: Encounter) -> bool:
    return encounter.claim.referral_number is not None and encounter.claim.lines[0].procedure in {"99203", "99204"}


def _in_the_office(encounter: Encounter) -> bool:
    return _one_visit(encounter) and encounter.claim.place_of_service == "11"


def _drug(encounter: Encounter) -> ServiceLine | None:
    return next((line for line in encounter.claim.lines if line.drug is not None), None)


def _with_a_test(encounter: Encounter) -> bool:
    return _holder(encounter) and encounter.claim.lines[-1].procedure in {"80053", "85025", "83036", "87880"}


@defect("authorization expired", "AUT104", _with_authorization)
def _(encounter: Encounter) -> Encounter:
    ended = encounter.claim.from_date - timedelta(days=3)
    own = encounter.claim.authorization_numbers
    return attrs.evolve(
        encounter,
        authorizations=tuple(
            attrs.evolve(each, valid_to=ended) if each.number in own else each
            for each in encounter.authorizations or ()
        ),
    )


@defect("authorization denied", "AUT103", _with_authorization)
def _(encounter: Encounter) -> Encounter:
    own = encounter.claim.authorization_numbers
    return attrs.evolve(
        encounter,
        authorizations=tuple(
            attrs.evolve(each, status="denied") if each.number in own else each
            for each in encounter.authorizations or ()
        ),
    )


@defect("authorization number left out", "AUT101", _with_authorization)
def _(encounter: Encounter) -> Encounter:
    return with_claim(encounter, authorization_numbers=())


@defect("another operation than authorized", "AUT105", every(_with_authorization, _within_a_range))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, procedure=_OTHERS[encounter.claim.lines[0].procedure])


@defect("other side billed", "ORT107", every(bills("29881"), lambda each: not each.claim.authorization_numbers))
def _(encounter: Encounter) -> Encounter:
    side = "LT" if encounter.claim.lines[0].has("RT") else "RT"
    return with_line(encounter, 1, modifiers=(side,))


@defect("coverage ended", "ELG103", every(_one_visit, pays("CI")))
def _(encounter: Encounter) -> Encounter:
    checks = tuple(
        attrs.evolve(each, status="inactive") if each.asked_about(encounter.claim.from_date) else each
        for each in encounter.eligibility_checks or ()
    )
    return attrs.evolve(encounter, eligibility_checks=checks)


@defect("two digits of the member number swapped", "ELG104", every(_one_visit, pays("CI")))
def _(encounter: Encounter) -> Encounter:
    number = encounter.claim.coverage.member_id or ""
    at = next(place for place in range(1, 9) if number[place] != number[place + 1])
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return with_claim(encounter, coverage=attrs.evolve(encounter.claim.coverage, member_id=swapped))


@defect("a letter in the Medicare number where none can be", "INF102", every(_one_visit, pays("MB")))
def _(encounter: Encounter) -> Encounter:
    number = encounter.claim.coverage.member_id or ""
    return with_claim(encounter, coverage=attrs.evolve(encounter.claim.coverage, member_id=f"S{number[1:]}"))


@defect("a Medicare patient as spouse", "ELG105", every(_one_visit, pays("MB")))
def _(encounter: Encounter) -> Encounter:
    claim = encounter.claim
    return with_claim(
        encounter,
        patient=attrs.evolve(claim.patient, relationship="01"),
        coverage=attrs.evolve(claim.coverage, relationship="01"),
    )


@defect("an Advantage plan in Medicare's place", "ELG107", every(_one_visit, pays("MB")))
def _(encounter: Encounter) -> Encounter:
    begin = encounter.claim.from_date - timedelta(days=70)
    checks = tuple(
        attrs.evolve(each, managed_care_plan="H0002", managed_care_kind="ma", managed_care_begin=begin)
        for each in encounter.eligibility_checks or ()
    )
    return attrs.evolve(encounter, eligibility_checks=checks)


@defect("referral left out", "AUT110", _referred)
def _(encounter: Encounter) -> Encounter:
    return with_claim(encounter, referral_number=None)


@defect("further lesions without the first", "BND108", _with_add_on)
def _(encounter: Encounter) -> Encounter:
    lines = tuple(line for line in encounter.claim.lines if line.procedure != "17000")
    return with_claim(encounter, lines=lines, total_charge=sum((each.charge for each in lines), Decimal(0)))


@defect("a diagnosis cut short", "NEC102", every(_one_visit, lambda each: each.claim.diagnoses[0].code == "E119"))
def _(encounter: Encounter) -> Encounter:
    first, *others = encounter.claim.diagnoses
    return with_claim(encounter, diagnoses=(attrs.evolve(first, code="E11"), *others))


@defect("a diagnosis that does not exist", "NEC101", every(_one_visit, lambda each: len(each.claim.diagnoses) == 1))
def _(encounter: Encounter) -> Encounter:
    first, *others = encounter.claim.diagnoses
    return with_claim(encounter, diagnoses=(attrs.evolve(first, code="I1099"), *others))


@defect("admission left out", "INF119", every(_holder, lambda each: each.claim.place_of_service == "21"))
def _(encounter: Encounter) -> Encounter:
    return with_claim(encounter, dates=())


@defect("facility left out", "INF111", every(_holder, lambda each: each.claim.place_of_service == "24"))
def _(encounter: Encounter) -> Encounter:
    return with_claim(encounter, facility=None)


@defect("hospital visit in the office", "INF111", every(_in_the_office, pays("CI")))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, procedure="99232")


@defect("pointer to no diagnosis", "INF113", _one_visit)
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, pointers=(9,))


@defect("total that is not the sum", "INF114", _one_visit)
def _(encounter: Encounter) -> Encounter:
    return with_claim(encounter, total_charge=encounter.claim.total_charge - 1)


@defect("laboratory certificate left out", "INF118", every(pays("MB"), _with_a_test))
def _(encounter: Encounter) -> Encounter:
    return with_claim(encounter, references=())


@defect("drug code left out for Medicaid", "INF117", every(pays("MC"), lambda each: _drug(each) is not None))
def _(encounter: Encounter) -> Encounter:
    line = _drug(encounter)
    assert line is not None
    return with_line(encounter, line.number, drug=None)


@defect("accident without its day", "INF110", lambda each: each.claim.accident is not None)
def _(encounter: Encounter) -> Encounter:
    accident = encounter.claim.accident
    assert accident is not None
    return with_claim(encounter, accident=attrs.evolve(accident, kinds=("OA",), occurred_on=None))


@defect("second payer without the first one's decision", "INF120", lambda each: each.claim.coverage.sequence == "S")
def _(encounter: Encounter) -> Encounter:
    return with_claim(
        encounter,
        prior_adjudications=tuple(attrs.evolve(each, paid=None) for each in encounter.claim.prior_adjudications),
        lines=tuple(attrs.evolve(each, adjudications=()) for each in encounter.claim.lines),
    )


@defect("replacement that names no claim", "DUP106", lambda each: each.claim.frequency_code == "7")
def _(encounter: Encounter) -> Encounter:
    return with_claim(encounter, original_reference_number=None)


@defect("25 on a procedure", "MOD105", bills("17110"))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, modifiers=("25",))


@defect("two modifiers that say the same", "MOD110", bills("17000", "11102"))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 2, modifiers=("59", "XS"))


@defect("post office box of the practice", "INF106", _one_visit)
def _(encounter: Encounter) -> Encounter:
    billing = encounter.claim.billing
    assert billing.address is not None
    address = attrs.evolve(billing.address, line1="PO BOX 7")
    return with_claim(encounter, billing=attrs.evolve(billing, address=address))


@defect("birth date left out", "INF101", every(_one_visit, pays("CI")))
def _(encounter: Encounter) -> Encounter:
    patient = attrs.evolve(encounter.claim.patient, birth_date=None)
    return with_claim(encounter, patient=patient)


@defect("day in the future", "INF112", _in_the_office)
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, from_date=encounter.claim.from_date.replace(year=encounter.claim.from_date.year + 3))


@defect("reading billed as the whole study", "CAR113", bills("93306", modifier="26"))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, modifiers=())


@defect("angiography with a stent, no 59", "CAR103", bills("92928", "93458"))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 2, modifiers=("26",))


@defect("session too short for its code", "BHV110", bills("90837"))
def _(encounter: Encounter) -> Encounter:
    (note,) = encounter.documentation["session_note"]
    short = {**note, "psychotherapy_minutes": 45}
    return attrs.evolve(encounter, documentation={**encounter.documentation, "session_note": [short]})


@defect("interactive complexity without its session", "BHV126", bills("90834", "90785"))
def _(encounter: Encounter) -> Encounter:
    second = attrs.evolve(encounter.claim.lines[1], number=1)
    return with_claim(encounter, lines=(second,), total_charge=second.charge)


@defect("role missing on an anesthetic", "ANE101", _by_nurse_alone)
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, modifiers=without_modifiers(encounter.claim.lines[0], "QZ"))


@defect("minutes beyond the anesthesia record", "ANE106", _by_nurse_alone)
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, units=encounter.claim.lines[0].units + 14)


@defect("24 missing in a global period", "ORT103", bills("99213", modifier="24"))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, modifiers=())


@defect("78 missing in a global period", "ORT104", bills("27570", modifier="78"))
def _(encounter: Encounter) -> Encounter:
    return with_line(encounter, 1, modifiers=without_modifiers(encounter.claim.lines[0], "78"))


@defect("doctor who is not enrolled", "TFL105", _one_visit)
def _(encounter: Encounter) -> Encounter:
    rendering = encounter.claim.rendering
    assert rendering is not None
    return with_claim(encounter, rendering=attrs.evolve(rendering, npi="1234567893"))
