"""What two claims or two lines have in common, and which of them came first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from prebill.codes import codes
from prebill.general.code_families import ANATOMIC, DISTINCT_SERVICE
from prebill.model import Claim, ServiceLine
from prebill.rules import Entry

REPEAT = codes("76 77 91")
# Professional and technical part, both sides, discipline of therapy, drug given and wasted, surgeons.
COMPONENT = codes("26 TC 50 GP GO GN JW JZ 62 66 80 81 82 AS")
CHANGES = frozenset({"7", "8"})
UNPROCESSABLE = "MA130"


def says_distinct(line: ServiceLine) -> bool:
    """Tell whether a modifier says that the service is a repetition or a distinct one."""
    return any(modifier in REPEAT or modifier in DISTINCT_SERVICE for modifier in line.modifiers)


def parts_of(line: ServiceLine) -> frozenset[str]:
    """Return the modifiers that make two lines of one procedure two services: site and component."""
    return frozenset(each for each in line.modifiers if each in ANATOMIC or each in COMPONENT)


def first_sent_first(entries: Iterable[Entry[Any]]) -> list[Entry[Any]]:
    """Return entries in the order in which their claims were sent; what was not sent yet comes last."""

    def sent(entry: Entry[Any]) -> tuple[bool, date]:
        status = entry.encounter.status
        if status is None:
            return True, date.max
        return False, status.submitted_on or status.accepted_on or status.finalized_on or date.max

    return sorted(entries, key=sent)


def sent_on(entry: Entry[Any], today: date) -> date:
    """Return when an entry's claim was sent, or the day of the run when it goes out now."""
    status, submission = entry.encounter.status, entry.claim.submission
    if status is not None and status.submitted_on is not None:
        return status.submitted_on
    return min(submission.created.date(), today) if submission and submission.created else today


def state_of(entry: Entry[Any]) -> str | None:
    """Return what became of an entry's claim, or None when it was not sent yet."""
    return None if entry.encounter.status is None else entry.encounter.status.state


def in_words(entry: Entry[Any]) -> str:
    """Name a claim with its status: `claim C-8812, accepted 2026-03-18, status pending`."""
    status = entry.encounter.status
    told = [f"claim {entry.claim.control_number}"]
    if status is not None:
        told += [f"accepted {status.accepted_on}"] if status.accepted_on else []
        told += [f"finalised {status.finalized_on}"] if status.finalized_on else []
        told += [f"status {status.state}"]
    return ", ".join(told)


def same_visit(one: Entry[Any], other: Entry[Any]) -> bool:
    """Tell whether two claims bill one visit: by its number, else by a service that both bill."""
    first, second = one.encounter.encounter_id, other.encounter.encounter_id
    if first and second:
        return first == second
    return bool(_services(one.claim) & _services(other.claim))


def _services(claim: Claim) -> set[tuple[object, ...]]:
    return {(line.procedure, line.from_date, claim.rendering_of(line).npi) for line in claim.lines}


def billed(claim: Claim) -> tuple[object, ...]:
    """Return what a payer compares of two claims."""
    lines = sorted(
        (
            line.procedure,
            line.from_date,
            line.last_date,
            tuple(sorted(line.modifiers)),
            claim.place_of(line) or "",
            line.units,
            line.charge,
            claim.rendering_of(line).npi or "",
            claim.diagnoses_of(line),
            claim.authorizations_of(line),
        )
        for line in claim.lines
    )
    referring = claim.referring.npi if claim.referring else None
    return (tuple(lines), tuple(each.code for each in claim.diagnoses), referring, claim.coverage.member_id)
