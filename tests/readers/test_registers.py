"""Registers: one type-driven reader for every kind of record, joined to the encounters they are about."""

import json
import pickle
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import attrs
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebill.errors import InputError
from prebill.model import Authorization, AuthorizedService, EligibilityCheck, Encounter, Order, Referral
from prebill.readers import csv_template, open_inputs
from prebill.reading import Problem, Source
from tests.readers.json_samples import CANARY, encounter, problems, shown, sourced, words, write_lines

AUTHORIZATIONS = "claim_id,number,status,valid_from,valid_to,code_from,units,modifiers"


@attrs.frozen(kw_only=True)
class Part:
    kind: str
    started: datetime | None = None


@attrs.frozen(kw_only=True)
class Signature:
    name: str | None = None
    signed: bool | None = None


@attrs.frozen(kw_only=True)
class Note:
    service_date: date
    kind: Literal["long", "short"] = "short"
    minutes: int | None = None
    parts: tuple[Part, ...] = ()
    signature: Signature | None = None
    anything: Any = None


class Practice:
    """A practice of three claims, and registers beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.claims = write_lines(folder / "claims.ndjson", [encounter("A"), encounter("B"), encounter("C")])

    def open(self, name: str, content: str | bytes, *more: str | bytes) -> Source:
        paths = []
        for number, each in enumerate((content, *more)):
            path = self.folder / f"{name}-{number}.csv"
            path.write_bytes(each.encode() if isinstance(each, str) else each)
            paths.append(str(path))
        return open_inputs([self.claims], registers={name: paths}, record_types={"note": Note})

    def register(self, name: str, content: str | bytes, *more: str | bytes) -> list[Any]:
        """Return what the register of each of the three encounters holds."""
        return [getattr(each.encounter, name) for each in sourced(self.open(name, content, *more))]

    def notes(self, content: str) -> list[Any]:
        return [each.encounter.documentation["note"] for each in sourced(self.open("note", content))]


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


def places(source: Source) -> list[tuple[int | None, str | None, str]]:
    return [(each.place.line, each.place.element, each.message) for each in problems(source)]


def test_rows_join_by_claim(practice: Practice) -> None:
    one, none, other = practice.register(
        "authorizations",
        f"{AUTHORIZATIONS}\nA,N1,approved,2026-01-01,12/31/2026,20610,3,LT;RT\nC,N2,,,,,,\n",
    )
    assert one == (
        Authorization(
            number="N1",
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            services=(AuthorizedService(code_from="20610", units=Decimal(3), modifiers=("LT", "RT")),),
        ),
    )
    assert none == ()
    assert other == (Authorization(number="N2"),)


def test_rows_of_one_authorization_merge(practice: Practice) -> None:
    one, _, _ = practice.register(
        "authorizations",
        "claim_id,number,code_from,code_to,units\nA,N1,20610,,3\nA,N2,20610,,1\nA,N1,27440,27447,1\n",
    )
    assert [(each.number, [service.code_from for service in each.services]) for each in one] == [
        ("N1", ["20610", "27440"]),
        ("N2", ["20610"]),
    ]


def test_rows_join_by_member_or_by_patient(practice: Practice) -> None:
    header = "member_id,patient_id,number\n"
    found = practice.register("referrals", f"{header} m a ,,R1\nM-B,P-C,R2\n,P-C,R3\n,P-A,R4\n")
    assert [[each.number for each in referrals] for referrals in found] == [["R1", "R4"], ["R2"], ["R3"]]


def test_a_field_can_be_the_join_column(practice: Practice) -> None:
    check, _, _ = practice.register(
        "eligibility_checks", "member_id,checked_at,service_date,status\nM-A,3/1/2026 2:05 PM,2026-03-01,active\n"
    )
    assert check == (
        EligibilityCheck(
            member_id="M-A", checked_at=datetime(2026, 3, 1, 14, 5), service_date=date(2026, 3, 1), status="active"
        ),
    )


def test_a_day_of_its_own_narrows_the_join(practice: Practice) -> None:
    content = "member_id,service_date,procedure,signed\nM-A,3/16/2026,20610,Y\nM-A,2026-03-17,99213,no\n"
    orders, _, _ = practice.register("orders", content)
    assert orders == (Order(procedure="20610", signed=True),)
    assert len(practice.notes("member_id,service_date\nM-A,2026-03-16\nM-A,2026-03-15\n")[0]) == 1


def test_records_of_packs_go_to_the_documentation_as_plain_data(practice: Practice) -> None:
    header = "claim_id,service_date,kind,minutes,parts.kind,started,signature.signed,anything"
    source = practice.open(
        "note",
        f"{header}\n"
        'A,2026-03-16,long,45,open,2026-03-16 09:00,N,"{""a"": 1}"\n'
        'A,2026-03-16,long,45,close,,N,"{""a"": 1}"\n',
    )
    first, second, _ = [each.encounter for each in sourced(source)]
    assert msgspec.convert(first.documentation["note"], list[Note]) == [
        Note(
            service_date=date(2026, 3, 16),
            kind="long",
            minutes=45,
            parts=(Part(kind="open", started=datetime(2026, 3, 16, 9)), Part(kind="close")),
            signature=Signature(signed=False),
            anything={"a": 1},
        )
    ]
    assert second.documentation["note"] == []
    assert msgspec.json.decode(msgspec.json.encode(first), type=Encounter) == first


def test_a_cell_can_answer_yes_or_say_why_not(practice: Practice) -> None:
    @attrs.frozen(kw_only=True)
    class Step:
        taken: bool | Literal["not_applicable"] | None = None

    path = practice.folder / "step.csv"
    path.write_text("claim_id,taken\nA,yes\nB,not_applicable\nC,perhaps\n")
    source = open_inputs([practice.claims], registers={"step": [str(path)]}, record_types={"step": Step})
    assert [each.encounter.documentation["step"] for each in sourced(source)] == [
        [{"taken": True}],
        [{"taken": "not_applicable"}],
        None,
    ]
    assert "expected true or false or one of not_applicable" in words(source.read())


def test_what_came_inline_stays(tmp_path: Path) -> None:
    value = encounter("A")
    value["authorizations"] = [{"number": "N0"}]
    value["documentation"] = {"note": [{"service_date": "2026-03-16"}]}
    practice = Practice(tmp_path)
    write_lines(practice.claims, [value])
    (found,) = practice.register("authorizations", "claim_id,number\nA,N1\n")
    assert [each.number for each in found] == ["N0"]
    (notes,) = practice.notes("claim_id,service_date\nA,2026-03-16\n")
    assert notes == [{"service_date": "2026-03-16"}]
    write_lines(practice.claims, [{**value, "documentation": {"note": "no record at all"}}])
    (notes,) = practice.notes("claim_id,service_date\nA,2026-03-16\n")
    assert notes == "no record at all"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_what_excel_does_to_a_file_is_undone(practice: Practice, start: str, end: str) -> None:
    rows = ["Claim ID,Number,patient id,,", "'A,'00123,P-1,,", "B,  N2 ,,,", ",,,,", ""]
    one, two, _ = practice.register("authorizations", start + end.join(rows))
    assert one == (Authorization(number="00123", patient_id="P-1"),)
    assert two == (Authorization(number="N2"),)


def test_a_register_can_be_tab_separated_windows_text(practice: Practice) -> None:
    source = practice.open("orders", "claim_id\tprocedure\tordering_name\nA\t20610\tMUÑOZ\n".encode("cp1252"))
    assert sourced(source)[0].encounter.orders == (Order(procedure="20610", ordering_name="MUÑOZ"),)
    assert places(source) == [(None, None, "not UTF-8; it is read as Windows-1252")]


def test_a_register_can_be_ndjson(practice: Practice) -> None:
    rows = [
        {
            "claim_id": "A",
            "number": "N1",
            "services": [{"code_from": "20610", "units": 3}, {"code_from": "27447"}],
        },
        {"claim_id": "B", "number": 7, "valid": "x"},
        {"claim_id": "C", "number": "N3", "nmber": "x"},
    ]
    content = "\n".join(map(json.dumps, rows)) + "\n\n{oops\n[1]\n"
    source = practice.open("authorizations", content)
    one, two, three = [each.encounter.authorizations for each in sourced(source)]
    assert one is not None
    assert [each.code_from for each in one[0].services] == ["20610", "27447"]
    assert two is None
    assert three == (Authorization(number="N3"),)
    assert places(source) == [
        (2, None, "unknown key 'valid' is passed over. Did you mean 'valid_to'?"),
        (2, "number", "expected text"),
        (3, None, "unknown key 'nmber' is passed over. Did you mean 'number'?"),
        (5, "column 2", "not JSON: object keys must be strings"),
        (6, None, "expected an object"),
    ]


def test_a_bad_row_costs_no_other_row_and_is_not_taken_for_absent(practice: Practice) -> None:
    rows = [
        "A,N1,approved,2026-13-01,,20610,three,",
        "A,N2,approved,,,,,",
        "B,,approved,,,20610,1,",
        "C,N3,approved,,,20610,1,,,",
        ",N4,approved,,,,,",
        'C,"N5",,,,20610,1,',
    ]
    source = practice.open("authorizations", "\n".join([AUTHORIZATIONS, *rows]))
    assert [each.encounter.authorizations for each in sourced(source)] == [None, None, None]
    assert places(source) == [
        (2, "valid_from", "expected a date YYYY-MM-DD"),
        (2, "units", "expected a decimal number of at most 18 digits and 9 decimals"),
        (4, None, "expected the key 'number'"),
        (5, None, "the row has more cells than the header"),
        (6, None, "the row fills none of the columns claim_id, member_id, patient_id"),
    ]


def test_a_fault_in_a_merged_row_has_its_own_line(practice: Practice) -> None:
    source = practice.open("authorizations", "claim_id,number,code_from,units\nA,N1,20610,1\nA,N1,27447,x\n")
    assert [(line, element) for line, element, _ in places(source)] == [(3, "units")]
    assert sourced(source)[0].encounter.authorizations is None


def test_rows_that_join_nothing_are_counted_by_file(practice: Practice) -> None:
    source = practice.open("referrals", "claim_id,number\nX,1\nA,2\nY,3\n", "claim_id,number\nZ,4\n")
    assert places(source) == [
        (2, None, "referrals: 2 rows join no claim (lines 2, 4)"),
        (2, None, "referrals: 1 row joins no claim (line 2)"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("authorization", "", "no register is called 'authorization'. Did you mean 'authorizations'?"),
        ("authorizations", "claim_id,nmber\n", "the header does not have number;"),
        ("authorizations", "number\n", "the header does not have claim_id, member_id or patient_id;"),
        ("authorizations", "", "the header does not have number and claim_id, member_id or patient_id;"),
        ("authorizations", "claim_id,number,number\n", "the header has number twice;"),
    ],
)
def test_a_register_that_cannot_be_used_is_an_error(practice: Practice, name: str, content: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        practice.open(name, content)
    assert message in str(error.value)


def test_a_missing_register_is_an_error_before_anything_is_read(practice: Practice) -> None:
    with pytest.raises(InputError, match="missing"):
        open_inputs([practice.claims], registers={"orders": ["missing.csv"]})


def test_an_unknown_column_is_a_problem(practice: Practice) -> None:
    source = practice.open("authorizations", "claim_id,number,valid_form\nA,1,2026-01-01\n")
    assert places(source) == [(1, "valid_form", "unknown column; it is passed over. Did you mean 'valid_from'?")]


def test_no_message_repeats_a_cell(practice: Practice) -> None:
    columns = csv_template(Authorization)
    rows = "\n".join(",".join([f"{CANARY}{number}"] * columns.count(",")) for number in range(3))
    source = practice.open("authorizations", f"{columns}\n{rows}\n")
    text = words(source.read())
    assert "valid_from" in text
    assert CANARY not in text


def test_templates_name_join_columns_and_fields() -> None:
    assert csv_template(Referral).startswith("claim_id,member_id,patient_id,service_date,number,payer_id,")
    assert ",valid_to,code_from,code_to," in csv_template(Authorization)
    assert csv_template(Note) == (
        "claim_id,member_id,patient_id,service_date,kind,minutes,parts.kind,started,signature.name,signature.signed,"
        "anything"
    )
    assert "returned_member.birth_date" in csv_template(EligibilityCheck)


@pytest.mark.parametrize("kind", [Authorization, EligibilityCheck, Referral, Order, Note])
def test_a_template_can_be_used_as_a_header(practice: Practice, kind: type) -> None:
    names = {Authorization: "authorizations", EligibilityCheck: "eligibility_checks", Note: "note"}
    name = names.get(kind, f"{kind.__name__.lower()}s")
    assert problems(practice.open(name, csv_template(kind) + "\n")) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from("ABCX"), st.sampled_from(["1", "2", "", "x"])), max_size=6),
    st.integers(1, 4),
)
def test_shares_hold_what_the_whole_holds(practice: Practice, rows: list[tuple[str, str]], count: int) -> None:
    lines = [f"{claim},N{units},20610,{units}" for claim, units in rows]
    source = practice.open("authorizations", "\n".join(["claim_id,number,code_from,units", *lines]))
    shares = pickle.loads(pickle.dumps(source.shares(count)))
    assert shown(item for share in shares for item in share.read()) == shown(source.read())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text("\"',;\n\t{}[]:AN1\r\0", max_size=60).map(str.encode))
def test_no_content_raises_anything_but_an_input_error(practice: Practice, content: bytes) -> None:
    try:
        source = practice.open("authorizations", b"claim_id,number,code_from\n" + content)
    except InputError:
        return
    assert len(sourced(source)) == 3
    assert all(isinstance(each, Problem) for each in problems(source))
