"""The files of a new pack and of a new rule. What they hold passes `prebill test`, ruff and mypy as it is."""

from __future__ import annotations

from string import Template

PACK_FILES = {
    "pyproject.toml": Template("""\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "prebill-$distribution"
version = "0.1.0"
description = "prebill rules for $name."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["prebill>=$version"]

[project.optional-dependencies]
testing = ["prebill[testing]"]

[project.entry-points.prebill]
$name = "$package"

[tool.hatch.build]
dev-mode-dirs = ["src"]

[tool.hatch.build.targets.wheel]
packages = ["src/$package"]

[tool.mypy]
strict = true
files = ["src", "tests"]
"""),
    "README.md": Template("""\
# prebill-$distribution

Rules for $name, a pack of prebill.

    pip install -e '.[testing]'    # once; from then on prebill finds the pack
    prebill rules --pack $name     # its rules
    prebill test $name             # their cases
    prebill new rule ${family}102 what-is-wrong
"""),
    "src/$package/__init__.py": Template('''\
"""prebill rules for $name."""

from prebill.packs import Pack, hookimpl

__all__ = ["prebill_pack"]


@hookimpl
def prebill_pack() -> Pack:
    """Return the pack."""
    return Pack(
        name="$name",
        rules=("$package.rules.modifiers",),
        cases="$package.cases",
    )
'''),
    "src/$package/py.typed": Template(""),
    "src/$package/rules/__init__.py": Template('"""The rules, one module per family."""\n'),
    "src/$package/rules/modifiers.py": Template('''\
"""Modifiers that contradict each other."""

from prebill import Outcomes, ServiceLine, codes, hit, rule


@rule(
    "${family}101",
    modifiers=codes("26"),
    severity="stop",
    owner="coding",
    prevents="CO-4",
    sources=["Medicare Claims Processing Manual, Pub. 100-04 ch. 13 §20"],
    fails=["93306-26-TC @22 [I10]"],
    passes=["93306-26 @22 [I10]"],
)
def both_components(line: ServiceLine) -> Outcomes:
    """A line bills the professional and the technical component at once.

    Modifier 26 says that only the interpretation is billed, TC that only the
    technical part is. Together they contradict each other and the line is denied.
    Keep the one that applies; whoever owns the equipment and interprets the study
    bills the service without either.
    """
    if line.has("TC"):
        yield hit(
            line,
            f"Line {line.number} {line.procedure} carries both 26 and TC.",
            fix="Keep 26 or TC; bill without either when both parts are yours.",
            at="modifiers",
        )
'''),
    "src/$package/cases/__init__.py": Template('"""The cases of the rules, one file per code."""\n'),
    "src/$package/cases/${family}101.yaml": Template("""\
- case: the order of the modifiers does not matter
  lines: 93306-TC-26 @22 [I10]
  expect: stop

- case: the technical component alone is fine
  lines: 93306-TC @11 [I10]
  expect: pass
"""),
    "tests/test_pack.py": Template('''\
"""The pack keeps prebill's contract, and every case comes out as it says."""

from prebill.packs import find_packs
from prebill.testing import breaches, run_cases

(PACK,) = find_packs(["$name"])


def test_contract() -> None:
    assert list(breaches(PACK)) == []


def test_cases() -> None:
    failed = [result for result in run_cases([PACK]) if not result.passed]
    assert failed == []
'''),
}

RULE = Template('''\
"""$title."""

from prebill import Outcomes, ServiceLine, codes, hit, rule


@rule(
    "$code",
    procedures=codes("99202-99215"),  # the lines the rule is about: make it yours
    severity="review",
    owner="coding",
    prevents="CO-16",
    sources=["Name the manual, chapter and section that says so."],
    fails=["99213 x2 [I10]"],
    passes=["99213 [I10]"],
)
def $function(line: ServiceLine, *, most_units: int = 1) -> Outcomes:
    """Say in one sentence what is wrong.

    Say why a payer denies it, and how to fix it, in words of a biller.
    """
    if line.units > most_units:
        yield hit(
            line,
            f"Line {line.number} bills {line.units} units, {most_units} at most.",
            fix="Say what to change.",
            at="units",
        )
''')

RULE_CASES = Template("""\
- case: say what makes this case worth keeping
  lines: 99215 x3 [I10]
  expect: review
""")
