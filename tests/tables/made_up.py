"""A table, a rule that looks it up, and an importer for a made-up published file of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs

from prebill import Outcomes, ServiceLine, Table, hit, rule, table
from prebill.packs import InstalledPack, Pack, hookimpl, load_pack
from prebill.published import Heading, Importer, PublishedFile, Rejected, parsed
from prebill.tables import TableStore
from prebill.tables.edition_file import Description, write_edition
from prebill.tables.store import StoredEdition
from tests.engine.sample_rules import EXAMPLES

HEADING = Heading(edition="2024Q3", source="made up", complete=True)


@table("made-up-fee", key=("procedure", "modifier"))
@attrs.frozen(kw_only=True)
class Fee:
    procedure: str
    modifier: str = ""
    amount: Decimal = Decimal(0)
    note: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None


@rule("FEE101", severity="review", owner="billing", prevents="CO-45", **EXAMPLES)
def charge_below_fee(line: ServiceLine, fees: Table[Fee]) -> Outcomes:
    """A charge is below the fee."""
    fee = fees.get(line.procedure, "")
    if fee is not None and line.charge is not None and line.charge < fee.amount:
        yield hit(line, f"{line.charge} is below {fee.amount}.", fix="Charge the fee.", at="charge")


def _rows(files: Sequence[PublishedFile]) -> Iterator[Fee | Rejected]:
    def fee(line: str) -> Fee:
        procedure, amount = line.split()
        if not amount.isdigit():
            message = f"{amount!r} is no amount"
            raise ValueError(message)
        return Fee(procedure=procedure, amount=Decimal(amount))

    for file in files:
        lines = file.lines()
        next(lines)
        yield from parsed(file, lines, fee)


IMPORTER = Importer(
    name="fees",
    publisher="Nobody, never",
    row_type=Fee,
    recognises=lambda file: file.beginning().startswith("FEES"),
    heading=lambda files: Heading(
        edition=files[0].beginning().split()[1], source=files[0].name, complete=True, effective_from=date(2024, 7, 1)
    ),
    rows=_rows,
)


class _Plugin:
    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    @hookimpl
    def prebill_pack(self) -> Pack:
        return self._pack


def installed(pack: Pack) -> InstalledPack:
    declared, rules = load_pack(pack.name, _Plugin(pack))
    return InstalledPack(name=pack.name, distribution=pack.name, version="1", pack=declared, rules=rules)


FEES = installed(Pack(name="fees", tables=(__name__,), importers=(__name__,), rules=(__name__,)))


def write_fees(folder: Path, *lines: str, name: str = "fees.txt", edition: str = "2024Q3") -> PublishedFile:
    path = folder / name
    path.write_text("\n".join([f"FEES {edition}", *lines]) + "\n")
    return PublishedFile(path)


def stored(store: TableStore, *rows: Fee, heading: Heading = HEADING) -> StoredEdition:
    with store.building() as path:
        description: Description = write_edition(path, Fee, heading, rows, unique=())
        return store.add(path, description)
