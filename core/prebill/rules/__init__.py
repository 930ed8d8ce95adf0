"""How a check is declared: the `rule` decorator, what a rule may ask for, and what it may answer."""

from prebill.rules.cohort import Cohort, Entry
from prebill.rules.declare import Example, Rule, Triggers, rule
from prebill.rules.outcomes import Hit, Missing, Outcomes, Target, hit, known, not_checked
from prebill.rules.signature import (
    REGISTERS,
    Need,
    NeedKind,
    Scope,
    Setting,
    Signature,
    record,
    record_name,
)

__all__ = [
    "REGISTERS",
    "Cohort",
    "Entry",
    "Example",
    "Hit",
    "Missing",
    "Need",
    "NeedKind",
    "Outcomes",
    "Rule",
    "Scope",
    "Setting",
    "Signature",
    "Target",
    "Triggers",
    "hit",
    "known",
    "not_checked",
    "record",
    "record_name",
    "rule",
]
