"""Worked cases as tests: a mapping that says what is billed and documented, and what a rule answers."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import msgspec

from prebill.engine import Checker, Report
from prebill.errors import PackError, did_you_mean
from prebill.findings import Finding, Severity
from prebill.ledger.memory import MemoryLedger
from prebill.lookup import Edition, build_edition
from prebill.packs import InstalledPack
from prebill.policy import Policy, RuleSet, policy_from
from prebill.readers import Encounters
from prebill.rules import Rule
from prebill.tables import TableSet
from prebill.testing.build import DAY, encounter_from, plain

GOLDEN = "golden"
_RUN_WORDS = {"case", "note", "expect", "claims", "history", "history_since", "settings", "config", "complete",
              "tables", "as_of", "rules"}  # fmt: skip


@attrs.frozen(kw_only=True)
class Case:
    """One worked case of a rule, or a golden case of a whole pack (`rule` is None).

    `content` has the words of `encounter_from` for a case of one claim, or `claims`, a list of such mappings;
    `history`, claims billed before (its presence says that the history is complete, unless `history_since` says
    from when on); `settings` of the rule; `config`, a whole configuration; `complete` for a batch known to be
    complete; `tables`, rows by table (`{name: {complete: yes, rows: […]}}`, with `edition`, `effective_from`,
    `effective_to`, `verified`, `carried_forward` as needed); `as_of`, the date of the run.

    `expect` is `stop`, `review` or `info` (the gravest finding), `pass`, `not checked` or `not applicable`; or a
    list of findings, each with any of `severity`, `claim`, `lines`, `says`, `fix`, `owner`, `prevents` and
    `at_risk`; or a mapping with such a list under `findings` and a list of `claim`, `lines` and `says` under
    `not_checked`; for a golden case a mapping of lists of rule codes under `fires` and `not_checked`, and what
    happens to the claim under `disposition` (`release`, `review` or `hold`).
    """

    pack: InstalledPack = attrs.field(repr=False)
    rule: Rule | None
    name: str
    content: Mapping[str, Any] = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"{self.rule.code if self.rule else self.pack.name}-{self.name}"


@attrs.frozen(kw_only=True)
class CaseResult:
    """Whether a case came out as expected, and how it did not."""

    case: Case
    passed: bool
    detail: str = ""


def cases_of(pack: InstalledPack) -> tuple[Case, ...]:
    """Return every case of a pack: the examples on its rules, its case files, and its golden cases."""
    found = [case for rule in pack.rules for case in cases_of_rule(pack, rule)]
    return (*found, *_file_cases(pack, None, GOLDEN))


def cases_of_rule(pack: InstalledPack, rule: Rule) -> tuple[Case, ...]:
    """Return the cases of a rule: the examples on it, and its case file."""
    fails = (_example(pack, rule, "fails", n, each, str(rule.severity)) for n, each in enumerate(rule.fails, 1))
    passes = (_example(pack, rule, "passes", n, each, "pass") for n, each in enumerate(rule.passes, 1))
    return (*fails, *passes, *_file_cases(pack, rule, rule.code))


def run_cases(packs: Iterable[InstalledPack], codes: Sequence[str] = ()) -> Iterator[CaseResult]:
    """Run the cases of packs, all or those of some rules; a case that cannot be built has failed."""
    for pack in packs:
        for case in cases_of(pack):
            if not codes or (case.rule is not None and case.rule.code in codes):
                yield run_case(case)


def run_case(case: Case) -> CaseResult:
    """Run one case and compare what it says with what it expects."""
    try:
        report = _run(case)
    except PackError as error:
        return CaseResult(case=case, passed=False, detail=str(error))
    with report:
        faults = list(_differences(case, report))
    return CaseResult(case=case, passed=not faults, detail="; ".join(faults))


def _example(
    pack: InstalledPack, rule: Rule, kind: str, number: int, example: str | Mapping[str, Any], expect: str
) -> Case:
    content = {"lines": [example]} if isinstance(example, str) else example
    return Case(pack=pack, rule=rule, name=f"{kind}-{number}", content={"expect": expect, **content})


def _file_cases(pack: InstalledPack, rule: Rule | None, stem: str) -> list[Case]:
    if pack.pack is None or pack.pack.cases is None:
        return []
    file = importlib.resources.files(pack.pack.cases).joinpath(f"{stem}.yaml")
    if not file.is_file():
        return []
    import yaml

    content = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    return [
        Case(pack=pack, rule=rule, name=str(each.get("case", number)), content=each)
        for number, each in enumerate(content, 1)
    ]


def _run(case: Case) -> Report:
    content = case.content
    batch = [encounter_from(each, number) for number, each in enumerate(_claims(content), 1)]
    checker = Checker(
        rule_set=RuleSet((case.pack,)),
        policy=_policy(case),
        tables=TableSet({name: (_edition(case, name, each),) for name, each in content.get("tables", {}).items()}),
        as_of=_day(content.get("as_of", DAY)),
    )
    if "history" not in content:
        return checker.check(Encounters(batch))
    ledger = MemoryLedger()
    history = [
        encounter_from({"id": f"H-{number}", **each}, number) for number, each in enumerate(content["history"], 1)
    ]
    checker.check(Encounters(history), ledger=ledger).close()
    return checker.check(Encounters(batch), ledger=ledger)


def _claims(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    own = {name: value for name, value in content.items() if name not in _RUN_WORDS}
    return [{**own, **each} for each in content["claims"]] if "claims" in content else [own]


def _policy(case: Case) -> Policy:
    content = case.content
    config = {**content.get("config", {})}
    if case.rule is not None and "settings" in content:
        config["rules"] = {**config.get("rules", {}), case.rule.code: content["settings"]}
    policy = policy_from(config, RuleSet((case.pack,)), "the case's configuration") if config else Policy()
    since = content.get("history_since", date(1900, 1, 1) if "history" in content else None)
    chosen = tuple(content.get("rules", (case.rule.code,) if case.rule else policy.select))
    return attrs.evolve(
        policy,
        select=chosen,
        complete_batch=bool(content.get("complete", policy.complete_batch)),
        history_since=None if since is None else _day(since),
    )


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _edition(case: Case, name: str, content: Mapping[str, Any]) -> Edition[Any]:
    types = case.pack.pack.load_tables() if case.pack.pack else {}
    if name not in types:
        message = f"the pack has no table {name!r}.{did_you_mean(name, types)}"
        raise PackError(message)
    try:
        rows = msgspec.convert(plain(content["rows"]), list[types[name]], strict=False)  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        message = f"table {name} of the case: {error}"
        raise PackError(message) from error
    return build_edition(
        types[name],
        rows,
        name=content.get("edition", "of the case"),
        source="case",
        complete=bool(content.get("complete", False)),
        effective_from=None if "effective_from" not in content else _day(content["effective_from"]),
        effective_to=None if "effective_to" not in content else _day(content["effective_to"]),
        verified=bool(content.get("verified", True)),
        carried_forward=bool(content.get("carried_forward", False)),
    )


def _differences(case: Case, report: Report) -> Iterator[str]:
    findings = list(report.findings)
    missing = list(report.not_checked)
    if report.summary.crashes:
        yield "; ".join(crash.error for claim in report.claims for crash in claim.crashes)
    expect = case.content.get("expect")
    if isinstance(expect, Mapping) and ("fires" in expect or case.rule is None):
        yield from _unequal("fires", expect.get("fires", ()), {each.rule for each in findings})
        if "not_checked" in expect:
            yield from _unequal("not checked", expect["not_checked"], {each.rule for each in missing})
        if "disposition" in expect:
            counts = report.summary
            got = "hold" if counts.held else "review" if counts.review else "release"
            if got != expect["disposition"]:
                yield f"expected to {expect['disposition']}, got {got}"
        return
    if isinstance(expect, Mapping):
        yield from _match("finding", expect.get("findings", ()), [_facts(each) for each in findings])
        said = [{"claim": each.claim_id, "lines": list(each.lines), "says": each.reason} for each in missing]
        yield from _match("not checked", expect.get("not_checked", ()), said)
    elif isinstance(expect, (list, tuple)):
        yield from _match("finding", expect, [_facts(each) for each in findings])
    else:
        got = _outcome(findings, bool(missing))
        wanted = "pass" if expect in {"not applicable", "passes"} else expect
        if got != wanted:
            said = "; ".join([*(each.message for each in findings), *(each.reason for each in missing)])  # type: ignore[assignment]
            yield f"expected {expect}, got {got}: {said}"


def _outcome(findings: Sequence[Finding], missing: bool) -> str:
    if findings:
        gravest: Severity = max((each.severity for each in findings), key=lambda severity: severity.rank)
        return str(gravest)
    return "not checked" if missing else "pass"


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "claim": finding.claim_id,
        "lines": list(finding.lines),
        "says": finding.message,
        "fix": finding.fix,
        "owner": str(finding.owner),
        "prevents": list(finding.prevents),
        "at_risk": str(finding.at_risk),
    }


def _unequal(what: str, expected: Iterable[str], got: set[str]) -> Iterator[str]:
    wanted = set(expected)
    if wanted != got:
        yield f"{what}: expected {sorted(wanted)}, got {sorted(got)}"


def _match(what: str, expected: Sequence[Mapping[str, Any]], got: list[dict[str, Any]]) -> Iterator[str]:
    """Pair each expectation with one answer that has all its facts; `says` and `fix` may be a part."""
    left = list(got)
    for each in expected:
        fitting = next((facts for facts in left if _fits(each, facts)), None)
        if fitting is None:
            yield f"no {what} {dict(each)} among {left}"
        else:
            left.remove(fitting)
    for facts in left:
        yield f"unexpected {what}: {facts}"


def _fits(expected: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return all(
        str(value).lower() in str(facts[name]).lower()
        if name in {"says", "fix"}
        else set(value) <= set(facts[name])
        if name == "prevents"
        else str(value) == str(facts[name])
        for name, value in expected.items()
    )
