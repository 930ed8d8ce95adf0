"""Diagnoses among themselves: what excludes each other, what comes first, and what never does."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Literal

from prebill.codes import codes
from prebill.general.necessity.diagnoses import diagnoses_of, dotted, lines_pointing, listed
from prebill.general.necessity.documentation import UnrelatedConditions
from prebill.general.put_off import PutOff
from prebill.general.tables.code_edits import DIAGNOSIS, CodeEdit
from prebill.general.tables.icd10cm import DiagnosisCode, find_row, row_of
from prebill.general.tables.icd10cm_notes import CODE_FIRST, EXCLUDES1, DiagnosisNote, notes_on
from prebill.lookup import Table
from prebill.model import Claim
from prebill.rules import Outcomes, hit, known, rule

_GUIDELINES = "ICD-10-CM Official Guidelines for Coding and Reporting"
_EXTERNAL_CAUSES = codes("V* W* X* Y*")
# Guideline I.C.21.c.16.
_FIRST_ONLY = codes(
    "Z00* Z01* Z02* Z04* Z3181 Z3182 Z3183 Z3184 Z332 Z34* Z38* Z39* Z40* Z42* Z510 Z511* Z52* Z761 Z762 Z9912"
) - codes("Z006 Z529")


def _complete(name: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {name: {"complete": True, "rows": [*rows]}}


@rule(
    "NEC105",
    severity="review",
    owner="coding",
    prevents=("CO-16/M64", "CO-16/M76", "CO-146"),
    sources=(f"{_GUIDELINES} I.A.12.a", "ICD-10-CM tabular list, Excludes1 notes"),
    fails=["99213 [E10.9,E11.9]"],
    passes=[{"lines": ["99213 [E11.9,I10]"], "tables": _complete("icd10cm-notes")}],
)
def excludes1(
    claim: Claim,
    notes: Table[DiagnosisNote] | None,
    overrides: tuple[UnrelatedConditions, ...] | None,
    *,
    excludes1: Literal["review", "deny"] = "review",
) -> Outcomes:
    """Two diagnoses of the claim exclude each other.

    An Excludes1 note says that two conditions cannot stand together, such as a congenital and an acquired form of
    one disease; many payers deny the pair. Keep the one that is documented, or record why the two are unrelated.
    """
    diagnoses = diagnoses_of(claim)
    if len(diagnoses) < 2:
        return
    loaded = known(notes, "no edition of the table icd10cm-notes covers the day", of_run=True)
    apart = True
    owners = {code: notes_on(loaded, code, EXCLUDES1) for code in diagnoses}
    for one, other in combinations(diagnoses, 2):
        note = _naming(other, owners[one]) or _naming(one, owners[other])
        if note is None:
            apart = False
            continue
        unrelated = any(each.names(one, other) for each in overrides or ())
        yield hit(
            claim,
            f"{dotted(one)} and {dotted(other)} exclude each other (Excludes1 at {dotted(note.code)})"
            f"{'; recorded as unrelated' if unrelated else ''}.",
            fix="Keep the record of why the two are unrelated at hand."
            if unrelated
            else "Keep the one that is documented, or record why the two are unrelated.",
            at="diagnoses",
            severity="info" if unrelated else "stop" if excludes1 == "deny" else "review",
            subject=f"{one}+{other}",
            upon=loaded,
        )
    for code in diagnoses:
        if not (apart or owners[code]):
            loaded.all(code)


def _naming(code: str, notes: tuple[DiagnosisNote, ...]) -> DiagnosisNote | None:
    """Return the first note that names a code."""
    return next((each for each in notes if each.names(code)), None) if notes else None


@rule(
    "NEC106",
    severity="stop",
    owner="coding",
    prevents=("CO-16/MA63", "CO-11"),
    sources=(f"{_GUIDELINES} I.A.13", "CMS Definitions of Medicare Code Edits, manifestation code"),
    fails=["99213 [F02.80,G30.9]"],
    passes=["99213 [G30.9,F02.80]"],
)
def manifestation_first_or_alone(
    claim: Claim, table: Table[DiagnosisCode], notes: Table[DiagnosisNote] | None
) -> Outcomes:
    """A diagnosis that only shows another disease stands first or without that disease.

    A manifestation is never the first diagnosis: the payer wants the disease behind it first, and returns the
    claim. Add that disease, or put it before the manifestation.
    """
    put_off = PutOff()
    diagnoses = diagnoses_of(claim)
    for position, code in enumerate(diagnoses):
        row = find_row(table, code)
        if row is not None and not row.manifestation:
            continue
        with put_off:
            row = row_of(table, code)
            if row is None:
                continue
            targets = () if notes is None else notes_on(notes, code, CODE_FIRST)
            before = diagnoses[:position]
            wanted = (
                f"code {listed(each.target for each in targets[:5])} first" if targets else "the disease comes first"
            )
            if position == 0:
                yield hit(
                    claim,
                    f"{dotted(code)} is a manifestation and stands first; {wanted}.",
                    fix="Put the disease that causes it first, or add it from the note.",
                    at="diagnoses",
                    subject=code,
                )
                continue
            pointing = [line for line in lines_pointing(claim, code) if claim.diagnoses_of(line)[0] == code]
            for line in pointing:
                yield hit(
                    line,
                    f"{line.procedure} (line {line.number}) points first to {dotted(code)}, a manifestation.",
                    fix="Point to the disease that causes it first.",
                    at="pointers",
                    severity="review",
                    subject=code,
                )
            with_notes = known(notes, "no edition of the table icd10cm-notes covers the day", of_run=True)
            if not targets:
                with_notes.all(code)
            elif not any(each.names(other) for each in targets for other in before):
                yield hit(
                    claim,
                    f"{dotted(code)} is a manifestation; {wanted}.",
                    fix="Add the disease that causes it, or put it before the manifestation.",
                    at="diagnoses",
                    severity="review",
                    subject=f"{code} alone",
                )
    put_off.say()


@rule(
    "NEC107",
    severity="stop",
    owner="coding",
    prevents="CO-16/MA63",
    sources=(
        f"{_GUIDELINES} I.C.20.a.6, I.C.21.c.16",
        "CMS Definitions of Medicare Code Edits, unacceptable principal",
    ),
    fails=["99213 [W19.XXXA,S52.521A]"],
    passes=[{"lines": ["99213 [S52.521A,W19.XXXA]"], "tables": _complete("code-edits")}],
)
def not_allowed_first_listed(claim: Claim, edits: Table[CodeEdit]) -> Outcomes:
    """The first diagnosis is one that never stands first, or one that only does stands behind.

    How an injury came about (V00-Y99) is no reason for a visit; the payer returns the claim. Put the condition
    first.
    """
    diagnoses = diagnoses_of(claim)
    if not diagnoses:
        return
    first = diagnoses[0]
    for code in diagnoses[1:]:
        if code in _FIRST_ONLY:
            yield hit(
                claim,
                f"{dotted(code)} is only ever first-listed, and stands behind {dotted(first)}.",
                fix=f"Put {dotted(code)} first if it was the reason for the visit, else remove it.",
                at="diagnoses",
                severity="info",
                subject=code,
                upon=(),
            )
    if first in _EXTERNAL_CAUSES:
        yield hit(
            claim,
            f"{dotted(first)} cannot be first-listed: it tells how an injury came about.",
            fix="Put the injury or condition first.",
            at="diagnoses",
            subject="first",
            upon=(),
        )
    elif (rows := edits.all(DIAGNOSIS, first)) and any(each.edit == "unacceptable_first" for each in rows):
        yield hit(
            claim,
            f"{dotted(first)} cannot be first-listed: it is on the list of unacceptable principal diagnoses.",
            fix="Put the condition that was treated first; the list is made for inpatient claims.",
            at="diagnoses",
            severity="review",
            subject="first",
        )
