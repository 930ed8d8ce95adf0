"""Writes a report for people and for programs. Reporters know its values, and nothing of what made them."""

from collections.abc import Callable, Mapping
from typing import TextIO

from prebill.report import Report
from prebill.reporters.csv import write_csv
from prebill.reporters.html import write_html
from prebill.reporters.json import write_json
from prebill.reporters.jsonl import write_jsonl
from prebill.reporters.junit import write_junit
from prebill.reporters.options import Options, RuleText
from prebill.reporters.sarif import write_sarif
from prebill.reporters.text import write_text
from prebill.reporters.worklist import write_worklist

Reporter = Callable[[Report, TextIO, Options], None]

REPORTERS: Mapping[str, Reporter] = {
    "text": write_text,
    "json": write_json,
    "jsonl": write_jsonl,
    "csv": write_csv,
    "worklist": write_worklist,
    "sarif": write_sarif,
    "junit": write_junit,
    "html": write_html,
}

__all__ = ["REPORTERS", "Options", "Reporter", "RuleText"]
