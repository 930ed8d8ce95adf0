"""Files of CMS and X12 as published, from the folder that `PREBILL_SHARED_DATA` names."""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from prebill.errors import TableError
from prebill.general.medicare_fee import allowed_amount
from prebill.general.published import (
    adjustment_reasons,
    hcpcs,
    icd10cm,
    icd10cm_notes,
    localities,
    mpfs,
    ncci_aoc,
    ncci_mue,
    ncci_ptp,
    place_of_service,
)
from prebill.lookup import table_spec
from prebill.published import Heading, Importer, PublishedFile, Rejected
from prebill.tables import shipped_edition

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("PREBILL_SHARED_DATA") or ROOT.parent / "shared" / "data") / "cms"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no shared reference files: {DATA} is not there")

PARTS = tuple(f"ccipra-v302r0-f{number}.txt.gz" for number in range(1, 5))
FILES: dict[str, tuple[Importer[Any], str]] = {
    "ccipra-v302r0-excerpt.txt": (ncci_ptp.MEDICARE, "v302r0"),
    "ccipra-v322r0-f1.excerpt.txt": (ncci_ptp.MEDICARE, "v322r0"),
    "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv": (ncci_mue.MEDICARE, "MUE 2024Q3"),
    "MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv": (ncci_mue.SUPPLIER, "MUE 2024Q3"),
    "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv": (ncci_mue.OUTPATIENT, "MUE 2024Q3"),
    "AOC_V2024Q3-MCR.txt": (ncci_aoc.ADD_ONS, "AOC V2024Q3"),
    "AOC_V2024Q3-MCR.csv": (ncci_aoc.ADD_ONS, "AOC V2024Q3"),
    "PPRRVU2025_Oct.csv.gz": (mpfs.RELATIVE_VALUES, "RVU25D"),
    "PPRRVU2025_Oct.txt.gz": (mpfs.RELATIVE_VALUES, "RVU25D"),
    "PPRRVU24_JUL.csv.gz": (mpfs.RELATIVE_VALUES, "RVU24C"),
    "PPRRVU2026_Jul_nonQPP.excerpt.csv": (mpfs.RELATIVE_VALUES, "RVU26C"),
    "HCPC2024_JUL_ANWEB_v3.txt.gz": (hcpcs.LEVEL_TWO, "HCPC2024_JUL_ANWEB_v3"),
    "HCPC2024_JUL_ANWEB_v3.csv": (hcpcs.LEVEL_TWO, "HCPC2024_JUL_ANWEB_v3"),
    "HCPC2026_OCT_ANWEB.excerpt.csv": (hcpcs.MODIFIERS, "HCPC2026_OCT_ANWEB"),
    "GPCI2025.csv": (localities.INDICES, "CY2025"),
    "25LOCCO.csv": (localities.LOCALITIES, "CY2025"),
    "carc_codes_2024-06.csv": (adjustment_reasons.REASONS, "CARC 2024-06"),
    "rarc_codes_2024-06.csv": (adjustment_reasons.REMARKS, "RARC 2024-06"),
    "place_of_service_codes_2024-06.csv": (place_of_service.PLACES, "POS 2024-06"),
    "icd10cm_order_2025.txt.gz": (icd10cm.CODES, "FY2025"),
    "icd10cm_order_2026.txt.gz": (icd10cm.CODES, "FY2026"),
    "icd10cm_codes_2026.txt.gz": (icd10cm.CODES, "FY2026 codes"),
    "icd10cm-tabular-April-1-2026.xml.gz": (icd10cm_notes.NOTES, "FY2026 April"),
}
OF_ONE_FILE = {hcpcs.LEVEL_TWO, hcpcs.MODIFIERS}


@cache
def expected() -> Any:
    return json.loads((DATA / "expected_counts.json").read_text())


def facts(name: str) -> Any:
    return expected()["facts"][name]


@cache
def rows_of(name: str) -> tuple[Any, ...]:
    importer, _ = FILES[name]
    return tuple(importer.rows([PublishedFile(DATA / name)]))


