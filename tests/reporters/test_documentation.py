"""What the documentation says of the formats is what they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

from prebill.cli.exits import ExitCode
from prebill.cli.output import _FORMATS_BY_END
from prebill.reporters import REPORTERS, csv, worklist
from prebill.reporters.records import SCHEMA_VERSION

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "report-format.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCS / "schemas/report.json").read_text(encoding="utf-8"))
KINDS = [each["$ref"].rpartition("/")[2] for each in SCHEMA["oneOf"]]


def test_every_kind_of_record_and_every_field_is_described() -> None:
    for kind in KINDS:
        (row,) = re.findall(rf"^\| `{kind}` \|.*$", PAGE, re.MULTILINE)
        if kind != "summary":
            fields = set(SCHEMA["$defs"][kind]["properties"]) - {"kind"}
            assert {name for name in fields if f"`{name}`" not in row} == set()


def test_every_format_and_suffix_is_described() -> None:
    for name in REPORTERS:
        assert re.search(rf"^\| `{name}` \|", PAGE, re.MULTILINE)
    assert all(f"`{suffix}`" in PAGE for suffix in _FORMATS_BY_END)


def test_every_column_and_exit_code_is_described() -> None:
    assert all(f"`{column}`" in PAGE for column in (*csv.COLUMNS, *worklist.COLUMNS))
    for code in ExitCode:
        assert f"| {code.value} | {code.meaning.split(':')[0]}".replace("--fail-on", "`--fail-on`")[:40] in PAGE


def test_the_version_of_the_schema_is_stated() -> None:
    assert f"`schema_version` is {SCHEMA_VERSION}." in PAGE
    assert SCHEMA["$defs"]["run"]["properties"]["schema_version"] == {"const": SCHEMA_VERSION}
