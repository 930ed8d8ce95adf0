"""The rules of the installed packs, and which of them run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from prebill.errors import ConfigError, PackError, did_you_mean
from prebill.packs import InstalledPack
from prebill.rules import Rule


@attrs.frozen
class RuleSet:
    """The packs in use and their rules by code."""

    packs: tuple[InstalledPack, ...]
    by_code: Mapping[str, Rule] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        by_code: dict[str, Rule] = {}
        for pack in self.packs:
            for rule in pack.rules:
                if rule.code in by_code:
                    message = f"the code {rule.code} is used by two packs, the second of them {pack.name}"
                    raise PackError(message)
                by_code[rule.code] = rule
        object.__setattr__(self, "by_code", dict(sorted(by_code.items())))

    @property
    def failed(self) -> tuple[InstalledPack, ...]:
        """The packs that could not be loaded."""
        return tuple(pack for pack in self.packs if pack.failure)

    def pack_of(self, code: str) -> str:
        """Return the name of the pack that a rule belongs to."""
        return next(pack.name for pack in self.packs for rule in pack.rules if rule.code == code)

    def select(self, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
        """Return the rules that selectors name, or all, without those that `ignore` names.

        A selector is a code (`ANE104`), a family (`ANE`), a rule's name, or the name of a pack. Preview rules run
        only when a selector names them. Raises `ConfigError` for a selector that names nothing.
        """
        chosen = [code for selector in select for code in self._named(selector)]
        if not chosen:
            chosen = [code for code, rule in self.by_code.items() if not rule.preview]
        dropped = {code for selector in ignore for code in self._named(selector)}
        return tuple(self.by_code[code] for code in sorted(set(chosen) - dropped))

    def find(self, selector: str) -> Rule:
        """Return the one rule that a code or a name stands for; raises `ConfigError` for anything else."""
        named = self._named(selector)
        if len(named) != 1:
            message = f"{selector!r} names {len(named)} rules; give the code or the name of one"
            raise ConfigError(message)
        return self.by_code[named[0]]

    def _named(self, selector: str) -> list[str]:
        wanted = selector.strip()
        found = [
            code for code, rule in self.by_code.items() if wanted.upper() in {code, code[:3]} or wanted == rule.name
        ] or [rule.code for pack in self.packs if pack.name == wanted for rule in pack.rules]
        if not found and wanted not in {pack.name for pack in self.packs}:
            words = {*self.by_code, *(code[:3] for code in self.by_code)}
            words |= {rule.name for rule in self.by_code.values()} | {pack.name for pack in self.packs}
            message = f"no rule, family or pack is called {selector!r}.{did_you_mean(wanted, words)}"
            raise ConfigError(message)
        return found
