"""Codes that go with an age, a sex, or a place in the list of diagnoses (Medicare Code Editor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import attrs

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


def edits_on(edits: Table[CodeEdit], kind: str, codes: Iterable[str]) -> Iterator[CodeEdit]:
    """Yield the edits on codes; raises `NotKnown` at the end where an excerpt leaves out any of the codes."""
    left_out = None
    for code in codes:
        found = edits.find(kind, code)
        if found is None:
            left_out = code
        else:
            yield from found
    if left_out is not None:
        edits.all(kind, left_out)
