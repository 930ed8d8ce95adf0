"""Pediatrics: preventive care with vaccines, sick children."""

from __future__ import annotations

from examples.practice.day import line
from examples.practice.ordinary.group import OF_CHILDREN, PEDIATRICIANS
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import Person


def child(weeks: Weeks, ages: tuple[int, int]) -> Person:
    """Return a child."""
    return weeks.someone("PE", OF_CHILDREN, ages=ages)


def well_children(weeks: Weeks) -> None:
    """Preventive care of children with their vaccines."""
    random = weeks.random
    ages, code, shots = random.choice(
        (
            ((1, 3), "99392", ("90707", "90716")),
            ((1, 3), "99382", ("90633",)),
            ((5, 9), "99393", ()),
            ((12, 16), "99394", ("90715", "90651")),
            ((12, 16), "99394", ("90734",)),
        )
    )
    person = child(weeks, ages)
    lines = [line(f"{code}-25" if shots else code)]
    for shot in shots:
        lines.append(line(shot, dx=(2,)))
    if shots:
        lines.append(line("90460", dx=(2,), units=len(shots)))
        components = sum({"90707": 2, "90715": 2}.get(each, 0) for each in shots)
        if components:
            lines.append(line("90461", dx=(2,), units=components))
    if random.random() < 0.3 and ages == (1, 3):
        lines.append(line("96110"))
    weeks.see("PE", person, random.choice(PEDIATRICIANS), weeks.workday(), "Z00.129 Z23", *lines, booked=30)


def sick_children(weeks: Weeks) -> None:
    """Sick children."""
    random = weeks.random
    person = child(weeks, random.choice(((2, 5), (6, 12), (13, 17))))
    level, diagnosis, tests = random.choice(
        (
            ("99213", "H66.91", ()),
            ("99213", "J02.9", ("87880-QW",)),
            ("99213", "J06.9", ()),
            ("99214", "J45.901", ()),
            ("99213", "J11.1", ("87804-QW", "87804-59-QW")),
            ("99212", "L01.00", ()),
            ("99203", "B34.9", ()),
        )
    )
    lines = (line(level), *map(line, tests))
    clinician = random.choice(PEDIATRICIANS)
    weeks.see("PE", person, clinician, weeks.workday(), diagnosis, *lines, booked=0, distinct="non_overlapping")
