"""The anesthesia record and what belongs to it: relief, blocks, lines, labor, attestations.

One row of an anesthesia log is one record: its columns are the fields here. Times are local, to the minute. A
field that is None is not known; only what the record states counts.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import attrs

from prebill import Claim, NotKnown, ServiceLine, codes, record
from prebill_anesthesia.spans import Span, offset_of, span_of

_AFTER_LABOR = codes("01968 01969")
Step = bool | Literal["not_applicable"] | None


@attrs.frozen(kw_only=True)
class Interval:
    """A stretch of time, whose it is, and why it is set apart."""

    start: datetime
    stop: datetime
    provider_npi: str | None = None
    reason: str | None = None

    @property
    def span(self) -> Span:
        """The interval in minutes."""
        return span_of(self.start, self.stop)


@attrs.frozen(kw_only=True)
class Direction:
    """What the directing physician attests of a case, step by step (42 CFR 415.110(a)(1)(i)-(vii))."""

    examination: Step = None
    plan: Step = None
    key_portions: Step = None
    qualified_anesthetist: Step = None
    monitoring: Step = None
    availability: Step = None
    aftercare: Step = None
    signed_at: datetime | None = None
    signed: bool | None = None
    monitoring_notes: tuple[datetime, ...] | None = None


@attrs.frozen(kw_only=True)
class Block:
    """A nerve block or injection; `purpose` is `postop_pain`, `primary_anesthetic` or `both`."""

    cpt: str
    placed_at: datetime | None = None
    placed_stop: datetime | None = None
    placed_by_npi: str | None = None
    purpose: Literal["postop_pain", "primary_anesthetic", "both"] | None = None
    surgeon_request_documented: bool | None = None
    patient_consent: bool | None = None
    separate_note: bool | None = None
    continuous: bool | None = None
    side: str | None = None
    image_saved: bool | None = None

    @property
    def is_the_anesthetic(self) -> bool:
        """Tell whether the operation was done under this block."""
        return self.purpose in {"primary_anesthetic", "both"}

    @property
    def span(self) -> Span | None:
        """When the block was placed, if both times are known."""
        if self.placed_at is None or self.placed_stop is None:
            return None
        return span_of(self.placed_at, self.placed_stop)


@attrs.frozen(kw_only=True)
class PlacedLine:
    """A line, tube or other procedure beside the anesthetic, with who did it, when and where."""

    cpt: str
    placed_by_npi: str | None = None
    placed_at: datetime | None = None
    site: str | None = None
    separate_note: bool | None = None
    us_image_saved: bool | None = None


@attrs.frozen(kw_only=True)
class Echocardiogram:
    """A transesophageal echocardiogram; `purpose` is `diagnostic`, `monitoring` or `guidance`."""

    purpose: Literal["diagnostic", "monitoring", "guidance"] | None = None
    report_signed: bool | None = None
    requested_by: str | None = None


@attrs.frozen(kw_only=True)
class Labor:
    """A labor: its neuraxial anesthesia, the time face to face, and how it ended."""

    neuraxial_start: datetime | None = None
    neuraxial_stop: datetime | None = None
    delivered_at: datetime | None = None
    face_minutes: int | None = None
    delivery: Literal["vaginal", "cesarean", "cesarean_hysterectomy", "none"] | None = None
    cs_start: datetime | None = None
    cs_stop: datetime | None = None


@attrs.frozen(kw_only=True)
class Catheter:
    """An indwelling catheter: `epidural`, `subarachnoid` or `peripheral`, and the day it was placed."""

    kind: Literal["epidural", "subarachnoid", "peripheral"] | None = None
    placed_on: date | None = None


AnesthesiaType = Literal[
    "general",
    "spinal",
    "epidural",
    "combined_spinal_epidural",
    "regional_block",
    "mac",
    "moderate_sedation",
    "none",
]
AnesthetistKind = Literal["crna", "caa", "srna", "resident", "intern", "fellow", "none"]
Stage = Literal["none", "before_prep", "before_induction", "after_induction"]


@record("anesthesia")
@attrs.frozen(kw_only=True)
class AnesthesiaRecord:
    """One anesthetic as documented.

    `anesthetist_kind` is who was with the patient beside or instead of the physician; `none` says nobody, the
    physician personally. `intervals` hold relief and interruptions; without them the anesthetic ran from
    `anes_start` to `anes_stop`. `direction_intervals` say when the physician directed, if not all the time.
    On a claim with several anesthetics, `line_number` or `procedure` says which line the record is about.
    """

    anes_case_id: str | None = None
    line_number: int | None = None
    procedure: str | None = None
    room: str | None = None
    anes_start: datetime | None = None
    anes_stop: datetime | None = None
    intervals: tuple[Interval, ...] = ()
    or_in: datetime | None = None
    or_out: datetime | None = None
    pacu_in: datetime | None = None
    induction_at: datetime | None = None
    emergence_at: datetime | None = None
    anesthesia_type: AnesthesiaType | None = None
    asa_class: int | None = None
    asa_emergency: bool | None = None
    anesthesiologist_npi: str | None = None
    directing_npi: str | None = None
    anesthetist_npi: str | None = None
    anesthetist_kind: AnesthetistKind | None = None
    anesthetist_employer: str | None = None
    direction_intervals: tuple[Interval, ...] = ()
    concurrency_exclusions: tuple[Interval, ...] = ()
    md_steps: Direction | None = None
    present_at_induction: bool | None = None
    teaching_attestation: bool | None = None
    both_necessary_documented: bool | None = None
    surgical_cpts: tuple[str, ...] | None = None
    surgeon_npi: str | None = None
    patient_position: str | None = None
    airway_access_limited: bool | None = None
    need_for_anesthesia_documented: bool | None = None
    procedure_stage_cancelled: Stage | None = None
    returned_to_or: bool | None = None
    blocks: tuple[Block, ...] | None = None
    lines_placed: tuple[PlacedLine, ...] | None = None
    tee: Echocardiogram | None = None
    labor: Labor | None = None
    screening_intent: bool | None = None
    endoscopy_findings_treated: bool | None = None
    upper_and_lower_same_session: bool | None = None
    tbsa_percent: Decimal | None = None
    catheter: Catheter | None = None
    facility_state: str | None = None
    anesthesia_record_signed: bool | None = None

    def is_for(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether the record is about a line: by its number or its code, where the record states them."""
        return self.line_number in (None, line.number) and self.procedure in (None, line.procedure)

    @property
    def physician_npi(self) -> str | None:
        """The physician responsible: who directed the case, else the anesthesiologist."""
        return self.directing_npi or self.anesthesiologist_npi

    @property
    def spans(self) -> tuple[Span, ...] | None:
        """The anesthesia time in order, gaps left out; None when start or stop is not on file."""
        if self.intervals:
            return tuple(sorted(interval.span for interval in self.intervals))
        if self.anes_start is None or self.anes_stop is None:
            return None
        if (self.anes_start.tzinfo is None) != (self.anes_stop.tzinfo is None):
            message = "whether start and stop of the anesthesia record are in one time zone"
            raise NotKnown(message)
        return (span_of(self.anes_start, self.anes_stop),)

    def spans_for(self, line: ServiceLine) -> tuple[Span, ...] | None:
        """Return the anesthesia time of a line: of a cesarean after labor its own, where the record of labor has it."""
        labor = self.labor
        if line.procedure in _AFTER_LABOR and labor is not None and labor.cs_start and labor.cs_stop:
            return (span_of(labor.cs_start, labor.cs_stop),)
        return self.spans

    @property
    def first_moment(self) -> datetime | None:
        """When the anesthesia started."""
        return min((interval.start for interval in self.intervals), default=self.anes_start)

    @property
    def last_moment(self) -> datetime | None:
        """When the anesthesia stopped."""
        return max((interval.stop for interval in self.intervals), default=self.anes_stop)

    @property
    def utc_offset(self) -> int:
        """The minutes by which the record's clock is ahead of UTC; 0 without a zone."""
        return offset_of(self.first_moment)

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers of the intervals, each once, in the order in which they came."""
        ordered = sorted(self.intervals, key=lambda interval: interval.start)
        return tuple(dict.fromkeys(each.provider_npi for each in ordered if each.provider_npi))
