from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from prebill import ConfigError, Coverage, Payer, Severity
from prebill.policy import Policy, RuleSet, load_policy, policy_from
from tests.engine.sample_rules import RULES, pack_of, too_many_visits, visit_without_modifier

RULE_SET = RuleSet((pack_of(*RULES),))


def policy(**content: Any) -> Policy:
    return policy_from(content, RULE_SET)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"selct": ["LAW"]}, "unknown key 'selct'. Did you mean 'select'?"),
        ({"rules": {"LAW110": {}}}, "unknown key 'rules.LAW110'. Did you mean"),
        ({"rules": {"LAW107": {"mots": 2}}}, "unknown key 'rules.LAW107.mots'. Did you mean 'most'?"),
        ({"rules": {"LAW107": {"most": "two"}}}, "rules.LAW107.most"),
        ({"rules": {"LAW107": {"severity": "fatal"}}}, "rules.LAW107.severity"),
        ({"payers": {"A": {"line_of_business": "comercial"}}}, "payers.A.line_of_business"),
        ({"lines_of_business": {"medicare": {}}}, "Did you mean 'medicare_ffs'?"),
        ({"history_since": "soon"}, "history_since"),
        ({"fail_on": "always"}, "fail_on"),
    ],
)
def test_a_wrong_key_or_value_is_named(content: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        policy_from(content, RULE_SET)
    assert said in str(error.value)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        policy(selct=[], fail_on="always")
    assert str(error.value).count("\n") == 1


def test_a_payer_overrides_its_line_of_business_and_that_the_default() -> None:
    ours = policy(
        rules={"LAW107": {"most": 1, "severity": "review"}},
        lines_of_business={"commercial": {"rules": {"LAW107": {"most": 2}}}},
        payers={"A": {"aliases": ["AA"], "rules": {"LAW107": {"most": 3, "enabled": False}}}},
    )
    commercial = ours.settings(too_many_visits, Payer(payer_id="B", line_of_business="commercial"))
    assert (commercial.values, commercial.severity) == ({"most": 2}, Severity.REVIEW)
    assert ours.settings(too_many_visits, Payer()).values == {"most": 1}
    assert not ours.settings(too_many_visits, Payer(payer_id="A")).enabled
    assert ours.settings(visit_without_modifier, Payer()).values == {}


@pytest.mark.parametrize(
    ("indicator", "line_of_business"),
    [("MB", "medicare_ffs"), ("16", "medicare_advantage"), ("CI", "commercial"), ("ZZ", None), (None, None)],
)
def test_the_line_of_business_follows_from_the_filing_indicator(indicator: str, line_of_business: str) -> None:
    assert Policy().payer_of(Coverage(filing_indicator=indicator)).line_of_business == line_of_business


def test_a_profile_names_the_payer_behind_an_alias() -> None:
    ours = policy(payers={"AETNA": {"aliases": ["60054"], "line_of_business": "medicare_advantage"}})
    assert ours.payer_of(Coverage(payer_id="60054", filing_indicator="CI")) == Payer(
        payer_id="AETNA", line_of_business="medicare_advantage"
    )


@pytest.mark.parametrize("selector", ["LAW101", "law101", "visit-without-modifier"])
def test_a_rule_is_selected_by_code_or_name(selector: str) -> None:
    assert [rule.code for rule in RULE_SET.select([selector])] == ["LAW101"]


def test_families_and_packs_are_selected_and_rules_ignored() -> None:
    everything = [rule.code for rule in RULE_SET.select()]
    assert [rule.code for rule in RULE_SET.select(["LAW"])] == everything
    assert [rule.code for rule in RULE_SET.select(["law"], ["LAW101"])] == everything[1:]


@pytest.mark.parametrize("selector", ["LAW1", "LAW999", "visit-without-modifer"])
def test_an_unknown_selector_is_an_error_with_the_nearest_match(selector: str) -> None:
    with pytest.raises(ConfigError, match="Did you mean"):
        RULE_SET.select([selector])


def test_a_file_is_read_with_exact_decimals(tmp_path) -> None:
    path = tmp_path / "prebill.toml"
    path.write_text("[rules.X]\namount = 0.1\n")
    assert load_policy(path) == {"rules": {"X": {"amount": Decimal("0.1")}}}
    path.write_text("[rules\n")
    with pytest.raises(ConfigError, match=r"prebill.toml"):
        load_policy(path)


def test_a_table_of_pyproject_is_read(tmp_path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.prebill]\nselect = ['LAW']\n")
    assert load_policy(path) == {"select": ["LAW"]}


def test_files_are_named_from_the_directory_of_the_configuration(tmp_path) -> None:
    path = tmp_path / "prebill.toml"
    path.write_text(
        "ledger = 'postgresql://db/billed'\nbaseline = 'old.json'\n[registers]\norders = ['a.csv', '/b.csv']\n"
    )
    assert load_policy(path) == {
        "ledger": "postgresql://db/billed",
        "baseline": str(tmp_path / "old.json"),
        "registers": {"orders": [str(tmp_path / "a.csv"), "/b.csv"]},
    }
