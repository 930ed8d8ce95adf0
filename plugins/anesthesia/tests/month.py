"""A month of a group of ten anesthesiologists: correct cases with a full log, and defects to plant in them.

Nothing here knows the rules; roles follow from a count of the cases at each moment at which one starts.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import attrs

from prebill import Encounter
from prebill.testing.build import encounter_from

Claim = dict[str, Any]

DOCTORS = [f"10430000{number:02d}" for number in range(10)]
CRNAS = [f"19920000{number:02d}" for number in range(60)]
STRANGER = "1992000099"
SURGEON = "1780000000"
FIRST = date(2026, 3, 2)
STEPS = {
    "examination": True,
    "plan": True,
    "key_portions": True,
    "qualified_anesthetist": True,
    "monitoring": True,
    "availability": True,
    "aftercare": True,
    "signed": True,
}
OPERATIONS = [
    ("00790", "47562", ["K80.20"], "general"),
    ("01402", "27447", ["M17.11"], "spinal"),
    ("01214", "27130", ["M16.11"], "spinal"),
    ("01630", "29827", ["M75.121"], "general"),
    ("00840", "44140", ["K57.30"], "general"),
    ("00830", "49505", ["K40.90"], "general"),
    ("00320", "60240", ["E04.1"], "general"),
    ("00142", "66984", ["H25.11"], "mac"),
    ("01480", "28296", ["M20.11"], "general"),
]


@attrs.define
class Case:
    """One anesthetic: who, when, what; its claims are written once its role is known."""

    number: int
    start: datetime
    minutes: int
    doctor: str | None
    crna: str | None
    role: str = ""
    claims: list[Claim] = attrs.field(factory=list)

    @property
    def stop(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


def schedule(random: Random, cases: int) -> list[Case]:
    """Staff the rooms day by day: directed rooms of two to four, physicians alone, CRNAs alone."""
    found: list[Case] = []
    day = 0
    while len(found) < cases:
        crnas = CRNAS.copy()
        random.shuffle(crnas)
        for number, doctor in enumerate(DOCTORS):
            rooms = [2, 3, 4, 4, 1, 0][(number + day) % 6]
            for _ in range(rooms):
                found += _room(random, FIRST + timedelta(days=day), doctor, crnas.pop(), len(found))
            if not rooms:
                found += _room(random, FIRST + timedelta(days=day), doctor, None, len(found))
        for _ in range(4):
            found += _room(random, FIRST + timedelta(days=day), None, crnas.pop(), len(found))
        day += 1
    found = found[:cases]
    _give_roles(found)
    for case in found:
        case.claims = _claims(random, case)
    return found


def _room(random: Random, day: date, doctor: str | None, crna: str | None, number: int) -> Iterator[Case]:
    at = datetime(day.year, day.month, day.day, 7) + timedelta(minutes=random.randrange(40))
    last = at.replace(hour=16, minute=0)
    while at < last:
        case = Case(number=number, start=at, minutes=random.randrange(31, 163), doctor=doctor, crna=crna)
        yield case
        number += 1
        at = case.stop + timedelta(minutes=random.randrange(13, 45))


def _give_roles(cases: list[Case]) -> None:
    by_doctor: dict[tuple[str, date], list[Case]] = {}
    for case in cases:
        if case.doctor and case.crna:
            by_doctor.setdefault((case.doctor, case.start.date()), []).append(case)
    for case in cases:
        if case.doctor is None or case.crna is None:
            case.role = "AA" if case.doctor else "QZ"
            continue
        others = by_doctor[case.doctor, case.start.date()]
        moments = [other.start for other in others if case.start <= other.start < case.stop]
        most = max(sum(other.start <= moment < other.stop for other in others) for moment in moments)
        case.role = "QK" if most > 1 else "QY"


def _claims(random: Random, case: Case) -> list[Claim]:
    code, operation, diagnoses, kind = random.choice(OPERATIONS)
    asa = random.choice([1, 2, 3])
    payer = random.choice(["medicare", "COMMERCIAL_ASA", "UHC_COMM"])
    record = {
        "anes_case_id": f"K{case.number}",
        "anes_start": case.start.isoformat(),
        "anes_stop": case.stop.isoformat(),
        "or_in": (case.start + timedelta(minutes=5)).isoformat(),
        "or_out": (case.stop - timedelta(minutes=5)).isoformat(),
        "pacu_in": case.stop.isoformat(),
        "induction_at": (case.start + timedelta(minutes=10)).isoformat(),
        "emergence_at": (case.stop - timedelta(minutes=10)).isoformat(),
        "anesthesia_type": kind,
        "asa_class": asa,
        "asa_emergency": False,
        "directing_npi": case.doctor if case.crna else None,
        "anesthesiologist_npi": case.doctor,
        "anesthetist_npi": case.crna,
        "anesthetist_kind": "crna" if case.crna else "none",
        "md_steps": STEPS if case.doctor and case.crna else None,
        "present_at_induction": True,
        "surgical_cpts": [operation],
        "surgeon_npi": SURGEON,
        "facility_state": "TX",
    }
    if kind == "mac" and record["md_steps"]:
        record["md_steps"] = {**STEPS, "key_portions": "not_applicable"}
    shared = {
        "date": case.start.date(),
        "payer": payer,
        "age": 60,
        "sex": "M",
        "place": "22",
        "patient": {"record_number": f"P{case.number}"},
        "diagnoses": [*diagnoses, "I50.22"],
        "documentation": {"anesthesia": record},
    }
    marks = (["QS"] if kind == "mac" else []) + [f"P{asa}"]
    claims = []
    for npi, role in _roles(case):
        taxonomy = "207L00000X" if npi in DOCTORS else "367500000X"
        line = {
            "procedure": code,
            "modifiers": [role, *marks],
            "unit_type": "MJ",
            "units": str(case.minutes),
            "charge": "2000",
            "pointers": [1, 2],
        }
        claims.append(
            {"id": f"K{case.number}-{role}", "npi": npi, "taxonomy": taxonomy, "lines": [line], **deepcopy(shared)}
        )
    return claims


def _roles(case: Case) -> list[tuple[str, str]]:
    if case.doctor and case.crna:
        return [(case.doctor, case.role), (case.crna, "QX")]
    return [(case.doctor or case.crna or "", case.role)]


def encounters(cases: list[Case]) -> list[Encounter]:
    return [encounter_from(claim) for case in cases for claim in case.claims]


@attrs.frozen
class Defect:
    """Something done wrong to a case: which cases it suits, what it does, and the codes that must say so."""

    name: str
    codes: frozenset[str]
    suits: Callable[[Case], bool]
    spoil: Callable[[Case], None]


DEFECTS: list[Defect] = []


def _defect(name: str, codes: str, suits: Callable[[Case], bool]) -> Callable[[Callable[[Case], None]], None]:
    def declare(spoil: Callable[[Case], None]) -> None:
        DEFECTS.append(Defect(name, frozenset(codes.split()), suits, spoil))

    return declare


def _line(case: Case, claim: int = 0) -> Claim:
    return case.claims[claim]["lines"][0]


def _record(case: Case) -> Claim:
    return case.claims[0]["documentation"]["anesthesia"]


def _code(case: Case) -> str:
    return _line(case)["procedure"]


def _payer(case: Case) -> str:
    return case.claims[0]["payer"]


def _alone(case: Case) -> bool:
    return len(case.claims) == 1


def _personal(case: Case) -> bool:
    return case.role == "AA"


def _crna_alone(case: Case) -> bool:
    return case.role == "QZ"


def _directed(case: Case) -> bool:
    return len(case.claims) == 2


def _general(case: Case) -> bool:
    return _alone(case) and _record(case)["anesthesia_type"] == "general"


def _add(case: Case, **line: Any) -> None:
    case.claims[0]["lines"].append({"modifiers": [], "charge": "500", "units": "1", "pointers": [1], **line})


def _document_block(case: Case, cpt: str) -> None:
    start = case.start + timedelta(minutes=11)
    _record(case)["blocks"] = [
        {
            "cpt": cpt,
            "placed_at": start.isoformat(),
            "placed_stop": (start + timedelta(minutes=6)).isoformat(),
            "purpose": "postop_pain",
            "surgeon_request_documented": True,
            "separate_note": True,
            "image_saved": True,
        }
    ]


@_defect("role missing", "ANE101", _alone)
def _(case: Case) -> None:
    _line(case)["modifiers"] = _line(case)["modifiers"][1:]


@_defect("two roles", "ANE101", _personal)
def _(case: Case) -> None:
    _line(case)["modifiers"].insert(1, "QK")


@_defect("physician role on a directed case", "ANE102 ANE103", _directed)
def _(case: Case) -> None:
    _line(case)["modifiers"][0] = "AA"


@_defect("anesthetist claims to be alone", "ANE103", _directed)
def _(case: Case) -> None:
    _line(case, 1)["modifiers"][0] = "QZ"


@_defect("anesthetist's claim missing", "ANE103", _directed)
def _(case: Case) -> None:
    del case.claims[1]


@_defect("physician's claim missing", "ANE103", _directed)
def _(case: Case) -> None:
    del case.claims[0]


@_defect("codes of the two claims differ", "ANE103", lambda case: _directed(case) and _code(case) == "00790")
def _(case: Case) -> None:
    _line(case, 1)["procedure"] = "00840"


@_defect("CRNA bills as a physician", "ANE104", _personal)
def _(case: Case) -> None:
    case.claims[0]["taxonomy"] = "367500000X"


@_defect("assistant works undirected", "ANE104", _crna_alone)
def _(case: Case) -> None:
    case.claims[0]["taxonomy"] = "367H00000X"


@_defect("units sent for minutes", "ANE105", _alone)
def _(case: Case) -> None:
    _line(case).update(unit_type="UN", units=str(-(-case.minutes // 15)))


@_defect("no minutes", "ANE105", _alone)
def _(case: Case) -> None:
    _line(case)["units"] = "0"


@_defect("minutes above the record", "ANE106", _alone)
def _(case: Case) -> None:
    _line(case)["units"] = str(case.minutes + 15)


@_defect("gap counted", "ANE106", _crna_alone)
def _(case: Case) -> None:
    middle = case.start + timedelta(minutes=14)
    _record(case)["intervals"] = [
        {"start": case.start.isoformat(), "stop": middle.isoformat()},
        {"start": (middle + timedelta(minutes=10)).isoformat(), "stop": case.stop.isoformat()},
    ]


@_defect("units keyed as minutes", "ANE107", lambda case: _alone(case) and _code(case) == "00790")
def _(case: Case) -> None:
    _line(case)["units"] = str(7 + -(-case.minutes // 15))


@_defect("direction not documented", "ANE108", lambda case: _directed(case) and _code(case) == "00790")
def _(case: Case) -> None:
    _record(case)["md_steps"] = {**STEPS, "monitoring": False}


@_defect("deleted code", "ANE110", _alone)
def _(case: Case) -> None:
    _line(case)["procedure"] = "00740"


@_defect("two codes in a session", "ANE111", lambda case: _personal(case) and _code(case) == "00790")
def _(case: Case) -> None:
    _add(case, **{**_line(case), "procedure": "00840"})


@_defect("block without a modifier", "ANE112", _general)
def _(case: Case) -> None:
    _add(case, procedure="64415")
    _document_block(case, "64415")


@_defect("imaging beside a block that includes it", "ANE113", _general)
def _(case: Case) -> None:
    _add(case, procedure="64415", modifiers=["59"])
    _add(case, procedure="76942", modifiers=["26"])
    _document_block(case, "64415")


@_defect("intubation billed", "ANE114", _alone)
def _(case: Case) -> None:
    _add(case, procedure="31500")


@_defect("visit on the day", "ANE115", _alone)
def _(case: Case) -> None:
    _add(case, procedure="99213")


@_defect("screening polyp by the wrong code", "ANE116", lambda case: _alone(case) and _payer(case) == "medicare")
def _(case: Case) -> None:
    _line(case)["procedure"] = "00812"
    case.claims[0]["diagnoses"] = ["Z12.11", "K63.5"]
    _record(case).update(surgical_cpts=["45378"], screening_intent=True, endoscopy_findings_treated=True)


@_defect("role behind the physical status", "ANE117", _alone)
def _(case: Case) -> None:
    _line(case)["modifiers"] = _line(case)["modifiers"][::-1]


@_defect("cesarean add-on alone", "ANE118", _personal)
def _(case: Case) -> None:
    _line(case)["procedure"] = "01968"
    case.claims[0].update(sex="F", diagnoses=["O62.0", "Z37.0"])


@_defect("labor beside a cesarean that stands alone", "ANE119", _personal)
def _(case: Case) -> None:
    record = _record(case)
    _line(case)["procedure"] = "01961"
    _add(case, **{**_line(case), "procedure": "01967"})
    case.claims[0].update(sex="F", age=30, diagnoses=["O62.0", "Z37.0"])
    case.claims[0]["lines"][0]["modifiers"] = ["AA"]
    case.claims[0]["lines"][1]["modifiers"] = ["AA"]
    record["surgical_cpts"] = ["59510"]


@_defect("daily management on the day of the operation", "ANE121", _personal)
def _(case: Case) -> None:
    _add(case, procedure="01996", place_of_service="21")
    _record(case)["catheter"] = {"kind": "epidural", "placed_on": case.start.date().isoformat()}


@_defect("monitoring echo billed", "ANE122", _personal)
def _(case: Case) -> None:
    _add(case, procedure="93318")


@_defect("line placed by someone else", "ANE122", _personal)
def _(case: Case) -> None:
    _add(case, procedure="36620")
    _record(case)["lines_placed"] = [{"cpt": "36620", "placed_by_npi": STRANGER, "separate_note": True}]


@_defect("extreme age to Medicare", "ANE123", lambda case: _alone(case) and _payer(case) == "medicare")
def _(case: Case) -> None:
    case.claims[0]["age"] = 78
    _add(case, procedure="99100")


@_defect("emergency not documented", "ANE123", lambda case: _alone(case) and _payer(case) == "COMMERCIAL_ASA")
def _(case: Case) -> None:
    _add(case, procedure="99140")


@_defect("physical status overstated", "ANE124", lambda case: _alone(case) and _payer(case) == "COMMERCIAL_ASA")
def _(case: Case) -> None:
    _line(case)["modifiers"][-1] = "P4"


@_defect("two physical statuses", "ANE124", _alone)
def _(case: Case) -> None:
    _line(case)["modifiers"].append("P5")


@_defect("surgeon gave the anesthetic", "ANE125", _alone)
def _(case: Case) -> None:
    _record(case)["surgeon_npi"] = case.claims[0]["npi"]


@_defect("teaching modifier without a resident", "ANE126", _personal)
def _(case: Case) -> None:
    _line(case)["modifiers"].insert(1, "GC")


@_defect("infant code for an adult", "ANE127", lambda case: _alone(case) and _code(case) == "00830")
def _(case: Case) -> None:
    _line(case)["procedure"] = "00834"


@_defect("code of the other sex", "ANE127", lambda case: _alone(case) and _code(case) == "00840")
def _(case: Case) -> None:
    _line(case)["procedure"] = "00846"


@_defect("facility modifier", "ANE129", _alone)
def _(case: Case) -> None:
    _line(case)["modifiers"].insert(1, "74")


@_defect("cancelled before preparation", "ANE129", _alone)
def _(case: Case) -> None:
    _record(case)["procedure_stage_cancelled"] = "before_prep"


@_defect("record of another case", "ANE130", _alone)
def _(case: Case) -> None:
    for field in ("or_in", "or_out", "pacu_in"):
        moment = datetime.fromisoformat(_record(case)[field])
        _record(case)[field] = (moment + timedelta(hours=9)).isoformat()


@_defect("relief billed twice", "ANE132", _crna_alone)
def _(case: Case) -> None:
    middle = case.start + timedelta(minutes=15)
    relief = f"19930{case.number:05d}"
    _record(case)["intervals"] = [
        {"start": case.start.isoformat(), "stop": middle.isoformat(), "provider_npi": case.crna},
        {"start": middle.isoformat(), "stop": case.stop.isoformat(), "provider_npi": relief},
    ]
    second = deepcopy(case.claims[0])
    second.update(id=f"K{case.number}-relief", npi=relief)
    case.claims.append(second)


@_defect("professional component of an anesthetic", "ANE133", _alone)
def _(case: Case) -> None:
    _line(case)["modifiers"].insert(1, "26")


@_defect("burn add-on miscounted", "ANE135", _personal)
def _(case: Case) -> None:
    _line(case)["procedure"] = "01952"
    _add(case, procedure="01953", modifiers=["AA"])
    _record(case).update(tbsa_percent=20, surgical_cpts=["15002"])
