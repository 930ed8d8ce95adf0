"""What the tabular list of ICD-10-CM says about codes together."""

from __future__ import annotations

import attrs

from prebill.lookup import Table, table

EXCLUDES1, CODE_FIRST = "excludes1", "code_first"


@table("icd10cm-notes", key=("code",), file="icd10cm_notes.csv")
@attrs.frozen(kw_only=True)
class DiagnosisNote:
    """One target of a note; `note` is `excludes1` or `code_first`.

    `code` is the code or category that has the note, which holds for every code below it. `target` is a code,
    which stands for those below it too, or a range of categories such as `E08-E13`; both without dots.
    """

    code: str
    note: str
    target: str

    def names(self, code: str) -> bool:
        """Tell whether a code is the target of the note."""
        first, dash, last = self.target.partition("-")
        if not (dash and last):
            return code.startswith(first)
        return first <= code[: len(first)] and code[: len(last)] <= last


def notes_on(notes: Table[DiagnosisNote], code: str, note: str) -> tuple[DiagnosisNote, ...]:
    """Return the notes of a kind that hold for a code: its own, and those of the categories it lies in."""
    return notes.of_rows(_notes)(code, note)


def _notes(notes: Table[DiagnosisNote], code: str, note: str) -> tuple[DiagnosisNote, ...]:
    return tuple(
        row for length in range(3, len(code) + 1) for row in notes.find(code[:length]) or () if row.note == note
    )
