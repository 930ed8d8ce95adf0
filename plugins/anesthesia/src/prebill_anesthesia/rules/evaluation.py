"""Visits around an anesthetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from prebill import Cohort, Outcomes, codes, hit, not_checked, rule
from prebill_anesthesia.anesthetics import Line
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import CANCELLED, TIMED, VISITS, named

_PREOPERATIVE = codes("Z01.81*")
_ANESTHESIA_TAXONOMIES = ("207L", "367500000X", "367H00000X")


@rule(
    "ANE115",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M144", "CO-234"),
    sources=(
        "42 CFR 414.46(a)(1)",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.A",
        "NCCI Policy Manual ch. II §A",
        "Florida Blue anesthesia policy: 30 days",
    ),
    procedures=TIMED,
    context=VISITS,
    key=("practice", "patient"),
    minimum=2,
    fails=[{"lines": ["00142-AA 30min @22", "99213 @22"]}],
    passes=[{"lines": ["00142-AA 30min @22", "99291 @21"]}],
)
def evaluation_management_bundled(
    lines: Cohort[AnesthesiaRecord], *, preop_stop_days: int = 1, preop_review_days: int = 30
) -> Outcomes:
    """A visit by the anesthesia group is billed that the base units include.

    The evaluation before an anesthetic is in its base units, on the day and before it. Drop the visit, or
    document the unrelated problem and link its own diagnosis; critical care is apart.
    """
    anesthetics = [line for line in lines if line.triggered and not _cancelled(line)]
    for visit in lines:
        if visit.triggered:
            continue
        window = timedelta(days=preop_review_days)
        later = [each for each in anesthetics if timedelta(0) <= each.from_date - visit.from_date <= window]
        if not later:
            continue
        same = _same_specialty(visit, later)
        if same is False:
            continue
        nearest = min(later, key=lambda each: each.from_date)
        days = (nearest.from_date - visit.from_date).days
        if days and not any(code in _PREOPERATIVE for code in visit.claim.diagnoses_of(visit.line)):
            continue
        if same is None:
            yield not_checked(f"the specialty of who rendered the visit on {visit.from_date}", nearest)
            continue
        significant = not days and visit.line.has("25")
        when = "on the day of" if not days else f"{days} day{'s'[: days > 1]} before"
        yield hit(
            visit,
            f"{named(visit.line)} on {visit.from_date}, {when} {nearest.procedure} by the same group: the"
            " evaluation"
            " before an anesthetic is in its base units.",
            fix="Keep it only for a separate problem with its own diagnosis and note; otherwise drop the visit."
            if significant
            else "Drop the visit, or document the unrelated problem and link its own diagnosis.",
            at="procedure",
            severity="review" if significant or days > preop_stop_days else "stop",
        )


def _cancelled(line: Line) -> bool:
    stage = None if line.record is None else line.record.procedure_stage_cancelled
    if stage is not None:
        return stage in {"before_prep", "before_induction"}
    return any(each.code in CANCELLED for each in line.claim.diagnoses) and line.line.minutes is None


def _same_specialty(visit: Line, anesthetics: Sequence[Line]) -> bool | None:
    """Tell whether the visit is by anesthesia; None where the taxonomy of who rendered it is missing."""
    if visit.rendering_npi in {each.rendering_npi for each in anesthetics}:
        return True
    taxonomy = visit.claim.rendering_of(visit.line).taxonomy
    return taxonomy.startswith(_ANESTHESIA_TAXONOMIES) if taxonomy else None