def by_key(name: str) -> dict[Any, Any]:
    importer, _ = FILES[name]
    spec = table_spec(importer.row_type)
    assert spec is not None
    return {tuple(getattr(row, column) for column in spec.key): row for row in rows_of(name)}


def heading_of(name: str) -> Heading:
    importer, _ = FILES[name]
    return importer.heading([PublishedFile(DATA / name)])


@pytest.mark.parametrize("name", FILES)
def test_the_files_tell_their_edition(name: str) -> None:
    assert heading_of(name).edition == FILES[name][1]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_recognised_by_no_other_importer(name: str) -> None:
    importers = {importer.name: importer for importer, _ in FILES.values()}
    known = {importer for importer in importers.values() if importer.recognises(PublishedFile(DATA / name))}
    assert known == (OF_ONE_FILE if FILES[name][0] in OF_ONE_FILE else {FILES[name][0]})


@pytest.mark.parametrize(
    ("text", "sheet"),
    [
        ("AOC_V2024Q3-MCR.txt", "AOC_V2024Q3-MCR.csv"),
        ("PPRRVU2025_Oct.txt.gz", "PPRRVU2025_Oct.csv.gz"),
        ("HCPC2024_JUL_ANWEB_v3.txt.gz", "HCPC2024_JUL_ANWEB_v3.csv"),
    ],
)
def test_text_and_spreadsheet_give_the_same(text: str, sheet: str) -> None:
    assert rows_of(text) == rows_of(sheet)


def test_pairs_of_the_procedure_to_procedure_edits() -> None:
    rows = rows_of("ccipra-v302r0-excerpt.txt")
    known = expected()["files"]["ccipra-v302r0-excerpt.txt"]
    assert Counter(row.modifier_indicator for row in rows) == known["by_modifier_indicator"]
    assert sum(row.effective_to is None for row in rows) == known["active_rows"]
    found = {(row.column1, row.column2, row.modifier_indicator, f"{row.effective_to or ''}") for row in rows}
    pairs = {row[:2] for row in found}
    stated = [each for each in facts("ptp") if (each["column1"], each["column2"]) in pairs]
    assert len(stated) > 10
    for each in stated:
        day = each["deletion"]
        deleted = f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""
        assert (each["column1"], each["column2"], each["modifier_indicator"], deleted) in found
    assert not {tuple(each) for each in facts("ptp_absent")} & pairs


def test_a_pair_keeps_its_windows_and_what_was_never_in_effect_does_not_speak() -> None:
    rows = rows_of("ccipra-v302r0-excerpt.txt")
    windows = facts("ptp_two_windows")
    found = [row for row in rows if (row.column1, row.column2) == (windows["column1"], windows["column2"])]
    assert [(f"{row.effective_to or '*'}".replace("-", ""), row.modifier_indicator) for row in found] == [
        tuple(each[1:]) for each in windows["windows"]
    ]
    assert not any(row.speaks for row in rows if row.modifier_indicator == "9")
    never = facts("ptp_never_in_effect")
    assert f"{never['effective']}" == never["deletion"]


@pytest.mark.parametrize("name", PARTS)
def test_every_part_of_the_published_edits_is_read_whole(name: str) -> None:
    known = expected()["files"][name]
    wanted = {(each["column1"], each["column2"]) for each in facts("ptp")} | {*map(tuple, facts("ptp_absent"))}
    indicators: Counter[str] = Counter()
    active = 0
    found = set()
    for row in ncci_ptp.MEDICARE.rows([PublishedFile(DATA / name)]):
        assert not isinstance(row, Rejected)
        indicators[row.modifier_indicator] += 1
        active += row.effective_to is None
        pair = (row.column1, row.column2)
        if pair in wanted:
            found.add((*pair, row.modifier_indicator, f"{row.effective_to or ''}".replace("-", "")))
    assert indicators.total() == known["data_rows"]
    assert indicators == known["by_modifier_indicator"]
    assert active == known["active_rows"]
    first, last = (known[end].split("/")[0] for end in ("first", "last"))
    stated = {
        (each["column1"], each["column2"], each["modifier_indicator"], each["deletion"] or "")
        for each in facts("ptp")
        if first <= each["column1"] <= last
    }
    assert stated <= found
    assert {row[:2] for row in found}.isdisjoint(map(tuple, facts("ptp_absent")))


