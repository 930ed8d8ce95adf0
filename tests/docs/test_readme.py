"""What the front page says can be done as it says; its demo output is checked with the generated pages."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from docs.generated import anchor

from prebill.cli.exits import ExitCode
from prebill.packs import find_packs
from prebill.policy import RuleSet, policy_from
from tests.docs.markdown import Block, blocks

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = blocks(PAGE)
COMMANDS = [
    command
    for block in BLOCKS
    if block.kind == "console"
    for command, _ in block.commands
    if command.startswith("prebill ")
]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "plugins/*/*.md", "examples/*.md", "benchmarks/*.md")
    for page in ROOT.glob(pattern)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_line_runs(command: str, folder: Path) -> None:
    _, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", "prebill", *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in {ExitCode.OK, ExitCode.FINDINGS}, done.stderr
    assert done.stdout


def test_the_lines_of_python_run(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _only("python", "import prebill").text],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    *findings, last = done.stdout.splitlines()
    assert all(re.match(r"[A-Z]{2}-\d{3} [A-Z]{3}\d{3} \w+ \d+", each) for each in findings)
    assert re.fullmatch(r"\d+ claims to hold; \d+ checks lacked data", last)


def test_the_configuration_is_valid() -> None:
    content = tomllib.loads(_only("toml").text, parse_float=Decimal)
    policy = policy_from(content, RuleSet(find_packs()))
    assert policy.payers["BLU01"].aliases
    assert policy.waivers


def test_every_exit_code_is_explained() -> None:
    for code in ExitCode:
        meaning = code.meaning.replace("--fail-on", "`--fail-on`")
        assert re.search(rf"^\| {code.value} \| {re.escape(meaning)}", PAGE, re.MULTILINE), code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path) if path else page
        assert found.exists(), target
        if anchor:
            assert anchor in _anchors(found), target


def _only(kind: str, having: str = "") -> Block:
    (found,) = (block for block in BLOCKS if block.kind == kind and having in block.text)
    return found


def _anchors(page: Path) -> set[str]:
    """Return the anchors that a code host gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {anchor(heading) for heading in headings}
