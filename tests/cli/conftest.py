from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from prebill.cli import main
from prebill.testing.build import encounter_from
from tests.cli.packs_on_disk import install

CANARIES = ("CANARYNAME", "CANARYMEMBER", "1903-01-07", "19030107")

Prebill = Callable[..., Result]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    install(folder)
    return folder


@pytest.fixture
def packs(site: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install exactly the packs named."""
    monkeypatch.syspath_prepend(site)

    def install_only(*names: str) -> None:
        def points(group: str) -> list[EntryPoint]:
            return [
                point
                for distribution in distributions(path=[str(site)])
                for point in distribution.entry_points
                if point.group == group and point.name in names
            ]

        monkeypatch.setattr("prebill.packs.entry_points", points)

    install_only("sample")
    return install_only


@pytest.fixture
def prebill(packs: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prebill:
    """Run the command line in an empty folder, with the sample pack installed."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "NO_COLOR",
        "FORCE_COLOR",
        "PREBILL_TRACEBACK",
        "PREBILL_CONFIG",
        "PREBILL_PACKS",
        "PREBILL_LEDGER",
    ):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(main, list(arguments), prog_name="prebill", **options)

    return run


@pytest.fixture
def claims(tmp_path: Path) -> Callable[..., str]:
    """Write encounters, each with one line and a patient made of canaries, into a file and return its name."""

    def write(*lines: str, name: str = "claims.ndjson", **more: Any) -> str:
        encounters = [
            encounter_from({"id": f"C-{number}", "lines": [line], **_CANARY, **more}, number)
            for number, line in enumerate(lines, 1)
        ]
        (tmp_path / name).write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in encounters))
        return name

    return write


_CANARY = {
    "patient": {"last_name": "CANARYNAME", "first_name": "CANARYNAME", "birth_date": "1903-01-07"},
    "coverage": {"member_id": "CANARYMEMBER"},
}
