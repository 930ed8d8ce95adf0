"""The envelopes of an 837P, and the levels of the hierarchy that claims stand under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

import attrs

from prebill.model import Address, Claim, Coverage, Patient, Provider, Submission, Subscriber
from prebill.writers.x12 import parties
from prebill.writers.x12.claims import claim_loop
from prebill.writers.x12.style import USUAL, Style

GUIDE = "005010X222A1"

_SUBMISSION = Submission(
    interchange="000000001", group="1", transaction="0001", batch="1", created=datetime(2026, 1, 1)
)


def write_837p(claims: Iterable[Claim], *, submission: Submission = _SUBMISSION, style: Style = USUAL) -> Iterator[str]:
    """Yield the segments of an 837P, each with its terminator.

    Claims in a row with the same submission share one interchange, those with the same billing provider,
    subscriber and patient share those levels. `submission` stands in for claims that have none.
    """
    for shared, group in groupby(claims, lambda claim: claim.submission or submission):
        for segment in _Interchange(shared, style).segments(group):
            yield f"{segment}{style.terminator}{style.line_break}"


class _Interchange:
    """One interchange with one group and one transaction."""

    def __init__(self, submission: Submission, style: Style) -> None:
        self._submission = submission
        self._style = style
        self._segment = style.segment
        self._levels = 0

    def segments(self, claims: Iterable[Claim]) -> Iterator[str]:
        """Yield the segments from ISA to IEA, without terminators."""
        submission, segment = self._submission, self._segment
        created = submission.created or datetime(2026, 1, 1)
        yield self._header(created)
        yield segment("GS", "HC", "SENDER", "RECEIVER", created.date(), f"{created:%H%M}", submission.group, "X", GUIDE)
        count = 0
        for written in self._transaction(claims, created):
            count += 1
            yield written
        yield segment("SE", count + 1, submission.transaction)
        yield segment("GE", 1, submission.group)
        yield segment("IEA", 1, submission.interchange)

    def _header(self, created: datetime) -> str:
        style = self._style
        fixed = ("ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{'SENDER':15}", "ZZ", f"{'RECEIVER':15}")
        moment = (f"{created:%y%m%d}", f"{created:%H%M}", style.repetition, "00501")
        control = f"{self._submission.interchange or '':>9}"
        return style.element.join((*fixed, *moment, control, "0", "T", style.component))

    def _transaction(self, claims: Iterable[Claim], created: datetime) -> Iterator[str]:
        submission, segment = self._submission, self._segment
        yield segment("ST", "837", submission.transaction, GUIDE)
        yield segment(
            "BHT",
            "0019",
            "18" if submission.reissue else "00",
            submission.batch,
            created.date(),
            _time(created),
            "RP" if submission.capitated else "CH",
        )
        yield segment("NM1", "41", "2", submission.submitter_name, *parties.identified("46", submission.submitter_id))
        yield segment("NM1", "40", "2", submission.receiver_name, *parties.identified("46", submission.receiver_id))
        for (billing, pay_to), billed in groupby(claims, lambda claim: (claim.billing, claim.pay_to_address)):
            level = self._level()
            yield segment("HL", level, None, "20", "1")
            yield from self._billing(billing, pay_to)
            for _, own in groupby(billed, _who):
                yield from self._patient_level(list(own), level)

    def _level(self) -> int:
        self._levels += 1
        return self._levels

    def _billing(self, billing: Provider, pay_to: Address | None) -> Iterator[str]:
        style, segment = self._style, self._segment
        if billing.taxonomy:
            yield segment("PRV", "BI", "PXC", billing.taxonomy)
        yield parties.provider_name(style, "85", billing)
        yield from parties.address(style, billing.address)
        if billing.tax_id:
            yield segment("REF", billing.tax_id_kind, billing.tax_id)
        yield from parties.other_ids(style, billing.other_ids)
        if pay_to:
            yield segment("NM1", "87", "2")
            yield from parties.address(style, pay_to)

    def _patient_level(self, claims: list[Claim], billing_level: int) -> Iterator[str]:
        """Write a subscriber, the patient where it is somebody else, and their claims."""
        style, segment, claim = self._style, self._segment, claims[0]
        coverage, patient = claim.coverage, claim.patient
        of_subscriber = _is_subscriber(claim)
        casualty = claim.accident.property_casualty_number if claim.accident else None
        level = self._level()
        yield segment("HL", level, billing_level, "22", "0" if of_subscriber else "1")
        yield parties.subscriber_information(style, coverage, coverage.relationship if of_subscriber else None)
        if of_subscriber:
            yield from parties.patient_information(style, patient, None)
        yield from parties.subscriber(style, coverage)
        if of_subscriber and casualty:
            yield segment("REF", "Y4", casualty)
        yield from parties.payer(style, coverage)
        yield from parties.other_ids(style, coverage.other_ids)
        if not of_subscriber:
            yield segment("HL", self._level(), level, "23", "0")
            yield from parties.patient_information(style, patient, patient.relationship)
            yield parties.person_name(style, "QC", "1", patient)
            yield from parties.person(style, patient)
            yield from parties.other_ids(style, patient.other_ids)
            if casualty:
                yield segment("REF", "Y4", casualty)
        for each in claims:
            yield from claim_loop(style, each)


def _time(moment: datetime) -> str:
    return f"{moment:%H%M%S}" if moment.second else f"{moment:%H%M}"


def _is_subscriber(claim: Claim) -> bool:
    """Tell whether the patient is the subscriber of the coverage billed."""
    subscriber, patient = claim.coverage.subscriber or Subscriber(), claim.patient
    same = ("last_name", "first_name", "middle_name", "suffix", "birth_date", "sex", "address", "other_ids")
    return claim.coverage.relationship == patient.relationship and all(
        getattr(subscriber, name) == getattr(patient, name) for name in same
    )


def _who(claim: Claim) -> tuple[Coverage, Patient, str | None]:
    """Return what claims under the same level of the hierarchy have in common."""
    casualty = claim.accident.property_casualty_number if claim.accident else None
    return claim.coverage, attrs.evolve(claim.patient, record_number=None), casualty
