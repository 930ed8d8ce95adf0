"""A file read in shares gives the same items, in the same order, as one read."""

from __future__ import annotations

import pickle
import random
from pathlib import Path
from typing import Any

import pytest

from prebill.errors import InputError
from prebill.readers.x12 import ProfessionalClaims
from prebill.reading import Item, Sourced
from tests.readers.x12_samples import BILLING, CLAIM, PATIENT, SUBSCRIBER, file_of, interchange

PATHS = ("", "lines[0].procedure", "billing.npi", "patient.last_name", "coverage.payer_id", "submission.group")


def seen(item: Item) -> Any:
    """An item with the places of its values, so that two can be compared."""
    if isinstance(item, Sourced):
        return item.encounter, [item.origin.locate(path) for path in PATHS]
    return item


def numbered(count: int) -> list[str]:
    """Claims of families, every ninth with the number of an earlier one and every seventh unreadable."""
    segments: list[str] = []
    for number in range(count):
        levels = (*BILLING, *SUBSCRIBER) if number % 5 == 0 else SUBSCRIBER
        segments += (*levels, *(PATIENT if number % 3 == 0 else ()))
        for segment in CLAIM:
            named = segment.replace("C-8812", f"C{number // 9 * 9 if number % 9 == 8 else number}")
            segments.append(named.replace("*150*", "*x*") if number % 7 == 6 else named)
    return segments


ONE = interchange(*numbered(60))
MANY = ONE + file_of() + interchange(*numbered(30), line_break="\r\n")
FOREIGN = file_of().replace(b"X222A1", b"X223A2") + ONE + file_of().replace(b"X222A1", b"X223A2")
MISMATCHED = ONE[:106] + ONE[106:].replace(b":", b">") + ONE
CUT = ONE[:-400]
OTHER_SEPARATORS = ONE + ONE.replace(b"*", b"|")
DOUBLED = ONE.replace(b"~\n", b"~~\n").replace(b"ISA*", b"\xef\xbb\xbf\nISA*")


@pytest.mark.parametrize(
    "data",
    [ONE, MANY, FOREIGN, MISMATCHED, CUT, OTHER_SEPARATORS, DOUBLED, file_of(), b"", b"nothing"],
    ids=["one", "many", "foreign", "mismatched", "cut", "separators", "doubled", "small", "empty", "text"],
)
@pytest.mark.parametrize("count", range(1, 6))
def test_shares_together_give_what_one_read_gives(data: bytes, count: int, tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_bytes(data)
    source = ProfessionalClaims(path, path.name)
    shares = source.shares(count)
    assert 1 <= len(shares) <= count
    if data in (ONE, MANY, CUT, DOUBLED):
        assert len(shares) == count
    together = [seen(item) for share in shares for item in pickle.loads(pickle.dumps(share)).read()]
    assert together == [seen(item) for item in source.read()]


def test_an_origin_can_be_sent_to_another_process(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_bytes(file_of())
    (item,) = ProfessionalClaims(path, path.name).read()
    assert isinstance(item, Sourced)
    assert seen(pickle.loads(pickle.dumps(item))) == seen(item)


def test_a_file_that_is_not_there_is_an_error_for_the_user(tmp_path: Path) -> None:
    source = ProfessionalClaims(tmp_path / "none.837", "none.837")
    with pytest.raises(InputError, match=r"none\.837"):
        list(source.read())
    with pytest.raises(InputError, match=r"none\.837"):
        source.shares(2)


@pytest.mark.parametrize("seed", range(4))
def test_shares_of_damaged_files_give_what_one_read_gives(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    path = tmp_path / "claims.837"
    whole = interchange(*numbered(12)) + file_of()
    for _ in range(20):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(data))
            data[place : place + chance.randint(0, 3)] = chance.choice([b"", b"~", b"*", b"\n", b"X", b"~HL*1**20*1~"])
        path.write_bytes(data)
        source = ProfessionalClaims(path, path.name)
        one = [seen(item) for item in source.read()]
        for count in (2, 4):
            assert [seen(item) for share in source.shares(count) for item in share.read()] == one
