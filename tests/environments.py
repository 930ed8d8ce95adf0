"""Python environments that hold what a test says and nothing else, made without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import attrs

_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)[^;]*(?:; *(.*))?$")


@attrs.frozen
class Environment:
    """A virtual environment in a folder."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command whose programs are first looked for in the environment; returns what came of it."""
        return subprocess.run(
            command, cwd=cwd, env=self.variables(), capture_output=True, text=True, check=False, timeout=300
        )

    def variables(self) -> dict[str, str]:
        """Return the environment variables under which its programs run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREBILL_", "PYTHON"))}
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        return {**kept, "PATH": path, "VIRTUAL_ENV": str(self.folder), "NO_COLOR": "1"}

    def install(self, *what: str) -> None:
        """Install wheels or folders, with none of their dependencies."""
        options = ["--no-deps", "--no-index", "--no-build-isolation", "--offline", "-q"]
        command = [sys.executable, "-m", "uv", "pip", "install", "--python", str(self.python), *options, *what]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def install_in_place(self, project: Path, wheel: Path) -> None:
        """Install the wheel of a project, whose package then is a link to the source: as `pip install -e` does."""
        self.install(str(wheel))
        for package in (project / "src").iterdir():
            shutil.rmtree(self.packages / package.name)
            (self.packages / package.name).symlink_to(package.resolve())


def make(folder: Path, borrowed: Iterable[str]) -> Environment:
    """Make an environment that has the named distributions of this one, and what those require."""
    venv.create(folder, with_pip=False, symlinks=True)
    environment = Environment(folder)
    site = environment.packages
    for found in _with_requirements(borrowed):
        root = Path(str(found.locate_file("")))
        for name in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            if not (site / name).exists() and name != "__pycache__":
                (site / name).symlink_to(root / name)
    return environment


def build_wheel(project: Path, folder: Path) -> Path:
    """Build the wheel of a project with the tools of this environment, in a folder of its own."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def _with_requirements(names: Iterable[str]) -> Iterator[Distribution]:
    """Yield distributions and what they require, each once; what is not installed is required on other systems."""
    seen: set[str] = set()
    wanted = list(names)
    while wanted:
        name = re.sub(r"[-_.]+", "-", wanted.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield found
        for each in found.requires or ():
            stated = _REQUIREMENT.match(each)
            if stated and "extra ==" not in (stated[2] or ""):
                wanted.append(stated[1])