def test_the_four_parts_of_the_edits_are_one_whole_edition() -> None:
    heading = ncci_ptp.MEDICARE.heading([PublishedFile(DATA / name) for name in PARTS])
    assert (heading.edition, heading.complete) == ("v302r0", True)
    assert sum(expected()["files"][name]["data_rows"] for name in PARTS) == facts("ptp_total")["total_rows"]


def test_a_key_that_is_published_twice_does_not_refuse_the_file(tmp_path: Path) -> None:
    with gzip.open(DATA / "ccipra-v302r0-f4.txt.gz", "rt", encoding="latin-1", newline="") as lines:
        header = list(islice(lines, 6))
        twice = [line for line in lines if line.startswith("88108\t88162\t\t19960101")]
    assert len(twice) == 2
    (tmp_path / "ccipra-v302r0-f4.txt").write_text("".join([*header, *twice]), newline="")
    rows = list(ncci_ptp.MEDICARE.rows([PublishedFile(tmp_path / "ccipra-v302r0-f4.txt")]))
    assert [row.modifier_indicator for row in rows if not isinstance(row, Rejected)] == ["9", "9"]


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("MCR_MUE_PractitionerServices_Eff_07-01-2024.csv", "mue_practitioner"),
        ("MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv", "mue_outpatient_hospital"),
        ("MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv", None),
    ],
)
def test_unit_limits(name: str, fact: str | None) -> None:
    limits = by_key(name)
    for procedure, (units, adjudication) in facts(fact).items() if fact else ():
        assert (limits[procedure,].units, limits[procedure,].adjudication) == (units, adjudication)
    known = expected()["files"][name]
    assert sum(row.units == 0 for row in limits.values()) == known["mue_zero"]
    assert Counter(str(row.adjudication) for row in limits.values()) == known["by_mai"]


def test_codes_without_a_unit_limit() -> None:
    limits = by_key("MCR_MUE_PractitionerServices_Eff_07-01-2024.csv")
    assert not {(each,) for each in facts("mue_practitioner_absent")} & limits.keys()


def test_add_on_codes() -> None:
    rows = rows_of("AOC_V2024Q3-MCR.txt")
    for add_on, stated in facts("aoc").items():
        own = [row for row in rows if row.add_on == add_on]
        assert {row.edit_type for row in own} == {stated["type"]}
        assert [row.primary for row in own] == stated["primaries"]
    known = expected()["files"]["AOC_V2024Q3-MCR.txt"]
    assert Counter(str(row.edit_type) for row in rows) == known["by_edit_type"]
    assert sum(row.primary == "CCCCC" for row in rows) == known["contractor_defined"]
    assert len({row.add_on for row in rows}) == known["addon_codes"]


COLUMNS = {
    "status": "status",
    "work": "work_rvu",
    "global_days": "global_days",
    "mult_proc": "multiple",
    "bilat": "bilateral",
    "asst": "assistant",
    "co": "cosurgeon",
    "team": "team",
    "pctc": "pc_tc",
    "endo_base": "endoscopic_base",
    "facility_total": "facility_rvu",
    "nonfacility_total": "nonfacility_rvu",
}


@pytest.mark.parametrize(
    ("name", "fact"), [("PPRRVU2025_Oct.csv.gz", "rvu_2025_oct"), ("PPRRVU24_JUL.csv.gz", "rvu_2024_jul")]
)
def test_relative_values(name: str, fact: str) -> None:
    rows = by_key(name)
    stated = {**facts(fact)}
    factor = stated.pop("conversion_factor", facts("rvu_2025_oct_conversion_factor"))
    assert {row.conversion_factor for row in rows.values()} == {Decimal(factor)}
    for procedure, values in stated.items():
        modifiers = values.pop("modifiers", None)
        assert modifiers is None or [key[1] for key in rows if key[0] == procedure] == modifiers
        assert {name: str(getattr(rows[procedure, ""], COLUMNS[name])) for name in values} == values
    assert len({key[0] for key in rows}) == expected()["files"][name]["distinct_codes"]


