from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from prebill.cli import main
from prebill.packs import InstalledPack
from prebill.testing.build import encounter_from
from tests.tables.made_up import FEES

Prebill = Callable[..., Result]


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install exactly these packs."""

    def install(*packs: InstalledPack) -> None:
        def find(names: Iterable[str] | None = None) -> tuple[InstalledPack, ...]:
            return tuple(each for each in packs if names is None or each.name in [*names])

        monkeypatch.setattr("prebill.api.find_packs", find)

    install(FEES)
    return install


@pytest.fixture
def prebill(packs: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prebill:
    """Run the command line in an empty folder, with the pack of fees installed."""
    monkeypatch.chdir(tmp_path)
    for name in ("PREBILL_CONFIG", "PREBILL_PACKS", "PREBILL_LEDGER", "PREBILL_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="prebill")

    return run


@pytest.fixture
def claims(tmp_path: Path) -> str:
    """Write twenty claims of a line of 100 dollars each, on a day of July 2024, and return the name of the file."""
    contents: list[dict[str, Any]] = [
        {"id": f"C-{number}", "date": "2024-07-15", "lines": [f"9921{number % 6}"]} for number in range(20)
    ]
    encounters = (encounter_from(each, number) for number, each in enumerate(contents, 1))
    (tmp_path / "claims.ndjson").write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in encounters))
    return "claims.ndjson"
