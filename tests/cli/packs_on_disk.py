"""Small packs, written to a folder as installed distributions are: a package and its metadata."""

from __future__ import annotations

from pathlib import Path

SAMPLE = '''
"""A pack with a rule of each severity, one that needs a register, and a command."""
from prebill.packs import Command, Pack, hookimpl

@hookimpl
def prebill_pack():
    return Pack(
        name="sample",
        rules=("prebill_sample.rules",),
        commands={"greet": Command(path="prebill_sample.greet:greet", help="Say hello.")},
    )
'''
SAMPLE_RULES = '''
from typing import Any
from prebill import Authorization, Cohort, Outcomes, ServiceLine, codes, hit, rule

@rule("SMP101", procedures=codes("99213"), severity="stop", owner="coding", prevents="CO-4",
      sources=["Manual, chapter 1"], fails=["99213 [I10]"], passes=["99213-25 [I10]"])
def modifier_missing(line: ServiceLine, *, allowed: tuple[str, ...] = ("25",)) -> Outcomes:
    """A line lacks a modifier.

    The payer denies it. Add the modifier.
    """
    if not line.has(*allowed):
        yield hit(line, f"Line {line.number} {line.procedure} has no modifier {'/'.join(allowed)}.",
                  fix="Add the modifier.", at="modifiers", evidence={"allowed": allowed})

@rule("SMP102", procedures=codes("99215"), severity="review", owner="clinical_documentation", prevents="CO-50",
      sources=["Manual, chapter 2"], fails=["99215 [I10]"], passes=["99214 [I10]"])
def level_is_high(line: ServiceLine) -> Outcomes:
    """The highest level is billed.

    It is often challenged. Have the note at hand.
    """
    yield hit(line, f"Line {line.number} bills the highest level.", fix="Read the note again.")

@rule("SMP103", procedures=codes("99211"), severity="info", owner="billing", prevents="CO-16",
      sources=["Manual, chapter 3"], fails=["99211 [I10]"], passes=["99212 [I10]"])
def nurse_visit(line: ServiceLine) -> Outcomes:
    """A nurse visit is billed.

    Nothing is wrong with it.
    """
    yield hit(line, f"Line {line.number} is a nurse visit.", fix="Nothing to do.")

@rule("SMP104", procedures=codes("27447"), severity="stop", owner="authorization", prevents="CO-197",
      sources=["Manual, chapter 4"], fails=[{"lines": ["27447 [M17.11]"], "authorizations": []}],
      passes=[{"lines": ["27447 [M17.11]"], "authorizations": [{"number": "A1"}]}])
def authorization_missing(line: ServiceLine, authorizations: tuple[Authorization, ...]) -> Outcomes:
    """There is no authorization.

    The payer denies the line. Ask for one.
    """
    if not authorizations:
        yield hit(line, f"Line {line.number} has no authorization.", fix="Ask for one.")

@rule("SMP105", procedures=codes("99999"), severity="stop", owner="coding", prevents="CO-16", preview=True,
      sources=["Manual, chapter 5"], fails=["99999 [I10]"], passes=["99212 [I10]"])
def still_new(line: ServiceLine) -> Outcomes:
    """A code that is not in use.

    Nobody pays it. Choose another.
    """
    yield hit(line, f"Line {line.number} is not in use.", fix="Choose another code.")

@rule("SMP106", procedures=codes("90834"), severity="review", owner="billing", prevents="CO-18", minimum=2,
      sources=["Manual, chapter 6"], key=("patient", "from_date"),
      fails=[{"claims": [{"lines": ["90834 [F41.1]"]}, {"lines": ["90834 [F41.1]"]}]}], passes=["90834 [F41.1]"])
def two_sessions(sessions: Cohort[Any]) -> Outcomes:
    """A patient has two sessions on a day.

    The second is often denied. See which one took place.
    """
    yield hit(sessions.entries, f"{len(sessions.entries)} sessions on {sessions.entries[0].from_date}.",
              fix="Remove what did not take place.")
'''
SAMPLE_GREET = '''
import click

@click.command()
def greet():
    """Say hello."""
    click.echo("hello")
'''
CRASHING = '''
from prebill import Claim, Outcomes, codes, rule
from prebill.packs import Pack, hookimpl

@hookimpl
def prebill_pack():
    return Pack(name="crashing", rules=("prebill_crashing",))

@rule("CRS101", procedures=codes("99499"), severity="stop", owner="coding", prevents="CO-16",
      sources=["Manual"], fails=["99499 [I10]"], passes=["99212 [I10]"])
def crashes(claim: Claim) -> Outcomes:
    """It crashes.

    On purpose.
    """
    raise ValueError(claim.patient.last_name, claim.coverage.member_id)
    yield
'''
BROKEN = 'raise RuntimeError("it was never finished")\n'


def install(site: Path) -> None:
    """Write the packs `sample`, `crashing` and `broken` into a folder that is, or will be, on the path."""
    _distribution(site, "sample", {"__init__": SAMPLE, "rules": SAMPLE_RULES, "greet": SAMPLE_GREET})
    _distribution(site, "crashing", {"__init__": CRASHING})
    _distribution(site, "broken", {"__init__": BROKEN})


def _distribution(site: Path, name: str, modules: dict[str, str]) -> None:
    package = site / f"prebill_{name}"
    package.mkdir(parents=True)
    for module, text in modules.items():
        (package / f"{module}.py").write_text(text, encoding="utf-8")
    metadata = site / f"prebill_{name}-1.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: prebill-{name}\nVersion: 1.2\n")
    (metadata / "entry_points.txt").write_text(f"[prebill]\n{name} = prebill_{name}\n")
