"""Writes the example day anew: `python -m examples.generate`. The same bytes every time."""

from __future__ import annotations

from pathlib import Path

from examples.practice import anesthesia, behavioral_health, cardiology, orthopedics, primary_care
from examples.practice.day import Day
from examples.practice.files import files_of

SEED = 20260323
HERE = Path(__file__).parent


def practice_day() -> Day:
    """Return the day of the practice."""
    day = Day(SEED)
    for department in (primary_care, cardiology, anesthesia, behavioral_health, orthopedics):
        department.bill_all(day)
    return day


def main() -> None:
    """Write every file of the day."""
    for name, content in files_of(practice_day()).items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
