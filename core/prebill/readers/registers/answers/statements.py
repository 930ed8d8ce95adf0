"""The statements of an answer about eligibility: an EB segment with what follows it (271 loop 2110)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise, takewhile

import attrs

from prebill.readers.registers.answers.answer import Period, Reading, named, reference
from prebill.readers.x12.levels import Level, Segment

ACTIVE = frozenset("12345")
INACTIVE = frozenset("678")
_PLAN = "30"
_SINGLE = ("290", "291", "292", "307", "435")
_PAIRS = (("346", "347"), ("356", "357"), ("348", "349"), ("193", "194"))
_PERIODS = ("472", *_SINGLE, *(qualifier for pair in _PAIRS for qualifier in pair))


@attrs.frozen
class Statement:
    """What a payer says of a plan, a benefit or another payer.

    `details` are the segments of the loop itself, `parties` the names (NM1) in it. `dates` are its periods by their
    qualifier.
    """

    loop: str
    stated: Segment
    details: tuple[Segment, ...]
    parties: tuple[Segment, ...]
    dates: Mapping[str, Period]

    @property
    def code(self) -> str:
        """What it says (EB01)."""
        return self.stated[1]

    @property
    def active(self) -> bool:
        """Tell whether it says that something is active."""
        return self.code in ACTIVE

    @property
    def service_types(self) -> tuple[str, ...]:
        """The kinds of service that it is about (EB03); none for the plan as a whole."""
        return self.stated.repeated(3)

    @property
    def is_of_plan(self) -> bool:
        """Tell whether it is about the plan as a whole, not about a kind of service or a procedure."""
        return not self.stated[13] and (not self.service_types or _PLAN in self.service_types)

    @property
    def insurance(self) -> str:
        """The type of insurance (EB04), such as `MB` for Medicare Part B."""
        return self.stated[4]

    @property
    def plan_name(self) -> str:
        """The plan in words (EB05)."""
        return self.stated[5]

    @property
    def period(self) -> Period:
        """The days for which it holds; an inactive coverage says by a single day neither begin nor end."""
        for first, last in _PAIRS:
            if first in self.dates or last in self.dates:
                return self.dates.get(first, (None, None))[0], self.dates.get(last, (None, None))[0]
        for qualifier in _SINGLE:
            begin, end = self.dates.get(qualifier, (None, None))
            if begin is not None and (end is not None or self.code not in INACTIVE):
                return begin, end
        return None, None

    def speaks_for(self, day: date) -> bool:
        """Tell whether a day lies in its period, or it names none."""
        begin, end = self.period
        return (begin is None or begin <= day) and (end is None or day <= end)

    def reference(self, *qualifiers: str) -> str | None:
        """Return the first reference (REF02) of the qualifiers."""
        return reference(self.details, *qualifiers)

    def party(self, *roles: str) -> Segment | None:
        """Return the first name in one of the roles (NM101)."""
        return named(self.parties, "NM1", *roles)

    @property
    def text(self) -> str:
        """Its messages (MSG), in upper case."""
        return " ".join(each[1] for each in self.details if each.name == "MSG").upper()


def before_statements(level: Level | None) -> list[Segment]:
    """Return what a level says of the payer, the provider or the member (2100): all before its first EB."""
    segments = level.segments if level is not None else []
    return list(takewhile(lambda segment: segment.name != "EB", segments))


def statements_of(level: Level, reading: Reading) -> list[Statement]:
    """Return the statements of a level (2110)."""
    loop = "2110C" if level.code == "22" else "2110D"
    bounds = [number for number, segment in enumerate(level.segments) if segment.name == "EB"]
    bounds.append(len(level.segments))
    return [_statement(loop, level.segments[first:last], reading) for first, last in pairwise(bounds)]


def _statement(loop: str, segments: Iterable[Segment], reading: Reading) -> Statement:
    stated, *rest = segments
    first = next((number for number, each in enumerate(rest) if each.name in {"LS", "NM1"}), len(rest))
    return Statement(
        loop=loop,
        stated=stated,
        details=tuple(rest[:first]),
        parties=tuple(each for each in rest[first:] if each.name == "NM1"),
        dates=reading.dates(rest[:first], loop, _PERIODS),
    )
