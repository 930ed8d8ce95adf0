"""What a published file gives, and that one which is spoilt is refused with the line and the reason."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from prebill.errors import TableError
from prebill.lookup import table_spec
from prebill.packs import find_packs
from prebill.published import PublishedFile, Rejected
from prebill.tables.importing import Order, import_edition
from prebill.tables.store import TableStore
from tests.general.published_samples import NOTES_BELOW, SAMPLES, Sample

GENERAL = find_packs(["general"])
IDS = [f"{sample.importer.name}-{sample.name}" for sample in SAMPLES]
samples = pytest.mark.parametrize("sample", SAMPLES, ids=IDS)


def written(folder: Path, sample: Sample, spoilt: str | None = None) -> list[PublishedFile]:
    contents = {**sample.files, **({} if spoilt is None else {sample.name: spoilt})}
    encoding = "utf-8" if sample.name.endswith(".xml") else "latin-1"
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode(encoding))
    return [PublishedFile(folder / name) for name in contents]


def good(sample: Sample) -> str:
    return sample.files[sample.name]


def refusals(sample: Sample, files: list[PublishedFile]) -> list[Rejected]:
    return [row for row in sample.importer.rows(files) if isinstance(row, Rejected)]


@samples
def test_the_rows_of_a_file(tmp_path: Path, sample: Sample) -> None:
    files = written(tmp_path, sample)
    assert all(map(sample.importer.recognises, files))
    heading = sample.importer.heading(files)
    assert heading.edition
    assert not heading.complete
    rows = list(sample.importer.rows(files))
    assert [type(row) for row in rows] == [sample.importer.row_type] * sample.rows


@samples
def test_no_row_has_the_key_of_another(tmp_path: Path, sample: Sample) -> None:
    spec = table_spec(sample.importer.row_type)
    assert spec is not None
    unique = spec.key if sample.importer.unique is None else sample.importer.unique
    assert set(unique) <= {field.name for field in attrs.fields(sample.importer.row_type)}
    rows = list(sample.importer.rows(written(tmp_path, sample)))
    keys = [tuple(getattr(row, column) for column in unique) for row in rows]
    assert not unique or len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("sample", "spoil"),
    [
        pytest.param(sample, spoil, id=f"{name}-{spoil[2]}-{number}")
        for sample, name in zip(SAMPLES, IDS, strict=True)
        for number, spoil in enumerate(sample.spoils)
    ],
)
def test_a_wrong_value_is_refused_with_its_line_and_column(
    tmp_path: Path, sample: Sample, spoil: tuple[str, str, str]
) -> None:
    before, after, column = spoil
    text = good(sample)
    assert before in text
    (refused,) = refusals(sample, written(tmp_path, sample, text.replace(before, after, 1)))
    assert (refused.file, refused.line) == (sample.name, text[: text.index(before)].count("\n") + 1)
    assert refused.reason.startswith(f"{column}: ")


@pytest.mark.parametrize(
    "sample", [pytest.param(each, id=name) for each, name in zip(SAMPLES, IDS, strict=True) if each.last]
)
def test_a_record_cut_short_is_refused(tmp_path: Path, sample: Sample) -> None:
    text = good(sample).rstrip("\r\n")
    files = written(tmp_path, sample, text[: text.rindex("\n") + 1 + len(text[text.rindex("\n") + 1 :]) // 2])
    (refused,) = refusals(sample, files)
    assert refused.line == text.count("\n") + 1


@pytest.mark.parametrize(
    "sample", [pytest.param(each, id=name) for each, name in zip(SAMPLES, IDS, strict=True) if each.column]
)
def test_a_file_without_a_column_is_refused(tmp_path: Path, sample: Sample) -> None:
    rows = list(csv.reader(io.StringIO(good(sample), newline="")))
    place = next(row.index(cell) for row in rows for cell in row if sample.column and sample.column in cell)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(row[:place] + row[place + 1 :] for row in rows)
    files = written(tmp_path, sample, text.getvalue())
    with pytest.raises(TableError, match=r"no column|none of|give "):
        list(sample.importer.rows(files))


@samples
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, sample: Sample) -> None:
    files = written(tmp_path, sample)
    whole = gzip.compress((good(sample) * 1000).encode("latin-1"))
    (tmp_path / sample.name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TableError, match="fetch"):
        list(sample.importer.rows(files))


@samples
def test_a_compressed_file_gives_the_same(tmp_path: Path, sample: Sample) -> None:
    files = written(tmp_path, sample)
    plain = list(sample.importer.rows(files))
    content = (tmp_path / sample.name).read_bytes()
    (tmp_path / sample.name).write_bytes(gzip.compress(content))
    assert list(sample.importer.rows(files)) == plain
    with zipfile.ZipFile(tmp_path / sample.name, "w") as archive:
        archive.writestr("member", content)
    assert list(sample.importer.rows(files)) == plain


def _others(sample: Sample) -> Iterator[Sample]:
    same = {"ncci-ptp", "ncci-ptp-medicaid"}, {"ncci-mue", "ncci-mue-medicaid"}, {"hcpcs", "hcpcs-modifiers"}
    alike = next((each for each in same if sample.importer.name in each), {sample.importer.name})
    return (other for other in SAMPLES if other.importer.name not in alike)


@samples
def test_another_file_is_not_taken_for_this_one(tmp_path: Path, sample: Sample) -> None:
    for other in _others(sample):
        (file,) = [each for each in written(tmp_path, other) if each.name == other.name]
        assert not sample.importer.recognises(file), other.name
        try:
            rows: list[Any] = list(sample.importer.rows([file]))
        except TableError:
            continue
        assert rows
        assert all(isinstance(row, Rejected) for row in rows), other.name


@samples
@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff" * 2000, b"a,b\n1,2\n"], ids=["empty", "binary", "table"])
def test_what_is_no_file_of_a_publisher_is_refused(tmp_path: Path, sample: Sample, content: bytes) -> None:
    files = written(tmp_path, sample)
    (tmp_path / sample.name).write_bytes(content)
    file = next(each for each in files if each.name == sample.name)
    assert not sample.importer.recognises(file)
    with suppress(TableError):
        assert refusals(sample, files) or not list(sample.importer.rows(files))


@samples
def test_a_name_that_tells_nothing_is_refused(tmp_path: Path, sample: Sample) -> None:
    if len(sample.files) > 1 or sample.importer.name in {"mpfs", "gpci", "medicare-locality"}:
        pytest.skip("the content tells the edition")
    (tmp_path / "download.csv").write_bytes(good(sample).encode("latin-1"))
    with pytest.raises(TableError, match=r"download\.csv: the name does not tell .* such as "):
        sample.importer.heading([PublishedFile(tmp_path / "download.csv")])


def test_a_short_file_that_does_not_call_itself_an_excerpt_is_refused(tmp_path: Path) -> None:
    for sample in SAMPLES:
        if len(sample.files) > 1 or sample.importer.name.startswith(("ncci-ptp", "icd10cm-notes")):
            continue
        path = tmp_path / sample.name.replace(".excerpt", "")
        path.write_bytes(good(sample).encode("latin-1"))
        with pytest.raises(TableError, match="rows, where a whole file has"):
            list(sample.importer.rows([PublishedFile(path)]))


def _named(name: str) -> Sample:
    return next(each for each in SAMPLES if each.name == name)


def test_an_active_pair_cannot_have_two_indicators(tmp_path: Path) -> None:
    sample = _named("ccipra-v302r0-f1.excerpt.txt")
    again = "T0001\tT0002\t\t20210101\t*\t{}\tMore extensive procedure\r\n"
    assert refusals(sample, written(tmp_path, sample, good(sample) + again.format("1"))) == []
    (refused,) = refusals(sample, written(tmp_path, sample, good(sample) + again.format("0")))
    assert refused.line == 9
    assert "contradicts an active row of T0001 and T0002" in refused.reason


@pytest.mark.parametrize(
    ("names", "complete"),
    [
        (("ccipra-v302r0-f1.txt", "ccipra-v302r0-f2.txt", "ccipra-v302r0-f3.txt", "ccipra-v302r0-f4.txt"), True),
        (("ccipra-v302r0-f1.txt", "ccipra-v302r0-f2.txt", "ccipra-v302r0-f3.txt"), False),
        (("ccipra-v302r0-f2.TXT",), False),
        (("ccipra-v302r0.txt",), False),
        (("ccipra-v302r0-f1.txt", "ccipra-v302r0-f1.txt"), None),
        (("ccipra-v302r0-f1.txt", "ccipra-v303r0-f2.txt"), None),
        (("ccipra-v302r0-f1.txt", "ccipra-v302r0.txt"), None),
    ],
)
def test_four_parts_make_an_edition(names: tuple[str, ...], complete: bool | None) -> None:
    files = [PublishedFile(Path(name)) for name in names]
    heading = _named("ccipra-v302r0-f1.excerpt.txt").importer.heading
    if complete is None:
        with pytest.raises(TableError, match=r"each|once"):
            heading(files)
        return
    found = heading(files)
    assert (found.edition, found.complete) == ("v302r0", complete)
    assert (found.effective_from, found.effective_to) == (date(2024, 7, 1), date(2024, 9, 30))


@pytest.mark.parametrize(
    ("text", "sheet"),
    [
        ("AOC_V2024Q3-MCR.excerpt.txt", "AOC_V2024Q3-MCR.excerpt.csv"),
        ("PPRRVU2026_Jul_nonQPP.excerpt.txt", "PPRRVU2026_Jul_nonQPP.excerpt.csv"),
        ("HCPC2024_JUL_ANWEB_v3.excerpt.txt", "HCPC2024_JUL_ANWEB_v3.excerpt.csv"),
    ],
)
def test_text_and_spreadsheet_give_the_same(tmp_path: Path, text: str, sheet: str) -> None:
    one, other = (list(_named(name).importer.rows(written(tmp_path, _named(name)))) for name in (text, sheet))
    assert one == other


def test_codes_that_stand_for_others_and_sides_are_read_off_the_titles(tmp_path: Path) -> None:
    hcpcs = _named("HCPC2024_JUL_ANWEB_v3.excerpt.txt")
    assert [row.unlisted for row in hcpcs.importer.rows(written(tmp_path, hcpcs))] == [False, True]
    order = _named("icd10cm_order_2026.excerpt.txt")
    assert [(row.side, row.unspecified) for row in order.importer.rows(written(tmp_path, order))] == [
        (None, False),
        ("R", False),
        ("L", False),
        ("U", False),
    ]


def test_notes_of_chapters_and_sections_hold_for_their_categories(tmp_path: Path) -> None:
    sample = _named("icd10cm-tabular-2026.excerpt.xml")
    assert {(row.code, row.note, row.target) for row in sample.importer.rows(written(tmp_path, sample))} == {
        ("T01", "excludes1", "P70-P74"),
        ("T02", "excludes1", "P70-P74"),
        ("T01", "code_first", "E85"),
        ("T01", "code_first", "M300"),
        ("T02", "code_first", "E85"),
        ("T02", "code_first", "M300"),
    }


def test_articles_become_policies_of_their_states(tmp_path: Path) -> None:
    sample = _named("article.csv")
    files = written(tmp_path, sample)
    heading = sample.importer.heading(files)
    assert (heading.edition, heading.complete) == ("MCD 2026-07-08", False)
    rows = list(sample.importer.rows(files))
    assert [(row.procedure, row.policy, row.version, row.group, row.covered, row.states) for row in rows] == [
        ("T0001", "A50001", "8", "1", "I10", "NJ NY"),
        ("T0001", "A50001", "8", "2", "I509 I340", "NJ NY"),
        ("T0002", "A50001", "8", "1", "I10", "NJ NY"),
        ("T0002", "A50001", "8", "2", "I509 I340", "NJ NY"),
        ("T0001", "A50002", "1", "1", "", "OH"),
    ]
    assert [row.noncovered for row in rows] == ["", "", "", "", "Z0000"]
    assert rows[-1].effective_to == date(2024, 1, 31)
    assert not any(row.curated for row in rows)
    with pytest.raises(TableError, match=r"give state_lookup\.csv"):
        sample.importer.heading([file for file in files if file.name != "state_lookup.csv"])


@pytest.mark.parametrize(
    "sample", [pytest.param(each, id=name) for each, name in zip(SAMPLES, IDS, strict=True) if each.last]
)
def test_a_row_that_repeats_refuses_the_import(tmp_path: Path, sample: Sample) -> None:
    text = good(sample).splitlines(keepends=True)
    place = -2 if sample.importer.name == "hcpcs" else -1  # what stands there last is not kept
    place -= IDS[SAMPLES.index(sample)] == "hcpcs-HCPC2024_JUL_ANWEB_v3.excerpt.txt"
    store = TableStore(tmp_path / "store")
    order = Order(
        name=sample.importer.name,
        files=tuple(written(tmp_path, sample, "".join([*text, text[place]]))),
        stated={"edition": "twice"},
    )
    if sample.importer.unique == () or sample.name.startswith("article_x_"):
        assert import_edition(store, GENERAL, order).description.rows > 0
        return
    with pytest.raises(TableError, match=r"two rows have|stands here twice"):
        import_edition(store, GENERAL, order)
    assert list(store.editions()) == []


@pytest.mark.parametrize("program", ["medicare", "medicaid"])
@pytest.mark.parametrize("kind", ["ptp", "mue"])
def test_the_edits_of_one_program_are_not_taken_for_those_of_the_other(tmp_path: Path, kind: str, program: str) -> None:
    one, other = (each for each in SAMPLES if each.importer.name in {f"ncci-{kind}", f"ncci-{kind}-medicaid"})
    if program == "medicaid":
        one, other = other, one
    with pytest.raises(TableError, match=r"the name (says that it is not|does not tell)"):
        one.importer.heading(written(tmp_path, other))


def test_the_list_of_codes_is_an_edition_beside_the_order_file(tmp_path: Path) -> None:
    sample = _named("icd10cm_codes_2026.excerpt.txt")
    (tmp_path / "icd10cm_codes_2026.txt").write_text(good(sample))
    heading = sample.importer.heading([PublishedFile(tmp_path / "icd10cm_codes_2026.txt")])
    assert (heading.edition, heading.complete) == ("FY2026 codes", False), "it lacks the headers"
    rows = list(sample.importer.rows(written(tmp_path, sample)))
    assert [(row.code, row.billable, row.side) for row in rows] == [
        ("T011", True, "R"),
        ("T012", True, "L"),
        ("T02", True, None),
    ]


def test_localities_are_named_as_their_indices_are(tmp_path: Path) -> None:
    counties, indices = _named("25LOCCO.excerpt.csv"), _named("GPCI2025.excerpt.csv")
    rows = list(counties.importer.rows(written(tmp_path, counties)))
    assert [(row.locality, row.state, row.area) for row in rows] == [
        ("09902/01", "SOMEWHERE", "THE CITY"),
        ("09902/99", "SOMEWHERE", "REST OF STATE"),
        ("09902/99", "SOMEWHERE", "REST OF STATE"),
        ("19902/00", "ELSEWHERE", "STATEWIDE"),
    ]
    nameless = refusals(counties, written(tmp_path, counties, good(counties).replace("SOMEWHERE", "")))
    assert [(each.line, each.reason) for each in nameless] == [(line, "State: '' is not a name") for line in (5, 6, 7)]
    found = list(indices.importer.rows(written(tmp_path, indices, good(indices) + NOTES_BELOW)))
    assert [(row.locality, row.name, str(row.practice_expense)) for row in found] == [
        ("99902/01", "SOMEWHERE", "1.081"),
        ("99902/99", "REST OF SOMEWHERE", "0.869"),
    ]
