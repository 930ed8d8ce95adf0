"""Builds the shipped list of ICD-10-CM codes from the order file that CMS publishes.

Usage: `PREBILL_SHARED_DATA=<folder> python tools/build_icd10cm.py`, where the folder has
`cms/icd10cm_order_2026.txt.gz`. The output is the same for the same input, byte by byte.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

from prebill.general.published.icd10cm import CODES
from prebill.general.tables.icd10cm import DiagnosisCode
from prebill.published import PublishedFile

YEAR = 2026
OUTPUT = Path(__file__).parents[1] / "core/prebill/general/tables/icd10cm.csv.gz"
HEADING = f"""\
# edition: FY{YEAR}
# source: ICD-10-CM order file icd10cm_order_{YEAR}.txt (CMS and NCHS); sides and manifestations by its titles
# complete: yes
# effective_from: {YEAR - 1}-10-01
# effective_to: {YEAR}-09-30
# carried_forward: yes
code,billable,side,manifestation,unspecified
"""


def main() -> None:
    """Write the list beside the module that declares its table."""
    source = Path(os.environ["PREBILL_SHARED_DATA"]) / f"cms/icd10cm_order_{YEAR}.txt.gz"
    content = "".join([HEADING, *(f"{row}\n" for row in rows(source))])
    OUTPUT.write_bytes(gzip.compress(content.encode(), 9, mtime=0))


def rows(source: Path) -> Iterator[str]:
    """Yield the lines of the list, by code."""
    found = [row for row in CODES.rows((PublishedFile(source),)) if isinstance(row, DiagnosisCode)]
    for row in sorted(found, key=lambda row: row.code):
        cells = (
            row.code,
            "1" if row.billable else "0",
            row.side or "",
            "1" if row.manifestation else "",
            "1" if row.unspecified else "",
        )
        yield ",".join(cells).rstrip(",")


if __name__ == "__main__":
    main()
