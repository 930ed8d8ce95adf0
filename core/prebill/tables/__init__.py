"""Finds, reads and keeps the editions of reference tables."""

from prebill.tables.csv_edition import read_edition, shipped_edition
from prebill.tables.store import TableSet

__all__ = ["TableSet", "read_edition", "shipped_edition"]