def test_the_columns_of_2026_are_found_by_their_names() -> None:
    rows = rows_of("PPRRVU2026_Jul_nonQPP.excerpt.csv")
    assert {str(row.conversion_factor) for row in rows} == {facts("rvu_2026_jul_nonqpp_conversion_factor")}
    assert {row.endoscopic_base for row in rows} == {None}


def test_codes_of_hcpcs() -> None:
    rows = by_key("HCPC2024_JUL_ANWEB_v3.csv")
    for procedure, stated in facts("hcpcs").items():
        if "add" in stated:
            assert f"{rows[procedure,].effective_from:%Y%m%d}" == stated["add"]
    known = expected()["files"]["HCPC2024_JUL_ANWEB_v3.csv"]
    assert sum(row.effective_to is not None for row in rows.values()) == known["terminated"]


def test_retired_reasons_and_places_are_what_ships() -> None:
    reasons = by_key("carc_codes_2024-06.csv")
    assert not {(each,) for each in facts("carc")} & reasons.keys()
    shipped = shipped_edition(adjustment_reasons.REASONS.row_type)
    assert shipped is not None
    assert {key: rows[0].retired_on for key, rows in shipped.rows.items()} == {
        key: row.retired_on for key, row in reasons.items()
    }
    places = by_key("place_of_service_codes_2024-06.csv")
    assert {code: "F" if places[code,].facility else "NF" for code in facts("pos")} == facts("pos")
    shipped_places = shipped_edition(place_of_service.PLACES.row_type)
    assert shipped_places is not None
    assert {key: rows[0].facility for key, rows in shipped_places.rows.items()} == {
        key: row.facility for key, row in places.items()
    }


def test_diagnosis_codes_of_two_years() -> None:
    for year in (2025, 2026):
        rows = by_key(f"icd10cm_order_{year}.txt.gz")
        known = expected()["files"][f"icd10cm_order_{year}.txt.gz"]
        assert sum(row.billable for row in rows.values()) == known["billable"]
        stated = facts(f"icd10cm_{year}")
        assert {code: int(rows[code,].billable) for code in stated} == stated
    before, after = (
        {code for code, row in by_key(f"icd10cm_order_{year}.txt.gz").items() if row.billable} for year in (2025, 2026)
    )
    change = facts("icd10cm_change_2025_to_2026")
    assert len(after - before) == change["new_billable"]
    assert len(before - after) == change["billable_became_header"] + change["removed"]


def test_what_the_titles_tell_is_what_ships() -> None:
    shipped = shipped_edition(icd10cm.CODES.row_type)
    assert shipped is not None
    rows = by_key("icd10cm_order_2026.txt.gz")
    assert all(shipped.rows[key] == (row,) for key, row in islice(rows.items(), 0, None, 97))


def test_the_list_of_codes_is_the_order_file_without_its_headers() -> None:
    ordered = {key: row for key, row in by_key("icd10cm_order_2026.txt.gz").items() if row.billable}
    listed = by_key("icd10cm_codes_2026.txt.gz")
    assert listed.keys() == ordered.keys()
    differing = {key[0] for key, row in listed.items() if row != ordered[key]}
    # Their title names an unspecified side, and only a header has the same with the right or left one.
    assert {(listed[code,].side, ordered[code,].side) for code in differing} == {(None, "U")}
    assert len(differing) == 11


