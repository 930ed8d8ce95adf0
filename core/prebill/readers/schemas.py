"""The JSON Schemas of the native format, printed from the types that the reader decodes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from prebill import model
from prebill.errors import InputError, did_you_mean
from prebill.readers.twins import twin_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SCHEMAS: Mapping[str, type] = {
    "encounter": model.Encounter,
    "claim": model.Claim,
    "service_line": model.ServiceLine,
    "provider": model.Provider,
    "patient": model.Patient,
    "coverage": model.Coverage,
    "eligibility_check": model.EligibilityCheck,
    "authorization": model.Authorization,
    "referral": model.Referral,
    "order": model.Order,
}
"""The types with a schema of their own, by its name."""


def schema_of(name: str, record_types: Mapping[str, type] = {}) -> dict[str, Any]:
    """Return the JSON Schema of a type of the model, or of a pack's record type, by name.

    Raises `InputError` for a name that neither has.
    """
    kinds = {**record_types, **SCHEMAS}
    if name not in kinds:
        message = f"no schema is called {name!r}.{did_you_mean(name, kinds)} Known: {', '.join(sorted(kinds))}"
        raise InputError(message)
    _, definitions = msgspec.json.schema_components([twin_of(kinds[name])], ref_template="#/$defs/{name}")
    whole = {"$schema": DIALECT, **definitions.pop(kinds[name].__name__), "$defs": definitions}
    plain: dict[str, Any] = _without_record_defaults(whole)
    return plain


def _without_record_defaults(schema: Any) -> Any:
    """Return a schema without defaults that are whole objects: they say nothing that the object's own do not."""
    if isinstance(schema, dict):
        return {
            key: _without_record_defaults(value)
            for key, value in schema.items()
            if not (key == "default" and isinstance(value, dict) and value)
        }
    if isinstance(schema, list):
        return [_without_record_defaults(each) for each in schema]
    return schema


def files_of_schemas() -> dict[str, str]:
    """Return the content of each published schema by the name of its file."""
    return {f"{name}.json": json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n" for name in SCHEMAS}


def write_schemas(folder: Path) -> None:
    """Write every schema to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files_of_schemas().items():
        (folder / name).write_text(content, encoding="utf-8")


def stale_schemas(folder: Path) -> list[str]:
    """Return the names of the files in a folder that differ from what `write_schemas` would write."""
    return [
        name
        for name, content in files_of_schemas().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != content
    ]
