"""What `prebill new` writes works as it is."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.cli.conftest import Prebill

CONFIG = Path(__file__).parents[2] / "pyproject.toml"


@pytest.fixture
def wounds(prebill: Prebill, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert prebill("new", "pack", "wound-care").exit_code == 0
    monkeypatch.syspath_prepend(Path("prebill-wound-care/src").resolve())
    point = EntryPoint("wound_care", "prebill_wound_care", "prebill")
    monkeypatch.setattr("prebill.packs.entry_points", lambda group: [point])
    for name in [name for name in sys.modules if name.startswith("prebill_wound_care")]:
        monkeypatch.delitem(sys.modules, name)
    return Path("prebill-wound-care")


def test_a_new_pack_and_a_new_rule_pass_their_tests(prebill: Prebill, wounds: Path) -> None:
    pytest.importorskip("yaml")
    assert prebill("new", "rule", "WOU102", "too-many-units", "--path", str(wounds)).exit_code == 0
    assert prebill("test").stdout == "7 passed, 0 failed\n"
    assert [line.split()[0] for line in prebill("rules").stdout.splitlines()] == ["CODE", "WOU101", "WOU102"]


@pytest.mark.parametrize(
    "tool",
    [["ruff", "check"], ["ruff", "format", "--check"], ["ruff", "check", "--config", str(CONFIG)], ["mypy"]],
)
def test_a_new_pack_passes_the_linters(prebill: Prebill, wounds: Path, tool: list[str]) -> None:
    prebill("new", "rule", "WOU102", "too-many-units", "--path", str(wounds))
    target = [] if tool == ["mypy"] else ["."]
    done = subprocess.run(
        [sys.executable, "-m", *tool, *target], cwd=wounds, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_nothing_is_overwritten(prebill: Prebill, wounds: Path) -> None:
    again = prebill("new", "pack", "wound_care")
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    twice = prebill("new", "rule", "WOU101", "again", "--path", str(wounds))
    assert twice.exit_code == 2
    assert "the code WOU101 is used in" in twice.stderr


@pytest.mark.parametrize("arguments", [["pack", "Wound Care"], ["rule", "wou1", "name"], ["rule", "WOU102", "A name"]])
def test_names_are_checked(prebill: Prebill, arguments: list[str]) -> None:
    assert prebill("new", *arguments).exit_code == 2


def test_a_rule_needs_a_pack(prebill: Prebill) -> None:
    result = prebill("new", "rule", "WOU102", "too-many-units")
    assert result.exit_code == 2
    assert "declares no pack" in result.stderr
