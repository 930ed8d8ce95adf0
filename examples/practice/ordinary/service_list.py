"""What the rest of the departments do every day, a line or two for each kind of visit."""

from __future__ import annotations

from typing import Any

import attrs

from examples.practice.ordinary.group import (
    ALLERGISTS,
    CHIROPRACTORS,
    COMMERCIAL,
    COMMUNITY,
    DERMATOLOGISTS,
    EMERGENCY_PHYSICIANS,
    GENERAL_SURGEONS,
    GYNECOLOGISTS,
    HOSPITALISTS,
    INTERNISTS,
    LAKESIDE,
    MEDICAID,
    NEPHROLOGISTS,
    NEUROLOGISTS,
    NEUROSURGEONS,
    OF_ADULTS,
    OF_AGE,
    OF_CHILDREN,
    ONCOLOGISTS,
    OPHTHALMOLOGISTS,
    OTOLARYNGOLOGISTS,
    PATHOLOGISTS,
    PEDIATRICIANS,
    PODIATRISTS,
    PULMONOLOGISTS,
    RADIOLOGISTS,
    SPEECH_THERAPISTS,
    TRICARE,
    UROLOGISTS,
)
from examples.practice.people import CARDIOLOGISTS, MEDICARE, NORTHWIND, PSYCHOLOGISTS, SURGEONS, PayerBilled
from prebill import Provider


@attrs.frozen(kw_only=True)
class Whom:
    """The patients of a kind of visit."""

    payers: tuple[PayerBilled, ...] = (*OF_ADULTS, *OF_AGE)
    ages: tuple[int, int] = (20, 63)
    older: tuple[int, int] = (66, 90)
    sex: str | None = None


ANYBODY = Whom()
ON_MEDICARE = Whom(payers=(MEDICARE,))
PAST_65 = Whom(payers=OF_AGE)
NOT_ON_MEDICARE = Whom(payers=OF_ADULTS)
WOMEN = Whom(payers=OF_ADULTS, ages=(21, 45), sex="F")
MEN = Whom(ages=(50, 63), sex="M")
OLDER_WOMEN = Whom(ages=(50, 63), sex="F")
CHILDREN = Whom(payers=OF_CHILDREN, ages=(5, 11))
CHILDREN_ON_MEDICAID = Whom(payers=(MEDICAID, COMMUNITY), ages=(5, 11))
COMMERCIALLY = Whom(payers=(*COMMERCIAL, TRICARE))


@attrs.frozen(kw_only=True)
class Service:
    """A kind of visit: who, where, whom, and its lines in the notation of cases, with their charges."""

    clinicians: tuple[Provider, ...]
    lines: tuple[str, ...]
    whom: Whom = ANYBODY
    place: str = "11"
    booked: int = 9
    distinct: str = "separate_structure"


def _of(clinicians: tuple[Provider, ...], *lines: str, **fields: Any) -> Service:
    return Service(clinicians=clinicians, lines=lines, **fields)


