"""Codes that go with an age, a sex, or a place in the list of diagnoses (Medicare Code Editor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import attrs

from prebill.general.put_off import PutOff
from prebill.lookup import Table, table

Edit = Literal["newborn", "pediatric", "maternity", "adult", "female", "male", "unacceptable_first"]
DIAGNOSIS, PROCEDURE = "diagnosis", "procedure"


@table("code-edits", key=("kind", "code"), file="code_edits.csv")
@attrs.frozen(kw_only=True)
class CodeEdit:
    """One edit on a code; `kind` is `diagnosis` (without its dot) or `procedure`."""

    kind: Literal["diagnosis", "procedure"] = "diagnosis"
    code: str
    edit: Edit


def edits_on(edits: Table[CodeEdit], kind: str, codes: Iterable[str], put_off: PutOff) -> Iterator[CodeEdit]:
    """Yield the edits on codes; puts off, at the end, that an excerpt leaves out any of the codes."""
    left_out = False
    find = edits.of_rows(_find)
    for code in codes:
        found = find(kind, code)
        if found is None:
            left_out = True
        else:
            yield from found
    if left_out:
        put_off.left_out(edits)


def _find(edits: Table[CodeEdit], kind: str, code: str) -> tuple[CodeEdit, ...] | None:
    return edits.find(kind, code)
