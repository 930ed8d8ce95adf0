"""The lock: which editions a practice checks against, so that every machine uses the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import attrs
import msgspec

from prebill.errors import ConfigError
from prebill.packs import InstalledPack
from prebill.tables.inventory import Available

LOCK = "prebill-tables.lock"
_REMEDY = "import or install the locked editions, or lock what is there with `prebill tables lock`"


@attrs.frozen(kw_only=True, order=True)
class Locked:
    """An edition as it was locked; `origin` as in `Available`."""

    table: str
    edition: str
    origin: str
    complete: bool
    effective_from: date | None
    effective_to: date | None
    rows: int
    checksum: str

    def is_of(self, available: Available) -> bool:
        """Tell whether this is the same edition from the same origin, whatever it holds."""
        return (self.table, self.edition, self.origin) == (available.table, available.name, available.origin)

    def same_as(self, available: Available) -> bool:
        """Tell whether an edition is still what it was."""
        return (self.complete, self.effective_from, self.effective_to, self.checksum) == (
            available.complete,
            available.effective_from,
            available.effective_to,
            available.checksum,
        )


def write_lock(path: Path, available: Iterable[Available]) -> tuple[Locked, ...]:
    """Lock editions; the same ones give the same file."""
    entries = (
        Locked(
            table=each.table,
            edition=each.name,
            origin=each.origin,
            complete=each.complete,
            effective_from=each.effective_from,
            effective_to=each.effective_to,
            rows=each.count_rows(),
            checksum=each.checksum,
        )
        for each in available
    )
    locked = tuple(sorted(entries, key=lambda each: (each.table, each.edition, each.origin, each.checksum)))
    path.write_bytes(msgspec.json.format(msgspec.json.encode(locked), indent=2) + b"\n")
    return locked


def read_lock(path: Path) -> tuple[Locked, ...]:
    """Read a lock; raises `ConfigError` where it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Locked, ...])
    except (OSError, msgspec.DecodeError) as error:
        message = f"{path}: {error}; write it again with `prebill tables lock`"
        raise ConfigError(message) from error


def only_locked(
    available: Sequence[Available], lock: Path, *, tables: Iterable[str], packs: Iterable[InstalledPack]
) -> tuple[Available, ...]:
    """Return exactly the editions of a lock, of these tables and packs; the store may hold others beside them.

    Raises `ConfigError` naming every edition that is missing, that differs, or that is in use and was not locked.
    """
    locked = read_lock(lock)
    faults = differences(available, locked, tables=tables, packs=packs)
    if faults:
        raise ConfigError("\n".join([*(f"{lock}: {fault}" for fault in faults), _REMEDY]))
    return tuple(each for each in available if any(entry.is_of(each) for entry in locked))


def differences(
    available: Sequence[Available], locked: Sequence[Locked], *, tables: Iterable[str], packs: Iterable[InstalledPack]
) -> list[str]:
    """Say how the editions at hand differ from the locked ones."""
    used, places = {*tables}, {"store", "file", *(f"pack {each.name}" for each in packs)}
    faults = []
    for entry in locked:
        if entry.table in used and entry.origin in places:
            found = next((each for each in available if entry.is_of(each)), None)
            named = f"{entry.table}: the edition {entry.edition} of the {entry.origin}"
            if found is None:
                faults.append(f"{named} is missing")
            elif not entry.same_as(found):
                faults.append(f"{named} is not the one that was locked")
    faults.extend(
        f"{each.table}: the edition {each.name} of the {each.origin} was not locked"
        for each in available
        if each.origin != "store" and each.table in used and not any(entry.is_of(each) for entry in locked)
    )
    return faults
