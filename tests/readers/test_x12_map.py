"""The printed map is current, and it leaves no field of the model out."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from prebill.model import Claim
from prebill.readers.x12.reference import table

DOCUMENT = Path(__file__).parents[2] / "docs" / "837p-map.md"

NOT_IN_AN_837P = re.compile(
    r"(coverage|prior_adjudications\[\]\.coverage)\.(begin|end|plan_type)"
    r"|coverage\.(benefits_assigned|release)"
    r"|prior_adjudications\[\]\.coverage\.subscriber\.(birth_date|sex)"
    r"|patient\.disabled"
    r"|.*(rendering|referring|primary_care|supervising|purchased_service|facility|ordering)\.tax_id(_kind)?"
    r"|.*(rendering|referring|primary_care|supervising|purchased_service)\.address\..*"
    r"|.*(referring|primary_care|supervising|purchased_service|facility|ordering)\.taxonomy"
)
"""Fields that the model has for other formats, or that the guide does not have in that loop."""


def test_the_printed_map_is_current() -> None:
    assert DOCUMENT.read_text() == table(), "run: python -m prebill.readers.x12.reference > docs/837p-map.md"


def test_every_field_of_a_claim_has_a_place_in_the_map() -> None:
    printed = set(re.findall(r"`([a-z_\[\].0-9]+)`", table()))
    missing = [path for path in scalars(Claim, "") if path not in printed and not NOT_IN_AN_837P.fullmatch(path)]
    assert missing == []


def scalars(record: type[Any], path: str) -> Iterator[str]:
    for name, hint in typing.get_type_hints(record).items():
        if typing.get_origin(hint) is tuple and typing.get_args(hint)[-1] is Ellipsis:
            inner, field = typing.get_args(hint)[0], f"{name}[]"
        else:
            inner, field = next((each for each in typing.get_args(hint) if each is not type(None)), hint), name
        if isinstance(inner, type) and attrs.has(inner) and name != "other_segments":
            yield from scalars(inner, f"{path}{field}.")
        else:
            yield f"{path}{field}"
