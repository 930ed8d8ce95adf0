"""The front door: what a file is, its content decides."""

import gzip
import io
import json
import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebill.errors import InputError
from prebill.readers import open_inputs
from prebill.reading import Refused, Sourced, Unreadable
from tests.readers.json_samples import encounter, shown, sourced, write_lines

X12 = (
    "ISA*00*          *00*          *ZZ*SUB            *ZZ*RCV            *260320*0900*^*00501*000000001*0*P*:~"
    "GS*HC*SUB*RCV*20260320*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*B1*20260320*0900*CH~"
    "NM1*41*2*ACME*****46*S1~PER*IC*BILLING*TE*5125550100~NM1*40*2*CLEARING*****46*R1~HL*1**20*1~"
    "NM1*85*2*ACME*****XX*1234567893~N3*100 MAIN ST~N4*AUSTIN*TX*733010001~REF*EI*741234567~HL*2*1*22*0~"
    "SBR*P*18*******CI~NM1*IL*1*SMITH*ROBERT****MI*M-1~N3*1 ELM ST~N4*AUSTIN*TX*733010002~DMG*D8*19610704*M~"
    "NM1*PR*2*ACME COMMERCIAL*****PI*ACM01~CLM*C-8812*150***11:B:1*Y*A*Y*Y~HI*ABK:M1712~LX*1~"
    "SV1*HC:99213*150*UN*1***1~DTP*472*D8*20260316~SE*23*0001~GE*1*1~IEA*1*000000001~"
)


def numbers(path: Path | str) -> list[str]:
    return [each.encounter.claim.control_number for each in sourced(open_inputs([path]))]


def test_kinds_of_content_are_told_apart(tmp_path: Path) -> None:
    pretty = json.dumps(encounter("P"), indent=2)
    files = {
        "a.txt": X12,
        "b.txt": json.dumps(encounter("N")) + "\n" + json.dumps(encounter("M")),
        "c.txt": json.dumps([encounter("L")]),
        "d.txt": pretty,
        "e.txt": json.dumps(encounter("O")),
        "f.txt": "\ufeff\n" + pretty,
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = [numbers(tmp_path / name) for name in files]
    assert found == [["C-8812"], ["N", "M"], ["L"], ["P"], ["O"], ["P"]]
    together = [each.encounter.claim.control_number for each in sourced(open_inputs([f"{tmp_path}/*.txt"]))]
    assert together == [number for each in found for number in each]


def test_an_ndjson_whose_first_line_is_cut_is_still_ndjson(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x", [b'{"claim": {', encounter("A")])
    items = list(open_inputs([path]).read())
    assert [type(item) for item in items] == [Unreadable, Sourced]


@pytest.mark.parametrize("content", [X12.encode(), json.dumps(encounter("C-8812")).encode()])
def test_gzip_is_undone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "claims.gz").write_bytes(gzip.compress(content))
    assert numbers(tmp_path / "claims.gz") == ["C-8812"]
    (item,) = sourced(open_inputs([tmp_path / "claims.gz"]))
    assert item.origin.locate().source == str(tmp_path / "claims.gz")


@pytest.mark.parametrize("content", [X12.encode(), json.dumps(encounter("C-8812"), indent=1).encode()])
def test_the_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    source = open_inputs(["-"])
    (item,) = sourced(source)
    assert item.origin.locate().source == "stdin"
    (again,) = sourced(source)
    assert again.encounter == item.encounter


def test_temporary_files_go_with_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(X12.encode())))
    source = open_inputs(["-"])
    assert list(tmp_path.iterdir())
    del source
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello", "this is neither an 837P nor JSON"),
        ("{}".encode("utf-16"), "this is UTF-16 text; save it as UTF-8"),
        (b"claim_id,code\n1,2\n", "this is neither an 837P nor JSON"),
        (b"", "this holds nothing"),
        (b" \n", "this holds nothing"),
    ],
)
def test_anything_else_is_refused_and_costs_the_other_files_nothing(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "x").write_bytes(content)
    write_lines(tmp_path / "y", [encounter("A")])
    refused, claim = open_inputs([tmp_path / "x", tmp_path / "y"]).read()
    assert isinstance(refused, Refused)
    assert reason in refused.reason
    assert isinstance(claim, Sourced)


def test_what_cannot_be_opened_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    write_lines(tmp_path / "y", [encounter("A")])
    (tmp_path / "bad.gz").write_bytes(gzip.compress(b"x" * 999)[:-9])
    for wrong in ("missing", "no-*.match", "", "bad.gz"):
        with pytest.raises(InputError, match=wrong.replace("*", r"\*") or "is a directory; name the files"):
            open_inputs([tmp_path / "y", f"{tmp_path}/{wrong}"])


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    write_lines(tmp_path / "y", [encounter("A")])
    assert len(sourced(open_inputs([tmp_path / "y", f"{tmp_path}/*"]))) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.integers(1, 5))
def test_shares_of_several_files_hold_the_whole_in_order(tmp_path: Path, sizes: list[int], count: int) -> None:
    paths = [
        write_lines(tmp_path / f"{position}", [encounter(f"{position}-{each}") for each in range(size)])
        for position, size in enumerate(sizes)
    ]
    source = open_inputs(paths)
    shares = pickle.loads(pickle.dumps(source.shares(count)))
    assert len(shares) <= count
    assert shown(item for share in shares for item in share.read()) == shown(source.read())


def test_one_large_file_among_small_ones_is_divided(tmp_path: Path) -> None:
    large = write_lines(tmp_path / "large", [encounter(f"{each}") for each in range(100)])
    small = [write_lines(tmp_path / f"small-{each}", [encounter("A")]) for each in range(2)]
    sizes = [len(sourced(share)) for share in open_inputs([large, *small]).shares(4)]
    assert sum(sizes) == 102
    assert max(sizes) <= 30
