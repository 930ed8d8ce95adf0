"""The files that practices keep under the titles of their own, and the templates for every register."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from prebill.cli.schema import records_of_packs
from prebill.model import (
    Appointment,
    Authorization,
    AuthorizedService,
    Benefit,
    EligibilityCheck,
    OtherPayer,
    ReturnedMember,
)
from prebill.readers import csv_template, open_inputs
from prebill.readers.registers.columns import register_types
from prebill.readers.registers.words import other_titles
from prebill.reading import Source
from tests.readers.json_samples import encounter, problems, sourced, write_lines

ELIGIBILITY = (
    "patient_id,payer_id,member_id,checked_at,service_date,channel,status,plan_begin,plan_end,returned_member_id,"
    "returned_last,returned_first,returned_dob,returned_sex,returned_group,other_payer,ma_plan,msp_type,msp_begin,"
    "msp_end,hospice_begin,hospice_end,service_type,limit,used,remaining,auth_required,in_network"
)
AUTHORIZATIONS = (
    "number,kind,status,payer_id,patient_id,valid_from,valid_to,code_from,code_to,modifiers,units,unit_type,units_used,"
    "servicing_npis,facility_npi,pos,last_checked_at"
)
SCHEDULE = (
    "appointment_id,patient_id,payer_id,scheduled_at,appointment_date,provider_npi,location,planned_codes,status,"
    "walk_in"
)
REGISTERS: dict[str, Any] = {**records_of_packs(), **register_types()}


def opened(folder: Path, name: str, header: str, *rows: dict[str, str]) -> Source:
    """A register with the titles of a header, beside one claim."""
    titles = header.split(",")
    assert all(title in titles for row in rows for title in row)
    lines = [header, *(",".join(row.get(title, "") for title in titles) for row in rows)]
    (folder / "register.csv").write_text("\n".join(lines) + "\n")
    claims = write_lines(folder / "claims.ndjson", [encounter("A")])
    return open_inputs([claims], registers={name: [str(folder / "register.csv")]}, record_types=records_of_packs())


def held(source: Source, name: str) -> Any:
    assert problems(source) == []
    return getattr(sourced(source)[0].encounter, name)


def test_an_eligibility_log(tmp_path: Path) -> None:
    row = {
        "patient_id": "'P-A",
        "payer_id": "'00431",
        "member_id": "m a",
        "checked_at": "3/14/2026 9:05 AM",
        "service_date": "03/16/2026",
        "channel": "portal",
        "status": "Active",
        "plan_begin": "1/1/2026",
        "plan_end": "12/31/2026",
        "returned_member_id": "M-A",
        "returned_last": "SAMPLE",
        "returned_first": "PAT",
        "returned_dob": "07/04/1961",
        "returned_sex": "M",
        "returned_group": "'0007",
        "other_payer": "SECOND PLAN",
        "ma_plan": "H1234-001",
        "msp_type": "12",
        "msp_begin": "2025-01-01",
        "msp_end": "2025-12-31",
        "hospice_begin": "2026-02-01",
        "hospice_end": "2026-02-15",
    }
    benefits = (
        {"service_type": "PT", "limit": "20", "used": "12", "remaining": "8", "auth_required": "Y", "in_network": "W"},
        {"service_type": "MH", "auth_required": "U", "in_network": "n"},
    )
    source = opened(tmp_path, "eligibility_checks", ELIGIBILITY, *({**row, **each} for each in benefits))
    assert held(source, "eligibility_checks") == (
        EligibilityCheck(
            checked_at=datetime(2026, 3, 14, 9, 5),
            payer_id="00431",
            member_id="m a",
            status="active",
            service_date=date(2026, 3, 16),
            channel="portal",
            plan_begin=date(2026, 1, 1),
            plan_end=date(2026, 12, 31),
            returned_member=ReturnedMember(
                member_id="M-A",
                last_name="SAMPLE",
                first_name="PAT",
                birth_date=date(1961, 7, 4),
                sex="M",
                group_number="0007",
            ),
            benefits=(
                Benefit(
                    service_type="PT", limit=Decimal(20), used=Decimal(12), remaining=Decimal(8), auth_required=True
                ),
                Benefit(service_type="MH", in_network=False),
            ),
            other_payers=(OtherPayer(name="SECOND PLAN"), OtherPayer(name="SECOND PLAN")),
            managed_care_plan="H1234-001",
            managed_care_kind="ma",
            managed_care_begin=date(2026, 3, 16),
            msp_type="12",
            msp_begin=date(2025, 1, 1),
            msp_end=date(2025, 12, 31),
            hospice_begin=date(2026, 2, 1),
            hospice_end=date(2026, 2, 15),
        ),
    )


def test_an_authorization_log(tmp_path: Path) -> None:
    row = {
        "number": "'007781",
        "kind": "Prior Auth",
        "status": "Approved",
        "payer_id": "ACM01",
        "patient_id": "P-A",
        "valid_from": "03/01/2026",
        "valid_to": "5/30/2026",
        "servicing_npis": "1523456782; 1456789019",
        "facility_npi": "1987654325",
        "pos": "11;22",
        "last_checked_at": "2026-03-10",
    }
    services = (
        {"code_from": "97110", "code_to": "97140", "units": "12", "unit_type": "visits", "units_used": "4"},
        {"code_from": "27447", "modifiers": "RT;LT", "units": "1"},
    )
    source = opened(tmp_path, "authorizations", AUTHORIZATIONS, *({**row, **each} for each in services))
    assert held(source, "authorizations") == (
        Authorization(
            number="007781",
            patient_id="P-A",
            payer_id="ACM01",
            valid_from=date(2026, 3, 1),
            valid_to=date(2026, 5, 30),
            services=(
                AuthorizedService(
                    code_from="97110", code_to="97140", units=Decimal(12), unit_type="visits", used=Decimal(4)
                ),
                AuthorizedService(code_from="27447", modifiers=("RT", "LT"), units=Decimal(1)),
            ),
            servicing_npis=("1523456782", "1456789019"),
            facility_npi="1987654325",
            place_of_service=("11", "22"),
            last_checked_at=datetime(2026, 3, 10),
        ),
    )


def test_a_schedule(tmp_path: Path) -> None:
    visit = {"patient_id": "P-A", "appointment_date": "3/16/2026", "scheduled_at": "2/2/2026 10:15", "walk_in": "N"}
    rows = [
        {**visit, "appointment_id": "1", "planned_codes": "99213;20610", "status": "Completed"},
        {**visit, "appointment_id": "2", "status": "No-Show"},
        {**visit, "appointment_id": "3", "appointment_date": "2026-04-16"},
    ]
    source = opened(tmp_path, "appointments", SCHEDULE, *rows)
    first, *_ = held(source, "appointments")
    assert first == Appointment(
        appointment_id="1",
        patient_id="P-A",
        appointment_date=date(2026, 3, 16),
        scheduled_at=datetime(2026, 2, 2, 10, 15),
        planned_procedures=("99213", "20610"),
        status="completed",
        walk_in=False,
    )
    visited = sourced(source)[0].encounter
    assert (visited.scheduled_at, visited.walk_in) == (datetime(2026, 2, 2, 10, 15), False)
    assert visited.appointment_date == date(2026, 3, 16)


def test_two_appointments_of_a_day_say_nothing_of_the_visit(tmp_path: Path) -> None:
    rows = [{"patient_id": "P-A", "appointment_date": "2026-03-16", "walk_in": each} for each in "YN"]
    assert sourced(opened(tmp_path, "appointments", SCHEDULE, *rows))[0].encounter.walk_in is None


def test_a_state_that_is_none_is_a_fault_with_its_row_and_column(tmp_path: Path) -> None:
    rows = [{"patient_id": "P-A", "number": "1", "status": "perhaps"}]
    source = opened(tmp_path, "authorizations", AUTHORIZATIONS, *rows)
    assert [str(each.place).rpartition(":")[2] + ": " + each.message for each in problems(source)] == [
        "line 2 status: expected one of approved, partial, modified, pended, denied, cancelled, not_required"
    ]
    assert sourced(source)[0].encounter.authorizations is None


@pytest.mark.parametrize("header", ["returned_dob,returned_member.birth_date", "service_type,benefits.service_type"])
def test_a_column_under_two_titles_is_an_error(tmp_path: Path, header: str) -> None:
    with pytest.raises(Exception, match="twice"):
        opened(tmp_path, "eligibility_checks", f"claim_id,checked_at,{header}")


def test_every_other_title_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs/registers.md").read_text(encoding="utf-8")
    for record in (EligibilityCheck, Authorization, Appointment):
        for title, usual in other_titles(record).items():
            assert f"`{title}`" in page
            assert f"`{usual.partition('.')[0]}" in page


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_every_register_has_a_template_that_is_a_header(tmp_path: Path, name: str) -> None:
    assert problems(opened(tmp_path, name, csv_template(REGISTERS[name]))) == []
