"""The two claims of one case: what the physician and the anesthetist bill must fit together."""

from __future__ import annotations

from collections.abc import Iterator

from prebill import Cohort, Outcomes, hit, not_checked, rule
from prebill_anesthesia.anesthetics import Anesthetic, Line, anesthetics
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import (
    CESAREAN_AFTER_LABOR,
    HYSTERECTOMY_AFTER_LABOR,
    LABOR,
    NURSES_AND_ASSISTANTS,
    ROLES,
    TIMED,
    TRAINEES,
    named,
    physical_status_of,
    role_of,
)

_DELIVERY = frozenset({LABOR, CESAREAN_AFTER_LABOR, HYSTERECTOMY_AFTER_LABOR})
_START, _STOP = "2026-03-16T07:30:00", "2026-03-16T09:05:00"
_RECORD = {"anes_case_id": "C-17", "anes_start": _START, "anes_stop": _STOP, "anesthetist_kind": "crna"}


@rule(
    "ANE103",
    severity="stop",
    owner="coding",
    prevents=("CO-4", "CO-18", "CO-54", "CO-59", "CO-B20"),
    sources=(
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.B and §140.4.1-140.4.2",
        "42 CFR 414.46(b)(1)",
        "Texas Medicaid Provider Procedures Manual 30.2.4.3",
    ),
    procedures=TIMED,
    modifiers=ROLES,
    key=("practice", "patient"),
    fails=[
        {
            "claims": [
                {"lines": ["01402-QK 95min @22"]},
                {"lines": ["01402-QZ 95min @22"], "npi": 1992000008, "taxonomy": "367500000X"},
            ],
            "documentation": {"anesthesia": _RECORD},
            "complete": True,
        }
    ],
    passes=[
        {
            "claims": [
                {"lines": ["01402-QK 95min @22"]},
                {"lines": ["01402-QX 95min @22"], "npi": 1992000008, "taxonomy": "367500000X"},
            ],
            "documentation": {"anesthesia": _RECORD},
            "complete": True,
        }
    ],
)
def care_team_claims_disagree(lines: Cohort[AnesthesiaRecord], *, ad_partner: str = "") -> Outcomes:
    """The physician's and the anesthetist's claims of one case do not fit together.

    Medical direction splits one fee in two: QK or QY with QX. Any other pair asks for more than one anesthetic,
    or for half of one that nobody directed; the second claim is denied, or both are. If direction was met bill
    QK or QY with QX; if not, the CRNA alone bills QZ and the physician nothing, or AD when directing more than
    four.
    """
    for case in anesthetics(lines):
        for physician, anesthetist in _pairs(case):
            if physician is None and anesthetist is not None:
                yield from _anesthetist_alone(case, anesthetist, complete=lines.complete)
            elif anesthetist is None and physician is not None:
                yield from _physician_alone(case, physician, complete=lines.complete)
            elif physician is not None and anesthetist is not None:
                yield from _judge_roles(case, physician, anesthetist, ad_partner)
                yield from _compare(case, physician, anesthetist)


def _pairs(case: Anesthetic) -> Iterator[tuple[Line | None, Line | None]]:
    """Pair the lines of both sides by code; one left over on each side are a pair too."""
    physicians, anesthetists = _by_code(case.physician_lines), _by_code(case.anesthetist_lines)
    for code in sorted(set(physicians) & set(anesthetists)):
        yield physicians.pop(code), anesthetists.pop(code)
    rest = list(physicians.values()), list(anesthetists.values())
    if len(rest[0]) == len(rest[1]) == 1 and not {rest[0][0].procedure, rest[1][0].procedure} <= _DELIVERY:
        yield rest[0][0], rest[1][0]
        return
    yield from ((line, None) for line in rest[0])
    yield from ((None, line) for line in rest[1])


def _by_code(lines: tuple[Line, ...]) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for line in lines:
        found.setdefault(line.procedure, line)
    return found


def _anesthetist_alone(case: Anesthetic, line: Line, *, complete: bool) -> Outcomes:
    if role_of(line.line) != "QX":
        return
    if _employed_elsewhere(line):
        yield not_checked("the directing physician is billed elsewhere", line)
    elif not complete:
        yield not_checked("the directing physician's claim is not in the batch, which may be partial", line)
    else:
        yield hit(
            line,
            f"Case {case.name}: {line.label} bills QX, a directed anesthetist, and no physician bills the direction.",
            fix="Bill the physician's QK or QY; or QZ if the CRNA was not directed.",
            at="modifiers",
        )


