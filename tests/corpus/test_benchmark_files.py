"""The files of the benchmarks: claims that a payer would take, alike in both formats."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import attrs
import pytest
from benchmarks.corpus import write_837p, write_ndjson
from benchmarks.floor import typed_read
from benchmarks.measure import AS_OF

from prebill import Claim, check, read
from prebill.reading import Sourced

CLAIMS = 1_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("benchmark")
    write_837p(made / "one.837", CLAIMS)
    write_837p(made / "many.837", CLAIMS, sets=30)
    write_ndjson(made / "claims.ndjson", CLAIMS)
    return made


def claims_of(path: Path) -> list[Claim]:
    items = list(read(path))
    claims = [item.encounter.claim for item in items if isinstance(item, Sourced)]
    assert len(claims) == len(items)
    return [attrs.evolve(claim, submission=None) for claim in claims]


def test_every_file_holds_the_same_claims(folder: Path) -> None:
    one = claims_of(folder / "one.837")
    assert len(one) == CLAIMS == sum(1 for _ in typed_read(folder / "one.837"))
    assert one == claims_of(folder / "many.837") == claims_of(folder / "claims.ndjson")


def test_lines_and_patients_are_as_many_as_promised(folder: Path) -> None:
    claims = claims_of(folder / "one.837")
    assert sum(len(claim.lines) for claim in claims) / CLAIMS == pytest.approx(2.25, abs=0.01)
    patients = Counter(claim.patient_key for claim in claims)
    assert Counter(patients.values()) == {2: CLAIMS // 5, 1: CLAIMS * 3 // 5}
    assert len({claim.control_number for claim in claims}) == CLAIMS


def test_nothing_is_found_in_them(folder: Path) -> None:
    with check(folder / "one.837", as_of=AS_OF) as report:
        assert [(each.claim_id, each.rule, each.message) for each in report.findings] == []
        assert not report.incomplete
        assert report.summary.clean == CLAIMS
