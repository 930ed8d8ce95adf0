"""The words that practices use in their registers, beside those of the model: titles of columns, and states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prebill.model import Appointment, Authorization, EligibilityCheck

_OTHER_TITLES: Mapping[type, Mapping[str, str]] = {
    EligibilityCheck: {
        "returned_member_id": "returned_member.member_id",
        "returned_last": "returned_member.last_name",
        "returned_first": "returned_member.first_name",
        "returned_dob": "returned_member.birth_date",
        "returned_sex": "returned_member.sex",
        "returned_group": "returned_member.group_number",
        "other_payer": "other_payers.name",
        "ma_plan": "managed_care_plan",
        "service_type": "benefits.service_type",
    },
    Authorization: {"units_used": "used", "pos": "place_of_service"},
    Appointment: {"planned_codes": "planned_procedures"},
}
_STATES: Mapping[type, Mapping[str, tuple[str, ...]]] = {
    EligibilityCheck: {"status": ("active", "inactive", "rejected", "unknown")},
    Authorization: {
        "status": ("approved", "partial", "modified", "pended", "denied", "cancelled", "not_required"),
        "kind": ("prior_auth", "referral", "notification", "retro"),
    },
    Appointment: {"status": ("booked", "completed", "cancelled", "no_show")},
}


def other_titles(record: type) -> Mapping[str, str]:
    """Return the other titles that columns of a record type may have, each with the usual one."""
    return _OTHER_TITLES.get(record, {})


def put_into_words(record: type, plain: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Put the states of a row into the words of the model; yield field and message where one is none of them.

    Capitals, blanks and dashes do not matter: `No-Show` is `no_show`.
    """
    for field, words in _STATES.get(record, {}).items():
        given = plain.get(field)
        if isinstance(given, str):
            plain[field] = given.strip().lower().replace(" ", "_").replace("-", "_")
            if plain[field] not in words:
                yield field, f"expected one of {', '.join(words)}"


def say_what_is_meant(record: type, titles: Mapping[str, str], plain: dict[str, Any]) -> None:
    """Add what the short columns of a row leave unsaid.

    `ma_plan` names a Medicare Advantage plan that is in force on the day asked about.
    """
    if record is EligibilityCheck and titles.get("ma_plan") and "managed_care_plan" in plain:
        asked = plain.get("service_date") or str(plain.get("checked_at", ""))[:10]
        plain.setdefault("managed_care_kind", "ma")
        plain.setdefault("managed_care_begin", asked)
