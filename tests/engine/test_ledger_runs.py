"""What a ledger keeps of runs, beyond the laws."""

from datetime import date

from prebill.engine import Checker
from prebill.ledger.memory import MemoryLedger
from prebill.policy import RuleSet
from prebill.readers import Encounters
from prebill.testing.build import encounter_from
from tests.engine.sample_rules import pack_of, visit_after_surgery, visit_without_modifier

AS_OF = date(2026, 4, 1)


def test_line_rules_alone_are_recorded() -> None:
    ledger = MemoryLedger()
    checker = Checker(rule_set=RuleSet((pack_of(visit_without_modifier),)), as_of=AS_OF)
    checker.check(Encounters([encounter_from({"lines": ["99213 [I10]"]})]), ledger=ledger).close()
    assert len(list(ledger.claims())) == len(list(ledger.findings())) == 1


def test_a_surgery_that_arrives_later_changes_the_verdict_on_an_earlier_visit() -> None:
    ledger = MemoryLedger()
    checker = Checker(rule_set=RuleSet((pack_of(visit_after_surgery),)), as_of=AS_OF)
    visit = encounter_from({"id": "V", "lines": ["99213 [I10]"], "date": "2026-03-16"})
    surgery = encounter_from({"id": "S", "lines": ["27447 [M17.11]"], "date": "2026-03-02"})
    checker.check(Encounters([visit]), ledger=ledger).close()
    with checker.check(Encounters([surgery]), ledger=ledger) as report:
        (changed,) = [item for item in report if hasattr(item, "withdrawn")]
    assert (changed.claim_id, changed.withdrawn, changed.finding.rule) == ("V", False, "LAW106")
    voided = encounter_from({"id": "S", "lines": ["27447 [M17.11]"], "date": "2026-03-02", "frequency_code": "8"})
    with checker.check(Encounters([voided]), ledger=ledger) as report:
        (changed,) = [item for item in report if hasattr(item, "withdrawn")]
    assert (changed.claim_id, changed.withdrawn) == ("V", True)
    assert not list(ledger.findings())
