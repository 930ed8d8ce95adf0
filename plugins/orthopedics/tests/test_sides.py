from datetime import date

import pytest

from prebill import ServiceLine
from prebill_orthopedics.codes import joint_of_diagnosis, joint_of_operation
from prebill_orthopedics.sides import side_of


@pytest.mark.parametrize(
    ("modifiers", "side"),
    [
        (("RT",), "R"),
        (("LT",), "L"),
        (("50",), "B"),
        (("RT", "LT"), "B"),
        (("FA",), "L"),
        (("F5",), "R"),
        (("F7",), "R"),
        (("T4",), "L"),
        (("T9",), "R"),
        (("F5", "F6"), "R"),
        (("E1",), None),
        (("F1", "F6"), None),
        (("RT", "50"), None),
        ((), None),
    ],
)
def test_modifiers_say_the_side(modifiers: tuple[str, ...], side: str | None) -> None:
    line = ServiceLine(number=1, procedure="20610", from_date=date(2026, 3, 16), modifiers=modifiers)
    assert side_of(line) == side


def test_operations_and_diagnoses_name_their_joint() -> None:
    assert joint_of_operation("27447") == joint_of_diagnosis("M1711") == "knee"
    assert joint_of_operation("29827") == joint_of_diagnosis("M75121") == "shoulder"
    assert joint_of_operation("20610") is joint_of_diagnosis("I10") is None