SERVICES: tuple[Service, ...] = (
    # Urology
    _of(UROLOGISTS, "99213-25 [N40.1] $190", "51798 [R33.9] $60", whom=MEN),
    _of(UROLOGISTS, "99203-25 [R31.0] $240", "52000 [R31.0] $620"),
    _of(UROLOGISTS, "52000 [C67.9] $620"),
    _of(UROLOGISTS, "55700 [R97.20] $640", "76942 [R97.20] $190", whom=MEN),
    _of(UROLOGISTS, "52353-LT [N20.1] $1900", place="24"),
    _of(UROLOGISTS, "99214 [N20.0] $275", "81003 [N20.0] $12"),
    # Ear, nose and throat
    _of(OTOLARYNGOLOGISTS, "99213-25 [J32.9] $190", "31231 [J32.9] $420"),
    _of(OTOLARYNGOLOGISTS, "99213-25 [H61.23] $190", "69210 [H61.23] $130"),
    _of(OTOLARYNGOLOGISTS, "69436-50 [H65.23] $1450", whom=CHILDREN, place="24"),
    _of(OTOLARYNGOLOGISTS, "42820 [J35.3] $1400", whom=CHILDREN, place="24"),
    _of(OTOLARYNGOLOGISTS, "99204-25 [R49.0] $355", "31575 [R49.0] $330"),
    _of(OTOLARYNGOLOGISTS, "92557 [H90.3] $95", "92567 [H90.3] $38"),
    # Allergy
    _of(ALLERGISTS, "95004 x40 [J30.1] $9", "99204-25 [J30.1] $355"),
    _of(ALLERGISTS, "95117 [J30.1] $35", booked=0),
    _of(ALLERGISTS, "95165 x10 [J30.1] $22", booked=0),
    # Lungs and sleep
    _of(PULMONOLOGISTS, "99214-25 [J44.9] $275", "94060 [J44.9] $165"),
    _of(PULMONOLOGISTS, "94060 [J84.10] $165", "94729 [J84.10] $140", "94726 [J84.10] $150"),
    _of(PULMONOLOGISTS, "95810-26 [G47.33] $290", place="22"),
    _of(PULMONOLOGISTS, "99291 [J96.01] $640", "99292 x2 [J96.01] $320", place="21", booked=0),
    _of(PULMONOLOGISTS, "31624 [R91.8] $690", place="22"),
    # Nerves
    _of(NEUROLOGISTS, "99214 [G40.909] $275"),
    _of(NEUROLOGISTS, "95911 [G56.01] $520", "95886 x2 [G56.01] $190"),
    _of(NEUROLOGISTS, "95816-26 [R56.9] $130", place="22"),
    _of(NEUROLOGISTS, "99213-25 [G43.709] $190", "64615 [G43.709] $390", "J0585 x155 [G43.709] $9"),
    _of(NEUROLOGISTS, "99205 [G25.0] $470", "99417 [G25.0] $75", whom=Whom(payers=(NORTHWIND, TRICARE))),
    # Kidneys
    _of(NEPHROLOGISTS, "90961 [N18.6,Z99.2] $560", booked=0, place="65"),
    _of(NEPHROLOGISTS, "90935 [N18.6,Z99.2] $260", place="21", booked=0),
    _of(NEPHROLOGISTS, "99214 [N18.4,I12.9] $275"),
    # Cancer
    _of(
        ONCOLOGISTS,
        "96413 [Z51.11,C50.911] $420",
        "99214-25 [C50.911] $275",
        "96415 x2 [Z51.11,C50.911] $95",
        "J9267 x150 [C50.911] $2",
        "J1100 x12 [C50.911] $1",
        "96375 [C50.911] $60",
        whom=Whom(payers=(*OF_ADULTS, *OF_AGE), ages=(40, 63), sex="F"),
    ),
    _of(ONCOLOGISTS, "96365 [D50.9] $190", "96366 [D50.9] $60", "J1756 x200 [D50.9] $1"),
    _of(ONCOLOGISTS, "96372 [D63.1,N18.4] $40", "J0881 x100 [D63.1,N18.4] $6"),
    _of(ONCOLOGISTS, "38222-RT [D46.9] $520"),
    # Feet
    _of(PODIATRISTS, "11721-Q8 [B35.1,I70.203] $110", whom=ON_MEDICARE),
    _of(PODIATRISTS, "11056-Q8 [L84,I70.203] $140", "11721-59-Q8 [B35.1,I70.203] $110", whom=ON_MEDICARE),
    _of(PODIATRISTS, "99203-25 [L60.0] $240", "11730-T5 [L60.0] $260", whom=NOT_ON_MEDICARE),
    _of(PODIATRISTS, "11750-TA [L60.0] $480"),
    _of(PODIATRISTS, "28285-T6 [M20.41] $1300", place="24"),
    _of(PODIATRISTS, "11042 [E11.621,L97.512] $330", "11045 x2 [E11.621,L97.512] $120"),
    _of(PODIATRISTS, "97597 [E11.621,L97.412] $190", "97598 x2 [E11.621,L97.412] $70"),
    # Spine by hand
    _of(CHIROPRACTORS, "98941-AT [M99.03,M54.50] $75", whom=ON_MEDICARE, booked=3),
    _of(CHIROPRACTORS, "98940 [M99.01,M54.2] $60", "97110-GP [M54.2] $85", whom=COMMERCIALLY, booked=3),
    # Speech
    _of(SPEECH_THERAPISTS, "92507-GN [F80.2] $150", whom=Whom(payers=(NORTHWIND, COMMUNITY), ages=(4, 9))),
    _of(SPEECH_THERAPISTS, "92526-GN [R13.12] $160", whom=PAST_65),
    # Spine by knife
    _of(NEUROSURGEONS, "63047 [M48.061] $4200", "63048 [M48.061] $900", place="21", booked=20),
    _of(
        NEUROSURGEONS,
        "22551 [M50.121] $5400",
        "22845-59 [M50.121] $1900",
        "22853 [M50.121] $700",
        "20930 [M50.121] $0.01",
        place="21",
        whom=COMMERCIALLY,
        booked=25,
    ),
    _of(
        NEUROSURGEONS,
        "22612 [M43.16] $5200",
        "22614 [M43.16] $1100",
        "22842 [M43.16] $2100",
        place="21",
        whom=ON_MEDICARE,
        booked=25,
    ),
    # General and vascular surgery
    _of(GENERAL_SURGEONS, "99204-25 [L72.3] $355", "10060 [L02.213] $310"),
    _of(GENERAL_SURGEONS, "19083-LT [N63.21] $980", whom=OLDER_WOMEN),
    _of(GENERAL_SURGEONS, "19301-RT [C50.411] $2100", "38525-RT [C50.411] $1500", place="22", whom=OLDER_WOMEN),
    _of(GENERAL_SURGEONS, "44970 [K35.80] $2300", place="21", booked=0),
    _of(GENERAL_SURGEONS, "36561-RT [C18.7] $1400", "77001-26 [C18.7] $60", "76937-26 [C18.7] $50", place="22"),
    # Women and children
    _of(GYNECOLOGISTS, "59400 [O80,Z37.0,Z3A.39] $4800", place="21", whom=WOMEN, booked=0),
    _of(GYNECOLOGISTS, "59510 [O34.211,Z37.0,Z3A.39] $5600", place="21", whom=WOMEN, booked=0),
    _of(GYNECOLOGISTS, "99213 [O09.521,Z3A.20] $190", "76805 [O09.521,Z3A.20] $340", whom=WOMEN),
    _of(GYNECOLOGISTS, "76815 [O36.8120,Z3A.18] $190", whom=WOMEN),
    _of(GYNECOLOGISTS, "11981 [Z30.017] $260", "J7307 [Z30.017] $1150", whom=WOMEN),
    _of(GYNECOLOGISTS, "99213-25 [N95.0] $190", "58100 [N95.0] $240", whom=OLDER_WOMEN),
    _of(GYNECOLOGISTS, "58571 [D25.1] $3900", place="22", whom=OLDER_WOMEN),
    _of(GYNECOLOGISTS, "59025 [O36.8130,Z3A.36] $90", "99214-25 [O36.8130,Z3A.36] $275", whom=WOMEN),
    _of(
        PEDIATRICIANS,
        "99393-25 [Z00.129] $240",
        "90460 [Z23] $45",
        "90686-SL [Z23] $0",
        whom=CHILDREN_ON_MEDICAID,
    ),
    _of(PEDIATRICIANS, "99213-25 [J45.909] $190", "94640 [J45.901] $55", "J7613 x3 [J45.901] $1", whom=CHILDREN),
    _of(
        PEDIATRICIANS,
        "99392 [Z00.129] $240",
        "83655 [Z13.88] $30",
        "36416 [Z13.88] $8",
        whom=Whom(payers=OF_CHILDREN, ages=(1, 3)),
    ),
    _of(PEDIATRICIANS, "99173 [Z00.129] $12", "99393 [Z00.129] $240", "92551 [Z00.129] $25", whom=CHILDREN),
    # Pictures and tissue
    _of(RADIOLOGISTS, "77067 [Z12.31] $320", "77063 [Z12.31] $110", whom=OLDER_WOMEN, booked=20),
    _of(RADIOLOGISTS, "77066 [N63.10] $360", "76642-RT [N63.10] $260", whom=OLDER_WOMEN),
    _of(RADIOLOGISTS, "77080 [Z78.0,M81.0] $160", whom=OLDER_WOMEN),
    _of(RADIOLOGISTS, "70553-26 [R51.9] $320", place="22"),
    _of(RADIOLOGISTS, "93970-26 [R60.0] $140", place="22"),
    _of(RADIOLOGISTS, "74177-26 [R10.9] $300", "71260-26 [R91.1] $220", place="22"),
    _of(RADIOLOGISTS, "36573 [Z45.2] $820", place="21", booked=0),
    _of(
        RADIOLOGISTS,
        "76705-26 [R10.11] $120",
        "76706-26 [Z87.891] $140",
        place="22",
        whom=Whom(payers=(MEDICARE,), older=(66, 75), sex="M"),
    ),
    _of(PATHOLOGISTS, "88305-26 x3 [D12.3] $110", place="22", booked=0),
    _of(PATHOLOGISTS, "88305-26 [C44.319] $110", "88342-26 [C44.319] $130", place="22", booked=0),
    # The heart again
    _of(CARDIOLOGISTS, "93010 [I21.4] $26", "93010-76 [I21.4] $26", place="23", booked=0),
    _of(CARDIOLOGISTS, "93306-26 [I50.23] $205", "93356 [I50.23] $130", place="22"),
    _of(
        CARDIOLOGISTS,
        "93312-26 [I48.91] $320",
        "93320-26 [I48.91] $60",
        "93325-26 [I48.91] $30",
        "92960 [I48.91] $560",
        place="22",
        distinct="non_overlapping",
    ),
    _of(CARDIOLOGISTS, "92928-LD [I25.110] $1650", "92928-RC [I25.110] $1650", place="22"),
    _of(CARDIOLOGISTS, "93458-26 [I25.119] $890", "93571-26 [I25.119] $310", place="22"),
    _of(CARDIOLOGISTS, "33208-KX [I49.5] $1900", place="22", whom=ON_MEDICARE),
    _of(
        CARDIOLOGISTS,
        "99214-25 [I48.19] $275",
        "93000 [I48.19] $48",
        "G2211 [I48.19] $40",
        whom=Whom(payers=(LAKESIDE,)),
    ),
    _of(CARDIOLOGISTS, "93798 [I25.2] $110", place="22"),
    # Care that takes a month, or a form
    _of(INTERNISTS, "G0180 [I50.22] $120", whom=ON_MEDICARE, booked=0),
    _of(INTERNISTS, "99214 [E11.65] $275", "3044F [E11.65] $0"),
    _of(INTERNISTS, "99213 [I10] $190", "3074F [I10] $0", "3078F [I10] $0"),
    _of(INTERNISTS, "G0402 [Z00.00] $390", whom=Whom(payers=(MEDICARE,), older=(65, 66))),
    _of(INTERNISTS, "G0439 [Z00.00] $240", "G0444 [Z13.31] $40", whom=ON_MEDICARE, distinct="non_overlapping"),
    _of(INTERNISTS, "99487 [I50.22,N18.32] $260", whom=PAST_65, booked=0),
    _of(INTERNISTS, "99214 [E11.42] $275", "95251 [E11.42] $110"),
    _of(INTERNISTS, "84132 [E87.5] $18", "84132-91 [E87.5] $18", booked=0),
    _of(INTERNISTS, "93306-GA [I10] $690", whom=ON_MEDICARE),
    _of(INTERNISTS, "99397-GY [Z00.00] $260", whom=ON_MEDICARE),
    # Minds measured
    _of(
        PSYCHOLOGISTS,
        "96130 [F90.2] $260",
        "96131 x2 [F90.2] $210",
        "96136 [F90.2] $120",
        "96137 x3 [F90.2] $110",
        whom=COMMERCIALLY,
    ),
    # Skin and eyes again
    _of(DERMATOLOGISTS, "17110 [B07.9] $260", "11102-59 [D48.5] $260"),
    _of(DERMATOLOGISTS, "11642 [C44.319] $690", "13132 [C44.319] $980"),
    _of(DERMATOLOGISTS, "11104 [L98.9] $310", "11105 [L98.9] $150"),
    _of(DERMATOLOGISTS, "17311 [C44.311] $1650", "14060 [C44.311] $1900"),
    _of(
        OPHTHALMOLOGISTS,
        "99214-25 [H35.3211] $275",
        "67028-RT [H35.3211] $330",
        "J0178-JZ x2 [H35.3211] $980",
        whom=PAST_65,
    ),
    _of(OPHTHALMOLOGISTS, "65855-LT [H40.1122] $640"),
    _of(OPHTHALMOLOGISTS, "92083 [H40.1131] $110", "92133 [H40.1131] $110", "92012 [H40.1131] $190"),
    # Wards, emergency rooms, operating rooms
    _of(HOSPITALISTS, "99232-FS [J18.9] $205", whom=ON_MEDICARE, place="21", booked=0),
    _of(HOSPITALISTS, "99291-25 [A41.9] $640", "36556 [A41.9] $420", "31500 [J96.01] $370", place="21", booked=0),
    _of(EMERGENCY_PHYSICIANS, "99284-25 [S01.01XA] $460", "12002 [S01.01XA] $310", place="23", booked=0),
    _of(EMERGENCY_PHYSICIANS, "99285-25 [I46.9] $680", "92950 [I46.9] $590", place="23", booked=0),
    _of(EMERGENCY_PHYSICIANS, "99284-57 [S43.004A] $460", "23650-54-RT [S43.004A] $690", place="23", booked=0),
    _of(EMERGENCY_PHYSICIANS, "99284-25 [R55] $460", "93010 [R55] $26", "93308-26 [R55] $90", place="23", booked=0),
    _of(SURGEONS, "29827-LT [M75.122] $3300", "29826-LT [M75.122] $700", "29824-LT [M19.012] $1500", place="24"),
    _of(SURGEONS, "27447-50 [M17.0] $7900", place="21", whom=ON_MEDICARE, booked=30),
    _of(SURGEONS, "25607-RT [S52.531A] $2900", place="24", booked=2),
    _of(SURGEONS, "27236-LT [S72.032A] $4100", place="21", whom=PAST_65, booked=0),
    _of(SURGEONS, "64721-RT [G56.01] $1400", "26055-F7 [M65.331] $1350", place="24"),
    _of(SURGEONS, "20680-RT [T84.84XA] $1200", place="24"),
    _of(SURGEONS, "99213-25 [M79.641] $190", "20550-F7 [M65.331] $150", "J3301 [M65.331] $4", whom=NOT_ON_MEDICARE),
)  # fmt: skip
