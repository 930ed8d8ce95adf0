import pytest

from prebill_behavioral_health.codes import minutes_per_unit
from prebill_behavioral_health.timing import crisis_add_on_units, therapy_length


@pytest.mark.parametrize(
    ("minutes", "length"),
    [(15, None), (16, "short"), (37, "short"), (38, "middle"), (52, "middle"), (53, "long"), (80, "long")],
)
def test_minutes_choose_the_length_of_psychotherapy(minutes: int, length: str | None) -> None:
    assert therapy_length(minutes) == length


@pytest.mark.parametrize(("minutes", "units"), [(30, 0), (74, 0), (75, 1), (104, 1), (105, 2), (134, 2), (135, 3)])
def test_crisis_therapy_adds_a_unit_per_thirty_minutes_begun(minutes: int, units: int) -> None:
    assert crisis_add_on_units(minutes) == units


def test_only_codes_of_time_have_minutes() -> None:
    assert minutes_per_unit("97153") == 15
    assert minutes_per_unit("96130") == 60
    assert minutes_per_unit("90834") is None
