"""Who a claim is about and who took part: subscriber, patient, payer, providers."""

from __future__ import annotations

from collections.abc import Iterator

from prebill.model import Address, Coverage, Patient, Provider, Subscriber
from prebill.writers.x12.style import Element, Style

Ids = tuple[tuple[str, str], ...]


def subscriber_information(style: Style, coverage: Coverage, relationship: str | None) -> str:
    """Return SBR; the relationship is given where the patient is the subscriber."""
    return style.segment(
        "SBR",
        coverage.sequence,
        relationship,
        coverage.group_number,
        coverage.group_name,
        coverage.msp_type,
        None,
        None,
        None,
        coverage.filing_indicator,
    )


def patient_information(style: Style, patient: Patient, relationship: str | None) -> Iterator[str]:
    """Yield PAT, if there is anything to say."""
    facts = (patient.death_date, patient.weight_pounds, patient.pregnant)
    if relationship is None and all(fact is None for fact in facts):
        return
    yield style.segment(
        "PAT",
        relationship,
        None,
        None,
        None,
        "D8" if patient.death_date else None,
        patient.death_date,
        "01" if patient.weight_pounds is not None else None,
        patient.weight_pounds,
        patient.pregnant,
    )


def subscriber(style: Style, coverage: Coverage) -> Iterator[str]:
    """Yield loop 2010BA, or 2330A, without what stands before its NM1."""
    insured = coverage.subscriber or Subscriber()
    yield person_name(style, "IL", insured.entity_type, insured, *identified("MI", coverage.member_id))
    yield from person(style, insured)
    yield from other_ids(style, insured.other_ids)


def payer(style: Style, coverage: Coverage) -> Iterator[str]:
    """Yield loop 2010BB, or 2330B, without its references."""
    yield style.segment("NM1", "PR", "2", coverage.payer_name, *identified("PI", coverage.payer_id))
    yield from address(style, coverage.payer_address)


def person_name(
    style: Style, role: str, entity_type: str | None, named: Patient | Subscriber, *identifier: Element
) -> str:
    """Return NM1 of a person; `identifier` is as `identified` returns it."""
    names = (named.last_name, named.first_name, named.middle_name, None, named.suffix)
    return style.segment("NM1", role, entity_type, *names, *identifier[4:])


def person(style: Style, who: Patient | Subscriber) -> Iterator[str]:
    """Yield address, birth date and sex."""
    yield from address(style, who.address)
    if who.birth_date or who.sex:
        yield style.segment("DMG", "D8" if who.birth_date else None, who.birth_date, who.sex)


def provider_name(style: Style, role: str, provider: Provider) -> str:
    """Return NM1 of a provider."""
    names = (provider.name, provider.first_name, provider.middle_name, None, provider.suffix)
    qualifier = "XX" if provider.npi else None
    return style.segment("NM1", role, provider.entity_type, *names, qualifier, provider.npi)


def provider(style: Style, role: str, who: Provider | None) -> Iterator[str]:
    """Yield the loop of a provider, if there is one."""
    if who is None:
        return
    yield provider_name(style, role, who)
    yield from address(style, who.address)
    if who.taxonomy:
        yield style.segment("PRV", "PE", "PXC", who.taxonomy)
    yield from other_ids(style, who.other_ids)


def address(style: Style, where: Address | None) -> Iterator[str]:
    """Yield N3 and N4."""
    if where is None:
        return
    if where.line1 or where.line2:
        yield style.segment("N3", where.line1, where.line2)
    if where.city or where.state or where.postal_code or where.country:
        yield style.segment("N4", where.city, where.state, where.postal_code, where.country)


def other_ids(style: Style, ids: Ids) -> Iterator[str]:
    """Yield a REF for each qualifier and value."""
    for qualifier, value in ids:
        yield style.segment("REF", qualifier, value)


def identified(qualifier: str, identifier: str | None) -> tuple[Element, ...]:
    """Return NM104 to NM109 of a name that has no first name."""
    return (None, None, None, None, qualifier if identifier else None, identifier)
