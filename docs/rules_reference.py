"""The rule reference: one page per pack, an index over all, and the tables in the packs' own pages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import attrs

from prebill.cli.describe import describe
from prebill.cli.rule_text import as_markdown
from prebill.packs import InstalledPack, find_packs
from prebill.policy import Policy, RuleSet
from prebill.rules import Rule

_NOTE = "Printed from the rules by `python -m docs`; do not edit."


@attrs.frozen
class Reference:
    """The packs of this checkout."""

    rules: RuleSet
    about: Mapping[str, str]

    @classmethod
    def of_workspace(cls, root: Path) -> Self:
        """Load the built-in pack and those under `plugins`, whatever else is installed."""
        about = {}
        for project in [root / "pyproject.toml", *sorted(root.glob("plugins/*/pyproject.toml"))]:
            content = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
            for name in content.get("entry-points", {}).get("prebill", {}):
                about[name] = content["name"]
        packs = find_packs(about)
        for pack in packs:
            if pack.failure:
                message = f"the pack {pack.name} cannot be loaded: {pack.failure}"
                raise RuntimeError(message)
        return cls(RuleSet(packs), about)

    @property
    def packs(self) -> tuple[InstalledPack, ...]:
        """The packs that have rules; the built-in one first."""
        return tuple(
            sorted(
                (pack for pack in self.rules.packs if pack.rules),
                key=lambda pack: (pack.name != "general", pack.name),
            )
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of the packs that have rules."""
        return frozenset(pack.name for pack in self.packs)

    def page(self, pack: InstalledPack) -> str:
        """Return the page of a pack: its rules in a table, then each in full."""
        parts = [
            f"# Rules of the pack {pack.name}",
            f"{_NOTE} `prebill explain CODE` says the same on the command line, with your configuration.",
            _table(
                ("code", "severity", "owner", "what is wrong"),
                ((_link(rule), rule.severity, _words(rule.owner), rule.summary) for rule in pack.rules),
            ),
            *("\n".join(as_markdown(describe(rule, self.rules, Policy()))) for rule in pack.rules),
        ]
        return "\n\n".join(parts) + "\n"

    def index(self) -> str:
        """Return the index: packs, then rules by the denial that they prevent."""
        parts = [
            "# Rule reference",
            f"{_NOTE} Codes are stable: one is never reused for another rule.",
            self.pack_table("."),
            "## By denial",
            "The codes that stand on the remittance when a payer denies for what the rule finds: group and "
            "reason, and remark codes behind the slash. Their official wording is X12's and not repeated here.",
            _table(("denial", "rules"), self._by_denial()),
        ]
        return "\n\n".join(parts) + "\n"

    def pack_table(self, folder: str) -> str:
        """Return a table of the packs; pages are in the folder."""
        return _table(
            ("pack", "distribution", "rules", "families"),
            (
                (
                    f"[{pack.name}]({folder}/{pack.name}.md)",
                    f"`{self.about[pack.name]}`",
                    str(len(pack.rules)),
                    ", ".join(sorted({rule.code[:3] for rule in pack.rules})),
                )
                for pack in self.packs
            ),
        )

    def short_table(self, name: str, folder: str) -> str:
        """Return a table of the rules of one pack, which link to its page in the folder."""
        (pack,) = (each for each in self.packs if each.name == name)
        return _table(
            ("code", "severity", "what is wrong"),
            ((_link(rule, f"{folder}/{name}.md"), rule.severity, rule.summary) for rule in pack.rules),
        )

    def _by_denial(self) -> Iterator[Sequence[str]]:
        found: dict[str, list[str]] = {}
        for pack in self.packs:
            for rule in pack.rules:
                for denial in rule.prevents:
                    found.setdefault(denial, []).append(_link(rule, f"{pack.name}.md"))
        for denial in sorted(found, key=_natural):
            yield denial, ", ".join(found[denial])


def _link(rule: Rule, page: str = "") -> str:
    """Link to a rule's heading, which is its code and its name."""
    preview = "-preview" if rule.preview else ""
    return f"[{rule.code}]({page}#{rule.code.lower()}-{rule.name}{preview})"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _natural(denial: str) -> tuple[tuple[str, int], ...]:
    """Order numbers by their value: CO-4 before CO-16."""
    return tuple(("", int(part)) if part.isdigit() else (part, 0) for part in re.split(r"(\d+)", denial))


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
