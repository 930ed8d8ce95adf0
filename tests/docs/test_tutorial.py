"""What the tutorial says works, word for word, in an environment that has prebill and nothing else of it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.docs.markdown import blocks, matches, write
from tests.environments import Environment, build_wheel, make

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "write-a-pack.md"
BORROWED = ("attrs", "click", "jsonschema", "msgspec", "pluggy", "PyYAML", "pytest", "hatchling")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with `prebill[testing]`."""
    folder = tmp_path_factory.mktemp("tutorial")
    environment = make(folder / "venv", BORROWED)
    environment.install(str(build_wheel(ROOT, folder / "wheel")))
    return environment


def test_every_step_does_what_the_page_says(fresh: Environment, tmp_path: Path) -> None:
    folder = tmp_path
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        if block.file:
            write(block, folder)
        for command, output in block.commands if block.kind == "console" else ():
            where = f"{PAGE.name} after line {block.line}: {command}"
            if command.startswith("pip install -e"):
                # What pip would do, without a network; the page goes on inside the folder.
                folder = tmp_path / "prebill-dermatology"
                fresh.install_in_place(folder, build_wheel(folder, tmp_path / "wheel"))
                continue
            done = fresh.run(*shlex.split(command), cwd=folder)
            printed = done.stdout + done.stderr
            assert matches(output, printed), f"{where}\n{printed}"
    done = fresh.run(str(fresh.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=folder)
    assert done.returncode == 0, done.stdout


def test_the_shown_configuration_is_the_one_in_use() -> None:
    page = PAGE.read_text(encoding="utf-8")
    kinds = [block.kind for block in blocks(page) if block.file]
    assert kinds.count("python") == 5
    assert {"yaml", "json", "csv", "toml"} <= set(kinds)
