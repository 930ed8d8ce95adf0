"""What was billed before: the store that cohort rules look back into."""

from prebill.ledger.protocol import Ledger, LedgerClaim, LedgerFinding, LedgerUpdate

__all__ = ["Ledger", "LedgerClaim", "LedgerFinding", "LedgerUpdate", "open_ledger"]


def open_ledger(url: str) -> Ledger:
    """Open the ledger at a database URL, or at the path of an SQLite file, creating it when it is new.

    Raises `LedgerError` when the extra `ledger` is not installed, or the database cannot be used.
    """
    from prebill.ledger.sql import SqlLedger

    return SqlLedger.open(url)
