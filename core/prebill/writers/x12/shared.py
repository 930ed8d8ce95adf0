"""Segments that stand in several loops, each written from the part of the model that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby

from prebill.model import Adjustment, Attachment, Certification, Reference, Repricing, Segment
from prebill.writers.x12.style import Element, Style


def codes(first: str, further: str, values: tuple[str, ...]) -> Iterator[Element]:
    """Yield the composites of HI, the first with a qualifier of its own."""
    for index, code in enumerate(values):
        yield (further if index else first, code)


def on_date(style: Style, qualifier: str, first: date, last: date | None = None) -> str:
    """Return DTP of a day, or of a range of days."""
    if last is None:
        return style.segment("DTP", qualifier, "D8", first)
    return style.segment("DTP", qualifier, "RD8", f"{first:%Y%m%d}-{last:%Y%m%d}")


def amount(style: Style, qualifier: str, value: Decimal | None) -> Iterator[str]:
    """Yield AMT, if there is an amount."""
    if value is not None:
        yield style.segment("AMT", qualifier, value)


def numbers(style: Style, qualifier: str, values: tuple[str, ...]) -> Iterator[str]:
    """Yield a REF for each number."""
    for number in values:
        yield style.segment("REF", qualifier, number)


def references(style: Style, values: tuple[Reference, ...]) -> Iterator[str]:
    """Yield a REF for each reference, with the payer that it concerns."""
    for each in values:
        payer: Element = ("2U", each.payer) if each.payer else None
        yield style.segment("REF", each.qualifier, each.value, None, payer)


def notes(style: Style, texts: tuple[str, ...]) -> Iterator[str]:
    """Yield an NTE for each note."""
    for note in texts:
        yield style.segment("NTE", "ADD", note)


def attachments(style: Style, values: tuple[Attachment, ...]) -> Iterator[str]:
    """Yield a PWK for each attachment."""
    for each in values:
        identified: tuple[Element, ...] = ("AC", each.control_number) if each.control_number else ()
        yield style.segment("PWK", each.report_type, each.transmission, None, None, *identified)


def certifications(style: Style, values: tuple[Certification, ...]) -> Iterator[str]:
    """Yield a CRC for each certification."""
    for each in values:
        yield style.segment("CRC", each.category, each.certified, *each.conditions)


def repricing(style: Style, terms: Repricing | None) -> Iterator[str]:
    """Yield HCP, if the claim or line was repriced."""
    if terms:
        yield style.segment(
            "HCP",
            terms.method,
            terms.allowed,
            terms.saving,
            terms.organization_id,
            *(None,) * 8,
            terms.reject_reason,
        )


def kept(style: Style, segments: tuple[Segment, ...], loop: str) -> Iterator[str]:
    """Yield the segments of a loop that were kept as read."""
    for each in segments:
        if each.loop == loop:
            yield style.segment(each.name, *each.elements)


def adjustments(style: Style, values: tuple[Adjustment, ...]) -> Iterator[str]:
    """Yield CAS: a segment for up to six adjustments of a group."""
    for group, members in groupby(values, lambda each: each.group):
        remaining = list(members)
        while remaining:
            triplets = [(each.reason, each.amount, each.quantity) for each in remaining[:6]]
            yield style.segment("CAS", group, *(element for triplet in triplets for element in triplet))
            del remaining[:6]
