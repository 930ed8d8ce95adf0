"""The real entry point in a process of its own: what it imports, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

START = "import sys; from importlib.metadata import entry_points; "
MAIN = "entry_points(group='console_scripts')['prebill'].load()"


def environment(site: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }


def imported(site: Path, *arguments: str) -> set[str]:
    """Return the modules that a call has imported."""
    code = (
        f"{START}import json, contextlib, io\n"
        f"with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    {MAIN}({list(arguments)!r})\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(site), capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


HEAVY = {
    "prebill.engine",
    "prebill.policy",
    "prebill.readers",
    "jsonschema",
    "sqlalchemy",
    "multiprocessing",
    "yaml",
}


@pytest.mark.parametrize("arguments", [["--version"], ["check", "--help"], ["explain", "-h"], ["packs", "-h"]])
def test_help_imports_no_pack_and_no_engine(site: Path, arguments: list[str]) -> None:
    modules = imported(site, *arguments)
    assert not {name for name in modules if name.startswith(("prebill_", "prebill.general"))}
    assert not modules & {"prebill.engine", "prebill.readers", "jsonschema", "sqlalchemy", "yaml"}


def test_version_imports_next_to_nothing(site: Path) -> None:
    assert not imported(site, "--version") & HEAVY


def test_the_list_of_commands_imports_no_rule(site: Path) -> None:
    modules = imported(site, "--help")
    assert "prebill_sample" in modules
    assert not modules & {"prebill_sample.rules", "prebill_sample.greet", *HEAVY}


def run(site: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    code = f"{START}sys.exit({MAIN}())"
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-c", code, *arguments],
        env=environment(site), capture_output=True, text=True, check=False, **options,
    )  # fmt: skip


def test_version(site: Path) -> None:
    from prebill import __version__

    assert run(site, "--version").stdout.split()[-1] == __version__


def test_check_in_a_process(site: Path, claims: Callable[..., str], tmp_path: Path) -> None:
    file = claims("99213 [I10]", "99212 [I10]")
    done = run(site, "check", file, "--pack", "sample", "--workers", "2", cwd=tmp_path)
    assert done.returncode == 1
    assert "SMP101 modifier-missing" in done.stdout
    assert "2 claims in the input" in done.stderr


def test_whoever_stops_reading_gets_the_verdict_all_the_same(
    site: Path, claims: Callable[..., str], tmp_path: Path
) -> None:
    file = claims(*["99213 [I10]"] * 3000)
    code = f"{START}sys.exit({MAIN}())"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "check", file, "--pack", "sample", "-q", "-o", "whole.csv"],
        env=environment(site), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 1
    assert len((tmp_path / "whole.csv").read_text().splitlines()) == 3001


@pytest.mark.parametrize("command", [["rules"], ["explain", "SMP101"], ["tables", "importers"]])
def test_a_listing_that_nobody_reads_is_no_error(site: Path, tmp_path: Path, command: list[str]) -> None:
    code = f"{START}sys.exit({MAIN}())"
    with subprocess.Popen(
        [sys.executable, "-c", code, *command],
        env=environment(site), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
