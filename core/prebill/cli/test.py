"""`prebill test`: the cases of rules, and the contract of packs."""

from __future__ import annotations

import click

from prebill.cli.complete import complete_rule
from prebill.cli.exits import ExitCode
from prebill.errors import PackError
from prebill.packs import InstalledPack, find_packs
from prebill.policy import RuleSet


@click.command()
@click.argument("names", nargs=-1, metavar="[PACK|RULE]…", shell_complete=complete_rule)
@click.option("-v", "--verbose", is_flag=True, help="Name every case, not only those that fail.")
def test(names: tuple[str, ...], verbose: bool) -> None:
    """Run the cases of rules, and hold packs to their contract; all that are installed by default.

    Exits with 1 when any case fails.
    """
    from prebill.testing import breaches, run_cases

    packs, codes = _chosen(names)
    failed = passed = 0
    for pack in packs:
        for breach in breaches(pack):
            if not codes or breach[:6] in codes:
                failed += 1
                click.echo(f"FAIL {pack.name}: {breach}")
    try:
        for result in run_cases(packs, codes):
            failed, passed = (failed, passed + 1) if result.passed else (failed + 1, passed)
            if not result.passed:
                click.echo(f"FAIL {result.case}: {result.detail}")
            elif verbose:
                click.echo(f"ok   {result.case}")
    except ModuleNotFoundError as error:
        if error.name != "yaml":
            raise
        message = "case files are YAML: pip install 'prebill[testing]'"
        raise PackError(message) from error
    click.echo(f"{passed} passed, {failed} failed")
    click.get_current_context().exit(ExitCode.FINDINGS if failed else ExitCode.OK)


def _chosen(names: tuple[str, ...]) -> tuple[list[InstalledPack], tuple[str, ...]]:
    """Return the packs to test, and the codes of the rules in them, or no code for all."""
    installed = find_packs()
    whole = [pack for pack in installed if pack.name in names]
    others = [name for name in names if name not in {pack.name for pack in installed}]
    if not others:
        return (whole if names else list(installed)), ()
    codes = {rule.code for rule in RuleSet(installed).select(others)}
    codes |= {rule.code for pack in whole for rule in pack.rules}
    return [pack for pack in installed if any(rule.code in codes for rule in pack.rules)], tuple(sorted(codes))
