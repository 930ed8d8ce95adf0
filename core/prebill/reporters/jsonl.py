"""One JSON object per line, for programs that read as they go."""

from __future__ import annotations

from typing import TextIO

from prebill.report import Report
from prebill.reporters.options import Options
from prebill.reporters.records import encode, records


def write_jsonl(report: Report, stream: TextIO, _options: Options) -> None:
    """Write one record per line: the run first, the summary last."""
    for record in records(report):
        stream.write(f"{encode(record)}\n")
