"""Files that other people wrote, from the folder that `PREBILL_SHARED_DATA` names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prebill.readers.x12 import Kind, kind_of
from tests.readers.test_x12_robustness import claims_of
from tests.readers.x12_samples import accounted, claims_in, problems_in, read, refused_in, unreadable_in

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("PREBILL_SHARED_DATA") or ROOT.parent / "shared" / "data") / "x12"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no shared sample files: {DATA} is not there")


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (DATA / folder).glob("*"))


def name_of(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", files("837p", "837p_malformed"), ids=name_of)
def test_every_claim_is_accounted_for(path: Path) -> None:
    data = path.read_bytes()
    items = read(data)
    assert kind_of(data[:4096]) is Kind.PROFESSIONAL
    assert len(claims_in(items)) + len(unreadable_in(items)) == claims_of(data) > 0
    assert refused_in(items) == []


@pytest.mark.parametrize(
    "path", [path for path in files("837p") if path.name.startswith(("lfh", "badx12"))], ids=name_of
)
def test_correct_examples_are_read_without_a_word(path: Path) -> None:
    items = read(path.read_bytes())
    assert [item for item in items if item in problems_in(items)] == []
    assert unreadable_in(items) == []


@pytest.mark.parametrize("path", files("not_837p", "acks", "835"), ids=name_of)
def test_everything_else_is_refused_once(path: Path) -> None:
    data = path.read_bytes()
    items = read(data)
    assert len(items) == 1
    (refused,) = refused_in(items)
    assert refused.claims == claims_of(data) == accounted(items)
    assert kind_of(data[:4096]).description in refused.reason


def test_what_the_notes_of_the_samples_say() -> None:
    messages = {
        path.name: {f"{problem.place.element} {problem.message}" for problem in problems_in(read(path.read_bytes()))}
        for path in files("837p", "837p_malformed")
    }
    expected = {
        "hccinfhir_837_12_three_st.txt": ["SE01 SE01 says 24", "2300/CLM01 an earlier claim", "first-listed"],
        "imsweb_multiple_gs.txt": ["SE01", "IEA01"],
        "imsweb_valid.txt": ["2300/CLM02 the claim charge", "2300/HI01-2", "SE01 SE01 says 25"],
        "imsweb_bad_first_line.txt": ["ISA the ISA segment has 105 characters"],
        "imsweb_bad_valid_code.txt": ["NM101 117", "NM1*85 is missing"],
        "imsweb_missing_elements.txt": ["1000B/NM102", "2300/CLM05-1"],
        "imsweb_missing_loops.txt": ["NM1*85 is missing"],
        "lfh_ex9_anesthesia_isa16_mismatch.837": ["ISA16"],
    }
    for name, parts in expected.items():
        for part in parts:
            assert any(part in message for message in messages[name]), (name, part, messages[name])


def test_anesthesia_minutes_and_modifiers_are_read() -> None:
    (claim,) = claims_in(read((DATA / "837p" / "badx12_ex9_anesthesia_one_line.edi").read_bytes()))
    (line,) = claim.lines
    assert (line.procedure, line.modifiers, line.minutes) == ("00142", ("QK", "QS", "P1"), 61)
