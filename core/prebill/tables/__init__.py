"""Finds, reads and keeps the editions of reference tables."""

from prebill.tables.csv_edition import read_edition, shipped_edition
from prebill.tables.store import TableStore
from prebill.tables.table_set import TableSet

__all__ = ["TableSet", "TableStore", "read_edition", "shipped_edition"]
