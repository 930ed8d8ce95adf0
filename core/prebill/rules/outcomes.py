"""What a rule may answer: a hit, or that something is missing. Silence means that the target passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from prebill.findings import Owner, Severity
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Encounter, ServiceLine
from prebill.rules.cohort import Entry

Target = ServiceLine | Claim | Encounter | Entry[Any]


@attrs.frozen(kw_only=True)
class Hit:
    """One violation as a rule states it; the engine makes a `Finding` of it.

    What is None is taken from the rule's declaration; dollars at risk default to the charges of the targets, and
    `upon` to every table that the engine narrowed for the rule.
    """

    targets: tuple[Target, ...]
    message: str
    fix: str
    at: str = ""
    severity: Severity | None = None
    owner: Owner | None = None
    prevents: tuple[str, ...] | None = None
    at_risk: Decimal | None = None
    evidence: Mapping[str, Any] = attrs.field(factory=dict)
    subject: str = ""
    upon: tuple[Table[Any], ...] | None = None

    @property
    def tentative(self) -> bool:
        """Tell whether the violation rests on table rows that are unverified or carried forward."""
        return any(table.tentative for table in self.upon or ())


@attrs.frozen(kw_only=True)
class Missing:
    """A rule could not decide about a target, because of what `reason` names; `of_run` is as in `NotKnown`."""

    reason: str
    targets: tuple[Target, ...] = ()
    of_run: bool = False


Outcomes = Iterator[Hit | Missing]


def hit(
    target: Target | Sequence[Target],
    message: str,
    *,
    fix: str,
    at: str = "",
    severity: str | None = None,
    owner: str | None = None,
    prevents: str | tuple[str, ...] | None = None,
    at_risk: Decimal | None = None,
    evidence: Mapping[str, Any] | None = None,
    subject: str = "",
    upon: Table[Any] | Sequence[Table[Any]] | None = None,
) -> Hit:
    """State a violation of one line, of several, of the claim, or of the entries of a cohort.

    Args:
        target: What violates the rule. Several targets are one violation with one root cause.
        message: What is wrong, on which line, with which values, and why the payer denies it.
        fix: What to do about it.
        at: The field at fault, relative to the first target (`"modifiers"`), to point into the source.
        severity: A milder or graver severity than the rule declares, for this hit alone.
        owner: Another owner than the rule declares, for this hit alone.
        prevents: Other denial reasons than the rule declares, for this hit alone.
        at_risk: Dollars at risk in all targets together, when it is not the sum of their charges.
        evidence: The values that decided, by name.
        subject: Tells apart several violations of one rule on the same lines; part of the fingerprint.
        upon: The tables, narrowed to a day, whose rows decided; what rests on unverified or carried rows is at
            most `review`. Without it all tables that the engine narrowed for the rule count; a cohort rule,
            which narrows them itself, says it here.
    """
    return Hit(
        targets=tuple(target) if isinstance(target, Sequence) else (target,),
        message=message,
        fix=fix,
        at=at,
        severity=None if severity is None else Severity(severity),
        owner=None if owner is None else Owner(owner),
        prevents=(prevents,) if isinstance(prevents, str) else prevents,
        at_risk=at_risk,
        evidence=evidence or {},
        subject=subject,
        upon=(upon,) if isinstance(upon, Table) else None if upon is None else tuple(upon),
    )


def not_checked(reason: str | NotKnown, *targets: Target, of_run: bool = False) -> Missing:
    """Say that the rule cannot decide, and what is missing; for all its target, or for some entries.

    `of_run` is as in `NotKnown`, of which a reason that was caught is passed on.
    """
    if isinstance(reason, NotKnown):
        return Missing(reason=str(reason), targets=targets, of_run=reason.of_run)
    return Missing(reason=reason, targets=targets, of_run=of_run)


T = TypeVar("T")


def known(value: T | None, what: str, *, of_run: bool = False) -> T:
    """Return the value, or end the rule as *not checked* because `what` is missing; `of_run` as in `NotKnown`."""
    if value is None:
        raise NotKnown(what, of_run=of_run)
    return value
