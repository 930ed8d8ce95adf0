"""Who the providers are: those who may order and refer (PECOS), and the national registry (NPPES)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from prebill.general.information.identifiers import npi_problem
from prebill.general.published.editions import is_excerpt, of_length, only, told
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import american_day, day, one_of, wrong
from prebill.general.tables.nppes import RegisteredProvider
from prebill.general.tables.ordering_provider import OrderingProvider
from prebill.published import Heading, Importer, PublishedFile, Rejected

_ORDERING = Sheet(("NPI", "LAST_NAME", "FIRST_NAME", "PARTB", "DME"), encoding="utf-8-sig")
_REGISTRY = Sheet(("NPI", "Entity Type Code", "NPI Deactivation Date", "NPI Reactivation Date"), encoding="utf-8-sig")
_POSTED = re.compile(r"(?P<year>20\d\d)[-_]?(?P<month>[01]\d)[-_]?(?P<day>[0-3]\d)")
_UP_TO = re.compile(r"20\d{6}-(?P<day>20\d{6})")
_LEAST_ORDERING = 1_000_000
_LEAST_REGISTRY = 5_000_000


def _ordering_heading(files: Sequence[PublishedFile]) -> Heading:
    posted = told(files, _POSTED, "the day of the list", "OrderReferring_20260831.csv")
    first = date(int(posted["year"]), int(posted["month"]), int(posted["day"]))
    return Heading(
        edition=f"Order and Referring {first}",
        source=f"CMS PECOS, Order and Referring, {only(files).name}",
        complete=not is_excerpt(files),
        effective_from=first,
    )


def _ordering_rows(files: Sequence[PublishedFile]) -> Iterator[OrderingProvider | Rejected]:
    return of_length(files, _ORDERING.rows(only(files), _ordering), _LEAST_ORDERING)


def _ordering(npi: str, last_name: str, first_name: str, part_b: str, equipment: str) -> OrderingProvider:
    return OrderingProvider(
        npi=_npi(npi),
        last_name=last_name,
        first_name=first_name,
        part_b=_yes(part_b, "PARTB"),
        dme=_yes(equipment, "DME"),
    )


def _registry_heading(files: Sequence[PublishedFile]) -> Heading:
    posted = told(files, _UP_TO, "the days of the file", "npidata_pfile_20050523-20260809.csv")
    first = day(posted["day"], "name")
    return Heading(
        edition=f"NPPES {first}",
        source=f"CMS NPPES data dissemination, {only(files).name}",
        complete=not is_excerpt(files),
        effective_from=first,
    )


def _registry_rows(files: Sequence[PublishedFile]) -> Iterator[RegisteredProvider | Rejected]:
    return of_length(files, _REGISTRY.rows(only(files), _registered), _LEAST_REGISTRY)


def _registered(npi: str, entity_type: str, deactivated: str, reactivated: str) -> RegisteredProvider | None:
    off = american_day(deactivated, "NPI Deactivation Date") if deactivated else None
    on = american_day(reactivated, "NPI Reactivation Date") if reactivated else None
    if off is not None and on is not None and on >= off:
        off = None
    # The registry blanks the type of a deactivated NPI, with all that it knew of the provider.
    kind = "" if off is not None and not entity_type else one_of(entity_type, "Entity Type Code", ("1", "2"))
    return RegisteredProvider(npi=_npi(npi), entity_type=kind, deactivated_on=off)


def _npi(text: str) -> str:
    if npi_problem(text) is not None:
        raise wrong(text, "NPI", "an NPI of ten digits with its check digit")
    return text


def _yes(text: str, column: str) -> bool:
    return one_of(text, column, ("Y", "N")) == "Y"


ORDERING = Importer(
    name="ordering-provider",
    publisher="CMS, PECOS, Order and Referring, CSV: twice a week",
    row_type=OrderingProvider,
    recognises=_ORDERING.recognises,
    heading=_ordering_heading,
    rows=_ordering_rows,
)
REGISTRY = Importer(
    name="nppes",
    publisher="CMS, NPPES data dissemination, CSV npidata_pfile: every month",
    row_type=RegisteredProvider,
    recognises=_REGISTRY.recognises,
    heading=_registry_heading,
    rows=_registry_rows,
)
