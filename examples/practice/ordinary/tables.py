"""What the group loads beside its claims: its payers, its contracts, and the files of its credentialing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from examples.practice.ordinary.group import (
    AUTO,
    CLINICIANS,
    OUTSIDE_DOCTORS,
    PAYERS,
    WAIVED_CERTIFICATE,
    WORKERS_COMPENSATION,
)
from examples.practice.ordinary.lists import AUTHORIZED, REFERRED
from examples.practice.people import BLUESTONE, GROUP, MEDICARE, NORTHWIND
from prebill.general.tables.attachment_required import AttachmentRequired
from prebill.general.tables.auth_requirement import AuthRequirement
from prebill.general.tables.code_edits import CodeEdit, Edit
from prebill.general.tables.contracted_fee import ContractedFee
from prebill.general.tables.coverage_policy import CoverageFrequency, CoveragePolicy
from prebill.general.tables.enrollment import Enrollment
from prebill.general.tables.ordering_provider import OrderingProvider
from prebill.general.tables.payer_modifier import PayerModifier
from prebill.general.tables.timely_filing import FilingLimit
from prebill.lookup import Edition, build_edition, table_spec
from prebill_anesthesia.tables.payers import ConversionFactor

_SOURCE = "synthetic"
_POLICIES = (
    (NORTHWIND.payer_id, "93306", "NW-C12", "I50 I34 I35 I42 I48 R01.1 R55"),
    (NORTHWIND.payer_id, "29881", "NW-O3", "M23.2 S83.2"),
    (MEDICARE.payer_id, "80061", "LIPIDS", "E78 I10 I25 E11"),
    (MEDICARE.payer_id, "83036", "GLYCATED", "E11 R73"),
    (BLUESTONE.payer_id, "66984", "BS-E1", "H25 H26"),
)
"""Diagnoses, by their beginnings, for which a payer covers a procedure."""
_EDITS: tuple[tuple[Edit, str], ...] = (
    ("newborn", "Z3800"),
    ("pediatric", "Z00121 Z00129"),
    ("maternity", "O80 O620 O34211 O09521 O368120 O368130 Z370"),
    ("adult", "N401 R9720"),
    ("male", "N401 R9720"),
    ("female", "O80 O620 O34211 N840 N920 N950 D251 R87613 Z01419 Z30430 Z30017"),
    ("unacceptable_first", "Z370 Z794 Z7901"),
)
"""Diagnoses that go with an age, a sex, or a place on the claim."""


def configuration() -> Mapping[str, Any]:
    """Return the content of the `prebill.toml` of the group."""
    return {
        "complete_batch": True,
        "history_since": date(2020, 1, 1),
        "payers": {each.payer_id: {"name": each.name, "line_of_business": each.line_of_business} for each in PAYERS},
        "rules": {"INF118": {"waived_certificates": [WAIVED_CERTIFICATE]}},
    }


def tables() -> Mapping[str, tuple[Edition[Any], ...]]:
    """Return what the group maintains itself, by the name of the table."""
    own = (
        [
            *(
                AuthRequirement(payer_id=payer.payer_id, code_from=first, code_to=last)
                for payer, first, last in AUTHORIZED
            ),
            *(AuthRequirement(payer_id=payer.payer_id, requires="referral") for payer in REFERRED),
        ],
        [
            Enrollment(
                npi=clinician.npi or "",
                payer_id=payer.payer_id,
                tax_id=GROUP.tax_id,
                active_from=date(2020, 1, 1),
                taxonomy=clinician.taxonomy,
            )
            for clinician in CLINICIANS
            for payer in PAYERS
        ],
        [
            OrderingProvider(npi=each.npi or "", last_name=each.name or "", first_name=each.first_name or "")
            for each in (*CLINICIANS, *OUTSIDE_DOCTORS)
        ],
        [
            FilingLimit(payer_id=payer.payer_id, limit=365 if payer is MEDICARE else 180, confirmed=True)
            for payer in PAYERS
        ],
        [PayerModifier(payer_id=AUTO.payer_id, code_from="99213", action="forbid", modifiers="GY")],
        [AttachmentRequired(payer_id=WORKERS_COMPENSATION.payer_id, modifiers="22", document="operative note")],
        [ContractedFee(payer_id=payer.payer_id, procedure="99213", allowed=Decimal("92.40")) for payer in PAYERS],
        [CoverageFrequency(procedure="G0439", payer_id="medicare_ffs", policy="AWV", max_services=1, window_days=335)],
        [
            CoveragePolicy(
                payer_id=payer_id, procedure=procedure, policy=policy, covered=covered, prefix=True, curated=True
            )
            for payer_id, procedure, policy, covered in _POLICIES
        ],
        [CodeEdit(code=code, edit=edit) for edit, listed in _EDITS for code in listed.split()],
        [
            ConversionFactor(payer=payer, factor=Decimal(factor))
            for payer, factor in (
                ("medicare_ffs", "20.4976"),
                *((each.payer_id, "55") for each in PAYERS if each is not MEDICARE),
            )
        ],
    )
    found = {}
    for rows in own:
        spec = table_spec(type(rows[0]))
        if spec is None:
            raise TypeError(type(rows[0]))
        found[spec.name] = (
            build_edition(type(rows[0]), rows, name=f"{spec.name} of the group", source=_SOURCE, complete=True),
        )
    return found