def _physician_alone(case: Anesthetic, line: Line, *, complete: bool) -> Outcomes:
    role = role_of(line.line)
    if role not in {"QK", "QY"}:
        return
    kind = None if line.record is None else line.record.anesthetist_kind
    if kind in TRAINEES or kind == "srna":
        return
    if _employed_elsewhere(line):
        yield not_checked("the anesthetist is billed elsewhere", line)
    elif not complete:
        yield not_checked("the anesthetist's claim is not in the batch, which may be partial", line)
    elif kind is None:
        yield not_checked("who the physician directed", line)
    else:
        who = "an anesthetist" if kind in NURSES_AND_ASSISTANTS else "nobody"
        yield hit(
            line,
            f"Case {case.name}: {line.label} bills {role}, direction of {who}, and no anesthetist bills QX.",
            fix="Bill the anesthetist's QX; or AA if the physician did the case alone.",
            at="modifiers",
        )


def _employed_elsewhere(line: Line) -> bool:
    employer = None if line.record is None else line.record.anesthetist_employer
    return employer not in (None, line.claim.billing.tax_id, line.claim.billing.npi)


def _judge_roles(case: Anesthetic, physician: Line, anesthetist: Line, ad_partner: str) -> Outcomes:
    pair = role_of(physician.line), role_of(anesthetist.line)
    if pair in {("QK", "QX"), ("QY", "QX")}:
        return
    severity = "stop"
    if pair[0] == "AD":
        if pair[1] == ad_partner:
            return
        severity = "review"
        why = "contractors differ on which partner they take beside AD"
    elif pair == ("AA", "QZ"):
        documented = {each.record.both_necessary_documented for each in (physician, anesthetist) if each.record}
        severity = "review" if True in documented and False not in documented else "stop"
        why = "together they request two full fees for one anesthetic"
    elif pair == ("AA", "QX"):
        why = "AA says the physician did the case alone, QX that the anesthetist was directed"
    else:
        why = "together they request 150 % of one anesthetic; QZ says no direction"
    yield hit(
        [physician, anesthetist],
        f"Case {case.name}: physician claim {physician.claim.control_number} {pair[0]}, anesthetist claim"
        f" {anesthetist.claim.control_number} {pair[1]}; {why}.",
        fix="If direction was met bill QK or QY with QX; if the CRNA worked alone, QZ and no physician claim (or"
        " AD when"
        " directing more than four).",
        at="modifiers",
        severity=severity,
        subject="roles",
        evidence={"physician": pair[0], "anesthetist": pair[1]},
    )


def _compare(case: Anesthetic, physician: Line, anesthetist: Line) -> Outcomes:
    """Compare what both claims say of one anesthetic."""
    one, other = physician.line, anesthetist.line
    both = [physician, anesthetist]
    if one.procedure != other.procedure:
        yield hit(
            both,
            f"Case {case.name}: the physician bills {named(one)}, the anesthetist {named(other)}.",
            fix="Bill one anesthesia code on both claims.",
            at="procedure",
            subject="code",
        )
    if one.from_date != other.from_date:
        yield hit(
            both,
            f"Case {case.name}: the physician bills {one.from_date}, the anesthetist {other.from_date}.",
            fix="Bill the day on which the anesthetic started on both claims.",
            at="from_date",
            subject="day",
        )
    minutes = one.minutes, other.minutes
    if None not in minutes and minutes[0] != minutes[1] and role_of(one) != "AD":
        yield hit(
            both,
            f"Case {case.name}: the physician bills {minutes[0]} minutes, the anesthetist {minutes[1]}; the"
            " directing"
            " physician reports the anesthetist's time.",
            fix="Bill the minutes of the anesthesia record on both claims.",
            at="units",
            severity="review",
            subject="minutes",
        )
    status = physical_status_of(one), physical_status_of(other)
    if None not in status and status[0] != status[1]:
        yield hit(
            both,
            f"Case {case.name}: the physician bills {status[0]}, the anesthetist {status[1]}.",
            fix="Bill the physical status of the pre-anesthesia evaluation on both claims.",
            at="modifiers",
            severity="review",
            subject="physical status",
        )