def test_localities_have_indices_and_counties() -> None:
    indices, counties = by_key("GPCI2025.csv"), by_key("25LOCCO.csv")
    assert indices.keys() == counties.keys()
    assert {row.locality for row in rows_of("25LOCCO.csv") if row.counties == "HARRIS"} == {"04412/18"}
    assert counties["13282/99",].state == "NEW YORK"
    twice = [key for key, count in Counter(row.locality for row in rows_of("25LOCCO.csv")).items() if count > 1]
    assert twice == ["05302/99"]
    names = {key[0]: indices[key].name for key in indices}
    assert (names["02102/01"], names["03602/21"]) == ("ALASKA", "WYOMING")


@pytest.mark.parametrize(
    ("procedure", "modifier", "facility", "locality", "work", "expense", "malpractice", "allowed"),
    [
        # relative value x index, for each of the three; their sum x 32.3465
        ("99213", "", False, "02102/01", "1.30 1.5", "1.35 1.081", "0.10 0.592", "112.20"),
        ("99213", "", True, "02102/01", "1.30 1.5", "0.57 1.081", "0.10 0.592", "84.92"),
        ("99213", "", False, "10112/00", "1.30 1", "1.35 0.869", "0.10 0.575", "81.86"),
        ("20610", "", False, "06302/00", "0.79 1", "1.04 0.957", "0.13 0.331", "59.14"),
        ("27447", "", True, "13202/01", "19.60 1.065", "15.30 1.166", "3.98 1.656", "1465.45"),
        ("93306", "26", False, "01182/18", "1.46 1.042", "0.52 1.194", "0.04 0.69", "70.19"),
    ],
)
def test_what_medicare_allows_in_a_locality(
    procedure: str,
    modifier: str,
    facility: bool,
    locality: str,
    work: str,
    expense: str,
    malpractice: str,
    allowed: str,
) -> None:
    row = by_key("PPRRVU2025_Oct.csv.gz")[procedure, modifier]
    index = by_key("GPCI2025.csv")[locality,]
    pairs = [tuple(map(Decimal, each.split())) for each in (work, expense, malpractice)]
    total = row.facility_rvu if facility else row.nonfacility_rvu
    assert [value for value, _ in pairs] == [
        row.work_rvu,
        total - row.work_rvu - row.malpractice_rvu,
        row.malpractice_rvu,
    ]
    assert [factor for _, factor in pairs] == [index.work, index.practice_expense, index.malpractice]
    by_hand = sum(value * factor for value, factor in pairs) * row.conversion_factor
    assert abs(by_hand - Decimal(allowed)) <= Decimal("0.005")
    assert allowed_amount(row, index, facility=facility) == Decimal(allowed)


def test_modifiers_of_hcpcs() -> None:
    rows = by_key("HCPC2026_OCT_ANWEB.excerpt.csv")
    assert {"A1", "AA"} <= {key[0] for key in rows}
    assert sum(row.effective_to is not None for row in rows.values()) == 5


def test_remark_codes_in_use() -> None:
    rows = by_key("rarc_codes_2024-06.csv")
    assert (
        sum(row.effective_to is not None for row in rows.values())
        == (expected()["files"]["rarc_codes_2024-06.csv"]["stopped"])
    )
    assert str(rows["M1",].effective_from) == "1997-01-01"


def test_notes_hold_all_that_ships() -> None:
    shipped = shipped_edition(icd10cm_notes.NOTES.row_type)
    assert shipped is not None
    found = set(rows_of("icd10cm-tabular-April-1-2026.xml.gz"))
    assert {row for rows in shipped.rows.values() for row in rows} <= found
    assert not any(row.target == row.code for row in found)


def test_a_real_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    for name in ("ccipra-v302r0-f4.txt.gz", "PPRRVU2025_Oct.txt.gz", "icd10cm-tabular-April-1-2026.xml.gz"):
        importer = FILES.get(name, (ncci_ptp.MEDICARE,))[0]
        content = (DATA / name).read_bytes()
        (tmp_path / name).write_bytes(content[:200_000])
        with pytest.raises(TableError, match="cannot be read to its end"):
            list(importer.rows([PublishedFile(tmp_path / name)]))
