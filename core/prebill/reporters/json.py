"""One JSON document: the records of the JSON lines format, with the run and the summary by name."""

from __future__ import annotations

from typing import TextIO

from prebill.report import Report
from prebill.reporters.options import Options
from prebill.reporters.records import encode, item_records, run_record, summary_record


def write_json(report: Report, stream: TextIO, _options: Options) -> None:
    """Write `{"run": …, "records": […], "summary": …}`, one record per line."""
    stream.write(f'{{"run": {encode(run_record(report))},\n"records": [')
    separator = "\n"
    for item in report:
        for record in item_records(item):
            stream.write(separator + encode(record))
            separator = ",\n"
    stream.write(f'\n],\n"summary": {encode(summary_record(report))}}}\n')
