from __future__ import annotations

import sys
import types
from importlib.metadata import EntryPoint
from typing import Any

import pytest

import prebill.packs
from prebill import Pack, PackError, hookimpl
from prebill.packs import find_packs, load_pack
from prebill.policy import RuleSet
from tests.engine.sample_rules import RULES, pack_of


class Good:
    @hookimpl
    def prebill_pack(self) -> Pack:
        return Pack(name="good", rules=("tests.engine.sample_rules",))


class Misspelled:
    @hookimpl
    def prebill_pak(self) -> Pack:
        return Pack(name="misspelled")


class Future:
    @hookimpl
    def prebill_pack(self) -> Pack:
        return Pack(name="future", api=99)


class Nothing:
    pass


def test_a_pack_offers_its_rules_through_the_hook() -> None:
    pack, rules = load_pack("good", Good())
    assert pack.name == "good"
    assert {rule.code for rule in RULES} <= {rule.code for rule in rules}


@pytest.mark.parametrize(
    ("plugin", "said"),
    [(Misspelled(), "prebill_pak"), (Future(), "interface 99"), (Nothing(), "prebill_pack")],
)
def test_a_pack_that_does_not_fit_says_why(plugin: object, said: str) -> None:
    with pytest.raises(PackError, match=said):
        load_pack("plugin", plugin)


def test_a_pack_that_cannot_be_imported_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    good = types.ModuleType("good_pack")
    good.prebill_pack = Good().prebill_pack  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "good_pack", good)
    points = [
        EntryPoint("good", "good_pack", "prebill"),
        EntryPoint("broken", "there_is_no_such_module", "prebill"),
    ]
    monkeypatch.setattr(prebill.packs, "entry_points", lambda **_: points)
    broken, found = find_packs()
    assert (broken.name, found.name) == ("broken", "good")
    assert "there_is_no_such_module" in (broken.failure or "")
    assert found.rules
    assert RuleSet((broken, found)).failed == (broken,)
    with pytest.raises(PackError, match="Did you mean 'good'"):
        find_packs(["goood"])


def test_one_code_belongs_to_one_pack() -> None:
    with pytest.raises(PackError, match="LAW101"):
        RuleSet((pack_of(*RULES), pack_of(*RULES, name="again")))


def test_knowing_the_installed_packs_imports_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(EntryPoint, "load", fail)
    assert "general" in prebill.packs.installed_names()
