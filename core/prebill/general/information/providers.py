"""Who billed and who rendered: provider numbers, taxonomies, the billing address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter
from typing import Literal

from prebill.general.information.identifiers import is_taxonomy, npi_problem
from prebill.general.ptp import is_medicaid
from prebill.general.tables.enrollment import Enrollment
from prebill.general.tables.nppes import RegisteredProvider
from prebill.general.tables.taxonomy import Taxonomy
from prebill.lookup import Table
from prebill.model import Claim, Payer, Provider, ServiceLine
from prebill.model.parties import Address
from prebill.rules import Hit, Outcomes, hit, known, not_checked, rule

_BILLING, _RENDERING, _FACILITY = "billing", "rendering", "facility"
_REMARKS = {
    _BILLING: "N257",
    _RENDERING: "N290",
    "referring": "N286",
    "ordering": "N265",
    "supervising": "N297",
    _FACILITY: "N293",
}
_CLAIM_ROLES = (_BILLING, _RENDERING, "referring", "primary_care", "supervising", _FACILITY)
_LINE_ROLES = (_RENDERING, "ordering", "referring", "supervising", _FACILITY, "purchased_service")
_of_claim = attrgetter(*_CLAIM_ROLES)
_of_line = attrgetter(*_LINE_ROLES)
_PERSON = "1"
_ORGANISATION = "2"


@rule(
    "INF104",
    severity="stop",
    owner="billing",
    prevents=("CO-16/N257/N290/N286/N265/N297/N293", "CO-206", "CO-207", "CO-208"),
    sources=("45 CFR 162.406", "CMS, Requirements for NPI and NPI check digit", "005010X222A1 NM109"),
    fails=[{"lines": ["99213"], "npi": "1234567894"}],
    passes=["99213"],
)
def npi_invalid(claim: Claim, registry: Table[RegisteredProvider] | None) -> Outcomes:
    """A provider number (NPI) on the claim cannot be right.

    The last digit of an NPI follows from the nine before it; a number that fails was mistyped, and the claim is
    rejected at the door. Correct it from the registry of providers.
    """
    for role, provider in zip(_CLAIM_ROLES, _of_claim(claim), strict=True):
        if provider is not None and provider.npi is not None and (registry or npi_problem(provider.npi)):
            yield from _npi(claim, role, provider, registry)
    for line in claim.lines:
        of_line = _of_line(line)
        for role, provider in zip(_LINE_ROLES, of_line, strict=True) if any(of_line) else ():
            if provider is not None and provider.npi is not None and (registry or npi_problem(provider.npi)):
                yield from _npi(line, role, provider, registry)


def _npi(
    target: Claim | ServiceLine, role: str, provider: Provider, registry: Table[RegisteredProvider] | None
) -> Iterator[Hit]:
    npi = provider.npi or ""
    problem = npi_problem(npi)
    if problem is None and (registry is None or provider.entity_type != _PERSON):
        return
    label = role.replace("_", " ")
    where = f" (line {target.number})" if isinstance(target, ServiceLine) else ""
    fix = f"Correct the NPI of the {label} provider from the registry of providers (NPPES)."
    remark = _REMARKS.get(role)
    prevents = (f"CO-16/{remark}" if remark else "CO-16", "CO-207")
    if problem is not None:
        why, severity = problem
        message = f"{label.capitalize()} NPI {npi}{where} {why}."
        yield hit(
            target, message, fix=fix, at=f"{role}.npi", severity=severity, prevents=prevents, subject=role, upon=()
        )
        return
    row = next(iter((registry.find(npi) if registry is not None else None) or ()), None)
    if row is not None and row.entity_type == _ORGANISATION:
        message = f"{label.capitalize()} NPI {npi}{where} was issued to an organisation; the claim names a person."
        yield hit(target, message, fix=fix, at=f"{role}.npi", prevents=prevents, subject=role)


@rule(
    "INF105",
    severity="review",
    owner="billing",
    prevents=("CO-16/N255/N288", "CO-8", "CO-172"),
    sources=("005010X222A1 2000A PRV03, 2310B PRV03", "NUCC Health Care Provider Taxonomy"),
    fails=[{"lines": ["99213"], "taxonomy": "207RC000X"}],
    passes=["99213"],
)
def taxonomy(
    claim: Claim,
    payer: Payer,
    taxonomies: Table[Taxonomy] | None,
    enrollments: Table[Enrollment] | None,
    *,
    taxonomy_required: Literal["by_payer", "yes", "no"] = "by_payer",
) -> Outcomes:
    """The taxonomy code of the billing or rendering provider is missing, invalid, or not the one enrolled.

    Payers that match providers by taxonomy find another enrolment, or none. Use the code of the enrolment.
    Medicaid asks for it; `taxonomy_required = "yes"` makes a missing or invalid code a stop.
    """
    severity = "stop" if taxonomy_required == "yes" else "review"
    unlisted = ""
    for target, role, provider in _billing_and_rendering(claim):
        code = provider.taxonomy
        problem, how_sure = "", severity
        if not code:
            wanted = taxonomy_required == "yes" or (taxonomy_required == "by_payer" and is_medicaid(payer))
            problem = "absent" if wanted else ""
        elif (problem := _taxonomy_problem(code, taxonomies)) == _UNLISTED:
            unlisted, problem = code, ""
        elif not problem and enrollments is not None and provider.npi:
            enrolled = enrollments.of_rows(_enrolled_taxonomies)(provider.npi, payer)
            if enrolled and code not in enrolled:
                problem, how_sure = f"not the one enrolled ({', '.join(enrolled)})", "review"
        if problem:
            yield hit(
                target,
                f"{role.capitalize()} taxonomy {code or 'code'} {problem}.",
                fix="Use the taxonomy of the provider's enrolment with the payer.",
                at=f"{role}.taxonomy",
                severity=how_sure,
                prevents=(f"CO-16/{'N255' if role == _BILLING else 'N288'}", "CO-8"),
                subject=f"{role} {problem.split()[0]}",
            )
    if unlisted and taxonomies is not None:
        yield not_checked(f"taxonomies that the excerpt {taxonomies.edition.name} leaves out", of_run=True)


_UNLISTED = "unlisted"


def _taxonomy_problem(code: str, taxonomies: Table[Taxonomy] | None) -> str:
    """Return why a taxonomy code is invalid, `_UNLISTED` where an excerpt cannot tell, or nothing."""
    if not is_taxonomy(code):
        return "invalid: three digits, six characters and X are needed"
    return "" if taxonomies is None else taxonomies.remembered(_not_listed)(code)


def _not_listed(taxonomies: Table[Taxonomy], code: str) -> str:
    rows = taxonomies.find(code)
    if rows:
        return ""
    return _UNLISTED if rows is None else f"invalid on {taxonomies.day}: not in {taxonomies.edition.name}"


def _enrolled_taxonomies(enrollments: Table[Enrollment], npi: str, payer: Payer) -> tuple[str, ...]:
    rows = enrollments.find(npi, payer.payer_id) or enrollments.find(npi, payer.line_of_business) or ()
    return tuple(sorted({row.taxonomy for row in rows if row.taxonomy}))


def _billing_and_rendering(claim: Claim) -> Iterator[tuple[Claim | ServiceLine, str, Provider]]:
    yield claim, _BILLING, claim.billing
    if claim.rendering is not None:
        yield claim, _RENDERING, claim.rendering
    for line in claim.lines:
        if line.rendering is not None and line.rendering.npi != (claim.rendering and claim.rendering.npi):
            yield line, _RENDERING, line.rendering


_POST_OFFICE_BOX = re.compile(r"(P\.?\s?O\.?\s?BOX|POST OFFICE BOX|LOCK ?BOX)\b", re.IGNORECASE)
_FULL_ZIP = re.compile(r"\d{5}-?\d{4}")
_TAX_ID = re.compile(r"\d{2}-?\d{7}|\d{3}-\d{2}-\d{4}")
_HOME = frozenset({None, "", "US", "USA"})


@rule(
    "INF106",
    severity="stop",
    owner="billing",
    prevents=("CO-16/N256/N257/N258/MA112",),
    sources=("005010X222A1 2010AA NM1, N3, N4, REF*EI; 2310C N4",),
    fails=[{"lines": ["99213"], "billing": {"address": {"line1": "PO BOX 12"}}}],
    passes=["99213"],
)
def billing_provider_identity(claim: Claim) -> Outcomes:
    """The billing provider's name, address, ZIP Code or tax number cannot be right.

    The transaction wants the street where the practice is, with nine digits of ZIP Code, and the tax number that
    the payer has on file; anything else is rejected. A post office box belongs into the pay-to address.
    """
    billing = claim.billing
    if not billing.name:
        yield _billing(claim, "the name is missing", "Give the name as enrolled.", "name", "N256")
    problem = _tax_id_problem(billing.tax_id)
    if problem:
        yield _billing(claim, problem, "Give the tax number as enrolled.", "tax_id", "N257")
    address = billing.address
    if address is None or not address.line1:
        yield _billing(claim, "the street is missing", "Give the street of the practice.", "address", "N258")
    elif _is_post_office_box(address.line1):
        yield _billing(
            claim,
            f"{address.line1} is no street address",
            "Give the street in 2010AA, and the post office box as pay-to address in 2010AB.",
            "address.line1",
            "N258",
        )
    if address is not None and not _has_full_zip(address):
        message = f"the ZIP Code {address.postal_code or 'is missing'}"
        message += " does not have nine digits" if address.postal_code else ""
        yield _billing(claim, message, "Give ZIP+4.", "address.postal_code", "N258")
    if claim.facility is not None or any(line.facility is not None for line in claim.lines):
        yield from _facility_zips(claim)


@lru_cache(maxsize=4096)
def _tax_id_problem(tax_id: str | None) -> str:
    if not tax_id:
        return "the tax number is missing"
    if not _TAX_ID.fullmatch(tax_id):
        return f"the tax number {tax_id} does not have nine digits"
    digits = tax_id.replace("-", "")
    placeholder = digits == "123456789" or len(set(digits)) == 1
    return f"the tax number {tax_id} is a placeholder" if placeholder else ""


@lru_cache(maxsize=4096)
def _is_post_office_box(street: str) -> bool:
    return _POST_OFFICE_BOX.match(street.lstrip()) is not None


def _has_full_zip(address: Address) -> bool:
    return address.country not in _HOME or _FULL_ZIP.fullmatch(address.postal_code or "") is not None


def _facility_zips(claim: Claim) -> Iterator[Hit]:
    """Look at the addresses of service facilities, which need nine digits as well."""
    targets: list[tuple[Claim | ServiceLine, Provider | None]] = [(claim, claim.facility)]
    targets += [(line, line.facility) for line in claim.lines if line.facility is not None]
    for target, facility in targets:
        address = facility.address if facility is not None else None
        if address is not None and address.postal_code and not _has_full_zip(address):
            yield hit(
                target,
                f"Service facility: the ZIP Code {address.postal_code} does not have nine digits.",
                fix="Give ZIP+4.",
                at="facility.address.postal_code",
                prevents=("CO-16/N294",),
                subject="facility ZIP",
            )


def _billing(claim: Claim, problem: str, fix: str, field: str, remark: str) -> Hit:
    return hit(
        claim,
        f"Billing provider: {problem}.",
        fix=fix,
        at=f"billing.{field}",
        prevents=(f"CO-16/{remark}/MA112",),
        subject=field,
    )


# Laboratory, ambulance, surgical center, independent diagnostic testing, pharmacy, supplier.
_BILLS_WITHOUT_PERSON = ("291U", "3416", "261QA1903X", "293D", "3336", "332")


@rule(
    "INF107",
    severity="stop",
    owner="billing",
    prevents=("CO-16/N290/N289/MA112", "CO-B7", "CO-170", "CO-185"),
    sources=("005010X222A1 loops 2310B and 2420A", "RARC N290"),
    fails=[{"lines": ["99213"], "rendering": None}],
    passes=["99213"],
)
def rendering_provider(claim: Claim) -> Outcomes:
    """A group bills, and nobody is named who rendered the service.

    The payer pays a person's enrolment within the group, and returns a claim without one. Name the rendering
    provider on the claim, or on every line.
    """
    billing, rendering = claim.billing, claim.rendering
    if rendering is not None:
        if rendering.npi is not None and rendering.npi == billing.npi:
            message = f"Rendering provider {rendering.npi} is the billing provider."
            fix = "Leave the rendering provider out where it is the billing provider."
            yield hit(claim, message, fix=fix, at="rendering.npi", severity="info")
        return
    without = [line for line in claim.lines if line.rendering is None]
    if not without or (billing.taxonomy or "").startswith(_BILLS_WITHOUT_PERSON):
        return
    if known(billing.entity_type, "whether the billing provider is a group (NM102)") == _ORGANISATION:
        everywhere = len(without) == len(claim.lines)
        numbers = ", ".join(str(line.number) for line in without)
        yield hit(
            claim if everywhere else without,
            f"Rendering provider absent{'' if everywhere else f' on line {numbers}'}; {billing.name or 'a group'}"
            " bills as a group.",
            fix="Name who rendered the service, on the claim (2310B) or on each line (2420A).",
            at="rendering",
        )
