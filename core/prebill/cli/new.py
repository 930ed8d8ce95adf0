"""`prebill new`: start a pack, or a rule in one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click

from prebill import __version__
from prebill.cli.scaffold import PACK_FILES, RULE, RULE_CASES
from prebill.errors import ConfigError
from prebill.rules.declare import CODE

_NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_RULES = re.compile(r"\brules=\([^()]*\)")


@click.group()
def new() -> None:
    """Start a pack, or a rule in one."""


@new.command()
@click.argument("name")
@click.option("--path", type=click.Path(path_type=Path), help="Where; by default ./prebill-NAME.")
def pack(name: str, path: Path | None) -> None:
    """Write a pack that works, with one rule, its cases and a test.

    NAME is lower case, such as dermatology or wound_care.
    """
    if not _NAME.fullmatch(name):
        message = f"{name!r} is not a name such as dermatology or wound_care"
        raise click.BadParameter(message, param_hint="NAME")
    words = {
        "name": name.replace("-", "_"),
        "distribution": name.replace("_", "-"),
        "package": f"prebill_{name.replace('-', '_')}",
        "family": _family(name),
        "version": __version__.rpartition(".")[0],
    }
    root = path or Path(f"prebill-{words['distribution']}")
    _write({root / _filled(file, words): text.substitute(words) for file, text in PACK_FILES.items()})
    click.echo(f"{root} holds a pack. Next:\n  pip install -e '{root}[testing]'\n  prebill test {words['name']}")


@new.command()
@click.argument("code")
@click.argument("name")
@click.option(
    "--path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder of the pack; by default the current one.",
)
def rule(code: str, name: str, path: Path) -> None:
    """Write a rule with a case into the pack of the current folder.

    CODE is three letters and three digits; NAME says what is wrong, such as units-exceed-limit.
    """
    function = name.replace("-", "_")
    if not CODE.fullmatch(code):
        raise click.BadParameter(f"{code!r} is not three capital letters and three digits", param_hint="CODE")
    if not _NAME.fullmatch(name):
        raise click.BadParameter(f"{name!r} is not a name such as units-exceed-limit", param_hint="NAME")
    package = _package(path)
    taken = [file for file in package.rglob("*.py") if f'"{code}"' in file.read_text(encoding="utf-8")]
    if taken:
        message = f"the code {code} is used in {taken[0]}"
        raise ConfigError(message)
    module = package / "rules" / f"{function}.py"
    words = {"code": code, "function": function, "title": name.replace("-", " ").replace("_", " ").capitalize()}
    _write(
        {
            module: RULE.substitute(words),
            package / "cases" / f"{code}.yaml": RULE_CASES.substitute(words),
        }
    )
    _declare(package, f"{package.name}.rules.{function}")
    click.echo(f"{module} holds the rule. Next: make it yours, then\n  prebill test {code}")


def _family(name: str) -> str:
    """Return three letters for the codes of a pack."""
    return re.sub(r"[^a-z]", "", name).ljust(3, "x")[:3].upper()


def _filled(file: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        file = file.replace(f"${{{word}}}", value).replace(f"${word}", value)
    return file


def _write(files: Mapping[Path, str]) -> None:
    """Write files; none of them may exist."""
    for file in files:
        if file.exists():
            message = f"{file} exists already"
            raise ConfigError(message)
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _package(root: Path) -> Path:
    """Return the package of the pack whose pyproject.toml lies in a folder."""
    project = root / "pyproject.toml"
    try:
        content = tomllib.loads(project.read_text(encoding="utf-8")) if project.is_file() else {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{project}: {error}"
        raise ConfigError(message) from error
    for name in map(str, content.get("project", {}).get("entry-points", {}).get("prebill", {}).values()):
        for package in (root / "src" / name, root / name):
            if package.is_dir():
                return package
    message = f"{project} declares no pack: run this in the folder of one, or name it with --path"
    raise ConfigError(message)


def _declare(package: Path, module: str) -> None:
    """Add a module to the rules of the pack, or say that it is to be added."""
    file = package / "__init__.py"
    text = file.read_text(encoding="utf-8")
    stated = _RULES.findall(text)
    if len(stated) != 1:
        click.echo(f'Add "{module}" to the rules of the pack in {file}.', err=True)
        return
    modules = [*re.findall(r'"([^"]+)"', stated[0]), module]
    entries = "".join(f'            "{each}",\n' for each in modules)
    file.write_text(text.replace(stated[0], f"rules=(\n{entries}        )"), encoding="utf-8")
