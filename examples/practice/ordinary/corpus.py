"""Puts ordinary weeks together: kinds of visits as often as they come in a group of this size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from examples.practice.ordinary import (
    behavioral_health,
    cardiology,
    coordination,
    edges,
    hospital,
    orthopedics,
    pediatrics,
    primary_care,
    procedures,
    rehabilitation,
    services,
)
from examples.practice.ordinary.after_hours import AfterHours
from examples.practice.ordinary.anesthesia import EndoscopySuite, LaborWard, OperatingRooms
from examples.practice.ordinary.weeks import Weeks

SEED = 20251006
START = date(2025, 10, 6)
"""A Monday in a quarter of which the excerpts that ship with prebill are in force."""

Kind = Callable[[Weeks], None]
_KINDS: tuple[tuple[float, Kind], ...] = (
    (40, primary_care.visits),
    (18, primary_care.visits_with_laboratory),
    (10, primary_care.visits_with_waived_tests),
    (14, primary_care.visits_with_procedures),
    (8, primary_care.injections),
    (8, primary_care.cardiograms_and_spirometry),
    (2, primary_care.nurse_visits),
    (3, primary_care.smoking),
    (12, primary_care.wellness),
    (4, primary_care.vaccines),
    (4, primary_care.chronic_care),
    (3, primary_care.women),
    (4, primary_care.nursing_home),
    (8, pediatrics.well_children),
    (8, pediatrics.sick_children),
    (10, orthopedics.visits_with_pictures),
    (10, orthopedics.injections),
    (4, orthopedics.fractures),
    (2, orthopedics.broken_children),
    (10, orthopedics.operations),
    (6, rehabilitation.therapy),
    (4, rehabilitation.pain),
    (10, cardiology.office),
    (8, cardiology.studies),
    (3, cardiology.perfusion),
    (4, cardiology.remote),
    (8, cardiology.readings),
    (4, cardiology.hospital),
    (6, cardiology.laboratory),
    (10, behavioral_health.weekly),
    (4, behavioral_health.intakes),
    (6, behavioral_health.prescriber),
    (3, behavioral_health.children),
    (2, behavioral_health.families_and_groups),
    (2, behavioral_health.crises),
    (10, procedures.skin),
    (8, procedures.digestion),
    (8, procedures.eyes),
    (5, procedures.women),
    (3, procedures.general_surgery),
    (6, hospital.stays),
    (2, hospital.observation),
    (2, hospital.critical_care),
    (12, hospital.emergencies),
    (12, hospital.radiology),
    (60, services.any_service),
    (5, coordination.second_payer),
    (3, coordination.corrected),
    (3, coordination.injured_at_work),
    (2, coordination.injured_by_car),
    *((1.5, each) for each in edges.ALL),
)
_OF_ANESTHESIA = (2, 8, 2, 2)


def ordinary_weeks(claims: int, *, seed: int = SEED, start: date = START, weeks: int = 6) -> Weeks:
    """Return weeks of correct claims from a Monday on, at least as many as asked for."""
    made = Weeks(seed, start, weeks)
    suites = (
        OperatingRooms(made).next_day,
        EndoscopySuite(made).next_case,
        LaborWard(made).next_case,
        AfterHours(made).next_case,
    )
    kinds = [*_KINDS, *zip(_OF_ANESTHESIA, suites, strict=True)]
    frequencies = [frequency for frequency, _ in kinds]
    while len(made) < claims:
        (kind,) = made.random.choices([kind for _, kind in kinds], frequencies)
        kind(made)
    return made
