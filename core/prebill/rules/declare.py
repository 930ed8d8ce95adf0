"""The `rule` decorator and the value that it makes of a function."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import attrs

from prebill.codes import CodeSet
from prebill.errors import PackError
from prebill.findings import Owner, Severity
from prebill.rules.outcomes import Outcomes
from prebill.rules.signature import Scope, Signature, read_signature

CODE = re.compile(r"[A-Z]{3}\d{3}")

Example = str | Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Triggers:
    """What makes a rule apply; None means that the rule does not care.

    `modifiers` and `diagnoses` are met by any one of the line's. A claim or an encounter meets a trigger with
    any of its lines. `payers` are payer ids or lines of business. `effective` is the first and the last date of
    service (inclusive; None is open) that the rule speaks for. `frequencies` are claim frequency codes.
    `authorized` is met by a line that names an authorization, itself or by its claim. `listed` is the row type of
    a table keyed by the procedure alone, some edition of which has the procedure.
    """

    procedures: CodeSet | None = None
    modifiers: CodeSet | None = None
    diagnoses: CodeSet | None = None
    places: CodeSet | None = None
    payers: tuple[str, ...] | None = None
    effective: tuple[date | None, date | None] | None = None
    frequencies: tuple[str, ...] | None = None
    authorized: bool = False
    listed: type[Any] | None = None


@attrs.frozen(kw_only=True, eq=False)
class Rule:
    """One check with a stable code. Made by the `rule` decorator, never by hand.

    `parts` judge across claims what the rule itself judges within one, see `across_claims`.
    """

    code: str
    name: str
    function: Callable[..., Outcomes] = attrs.field(repr=False)
    signature: Signature = attrs.field(repr=False)
    triggers: Triggers = attrs.field(repr=False)
    severity: Severity
    owner: Owner
    prevents: tuple[str, ...]
    sources: tuple[str, ...]
    fails: tuple[Example, ...] = attrs.field(repr=False)
    passes: tuple[Example, ...] = attrs.field(repr=False)
    supersedes: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    window: int | None = None
    context: CodeSet | None = None
    minimum: int = 1
    minimum_claims: int = 1
    key_required: bool = True
    replaced: bool = False
    whole_claims: bool = False
    preview: bool = False
    part_of: Rule | None = attrs.field(default=None, repr=False)
    parts: list[Rule] = attrs.field(factory=list, repr=False)

    @property
    def scope(self) -> Scope:
        """What the rule judges at a time."""
        return self.signature.scope

    @property
    def module(self) -> str:
        """The module that declares the rule."""
        return self.function.__module__

    @property
    def summary(self) -> str:
        """The first line of the docstring: what is wrong."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def explanation(self) -> str:
        """The rest of the docstring: why a payer denies it, and how to fix it."""
        return (inspect.getdoc(self.function) or "").partition("\n")[2].strip()

    def across_claims(
        self,
        *,
        key: tuple[str, ...],
        window: int | None = None,
        context: CodeSet | None = None,
        minimum: int = 2,
        minimum_claims: int = 2,
        key_required: bool = True,
        replaced: bool = False,
        whole_claims: bool = False,
        procedures: CodeSet | None = None,
        listed: type[Any] | None = None,
    ) -> Callable[[Callable[..., Outcomes]], Rule]:
        """Declare a cohort function that finds the same violation between the lines of several claims.

        It reports under the rule's code and has its triggers and settings. The rule itself judges what one claim
        shows, at once and with the exact place in the source.

        Args:
            key: As for a cohort rule.
            window: As for a cohort rule.
            context: As for a cohort rule.
            minimum: As for a cohort rule.
            minimum_claims: As for a cohort rule.
            key_required: As for a cohort rule.
            replaced: As for a cohort rule.
            whole_claims: As for a cohort rule.
            procedures: Trigger: procedure codes, in place of the rule's own.
            listed: A further trigger: row type of a table keyed by the procedure alone, which has the procedure.
        """

        def declare(function: Callable[..., Outcomes]) -> Rule:
            signature = read_signature(function)
            if signature.scope is not Scope.COHORT or signature.settings != self.signature.settings:
                message = f"{self.code}: what judges across claims takes a Cohort, and the settings of its rule"
                raise PackError(message)
            part = attrs.evolve(
                self,
                function=function,
                signature=signature,
                triggers=attrs.evolve(self.triggers, listed=listed, procedures=procedures or self.triggers.procedures),
                key=key,
                window=window,
                context=context,
                minimum=minimum,
                minimum_claims=minimum_claims,
                key_required=key_required,
                replaced=replaced,
                whole_claims=whole_claims,
                part_of=self,
                parts=[],
            )
            self.parts.append(part)
            return part

        return declare

    def __reduce__(self) -> tuple[Callable[[str, str], Rule], tuple[str, str]]:
        return _rule_at, (self.module, self.function.__qualname__)


def _rule_at(module: str, name: str) -> Rule:
    found = getattr(importlib.import_module(module), name)
    if not isinstance(found, Rule):
        message = f"{module}.{name} is not a rule"
        raise PackError(message)
    return found


