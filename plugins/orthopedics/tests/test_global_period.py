from datetime import date

import pytest

from prebill import Provider
from prebill_orthopedics.global_period import last_global_day
from prebill_orthopedics.specialties import specialty_of


@pytest.mark.parametrize(
    ("surgery", "global_days", "last"),
    [
        (date(2025, 1, 5), "090", date(2025, 4, 5)),
        (date(2025, 1, 6), "090", date(2025, 4, 6)),
        (date(2024, 1, 5), "090", date(2024, 4, 4)),
        (date(2023, 12, 20), "090", date(2024, 3, 19)),
        (date(2025, 1, 5), "010", date(2025, 1, 15)),
        (date(2009, 1, 10), "010", date(2009, 1, 20)),
        (date(2025, 3, 3), "010", date(2025, 3, 13)),
        (date(2025, 3, 3), "000", date(2025, 3, 3)),
        (date(2025, 3, 3), "ZZZ", date(2025, 3, 3)),
    ],
)
def test_the_last_day_is_counted_from_the_day_after_the_operation(surgery: date, global_days: str, last: date) -> None:
    assert last_global_day(surgery, global_days) == last


@pytest.mark.parametrize(
    ("taxonomy", "specialty"),
    [
        ("207X00000X", "orthopedic surgery"),
        ("207XX0801X", "orthopedic surgery"),
        ("207XS0106X", "hand surgery"),
        ("207XX0005X", "sports medicine"),
        ("213ES0103X", "podiatry"),
        ("207Q00000X", "207Q00000X"),
        (None, None),
    ],
)
def test_a_taxonomy_stands_for_a_specialty(taxonomy: str | None, specialty: str | None) -> None:
    assert specialty_of(Provider(taxonomy=taxonomy)) == specialty
