"""Errors that a caller can act on. Their messages name the place and the remedy and never echo patient data."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PrebillError(Exception):
    """Base of every error that prebill raises on purpose."""


class ConfigError(PrebillError):
    """A setting, a selection or the configuration file is wrong."""


class PackError(PrebillError):
    """A pack cannot be loaded, or what it declares is wrong."""


class InputError(PrebillError):
    """An input cannot be opened at all."""


class TableError(PrebillError):
    """A reference table cannot be read, or its content is wrong."""


class LedgerError(PrebillError):
    """The ledger cannot be opened, or was written by another version."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?` for the nearest known word, or nothing when none is near."""
    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
