"""The contract of every installed pack. Its cases are run by the tests of the pack itself."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from prebill.packs import GROUP, InstalledPack, find_packs
from prebill.policy import RuleSet
from prebill.testing import breaches
from prebill.testing.cases import GOLDEN

PACKS = find_packs()
RULES = [(pack, rule) for pack in PACKS for rule in pack.rules]

# What a pure function of its arguments has no use for: files, processes, networks, clocks and chance.
IMPURE = {
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "pickle", "random", "requests",
    "secrets", "select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile",
    "threading", "time", "urllib", "uuid",
}  # fmt: skip
IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__", "breakpoint"})
CLOCKS = frozenset({"now", "utcnow", "today"})


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_pack_keeps_its_contract(pack: InstalledPack) -> None:
    assert list(breaches(pack)) == []
    assert pack.pack is not None
    assert pack.pack.name == pack.name, "the entry point has the name of the pack"
    assert pack.distribution == ("prebill" if pack.name == "general" else f"prebill-{pack.name.replace('_', '-')}")


def test_every_entry_point_is_a_pack_and_every_code_is_one_rule() -> None:
    assert {point.name for point in entry_points(group=GROUP)} == {pack.name for pack in PACKS}
    assert [code for code, count in Counter(rule.code for _, rule in RULES).items() if count > 1] == []
    families = {(rule.code[:3], pack.name) for pack, rule in RULES}
    assert [name for name, count in Counter(family for family, _ in families).items() if count > 1] == []
    assert len(RuleSet(PACKS).by_code) == len(RULES)


def test_every_name_is_one_rule_and_no_code_family_or_pack() -> None:
    names = Counter(rule.name for _, rule in RULES)
    assert [name for name, count in names.items() if count > 1] == []
    assert {*names} & {pack.name for pack in PACKS} == set()
    assert {name.upper() for name in names} & {
        code for _, rule in RULES for code in (rule.code, rule.code[:3])
    } == set()


def test_no_case_file_belongs_to_nothing() -> None:
    for pack in PACKS:
        assert pack.pack
        if pack.pack.cases:
            known = {rule.code for rule in pack.rules} | {GOLDEN}
            files = {file.stem for file in _folder(pack.pack.cases).glob("*.yaml")}
            assert files - known == set(), pack.name


def test_knowing_a_pack_imports_none_of_its_rules() -> None:
    code = (
        "import json, sys\n"
        "from importlib.metadata import entry_points\n"
        "from prebill.packs import declared_pack\n"
        f"packs = [declared_pack(point.name, point.load()) for point in entry_points(group={GROUP!r})]\n"
        "offered = {name for pack in packs for name in (*pack.rules, *pack.records, *pack.tables)}\n"
        "print(json.dumps([len(packs), sorted(offered & set(sys.modules)), 'prebill.engine' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [len(PACKS), [], False]


@pytest.mark.parametrize("module", sorted({rule.module for _, rule in RULES}))
def test_a_rule_module_is_pure(module: str) -> None:
    assert list(_impurities(_source(module))) == []


@pytest.mark.parametrize(
    "text",
    [
        "import os", "from time import monotonic", "import urllib.request", "open('x')", "print(1)",
        "from datetime import date\ndate.today()", "datetime.datetime.now(tz=None)",
        "def f():\n    global x",
    ],
)  # fmt: skip
def test_what_is_impure(text: str) -> None:
    assert list(_impurities(ast.parse(text)))


def test_what_is_pure() -> None:
    text = "import re\nfrom datetime import date, timedelta\nfrom prebill import hit\ndate(2026, 1, 1)\nx.opened(1)"
    assert list(_impurities(ast.parse(text))) == []


def _impurities(tree: ast.Module) -> Iterator[str]:
    """Yield what a module does that reaches beyond the arguments of its functions."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            names = [module] if module else [each.name for each in node.names]
            yield from (f"line {node.lineno}: imports {name}" for name in names if name.partition(".")[0] in IMPURE)
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
                yield f"line {node.lineno}: calls {called.id}"
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS:
                yield f"line {node.lineno}: asks for {called.attr}"
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            yield f"line {node.lineno}: changes {', '.join(node.names)}"


def _source(module: str) -> ast.Module:
    spec = importlib.util.find_spec(module)
    assert spec
    assert spec.origin
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _folder(package: str) -> Path:
    path = importlib.import_module(package).__file__
    assert path
    return Path(path).parent
