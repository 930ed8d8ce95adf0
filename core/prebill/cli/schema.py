"""`prebill schema`: what the inputs hold, field by field."""

from __future__ import annotations

import click
import msgspec

from prebill.errors import InputError, did_you_mean


@click.command()
@click.argument("name", required=False, metavar="[TYPE]")
@click.option("--csv", is_flag=True, help="The columns of a register, as the header of a CSV file.")
def schema(name: str | None, csv: bool) -> None:
    """Print the JSON Schema of a type of input, or list the types.

    Types are those of prebill's own JSON, the registers, and the records of the installed packs.
    """
    from prebill.readers import csv_template, schema_of
    from prebill.readers.registers.columns import register_types
    from prebill.readers.schemas import SCHEMAS

    registers = {**records_of_packs(), **register_types()}
    if name is not None and f"{name}s" in registers:
        name = f"{name}s"
    if name is None:
        for title, names in (("JSON", SCHEMAS), ("Registers (--csv for their columns)", registers)):
            click.echo(f"{title}: {', '.join(sorted(names))}")
    elif csv:
        if name not in registers:
            message = f"no register is called {name!r}.{did_you_mean(name, registers)}"
            raise InputError(message)
        click.echo(csv_template(registers[name]))
    else:
        click.echo(msgspec.json.format(msgspec.json.encode(schema_of(name, registers)), indent=2))


def records_of_packs() -> dict[str, type]:
    """Return the record types of the installed packs, by name."""
    from prebill.packs import find_packs

    return {
        name: record
        for installed in find_packs()
        if installed.pack is not None
        for name, record in installed.pack.load_records().items()
    }
