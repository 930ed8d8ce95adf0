"""Whatever happens to a file, reading it never fails and every claim in it is accounted for."""

from __future__ import annotations

import io
import random
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from prebill.readers.x12 import ProfessionalClaims, steps
from prebill.readers.x12 import claims as claims_module
from prebill.readers.x12.lexing import Lexer, NotX12Error
from prebill.reading import Item, Sourced
from tests.readers.x12_samples import (
    BILLING,
    CLAIM,
    PATIENT,
    SUBSCRIBER,
    accounted,
    claims_in,
    file_of,
    interchange,
    problems_in,
    read,
    unreadable_in,
)

SMALL = file_of(*CLAIM, *(segment.replace("C-8812", "C-2") for segment in CLAIM))
FAMILY = interchange(*BILLING, *SUBSCRIBER, *CLAIM, *SUBSCRIBER, *PATIENT, *CLAIM, line_break="")


def claims_of(data: bytes) -> int:
    """How many CLM segments a file holds, told the plain way."""
    count = 0
    try:
        for batch in Lexer(io.BytesIO(data)).batches():
            segments = batch.text.split(batch.separators.terminator)
            count += sum(segment.split(batch.separators.element)[0] == "CLM" for segment in segments)
    except NotX12Error:
        return 0
    return count


def check(data: bytes) -> list[Item]:
    items = read(data)
    assert accounted(items) == claims_of(data)
    return items


@pytest.mark.parametrize("data", [SMALL, FAMILY], ids=["small", "family"])
def test_a_file_cut_off_after_any_segment(data: bytes) -> None:
    place = 0
    while (place := data.find(b"~", place) + 1) > 0:
        items = check(data[:place])
        cut = data[:place].split(b"CLM*")[-1]
        if b"CLM*" in data[:place] and b"SE*" not in cut and b"HL*" not in cut:
            assert "ends within the claim" in unreadable_in(items)[-1].reason


def test_a_file_cut_off_anywhere() -> None:
    second_claim = SMALL.index(b"CLM*C-2*")
    for place in (*range(0, second_claim, 5), *range(second_claim, len(SMALL))):
        check(SMALL[:place])


def test_the_claims_before_a_cut_are_read() -> None:
    items = check(SMALL[: SMALL.index(b"CLM*C-2*") + 60])
    assert [claim.control_number for claim in claims_in(items)] == ["C-8812"]
    assert [lost.claim_id for lost in unreadable_in(items)] == ["C-2"]
    assert any("the input ends before the SE" in problem.message for problem in problems_in(items))


@pytest.mark.parametrize("seed", range(8))
def test_random_bytes_changed_inserted_and_left_out(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(120):
        data = bytearray(chance.choice([SMALL, FAMILY]))
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(data))
            byte = chance.choice([chance.randrange(256), *b"*:~^\r\n 09AZ"])
            match chance.randrange(3):
                case 0:
                    data[place] = byte
                case 1:
                    data.insert(place, byte)
                case _:
                    del data[place : place + chance.randint(1, 30)]
        check(bytes(data))


@pytest.mark.parametrize("seed", range(6))
def test_the_quick_reading_gives_what_the_careful_one_gives(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    files = [SMALL, FAMILY]
    for _ in range(60):
        data = bytearray(chance.choice(files[:2]))
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(106, len(data))
            data[place : place + chance.randint(0, 2)] = chance.choice([b"", b"*", b":", b"~", b"X", b"1", b" "])
        files.append(bytes(data))
    quick = [[seen(item) for item in read(data)] for data in files]
    monkeypatch.setattr(steps, "can_be_compiled", lambda segment: False)
    assert quick == [[seen(item) for item in read(data)] for data in files]


def seen(item: Item) -> Any:
    return item.encounter if isinstance(item, Sourced) else item


@pytest.mark.parametrize("seed", range(4))
def test_segments_left_out_doubled_and_in_any_order(seed: int) -> None:
    chance = random.Random(seed)
    segments = FAMILY.decode().split("~")[:-1]
    for _ in range(100):
        mixed = list(segments)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(1, len(mixed))
            match chance.randrange(3):
                case 0:
                    del mixed[place]
                case 1:
                    mixed.insert(chance.randrange(1, len(mixed)), mixed[place])
                case _:
                    mixed[place:] = chance.sample(mixed[place:], len(mixed) - place)
        check("".join(f"{segment}~" for segment in mixed).encode())


def test_blocks_of_any_size_give_the_same() -> None:
    def lexed(size: int) -> str:
        return "~".join(batch.text for batch in Lexer(io.BytesIO(SMALL + FAMILY), block=size).batches())

    whole = lexed(1 << 20)
    assert whole.count("CLM*") == 4
    assert [lexed(size) == whole for size in (1, 7, 64, 1000)] == [True] * 4


def test_an_unforeseen_error_costs_one_claim_and_names_only_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    made = claims_module._make_claim

    def failing(**fields: Any) -> Any:
        if fields["control_number"] == "C-8812":
            raise RuntimeError("W123456789")
        return made(**fields)

    monkeypatch.setattr(claims_module, "_make_claim", failing)
    items = read(SMALL)
    (lost,) = unreadable_in(items)
    assert lost.reason == "an unexpected RuntimeError while reading"
    assert [claim.control_number for claim in claims_in(items)] == ["C-2"]


def test_a_claim_of_very_many_segments_is_read_in_reasonable_time() -> None:
    many = "".join(f"REF*P4*{number}~" for number in range(30_000))
    lines = "".join(f"LX*{number}~SV1*HC:99213*0*UN*1***1~DTP*472*D8*20260316~" for number in range(3, 5_000))
    (claim,) = claims_in(read(file_of(CLAIM[0], many, *CLAIM[1:], lines)))
    assert len(claim.references) == 30_000
    assert len(claim.lines) == 4_999


def test_memory_does_not_grow_with_the_number_of_claims(tmp_path: Path) -> None:
    def peak(claims: int) -> int:
        path = tmp_path / f"{claims}.837"
        claim = "".join(CLAIM)
        many = (claim.replace("C-8812", f"C{number}") for number in range(claims))
        path.write_bytes(interchange(*BILLING, *SUBSCRIBER, *many))
        tracemalloc.start()
        count = accounted_one_by_one(path)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == claims
        return most

    assert peak(20_000) < peak(5_000) + 3_000_000


def accounted_one_by_one(path: Path) -> int:
    return sum(accounted([item]) for item in ProfessionalClaims(path, path.name).read())