def rule(
    code: str,
    *,
    severity: str,
    owner: str,
    prevents: str | tuple[str, ...],
    sources: tuple[str, ...] | list[str],
    fails: list[Example] | tuple[Example, ...],
    passes: list[Example] | tuple[Example, ...],
    procedures: CodeSet | None = None,
    modifiers: CodeSet | None = None,
    diagnoses: CodeSet | None = None,
    places: CodeSet | None = None,
    payers: tuple[str, ...] | None = None,
    effective: tuple[date | None, date | None] | None = None,
    frequencies: tuple[str, ...] | None = None,
    authorized: bool = False,
    listed: type[Any] | None = None,
    supersedes: tuple[str, ...] = (),
    key: tuple[str, ...] = (),
    window: int | None = None,
    context: CodeSet | None = None,
    minimum: int = 1,
    minimum_claims: int = 1,
    key_required: bool = True,
    replaced: bool = False,
    whole_claims: bool = False,
    preview: bool = False,
) -> Callable[[Callable[..., Outcomes]], Rule]:
    """Declare a function as a rule.

    The function's first parameter is what it judges, further parameters are what it needs, keyword-only
    parameters are its settings; see `docs/write-a-pack.md`. Its docstring says what is wrong in one line, then why
    a payer denies it and how to fix it.

    Args:
        code: The stable code, three letters of the family and three digits; stated once, never reused.
        severity: `stop`, `review` or `info`.
        owner: The workflow in which the defect arises, one of `prebill.Owner`.
        prevents: Denial reasons such as `CO-16`, with remark codes if any (`CO-4/N822`).
        sources: The published rule: manual, chapter, section, edition.
        fails: Examples that violate the rule, at least one; they are documentation and tests at once.
        passes: Examples that satisfy the rule, at least one.
        procedures: Trigger: procedure codes of the line.
        modifiers: Trigger: any modifier of the line.
        diagnoses: Trigger: any diagnosis that the line points to.
        places: Trigger: the place of service in force.
        payers: Trigger: payer ids or lines of business.
        effective: Trigger: first and last date of service, inclusive.
        frequencies: Trigger: claim frequency codes, such as `7` for a replacement.
        authorized: Trigger: the line, or its claim, names an authorization (REF*G1).
        listed: Trigger: row type of a table keyed by the procedure alone, which has the procedure.
        supersedes: Codes of more general rules that stay silent when this one speaks on the same lines.
        key: For a cohort: names of `Entry` properties that its lines share, or `record.<field>`.
        window: For a cohort: a line's verdict depends on no line more than this many days away. The rule then
            says *not checked* for lines without a violation where the history known does not reach that far.
        context: For a cohort: procedures that it sees beside those that trigger it.
        minimum: For a cohort: the fewest lines that could violate the rule; smaller cohorts pass unread.
        minimum_claims: For a cohort: the fewest claims that could violate the rule, likewise.
        key_required: For a cohort: whether a line that lacks a field of the key is reported as not checked; where
            False, the rule does not apply to it.
        replaced: For a cohort: whether it also sees the lines of voided and replaced claims, and of voids
            themselves; their entries are not `in_force`.
        whole_claims: For a cohort: whether it gathers claims instead of lines. Each claim has one entry, that of
            its first line, and what is found concerns the claim as a whole.
        preview: Whether the rule is new and runs only where it is selected by its code.
    """

    def declare(function: Callable[..., Outcomes]) -> Rule:
        where = f"{function.__module__}.{function.__qualname__}"
        signature = read_signature(function)
        faults = [
            "" if CODE.fullmatch(code) else "the code is three letters and three digits",
            "" if inspect.getdoc(function) else "a docstring says what is wrong, why and how to fix it",
            "" if fails and passes else "give at least one example in `fails` and one in `passes`",
            "" if bool(key) == (signature.scope is Scope.COHORT) else "cohort rules, and only they, have a key",
        ]
        if any(faults):
            message = f"{where} ({code}): {'; '.join(filter(None, faults))}"
            raise PackError(message)
        return Rule(
            code=code,
            name=function.__name__.replace("_", "-"),
            function=function,
            signature=signature,
            triggers=Triggers(
                procedures=procedures,
                modifiers=modifiers,
                diagnoses=diagnoses,
                places=places,
                payers=payers,
                effective=effective,
                frequencies=frequencies,
                authorized=authorized,
                listed=listed,
            ),
            severity=Severity(severity),
            owner=Owner(owner),
            prevents=(prevents,) if isinstance(prevents, str) else prevents,
            sources=tuple(sources),
            fails=tuple(fails),
            passes=tuple(passes),
            supersedes=supersedes,
            key=key,
            window=window,
            context=context,
            minimum=minimum,
            minimum_claims=minimum_claims,
            key_required=key_required,
            replaced=replaced,
            whole_claims=whole_claims,
            preview=preview,
        )

    return declare
