"""Anesthesia time beside the times of the operating room and of recovery."""

from __future__ import annotations

from typing import Any

from prebill import Outcomes, ServiceLine, codes, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.spans import Span, clock, clock_range, minute_of, without
from prebill_anesthesia.vocabulary import LABOR, TIMED, named


@rule(
    "ANE130",
    severity="review",
    owner="clinical_documentation",
    prevents=("CO-152", "CO-151"),
    sources=(
        "42 CFR 414.46(a)(3)",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.G; the windows are defaults of this pack",
    ),
    procedures=TIMED - codes(LABOR),
    fails=[
        {
            "lines": ["00790-AA 125min @22"],
            "documentation": {
                "anesthesia": {
                    "anes_start": "T06:55",
                    "anes_stop": "T09:00",
                    "or_in": "T07:30",
                    "or_out": "T08:50",
                }
            },
        }
    ],
    passes=[
        {
            "lines": ["00790-AA 120min @22"],
            "documentation": {
                "anesthesia": {
                    "anes_start": "T07:00",
                    "anes_stop": "T09:00",
                    "or_in": "T07:30",
                    "or_out": "T08:50",
                }
            },
        }
    ],
)
def time_outside_operating_room(
    line: ServiceLine,
    record: AnesthesiaRecord,
    *,
    pre_window: int = 30,
    post_window: int = 15,
    post_window_without_recovery: int = 20,
) -> Outcomes:
    """The anesthetic starts long before the operating room, or ends long after recovery began.

    Time starts when the patient is prepared in the operating room or its equal, and ends when others can take
    over; what lies outside is recouped. Correct start and stop, or document the care given then.
    """
    spans = record.spans
    if spans is None:
        yield not_checked("no anesthesia start and stop on file")
        return
    blocks = [block.span for block in record.blocks or () if block.is_the_anesthetic and block.span is not None]
    counted = without(spans, blocks) or spans
    start, stop = counted[0].start, counted[-1].stop
    entered, left, recovery = (
        None if moment is None else minute_of(moment) for moment in (record.or_in, record.or_out, record.pacu_in)
    )
    if recovery is None and (entered is None or left is None):
        yield not_checked("neither the times of the operating room nor of recovery are on file")
        return
    offset = record.utc_offset
    if entered is not None and left is not None and not Span(entered - 120, left + 120).overlap(Span(start, stop)):
        yield hit(
            line,
            f"{named(line)}: the anesthetic {clock_range(Span(start, stop), offset)} lies outside the operating"
            " room"
            f" {clock_range(Span(entered, left), offset)}; it is another case or another day.",
            fix="Join the record of this case.",
            at="units",
            severity="stop",
        )
        return
    if entered is not None and start < entered - pre_window:
        yield _outside(
            line,
            f"starts {clock(start, offset)}, {entered - start} min before the operating room {clock(entered, offset)}",
            "start",
        )
    if recovery is not None and stop > recovery + post_window:
        yield _outside(
            line,
            f"stops {clock(stop, offset)}, {stop - recovery} min after arrival in recovery"
            f" {clock(recovery, offset)}, without documented continued care",
            "stop",
        )
    elif recovery is None and left is not None and stop > left + post_window_without_recovery:
        yield _outside(
            line,
            f"stops {clock(stop, offset)}, {stop - left} min after the operating room {clock(left, offset)}",
            "stop",
        )
    if (entered is not None and start > entered + 15) or (left is not None and stop < left):
        yield _outside(line, "does not cover the time in the operating room; minutes may be missing", "short", "info")


def _outside(line: ServiceLine, what: str, subject: str, severity: str | None = None) -> Any:
    return hit(
        line,
        f"{named(line)}: the anesthetic {what}.",
        fix="Correct start and stop, or document the care given then.",
        at="units",
        severity=severity,
        subject=subject,
    )
