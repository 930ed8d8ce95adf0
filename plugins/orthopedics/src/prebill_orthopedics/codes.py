"""The procedure codes that orthopedic rules look at, by what they are."""

from __future__ import annotations

from prebill import codes

SURGERY = codes("10004-69990 0232T G0289")
VISIT = codes("99202-99215 99221-99223 99231-99239 99242-99245 99252-99255 99281-99285 99291 99304-99310 99341-99350")
MAJOR_JOINT_INJECTION = codes("20610 20611")
CAST = codes("29000-29590")
FRACTURE = codes(
    "23500-23680 24500-24685 25500-25695 26600-26785 27197-27259 27267-27269 27500-27566 27750-27848 28400-28675"
)
CLOSED_FRACTURE = codes(
    "23500 23570 23600 23620 24500 24530 24560 24576 24650 24670 25500 25530 25560 25600 25622 25630 25650",
    "26600 26720 26740 26750 27220 27230 27238 27246 27267 27500 27501 27508 27516 27520 27530 27538 27750",
    "27760 27767 27780 27786 27808 27816 27824 28400 28430 28450 28470 28490 28510 28530",
)

_JOINT_OPERATIONS = {
    "shoulder": codes("23000-23929 29805-29828"),
    "elbow": codes("23930-24999 29830-29838"),
    "wrist": codes("25000-25999 29840-29848"),
    "hand": codes("26010-26989"),
    "hip": codes("26990-27299 29860-29863 29914-29916"),
    "knee": codes("27301-27599 29866-29889 G0289"),
    "ankle": codes("27600-27899 29891-29899"),
    "foot": codes("28001-28899"),
}
_JOINT_DISEASES = {
    "shoulder": codes("M75* M19.01* M25.51* S42.2* S43* S46*"),
    "elbow": codes("M77.0* M77.1* M19.02* M25.52* S53*"),
    "wrist": codes("M19.03* M25.53* S52.5* S62.0* S62.1* S63.5*"),
    "hand": codes("M18* M65.3* M25.54* S62.2* S62.3* S62.5* S62.6*"),
    "hip": codes("M16* M25.55* M70.6* M70.7* S72.0* S73*"),
    "knee": codes("M17* M22* M23* M25.56* S82.0* S83*"),
    "ankle": codes("M19.07* M25.57* S82.5* S82.6* S93.4*"),
    "foot": codes("M20.1* M20.4* S92*"),
}


def joint_of_operation(procedure: str) -> str | None:
    """Return the joint that an operation is on, or None where its code names none."""
    return next((joint for joint, group in _JOINT_OPERATIONS.items() if procedure in group), None)


def joint_of_diagnosis(diagnosis: str) -> str | None:
    """Return the joint that a diagnosis is about, or None where its code names none."""
    return next((joint for joint, group in _JOINT_DISEASES.items() if diagnosis in group), None)
