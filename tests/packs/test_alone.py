"""Each distribution by itself: its wheel, with prebill and what prebill requires, in an environment of its own."""

from __future__ import annotations

import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.environments import build_wheel, make

ROOT = Path(__file__).parents[2]
BASE = ("attrs", "click", "jsonschema", "msgspec", "pluggy")
"""What the base install requires, written down here so that a new requirement is noticed."""


def _project(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return content


PLUGINS = {
    name: folder
    for folder in sorted((ROOT / "plugins").iterdir())
    if (folder / "pyproject.toml").is_file()
    for name in _project(folder).get("entry-points", {}).get("prebill", {})
}


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("core"))


@pytest.mark.slow
@pytest.mark.parametrize("name", PLUGINS)
def test_a_pack_needs_prebill_and_nothing_else(name: str, core: Path, tmp_path: Path) -> None:
    environment = make(tmp_path / "venv", [*BASE, "PyYAML"])
    wheel = build_wheel(PLUGINS[name], tmp_path / "wheel")
    environment.install(str(core), str(wheel))
    listed = json.loads(environment.run("prebill", "packs", "--format", "json").stdout)
    assert sorted(each["name"] for each in listed) == sorted(["general", name])
    assert [each["failure"] for each in listed] == [None, None]
    assert all(each["rules"] for each in listed)
    tested = environment.run("prebill", "test", name, cwd=tmp_path)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert tested.stdout.endswith(" passed, 0 failed\n")


@pytest.mark.slow
def test_prebill_needs_no_pack_and_only_what_it_says(core: Path, tmp_path: Path) -> None:
    assert sorted(each.partition(">")[0] for each in _project(ROOT)["dependencies"]) == sorted(BASE)
    environment = make(tmp_path / "venv", BASE)
    environment.install(str(core))
    listed = json.loads(environment.run("prebill", "packs", "--format", "json").stdout)
    assert [(each["name"], each["failure"]) for each in listed] == [("general", None)]
    checked = environment.run("prebill", "check", str(ROOT / "examples/practice-day.837"), "--fail-on", "never", "-q")
    assert checked.returncode == 0, checked.stderr
    without_yaml = environment.run("prebill", "test", "DUP101", cwd=tmp_path)
    assert "pip install 'prebill[testing]'" in without_yaml.stderr
    without_ledger = environment.run("prebill", "ledger", "init", "x.sqlite3", cwd=tmp_path)
    assert without_ledger.returncode == 2
    assert "pip install 'prebill[ledger]'" in without_ledger.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["general", *PLUGINS])
def test_a_wheel_holds_everything_that_its_pack_reads(name: str, core: Path, tmp_path: Path) -> None:
    folder, source = (ROOT, ROOT / "core") if name == "general" else (PLUGINS[name], PLUGINS[name] / "src")
    wheel = core if name == "general" else build_wheel(folder, tmp_path)
    with zipfile.ZipFile(wheel) as file:
        packed = {each for each in file.namelist() if ".dist-info/" not in each}
    ours = {
        str(path.relative_to(source))
        for path in source.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not any(part.startswith(".") for part in path.parts)
    }
    assert packed == ours
