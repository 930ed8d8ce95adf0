"""Keep claims from being denied.

`check` and `Checker` check encounters, `read` reads them; `rule`, `hit` and their kin declare rules, `Importer` and
its kin how published files become tables, and `Pack` offers them. What is heavy is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from prebill.codes import CodeSet, codes
from prebill.errors import ConfigError, InputError, LedgerError, PackError, PrebillError, TableError
from prebill.findings import Disposition, Finding, NotChecked, Owner, Severity
from prebill.lookup import Edition, NotKnown, Table, table
from prebill.model import (
    Appointment,
    Authorization,
    AuthorizedService,
    Benefit,
    Claim,
    ClaimStatus,
    Coverage,
    Diagnosis,
    DocumentedService,
    EligibilityCheck,
    Encounter,
    FilingEvidence,
    Order,
    OtherPayer,
    Patient,
    Payer,
    PlannedCare,
    Provider,
    Referral,
    ServiceLine,
)
from prebill.packs import Command, Pack, hookimpl
from prebill.published import Heading, Importer, PublishedFile, Rejected, parsed
from prebill.rules import Cohort, Entry, Outcomes, Rule, hit, known, not_checked, record, rule

if TYPE_CHECKING:
    from prebill.api import check, checker, read
    from prebill.engine import Checker, Report

__version__ = "0.1.0"

_LAZY = {
    "check": "prebill.api",
    "checker": "prebill.api",
    "read": "prebill.api",
    "Checker": "prebill.engine",
    "Report": "prebill.engine",
}

__all__ = [
    "Appointment",
    "Authorization",
    "AuthorizedService",
    "Benefit",
    "Checker",
    "Claim",
    "ClaimStatus",
    "CodeSet",
    "Cohort",
    "Command",
    "ConfigError",
    "Coverage",
    "Diagnosis",
    "Disposition",
    "DocumentedService",
    "Edition",
    "EligibilityCheck",
    "Encounter",
    "Entry",
    "FilingEvidence",
    "Finding",
    "Heading",
    "Importer",
    "InputError",
    "LedgerError",
    "NotChecked",
    "NotKnown",
    "Order",
    "OtherPayer",
    "Outcomes",
    "Owner",
    "Pack",
    "PackError",
    "Patient",
    "Payer",
    "PlannedCare",
    "PrebillError",
    "Provider",
    "PublishedFile",
    "Referral",
    "Rejected",
    "Report",
    "Rule",
    "ServiceLine",
    "Severity",
    "Table",
    "TableError",
    "check",
    "checker",
    "codes",
    "hit",
    "hookimpl",
    "known",
    "not_checked",
    "parsed",
    "read",
    "record",
    "rule",
    "table",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    message = f"module 'prebill' has no attribute {name!r}"
    raise AttributeError(message)
