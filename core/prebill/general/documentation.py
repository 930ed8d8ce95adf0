"""What the practice documented for the general rules: visit notes, and why a service was distinct."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import attrs

from prebill.model import ServiceLine
from prebill.rules import record


class AboutLine(Protocol):
    """A record that may name the line that it is about."""

    @property
    def line_number(self) -> int | None: ...  # noqa: D102


Record = TypeVar("Record", bound=AboutLine)


def about(records: Sequence[Record], line: ServiceLine) -> Record | None:
    """Return the record that names a line, else one about the whole visit, else None."""
    exact = (each for each in records if each.line_number == line.number)
    whole = (each for each in records if each.line_number is None)
    return next(exact, None) or next(whole, None)


@record("distinct_service_reason")
@attrs.frozen(kw_only=True)
class DistinctService:
    """Why a service was distinct from the others of the day.

    `reason` is `separate_encounter`, `separate_structure`, `separate_practitioner` or `non_overlapping`; `times`,
    `sites` and `performers` are those of the two services.
    """

    line_number: int | None = None
    reason: str | None = None
    times: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    performers: tuple[str, ...] = ()
    text: str | None = None
    note: str | None = None


@record("em_documentation")
@attrs.frozen(kw_only=True)
class EvaluationNote:
    """What the note of an evaluation shows. A field that is empty was not documented."""

    line_number: int | None = None
    separate_note: bool | None = None
    problem_beyond_procedure: bool | None = None
    decision_for_surgery: bool | None = None
    mdm_level: str | None = None
    total_minutes: int | None = None
    note_signed_at: datetime | None = None


@record("post_operative_visit")
@attrs.frozen(kw_only=True)
class PostOperativeVisit:
    """Whether a visit or a procedure after surgery belongs to that surgery, and what was planned or happened."""

    line_number: int | None = None
    related_to_surgery: bool | None = None
    staged_plan: str | None = None
    return_to_operating_room: bool | None = None
