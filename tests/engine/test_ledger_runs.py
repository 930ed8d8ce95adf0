"""What a ledger keeps of runs, beyond the laws."""

from collections.abc import Iterator
from datetime import date

import pytest

from prebill.engine import Checker
from prebill.errors import LedgerError
from prebill.ledger.memory import MemoryLedger
from prebill.policy import RuleSet
from prebill.readers import Encounters
from prebill.reading import Item
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


def test_a_run_without_a_pack_does_not_hide_its_claims_from_the_pack() -> None:
    ledger = MemoryLedger()
    full = RuleSet((pack_of(visit_after_surgery, visit_without_modifier),))
    without = RuleSet((pack_of(visit_without_modifier),))
    visit = encounter_from({"id": "V", "lines": ["99213 [I10]"], "date": "2026-03-16"})
    surgery = encounter_from({"id": "S", "lines": ["27447 [M17.11]"], "date": "2026-03-02"})
    other = encounter_from({"id": "O", "lines": ["99213 [I10]"], "date": "2026-03-17"})
    Checker(rule_set=full, as_of=AS_OF).check(Encounters([other]), ledger=ledger).close()
    Checker(rule_set=without, as_of=AS_OF).check(Encounters([surgery]), ledger=ledger).close()
    with Checker(rule_set=full, as_of=AS_OF).check(Encounters([visit]), ledger=ledger) as report:
        assert "LAW106" in {finding.rule for finding in report.findings}


def test_two_runs_at_once_do_not_judge_from_a_state_that_the_other_changes() -> None:
    ledger = MemoryLedger()
    checker = Checker(rule_set=RuleSet((pack_of(visit_after_surgery),)), as_of=AS_OF)
    visit = encounter_from({"id": "V", "lines": ["99213 [I10]"], "date": "2026-03-16"})
    surgery = encounter_from({"id": "S", "lines": ["27447 [M17.11]"], "date": "2026-03-02"})

    class Meanwhile(Encounters):
        def read(self) -> Iterator[Item]:
            checker.check(Encounters([surgery]), ledger=ledger).close()
            return super().read()

    with pytest.raises(LedgerError, match="another run"):
        checker.check(Meanwhile([visit]), ledger=ledger)
    assert [claim.identity.split("\x1f")[2] for claim in ledger.claims()] == ["S"]
    with checker.check(Encounters([visit]), ledger=ledger) as report:
        assert [finding.rule for finding in report.findings] == ["LAW106"]
