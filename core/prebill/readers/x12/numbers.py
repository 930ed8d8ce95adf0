"""The claim numbers of a file, to notice one that comes twice, in eight bytes each."""

from __future__ import annotations

from array import array

_SMALLEST = 1024
_MASK = (1 << 64) - 1


class SeenNumbers:
    """A set of numbers that keeps no text: a hash table of 64-bit hashes, so that memory hardly grows."""

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * _SMALLEST))
        self._count = 0

    def __contains__(self, number: str) -> bool:
        return self._table[self._slot(_key(number))] != 0

    def add(self, number: str) -> bool:
        """Add a number; tell whether it is new."""
        key = _key(number)
        slot = self._slot(key)
        if self._table[slot]:
            return False
        self._table[slot] = key
        self._count += 1
        if self._count * 2 > len(self._table):
            self._grow()
        return True

    def _slot(self, key: int) -> int:
        """Return where a hash is, or the free place where it belongs."""
        table, mask = self._table, len(self._table) - 1
        slot = key & mask
        while table[slot] not in (0, key):
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        known = self._table
        self._table = array("Q", bytes(16 * len(known)))
        for key in known:
            if key:
                self._table[self._slot(key)] = key


def _key(number: str) -> int:
    return (hash(number) & _MASK) or 1
