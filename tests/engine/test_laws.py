"""What holds for every set of claims, whatever the rules say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebill import Encounter, Finding
from prebill.engine import Checker, Report
from prebill.ledger import Ledger
from prebill.ledger.memory import MemoryLedger
from prebill.lookup import build_edition
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters
from prebill.tables import TableSet
from prebill.testing.build import encounter_from
from tests.engine.practice import batches
from tests.engine.sample_rules import CRASHING, RULES, Limit, pack_of

LIMITS = TableSet(
    {"limit": (build_edition(Limit, [Limit(code="99213", most=2)], name="e1", source="test", complete=True),)}
)
LAWS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def checker(*packs: Any, **policy: Any) -> Checker:
    return Checker(
        rule_set=RuleSet(packs or (pack_of(*RULES),)),
        policy=Policy(**policy),
        tables=LIMITS,
        as_of=date(2027, 3, 1),
    )


def essence(finding: Finding) -> tuple[Any, ...]:
    """Everything about a finding but the claim that it happens to be reported under, and where that stands."""
    return (
        finding.rule, finding.severity, finding.affected, finding.message, finding.at_risk, finding.fingerprint,
    )  # fmt: skip


def said(report: Report) -> tuple[list[Any], list[Any]]:
    with report:
        return (
            sorted((essence(each) for each in report.findings), key=str),
            sorted(
                (each.rule, each.claim_id or "", each.lines, each.reason, each.count) for each in report.not_checked
            ),
        )


def in_ledger(ledger: Ledger) -> list[Any]:
    found = (msgspec.msgpack.decode(each.content, type=Finding) for each in ledger.findings())
    return sorted(map(essence, found), key=str)


def judged_raw(batch: Sequence[Encounter]) -> list[Any]:
    """The findings of one run over everything, before specific ones silence general ones."""
    ledger = MemoryLedger()
    checker().check(Encounters(batch), ledger=ledger).close()
    return in_ledger(ledger)


@LAWS
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_nothing(batch: list[Encounter], random: Any) -> None:
    shuffled = list(batch)
    random.shuffle(shuffled)
    assert said(checker().check(Encounters(batch))) == said(checker().check(Encounters(shuffled)))


@settings(LAWS, max_examples=4)
@given(batches(), st.sampled_from([2, 3]))
def test_the_number_of_workers_changes_nothing(batch: list[Encounter], workers: int) -> None:
    alone, shared = checker().check(Encounters(batch)), checker().check(Encounters(batch), workers=workers)
    assert alone.summary == shared.summary
    assert list(alone) == list(shared)
    assert said(alone) == said(shared)


@LAWS
@given(batches(), st.data())
def test_the_runs_in_which_claims_arrive_change_nothing(batch: list[Encounter], data: st.DataObject) -> None:
    ledger = MemoryLedger()
    runs = data.draw(st.lists(st.integers(0, 2), min_size=len(batch), max_size=len(batch)))
    for run in range(3):
        part = [each for each, its_run in zip(batch, runs, strict=True) if its_run == run]
        checker().check(Encounters(part), ledger=ledger).close()
    assert in_ledger(ledger) == judged_raw(batch)


@LAWS
@given(batches())
def test_other_packs_change_nothing(batch: list[Encounter]) -> None:
    ours = pack_of(*(rule for rule in RULES if rule.code not in {"LAW105", "LAW101"}))
    alone = said(checker(ours).check(Encounters(batch)))
    others = pack_of(*CRASHING, *(rule for rule in RULES if rule.code in {"LAW105", "LAW101"}), name="others")
    beside = said(checker(ours, others).check(Encounters(batch)))
    assert alone == tuple([each for each in part if each[0] not in {"LAW105", "LAW101"}] for part in beside)


@LAWS
@given(batches())
def test_checking_again_changes_nothing(batch: list[Encounter]) -> None:
    ledger = MemoryLedger()
    first = said(checker().check(Encounters(batch), ledger=ledger))
    claims, findings = list(ledger.claims()), list(ledger.findings())
    again = checker().check(Encounters(batch), ledger=ledger)
    assert again.summary.changed_earlier == 0
    assert said(again) == first
    assert (list(ledger.claims()), list(ledger.findings())) == (claims, findings)


@LAWS
@given(batches())
def test_the_index_finds_what_trying_every_rule_finds(batch: list[Encounter]) -> None:
    from prebill.engine.plan import other_triggers_met

    plan = checker().plan()
    for encounter in batch:
        claim = encounter.claim
        payer = plan.payer_of(claim)
        for line, found in zip(claim.lines, plan.agenda(encounter, payer).lines, strict=True):
            cohorts = [bound for bounds in found.families.values() for bound in bounds]
            running = {bound.rule.code for bound in (*found.line, *found.claim, *cohorts) if bound.judges}
            kept = (*found.unsupplied_line, *found.unsupplied_claim)
            indexed = running | {plan.rules[number].code for number, _ in kept}
            assert indexed == {
                rule.code
                for rule in RULES
                if (rule.triggers.procedures is None or line.procedure in rule.triggers.procedures)
                and other_triggers_met(
                    rule.triggers,
                    (
                        line.procedure,
                        line.modifiers,
                        claim.place_of(line),
                        claim.frequency_code,
                        bool(claim.authorizations_of(line)),
                    ),
                    payer,
                )
            }


@LAWS
@given(batches())
def test_every_claim_is_accounted_for(batch: list[Encounter]) -> None:
    with checker().check(Encounters(batch)) as report:
        counts = report.summary
    assert counts.read == len(batch) == counts.clean + counts.review + counts.held


@LAWS
@given(batches())
def test_a_rule_that_crashes_costs_no_other_and_tells_nothing(batch: list[Encounter]) -> None:
    ours = pack_of(*RULES)
    with checker(ours, pack_of(*CRASHING, name="crashing")).check(Encounters(batch)) as report:
        crashed = [crash for claim in report.claims for crash in claim.crashes]
        assert all("CANARY" not in str(crash) for crash in crashed)
        assert bool(crashed) == report.incomplete

    with checker(ours, pack_of(*CRASHING, name="crashing")).check(Encounters(batch)) as report:
        found = sorted((essence(each) for each in report.findings), key=str)
    assert found == said(checker(ours).check(Encounters(batch)))[0]


def test_a_failed_run_leaves_the_ledger_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = [encounter_from({"id": f"C-{number}", "lines": ["99213 [I10]"]}) for number in range(4)]
    ledger = MemoryLedger()
    checker().check(Encounters(batch[:2]), ledger=ledger).close()
    before = (list(ledger.claims()), list(ledger.findings()))

    def fails(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("prebill.engine.look_back._replace_findings", fails)
    with pytest.raises(KeyboardInterrupt):
        checker().check(Encounters(batch[2:]), ledger=ledger)
    assert (list(ledger.claims()), list(ledger.findings())) == before


@LAWS
@given(batches(most=3))
def test_a_claim_that_is_twice_in_a_batch_is_twice_in_every_run(batch: list[Encounter]) -> None:
    ledger = MemoryLedger()
    twice = [*batch, *batch]
    alone = said(checker().check(Encounters(twice)))
    assert said(checker().check(Encounters(twice), ledger=ledger)) == alone
    again = checker().check(Encounters(twice), ledger=ledger)
    assert again.summary.changed_earlier == 0
    assert said(again) == alone
